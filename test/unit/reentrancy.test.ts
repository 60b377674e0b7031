import { expect } from "chai";
import type { Hex } from "viem";
import {
  encodeErrorResult,
  encodeFunctionData,
  getAddress,
  maxUint256,
  parseEventLogs,
  toFunctionSelector,
  zeroAddress,
  zeroHash,
} from "viem";
import { sessionId, settleArgs, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** The token's enum, in its order. */
const Trick = { None: 0, ReturnsFalse: 1, BurnsGas: 2, CallsBack: 3 } as const;

/** Where the settlement contract calls the token. */
const TRANSFER = toFunctionSelector("transfer(address,uint256)");
const TRANSFER_FROM = toFunctionSelector("transferFrom(address,address,uint256)");
const PERMIT = toFunctionSelector("permit(address,address,uint256,uint256,bytes)");
const RECEIVE = toFunctionSelector("receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,bytes)");

/** Enough that a 64th of it still is: whoever makes a call keeps that much of the gas. */
const GAS = 12_000_000n;

/**
 * A second settlement contract, on a token that can play tricks and that is its owner, its relayer and a consumer too:
 * whatever anybody may do, the token may do. Alice and the token have 100 in their pools and 100 left; 5 are surplus.
 */
async function withHostileToken(start: Promise<Situation>) {
  const situation = await start;
  const { viem, publicClient, platform, alice, operator, otherOperator, stranger } = situation;
  const token = await viem.deployContract("HostileToken");
  const settlement = await viem.deployContract("LuxxonSettlement", [
    token.address,
    token.address,
    token.address,
    zeroAddress,
    platform.account.address,
    0n,
    0n,
  ]);

  /** Calls the settlement contract in the token's name, once or more often in one transaction. */
  const asToken = (...data: Hex[]) =>
    token.write.execute([settlement.address, data], { account: stranger.account, gas: GAS });
  const approval = encodeFunctionData({
    abi: token.abi,
    functionName: "approve",
    args: [settlement.address, maxUint256],
  });

  await token.write.mint([alice.account.address, 200n * USDC]);
  await token.write.mint([token.address, 200n * USDC]);
  await token.write.mint([settlement.address, 5n * USDC]);
  await token.write.approve([settlement.address, maxUint256], { account: alice.account });
  await token.write.execute([token.address, [approval]]);
  await settlement.write.deposit([100n * USDC], { account: alice.account });
  await asToken(encodeFunctionData({ abi: settlement.abi, functionName: "deposit", args: [100n * USDC] }));

  /** A session of Alice's with the operator. */
  const first = situation.session();
  /** A session of Alice's with another operator. */
  const second = situation.session({ sessionId: sessionId(1), to: otherOperator.account.address });
  const owed = { to: first.toAmount, fee: first.feeAmount };

  /** Every function that changes balances, as a call that would succeed. */
  const calls: Record<Guarded, Hex> = {
    deposit: encodeFunctionData({ abi: settlement.abi, functionName: "deposit", args: [USDC] }),
    depositFor: encodeFunctionData({
      abi: settlement.abi,
      functionName: "depositFor",
      args: [alice.account.address, USDC],
    }),
    depositWithPermit: encodeFunctionData({
      abi: settlement.abi,
      functionName: "depositWithPermit",
      args: [USDC, maxUint256, "0x"],
    }),
    depositWithAuthorization: encodeFunctionData({
      abi: settlement.abi,
      functionName: "depositWithAuthorization",
      args: [alice.account.address, USDC, 0n, maxUint256, zeroHash, "0x"],
    }),
    withdraw: encodeFunctionData({ abi: settlement.abi, functionName: "withdraw", args: [USDC] }),
    withdrawAll: encodeFunctionData({ abi: settlement.abi, functionName: "withdrawAll" }),
    settleFromPool: encodeFunctionData({
      abi: settlement.abi,
      functionName: "settleFromPool",
      args: settleArgs(first),
    }),
    settleBatch: encodeFunctionData({ abi: settlement.abi, functionName: "settleBatch", args: [[first, second]] }),
    claim: encodeFunctionData({ abi: settlement.abi, functionName: "claim", args: [operator.account.address] }),
    rescue: encodeFunctionData({
      abi: settlement.abi,
      functionName: "rescue",
      args: [token.address, stranger.account.address, USDC],
    }),
  };

  return {
    ...situation,
    token,
    settlement,
    asToken,
    calls,
    first,
    second,
    owed,
    /** The operator is owed its part of a session: the token refused it, and is honest again. */
    async oweOperator() {
      const session = { ...first, sessionId: sessionId(2) };
      await token.write.play([Trick.ReturnsFalse, operator.account.address]);
      await asToken(
        encodeFunctionData({ abi: settlement.abi, functionName: "settleFromPool", args: settleArgs(session) }),
      );
      await token.write.play([Trick.None, zeroAddress]);
    },
    /** What came of the calls back in a transaction. */
    async callsBack(transaction: Promise<Hex>) {
      const { logs } = await publicClient.waitForTransactionReceipt({ hash: await transaction });
      return parseEventLogs({ abi: token.abi, eventName: "CalledBack", logs }).map(({ args }) => args);
    },
  };
}

const GUARDED = [
  "deposit",
  "depositFor",
  "depositWithPermit",
  "depositWithAuthorization",
  "withdraw",
  "withdrawAll",
  "settleFromPool",
  "settleBatch",
  "claim",
  "rescue",
] as const;

type Guarded = (typeof GUARDED)[number];

/** Every place where the contract calls its token, and how often a call of `outer` gets there. */
const doors: { outer: Guarded; hook: Hex; title: string; times: number }[] = [
  { outer: "deposit", hook: TRANSFER_FROM, title: "deposit moves the money in", times: 1 },
  { outer: "depositFor", hook: TRANSFER_FROM, title: "depositFor moves the money in", times: 1 },
  { outer: "depositWithPermit", hook: PERMIT, title: "depositWithPermit submits the permit", times: 1 },
  { outer: "depositWithPermit", hook: TRANSFER_FROM, title: "depositWithPermit moves the money in", times: 1 },
  {
    outer: "depositWithAuthorization",
    hook: RECEIVE,
    title: "depositWithAuthorization submits the authorisation",
    times: 1,
  },
  { outer: "withdraw", hook: TRANSFER, title: "withdraw pays", times: 1 },
  { outer: "withdrawAll", hook: TRANSFER, title: "withdrawAll pays", times: 1 },
  { outer: "settleFromPool", hook: TRANSFER, title: "settleFromPool pays the operator and the platform", times: 2 },
  { outer: "settleBatch", hook: TRANSFER, title: "settleBatch pays two operators and the platform", times: 3 },
  { outer: "claim", hook: TRANSFER, title: "claim pays", times: 1 },
  { outer: "rescue", hook: TRANSFER, title: "rescue pays", times: 1 },
];

onEachChain("a token that calls back", (given) => {
  // Else a refusal below could have any other cause.
  describe("when the contract is not in the middle of something", () => {
    for (const inner of GUARDED) {
      it(`may call ${inner}`, async () => {
        const { publicClient, calls, asToken, oweOperator } = await withHostileToken(given.fresh());
        await oweOperator();
        const receipt = await publicClient.waitForTransactionReceipt({ hash: await asToken(calls[inner]) });
        expect(receipt.status).to.equal("success");
      });
    }
  });

  for (const { outer, hook, title, times } of doors) {
    describe(`while ${title}`, () => {
      for (const inner of GUARDED) {
        it(`cannot enter ${inner}`, async () => {
          const { token, settlement, calls, asToken, oweOperator, callsBack } = await withHostileToken(given.fresh());
          await oweOperator();
          await token.write.callBackFrom([hook, settlement.address, calls[inner]]);
          const reply = encodeErrorResult({ abi: settlement.abi, errorName: "ReentrancyGuardReentrantCall" });
          expect(await callsBack(asToken(calls[outer]))).to.deep.equal(
            Array.from({ length: times }, () => ({ success: false, reply })),
          );
        });
      }
    });
  }

  describe("while it pays for a session", () => {
    it("gets nothing by trying to withdraw: the books end as without the attempt", async () => {
      const { token, settlement, alice, operator, platform, calls, asToken, owed } = await withHostileToken(
        given.fresh(),
      );
      await token.write.callBackFrom([TRANSFER, settlement.address, calls.withdrawAll]);
      await asToken(calls.settleFromPool);
      expect(await settlement.read.deposits([token.address])).to.equal(100n * USDC);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - owed.to - owed.fee);
      expect(await token.read.balanceOf([operator.account.address])).to.equal(owed.to);
      expect(await token.read.balanceOf([platform.account.address])).to.equal(owed.fee);
    });
  });

  describe("once a call is over", () => {
    it("finds the door open again, in the same transaction too", async () => {
      const { settlement, calls, asToken } = await withHostileToken(given.fresh());
      await asToken(calls.withdraw, calls.withdraw);
      expect(await settlement.read.totalDeposits()).to.equal(198n * USDC);
    });
  });
});

