/** What was asked for, summed up hour by hour: the same cells, whoever has counted them, and when. */
import { expect } from "chai";
import { systemEntropy } from "../../src/clock.ts";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { migrate } from "../../src/db/migrate.ts";
import { type DemandCell, openDemand, sumUpDemand } from "../../src/places/demand.ts";
import { newDatabase, testParts } from "../support/platform.ts";

const HOUR_MS = 3_600_000;
const NOW = Date.parse("2026-06-01T12:34:56Z");
const BOGOTA = { lat: 4.711, lng: -74.0721 };
const OSLO = { lat: 59.91, lng: 10.75 };

describe("demand", function () {
  this.timeout(60_000);
  let db: Database;
  let workspace: string;
  let now = NOW;
  const clock = { now: () => new Date(now) };
  const read = (): Promise<DemandCell[]> => openDemand(db, clock)();

  const ask = async (hoursAgo: number, at = BOGOTA, { state = "EXPIRED", rate = 1_000 } = {}) => {
    const created = new Date(NOW - hoursAgo * HOUR_MS);
    const id = systemEntropy.uuid();
    await db.rows`
      insert into sessions (id, consumer_workspace_id, consumer_wallet, operator_workspace_id, operator_wallet, state, requested_lat, requested_lng,
        max_duration_seconds, wait_timeout_seconds, rate_per_second, fee_bps, guaranteed, reserved, created_at, expires_at, ended_at)
      values (${id}, ${workspace}, '0x0', ${state === "ENDED" ? workspace : null}::uuid, ${state === "ENDED" ? "0x0" : null}::text, ${state}, ${at.lat}, ${at.lng},
        60, 60, ${rate}, 1500, false, 0, ${created}, ${created}, ${state === "REQUESTED" ? null : created}::timestamptz)`;
    return id;
  };

  before(async () => {
    const { env } = await testParts();
    const url = await newDatabase(env.DATABASE_URL ?? "");
    await migrate(url);
    db = openDatabase(url);
  });
  after(() => db?.close());
  beforeEach(async () => {
    now = NOW;
    for (const statement of [
      () => db.rows`delete from sessions`,
      () => db.rows`delete from demand_hours`,
      () => db.rows`delete from demand_summed`,
      () => db.rows`delete from workspaces`,
    ])
      await statement();
    workspace = systemEntropy.uuid();
    await db.rows`
      insert into workspaces (id, slug, name, wallet_address, is_consumer, is_supplier, created_at, created_by_wallet)
      values (${workspace}, 'ada', 'Ada', '0x0', true, true, now(), '0x0')`;
  });

  it("of nobody is nothing", async () => {
    expect(await sumUpDemand({ db, clock })).to.equal(0);
    expect(await read()).to.deep.equal([]);
  });

  it("is the same before and after it is summed up, once, twice, and by two at a time", async () => {
    for (const hours of [700, 700.5, 30, 5, 4.9, 3, 0.5, 0]) await ask(hours);
    for (const hours of [700, 29, 0.1]) await ask(hours, OSLO, { state: "ENDED", rate: 3_000 });
    const before = await read();
    expect(
      before.map(({ requests, unmet, avgMaxPriceMicroUsdc }) => [requests, unmet, avgMaxPriceMicroUsdc]),
    ).to.deep.equal([
      [8, 8, 60_000],
      [3, 0, 180_000],
    ]);
    let hours = 0;
    for (let more = 1; more > 0; ) {
      const both = await Promise.all([sumUpDemand({ db, clock }), sumUpDemand({ db, clock })]);
      more = both[0] + both[1];
      hours += more;
      expect(await read()).to.deep.equal(before);
    }
    expect(hours).to.be.within(690, 702);
    const rows = await db.rows<{ requests: bigint }>`select sum(requests) as requests from demand_hours`;
    expect(rows[0]?.requests).to.equal(8n);
  });

  it("counts what happens after an hour was summed up, and leaves an hour open in which a request still waits", async () => {
    await ask(6);
    const waiting = await ask(4, BOGOTA, { state: "REQUESTED" });
    await sumUpDemand({ db, clock });
    expect((await read())[0]).to.include({ requests: 2, unmet: 1 });
    await db.rows`update sessions set state = 'CANCELLED', ended_at = now() where id = ${waiting}`;
    await ask(0);
    expect((await read())[0]).to.include({ requests: 3, unmet: 3 });
    expect(await sumUpDemand({ db, clock })).to.be.above(0);
    expect((await read())[0]).to.include({ requests: 3, unmet: 3 });
  });

  it("is forgotten after 30 days", async () => {
    await ask(10);
    await sumUpDemand({ db, clock });
    now += 31 * 24 * HOUR_MS;
    expect(await read()).to.deep.equal([]);
    for (let more = 1; more > 0; ) more = await sumUpDemand({ db, clock });
    expect(await db.rows`select 1 from demand_hours`).to.deep.equal([]);
  });
});
