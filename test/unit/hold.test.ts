import { expect } from "chai";
import { maxUint64 } from "viem";
import { USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";
import { smartWalletOf } from "../support/smartWallet.ts";

type HoldError =
  | "HeldUntil"
  | "HoldNeedsLimit"
  | "HoldNotLater"
  | "HoldTooLong"
  | "SafeCastOverflowedUintDowncast"
  | "SettlementRefused";

const DAY = 86_400n;
const HOUR = 3_600n;

onEachChain("hold", (given) => {
  let situation: Situation;
  /** A second that lies far enough ahead for whatever has been mined before. */
  let now: bigint;

  /** The next transaction is mined in this second, counted from `now`. */
  const at = (seconds: bigint) => situation.networkHelpers.time.setNextBlockTimestamp(now + seconds);

  const hold = (until: bigint, who = situation.alice) =>
    situation.settlement.write.hold([until], { account: who.account });
  const withdraw = (amount: bigint, who = situation.alice) =>
    situation.settlement.write.withdraw([amount], { account: who.account });
  const withdrawAll = (who = situation.alice) => situation.settlement.write.withdrawAll({ account: who.account });
  const setLimit = (limit: bigint) =>
    situation.settlement.write.setDailyLimit([limit], { account: situation.alice.account });
  const heldUntil = async () =>
    BigInt((await situation.settlement.read.accountOf([situation.alice.account.address])).heldUntil);
  const withdrawable = (who = situation.alice) => situation.settlement.read.withdrawable([who.account.address]);
  const refused = (sent: Promise<unknown>, error: HoldError, args: unknown[]) =>
    situation.viem.assertions.revertWithCustomErrorWithArgs(sent, situation.settlement, error, args as never);

  /** Alice owns 100 USDC and has a limit of 10 USDC a day of her own. */
  beforeEach(async () => {
    situation = await given.funded();
    await setLimit(10n * USDC);
    now = BigInt(await situation.networkHelpers.time.latest()) + HOUR;
  });

  describe("a consumer that promises to stay for an hour", () => {
    it("emits Held with the consumer and the second", async () => {
      await at(0n);
      expect(await situation.eventsOf(hold(now + HOUR))).to.deep.equal([
        { eventName: "Held", args: { consumer: situation.alice.account.address, until: now + HOUR } },
      ]);
    });

    it("shows it in its account, which is else as it was", async () => {
      const before = await situation.settlement.read.accountOf([situation.alice.account.address]);
      await hold(now + HOUR);
      expect(await situation.settlement.read.accountOf([situation.alice.account.address])).to.deep.equal({
        ...before,
        heldUntil: Number(now + HOUR),
      });
    });

    it("shows nothing in the pool's account", async () => {
      await hold(now + HOUR);
      expect((await situation.settlement.read.pool()).heldUntil).to.equal(0);
    });

    it("cannot withdraw a part", async () => {
      await hold(now + HOUR);
      await refused(withdraw(1n), "HeldUntil", [now + HOUR]);
    });

    it("cannot withdraw all", async () => {
      await hold(now + HOUR);
      await refused(withdrawAll(), "HeldUntil", [now + HOUR]);
    });

    it("is told of the hold first, whatever amount it asks for", async () => {
      await hold(now + HOUR);
      await refused(withdraw(0n), "HeldUntil", [now + HOUR]);
      await refused(withdraw(1_000n * USDC), "HeldUntil", [now + HOUR]);
    });

    it("cannot withdraw in the last second before", async () => {
      await hold(now + HOUR);
      await at(HOUR - 1n);
      await refused(withdraw(1n), "HeldUntil", [now + HOUR]);
    });

    it("can withdraw all from that second on", async () => {
      await hold(now + HOUR);
      await at(HOUR);
      await withdrawAll();
      expect(await situation.settlement.read.deposits([situation.alice.account.address])).to.equal(0n);
    });

    it("sees in withdrawable what withdrawAll would pay: nothing until then, all from then on", async () => {
      await hold(now + HOUR);
      expect(await withdrawable()).to.equal(0n);
      await situation.networkHelpers.time.increaseTo(now + HOUR - 1n);
      expect(await withdrawable()).to.equal(0n);
      await situation.networkHelpers.time.increaseTo(now + HOUR);
      expect(await withdrawable()).to.equal(100n * USDC);
    });

    it("cannot lower its limit", async () => {
      await hold(now + HOUR);
      await refused(setLimit(10n * USDC - 1n), "HeldUntil", [now + HOUR]);
    });

    it("cannot return to the default limit, which may be lower", async () => {
      await hold(now + HOUR);
      await refused(setLimit(0n), "HeldUntil", [now + HOUR]);
    });

    it("can raise its limit, or set it to what it is", async () => {
      await hold(now + HOUR);
      await setLimit(10n * USDC);
      await setLimit(20n * USDC);
      expect((await situation.settlement.read.accountOf([situation.alice.account.address])).dailyLimit).to.equal(
        20n * USDC,
      );
    });

    it("can lower its limit from that second on", async () => {
      await hold(now + HOUR);
      await at(HOUR);
      await setLimit(0n);
    });

    it("can deposit more", async () => {
      await hold(now + HOUR);
      await situation.settlement.write.deposit([USDC], { account: situation.alice.account });
      expect(await situation.settlement.read.deposits([situation.alice.account.address])).to.equal(101n * USDC);
    });

    it("is charged as before, which leaves the hold as it is", async () => {
      await hold(now + HOUR);
      await situation.settle(situation.session());
      expect(await situation.settlement.read.deposits([situation.alice.account.address])).to.equal(
        100n * USDC - 60_000n,
      );
      expect(await heldUntil()).to.equal(now + HOUR);
    });

    it("is charged at most what its limit allows", async () => {
      await hold(now + HOUR);
      const session = situation.session({ ratePerSecond: 1_000_000n, chargeableSeconds: 11n });
      await refused(situation.settle(session), "SettlementRefused", [session.sessionId, 9]);
    });

    it("can still be paid what it is owed", async () => {
      const { settlement, alice, stranger, usdc } = situation;
      await situation.denylist(alice);
      await situation.settle(situation.session({ from: situation.bob.account.address, to: alice.account.address }));
      await usdc.write.unBlacklist([alice.account.address], { account: situation.circle.account });
      await hold(now + HOUR);
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.claim([alice.account.address], { account: stranger.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 51_000n);
    });

    it("holds nobody else", async () => {
      await hold(now + HOUR);
      expect(await withdrawable(situation.bob)).to.equal(100n * USDC);
      await withdrawAll(situation.bob);
    });

    it("may have no pool yet: what comes is held as well", async () => {
      const { settlement, stranger, alice } = situation;
      await settlement.write.setDailyLimit([USDC], { account: stranger.account });
      await hold(now + HOUR, stranger);
      await settlement.write.depositFor([stranger.account.address, USDC], { account: alice.account });
      await refused(withdrawAll(stranger), "HeldUntil", [now + HOUR]);
    });
  });

  describe("a hold that stands", () => {
    beforeEach(async () => {
      await at(0n);
      await hold(now + HOUR);
    });

    it("can be extended", async () => {
      await hold(now + 2n * HOUR);
      expect(await heldUntil()).to.equal(now + 2n * HOUR);
    });

    it("cannot be shortened", async () => {
      await refused(hold(now + HOUR - 1n), "HoldNotLater", [now + HOUR - 1n, now + HOUR]);
    });

    it("cannot be given again", async () => {
      await refused(hold(now + HOUR), "HoldNotLater", [now + HOUR, now + HOUR]);
    });

    it("cannot be extended to more than a day from now", async () => {
      await at(60n);
      await refused(hold(now + 61n + DAY), "HoldTooLong", [now + 61n + DAY, now + 60n + DAY]);
    });

    it("can be extended again and again: a day from now is always the most", async () => {
      await at(60n);
      await hold(now + 60n + DAY);
      await at(60n + HOUR);
      await hold(now + 60n + HOUR + DAY);
      expect(await heldUntil()).to.equal(now + 60n + HOUR + DAY);
    });

    it("is as if there were none once it has run out: a shorter one is a new one", async () => {
      await at(HOUR);
      await hold(now + HOUR + 1n);
      expect(await heldUntil()).to.equal(now + HOUR + 1n);
    });
  });

  describe("a hold that is refused", () => {
    it("ends at 0", async () => {
      await at(0n);
      await refused(hold(0n), "HoldNotLater", [0n, now]);
    });

    it("ends now", async () => {
      await at(0n);
      await refused(hold(now), "HoldNotLater", [now, now]);
    });

    it("ends a second more than a day from now", async () => {
      await at(0n);
      await refused(hold(now + DAY + 1n), "HoldTooLong", [now + DAY + 1n, now + DAY]);
    });

    it("ends at the largest number there is", async () => {
      await at(0n);
      await refused(hold(maxUint64), "HoldTooLong", [maxUint64, now + DAY]);
    });

    it("is of a consumer without a limit of its own, a default or not", async () => {
      const { settlement, owner, bob } = situation;
      await refused(hold(now + HOUR, bob), "HoldNeedsLimit", [bob.account.address]);
      await settlement.write.setDefaultDailyLimit([USDC], { account: owner.account });
      await refused(hold(now + HOUR, bob), "HoldNeedsLimit", [bob.account.address]);
    });
  });

  describe("the shortest and the longest hold", () => {
    it("is a second", async () => {
      await at(0n);
      await hold(now + 1n);
      expect(await heldUntil()).to.equal(now + 1n);
    });

    it("is a day", async () => {
      await at(0n);
      await hold(now + DAY);
      expect(await heldUntil()).to.equal(now + DAY);
    });

    it("is the constant that the contract shows", async () => {
      expect(await situation.settlement.read.MAX_HOLD()).to.equal(DAY);
    });
  });

  describe("a pause", () => {
    const pause = () => situation.settlement.write.pause({ account: situation.guardian.account });
    const unpause = () => situation.settlement.write.unpause({ account: situation.owner.account });

    beforeEach(() => hold(now + HOUR));

    it("suspends every hold: the consumer can leave", async () => {
      await pause();
      expect(await withdrawable()).to.equal(100n * USDC);
      await withdrawAll();
      expect(await situation.settlement.read.deposits([situation.alice.account.address])).to.equal(0n);
    });

    it("lets the consumer lower its limit", async () => {
      await pause();
      await setLimit(0n);
    });

    it("does not end them: what is left of a hold goes on afterwards", async () => {
      await pause();
      await unpause();
      expect(await withdrawable()).to.equal(0n);
      await refused(withdraw(1n), "HeldUntil", [now + HOUR]);
    });

    it("does not stop the clock", async () => {
      await pause();
      await at(HOUR);
      await unpause();
      await withdrawAll();
    });

    it("does not keep a consumer from giving one, which begins with the end of the pause", async () => {
      await pause();
      await hold(now + 2n * HOUR);
      await withdraw(USDC);
      await unpause();
      await refused(withdraw(USDC), "HeldUntil", [now + 2n * HOUR]);
    });
  });

  describe("a smart wallet", () => {
    it("holds its own pool as anybody does", async () => {
      const { settlement, alice } = situation;
      const wallet = await smartWalletOf(situation, alice);
      await settlement.write.setDailyLimit([USDC], { account: wallet.account });
      await settlement.write.depositFor([wallet.account.address, USDC], { account: alice.account });
      await hold(now + HOUR, wallet);
      await refused(withdrawAll(wallet), "HeldUntil", [now + HOUR]);
      await withdrawAll(alice);
    });
  });

  describe("a hold and a withdrawal in one block", () => {
    /** Mines two transactions of Alice in one block, in this order. @returns Whether each succeeded. */
    async function inOneBlock(...calls: (() => Promise<`0x${string}`>)[]): Promise<string[]> {
      const { chain, publicClient } = situation;
      await chain.provider.request({ method: "evm_setAutomine", params: [false] });
      try {
        const hashes: `0x${string}`[] = [];
        for (const call of calls) hashes.push(await call());
        await situation.networkHelpers.mine();
        const receipts = await Promise.all(hashes.map((hash) => publicClient.getTransactionReceipt({ hash })));
        expect(new Set(receipts.map(({ blockNumber }) => blockNumber)).size).to.equal(1);
        return receipts.map(({ status }) => status);
      } finally {
        await chain.provider.request({ method: "evm_setAutomine", params: [true] });
      }
    }
    const gas = 200_000n;

    it("is a withdrawal if that comes first", async () => {
      const account = situation.alice.account;
      const calls = [
        () => situation.settlement.write.withdraw([USDC], { account, gas }),
        () => situation.settlement.write.hold([now + HOUR], { account, gas }),
      ];
      expect(await inOneBlock(...calls)).to.deep.equal(["success", "success"]);
    });

    it("is no withdrawal if the hold comes first", async () => {
      const account = situation.alice.account;
      const calls = [
        () => situation.settlement.write.hold([now + HOUR], { account, gas }),
        () => situation.settlement.write.withdraw([USDC], { account, gas }),
      ];
      expect(await inOneBlock(...calls)).to.deep.equal(["success", "reverted"]);
    });
  });

  describe("a clock that jumps", () => {
    it("ends every hold that lies behind it", async () => {
      await hold(now + HOUR);
      await at(365n * DAY);
      await withdrawAll();
    });

    it("takes no second of a hold that lies ahead", async () => {
      await at(0n);
      await hold(now + DAY);
      await at(DAY - 1n);
      await refused(withdrawAll(), "HeldUntil", [now + DAY]);
    });

    it("cannot reach beyond the year 2106, where an account's seconds end: no hold is given that would not fit", async () => {
      const end = 2n ** 32n;
      await situation.networkHelpers.time.setNextBlockTimestamp(end - 10n);
      await refused(hold(end), "SafeCastOverflowedUintDowncast", [32, end]);
    });
  });
});