onEachChain("a token that returns false", (given) => {
  async function refusing(start: Promise<Situation>, target?: "operator") {
    const situation = await withHostileToken(start);
    await situation.token.write.play([
      Trick.ReturnsFalse,
      target === undefined ? zeroAddress : situation[target].account.address,
    ]);
    return situation;
  }

  describe("when money comes in", () => {
    for (const inner of ["deposit", "depositFor", "depositWithPermit"] as const) {
      it(`makes ${inner} fail`, async () => {
        const { viem, token, settlement, calls, asToken } = await refusing(given.fresh());
        await viem.assertions.revertWithCustomErrorWithArgs(
          asToken(calls[inner]),
          settlement,
          "SafeERC20FailedOperation",
          [getAddress(token.address)],
        );
      });
    }

    it("credits nobody", async () => {
      const { viem, settlement, alice } = await refusing(given.fresh());
      await viem.assertions.revertWithCustomError(
        settlement.write.deposit([USDC], { account: alice.account }),
        settlement,
        "SafeERC20FailedOperation",
      );
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });
  });

  describe("when money goes out", () => {
    for (const inner of ["withdraw", "withdrawAll", "rescue"] as const) {
      it(`makes ${inner} fail`, async () => {
        const { viem, token, settlement, calls, asToken } = await refusing(given.fresh());
        await viem.assertions.revertWithCustomErrorWithArgs(
          asToken(calls[inner]),
          settlement,
          "SafeERC20FailedOperation",
          [getAddress(token.address)],
        );
      });
    }

    it("leaves the consumer its balance", async () => {
      const { viem, settlement, alice } = await refusing(given.fresh());
      await viem.assertions.revertWithCustomError(
        settlement.write.withdrawAll({ account: alice.account }),
        settlement,
        "SafeERC20FailedOperation",
      );
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });

    it("makes claim fail", async () => {
      const situation = await withHostileToken(given.fresh());
      const { viem, token, settlement, operator, oweOperator } = situation;
      await oweOperator();
      await token.write.play([Trick.ReturnsFalse, zeroAddress]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.claim([operator.account.address]),
        settlement,
        "SafeERC20FailedOperation",
        [getAddress(token.address)],
      );
    });

    it("leaves the payee its credit", async () => {
      const situation = await withHostileToken(given.fresh());
      const { viem, token, settlement, operator, oweOperator, owed } = situation;
      await oweOperator();
      await token.write.play([Trick.ReturnsFalse, zeroAddress]);
      await viem.assertions.revertWithCustomError(
        settlement.write.claim([operator.account.address]),
        settlement,
        "SafeERC20FailedOperation",
      );
      expect(await settlement.read.credits([operator.account.address])).to.equal(owed.to);
      expect(await settlement.read.totalCredits()).to.equal(owed.to);
    });
  });

  describe("when a session is settled", () => {
    it("turns the operator's part into a credit", async () => {
      const { settlement, operator, calls, asToken, owed } = await refusing(given.fresh(), "operator");
      await asToken(calls.settleFromPool);
      expect(await settlement.read.credits([operator.account.address])).to.equal(owed.to);
    });

    it("pays the platform all the same", async () => {
      const { token, platform, calls, asToken, owed } = await refusing(given.fresh(), "operator");
      await asToken(calls.settleFromPool);
      expect(await token.read.balanceOf([platform.account.address])).to.equal(owed.fee);
    });

    it("turns both parts into credits if it refuses both", async () => {
      const { settlement, operator, platform, calls, asToken, owed } = await refusing(given.fresh());
      await asToken(calls.settleFromPool);
      expect(await settlement.read.credits([operator.account.address])).to.equal(owed.to);
      expect(await settlement.read.credits([platform.account.address])).to.equal(owed.fee);
      expect(await settlement.read.totalCredits()).to.equal(owed.to + owed.fee);
    });

    it("leaves the session settled", async () => {
      const { settlement, first, calls, asToken } = await refusing(given.fresh());
      await asToken(calls.settleFromPool);
      expect(await settlement.read.settled([first.sessionId])).to.equal(true);
    });

    it("does not hold up the other operator of a batch", async () => {
      const { token, settlement, operator, otherOperator, calls, asToken, owed } = await refusing(
        given.fresh(),
        "operator",
      );
      await asToken(calls.settleBatch);
      expect(await settlement.read.credits([operator.account.address])).to.equal(owed.to);
      expect(await token.read.balanceOf([otherOperator.account.address])).to.equal(owed.to);
    });

    it("takes nothing from the surplus", async () => {
      const { settlement, calls, asToken } = await refusing(given.fresh());
      await asToken(calls.settleFromPool);
      expect(await settlement.read.surplus()).to.equal(5n * USDC);
    });
  });
});

