/** What each side can lose by what the other may do, fact by fact: the sections on exposure of docs/security-model.md. */

import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import { DAY, Refusal, type Session, sessionId, settleArgs, split, USDC } from "../support/session.ts";
import { type Given, onEachChain } from "../support/situation.ts";

const HOUR = 3_600n;
/** 86.4 USDC a day: 1,000 µUSDC come back every second, without rounding. */
const LIMIT = 1_000n * DAY;

/** As `funded`, with what these tests say often. The clock starts at `start`, far from the blocks that there are. */
async function exposed(given: Given) {
  const situation = await given.funded();
  const { settlement, usdc, viem, networkHelpers, alice, owner, guardian } = situation;
  const start = BigInt(await networkHelpers.time.latest()) + 1_000n;
  let charges = 0;

  return {
    ...situation,
    start,
    /** The next transaction is mined in this second of the test. */
    at: (seconds: bigint) => networkHelpers.time.setNextBlockTimestamp(start + seconds),
    /** A session of `total` µUSDC under a new id, with the platform's fee of 15 %. */
    charge(total: bigint, changes: Partial<Session> = {}): Session {
      charges += 1;
      return situation.session({
        sessionId: sessionId(charges, 5),
        ratePerSecond: USDC,
        chargeableSeconds: (total + USDC - 1n) / USDC,
        ...split(total),
        ...changes,
      });
    },
    async refuses(one: Session, reason: keyof typeof Refusal) {
      await viem.assertions.revertWithCustomErrorWithArgs(situation.settle(one), settlement, "SettlementRefused", [
        one.sessionId,
        Refusal[reason],
      ]);
    },
    check: (one: Session) => settlement.read.checkSettlement([one]),
    outcome: async (many: Session[]) =>
      (await situation.eventsOf(situation.settleBatch(many))).map(({ eventName }) => eventName),
    available: (of: Wallet = alice) => settlement.read.available([of.account.address]),
    deposits: (of: Wallet = alice) => settlement.read.deposits([of.account.address]),
    balance: (of: Wallet) => usdc.read.balanceOf([of.account.address]),
    leave: (of: Wallet = alice) => settlement.write.withdrawAll({ account: of.account }),
    setLimit: (limit: bigint, of: Wallet = alice) => settlement.write.setDailyLimit([limit], { account: of.account }),
    setPoolLimit: (limit: bigint) => settlement.write.setPoolDailyLimit([limit], { account: owner.account }),
    pause: () => settlement.write.pause({ account: guardian.account }),
    unpause: () => settlement.write.unpause({ account: owner.account }),
    hold: (until: bigint, of: Wallet = alice) => settlement.write.hold([start + until], { account: of.account }),
    held: (sent: Promise<unknown>, until: bigint) =>
      viem.assertions.revertWithCustomErrorWithArgs(sent, settlement, "HeldUntil", [start + until]),
  };
}

