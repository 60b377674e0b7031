import { expect } from "chai";
import { getAddress, maxUint256, parseEther, zeroAddress } from "viem";
import { consumerBooks } from "../support/consumerBooks.ts";
import { Refusal, USDC } from "../support/session.ts";
import { onEachChain } from "../support/situation.ts";

/** The largest pool: balances have 80 bits. */
const FULL = 2n ** 80n - 1n;

onEachChain("deposit", (given) => {
  describe("a consumer without a pool", () => {
    it("moves exactly the amount from the consumer to the contract", async () => {
      const situation = await given.fresh();
      const { settlement, alice } = situation;
      await settlement.write.deposit([100n * USDC + 1n], { account: alice.account });
      const { wallet, held } = await consumerBooks(situation, alice);
      expect({ wallet, held }).to.deep.equal({ wallet: 9_900n * USDC - 1n, held: 100n * USDC + 1n });
    });

    it("credits the consumer with the amount", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([100n * USDC + 1n], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC + 1n);
    });

    it("sets nothing but the balance of its account", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([100n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([alice.account.address])).to.deep.equal({
        balance: 100n * USDC,
        dailyLimit: 0n,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
    });

    it("counts the amount in the pool", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([100n * USDC], { account: alice.account });
      expect(await settlement.read.totalDeposits()).to.equal(100n * USDC);
      expect(await settlement.read.pool()).to.deep.equal({
        balance: 100n * USDC,
        dailyLimit: 0n,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
    });

    it("leaves no surplus", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([100n * USDC], { account: alice.account });
      expect(await settlement.read.surplus()).to.equal(0n);
    });

    it("emits Deposited with the consumer as its own payer", async () => {
      const { settlement, alice, eventsOf } = await given.fresh();
      const events = await eventsOf(settlement.write.deposit([100n * USDC], { account: alice.account }));
      expect(events).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: alice.account.address, payer: alice.account.address, amount: 100n * USDC },
        },
      ]);
    });

    it("may be as small as 1 µUSDC", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([1n], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(1n);
    });

    it("can deposit all its USDC", async () => {
      const { settlement, usdc, alice } = await given.fresh();
      await settlement.write.deposit([10_000n * USDC], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(0n);
    });

    it("uses up as much allowance as it deposits", async () => {
      const { settlement, usdc, alice } = await given.fresh();
      await usdc.write.approve([settlement.address, 100n * USDC], { account: alice.account });
      await settlement.write.deposit([60n * USDC], { account: alice.account });
      expect(await usdc.read.allowance([alice.account.address, settlement.address])).to.equal(40n * USDC);
    });
  });

  describe("a consumer with 100 USDC in its pool", () => {
    it("adds a top-up to what it has", async () => {
      const { settlement, alice } = await given.funded();
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(125n * USDC);
    });

    it("adds a top-up to the whole pool", async () => {
      const { settlement, alice } = await given.funded();
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.totalDeposits()).to.equal(225n * USDC);
    });

    it("leaves another consumer's account as it was", async () => {
      const { settlement, alice, bob } = await given.funded();
      const before = await settlement.read.accountOf([bob.account.address]);
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([bob.account.address])).to.deep.equal(before);
    });

    it("keeps its daily limit and what was drawn of it", async () => {
      const { settlement, alice, session, settle } = await given.funded();
      await settlement.write.setDailyLimit([10n * USDC], { account: alice.account });
      await settle(session());
      const before = await settlement.read.accountOf([alice.account.address]);
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([alice.account.address])).to.deep.equal({
        ...before,
        balance: before.balance + 25n * USDC,
      });
    });

    it("keeps the pool's daily limit and what was drawn of it", async () => {
      const { settlement, owner, alice, session, settle } = await given.funded();
      await settlement.write.setPoolDailyLimit([10n * USDC], { account: owner.account });
      await settle(session());
      const before = await settlement.read.pool();
      await settlement.write.deposit([25n * USDC], { account: alice.account });
      expect(await settlement.read.pool()).to.deep.equal({ ...before, balance: before.balance + 25n * USDC });
    });
  });

  describe("a session that the pool was too small for", () => {
    it("is paid once the consumer tops up", async () => {
      const { settlement, viem, alice, session, settle } = await given.fresh();
      const { sessionId } = session();
      await settlement.write.deposit([59_999n], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "SettlementRefused", [
        sessionId,
        Refusal.InsufficientPool,
      ]);
      await settlement.write.deposit([1n], { account: alice.account });
      await settle(session());
      expect(await settlement.read.deposits([alice.account.address])).to.equal(0n);
    });
  });

  describe("amounts that cannot be", () => {
    it("refuses 0", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([0n], { account: alice.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });

    it("refuses 2^80, which an account has no room for", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([2n ** 80n], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, 2n ** 80n],
      );
    });

    // Names the amount, not the sum: the amount alone is too large.
    it("refuses 2^80 on top of what the pool has", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([2n ** 80n], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, 2n ** 80n],
      );
    });

    it("refuses 2^256 - 1 without a panic", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([maxUint256], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, maxUint256],
      );
    });

    it("refuses an amount with which the whole pool would not fit 80 bits", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([FULL], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, FULL + 200n * USDC],
      );
    });
  });

  describe("a pool that is filled to the last µUSDC", () => {
    it("holds 2^80 - 1", async () => {
      const { settlement, usdc, circle, alice } = await given.funded();
      await usdc.write.mint([alice.account.address, FULL], { account: circle.account });
      await settlement.write.deposit([FULL - 200n * USDC], { account: alice.account });
      expect(await settlement.read.totalDeposits()).to.equal(FULL);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(FULL - 100n * USDC);
    });

    it("takes not 1 µUSDC more, whoever brings it", async () => {
      const { settlement, usdc, viem, circle, alice, bob } = await given.funded();
      await usdc.write.mint([alice.account.address, FULL], { account: circle.account });
      await settlement.write.deposit([FULL - 200n * USDC], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([1n], { account: bob.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, FULL + 1n],
      );
    });

    it("gives all of it back", async () => {
      const { settlement, usdc, circle, alice } = await given.fresh();
      await usdc.write.mint([alice.account.address, FULL], { account: circle.account });
      await settlement.write.deposit([FULL], { account: alice.account });
      await settlement.write.withdraw([FULL], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(FULL + 10_000n * USDC);
    });
  });

  describe("a paused contract", () => {
    it("refuses deposits", async () => {
      const { settlement, viem, guardian, alice } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.deposit([100n * USDC], { account: alice.account }),
        settlement,
        "EnforcedPause",
        [],
      );
    });

    it("takes them again once it is unpaused", async () => {
      const { settlement, guardian, owner, alice } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      await settlement.write.unpause({ account: owner.account });
      await settlement.write.deposit([100n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });
  });

  describe("USDC that does not move", () => {
    it("fails without an allowance, with USDC's own reason", async () => {
      const { settlement, usdc, viem, circle, stranger } = await given.fresh();
      await usdc.write.mint([stranger.account.address, 100n * USDC], { account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.deposit([100n * USDC], { account: stranger.account }),
        "ERC20: transfer amount exceeds allowance",
      );
    });

    it("fails with an allowance that is 1 µUSDC short", async () => {
      const { settlement, usdc, viem, alice } = await given.fresh();
      await usdc.write.approve([settlement.address, 100n * USDC - 1n], { account: alice.account });
      await viem.assertions.revertWith(
        settlement.write.deposit([100n * USDC], { account: alice.account }),
        "ERC20: transfer amount exceeds allowance",
      );
    });

    it("fails with 1 µUSDC too little in the wallet", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revertWith(
        settlement.write.deposit([10_000n * USDC + 1n], { account: alice.account }),
        "ERC20: transfer amount exceeds balance",
      );
    });

    it("fails for a denylisted payer", async () => {
      const { settlement, viem, alice, denylist } = await given.fresh();
      await denylist(alice);
      await viem.assertions.revertWith(
        settlement.write.deposit([100n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("fails while the contract itself is denylisted", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.fresh();
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.deposit([100n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("fails while USDC is paused", async () => {
      const { settlement, usdc, viem, circle, alice } = await given.fresh();
      await usdc.write.pause({ account: circle.account });
      await viem.assertions.revertWith(
        settlement.write.deposit([100n * USDC], { account: alice.account }),
        "Pausable: paused",
      );
    });

    it("leaves everything as it was", async () => {
      const situation = await given.funded();
      const { settlement, viem, alice } = situation;
      const before = await consumerBooks(situation, alice);
      // The books are written before USDC moves, so a failure there has something to undo.
      await viem.assertions.revertWith(
        settlement.write.deposit([9_900n * USDC + 1n], { account: alice.account }),
        "ERC20: transfer amount exceeds balance",
      );
      expect(await consumerBooks(situation, alice)).to.deep.equal(before);
    });
  });

  describe("money that arrives without a deposit", () => {
    it("belongs to nobody: USDC sent to the contract is surplus", async () => {
      const { settlement, usdc, alice } = await given.funded();
      await usdc.write.transfer([settlement.address, 5n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
      expect(await settlement.read.totalDeposits()).to.equal(200n * USDC);
      expect(await settlement.read.surplus()).to.equal(5n * USDC);
    });

    it("is refused as ether", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revert(
        alice.sendTransaction({ to: settlement.address, value: parseEther("0.1"), gas: 100_000n }),
      );
    });
  });
});

onEachChain("depositFor", (given) => {
  describe("Alice pays for Bob, and both have 100 USDC in their pools", () => {
    it("credits Bob", async () => {
      const { settlement, alice, bob } = await given.funded();
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([bob.account.address])).to.equal(130n * USDC);
    });

    it("counts the amount in the pool once", async () => {
      const { settlement, alice, bob } = await given.funded();
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      expect(await settlement.read.totalDeposits()).to.equal(230n * USDC);
      expect((await settlement.read.pool()).balance).to.equal(230n * USDC);
    });

    it("moves exactly the amount, from Alice's wallet", async () => {
      const situation = await given.funded();
      const { settlement, usdc, alice, bob } = situation;
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      const { wallet, held } = await consumerBooks(situation, alice);
      expect({ wallet, held }).to.deep.equal({ wallet: 9_870n * USDC, held: 230n * USDC });
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(9_900n * USDC);
    });

    it("emits Deposited with Bob as the consumer and Alice as the payer", async () => {
      const { settlement, alice, bob, eventsOf } = await given.funded();
      const events = await eventsOf(
        settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account }),
      );
      expect(events).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: bob.account.address, payer: alice.account.address, amount: 30n * USDC },
        },
      ]);
    });

    it("leaves Alice's own account as it was", async () => {
      const { settlement, alice, bob } = await given.funded();
      const before = await settlement.read.accountOf([alice.account.address]);
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      expect(await settlement.read.accountOf([alice.account.address])).to.deep.equal(before);
    });

    it("leaves Alice no claim: she cannot withdraw it", async () => {
      const { settlement, viem, alice, bob } = await given.funded();
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([130n * USDC], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, 100n * USDC, 130n * USDC],
      );
    });

    it("lets Bob withdraw it", async () => {
      const { settlement, usdc, alice, bob } = await given.funded();
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      await settlement.write.withdraw([130n * USDC], { account: bob.account });
      expect(await usdc.read.balanceOf([bob.account.address])).to.equal(10_030n * USDC);
    });

    it("does not reach for Bob's allowance when Alice gave none", async () => {
      const { settlement, usdc, viem, alice, bob } = await given.funded();
      await usdc.write.approve([settlement.address, 0n], { account: alice.account });
      await viem.assertions.revertWith(
        settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account }),
        "ERC20: transfer amount exceeds allowance",
      );
    });
  });

  describe("whom it can be for", () => {
    it("the caller itself", async () => {
      const { settlement, alice, eventsOf } = await given.fresh();
      const events = await eventsOf(
        settlement.write.depositFor([alice.account.address, 30n * USDC], { account: alice.account }),
      );
      expect(events).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: alice.account.address, payer: alice.account.address, amount: 30n * USDC },
        },
      ]);
    });

    it("somebody who holds no USDC and never came here", async () => {
      const { settlement, alice, stranger } = await given.fresh();
      await settlement.write.depositFor([stranger.account.address, 30n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(30n * USDC);
    });

    // USDC looks at who pays and who holds the money, and that is not the consumer.
    it("a denylisted consumer, though USDC will not let it withdraw", async () => {
      const { settlement, viem, alice, bob, denylist } = await given.fresh();
      await denylist(bob);
      await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
      await viem.assertions.revertWith(
        settlement.write.withdraw([30n * USDC], { account: bob.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("not the zero address", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositFor([zeroAddress, 30n * USDC], { account: alice.account }),
        settlement,
        "InvalidConsumer",
        [zeroAddress],
      );
    });

    it("not the contract itself", async () => {
      const { settlement, viem, alice } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositFor([settlement.address, 30n * USDC], { account: alice.account }),
        settlement,
        "InvalidConsumer",
        [getAddress(settlement.address)],
      );
    });
  });

  describe("what it refuses as deposit does", () => {
    it("0", async () => {
      const { settlement, viem, alice, bob } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositFor([bob.account.address, 0n], { account: alice.account }),
        settlement,
        "ZeroAmount",
        [],
      );
    });

    it("2^80", async () => {
      const { settlement, viem, alice, bob } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositFor([bob.account.address, 2n ** 80n], { account: alice.account }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, 2n ** 80n],
      );
    });

    it("anything while paused", async () => {
      const { settlement, viem, guardian, alice, bob } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account }),
        settlement,
        "EnforcedPause",
        [],
      );
    });

    it("a denylisted payer's money", async () => {
      const { settlement, viem, alice, bob, denylist } = await given.fresh();
      await denylist(alice);
      await viem.assertions.revertWith(
        settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("more than the payer has, and leaves the consumer as it was", async () => {
      const situation = await given.funded();
      const { settlement, viem, alice, bob } = situation;
      const before = await consumerBooks(situation, bob);
      await viem.assertions.revertWith(
        settlement.write.depositFor([bob.account.address, 9_900n * USDC + 1n], { account: alice.account }),
        "ERC20: transfer amount exceeds balance",
      );
      expect(await consumerBooks(situation, bob)).to.deep.equal(before);
    });
  });
});
