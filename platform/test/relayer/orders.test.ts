/** What a person tells the relayer, against a chain that answers as it is told to: pause, resume, replace, write off. */
import { expect } from "chai";
import { type Hex, parseTransaction } from "viem";
import { closeAlarm, openAlarms, raiseAlarm } from "../../src/alarms.ts";
import { systemEntropy } from "../../src/clock.ts";
import { LeaseLost, openLease } from "../../src/relayer/lease.ts";
import { guardSigning, order, orderReplacement, Paused, pauseOf } from "../../src/relayer/orders.ts";
import { writeOff } from "../../src/settlements/writeOff.ts";
import { hashOf, type Money, openMoney } from "../support/money.ts";

const ANN = { by: "ann", reason: "the contract is being looked at" };

describe("an operator of the platform", function () {
  this.timeout(30_000);
  let money: Money;

  beforeEach(async () => {
    money = await openMoney();
    money.act({ functionName: "deposit", args: [10_000_000n] });
    money.mine();
    await money.watcher().turn();
  });

  const now = () => money.clock.now();
  async function flying(relayer = money.relayer()) {
    const id = await money.due();
    money.wait(2_000);
    await relayer.turn();
    return { id, relayer, raw: money.sent.at(-1) as Hex };
  }
  const versions = async () =>
    Number((await money.db.row<{ count: bigint }>`select count(*) from batch_transactions`)?.count);

  describe("who pauses the relayer", () => {
    it("stops it from signing: what ends meanwhile stays due", async () => {
      await order(money.db, "pause", ANN, now());
      const { id, relayer } = await flying();
      expect(money.sent).to.deep.equal([]);
      expect((await money.settlement(id)).state).to.equal("PENDING");
      await order(money.db, "resume", ANN, now());
      await money.rest(relayer);
      expect((await money.settlement(id)).state).to.equal("CONFIRMED");
    });

    it("does not stop what is in flight: it is sent again with its bytes, mined, and confirmed", async () => {
      const { id, relayer, raw } = await flying();
      money.sim.forgetMempool();
      await order(money.db, "pause", ANN, now());
      money.wait(3_000);
      await relayer.turn();
      expect(money.sent).to.deep.equal([raw, raw]);
      await money.rest(relayer);
      expect((await money.settlement(id)).state).to.equal("CONFIRMED");
    });

    it("stops replacements too", async () => {
      const { relayer } = await flying();
      money.sim.baseFee = 30_000_000n;
      await order(money.db, "pause", ANN, now());
      for (let i = 0; i < 20; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(await versions()).to.equal(1);
    });

    it("is believed by a process that was signing at that moment: what it signed is not written, and never sent", async () => {
      const lease = openLease("relayer", {
        db: money.db,
        clock: money.clock,
        entropy: systemEntropy,
      });
      await lease.hold();
      await order(money.db, "pause", ANN, now());
      const refused = await money.db.transaction((tx) => guardSigning(lease, tx)).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(Paused).and.not.instanceOf(LeaseLost);
    });

    it("waits for a batch that is being written down: it is in flight when the pause begins", async () => {
      const lease = openLease("relayer", {
        db: money.db,
        clock: money.clock,
        entropy: systemEntropy,
      });
      await lease.hold();
      const told: string[] = [];
      let paused: Promise<unknown> | undefined;
      await money.db.transaction(async (tx) => {
        await guardSigning(lease, tx);
        paused = order(money.db, "pause", ANN, now()).then(() => told.push("paused"));
        await tx.rows`select pg_sleep(0.1)`;
        told.push("written");
      });
      await paused;
      expect(told).to.deep.equal(["written", "paused"]);
    });

    it("is kept with name, time and reason; once more changes nothing", async () => {
      expect(await order(money.db, "pause", ANN, now())).to.equal(true);
      expect(await order(money.db, "pause", { by: "bob", reason: undefined }, now())).to.equal(false);
      expect(await pauseOf(money.db)).to.deep.include({ by: "ann", reason: ANN.reason, at: now() });
      expect(await order(money.db, "resume", { by: "bob", reason: undefined }, now())).to.equal(true);
      expect(await pauseOf(money.db)).to.equal(undefined);
    });

    it("leaves a record that nobody changes", async () => {
      await order(money.db, "pause", ANN, now());
      for (const change of [
        () => money.db.rows`update relayer_orders set ordered_by = 'bob'`,
        () => money.db.rows`delete from relayer_orders`,
      ])
        expect(await change().catch((error: Error) => error.message)).to.equal("relayer_orders is append-only");
    });
  });

  describe("who has a transaction replaced", () => {
    it("gets one that pays an eighth more at once, without ten blocks and ten seconds; and one alone", async () => {
      const { id, relayer, raw } = await flying();
      await orderReplacement(money.db, hashOf(raw), ANN, now());
      await orderReplacement(money.db, hashOf(raw), ANN, now());
      for (let i = 0; i < 3; i++) await relayer.turn();
      expect(await versions()).to.equal(2);
      const [before, after] = [raw, money.sent.at(-1) as Hex].map((it) => parseTransaction(it as `0x02${string}`));
      expect(after?.nonce).to.equal(before?.nonce);
      expect(Number(after?.maxFeePerGas)).to.be.at.least(Number(before?.maxFeePerGas) * 1.125);
      await money.rest(relayer);
      expect(money.settledTimes(id)).to.equal(1);
    });

    it("gets it only once the chain moves", async () => {
      const { relayer, raw } = await flying();
      await orderReplacement(money.db, hashOf(raw), ANN, now());
      money.wait(31_000);
      // What is sent again is no replacement.
      for (let i = 0; i < 2; i++) await relayer.turn();
      expect(await versions()).to.equal(1);
      money.sim.forgetMempool();
      money.mine();
      await relayer.turn();
      expect(await versions()).to.equal(2);
    });

    it("does not get it above the ceiling: an alarm says so", async () => {
      const { relayer, raw } = await flying(money.relayer({ maxFeePerGas: 21_000_000n }));
      await orderReplacement(money.db, hashOf(raw), ANN, now());
      await relayer.turn();
      expect(await versions()).to.equal(1);
      expect(await money.alarms()).to.deep.equal(["signer.ceiling"]);
    });
  });

  describe("who writes a settlement off", () => {
    /** One that the contract refuses. */
    async function refused() {
      const id = await money.due(20_000);
      money.wait(2_500);
      await money.relayer().turn();
      expect((await money.settlement(id)).refusal).to.equal("InsufficientPool");
      return id;
    }

    it("ends its retries, also where a deposit would make room, and frees what was reserved for it", async () => {
      const id = await refused();
      expect((await writeOff(money.db, id, ANN, now())).outcome).to.equal("done");
      money.act({ functionName: "deposit", args: [50_000_000n] });
      money.mine();
      await money.rest();
      expect(await money.settlement(id)).to.include({ state: "PENDING", dueAt: null, reserved: 0n });
      expect(money.settledTimes(id)).to.equal(0);
    });

    it("cannot write off what is due, in flight, settled, written off, or unknown", async () => {
      const due = await money.due();
      expect((await writeOff(money.db, due, ANN, now())).outcome).to.equal("due");
      money.wait(2_500);
      const relayer = money.relayer();
      await relayer.turn();
      expect((await writeOff(money.db, due, ANN, now())).outcome).to.equal("flying");
      await money.rest(relayer);
      expect((await writeOff(money.db, due, ANN, now())).outcome).to.equal("flying");
      await relayer.close();
      const id = await refused();
      await writeOff(money.db, id, ANN, now());
      expect((await writeOff(money.db, id, { by: "bob", reason: "no" }, now())).outcome).to.equal("already");
      expect((await writeOff(money.db, crypto.randomUUID(), ANN, now())).outcome).to.equal("unknown");
    });

    it("leaves a record that nobody changes", async () => {
      const id = await refused();
      await writeOff(money.db, id, ANN, now());
      for (const change of [
        () => money.db.rows`update settlements set write_off_reason = 'another' where session_id = ${id}`,
        () =>
          money.db
            .rows`update settlements set written_off_at = null, written_off_by = null, write_off_reason = null where session_id = ${id}`,
        () => money.db.rows`delete from settlements where session_id = ${id}`,
      ])
        expect(await change().catch((error: Error) => error.message)).to.equal("settlements is append-only");
    });

    it("does not undo what the chain says later: what is settled after all is settled, and reserved for nobody", async () => {
      const id = await refused();
      await writeOff(money.db, id, ANN, now());
      money.act({ functionName: "deposit", args: [50_000_000n] });
      const word = `0x${id.replaceAll("-", "").padStart(64, "0")}` as Hex;
      const entry = [word, money.consumer, money.operator, 1_000n, 20_000n, 17_000_000n, 3_000_000n] as const;
      money.act({ functionName: "settleFromPool", args: entry }, money.sim.head.state.relayer);
      money.mine();
      const watcher = money.watcher();
      for (let i = 0; i < 3; i++) {
        await watcher.turn();
        money.mine();
      }
      expect(await money.settlement(id)).to.include({ state: "CONFIRMED", reserved: 0n });
      // And a reorganisation that takes it leaves it written off.
      money.sim.reorganise(5);
      money.mine(8);
      for (let i = 0; i < 3; i++) await watcher.turn();
      expect(money.settledTimes(id)).to.equal(0);
      expect(await money.settlement(id)).to.include({ state: "PENDING", dueAt: null, reserved: 0n });
    });
  });

  describe("who closes an alarm", () => {
    it("is kept with it; what is still so is raised anew", async () => {
      const alarm = { kind: "signer.low", subject: "0x1", message: "send it ETH" } as const;
      await raiseAlarm(money.db, alarm, now());
      await raiseAlarm(money.db, alarm, now());
      const [open, ...more] = await openAlarms(money.db);
      expect(more).to.deep.equal([]);
      const id = open?.id ?? 0n;
      expect(await closeAlarm(money.db, id, { by: "ann", reason: "sent 1 ETH" }, now())).to.deep.equal(alarm);
      expect(await closeAlarm(money.db, id, { by: "bob", reason: "again" }, now())).to.equal(undefined);
      await raiseAlarm(money.db, alarm, now());
      expect((await openAlarms(money.db)).map((it) => it.id)).to.deep.equal([id + 1n]);
      const [closed] = await money.db.rows`select closed_by, close_reason from alarms where id = ${id}`;
      expect(closed).to.deep.equal({ closedBy: "ann", closeReason: "sent 1 ETH" });
    });
  });
});
