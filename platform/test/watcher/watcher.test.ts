/** The watcher against a chain that reorganises, lags, lies and leaves out, rule by rule (R15 to R20, R37 to R42). */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { encodeFunctionData, type Hex } from "viem";
import type { Transaction } from "../../src/db/database.ts";
import { rollBack } from "../../src/watcher/apply.ts";
import { type Money, openMoney } from "../support/money.ts";

describe("the watcher", function () {
  this.timeout(30_000);
  let money: Money;

  beforeEach(async () => {
    money = await openMoney();
  });

  const deposit = (amount: bigint) => money.act({ functionName: "deposit", args: [amount] });
  const pool = async () =>
    (await money.db.row<{ balance: bigint }>`select balance from pools where consumer = ${money.consumer}`)?.balance ??
    0n;
  const events = async () =>
    await money.db.rows<{ name: string; blockNumber: bigint }>`
      select name, block_number from chain_events where consumer = ${money.consumer} order by id`;
  const level = async (watcher: { turn(): Promise<boolean> }) => {
    for (let i = 0; i < 20; i++) await watcher.turn();
  };

  it("R15: the same transaction in the next block after a reorganisation is had once", async () => {
    const watcher = money.watcher();
    await money.due();
    deposit(1_000_000n);
    money.mine();
    await watcher.turn();
    const relayer = money.relayer();
    money.wait(2_500);
    await relayer.turn();
    const [raw] = money.sent;
    money.mine();
    await watcher.turn();
    expect(await pool()).to.equal(990_000n);
    money.sim.reorganise(1);
    money.mine();
    await watcher.turn();
    expect(await pool(), "without it").to.equal(1_000_000n);
    money.sim.answer("eth_sendRawTransaction", [raw]);
    money.mine();
    await watcher.turn();
    expect(await pool(), "with it, a block later").to.equal(990_000n);
    expect((await events()).map(({ name }) => name)).to.deep.equal(["Deposited", "Settled"]);
  });

  it("a settlement that a reorganisation takes is SUBMITTED again and reserved for, and then settled once", async () => {
    const watcher = money.watcher();
    const id = await money.due();
    deposit(1_000_000n);
    money.mine();
    await watcher.turn();
    const relayer = money.relayer();
    money.wait(2_500);
    await relayer.turn();
    money.mine(3);
    await level(watcher);
    expect(await money.settlement(id)).to.include({ state: "CONFIRMED", reserved: 0n });
    money.sim.reorganise(3);
    money.sim.forgetMempool();
    money.mine(4);
    await level(watcher);
    expect(await money.settlement(id)).to.include({ state: "SUBMITTED", reserved: 10_000n, txHash: null });
    await money.rest(relayer, watcher);
    expect(await money.settlement(id)).to.include({ state: "CONFIRMED", reserved: 0n });
    expect(money.settledTimes(id)).to.equal(1);
    expect(new Set(money.sent).size, "the same bytes").to.equal(1);
  });

  it("R16, R41: a node that is behind what was read takes nothing back", async () => {
    const watcher = money.watcher();
    deposit(1_000_000n);
    money.mine(5);
    await watcher.turn();
    let rollbacks = 0;
    const counting = money.watcher({
      onCount(what, by) {
        if (what === "reorganisations") rollbacks += by;
      },
    });
    money.script((method, params) =>
      method === "eth_sendRawTransaction" ? undefined : money.sim.answer(method, params, 3),
    );
    await counting.turn();
    money.wait(1_000);
    await counting.turn();
    expect(rollbacks).to.equal(0);
    money.script(undefined);
    money.mine();
    await counting.turn();
    expect(rollbacks).to.equal(0);
    expect(await pool()).to.equal(1_000_000n);
  });

  it("a chain that came back some blocks older, and stays so, is taken at its word", async () => {
    const watcher = money.watcher();
    money.mine(3);
    deposit(1_000_000n);
    money.mine(2);
    await watcher.turn();
    money.sim.reorganise(2);
    await watcher.turn();
    expect(await pool()).to.equal(1_000_000n);
    money.wait(3_500);
    await watcher.turn();
    expect(await pool()).to.equal(0n);
  });

  it("R18: hashes alone say what was replaced: a removed flag is a reason to ask again, and nothing more", async () => {
    const watcher = money.watcher();
    deposit(1_000_000n);
    money.mine();
    let isLying = true;
    money.script((method, params) => {
      if (method !== "eth_getLogs" || !isLying) return undefined;
      isLying = false;
      return (money.sim.answer(method, params) as object[]).map((log) => ({ ...log, removed: true }));
    });
    expect(await watcher.turn()).to.equal(true);
    await watcher.turn();
    expect(await pool()).to.equal(1_000_000n);
  });

  it("R19: two reorganisations one after the other take back what went, and nothing else", async () => {
    const watcher = money.watcher();
    deposit(1n);
    money.mine();
    await watcher.turn();
    deposit(10n);
    money.mine();
    await watcher.turn();
    money.sim.reorganise(1);
    deposit(100n);
    money.mine();
    money.sim.reorganise(1);
    deposit(1_000n);
    money.mine(2);
    await watcher.turn();
    expect(await pool()).to.equal(1_001n);
    money.sim.reorganise(2);
    money.mine(3);
    await watcher.turn();
    expect(await pool()).to.equal(1n);
  });

  it("R39: a second reorganisation in the very turn of the first", async () => {
    const watcher = money.watcher();
    money.mine();
    deposit(10n);
    money.mine();
    await watcher.turn();
    money.sim.reorganise(1);
    deposit(100n);
    money.mine();
    let times = 0;
    money.script((method) => {
      if (method === "eth_getLogs" && ++times === 1) {
        money.sim.reorganise(1);
        deposit(1_000n);
        money.mine();
      }
      return undefined;
    });
    await level(watcher);
    expect(await pool()).to.equal(1_000n);
  });

  for (const [what, isDone] of [
    ["fails", false],
    ["has an unknown outcome", true],
  ] as const)
    it(`R39: a rollback whose commit ${what} is made again, and the head moves on`, async () => {
      let failures = 0;
      const { transaction } = money.db;
      const failing = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
        const isRollback = failures === 0 && money.sim.head.timestamp === replacedAt;
        if (!isRollback) return await transaction(work);
        failures++;
        if (isDone) await transaction(work);
        throw new Error("the commit failed");
      };
      let replacedAt = -1;
      const watcher = money.watcher({ db: { ...money.db, transaction: failing } as never });
      money.mine();
      deposit(10n);
      money.mine();
      await watcher.turn();
      money.sim.reorganise(1);
      money.mine(2);
      replacedAt = money.sim.head.timestamp;
      const failed = await watcher.turn().catch((error: Error) => error.message);
      expect(failed).to.equal("the commit failed");
      await level(watcher);
      expect(await pool()).to.equal(0n);
      deposit(7n);
      money.mine();
      await level(watcher);
      expect(await pool()).to.equal(7n);
    });

  it("R20: pools and settlements are functions of the events: read again from the first block they are the same", async () => {
    const [relayer, watcher] = [money.relayer(), money.watcher()];
    deposit(1_000_000n);
    money.mine();
    for (let i = 0; i < 5; i++) await money.due(10 + i);
    await money.due(5_000);
    money.act({ functionName: "withdraw", args: [1_000n] });
    await money.rest(relayer, watcher);
    const tables = async () => ({
      pools: await money.db.rows`select consumer, balance from pools order by 1`,
      settlements: await money.db
        .rows`select session_id, state, tx_hash, event_block, event_hash, event_index from settlements order by 1`,
      events: await money.db
        .rows`select block_hash, log_index, name, amount from chain_events order by block_number, log_index`,
      batches: await money.db.rows`select nonce, is_done, mined_block, mined_hash from batches order by 1`,
    });
    const before = await tables();
    await rollBack(money.db, -1n, money.clock.now());
    expect(await money.db.rows`select 1 from chain_events`).to.deep.equal([]);
    expect(await money.db.rows`select 1 from pools where balance <> 0`).to.deep.equal([]);
    money.mine();
    await level(money.watcher());
    money.mine(2);
    await level(money.watcher());
    expect(await tables()).to.deep.equal(before);
  });

  it("going back to a block within a window takes the whole window, and reads it again", async () => {
    const watcher = money.watcher();
    for (let i = 0; i < 6; i++) {
      deposit(10n);
      money.mine();
    }
    await watcher.turn();
    await rollBack(money.db, 3n, money.clock.now());
    expect(await money.db.rows`select 1 from chain_events`).to.deep.equal([]);
    money.mine();
    await level(money.watcher());
    expect(await pool()).to.equal(60n);
  });

  it("two watchers: whichever is slower writes nothing, and no block is left out", async () => {
    const [one, other] = [money.watcher(), money.watcher()];
    for (let i = 0; i < 10; i++) {
      deposit(1n);
      money.mine();
      if (i === 5) {
        money.sim.reorganise(3);
        money.mine(4);
      }
      await Promise.allSettled([one.turn(), other.turn()]);
    }
    money.mine();
    await level(one);
    const { pool: owned } = money.sim.head.state;
    expect(await pool()).to.equal(owned.balance);
    const gaps = await money.db.rows`
      select from_block, before from (select from_block, lag(to_block) over (order by to_block) as before from chain_windows) w
      where before is not null and from_block <> before + 1`;
    expect(gaps).to.deep.equal([]);
  });

  it("R17, R42: what an endpoint leaves out is found by the totals, and read again", async () => {
    const watcher = money.watcher();
    deposit(1_000n);
    money.mine();
    await watcher.turn();
    let isHiding = true;
    money.script((method) => (method === "eth_getLogs" && isHiding ? [] : undefined));
    deposit(10n);
    money.mine();
    await watcher.turn();
    isHiding = false;
    expect(await pool()).to.equal(1_000n);
    for (let i = 0; i < 8; i++) {
      money.mine(2);
      await level(watcher);
    }
    expect(await pool()).to.equal(1_010n);
    expect(await money.alarms()).to.deep.equal(["ledger.differs"]);
  });

  it("R42: two faults that cancel out in the sum are found by the consumers that they touch", async () => {
    const watcher = money.watcher();
    deposit(1_000n);
    money.act({ functionName: "deposit", args: [1_000n] }, money.operator);
    money.mine(4);
    await level(watcher);
    deposit(5n);
    money.mine();
    await money.db.rows`update pools set balance = balance - 7 where consumer = ${money.consumer}`;
    await money.db.rows`update pools set balance = balance + 7 where consumer = ${money.operator}`;
    for (let i = 0; i < 6; i++) {
      money.mine(2);
      await level(watcher);
    }
    expect(await money.alarms()).to.deep.equal(["ledger.differs"]);
  });

  it("a session that the contract settled and nobody here knows is an alarm", async () => {
    const watcher = money.watcher();
    deposit(1_000_000n);
    money.mine();
    await level(watcher);
    const id = `0x${"0".repeat(32)}${"8a".repeat(16)}` as Hex;
    const entry = [id, money.consumer, money.operator, 1_000n, 10n, 8_500n, 1_500n] as const;
    money.act({ functionName: "settleFromPool", args: entry }, money.sim.head.state.relayer);
    money.mine();
    await level(watcher);
    expect(await money.alarms()).to.deep.equal(["settlement.unknown"]);
  });

  it("a difference that no event explains is an alarm, and takes nothing back", async () => {
    let rollbacks = 0;
    const watcher = money.watcher({
      onCount(what, by) {
        if (what === "takenBack") rollbacks += by;
      },
    });
    deposit(1_000n);
    money.mine();
    const data = encodeFunctionData({ abi: luxxonSettlementAbi, functionName: "totalDeposits" });
    money.script((method, params) => {
      const [call] = params as [{ data?: Hex }];
      return method === "eth_call" && call.data === data ? `0x${"0".repeat(60)}ffff` : undefined;
    });
    for (let i = 0; i < 6; i++) {
      money.mine(3);
      await level(watcher);
    }
    expect(await money.alarms()).to.deep.equal(["ledger.differs"]);
    expect(await pool()).to.equal(1_000n);
    expect(rollbacks).to.equal(0);
  });

  it("R37, R38: after an hour's stop of 18,000 blocks it is level in one turn, with few requests", async () => {
    const watcher = money.watcher();
    money.mine();
    await watcher.turn();
    for (let i = 0; i < 18_000; i++) money.sim.mine(money.sim.head.timestamp + (i % 5 === 0 ? 1 : 0));
    money.wait(3_600_000);
    money.asked.length = 0;
    const began = Date.now();
    await watcher.turn();
    expect(Date.now() - began).to.be.lessThan(10_000);
    expect(money.asked.length).to.be.lessThan(60);
    const row = await money.db.row<{ to: bigint }>`select max(to_block) as to from chain_windows`;
    expect(row?.to).to.equal(money.sim.head.number);
  });

  it("R40: an event in every block around start, stop and restart is read once", async () => {
    for (let i = 0; i < 30; i++) {
      deposit(1n);
      money.mine();
      // Every third block another process, and some blocks between that nobody looked at.
      if (i % 3 !== 1) await money.watcher().turn();
    }
    money.mine();
    await money.watcher().turn();
    expect(await pool()).to.equal(30n);
    expect(await events()).to.have.length(30);
  });
});
