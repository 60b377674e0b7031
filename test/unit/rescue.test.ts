import { installUsdc } from "@luxxon/local/usdc";
import { expect } from "chai";
import { getAddress, maxUint256, zeroAddress } from "viem";
import { books, creditToOperator } from "../support/powers.ts";
import { USDC } from "../support/session.ts";
import { type Given, onEachChain } from "../support/situation.ts";

/** Alice and Bob have 100 USDC each in their pools, and somebody has sent 7 USDC to the contract by mistake. */
async function withSurplus(given: Given) {
  const situation = await given.funded();
  const { usdc, circle, settlement } = situation;
  await usdc.write.mint([settlement.address, 7n * USDC], { account: circle.account });
  return situation;
}

/** As `funded`, and the contract also holds 9 units of another token: a second USDC, at an address of its own. */
async function withAnotherToken(given: Given) {
  const situation = await given.funded();
  const { chain, circle, settlement } = situation;
  const other = await installUsdc(chain, { circle });
  await other.write.mint([settlement.address, 9n * USDC], { account: circle.account });
  return { ...situation, other };
}

onEachChain("rescue", (given) => {
  describe("USDC that was sent to the contract by mistake", () => {
    it("is its surplus", async () => {
      const { settlement } = await withSurplus(given);
      expect(await settlement.read.surplus()).to.equal(7n * USDC);
    });

    it("is in nobody's pool", async () => {
      const { settlement } = await withSurplus(given);
      expect(await settlement.read.totalDeposits()).to.equal(200n * USDC);
    });

    it("can be rescued to the last µUSDC", async () => {
      const { settlement, usdc, owner, stranger } = await withSurplus(given);
      await settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC], { account: owner.account });
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(7n * USDC);
      expect(await settlement.read.surplus()).to.equal(0n);
    });

    it("can be rescued in parts", async () => {
      const { settlement, usdc, owner, stranger } = await withSurplus(given);
      await settlement.write.rescue([usdc.address, stranger.account.address, 3n * USDC], { account: owner.account });
      expect(await settlement.read.surplus()).to.equal(4n * USDC);
    });

    it("is announced by Rescued with the token, the receiver and the amount", async () => {
      const { settlement, usdc, owner, stranger, eventsOf } = await withSurplus(given);
      const call = settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC], {
        account: owner.account,
      });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "Rescued",
          args: { token: usdc.address, to: stranger.account.address, amount: 7n * USDC },
        },
      ]);
    });

    it("cannot be exceeded by 1 µUSDC", async () => {
      const { settlement, usdc, viem, owner, stranger } = await withSurplus(given);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC + 1n], { account: owner.account }),
        settlement,
        "ExceedsSurplus",
        [7n * USDC],
      );
    });

    it("cannot be rescued twice", async () => {
      const { settlement, usdc, viem, owner, stranger } = await withSurplus(given);
      await settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC], { account: owner.account });
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.rescue([usdc.address, stranger.account.address, 1n], { account: owner.account }),
        settlement,
        "ExceedsSurplus",
        [0n],
      );
    });
  });

  describe("USDC that belongs to somebody", () => {
    it("stays if it is a deposit: neither 1 µUSDC nor all of it can be rescued", async () => {
      const { settlement, usdc, viem, owner, stranger } = await given.funded();
      for (const amount of [1n, 100n * USDC, 200n * USDC, maxUint256]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.rescue([usdc.address, stranger.account.address, amount], { account: owner.account }),
          settlement,
          "ExceedsSurplus",
          [0n],
        );
      }
    });

    it("stays if it is a credit, also when no deposit is left beside it", async () => {
      const situation = await given.funded();
      const { settlement, usdc, viem, owner, alice, bob, stranger } = situation;
      const owed = await creditToOperator(situation);
      for (const consumer of [alice, bob]) await settlement.write.withdrawAll({ account: consumer.account });
      expect(await usdc.read.balanceOf([settlement.address])).to.equal(owed);
      for (const amount of [1n, owed]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.rescue([usdc.address, stranger.account.address, amount], { account: owner.account }),
          settlement,
          "ExceedsSurplus",
          [0n],
        );
      }
    });

    it("is untouched when the surplus is rescued", async () => {
      const situation = await withSurplus(given);
      const { settlement, usdc, owner, stranger } = situation;
      await creditToOperator(situation);
      const before = await books(situation);
      await settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC], { account: owner.account });
      expect(await books(situation)).to.deep.equal(before);
      expect(await usdc.read.balanceOf([settlement.address])).to.equal(before.totalDeposits + before.totalCredits);
    });
  });

  describe("another token", () => {
    it("can be rescued in full", async () => {
      const { settlement, other, owner, stranger } = await withAnotherToken(given);
      await settlement.write.rescue([other.address, stranger.account.address, 9n * USDC], { account: owner.account });
      expect(await other.read.balanceOf([stranger.account.address])).to.equal(9n * USDC);
      expect(await other.read.balanceOf([settlement.address])).to.equal(0n);
    });

    it("is announced by Rescued with its own address", async () => {
      const { settlement, other, owner, stranger, eventsOf } = await withAnotherToken(given);
      const call = settlement.write.rescue([other.address, stranger.account.address, 9n * USDC], {
        account: owner.account,
      });
      expect(await eventsOf(call)).to.deep.equal([
        {
          eventName: "Rescued",
          args: { token: getAddress(other.address), to: stranger.account.address, amount: 9n * USDC },
        },
      ]);
    });

    it("is no surplus: that counts USDC alone", async () => {
      const { settlement } = await withAnotherToken(given);
      expect(await settlement.read.surplus()).to.equal(0n);
    });

    it("leaves every pool as it was", async () => {
      const situation = await withAnotherToken(given);
      const { settlement, usdc, other, owner, stranger } = situation;
      const before = await books(situation);
      await settlement.write.rescue([other.address, stranger.account.address, 9n * USDC], { account: owner.account });
      expect(await books(situation)).to.deep.equal(before);
      expect(await usdc.read.balanceOf([settlement.address])).to.equal(200n * USDC);
    });

    it("fails with the token's own error if there is less of it", async () => {
      const { settlement, viem, other, owner, stranger } = await withAnotherToken(given);
      await viem.assertions.revertWith(
        settlement.write.rescue([other.address, stranger.account.address, 9n * USDC + 1n], {
          account: owner.account,
        }),
        "ERC20: transfer amount exceeds balance",
      );
    });
  });

  describe("a call that is wrong", () => {
    it("is refused if it does not come from the owner", async () => {
      const { settlement, usdc, viem, relayer, guardian, platform, alice, stranger } = await withSurplus(given);
      for (const caller of [relayer, guardian, platform, alice, stranger]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.rescue([usdc.address, caller.account.address, 1n], { account: caller.account }),
          settlement,
          "OwnableUnauthorizedAccount",
          [caller.account.address],
        );
      }
      expect(await settlement.read.surplus()).to.equal(7n * USDC);
    });

    it("is refused if it would send to the zero address", async () => {
      const { settlement, usdc, viem, owner } = await withSurplus(given);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.rescue([usdc.address, zeroAddress, 1n], { account: owner.account }),
        settlement,
        "ZeroAddress",
        [],
      );
    });

    it("is refused if the token is an address without code", async () => {
      const { settlement, viem, owner, operator, stranger } = await given.fresh();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.rescue([operator.account.address, stranger.account.address, 1n], { account: owner.account }),
        settlement,
        "SafeERC20FailedOperation",
        [operator.account.address],
      );
    });
  });
});
