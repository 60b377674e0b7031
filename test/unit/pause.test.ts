import { expect } from "chai";
import type { Hash } from "viem";
import { maxUint256, zeroAddress } from "viem";
import { creditToOperator } from "../support/powers.ts";
import { Refusal, USDC } from "../support/session.ts";
import { signPermit, signReceiveAuthorization } from "../support/signatures.ts";
import { type Given, onEachChain, type Situation } from "../support/situation.ts";

/** Alice and Bob have 100 USDC each in their pools, and the guardian has paused. */
async function paused(given: Given): Promise<Situation> {
  const situation = await given.funded();
  await situation.settlement.write.pause({ account: situation.guardian.account });
  return situation;
}

async function refusesWhilePaused({ viem, settlement }: Situation, call: Promise<Hash>) {
  await viem.assertions.revertWithCustomErrorWithArgs(call, settlement, "EnforcedPause", []);
  expect(await settlement.read.totalDeposits()).to.equal(200n * USDC);
}

onEachChain("pause", (given) => {
  describe("who may pause", () => {
    it("is the guardian", async () => {
      const { settlement, guardian } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("is the owner", async () => {
      const { settlement, owner } = await given.fresh();
      await settlement.write.pause({ account: owner.account });
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("is nobody else", async () => {
      const { settlement, viem, circle, relayer, platform, alice, operator, stranger } = await given.funded();
      for (const caller of [circle, relayer, platform, alice, operator, stranger]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.pause({ account: caller.account }),
          settlement,
          "NotGuardian",
          [caller.account.address],
        );
      }
      expect(await settlement.read.paused()).to.equal(false);
    });

    it("is announced by Paused with the guardian as its account", async () => {
      const { settlement, guardian, eventsOf } = await given.fresh();
      expect(await eventsOf(settlement.write.pause({ account: guardian.account }))).to.deep.equal([
        { eventName: "Paused", args: { account: guardian.account.address } },
      ]);
    });
  });

  describe("a contract without a guardian", () => {
    it("is paused by nobody but the owner", async () => {
      const { settlement, viem, owner, guardian, relayer, stranger } = await given.fresh();
      await settlement.write.setGuardian([zeroAddress], { account: owner.account });
      for (const caller of [guardian, relayer, stranger]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.pause({ account: caller.account }),
          settlement,
          "NotGuardian",
          [caller.account.address],
        );
      }
      await settlement.write.pause({ account: owner.account });
      expect(await settlement.read.paused()).to.equal(true);
    });
  });

  describe("who may unpause", () => {
    it("is the owner, announced by Unpaused", async () => {
      const { settlement, owner, eventsOf } = await paused(given);
      expect(await eventsOf(settlement.write.unpause({ account: owner.account }))).to.deep.equal([
        { eventName: "Unpaused", args: { account: owner.account.address } },
      ]);
      expect(await settlement.read.paused()).to.equal(false);
    });

    it("is not the guardian", async () => {
      const { settlement, viem, guardian } = await paused(given);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.unpause({ account: guardian.account }),
        settlement,
        "OwnableUnauthorizedAccount",
        [guardian.account.address],
      );
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("is nobody else either", async () => {
      const { settlement, viem, circle, relayer, platform, alice, operator, stranger } = await paused(given);
      for (const caller of [circle, relayer, platform, alice, operator, stranger]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.unpause({ account: caller.account }),
          settlement,
          "OwnableUnauthorizedAccount",
          [caller.account.address],
        );
      }
    });
  });

  describe("doing it twice", () => {
    it("cannot pause what is paused", async () => {
      const { settlement, viem, guardian, owner } = await paused(given);
      for (const caller of [guardian, owner]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.pause({ account: caller.account }),
          settlement,
          "EnforcedPause",
          [],
        );
      }
    });

    it("cannot unpause what is not paused", async () => {
      const { settlement, viem, owner } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.unpause({ account: owner.account }),
        settlement,
        "ExpectedPause",
        [],
      );
    });
  });

  describe("a pause stops", () => {
    it("deposit", async () => {
      const situation = await paused(given);
      const { settlement, alice } = situation;
      await refusesWhilePaused(situation, settlement.write.deposit([1n], { account: alice.account }));
    });

    it("depositFor", async () => {
      const situation = await paused(given);
      const { settlement, alice, bob } = situation;
      const call = settlement.write.depositFor([bob.account.address, 1n], { account: alice.account });
      await refusesWhilePaused(situation, call);
    });

    it("depositWithPermit, also with a good permit", async () => {
      const situation = await paused(given);
      const { settlement, usdc, alice } = situation;
      const permit = { owner: alice.account.address, spender: settlement.address, value: 1n };
      const signature = await signPermit(usdc, alice, permit);
      const call = settlement.write.depositWithPermit([1n, maxUint256, signature], { account: alice.account });
      await refusesWhilePaused(situation, call);
    });

    it("depositWithAuthorization, also with a good signature", async () => {
      const situation = await paused(given);
      const { settlement, usdc, alice, stranger } = situation;
      const from = alice.account.address;
      const window = { validAfter: 0n, validBefore: maxUint256 };
      const nonce = `0x${"07".repeat(32)}` as const;
      const signature = await signReceiveAuthorization(usdc, alice, {
        from,
        to: settlement.address,
        value: 1n,
        ...window,
        nonce,
      });
      const call = settlement.write.depositWithAuthorization(
        [from, 1n, window.validAfter, window.validBefore, nonce, signature],
        { account: stranger.account },
      );
      await refusesWhilePaused(situation, call);
      expect(await usdc.read.authorizationState([from, nonce])).to.equal(false);
    });

    it("settleFromPool, and the id stays open", async () => {
      const situation = await paused(given);
      const { settlement, session, settle } = situation;
      await refusesWhilePaused(situation, settle(session()));
      expect(await settlement.read.settled([session().sessionId])).to.equal(false);
    });

    it("settleBatch, and the ids stay open", async () => {
      const situation = await paused(given);
      const { settlement, session, settleBatch } = situation;
      await refusesWhilePaused(situation, settleBatch([session()]));
      expect(await settlement.read.settled([session().sessionId])).to.equal(false);
    });
  });

  describe("a pause does not stop", () => {
    it("withdraw", async () => {
      const { settlement, usdc, alice } = await paused(given);
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.withdraw([40n * USDC], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 40n * USDC);
    });

    it("withdrawAll", async () => {
      const { settlement, usdc, alice } = await paused(given);
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 100n * USDC);
    });

    it("claim", async () => {
      const situation = await given.funded();
      const { settlement, usdc, guardian, operator, stranger } = situation;
      const owed = await creditToOperator(situation);
      await settlement.write.pause({ account: guardian.account });
      await settlement.write.claim([operator.account.address], { account: stranger.account });
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(owed);
    });

    it("setDailyLimit", async () => {
      const { settlement, alice } = await paused(given);
      await settlement.write.setDailyLimit([3n * USDC], { account: alice.account });
      expect((await settlement.read.accountOf([alice.account.address])).dailyLimit).to.equal(3n * USDC);
    });

    it("the owner's setters, so that a stolen key can be replaced before anything goes on", async () => {
      const { settlement, owner, stranger } = await paused(given);
      const by = { account: owner.account };
      const next = stranger.account.address;
      await settlement.write.setRelayer([next], by);
      await settlement.write.setGuardian([next], by);
      await settlement.write.setPlatformWallet([next], by);
      await settlement.write.setDefaultDailyLimit([1n * USDC], by);
      await settlement.write.setPoolDailyLimit([2n * USDC], by);
      expect(await settlement.read.relayer()).to.equal(next);
      expect(await settlement.read.guardian()).to.equal(next);
      expect(await settlement.read.platformWallet()).to.equal(next);
      expect(await settlement.read.defaultDailyLimit()).to.equal(1n * USDC);
      expect((await settlement.read.pool()).dailyLimit).to.equal(2n * USDC);
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("a change of owner", async () => {
      const { settlement, owner, stranger } = await paused(given);
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      await settlement.write.acceptOwnership({ account: stranger.account });
      expect(await settlement.read.owner()).to.equal(stranger.account.address);
    });

    it("rescue", async () => {
      const { settlement, usdc, circle, owner, stranger } = await paused(given);
      await usdc.write.mint([settlement.address, 5n * USDC], { account: circle.account });
      await settlement.write.rescue([usdc.address, stranger.account.address, 5n * USDC], { account: owner.account });
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(5n * USDC);
    });

    it("the views, which say nothing of it", async () => {
      const { settlement, alice, session } = await paused(given);
      expect(await settlement.read.available([alice.account.address])).to.equal(100n * USDC);
      expect(await settlement.read.checkSettlement([session()])).to.equal(Refusal.None);
      expect(await settlement.read.surplus()).to.equal(0n);
    });
  });

  describe("after a pause", () => {
    it("a session that was refused meanwhile is settled", async () => {
      const { settlement, viem, owner, session, settle } = await paused(given);
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "EnforcedPause", []);
      await settlement.write.unpause({ account: owner.account });
      await settle(session());
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
    });

    it("a session is refused if its consumer has left meanwhile: a pause is a race that payers win", async () => {
      const { settlement, viem, owner, alice, session, settle } = await paused(given);
      await settlement.write.withdrawAll({ account: alice.account });
      await settlement.write.unpause({ account: owner.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "SettlementRefused", [
        session().sessionId,
        Refusal.InsufficientPool,
      ]);
    });
  });
});