onEachChain("a token that burns all gas", (given) => {
  async function burning(start: Promise<Situation>, target?: "operator") {
    const situation = await withHostileToken(start);
    await situation.token.write.play([
      Trick.BurnsGas,
      target === undefined ? zeroAddress : situation[target].account.address,
    ]);
    return situation;
  }

  describe("on a payment to one operator", () => {
    it("turns its part into a credit", async () => {
      const { settlement, operator, calls, asToken, owed } = await burning(given.fresh(), "operator");
      await asToken(calls.settleFromPool);
      expect(await settlement.read.credits([operator.account.address])).to.equal(owed.to);
    });

    it("leaves enough gas to pay the platform", async () => {
      const { token, platform, calls, asToken, owed } = await burning(given.fresh(), "operator");
      await asToken(calls.settleFromPool);
      expect(await token.read.balanceOf([platform.account.address])).to.equal(owed.fee);
    });

    it("leaves enough gas to pay the other operator of a batch", async () => {
      const { token, otherOperator, calls, asToken, owed } = await burning(given.fresh(), "operator");
      await asToken(calls.settleBatch);
      expect(await token.read.balanceOf([otherOperator.account.address])).to.equal(owed.to);
    });
  });

  describe("on every payment", () => {
    it("fails a withdrawal, and the consumer keeps its balance", async () => {
      const { viem, settlement, alice } = await burning(given.fresh());
      await viem.assertions.revert(settlement.write.withdrawAll({ account: alice.account, gas: GAS }));
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });

    // Two payouts would have to fail, and the second has only a 64th of a 64th of the gas left.
    it("fails a settlement, and the session stays open", async () => {
      const { viem, token, settlement, alice, first, calls, asToken } = await burning(given.fresh());
      // To run out of gas is to fail without a reason.
      await viem.assertions.revertWithCustomErrorWithArgs(asToken(calls.settleFromPool), token, "FailedCall", []);
      expect(await settlement.read.settled([first.sessionId])).to.equal(false);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });
  });
});
