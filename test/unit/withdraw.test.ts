import { expect } from "chai";
import { maxUint256 } from "viem";
import { consumerBooks } from "../support/consumerBooks.ts";
import { Refusal, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

onEachChain("withdraw", (given) => {
  describe("a consumer with 100 USDC in its pool", () => {
    it("takes a part out, to the last µUSDC", async () => {
      const { settlement, usdc, alice } = await given.funded();
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.withdraw([30n * USDC + 1n], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 30n * USDC + 1n);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(70n * USDC - 1n);
      expect(await settlement.read.totalDeposits()).to.equal(170n * USDC - 1n);
    });

    it("emits Withdrawn with the consumer and the amount", async () => {
      const { settlement, alice, eventsOf } = await given.funded();
      const events = await eventsOf(settlement.write.withdraw([30n * USDC], { account: alice.account }));
      expect(events).to.deep.equal([
        { eventName: "Withdrawn", args: { consumer: alice.account.address, amount: 30n * USDC } },
      ]);
    });

    it("cannot take more than it owns", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([100n * USDC + 1n], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, 100n * USDC, 100n * USDC + 1n],
      );
    });

    it("cannot take more than fits any balance, and no panic comes of it", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([maxUint256], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, 100n * USDC, maxUint256],
      );
    });

    it("takes all of it out by its exact amount", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      await settlement.write.withdraw([100n * USDC], { account: alice.account });
      const { wallet, account } = await consumerBooks(situation, alice);
      expect({ wallet, balance: account.balance }).to.deep.equal({ wallet: 10_000n * USDC, balance: 0n });
    });

    it("takes it out in parts", async () => {
      const { settlement, alice } = await given.funded();
      await settlement.write.withdraw([30n * USDC], { account: alice.account });
      await settlement.write.withdraw([30n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(40n * USDC);
    });

    it("cannot take it out twice", async () => {
      const { settlement, viem, alice } = await given.funded();
      await settlement.write.withdraw([100n * USDC], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([100n * USDC], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, 0n, 100n * USDC],
      );
    });

    it("cannot withdraw 0", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([0n], { account: alice.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });

    it("leaves another consumer's account and wallet as they were", async () => {
      const { settlement, usdc, alice, bob } = await given.funded();
      const before = await settlement.read.accountOf([bob.account.address]);
      await settlement.write.withdraw([100n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([bob.account.address])).to.deep.equal(before);
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(9_900n * USDC);
    });

    it("leaves no surplus", async () => {
      const { settlement, alice } = await given.funded();
      await settlement.write.withdraw([30n * USDC], { account: alice.account });
      expect(await settlement.read.surplus()).to.equal(0n);
    });

    it("keeps its daily limit and what was drawn of it", async () => {
      const { settlement, alice, session, settle } = await given.funded();
      await settlement.write.setDailyLimit([10n * USDC], { account: alice.account });
      await settle(session());
      const before = await settlement.read.accountOf([alice.account.address]);
      await settlement.write.withdraw([30n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([alice.account.address])).to.deep.equal({
        ...before,
        balance: before.balance - 30n * USDC,
      });
    });

    it("keeps the pool's daily limit and what was drawn of it", async () => {
      const { settlement, owner, alice, session, settle } = await given.funded();
      await settlement.write.setPoolDailyLimit([10n * USDC], { account: owner.account });
      await settle(session());
      const before = await settlement.read.pool();
      await settlement.write.withdraw([30n * USDC], { account: alice.account });
      expect(await settlement.read.pool()).to.deep.equal({ ...before, balance: before.balance - 30n * USDC });
    });
  });

  describe("somebody without a pool", () => {
    it("can withdraw nothing, though the contract holds others' USDC", async () => {
      const { settlement, viem, stranger } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([1n], { account: stranger.account }),
        settlement,
        "InsufficientBalance",
        [stranger.account.address, 0n, 1n],
      );
    });

    it("is told ZeroAmount when it withdraws 0", async () => {
      const { settlement, viem, stranger } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([0n], { account: stranger.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });
  });

  describe("a consumer whose pool paid for sessions", () => {
    it("can take out what is left, and no more", async () => {
      const { settlement, viem, alice, session, settle } = await given.funded();
      const left = 100n * USDC - 60_000n;
      await settle(session());
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([left + 1n], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, left, left + 1n],
      );
      await settlement.write.withdraw([left], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(0n);
    });
  });

  describe("a consumer who has taken everything out", () => {
    it("can deposit again", async () => {
      const { settlement, alice } = await given.funded();
      await settlement.write.withdraw([100n * USDC], { account: alice.account });
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(25n * USDC);
    });

    it("can no longer be charged", async () => {
      const { settlement, viem, alice, session, settle } = await given.funded();
      await settlement.write.withdraw([100n * USDC], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "SettlementRefused", [
        session().sessionId,
        Refusal.InsufficientPool,
      ]);
    });
  });
});

onEachChain("withdrawAll", (given) => {
  describe("a consumer with 100 USDC in its pool", () => {
    it("gets all of it", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      await settlement.write.withdrawAll({ account: alice.account });
      const { wallet, account } = await consumerBooks(situation, alice);
      expect({ wallet, balance: account.balance }).to.deep.equal({ wallet: 10_000n * USDC, balance: 0n });
    });

    it("is told how much that was", async () => {
      const { settlement, alice } = await given.funded();
      const { result } = await settlement.simulate.withdrawAll({ account: alice.account.address });
      expect(result).to.equal(100n * USDC);
    });

    it("emits Withdrawn with the consumer and the amount", async () => {
      const { settlement, alice, eventsOf } = await given.funded();
      expect(await eventsOf(settlement.write.withdrawAll({ account: alice.account }))).to.deep.equal([
        { eventName: "Withdrawn", args: { consumer: alice.account.address, amount: 100n * USDC } },
      ]);
    });

    it("leaves the others' USDC in the pool", async () => {
      const situation = await given.funded();
      const { settlement, alice, bob } = situation;
      await settlement.write.withdrawAll({ account: alice.account });
      const { held, pool, account } = await consumerBooks(situation, bob);
      expect({ held, pool: pool.balance, bob: account.balance }).to.deep.equal({
        held: 100n * USDC,
        pool: 100n * USDC,
        bob: 100n * USDC,
      });
    });

    it("gets nothing a second time", async () => {
      const { settlement, viem, alice } = await given.funded();
      await settlement.write.withdrawAll({ account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdrawAll({ account: alice.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });
  });

  describe("somebody without a pool", () => {
    it("is told ZeroAmount, as withdraw(0) is", async () => {
      const { settlement, viem, stranger } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdrawAll({ account: stranger.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });
  });
});

/** What people with power over the contract can have done; none of it stands between a consumer and its money. */
const states: Record<string, (situation: Situation) => Promise<unknown>> = {
  "while the contract is paused": ({ settlement, guardian }) => settlement.write.pause({ account: guardian.account }),

  "after the relayer was replaced": ({ settlement, owner, stranger }) =>
    settlement.write.setRelayer([stranger.account.address], { account: owner.account }),

  "after the owner renounced while paused: nobody can ever unpause": async ({ settlement, owner, guardian }) => {
    await settlement.write.pause({ account: guardian.account });
    await settlement.write.renounceOwnership({ account: owner.account });
  },

  "with its own daily limit exhausted": async ({ settlement, alice, session, settle }) => {
    await settlement.write.setDailyLimit([60_000n], { account: alice.account });
    await settle(session());
  },

  "with the default daily limit exhausted": async ({ settlement, owner, session, settle }) => {
    await settlement.write.setDefaultDailyLimit([60_000n], { account: owner.account });
    await settle(session());
  },

  "with the pool's daily limit exhausted": async ({ settlement, owner, session, settle }) => {
    await settlement.write.setPoolDailyLimit([60_000n], { account: owner.account });
    await settle(session());
  },

  "with limits of 1 µUSDC": async ({ settlement, owner, alice }) => {
    await settlement.write.setDailyLimit([1n], { account: alice.account });
    await settlement.write.setDefaultDailyLimit([1n], { account: owner.account });
    await settlement.write.setPoolDailyLimit([1n], { account: owner.account });
  },

  "while the operator and the platform wait for credits that USDC refused": async (situation) => {
    await situation.denylist(situation.operator);
    await situation.denylist(situation.platform);
    await situation.settle(situation.session());
  },

  "after the owner rescued all surplus": async ({ settlement, usdc, owner, bob }) => {
    await usdc.write.transfer([settlement.address, 5n * USDC], { account: bob.account });
    await settlement.write.rescue([usdc.address, owner.account.address, 5n * USDC], { account: owner.account });
  },
};

onEachChain("nobody stops a withdrawal", (given) => {
  for (const [title, arrange] of Object.entries(states)) {
    describe(title, () => {
      it("withdraw pays the consumer's whole balance", async () => {
        const situation = await given.funded();
        const { settlement, usdc, alice } = situation;
        await arrange(situation);
        const balance = await settlement.read.deposits([alice.account.address]);
        await settlement.write.withdraw([balance], { account: alice.account });
        expect(await usdc.read.balanceOf([alice.account.address])).to.equal(9_900n * USDC + balance);
      });

      it("withdrawAll does so for every consumer", async () => {
        const situation = await given.funded();
        const { settlement, alice, bob } = situation;
        await arrange(situation);
        for (const { account } of [alice, bob]) await settlement.write.withdrawAll({ account });
        expect(await settlement.read.totalDeposits()).to.equal(0n);
      });
    });
  }
});

onEachChain("a withdrawal that USDC refuses", (given) => {
  describe("a denylisted consumer", () => {
    it("gets USDC's own reason", async () => {
      const { settlement, viem, alice, denylist } = await given.funded();
      await denylist(alice);
      await viem.assertions.revertWith(
        settlement.write.withdraw([30n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("gets it from withdrawAll too", async () => {
      const { settlement, viem, alice, denylist } = await given.funded();
      await denylist(alice);
      await viem.assertions.revertWith(
        settlement.write.withdrawAll({ account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("keeps everything", async () => {
      const situation = await given.funded();
      const { settlement, viem, alice, denylist } = situation;
      await denylist(alice);
      const before = await consumerBooks(situation, alice);
      await viem.assertions.revertWith(
        settlement.write.withdraw([30n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
      expect(await consumerBooks(situation, alice)).to.deep.equal(before);
    });

    it("does not hold up another consumer", async () => {
      const { settlement, usdc, alice, bob, denylist } = await given.funded();
      await denylist(alice);
      await settlement.write.withdrawAll({ account: bob.account });
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(10_000n * USDC);
    });

    it("can withdraw once it is off the denylist", async () => {
      const { settlement, usdc, circle, alice, denylist } = await given.funded();
      await denylist(alice);
      await usdc.write.unBlacklist([alice.account.address], { account: circle.account });
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(10_000n * USDC);
    });
  });

  describe("the contract itself is denylisted", () => {
    it("gives USDC's own reason", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.funded();
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.withdraw([30n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });
  });

  describe("USDC is paused", () => {
    it("gives USDC's own reason", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.funded();
      await usdc.write.pause({ account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.withdraw([30n * USDC], { account: alice.account }),
        "Pausable: paused",
      );
    });

    it("keeps everything", async () => {
      const situation = await given.funded();
      const { settlement, usdc, viem, circle, alice } = situation;
      await usdc.write.pause({ account: circle.account });
      const before = await consumerBooks(situation, alice);
      await viem.assertions.revertWith(settlement.write.withdrawAll({ account: alice.account }), "Pausable: paused");
      expect(await consumerBooks(situation, alice)).to.deep.equal(before);
    });

    it("pays once USDC is unpaused", async () => {
      const { settlement, usdc, circle, alice } = await given.funded();
      await usdc.write.pause({ account: circle.account });
      await usdc.write.unpause({ account: circle.account });
      await settlement.write.withdrawAll({ account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(10_000n * USDC);
    });
  });
});
