/** The relayer against a chain that answers as it is told to, rule by rule (R1 to R14, R28 to R33). */
import { expect } from "chai";
import { type Hex, parseTransaction } from "viem";
import { systemEntropy } from "../../src/clock.ts";
import { openLease } from "../../src/relayer/lease.ts";
import { signerOfKey } from "../../src/relayer/signer.ts";
import { writeOff } from "../../src/settlements/writeOff.ts";
import { hashOf, KEY, type Money, OTHER_KEY, openMoney, problem, RELAYER } from "../support/money.ts";

const feesOf = (raw: Hex | undefined) => parseTransaction(raw as `0x02${string}`);

describe("the relayer", function () {
  this.timeout(30_000);
  let money: Money;

  beforeEach(async () => {
    money = await openMoney();
    money.act({ functionName: "deposit", args: [10_000_000n] });
    money.mine();
    await money.watcher().turn();
  });

  /** One batch that is signed and sent, and is not mined. */
  async function flying(relayer = money.relayer(), seconds = 10) {
    const id = await money.due(seconds);
    money.wait(2_000);
    await relayer.turn();
    return { id, relayer, raw: money.sent.at(-1) as Hex };
  }

  describe("nonces", () => {
    it("R1, R4: takes the next one from its rows, whatever the node says is pending", async () => {
      const { relayer } = await flying();
      await money.due();
      money.wait(2_500);
      await relayer.turn();
      expect(money.nonces()).to.deep.equal([0, 1]);
      expect(money.asked.filter((method) => method === "eth_getTransactionCount").length).to.be.greaterThan(0);
    });

    it("R2, R3: sends every unmined row again, the lowest first, with the same bytes", async () => {
      const { relayer } = await flying();
      await money.due();
      money.wait(2_500);
      await relayer.turn();
      const [first, second] = money.sent;
      money.sim.forgetMempool();
      money.sent.length = 0;
      money.wait(3_000);
      await money.relayer().turn();
      expect(money.sent, "another process waits for the lease").to.deep.equal([]);
      money.wait(9_000);
      await money.relayer().turn();
      expect(money.sent).to.deep.equal([first, second]);
    });

    it("R7: what overtook another is sent again in the next turn, in the order of nonces", async () => {
      let isHigh = true;
      money.script((method) => {
        if (method === "eth_sendRawTransaction" && isHigh) throw problem(method, "nonce too high");
        return undefined;
      });
      const { relayer, raw } = await flying();
      isHigh = false;
      await relayer.turn();
      expect(money.sent).to.deep.equal([raw, raw]);
      expect(await money.alarms()).to.deep.equal([]);
    });

    it("R11: a nonce that somebody else used stops the signer, with an alarm, and not before it is sure", async () => {
      const { relayer } = await flying();
      money.sim.forgetMempool();
      money.wait(1_000);
      money.sim.stealNonce(Math.floor(money.clock.now().getTime() / 1_000));
      for (let i = 0; i < 12; i++) {
        money.wait(1_500);
        await relayer.turn();
      }
      expect(await money.alarms()).to.deep.equal([]);
      for (let i = 0; i < 6; i++) {
        money.wait(1_500);
        await relayer.turn();
      }
      expect(await money.alarms()).to.deep.equal(["signer.foreign"]);
      money.sent.length = 0;
      await money.due();
      money.wait(5_000);
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
    });

    it("R1, R11: a nonce above all that it signed stops the signer too, with nothing under way", async () => {
      const relayer = money.relayer();
      const { id } = await flying(relayer);
      money.mine();
      await money.watcher().turn();
      expect((await money.settlement(id)).state).not.to.equal("PENDING");
      money.sim.stealNonce(Math.floor(money.clock.now().getTime() / 1_000));
      for (let i = 0; i < 20; i++) {
        money.wait(2_000);
        await relayer.turn();
      }
      expect(await money.alarms()).to.deep.equal(["signer.foreign"]);
    });

    it("a node that says too high a nonce for a moment stops nothing, and nothing is signed on its word", async () => {
      const relayer = money.relayer();
      const first = await flying(relayer);
      money.mine();
      await money.watcher().turn();
      money.script((method) => (method === "eth_getTransactionCount" ? "0x9" : undefined));
      money.sent.length = 0;
      const id = await money.due();
      for (let i = 0; i < 3; i++) {
        money.wait(2_500);
        await relayer.turn();
      }
      expect(money.sent).to.deep.equal([]);
      money.script(undefined);
      await money.rest(relayer);
      expect([money.settledTimes(first.id), money.settledTimes(id)]).to.deep.equal([1, 1]);
      expect(await money.alarms()).to.deep.equal([]);
    });
  });

  describe("what a node answers to a transaction", () => {
    const answers: [said: string, code: number | string][] = [
      ["already known", -32_000],
      ["nonce too low", -32_000],
      ["replacement transaction underpriced", -32_000],
      ["insufficient funds for gas * price + value", -32_000],
      ["txpool is full", -32_000],
      ["in-flight transaction limit reached for delegated accounts", -32_000],
      ["too many requests", 429],
      ["ETIMEDOUT", "ETIMEDOUT"],
      ["max fee per gas less than block base fee", -32_000],
    ];
    for (const [said, code] of answers)
      it(`R6, R8, R10, R31, R32: "${said}": the same bytes again, no replacement, settled once`, async () => {
        const taken: Hex[] = [];
        money.script((method, params) => {
          if (method !== "eth_sendRawTransaction" || taken.length > 3) return undefined;
          taken.push(params[0] as Hex);
          throw problem(method, said, code);
        });
        const { id, relayer } = await flying();
        for (let i = 0; i < 3; i++) {
          money.wait(3_000);
          await relayer.turn();
        }
        expect(new Set(money.sent).size).to.equal(1);
        await money.rest(relayer);
        expect(money.settledTimes(id)).to.equal(1);
        expect((await money.settlement(id)).state).to.equal("CONFIRMED");
      });

    it("takes a transaction and does not say so: it is settled once", async () => {
      money.script((method, params) => {
        if (method !== "eth_sendRawTransaction") return undefined;
        money.sim.answer(method, params);
        throw problem(method, "ETIMEDOUT", "ETIMEDOUT");
      });
      const { id, relayer } = await flying();
      await money.rest(relayer);
      expect(money.settledTimes(id)).to.equal(1);
    });

    it("raises an alarm where the wallet has no ETH, and where the bytes will never be taken", async () => {
      let said = "insufficient funds for gas * price + value";
      money.script((method) => {
        if (method === "eth_sendRawTransaction") throw problem(method, said);
        return undefined;
      });
      const { relayer } = await flying();
      said = "intrinsic gas too low";
      money.wait(3_000);
      await relayer.turn();
      expect(await money.alarms()).to.deep.equal(["signer.empty", "signer.refused"]);
    });
  });

  describe("replacement", () => {
    it("R28: a chain that stands for two hours gets the same bytes, before and after", async () => {
      const { id, relayer, raw } = await flying();
      money.sim.baseFee = 100_000_000n;
      money.sim.forgetMempool();
      for (let i = 0; i < 240; i++) {
        money.wait(30_000);
        await relayer.turn();
      }
      expect(new Set(money.sent)).to.deep.equal(new Set([raw]));
      money.sim.baseFee = 5_000_000n;
      await money.rest(relayer);
      expect(money.settledTimes(id)).to.equal(1);
      expect(new Set(money.sent)).to.deep.equal(new Set([raw]));
    });

    it("R28: needs ten blocks in which the fee would not have got in, and 10 s", async () => {
      const { relayer, raw } = await flying();
      money.sim.baseFee = 30_000_000n;
      for (let i = 0; i < 9; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(new Set(money.sent)).to.deep.equal(new Set([raw]));
      for (let i = 0; i < 4; i++) {
        money.mine();
        await relayer.turn();
      }
      const next = feesOf(money.sent.at(-1));
      expect(next.nonce).to.equal(0);
      expect(next.maxFeePerGas).to.equal(121_000_000n);
    });

    it("R28: full blocks that ask for a larger tip are a reason, blocks with room are none", async () => {
      const { relayer, raw } = await flying();
      let ratio = 0.5;
      money.script((method, params) => {
        if (method === "eth_feeHistory")
          return {
            baseFeePerGas: Array(11).fill("0x4c4b40"),
            gasUsedRatio: Array(10).fill(ratio),
            reward: Array(10).fill(["0x3d0900"]),
          };
        if (method === "eth_sendRawTransaction") return hashOf(params[0] as Hex);
        return undefined;
      });
      money.sim.forgetMempool();
      for (let i = 0; i < 30; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(new Set(money.sent)).to.deep.equal(new Set([raw]));
      ratio = 0.99;
      money.mine();
      await relayer.turn();
      money.mine();
      await relayer.turn();
      expect(feesOf(money.sent.at(-1)).maxPriorityFeePerGas).to.equal(4_000_000n);
    });

    it("R29: offers four times the base fee at signing, and replaces the lowest nonce alone", async () => {
      const { relayer, raw } = await flying();
      expect(Number(feesOf(raw).maxFeePerGas)).to.be.at.least(4 * 5_000_000);
      await money.due();
      money.wait(2_500);
      await relayer.turn();
      money.sim.baseFee = 30_000_000n;
      // Until the first replacement.
      for (let i = 0; i < 14 && new Set(money.sent).size === 2; i++) {
        money.mine();
        await relayer.turn();
      }
      const versions = await money.db.rows<{ nonce: bigint; versions: bigint }>`
        select nonce, count(*) as versions from batches b join batch_transactions x on x.batch_id = b.id group by nonce order by nonce`;
      expect(versions).to.deep.equal([
        { nonce: 0n, versions: 2n },
        { nonce: 1n, versions: 1n },
      ]);
    });

    it("R8: what the pool calls underpriced is raised after its time, once a period", async () => {
      money.script((method) => {
        if (method === "eth_sendRawTransaction") throw problem(method, "transaction underpriced");
        return undefined;
      });
      const { relayer } = await flying();
      for (let i = 0; i < 12; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(new Set(money.sent).size).to.equal(2);
      const [first, second] = [...new Set(money.sent)].map(feesOf);
      expect(Number(second?.maxFeePerGas)).to.be.greaterThan(Number(first?.maxFeePerGas) * 1.1);
    });

    it("R9: the version before may be the one that is mined", async () => {
      const { id, relayer, raw } = await flying();
      money.sim.baseFee = 30_000_000n;
      for (let i = 0; i < 14 && new Set(money.sent).size === 1; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(new Set(money.sent).size).to.equal(2);
      money.sim.forgetMempool();
      money.sim.baseFee = 5_000_000n;
      money.sim.answer("eth_sendRawTransaction", [raw]);
      money.mine();
      await money.rest(relayer);
      expect(money.settledTimes(id)).to.equal(1);
      expect((await money.settlement(id)).txHash).to.equal(hashOf(raw));
      expect(await money.alarms()).to.deep.equal([]);
    });

    it("waits at the ceiling, with an alarm", async () => {
      const { relayer } = await flying(money.relayer({ maxFeePerGas: 21_000_000n }));
      money.sim.baseFee = 30_000_000n;
      for (let i = 0; i < 14; i++) {
        money.mine();
        await relayer.turn();
      }
      expect(new Set(money.sent).size).to.equal(1);
      expect(await money.alarms()).to.deep.equal(["signer.ceiling"]);
    });
  });

  describe("who signs", () => {
    it("R5: of two processes one works, and the fence refuses what the one before still writes", async () => {
      const context = { db: money.db, clock: money.clock, entropy: systemEntropy };
      const [one, other] = [openLease("relayer", context), openLease("relayer", context)];
      expect([await one.hold(), await other.hold()]).to.deep.equal([true, false]);
      money.wait(8_001);
      expect(await other.hold()).to.equal(true);
      const refused = await money.db.transaction((tx) => one.guard(tx)).catch((error: Error) => error.constructor.name);
      expect(refused).to.equal("LeaseLost");
      await money.db.transaction((tx) => other.guard(tx));
    });

    it("a lease of a clock that ran an hour ahead is taken over at once", async () => {
      const ahead = { now: () => new Date(money.clock.now().getTime() + 3_600_000) };
      const dead = openLease("relayer", { db: money.db, clock: ahead, entropy: systemEntropy });
      expect(await dead.hold()).to.equal(true);
      const next = openLease("relayer", { db: money.db, clock: money.clock, entropy: systemEntropy });
      expect(await next.hold()).to.equal(true);
    });

    it("a relayer that was replaced on chain: nothing is lost, and the new one makes its batches anew", async () => {
      const { id, relayer } = await flying();
      money.sim.forgetMempool();
      const next = signerOfKey(OTHER_KEY);
      await relayer.close();
      const heir = money.relayer({ signer: next });
      money.wait(1_000);
      await heir.turn();
      expect((await money.settlement(id)).state, "the old one may still settle").to.equal("SUBMITTED");
      money.act({ functionName: "setRelayer", args: [next.address] }, money.sim.head.state.owner);
      money.mine();
      for (let i = 0; i < 2; i++) {
        money.wait(3_000);
        await heir.turn();
      }
      const { signer } = (await money.db.row<{ signer: string }>`
        select b.signer from batches b join settlements s on s.batch_id = b.id where s.session_id = ${id}`) ?? {
        signer: "",
      };
      expect(signer).to.equal(next.address);
    });

    it("R31: an account with code signs nothing, with an alarm, until the code is gone", async () => {
      let code = "0xef0100";
      money.script((method) => (method === "eth_getCode" ? code : undefined));
      const relayer = money.relayer();
      await money.due();
      money.wait(2_500);
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
      expect(await money.alarms()).to.deep.equal(["signer.code"]);
      code = "0x";
      money.wait(61_000);
      await relayer.turn();
      expect(money.sent).to.have.length(1);
      code = "0xef0100";
      money.mine();
      await money.due();
      money.wait(3_601_000);
      await relayer.turn();
      expect(new Set(money.sent).size, "looked at again within an hour").to.equal(1);
    });

    it("R30: a budget of gas that is used up stops it until time makes room", async () => {
      money.script((method, params) => {
        if (method !== "eth_getTransactionReceipt") return undefined;
        const receipt = money.sim.answer(method, params) as object | null;
        return receipt === null ? undefined : { ...receipt, gasUsed: "0xf4240", effectiveGasPrice: "0x3b9aca00" };
      });
      const relayer = money.relayer({ gasBudget: { hour: 10n ** 15n, day: 10n ** 16n } });
      await flying(relayer);
      money.mine();
      await money.watcher().turn();
      money.wait(6_000);
      await relayer.turn();
      expect(await money.alarms()).to.deep.equal(["signer.budget"]);
      const id = await money.due();
      money.sent.length = 0;
      money.wait(3_000);
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
      money.wait(3_600_000);
      await relayer.turn();
      expect(money.sent).to.have.length(1);
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    it("R30: what flies counts against the budget of gas, at its dearest: of one turn too", async () => {
      for (let i = 0; i < 250; i++) await money.due(1);
      money.wait(2_500);
      // A full batch takes 11.2M gas at most, at 6M wei here.
      const relayer = money.relayer({ gasBudget: { hour: 140_000_000_000_000n, day: 10n ** 16n } });
      const inFlight = async () => (await money.db.rows`select id from batches where not is_done`).length;
      await relayer.turn();
      await relayer.turn();
      expect(await inFlight()).to.equal(2);
      money.mine();
      await money.watcher().turn();
      money.wait(6_000);
      await relayer.turn();
      expect(await inFlight(), "they have cost less").to.equal(1);
    });

    it("R30: a budget that is smaller than one batch at its dearest has one at a time", async () => {
      for (let i = 0; i < 250; i++) await money.due(1);
      money.wait(2_500);
      const relayer = money.relayer({ gasBudget: { hour: 1_000_000_000n, day: 10n ** 16n } });
      for (let i = 0; i < 2; i++) await relayer.turn();
      expect(await money.db.rows`select sessions from batches`).to.deep.equal([{ sessions: 100 }]);
    });

    it("R30: all that was mined since the last look is added up at the next, however much it is", async () => {
      await money.db.rows`
        with made as (insert into batches (signer, nonce, fence, sessions, total, is_done, created_at, mined_block)
          select 'another', n, 1, 1, 1, true, ${money.clock.now()}::timestamptz, 1 from generate_series(1, 120) n returning id)
        insert into batch_transactions (hash, batch_id, version, raw, max_fee_per_gas, max_priority_fee_per_gas, gas, signed_at, signed_block)
        select 'hash ' || id, id, 1, '0x', 1, 1, 1, ${money.clock.now()}::timestamptz, 1 from made`;
      money.script((method) =>
        method === "eth_getTransactionReceipt" ? { gasUsed: "0xf4240", effectiveGasPrice: "0x3b9aca00" } : undefined,
      );
      const relayer = money.relayer({ gasBudget: { hour: 12n * 10n ** 16n, day: 10n ** 18n } });
      await relayer.turn();
      expect(await money.alarms()).to.deep.equal(["signer.budget"]);
    });

    it("raises an alarm before the wallet is empty", async () => {
      money.script((method) => (method === "eth_getBalance" ? "0x1" : undefined));
      await money.relayer().turn();
      expect(await money.alarms()).to.deep.equal(["signer.low"]);
    });
  });

  describe("what the contract does not settle", () => {
    it("R30: a lack in the pool is tried again when a deposit covers it, and never in a loop", async () => {
      const id = await money.due(20_000);
      money.wait(2_500);
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
      expect(await money.settlement(id)).to.include({ state: "PENDING", refusal: "InsufficientPool" });
      let calls = 0;
      money.script((method) => {
        if (method === "eth_call") calls++;
        return undefined;
      });
      for (let i = 0; i < 600; i++) {
        money.wait(1_000);
        await relayer.turn();
      }
      expect(calls, "in ten minutes").to.be.lessThan(25);
      money.act({ functionName: "deposit", args: [1n] });
      money.mine();
      await watcher.turn();
      const put = await money.settlement(id);
      expect(put.dueAt?.getTime(), "one that does not cover it").to.be.greaterThan(money.clock.now().getTime());
      money.act({ functionName: "deposit", args: [20_000_000n] });
      money.mine();
      await watcher.turn();
      await money.rest(relayer, watcher);
      expect((await money.settlement(id)).state).to.equal("CONFIRMED");
    });

    it("why a batch's sessions are refused is asked in one request", async () => {
      const poor = Array.from({ length: 100 }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")}` as const);
      const ids = await Promise.all(poor.map((consumer) => money.due(10, { consumer })));
      money.wait(2_500);
      money.asked.length = 0;
      await money.relayer().turn();
      for (const id of ids)
        expect(await money.settlement(id)).to.include({ state: "PENDING", refusal: "InsufficientPool" });
      expect(money.asked.filter((method) => method === "eth_call")).to.have.length(2);
    });

    it("R30: a deposit that is read while the refusal before it is on its way is not missed", async () => {
      const id = await money.due(20_000);
      // It would wait for an hour by now.
      await money.db.rows`update settlements set attempts = 12 where session_id = ${id}`;
      money.wait(2_500);
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      let calls = 0;
      money.script((method, params) => {
        if (method !== "eth_call" || ++calls !== 2) return undefined;
        const answer = money.sim.answer(method, params);
        money.act({ functionName: "deposit", args: [20_000_000n] });
        money.mine();
        return watcher.turn().then(() => answer);
      });
      await relayer.turn();
      expect((await money.settlement(id)).state).to.equal("PENDING");
      money.wait(5_000);
      await relayer.turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    it("R30: a consumer that withdraws in every block costs a few transactions, not one a block", async () => {
      const id = await money.due(1_000);
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      for (let i = 0; i < 300; i++) {
        money.wait(2_000);
        await relayer.turn();
        // In the very block: before the batch.
        if (money.sim.head.state.pool.balance > 0n) money.act({ functionName: "withdrawAll", args: [] });
        money.mine();
        await watcher.turn();
        money.act({ functionName: "deposit", args: [999_999n] });
        money.mine();
        await watcher.turn();
      }
      const { state, refusal } = await money.settlement(id);
      expect({ state, refusal }).to.deep.equal({ state: "PENDING", refusal: "InsufficientPool" });
      expect(new Set(money.sent).size).to.be.lessThan(12);
    });

    it("R33: a batch that was mined without an entry puts it back with the contract's reason", async () => {
      const id = await money.due(9_000);
      const other = await money.due(900);
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      money.wait(2_500);
      await relayer.turn();
      money.act({ functionName: "withdraw", args: [8_000_000n] });
      money.mine();
      await watcher.turn();
      expect(await money.settlement(id)).to.include({
        state: "PENDING",
        refusal: "InsufficientPool",
        reserved: 9_000_000n,
      });
      await money.rest(relayer, watcher);
      expect(await money.settlement(other)).to.include({ state: "CONFIRMED", reserved: 0n });
      expect(await money.db.rows`select id from batches where not is_done`).to.deep.equal([]);
    });

    it("a contract that is paused for an hour: nothing is sent, nothing is lost", async () => {
      money.act({ functionName: "pause", args: [] }, money.sim.head.state.owner);
      money.mine();
      const id = await money.due();
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      for (let i = 0; i < 60; i++) {
        money.wait(60_000);
        await relayer.turn();
      }
      expect(money.sent).to.deep.equal([]);
      expect(await money.alarms()).to.deep.equal(["contract.refuses"]);
      money.act({ functionName: "unpause", args: [] }, money.sim.head.state.owner);
      money.mine();
      await money.rest(relayer, watcher);
      expect((await money.settlement(id)).state).to.equal("CONFIRMED");
    });

    it("a pause is no settlement's fault: what is refused after it is tried again as after a first refusal", async () => {
      const { owner } = money.sim.head.state;
      money.act({ functionName: "pause", args: [] }, owner);
      money.mine();
      const id = await money.due();
      const [relayer, watcher] = [money.relayer(), money.watcher()];
      for (let i = 0; i < 20; i++) {
        money.wait(60_000);
        await relayer.turn();
      }
      expect((await money.settlement(id)).attempts).to.equal(0);
      money.act({ functionName: "unpause", args: [] }, owner);
      money.act({ functionName: "withdrawAll", args: [] });
      money.mine();
      await watcher.turn();
      money.wait(60_000);
      await relayer.turn();
      const { attempts, refusal, dueAt } = await money.settlement(id);
      expect({ attempts, refusal }).to.deep.equal({ attempts: 1, refusal: "InsufficientPool" });
      expect(Number(dueAt) - money.clock.now().getTime()).to.equal(5_000);
    });

    it("whether the contract would settle it, and why not, is asked of one and the same block", async () => {
      await money.due(20_000);
      money.wait(2_500);
      const asked: unknown[] = [];
      money.script((method, [, block]) => {
        if (method !== "eth_call") return undefined;
        asked.push(block);
        money.mine();
        return undefined;
      });
      const { number } = money.sim.head;
      await money.relayer().turn();
      expect(asked).to.deep.equal([`0x${number.toString(16)}`, `0x${number.toString(16)}`]);
    });

    it("R12: a receipt of a block that is not there says nothing", async () => {
      const { id, relayer } = await flying();
      money.script((method) =>
        method === "eth_getTransactionReceipt"
          ? { status: "0x0", blockNumber: "0x1", blockHash: `0x${"ab".repeat(32)}`, gasUsed: "0x1" }
          : undefined,
      );
      money.sim.forgetMempool();
      money.wait(1_000);
      money.sim.stealNonce(Math.floor(money.clock.now().getTime() / 1_000));
      await money.watcher().turn();
      await relayer.turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    it("a batch that was paused while it flew is reverted: its sessions are due again", async () => {
      const { id, relayer } = await flying();
      const { owner } = money.sim.head.state;
      money.act({ functionName: "pause", args: [] }, owner);
      money.mine();
      const watcher = money.watcher();
      await watcher.turn();
      await relayer.turn();
      expect(await money.settlement(id)).to.include({ state: "PENDING", refusal: "Reverted" });
      money.act({ functionName: "unpause", args: [] }, owner);
      money.mine();
      await money.rest(relayer, watcher);
      expect(money.settledTimes(id)).to.equal(1);
    });

    it("R33: a receipt that lies of success moves nothing, and its batch is made anew after a while", async () => {
      const { id, relayer } = await flying();
      const watcher = money.watcher();
      money.sim.forgetMempool();
      money.wait(1_000);
      money.sim.stealNonce(Math.floor(money.clock.now().getTime() / 1_000));
      const { number, hash } = money.sim.head;
      money.script((method) =>
        method === "eth_getTransactionReceipt"
          ? { status: "0x1", blockNumber: `0x${number.toString(16)}`, blockHash: hash, gasUsed: "0x1" }
          : undefined,
      );
      money.mine(5);
      await watcher.turn();
      await relayer.turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
      money.wait(7_200_000);
      await relayer.turn();
      expect(await money.alarms(), "time that passed while nobody looked").to.deep.equal([]);
      for (let i = 0; i < 10; i++) {
        money.wait(2_500);
        await relayer.turn();
      }
      expect((await money.settlement(id)).state).not.to.equal("CONFIRMED");
      expect(await money.alarms()).to.deep.equal(["batch.silent"]);
      money.script(undefined);
      await money.rest(relayer, watcher);
      expect(money.settledTimes(id)).to.equal(1);
      expect((await money.settlement(id)).state).to.equal("CONFIRMED");
    });

    it("R33: a watcher that has read blocks which are gone has not read those in their place", async () => {
      money.sim.forgetMempool();
      money.mine(10);
      await money.watcher().turn();
      money.sim.reorganise(6);
      const { id, relayer } = await flying();
      money.mine(8);
      for (let i = 0; i < 30; i++) {
        money.wait(21_000);
        await relayer.turn();
      }
      expect(await money.alarms()).to.deep.equal([]);
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
      await money.rest(relayer);
      expect(money.settledTimes(id)).to.equal(1);
    });

    for (const [what, more] of [
      ["equal amounts confirm it", 0n],
      ["other amounts are an alarm", 1n],
    ] as const)
      it(`settled already, before it was due here: ${what}`, async () => {
        const id = await money.due(10);
        const sessionId = `0x${id.replaceAll("-", "").padStart(64, "0")}` as Hex;
        const entry = [sessionId, money.consumer, money.operator, 1_000n, 10n, 8_500n - more, 1_500n] as const;
        await money.db.rows`delete from settlements where session_id = ${id}`;
        money.act({ functionName: "settleFromPool", args: entry }, RELAYER);
        money.mine();
        const [relayer, watcher] = [money.relayer(), money.watcher()];
        await watcher.turn();
        await money.db.rows`
          insert into settlements (session_id, state, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount,
            fee_bps, urgent, created_at, due_at)
          values (${id}, 'PENDING', ${money.consumer}, ${money.operator}, 1000, 10, 8500, 1500, 1500, false, ${money.clock.now()}, ${money.clock.now()})`;
        money.wait(2_500);
        await relayer.turn();
        expect((await money.settlement(id)).refusal).to.equal("AlreadySettled");
        money.mine();
        await watcher.turn();
        money.mine(2);
        await watcher.turn();
        expect((await money.settlement(id)).state).to.equal(more === 0n ? "CONFIRMED" : "PENDING");
        expect((await money.alarms()).includes("settlement.differs")).to.equal(more !== 0n);
        expect(money.sent).to.deep.equal([]);
      });
  });

  describe("what is due", () => {
    it("R14: is found by its row, by a process that nobody has told of it", async () => {
      const id = await money.due();
      money.wait(2_500);
      await money.relayer().turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    it("R13: a second process that takes itself for the first writes no second batch of the same nonce or session", async () => {
      const id = await money.due();
      money.wait(2_500);
      // Both have the lease, and neither sees the other's rows before its own are written.
      const { transaction } = money.db;
      const writing: (() => void)[] = [];
      const both = new Promise<void>((resolve) => writing.push(resolve));
      let waiting = 0;
      const unguarded: typeof money.db = {
        ...money.db,
        row: async <Row>(sql: TemplateStringsArray, ...values: unknown[]) =>
          sql.join("").includes("insert into leases")
            ? ({ fence: 1n } as Row)
            : await money.db.row<Row>(sql, ...values),
        async transaction(work) {
          if (++waiting === 2) writing[0]?.();
          await both;
          return await transaction((tx) =>
            work({
              ...tx,
              row: async <Row>(sql: TemplateStringsArray, ...values: unknown[]) =>
                sql.join("").includes("from leases") ? ({ held: 1 } as Row) : await tx.row<Row>(sql, ...values),
            }),
          );
        },
      };
      const turns = [1, 2].map(() => money.relayer({ db: unguarded }).turn());
      const outcomes = (await Promise.allSettled(turns)).map(({ status }) => status).sort();
      expect(outcomes).to.deep.equal(["fulfilled", "rejected"]);
      expect(new Set(money.sent).size).to.equal(1);
      await money.rest();
      expect(money.settledTimes(id)).to.equal(1);
    });

    it("R35: is found by an index of what is due alone, the urgent and the oldest of it, however much is due", async () => {
      let question: Parameters<typeof money.db.rows> | undefined;
      const rows: typeof money.db.rows = (sql, ...values) => {
        if (sql.join("").includes("due_at <=")) question = [sql, ...values];
        return money.db.rows(sql, ...values);
      };
      await money.relayer({ db: { ...money.db, rows } }).turn();
      const [sql, ...values] = question ?? expect.fail("nothing was asked for what is due");
      const explain = Object.assign([`explain ${sql[0]}`, ...sql.slice(1)], { raw: sql.raw });
      let plan = "";
      const undone = new Error("undone");
      await money.db
        .transaction(async (tx) => {
          // Without the sessions that they belong to: who asks reads only these.
          await tx.rows`set local session_replication_role = replica`;
          await tx.rows`
            insert into settlements (session_id, state, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds,
              to_amount, fee_amount, fee_bps, urgent, created_at, due_at)
            select gen_random_uuid(), case when n <= 10000 then 'CONFIRMED' else 'PENDING' end, '0x', '0x', 1000, 10,
              8500, 1500, 1500, n % 4 = 0, at, case when n > 10000 then at end
            from (select n, ${money.clock.now()}::timestamptz - interval '1 second' * (20000 - n) as at
              from generate_series(1, 20000) n) ended`;
          await tx.rows`analyze settlements`;
          plan = (await tx.rows<Record<string, string>>(explain, ...values)).flatMap(Object.values).join("\n");
          throw undone;
        })
        .catch((error: unknown) => {
          if (error !== undone) throw error;
        });
      for (const index of ["settlements_urgent", "settlements_due"])
        expect(plan).to.match(new RegExp(`Limit .*\\n *-> +Index Scan using ${index} `));
    });

    it("R35: its row is written three times in its life", async () => {
      await money.db.rows`create table writes (id uuid)`;
      await money.db.rows`
        create function note_write() returns trigger language plpgsql as $$ begin insert into writes values (new.session_id); return null; end $$`;
      await money.db
        .rows`create trigger note_write after update on settlements for each row execute function note_write()`;
      try {
        const id = await money.due();
        await money.rest();
        expect((await money.settlement(id)).state).to.equal("CONFIRMED");
        const written = await money.db.rows`select id from writes where id = ${id}`;
        expect(written.length, "in a batch, on chain, confirmed").to.equal(3);
      } finally {
        await money.db.rows`drop function note_write cascade`;
        await money.db.rows`drop table writes`;
      }
    });
  });

  describe("while the base fee is above the one that was set", () => {
    const dear = { baseFee: 20_000_000n, waitMs: 60_000 };

    it("what nothing hurries waits, however much is due, and goes when it falls", async () => {
      const relayer = money.relayer({ dear });
      money.sim.baseFee = 30_000_000n;
      money.mine();
      const ids = [];
      for (let i = 0; i < 101; i++) ids.push(await money.due(1));
      money.wait(20_000);
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
      money.sim.baseFee = 5_000_000n;
      money.mine();
      await relayer.turn();
      expect(money.sent.length).to.be.greaterThan(0);
    });

    it("it waits no longer than its bound", async () => {
      const relayer = money.relayer({ dear });
      money.sim.baseFee = 30_000_000n;
      money.mine();
      const id = await money.due();
      money.wait(59_000);
      await relayer.turn();
      expect(money.sent).to.deep.equal([]);
      money.wait(1_000);
      await relayer.turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    it("a session of a pool that runs dry goes at once, and takes nobody with it who can wait", async () => {
      const relayer = money.relayer({ dear });
      money.sim.baseFee = 30_000_000n;
      money.mine();
      const [patient, urgent] = [await money.due(), await money.due(10, { urgent: true })];
      money.wait(5_000);
      await relayer.turn();
      expect((await money.settlement(urgent)).state).to.equal("SUBMITTED");
      expect((await money.settlement(patient)).state).to.equal("PENDING");
    });
  });

  describe("batches", () => {
    it("the oldest is always in, whatever is urgent and whoever is cheaper", async () => {
      const [first] = [await money.due(1)];
      money.wait(10);
      for (let i = 0; i < 130; i++) await money.due(1, { urgent: i < 99, operator: RELAYER });
      await money.relayer({ pipeline: 1 }).turn();
      expect((await money.settlement(first)).state).to.equal("SUBMITTED");
    });

    it("leave out nobody else where one consumer's pool is bound by what is in flight", async () => {
      const relayer = money.relayer();
      await flying(relayer, 9_000);
      for (let i = 0; i < 5; i++) await money.due(1_000);
      money.act({ functionName: "deposit", args: [1_000_000n] }, money.operator);
      money.mine(0);
      const other = await money.due(100, { consumer: money.operator, operator: money.consumer });
      money.sim.forgetMempool();
      money.mine();
      money.wait(2_500);
      await relayer.turn();
      expect((await money.settlement(other)).state).to.equal("SUBMITTED");
    });

    it("who waits for a pool that runs dry goes at once", async () => {
      const id = await money.due(10, { urgent: true });
      await money.relayer().turn();
      expect((await money.settlement(id)).state).to.equal("SUBMITTED");
    });

    const dueAtOnce = (sessions: number, more: Parameters<Money["due"]>[1] = {}, seconds = 1) =>
      Promise.all(Array.from({ length: sessions }, () => money.due(seconds, more)));
    const sizes = async () =>
      (await money.db.rows<{ sessions: number }>`select sessions from batches order by nonce`).map(
        ({ sessions }) => sessions,
      );

    it("as many as there is room for are made in one turn, and sent in the order of their nonces", async () => {
      const ids = await dueAtOnce(250);
      money.wait(2_500);
      const relayer = money.relayer();
      await relayer.turn();
      expect(await sizes()).to.deep.equal([100, 100, 50]);
      expect(money.nonces()).to.deep.equal([0, 1, 2]);
      await money.rest(relayer);
      expect(new Set(ids.map(money.settledTimes))).to.deep.equal(new Set([1]));
    });

    it("those of one turn leave room for one another in a pool that lacks it for all", async () => {
      await money.due(9_850);
      await dueAtOnce(249);
      money.wait(2_500);
      const relayer = money.relayer();
      await relayer.turn();
      expect(await sizes()).to.deep.equal([100, 51]);
      money.mine();
      await money.watcher().turn();
      expect(await money.db.rows`select 1 as one from chain_events where name = 'SettlementSkipped'`).to.deep.equal([]);
    });

    it("those of one turn leave room for one another under the limit of all consumers together", async () => {
      const { consumer, operator } = money;
      money.act({ functionName: "deposit", args: [1_000_000n] }, operator);
      money.act({ functionName: "setPoolDailyLimit", args: [150_000n] }, money.sim.head.state.owner);
      money.mine();
      await dueAtOnce(100);
      await dueAtOnce(100, { consumer: operator, operator: consumer });
      money.wait(2_500);
      await money.relayer().turn();
      expect(await sizes()).to.deep.equal([100, 50]);
      money.mine();
      await money.watcher().turn();
      expect(await money.db.rows`select 1 as one from chain_events where name = 'SettlementSkipped'`).to.deep.equal([]);
    });

    it("the oldest is in however many are urgent", async () => {
      const first = await money.due(1);
      money.wait(10);
      await dueAtOnce(2_001, { urgent: true });
      await money.relayer({ pipeline: 1 }).turn();
      expect((await money.settlement(first)).state).to.equal("SUBMITTED");
    });

    it("nobody waits behind a consumer whose pool is bound by what is in flight, however much of it is due", async () => {
      money.act({ functionName: "deposit", args: [1_000_000n] }, money.operator);
      money.mine();
      const { relayer } = await flying(money.relayer(), 9_000);
      await dueAtOnce(2_001, {}, 2_000);
      money.wait(2_500);
      const other = await money.due(100, { urgent: false, consumer: money.operator, operator: money.consumer });
      money.wait(2_500);
      for (let i = 0; i < 3; i++) await relayer.turn();
      expect((await money.settlement(other)).state).to.equal("SUBMITTED");
    });

    it("what is mined makes room in the pipeline before the watcher has read it, for twice as many at most", async () => {
      await dueAtOnce(550);
      const relayer = money.relayer({ pipeline: 2 });
      const turn = async () => {
        const next = await relayer.turn();
        return { next, batches: (await sizes()).length };
      };
      expect(await turn(), "two are in flight").to.deep.equal({ next: true, batches: 2 });
      expect(await turn(), "and it is looked again soon").to.deep.equal({ next: 50, batches: 2 });
      money.mine();
      expect(await turn(), "two are mined, two in flight").to.deep.equal({ next: true, batches: 4 });
      money.mine();
      expect((await turn()).batches, "nobody has read any").to.equal(4);
      await money.watcher().turn();
      expect((await turn()).batches).to.equal(6);
    });

    it("R31: what a chain that went back has lost is sent again as far as the pipeline goes, and no further", async () => {
      const ids = await dueAtOnce(400);
      const relayer = money.relayer({ pipeline: 2 });
      await relayer.turn();
      money.mine();
      await relayer.turn();
      money.sim.reorganise(1);
      money.sim.forgetMempool();
      money.sent.length = 0;
      await relayer.turn();
      expect(money.nonces()).to.deep.equal([0, 1]);
      money.mine();
      money.wait(3_000);
      await relayer.turn();
      expect(money.nonces()).to.deep.equal([0, 1, 2, 3]);
      await money.rest(relayer);
      expect(new Set(ids.map(money.settledTimes))).to.deep.equal(new Set([1]));
    });

    it("a session that is written off while they are signed: nothing of them is written or sent", async () => {
      const [id = ""] = await dueAtOnce(150);
      await money.db.rows`update settlements set refusal = 'InsufficientPool' where session_id = ${id}`;
      money.wait(2_500);
      const signer = signerOfKey(KEY);
      const sign: typeof signer.sign = async (transaction) => {
        await writeOff(money.db, id, { by: "a person", reason: "lost" }, money.clock.now());
        return await signer.sign(transaction);
      };
      const failure = await money
        .relayer({ signer: { ...signer, sign } })
        .turn()
        .catch((error: Error) => error.message);
      expect(failure).to.equal("a settlement of the batch is no longer due");
      expect([await sizes(), money.sent]).to.deep.equal([[], []]);
    });
  });
});