onEachChain("exposure", (given) => {
  describe("an operator whose consumer has not held its pool", () => {
    /** A day of video for 86.4 USDC, settled when it ends; the pool covers it from the beginning. */
    async function dayOfVideo() {
      const situation = await exposed(given);
      const day = situation.session({ ratePerSecond: 1_000n, chargeableSeconds: DAY });
      expect(await situation.check(day)).to.equal(Refusal.None);
      return { ...situation, day };
    }

    it("loses the whole session if the consumer leaves in the last second", async () => {
      const { at, leave, refuses, balance, operator, day } = await dayOfVideo();
      await at(DAY - 1n);
      await leave();
      await at(DAY);
      await refuses(day, "InsufficientPool");
      expect(await balance(operator)).to.equal(0n);
    });

    it("loses it also in the second of the settlement", async () => {
      const { at, leave, refuses, balance, operator, day } = await dayOfVideo();
      await at(DAY);
      await leave();
      await at(DAY);
      await refuses(day, "InsufficientPool");
      expect(await balance(operator)).to.equal(0n);
    });

    it("loses all of it even if a single µUSDC is missing", async () => {
      const { settlement, at, refuses, balance, alice, operator, day } = await dayOfVideo();
      await at(DAY - 1n);
      await settlement.write.withdraw([100n * USDC - LIMIT + 1n], { account: alice.account });
      await refuses(day, "InsufficientPool");
      expect(await balance(operator)).to.equal(0n);
    });

    it("loses it also if the consumer lowers its limit to one that is too small", async () => {
      const { at, setLimit, refuses, day } = await dayOfVideo();
      await at(DAY - 1n);
      await setLimit(LIMIT - 1n);
      await refuses(day, "DailyLimitExceeded");
    });
  });

  describe("an operator whose consumer holds its pool until after the settlement", () => {
    async function heldDay() {
      const situation = await exposed(given);
      await situation.setLimit(LIMIT);
      await situation.at(0n);
      await situation.hold(DAY);
      return { ...situation, day: situation.session({ ratePerSecond: 1_000n, chargeableSeconds: DAY }) };
    }

    it("is paid in the last second of the hold, whatever the consumer has tried", async () => {
      const { at, leave, held, setLimit, settle, balance, operator, day } = await heldDay();
      await at(HOUR);
      await held(leave(), DAY);
      await at(2n * HOUR);
      await held(setLimit(LIMIT - 1n), DAY);
      await at(DAY - 1n);
      await settle(day);
      expect(await balance(operator)).to.equal(split(LIMIT).toAmount);
    });

    it("is exposed again from the second in which the hold ends", async () => {
      const { at, leave, refuses, day } = await heldDay();
      await at(DAY);
      await leave();
      await refuses(day, "InsufficientPool");
    });

    it("is not paid if another session has taken the balance", async () => {
      const { at, charge, setLimit, settle, refuses, day } = await heldDay();
      await at(HOUR);
      await setLimit(2n * LIMIT);
      await settle(charge(50n * USDC));
      await refuses(day, "InsufficientPool");
    });

    it("is not paid if another session has taken the room in the limit", async () => {
      const { at, charge, settle, refuses, day } = await heldDay();
      await at(HOUR);
      await settle(charge(10n * USDC));
      await refuses(day, "DailyLimitExceeded");
    });

    it("is not paid if the session before it was the consumer's with itself, for the price of the fee", async () => {
      const { at, charge, settle, refuses, balance, alice, day } = await heldDay();
      const before = await balance(alice);
      await at(HOUR);
      await settle(charge(LIMIT, { to: alice.account.address }));
      expect(await balance(alice)).to.equal(before + split(LIMIT).toAmount);
      await refuses(day, "InsufficientPool");
    });

    it("is not paid if the owner lowers the pool's limit", async () => {
      const { at, setPoolLimit, refuses, day } = await heldDay();
      await at(HOUR);
      await setPoolLimit(1n);
      await refuses(day, "PoolLimitExceeded");
    });

    it("is not paid if the consumer leaves during a pause", async () => {
      const { at, pause, unpause, leave, refuses, day } = await heldDay();
      await at(HOUR);
      await pause();
      await leave();
      await unpause();
      await refuses(day, "InsufficientPool");
    });

    it("is paid also if Circle denylists the consumer", async () => {
      const { at, settle, balance, denylist, alice, operator, day } = await heldDay();
      await denylist(alice);
      await at(DAY - 1n);
      await settle(day);
      expect(await balance(operator)).to.equal(split(LIMIT).toAmount);
    });
  });

  describe("sessions of one consumer at the same time", () => {
    it("each pass checkSettlement, and the balance pays only the first", async () => {
      const { charge, check, outcome } = await exposed(given);
      const sessions = [charge(60n * USDC), charge(60n * USDC), charge(60n * USDC)];
      for (const one of sessions) expect(await check(one)).to.equal(Refusal.None);
      expect(await outcome(sessions)).to.deep.equal(["Settled", "SettlementSkipped", "SettlementSkipped"]);
    });

    it("each pass checkSettlement under a limit, and its room pays only the first", async () => {
      const { charge, check, outcome, setLimit } = await exposed(given);
      await setLimit(10n * USDC);
      const sessions = [charge(6n * USDC), charge(6n * USDC)];
      for (const one of sessions) expect(await check(one)).to.equal(Refusal.None);
      expect(await outcome(sessions)).to.deep.equal(["Settled", "SettlementSkipped"]);
    });

    it("are all paid if together they are at most what is available", async () => {
      const { charge, outcome, available, setLimit } = await exposed(given);
      await setLimit(90n * USDC);
      expect(await available()).to.equal(90n * USDC);
      const sessions = [charge(30n * USDC), charge(40n * USDC), charge(20n * USDC)];
      expect(await outcome(sessions)).to.deep.equal(["Settled", "Settled", "Settled"]);
    });
  });

  describe("the pool's daily limit, which all consumers share", () => {
    it("can be filled by one consumer that pays itself, for the price of the fee", async () => {
      const { charge, settle, setPoolLimit, deposits, balance, alice } = await exposed(given);
      await setPoolLimit(50n * USDC);
      const before = (await balance(alice)) + (await deposits());
      await settle(charge(50n * USDC, { to: alice.account.address }));
      expect(before - (await balance(alice)) - (await deposits())).to.equal(split(50n * USDC).feeAmount);
    });

    it("then refuses everybody else until it has leaked", async () => {
      const { at, charge, settle, refuses, setPoolLimit, alice, bob } = await exposed(given);
      await setPoolLimit(50n * USDC);
      await at(0n);
      await settle(charge(50n * USDC, { to: alice.account.address }));
      const honest = charge(10n * USDC, { from: bob.account.address });
      await at(HOUR);
      await refuses(honest, "PoolLimitExceeded");
      await at(DAY / 5n);
      await settle(honest);
    });

    it("keeps room for the others if no consumer is charged more than its share", async () => {
      const { charge, settle, available, setPoolLimit, alice, bob } = await exposed(given);
      await setPoolLimit(50n * USDC);
      // The cap is whoever settles: it sends no more than a fifth of the limit for one consumer.
      await settle(charge(10n * USDC, { to: alice.account.address }));
      expect(await available(bob)).to.equal(40n * USDC);
    });

    it("has no such share in the contract: a consumer may set its own limit above the default and above the pool's", async () => {
      const { settlement, charge, settle, available, setLimit, setPoolLimit, owner, bob } = await exposed(given);
      await setPoolLimit(50n * USDC);
      await settlement.write.setDefaultDailyLimit([10n * USDC], { account: owner.account });
      await setLimit(60n * USDC);
      await settle(charge(50n * USDC));
      expect(await available(bob)).to.equal(0n);
    });
  });

  describe("a session above a limit", () => {
    it("never settles, however long it waits", async () => {
      const { at, charge, refuses, setLimit } = await exposed(given);
      await setLimit(10n * USDC);
      const large = charge(10n * USDC + 1n);
      await refuses(large, "DailyLimitExceeded");
      await at(1_000n * DAY);
      await refuses(large, "DailyLimitExceeded");
    });

    it("is paid if it has ended at what was available", async () => {
      const { charge, settle, available, setLimit, balance, operator } = await exposed(given);
      await setLimit(10n * USDC);
      await settle(charge(await available()));
      expect(await balance(operator)).to.equal(split(10n * USDC).toAmount);
    });

    it("settles once the consumer has raised its limit: its id stayed open", async () => {
      const { charge, settle, refuses, setLimit } = await exposed(given);
      await setLimit(10n * USDC);
      const large = charge(11n * USDC);
      await refuses(large, "DailyLimitExceeded");
      await setLimit(11n * USDC);
      await settle(large);
    });
  });

  describe("a session just below a limit", () => {
    it("is starved by smaller ones that come first, day after day", async () => {
      const { at, charge, outcome, setLimit } = await exposed(given);
      await setLimit(LIMIT);
      const large = charge(LIMIT);
      for (let hour = 0n; hour < 72n; hour += 4n) {
        await at(hour * HOUR);
        expect(await outcome([charge(1_000n), large])).to.deep.equal(["Settled", "SettlementSkipped"]);
      }
    });

    it("settles if it comes first once the room is there", async () => {
      const { at, charge, outcome, setLimit } = await exposed(given);
      await setLimit(LIMIT);
      const large = charge(LIMIT);
      await at(0n);
      expect(await outcome([charge(1_000n), large])).to.deep.equal(["Settled", "SettlementSkipped"]);
      await at(1n);
      expect(await outcome([large, charge(1_000n)])).to.deep.equal(["Settled", "SettlementSkipped"]);
    });

    it("is starved under the pool's limit by other consumers' sessions", async () => {
      const { charge, outcome, setPoolLimit, bob } = await exposed(given);
      await setPoolLimit(10n * USDC);
      const small = charge(1n * USDC, { from: bob.account.address });
      expect(await outcome([small, charge(10n * USDC)])).to.deep.equal(["Settled", "SettlementSkipped"]);
    });
  });

  describe("a session that is settled below its meter", () => {
    /** The session is worth 0.06 USDC, and 1 µUSDC of it is settled. */
    async function settledForNothing() {
      const situation = await exposed(given);
      const real = situation.session();
      const partial = { ...real, toAmount: 1n, feeAmount: 0n };
      return { ...situation, real, partial, events: await situation.eventsOf(situation.settle(partial)) };
    }

    it("costs the operator and the platform the rest: the id is closed", async () => {
      const { refuses, balance, operator, platform, real } = await settledForNothing();
      await refuses(real, "AlreadySettled");
      expect(await balance(operator)).to.equal(1n);
      expect(await balance(platform)).to.equal(0n);
    });

    it("costs its consumer no more than what was settled, and never again", async () => {
      const { refuses, deposits, real } = await settledForNothing();
      await refuses(real, "AlreadySettled");
      await refuses({ ...real, toAmount: 59_999n, feeAmount: 0n }, "AlreadySettled");
      expect(await deposits()).to.equal(100n * USDC - 1n);
    });

    it("says so for ever: its event has the charge and the meter", async () => {
      const { events } = await settledForNothing();
      expect(events.length).to.equal(1);
      const args = events[0]?.args as unknown as Session;
      expect(args.ratePerSecond * args.chargeableSeconds).to.equal(60_000n);
      expect(args.toAmount + args.feeAmount).to.equal(1n);
    });
  });

  describe("a hold that a consumer was talked into", () => {
    it("locks its pool for a day, and then it leaves with all of it", async () => {
      const { at, hold, setLimit, leave, held, deposits } = await exposed(given);
      await setLimit(LIMIT);
      await at(0n);
      await hold(DAY);
      await at(DAY - 1n);
      await held(leave(), DAY);
      await at(DAY);
      await leave();
      expect(await deposits()).to.equal(0n);
    });
  });

  describe("a thief with the relayer's key and a held account", () => {
    /** Takes all there is room for, every hour from the hold's first second to its last. @returns What it took, µUSDC. */
    async function robbery() {
      const situation = await exposed(given);
      const { settlement, at, hold, setLimit, charge, outcome, deposits, alice, relayer } = situation;
      await settlement.write.deposit([900n * USDC], { account: alice.account });
      await setLimit(LIMIT);
      await at(0n);
      await hold(DAY);
      const by = { to: relayer.account.address };
      const moments = [0n, ...Array.from({ length: 23 }, (_, index) => BigInt(index + 1) * HOUR), DAY - 1n];
      let last = 0n;
      for (const [index, moment] of moments.entries()) {
        const room = index === 0 ? LIMIT : (moment - last) * 1_000n;
        last = moment;
        await at(moment);
        expect(await outcome([charge(room + 1n, by), charge(room, by)])).to.deep.equal([
          "SettlementSkipped",
          "Settled",
        ]);
      }
      return { ...situation, taken: 1_000n * USDC - (await deposits()) };
    }

    it("take at most limit × (1 + 1 day): twice the limit, less the last second", async () => {
      const { taken } = await robbery();
      expect(taken).to.equal(2n * LIMIT - 1_000n);
    });

    it("cannot keep the consumer from leaving with the rest when the hold ends", async () => {
      const { at, leave, taken, balance, alice } = await robbery();
      const before = await balance(alice);
      await at(DAY);
      await leave();
      expect((await balance(alice)) - before).to.equal(1_000n * USDC - taken);
    });

    it("cannot keep it from leaving as soon as the guardian has paused", async () => {
      const { at, hold, setLimit, charge, settle, pause, leave, balance, alice, relayer } = await exposed(given);
      const before = await balance(alice);
      await setLimit(LIMIT);
      await at(0n);
      await hold(DAY);
      await settle(charge(LIMIT, { to: relayer.account.address }));
      await pause();
      await leave();
      expect((await balance(alice)) - before).to.equal(100n * USDC - LIMIT);
    });

    it("take all of it if the consumer's own limit is as high as its pool", async () => {
      const { at, hold, setLimit, charge, settle, deposits, relayer } = await exposed(given);
      await setLimit(100n * USDC);
      await at(0n);
      await hold(DAY);
      await settle(charge(100n * USDC, { to: relayer.account.address }));
      expect(await deposits()).to.equal(0n);
    });

    it("take no more if the thief is the owner too and lifts every limit of its own", async () => {
      const { settlement, at, hold, setLimit, setPoolLimit, charge, viem, owner, stranger } = await exposed(given);
      await setLimit(10n * USDC);
      await at(0n);
      await hold(DAY);
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      await settlement.write.setDefaultDailyLimit([0n], { account: owner.account });
      await setPoolLimit(0n);
      const by = { account: stranger.account };
      await settlement.write.settleFromPool(settleArgs(charge(10n * USDC)), by);
      const more = charge(10_000n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.settleFromPool(settleArgs(more), by),
        settlement,
        "SettlementRefused",
        [more.sessionId, Refusal.DailyLimitExceeded],
      );
    });
  });

  describe("a held consumer that lowers its limit during a pause", () => {
    /** The limit was 10 USDC at the hold; after the pause it is `limit`, and the hold goes on. */
    async function lowered(limit: bigint) {
      const situation = await exposed(given);
      const { at, hold, setLimit, pause, unpause } = situation;
      await setLimit(10n * USDC);
      await at(0n);
      await hold(DAY);
      await pause();
      await setLimit(limit);
      await unpause();
      return situation;
    }

    it("is held, and can be charged only up to the lower limit", async () => {
      const { charge, settle, refuses, leave, held } = await lowered(1n * USDC);
      await held(leave(), DAY);
      await refuses(charge(1n * USDC + 1n), "DailyLimitExceeded");
      await settle(charge(1n * USDC));
    });

    it("to none is held without one: whoever has the relayer's key can charge all that the default allows", async () => {
      const { charge, settle, leave, held, deposits } = await lowered(0n);
      await held(leave(), DAY);
      await settle(charge(100n * USDC));
      expect(await deposits()).to.equal(0n);
    });

    it("to none can set one again at once, of any size", async () => {
      const { charge, refuses, setLimit } = await lowered(0n);
      await setLimit(1n * USDC);
      await refuses(charge(1n * USDC + 1n), "DailyLimitExceeded");
    });

    it("shows it in available, which the platform reads again after a pause", async () => {
      const { available } = await lowered(1n * USDC);
      expect(await available()).to.equal(1n * USDC);
    });
  });

  describe("a held consumer that Circle denylists", () => {
    it("cannot withdraw during the hold, and is told of the hold", async () => {
      const { at, hold, setLimit, leave, held, denylist, alice } = await exposed(given);
      await setLimit(LIMIT);
      await at(0n);
      await hold(DAY);
      await denylist(alice);
      await held(leave(), DAY);
    });

    it("cannot withdraw afterwards, keeps what it owns, and leaves once it is off the list", async () => {
      const { usdc, viem, circle, at, hold, setLimit, leave, deposits, denylist, alice } = await exposed(given);
      await setLimit(LIMIT);
      await at(0n);
      await hold(DAY);
      await denylist(alice);
      await at(DAY);
      await viem.assertions.revertWith(leave(), "Blacklistable: account is blacklisted");
      expect(await deposits()).to.equal(100n * USDC);
      await usdc.write.unBlacklist([alice.account.address], { account: circle.account });
      await leave();
      expect(await deposits()).to.equal(0n);
    });
  });

  describe("the year 2106, when seconds no longer fit 32 bits", () => {
    const END = 2n ** 32n;

    /** Alice has 10 USDC a day and has used them up an hour before the end; from then on the test names seconds after it. */
    async function end() {
      const situation = await exposed(given);
      const { networkHelpers, setLimit, charge, settle } = situation;
      await setLimit(10n * USDC);
      await networkHelpers.time.setNextBlockTimestamp(END - HOUR);
      await settle(charge(10n * USDC));
      return {
        ...situation,
        past: (seconds: bigint) => networkHelpers.time.setNextBlockTimestamp(END + seconds),
      };
    }

    it("limits still bind in the last second before", async () => {
      const { past, charge, refuses } = await end();
      await past(-1n);
      await refuses(charge(1n * USDC), "DailyLimitExceeded");
    });

    it("a limit still binds the first settlement after it", async () => {
      const { past, charge, refuses } = await end();
      await past(0n);
      await refuses(charge(1n * USDC), "DailyLimitExceeded");
    });

    it("from then on a limit bounds a single session and no longer their sum", async () => {
      const { past, charge, settle, refuses, deposits } = await end();
      await past(DAY);
      await settle(charge(10n * USDC));
      for (let again = 0n; again < 3n; again += 1n) {
        await past(DAY + 1n + again);
        await settle(charge(10n * USDC));
      }
      expect(await deposits()).to.equal(50n * USDC);
      await refuses(charge(10n * USDC + 1n), "DailyLimitExceeded");
    });

    it("the pool's limit then bounds a single batch", async () => {
      const { past, charge, outcome, setPoolLimit, bob } = await end();
      await setPoolLimit(10n * USDC);
      const from = bob.account.address;
      for (const seconds of [DAY, DAY + 1n]) {
        await past(seconds);
        const batch = [charge(10n * USDC, { from }), charge(1n * USDC, { from })];
        expect(await outcome(batch)).to.deep.equal(["Settled", "SettlementSkipped"]);
      }
    });

    it("no hold can be given any more", async () => {
      const { settlement, viem, past, alice } = await end();
      await past(0n);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.hold([END + 1n], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [32, END + 1n],
      );
    });

    it("the last hold has run out, and everybody can leave", async () => {
      const { settlement, past, leave, deposits, networkHelpers, alice } = await end();
      await networkHelpers.time.setNextBlockTimestamp(END - 10n);
      await settlement.write.hold([END - 1n], { account: alice.account });
      await past(0n);
      await leave();
      expect(await deposits()).to.equal(0n);
    });
  });
});
