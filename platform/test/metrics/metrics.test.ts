/** The metrics, scraped as Prometheus does, beside a platform that settles. */
import { expect } from "chai";
import { openDatabase } from "../../src/db/database.ts";
import { readFigures } from "../../src/metrics/figures.ts";
import { openMetrics } from "../../src/metrics/metrics.ts";
import { type Money, openMoney } from "../support/money.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

/** Every sample by its name and labels. */
function samplesIn(text: string): Map<string, number> {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ")))]),
  );
}

describe("metrics", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  const scrape = async () => {
    const response = await fetch(platform.metricsUrl as string);
    expect(response.status).to.equal(200);
    return samplesIn(await response.text());
  };

  before(async () => {
    platform = await openPlatform({ METRICS_PORT: "0", BATCH_WAIT: "0.5" });
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(1_000_000n);
    await ada.settlement(await ada.session(1));
  });
  after(() => platform?.close());

  it("show that all is well: nothing due or in flight, no alarm of its own, somebody at work", async () => {
    const samples = await scrape();
    expect(samples.get("luxxon_database_up")).to.equal(1);
    for (const name of ["settlements_due", "settlements_oldest_due_seconds", "batches_in_flight", "relayer_paused"])
      expect(samples.get(`luxxon_${name}`), name).to.equal(0);
    expect(samples.get("luxxon_relayer_at_work")).to.equal(1);
    expect(samples.get('luxxon_done_total{what="batches"}')).to.equal(1);
    expect(samples.get("luxxon_read_lag_seconds")).to.be.lessThan(30);
    expect(
      [...samples].filter(([name]) => name.startsWith("luxxon_endpoint_in")).map(([, value]) => value),
    ).to.deep.equal([1]);
  });

  it("count requests by route and status; what a stranger asks for makes no new series", async () => {
    const before = await scrape();
    const route = 'luxxon_http_requests_total{route="/api/v1/sessions",method="POST",status="201"}';
    expect(before.get(route)).to.equal(1);
    for (let i = 0; i < 20; i++) await call(platform, "GET", `/nothing-${i}`);
    const after = await scrape();
    expect(after.get('luxxon_http_requests_total{route="none",method="GET",status="404"}')).to.be.at.least(20);
    expect([...after.keys()].filter((name) => name.includes("nothing"))).to.deep.equal([]);
  });

  it("are on their own port, on loopback, and nowhere else", async () => {
    expect(new URL(platform.metricsUrl as string).hostname).to.equal("127.0.0.1");
    for (const path of ["/metrics", "/api/v1/metrics"])
      expect((await fetch(new URL(path, platform.api))).status, path).to.equal(404);
    expect((await fetch(new URL("/", platform.metricsUrl))).status).to.equal(404);
    expect((await fetch(platform.metricsUrl as string, { method: "POST" })).status).to.equal(405);
  });

  it("are none unless a port is named", async () => {
    const other = await openPlatform({ DATABASE_URL: platform.env.DATABASE_URL ?? "", ROLES: "api" });
    expect(other.metricsUrl).to.equal(undefined);
    await other.close();
  });

  describe("of a platform that has trouble", () => {
    let money: Money;
    const samples = async () => {
      const { db, clock } = money;
      return samplesIn(await openMetrics({ db, clock, endpoints: { states: () => [] } }).text());
    };

    before(async () => {
      money = await openMoney();
      money.act({ functionName: "deposit", args: [1_000_000n] });
      money.mine();
      await money.watcher().turn();
    });

    it("show what waits and for how long, what the contract refuses and why, the signer's ETH, and open alarms", async () => {
      const relayer = money.relayer();
      money.script((method) => (method === "eth_getBalance" ? "0x5af3107a4000" : undefined));
      await money.due(9_000);
      money.wait(2_500);
      await relayer.turn();
      await money.due(10);
      money.wait(1_500);
      const shown = await samples();
      expect(shown.get("luxxon_settlements_due")).to.equal(2);
      expect(shown.get('luxxon_settlements_refused{refusal="InsufficientPool"}')).to.equal(1);
      expect(shown.get("luxxon_settlements_oldest_due_seconds")).to.equal(1.5);
      expect(shown.get("luxxon_signer_balance_eth")).to.equal(0.0001);
      expect(shown.get('luxxon_alarms_open{kind="signer.low"}')).to.equal(1);
    });

    it("show what is in flight, then gas and fee of a session", async () => {
      const relayer = money.relayer();
      money.wait(9_000);
      await relayer.turn();
      expect((await samples()).get("luxxon_batches_in_flight")).to.equal(1);
      money.mine();
      await money.watcher().turn();
      money.script((method, params) =>
        method === "eth_getTransactionReceipt"
          ? { ...(money.sim.answer(method, params) as object), gasUsed: "0x186a0", effectiveGasPrice: "0x3b9aca00" }
          : undefined,
      );
      money.wait(6_000);
      await relayer.turn();
      const shown = await samples();
      expect(shown.get("luxxon_gas_per_session")).to.equal(100_000);
      expect(shown.get("luxxon_gas_per_session_eth")).to.equal(0.0001);
      expect(shown.get("luxxon_fee_per_session_usdc")).to.equal(0.0015);
    });

    it("show nothing of the tables, rather than what was, where they cannot be read", async () => {
      const away = openDatabase("postgres://127.0.0.1:1/x");
      const { clock } = money;
      const shown = samplesIn(await openMetrics({ db: away, clock, endpoints: { states: () => [] } }).text());
      expect(shown.get("luxxon_database_up")).to.equal(0);
      expect(shown.has("luxxon_settlements_due")).to.equal(false);
      expect(await readFigures(away, clock.now()).catch(() => "refused")).to.equal("refused");
      await away.close();
    });
  });
});
