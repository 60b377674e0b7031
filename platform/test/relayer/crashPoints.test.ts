/**
 * Lets relayer and watcher die at each of their calls to the database and the chain in turn, before it and after it, and
 * shows that whoever comes after settles everything once. The calls are counted, not listed.
 */
import { expect } from "chai";
import { chainOver } from "../../src/chain/chain.ts";
import type { Database, Queries, Transaction } from "../../src/db/database.ts";
import { SETTLEMENT } from "../simulation/simChain.ts";
import { type Money, openMoney } from "../support/money.ts";

class Death extends Error {}

/** Dies at the call of this number, before it does anything or after it has been done; and is dead from then on. */
function mortal(money: Money, at: number, isAfter: boolean) {
  let calls = 0;
  let isDead = false;
  const living = async <T>(act: () => Promise<T>): Promise<T> => {
    if (isDead) throw new Death();
    const isLast = ++calls === at;
    if (isLast) isDead = true;
    if (isLast && !isAfter) throw new Death();
    const answer = await act();
    if (isDead) throw new Death();
    return answer;
  };
  const queries = (from: Queries): Queries => ({
    rows: (sql, ...values) => living(() => from.rows(sql, ...values)),
    row: (sql, ...values) => living(() => from.row(sql, ...values)),
  });
  const db: Database = {
    ...money.db,
    ...queries(money.db),
    // Its commit is a call too: the last of it, of which nobody may hear.
    transaction: <T>(work: (tx: Transaction) => Promise<T>) =>
      living(() => money.db.transaction((tx) => work({ ...tx, ...queries(tx) }))),
  };
  const chain = chainOver(SETTLEMENT, (method, params) => living(() => money.chain.ask(method, params)));
  return { db, chain, calls: () => calls };
}

describe("a process that dies at any call", function () {
  this.timeout(300_000);

  /** A world with a batch in flight, one that is due, a reorganisation that took one back, and one that lacks money. */
  async function prepare() {
    const money = await openMoney();
    money.act({ functionName: "deposit", args: [1_000_000n] });
    money.mine();
    const [relayer, watcher] = [money.relayer(), money.watcher()];
    await watcher.turn();
    const ids = [await money.due(10)];
    money.wait(2_500);
    await relayer.turn();
    money.mine();
    await watcher.turn();
    ids.push(await money.due(20));
    money.wait(2_500);
    await relayer.turn();
    money.sim.reorganise(1);
    money.sim.forgetMempool();
    money.mine(2);
    ids.push(await money.due(30), await money.due(40, { urgent: true }));
    const poor = await money.due(5_000);
    money.wait(12_000);
    await relayer.close();
    return { money, ids, poor };
  }

  for (const who of ["relayer", "watcher"] as const)
    it(`R36: the ${who}: every session is settled once, whatever the call`, async () => {
      let visited = 0;
      for (let at = 1; ; at++) {
        let isOver = false;
        for (const isAfter of [false, true]) {
          const { money, ids, poor } = await prepare();
          const { db, chain, calls } = mortal(money, at, isAfter);
          const one = who === "relayer" ? money.relayer({ db, chain }) : money.watcher({ db, chain });
          try {
            for (let i = 0; i < 3; i++) {
              await one.turn();
              money.mine();
            }
          } catch (error) {
            if (!(error instanceof Death)) throw error;
          }
          isOver ||= calls() < at;
          money.wait(9_000);
          await money.rest();
          const where = `call ${at}, ${isAfter ? "after" : "before"}`;
          for (const id of ids) {
            expect(money.settledTimes(id), where).to.equal(1);
            expect(await money.settlement(id), where).to.include({ state: "CONFIRMED", reserved: 0n });
          }
          expect(await money.settlement(poor), where).to.include({ state: "PENDING", refusal: "InsufficientPool" });
          expect(await money.db.rows`select id from batches where not is_done`, where).to.deep.equal([]);
          const balance = await money.db.row<{ balance: bigint }>`select sum(balance) as balance from pools`;
          expect(balance?.balance, where).to.equal(money.sim.head.state.pool.balance);
          expect(await money.alarms(), where).to.deep.equal([]);
          visited++;
        }
        if (isOver) break;
      }
      expect(visited).to.be.greaterThan(40);
    });

  it("R36: a relayer that makes several batches at once: all of them are written down, or none, and each session is settled once", async () => {
    for (let at = 1, isOver = false; !isOver; at++) {
      for (const isAfter of [false, true]) {
        const money = await openMoney();
        money.act({ functionName: "deposit", args: [1_000_000n] });
        money.mine();
        await money.watcher().turn();
        const ids = await Promise.all(Array.from({ length: 101 }, () => money.due(1)));
        money.wait(2_500);
        const { db, chain, calls } = mortal(money, at, isAfter);
        await money
          .relayer({ db, chain })
          .turn()
          .catch((error: unknown) => {
            if (!(error instanceof Death)) throw error;
          });
        isOver = calls() < at;
        const where = `call ${at}, ${isAfter ? "after" : "before"}`;
        const written = await money.db.rows`select id from batches`;
        expect(written.length, where).to.be.oneOf([0, 2]);
        expect(money.sent.length, where).to.be.at.most(written.length);
        money.wait(9_000);
        await money.rest();
        expect(new Set(ids.map(money.settledTimes)), where).to.deep.equal(new Set([1]));
        expect(await money.alarms(), where).to.deep.equal([]);
      }
    }
  });
});
