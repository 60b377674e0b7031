/** What the contract takes on trust, and what it costs when the trust was misplaced. */
import { expect } from "chai";
import type { Hash } from "viem";
import { getAddress, parseAbi, parseEther } from "viem";
import { Refusal, type Session, sessionId, split, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

async function skipped({ eventsOf }: Situation, batch: Promise<Hash>, id: `0x${string}`, reason: number) {
  expect(await eventsOf(batch)).to.deep.equal([{ eventName: "SettlementSkipped", args: { sessionId: id, reason } }]);
}

/** The ids that a batch settled and those it passed over, in order. */
async function outcome({ settleBatch, eventsOf }: Situation, many: Session[]): Promise<string[]> {
  return (await eventsOf(settleBatch(many))).map(({ eventName }) => eventName);
}

/** A session of `total` µUSDC from Alice without a fee. */
function charge({ session }: Situation, id: number, total: bigint): Session {
  return session({
    sessionId: sessionId(id, 7),
    ratePerSecond: 1_000_000n,
    chargeableSeconds: total / 1_000_000n + 1n,
    toAmount: total,
    feeAmount: 0n,
  });
}

onEachChain("what is taken on trust", (given) => {
  describe("USDC denylists a consumer", () => {
    it("cannot withdraw, and keeps what it owns", async () => {
      const { settlement, viem, alice, denylist } = await given.funded();
      await denylist(alice);
      await viem.assertions.revertWith(
        settlement.write.withdrawAll({ account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });

    it("can withdraw once it is off the list", async () => {
      const { settlement, usdc, circle, alice, denylist } = await given.funded();
      const before = await usdc.read.balanceOf([alice.account.address]);
      await denylist(alice);
      await usdc.write.unBlacklist([alice.account.address], { account: circle.account });
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 100n * USDC);
    });

    it("still pays for its sessions: the money is in the contract", async () => {
      const { usdc, alice, operator, session, settle, denylist } = await given.funded();
      await denylist(alice);
      await settle(session());
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(51_000n);
    });

    it("stops nobody else's withdrawal", async () => {
      const { settlement, usdc, alice, bob, denylist } = await given.funded();
      const before = await usdc.read.balanceOf([bob.account.address]);
      await denylist(alice);
      await settlement.write.withdrawAll({ account: bob.account });
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(before + 100n * USDC);
    });
  });

  describe("USDC denylists the contract itself", () => {
    it("stops every withdrawal until it is taken off the list", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.funded();
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.withdrawAll({ account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
      await usdc.write.unBlacklist([settlement.address], { account: circle.account });
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(0n);
    });

    it("turns both parts of a session into credits", async () => {
      const { settlement, usdc, circle, operator, platform, session, settle } = await given.funded();
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      await settle(session());
      expect(await settlement.read.credits([operator.account.address])).to.equal(51_000n);
      expect(await settlement.read.credits([platform.account.address])).to.equal(9_000n);
    });
  });

  describe("USDC is paused", () => {
    it("stops every withdrawal until it is unpaused", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.funded();
      await usdc.write.pause({ account: circle.account });
      await viem.assertions.revertWith(settlement.write.withdrawAll({ account: alice.account }), "Pausable: paused");
      await usdc.write.unpause({ account: circle.account });
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(0n);
    });
  });

  describe("USDC is upgraded to code that does not work", () => {
    it("stops every withdrawal, as nothing here can change the token", async () => {
      const { settlement, usdc, viem, networkHelpers, alice } = await given.funded();
      const proxyAdmin = getAddress("0x00000000000000000000000000000000000ad814");
      await networkHelpers.impersonateAccount(proxyAdmin);
      await networkHelpers.setBalance(proxyAdmin, parseEther("1"));
      const proxy = { address: usdc.address, abi: parseAbi(["function upgradeTo(address newImplementation)"]) };
      const admin = await viem.getWalletClient(proxyAdmin);
      // Any contract that is not a token.
      await admin.writeContract({ ...proxy, functionName: "upgradeTo", args: [settlement.address] });
      await viem.assertions.revert(settlement.write.withdrawAll({ account: alice.account }));
      expect(await settlement.read.usdc()).to.equal(usdc.address);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });
  });

  describe("a consumer who leaves before a settlement", () => {
    it("costs the operator the interval that was not yet settled, and no more", async () => {
      const situation = await given.funded();
      const { settlement, usdc, alice, operator, session, settle, settleBatch } = situation;
      // A live session of 1,000 µUSDC a second, settled every 60 s under an id of its own.
      await settle(session({ sessionId: sessionId(0) }));
      await settlement.write.withdrawAll({ account: alice.account });
      const next = session({ sessionId: sessionId(1) });
      await skipped(situation, settleBatch([next]), next.sessionId, Refusal.InsufficientPool);
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(split(60n * 1_000n).toAmount);
    });

    it("may also lower its limit instead, which costs the operator the same", async () => {
      const situation = await given.funded();
      const { settlement, alice, session, settle, settleBatch } = situation;
      await settle(session({ sessionId: sessionId(0) }));
      await settlement.write.setDailyLimit([1n], { account: alice.account });
      const next = session({ sessionId: sessionId(1) });
      await skipped(situation, settleBatch([next]), next.sessionId, Refusal.DailyLimitExceeded);
    });

    it("can still be charged after it has deposited again: the id stayed open", async () => {
      const { settlement, alice, session, settle, settleBatch } = await given.funded();
      await settlement.write.withdrawAll({ account: alice.account });
      await settleBatch([session()]);
      await settlement.write.deposit([1n * USDC], { account: alice.account });
      await settle(session());
      expect(await settlement.read.deposits([alice.account.address])).to.equal(940_000n);
    });
  });

  describe("a stolen relayer key", () => {
    it("is worth nothing once the owner has replaced it", async () => {
      const { settlement, viem, owner, relayer, stranger, session, settle } = await given.funded();
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "NotRelayer", [
        relayer.account.address,
      ]);
    });

    it("is worth nothing once the guardian has paused", async () => {
      const { settlement, viem, guardian, session, settle } = await given.funded();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "EnforcedPause", []);
    });

    it("can use up the id of a real session for 1 µUSDC, which is then never paid under that id", async () => {
      const situation = await given.funded();
      const { session, settle, settleBatch } = situation;
      const real = session();
      await settle(session({ toAmount: 1n, feeAmount: 0n }));
      await skipped(situation, settleBatch([real]), real.sessionId, Refusal.AlreadySettled);
    });

    it("can use up the pool's limit, so that honest sessions wait", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, owner, bob, session, settle, settleBatch } = situation;
      await settlement.write.setPoolDailyLimit([10n * USDC], { account: owner.account });
      await settle(charge(situation, 0, 10n * USDC));
      const honest = session({ from: bob.account.address });
      await skipped(situation, settleBatch([honest]), honest.sessionId, Refusal.PoolLimitExceeded);
      await networkHelpers.time.increase(86_400);
      await settle(honest);
      expect(await settlement.read.settled([honest.sessionId])).to.equal(true);
    });
  });

  describe("the clock", () => {
    it("gives nothing back within one second, whatever the number of blocks", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, alice } = situation;
      await settlement.write.setDailyLimit([10n * USDC], { account: alice.account });
      const now = (await networkHelpers.time.latest()) + 10;
      await networkHelpers.time.setNextBlockTimestamp(now);
      expect(await outcome(situation, [charge(situation, 0, 10n * USDC)])).to.deep.equal(["Settled"]);
      for (let block = 1; block < 5; block += 1) {
        await networkHelpers.time.setNextBlockTimestamp(now);
        expect(await outcome(situation, [charge(situation, block, 1n)])).to.deep.equal(["SettlementSkipped"]);
      }
    });

    it("gives back one limit and no more when it jumps ahead by a month", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, alice } = situation;
      await settlement.write.setDailyLimit([10n * USDC], { account: alice.account });
      expect(await outcome(situation, [charge(situation, 0, 10n * USDC)])).to.deep.equal(["Settled"]);
      await networkHelpers.time.increase(30 * 86_400);
      expect(
        await outcome(situation, [charge(situation, 1, 10n * USDC + 1n), charge(situation, 2, 10n * USDC)]),
      ).to.deep.equal(["SettlementSkipped", "Settled"]);
    });

    it("rounds what it gives back down, in the consumer's favour", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, alice } = situation;
      // 1.157… µUSDC come back every second.
      await settlement.write.setDailyLimit([100_000n], { account: alice.account });
      const now = (await networkHelpers.time.latest()) + 10;
      await networkHelpers.time.setNextBlockTimestamp(now);
      expect(await outcome(situation, [charge(situation, 0, 100_000n)])).to.deep.equal(["Settled"]);
      // A settlement every second draws 1 µUSDC each time: the 0.157… are forgotten, also after seven of them.
      for (let second = 1; second <= 8; second += 1) {
        await networkHelpers.time.setNextBlockTimestamp(now + second);
        expect(
          await outcome(situation, [charge(situation, 2 * second, 2n), charge(situation, 2 * second + 1, 1n)]),
        ).to.deep.equal(["SettlementSkipped", "Settled"]);
      }
    });
  });
});
