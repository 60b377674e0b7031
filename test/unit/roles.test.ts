import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Hash } from "viem";
import { zeroAddress } from "viem";
import { ownerCalls, settings } from "../support/powers.ts";
import { settleArgs, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

async function onlyOwner({ viem, settlement }: Situation, call: Promise<Hash>, caller: Wallet) {
  await viem.assertions.revertWithCustomErrorWithArgs(call, settlement, "OwnableUnauthorizedAccount", [
    caller.account.address,
  ]);
}

onEachChain("roles", (given) => {
  describe("setRelayer", () => {
    it("emits RelayerSet with the old and the new relayer", async () => {
      const { settlement, owner, relayer, stranger, eventsOf } = await given.fresh();
      const call = settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "RelayerSet",
          args: { oldRelayer: relayer.account.address, newRelayer: stranger.account.address },
        },
      ]);
      expect(await settlement.read.relayer()).to.equal(stranger.account.address);
    });

    it("takes settleFromPool and settleBatch from the old relayer at once", async () => {
      const { settlement, viem, owner, relayer, stranger, session, settle, settleBatch } = await given.funded();
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      for (const call of [() => settle(session()), () => settleBatch([session()])]) {
        await viem.assertions.revertWithCustomErrorWithArgs(call(), settlement, "NotRelayer", [
          relayer.account.address,
        ]);
      }
    });

    it("lets the new relayer settle at once", async () => {
      const { settlement, owner, stranger, session } = await given.funded();
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      await settlement.write.settleFromPool(settleArgs(session()), { account: stranger.account });
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
    });

    it("refuses zero", async () => {
      const { settlement, viem, owner } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.setRelayer([zeroAddress], { account: owner.account }),
        settlement,
        "ZeroAddress",
        [],
      );
    });

    it("is for the owner, not for the relayer that leaves", async () => {
      const situation = await given.fresh();
      const { settlement, relayer, stranger } = situation;
      const call = settlement.write.setRelayer([stranger.account.address], { account: relayer.account });
      await onlyOwner(situation, call, relayer);
    });
  });

  describe("setGuardian", () => {
    it("emits GuardianSet with the old and the new guardian", async () => {
      const { settlement, owner, guardian, stranger, eventsOf } = await given.fresh();
      const call = settlement.write.setGuardian([stranger.account.address], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "GuardianSet",
          args: { oldGuardian: guardian.account.address, newGuardian: stranger.account.address },
        },
      ]);
      expect(await settlement.read.guardian()).to.equal(stranger.account.address);
    });

    it("takes the pause from the old guardian at once", async () => {
      const { settlement, viem, owner, guardian, stranger } = await given.fresh();
      await settlement.write.setGuardian([stranger.account.address], { account: owner.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.pause({ account: guardian.account }),
        settlement,
        "NotGuardian",
        [guardian.account.address],
      );
    });

    it("lets the new guardian pause at once", async () => {
      const { settlement, owner, stranger } = await given.fresh();
      await settlement.write.setGuardian([stranger.account.address], { account: owner.account });
      await settlement.write.pause({ account: stranger.account });
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("takes zero: then there is no guardian", async () => {
      const { settlement, owner, guardian, eventsOf } = await given.fresh();
      const call = settlement.write.setGuardian([zeroAddress], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        { eventName: "GuardianSet", args: { oldGuardian: guardian.account.address, newGuardian: zeroAddress } },
      ]);
      expect(await settlement.read.guardian()).to.equal(zeroAddress);
    });

    it("is for the owner, not for the guardian that leaves", async () => {
      const situation = await given.fresh();
      const { settlement, guardian, stranger } = situation;
      const call = settlement.write.setGuardian([stranger.account.address], { account: guardian.account });
      await onlyOwner(situation, call, guardian);
    });
  });

  describe("setPlatformWallet", () => {
    it("emits PlatformWalletSet with the old and the new wallet", async () => {
      const { settlement, owner, platform, stranger, eventsOf } = await given.fresh();
      const call = settlement.write.setPlatformWallet([stranger.account.address], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "PlatformWalletSet",
          args: { oldPlatformWallet: platform.account.address, newPlatformWallet: stranger.account.address },
        },
      ]);
      expect(await settlement.read.platformWallet()).to.equal(stranger.account.address);
    });

    it("sends the next fee to the new wallet and nothing to the old one", async () => {
      const { settlement, usdc, owner, platform, stranger, session, settle } = await given.funded();
      await settlement.write.setPlatformWallet([stranger.account.address], { account: owner.account });
      await settle(session());
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(9_000n);
      expect(await usdc.read.balanceOf([platform.account.address])).to.equal(0n);
    });

    it("leaves the credits of the old wallet to the old wallet", async () => {
      const { settlement, usdc, circle, owner, platform, stranger, session, settle, denylist } = await given.funded();
      await denylist(platform);
      await settle(session());
      await settlement.write.setPlatformWallet([stranger.account.address], { account: owner.account });
      await usdc.write.unBlacklist([platform.account.address], { account: circle.account });
      await settlement.write.claim([platform.account.address]);
      expect(await usdc.read.balanceOf([platform.account.address])).to.equal(9_000n);
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(0n);
    });

    it("refuses zero as platform wallet", async () => {
      const { settlement, viem, owner } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.setPlatformWallet([zeroAddress], { account: owner.account }),
        settlement,
        "ZeroAddress",
        [],
      );
    });

    it("is for the owner, not for the platform wallet itself", async () => {
      const situation = await given.fresh();
      const { settlement, platform, stranger } = situation;
      const call = settlement.write.setPlatformWallet([stranger.account.address], { account: platform.account });
      await onlyOwner(situation, call, platform);
    });
  });

  describe("setDefaultDailyLimit and setPoolDailyLimit", () => {
    it("emit DefaultDailyLimitSet with the old and the new limit", async () => {
      const { settlement, owner, eventsOf } = await given.fresh();
      await settlement.write.setDefaultDailyLimit([5n * USDC], { account: owner.account });
      const call = settlement.write.setDefaultDailyLimit([7n * USDC], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        { eventName: "DefaultDailyLimitSet", args: { oldLimit: 5n * USDC, newLimit: 7n * USDC } },
      ]);
      expect(await settlement.read.defaultDailyLimit()).to.equal(7n * USDC);
    });

    it("emit PoolDailyLimitSet with the old and the new limit", async () => {
      const { settlement, owner, eventsOf } = await given.fresh();
      await settlement.write.setPoolDailyLimit([500n * USDC], { account: owner.account });
      const call = settlement.write.setPoolDailyLimit([700n * USDC], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        { eventName: "PoolDailyLimitSet", args: { oldLimit: 500n * USDC, newLimit: 700n * USDC } },
      ]);
      expect((await settlement.read.pool()).dailyLimit).to.equal(700n * USDC);
    });

    it("are for the owner, not for a consumer who would like a higher one", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      const by = { account: alice.account };
      await onlyOwner(situation, settlement.write.setDefaultDailyLimit([5n * USDC], by), alice);
      await onlyOwner(situation, settlement.write.setPoolDailyLimit([5n * USDC], by), alice);
    });
  });

  describe("a function of the owner", () => {
    it("is refused to everybody else, and nothing changes", async () => {
      const situation = await given.funded();
      const { circle, relayer, guardian, platform, alice, operator, stranger } = situation;
      const before = await settings(situation);
      for (const caller of [circle, relayer, guardian, platform, alice, operator, stranger]) {
        for (const call of Object.values(ownerCalls(situation, caller))) {
          await onlyOwner(situation, call(), caller);
        }
      }
      expect(await settings(situation)).to.deep.equal(before);
    });
  });

  describe("a new owner", () => {
    it("is only named by transferOwnership", async () => {
      const { settlement, owner, stranger, eventsOf } = await given.fresh();
      const call = settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "OwnershipTransferStarted",
          args: { previousOwner: owner.account.address, newOwner: stranger.account.address },
        },
      ]);
      expect(await settlement.read.owner()).to.equal(owner.account.address);
      expect(await settlement.read.pendingOwner()).to.equal(stranger.account.address);
    });

    it("can do nothing before it accepts", async () => {
      const situation = await given.fresh();
      const { settlement, owner, stranger } = situation;
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      for (const call of Object.values(ownerCalls(situation, stranger))) {
        await onlyOwner(situation, call(), stranger);
      }
    });

    it("owns once it has accepted, and the old one no longer does", async () => {
      const situation = await given.fresh();
      const { settlement, owner, stranger, eventsOf } = situation;
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      expect(await eventsOf(settlement.write.acceptOwnership({ account: stranger.account }))).to.deep.equal([
        {
          eventName: "OwnershipTransferred",
          args: { previousOwner: owner.account.address, newOwner: stranger.account.address },
        },
      ]);
      expect(await settlement.read.owner()).to.equal(stranger.account.address);
      expect(await settlement.read.pendingOwner()).to.equal(zeroAddress);
      await settlement.write.setDefaultDailyLimit([1n], { account: stranger.account });
      const call = settlement.write.setDefaultDailyLimit([2n], { account: owner.account });
      await onlyOwner(situation, call, owner);
    });

    it("is the only one who can accept", async () => {
      const situation = await given.fresh();
      const { settlement, owner, relayer, guardian, stranger } = situation;
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      for (const caller of [owner, relayer, guardian]) {
        await onlyOwner(situation, settlement.write.acceptOwnership({ account: caller.account }), caller);
      }
      expect(await settlement.read.owner()).to.equal(owner.account.address);
    });

    it("cannot accept after the owner has named somebody else", async () => {
      const situation = await given.fresh();
      const { settlement, owner, operator, stranger } = situation;
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      await settlement.write.transferOwnership([operator.account.address], { account: owner.account });
      await onlyOwner(situation, settlement.write.acceptOwnership({ account: stranger.account }), stranger);
    });
  });

  describe("an owner who renounces", () => {
    it("leaves nobody who could change a setting", async () => {
      const situation = await given.fresh();
      const { settlement, owner, eventsOf } = situation;
      expect(await eventsOf(settlement.write.renounceOwnership({ account: owner.account }))).to.deep.equal([
        {
          eventName: "OwnershipTransferred",
          args: { previousOwner: owner.account.address, newOwner: zeroAddress },
        },
      ]);
      expect(await settlement.read.owner()).to.equal(zeroAddress);
      for (const call of Object.values(ownerCalls(situation, owner))) {
        await onlyOwner(situation, call(), owner);
      }
    });

    it("takes the offer back from a pending owner", async () => {
      const situation = await given.fresh();
      const { settlement, owner, stranger } = situation;
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      await settlement.write.renounceOwnership({ account: owner.account });
      await onlyOwner(situation, settlement.write.acceptOwnership({ account: stranger.account }), stranger);
    });

    it("leaves the relayer settling", async () => {
      const { settlement, owner, session, settle } = await given.funded();
      await settlement.write.renounceOwnership({ account: owner.account });
      await settle(session());
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
    });

    it("leaves a pause that nobody can end: money can then only leave", async () => {
      const situation = await given.funded();
      const { settlement, usdc, owner, guardian, alice } = situation;
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.renounceOwnership({ account: owner.account });
      await settlement.write.pause({ account: guardian.account });
      for (const caller of [owner, guardian]) {
        await onlyOwner(situation, settlement.write.unpause({ account: caller.account }), caller);
      }
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 100n * USDC);
    });
  });
});
