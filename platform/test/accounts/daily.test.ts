/** The sums of a day over what the watcher has written: where days and windows end, who had the fees, and what is final. */
import { expect } from "chai";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { migrate } from "../../src/db/migrate.ts";
import { dailySums } from "../../src/wallet/daily.ts";
import { newDatabase, testParts } from "../support/platform.ts";

const DAY = 86_400;
/** 2026-01-01 */
const START = Date.UTC(2026, 0, 1) / 1_000;

describe("the daily sums of the events", function () {
  this.timeout(60_000);
  let db: Database;

  before(async () => {
    const url = await newDatabase((await testParts()).env.DATABASE_URL ?? "");
    await migrate(url);
    db = openDatabase(url, { connections: 2 });
    // Windows of ten blocks of an hour each, from the last hour of the year before; 100 blocks.
    await db.rows`
      insert into chain_windows (from_block, to_block, to_hash, to_timestamp)
      select i * 10, i * 10 + 9, '0x', ${START}::bigint + (i * 10 + 8) * 3600 from generate_series(0, 9) i`;
    await db.rows`insert into chain_head values (true, 99, ${START + 98 * 3_600}::bigint, 79, 59, '2026-01-06')`;
    await event(0, "PlatformWalletSet", { newPlatformWallet: "old" });
    await event(1, "Settled", { toAmount: "10", feeAmount: "1" });
    await event(24, "Settled", { toAmount: "200", feeAmount: "20" });
    await event(25, "Settled", { toAmount: "3000", feeAmount: "300" });
    await event(26, "PlatformWalletSet", { newPlatformWallet: "new" });
    await event(27, "Settled", { toAmount: "40000", feeAmount: "4000" });
    await event(28, "Deposited", {});
  });
  after(() => db?.close());

  /** Block 1 is the year's first second. */
  const event = (block: number, name: string, args: Record<string, string>) => {
    const isSettled = name === "Settled";
    const amount = (Number(args.toAmount ?? 7) + Number(args.feeAmount ?? 0)).toString();
    return db.rows`
      insert into chain_events (block_hash, log_index, block_number, block_timestamp, tx_hash, name, consumer, operator, amount, args)
      values (${`0x${block}`}, 0, ${block}, ${START + (block - 1) * 3_600}, '0x', ${name}, 'consumer', ${isSettled ? "operator" : null},
        ${amount}, ${JSON.stringify(args)})`;
  };
  const of = (address: string, days = 3, start = START) =>
    dailySums(db, { address, isOperator: true, isConsumer: true, start, days });

  it("begin a day at its first second, and end it before the next one's", async () => {
    const days = await of("operator");
    expect(days.map(({ earned, sessions }) => [earned, sessions])).to.deep.equal([
      [210n, 2],
      [43_000n, 2],
      [0n, 0],
    ]);
  });

  it("count of a consumer its sessions alone, with their fees", async () => {
    expect((await of("consumer")).map(({ spent }) => spent)).to.deep.equal([231n, 47_300n, 0n]);
  });

  it("give each fee to whose wallet was the platform's then", async () => {
    expect((await of("old")).map(({ earned }) => earned)).to.deep.equal([21n, 300n, 0n]);
    expect((await of("new")).map(({ earned }) => earned)).to.deep.equal([0n, 4_000n, 0n]);
  });

  it("are final as far as the last window that ends below the final block", async () => {
    // Block 59 is final: 58 hours have passed.
    expect((await of("nobody", 5)).map(({ isFinal }) => isFinal)).to.deep.equal([true, true, false, false, false]);
  });

  it("are nothing before the first block and after the last", async () => {
    for (const start of [START - 10 * DAY, START + 50 * DAY])
      expect((await of("operator", 1, start))[0]).to.include({ earned: 0n, sessions: 0 });
  });
});
