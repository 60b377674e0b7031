/** What is checked every minute in production, and at the end of each simulated world: each fault is found, and nothing else. */
import { expect } from "chai";
import { findBroken, watchBooks } from "../../src/books/invariants.ts";
import { type Money, openMoney } from "../support/money.ts";

describe("the money's invariants", function () {
  this.timeout(30_000);
  let money: Money;
  let settled: string;
  let due: string;

  beforeEach(async () => {
    money = await openMoney();
    money.act({ functionName: "deposit", args: [1_000_000n] });
    money.mine();
    settled = await money.due();
    await money.rest();
    due = await money.due();
  });

  const rules = async (since?: Date) => (await findBroken(money.db, since)).map(({ rule }) => rule);

  it("hold in each state of a settlement", async () => {
    expect(await rules()).to.deep.equal([]);
    const [relayer, watcher] = [money.relayer(), money.watcher()];
    money.wait(10_000);
    await relayer.turn();
    expect((await money.settlement(due)).state).to.equal("SUBMITTED");
    expect(await rules()).to.deep.equal([]);
    money.mine();
    await watcher.turn();
    expect(await rules()).to.deep.equal([]);
    money.mine(2);
    await watcher.turn();
    expect((await money.settlement(due)).state).to.equal("CONFIRMED");
    expect(await rules()).to.deep.equal([]);
    money.sim.reorganise(3);
    money.mine(5);
    await watcher.turn();
    expect(await rules()).to.deep.equal([]);
  });

  const faults: [rule: string, what: string, plant: () => Promise<unknown>][] = [
    [
      "reserved",
      "something reserved for what is settled",
      () => money.db.rows`update sessions set reserved = 1 where id = ${settled}`,
    ],
    [
      "reserved",
      "nothing reserved for what is due",
      () => money.db.rows`update sessions set reserved = 0 where id = ${due}`,
    ],
    [
      "reserved",
      "a charge without a settlement",
      () => money.db.rows`delete from settlements where session_id = ${due}`,
    ],
    [
      "lost",
      "a settlement that is never due",
      () => money.db.rows`update settlements set due_at = null where session_id = ${due}`,
    ],
    [
      "lost",
      "one that waits for a batch which is done",
      () =>
        money.db
          .rows`update settlements set state = 'SUBMITTED', due_at = null, batch_id = (select id from batches limit 1) where session_id = ${due}`,
    ],
    [
      "unfounded",
      "one that is confirmed without an event",
      () => money.db.rows`update settlements set event_block = null where session_id = ${settled}`,
    ],
    [
      "unfounded",
      "one whose event has other amounts",
      () => money.db.rows`update settlements set to_amount = to_amount + 1 where session_id = ${settled}`,
    ],
    [
      "twice",
      "two events of one session",
      () => money.db.rows`
        insert into chain_events (block_hash, log_index, block_number, block_timestamp, tx_hash, name, session_id, args)
        select block_hash, 99, block_number, block_timestamp, tx_hash, name, session_id, args from chain_events where name = 'Settled'`,
    ],
    ["pool", "a pool that is not its events", () => money.db.rows`update pools set balance = balance + 1`],
    [
      "fence",
      "a batch of a process that had lost its lease",
      () => money.db.rows`
        insert into batches (signer, nonce, fence, sessions, total, is_done, created_at) values ('0x1', 99, 0, 1, 1, true, ${money.clock.now()})`,
    ],
  ];
  for (const [rule, what, plant] of faults)
    it(`find ${what}: ${rule}`, async () => {
      await plant();
      expect(new Set(await rules())).to.deep.equal(new Set([rule]));
      expect(new Set(await rules(new Date(money.clock.now().getTime() - 3_600_000)))).to.deep.equal(new Set([rule]));
    });

  it("change nothing, and raise an alarm for each thing that they find, once", async () => {
    await money.db.rows`update pools set balance = balance + 1`;
    const log = { error: () => undefined };
    const context = { db: money.db, clock: money.clock, longestWaitMs: 2_000, log };
    await watchBooks(context);
    await watchBooks(context);
    expect(await money.alarms()).to.deep.equal(["books.broken"]);
    expect(await rules()).to.deep.equal(["pool"]);
  });

  it("settlements that nobody settles for ten minutes are an alarm too; those that the contract refuses are none", async () => {
    const context = { db: money.db, clock: money.clock, longestWaitMs: 2_000, log: { error: () => undefined } };
    money.wait(590_000);
    await watchBooks(context);
    expect(await money.alarms()).to.deep.equal([]);
    money.wait(20_000);
    await money.db.rows`update settlements set refusal = 'InsufficientPool' where session_id = ${due}`;
    await watchBooks(context);
    expect(await money.alarms()).to.deep.equal([]);
    await money.db.rows`update settlements set refusal = null where session_id = ${due}`;
    await watchBooks(context);
    expect(await money.alarms()).to.deep.equal(["settlement.overdue"]);
  });
});
