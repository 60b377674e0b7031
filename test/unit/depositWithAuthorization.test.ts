import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Hex } from "viem";
import { getAddress, keccak256, maxUint256, slice, toHex, zeroAddress } from "viem";
import { consumerBooks } from "../support/consumerBooks.ts";
import { USDC } from "../support/session.ts";
import { type Authorization, signReceiveAuthorization } from "../support/signatures.ts";
import { onEachChain, type Situation } from "../support/situation.ts";
import { delegatedAccount, smartWalletOf } from "../support/smartWallet.ts";

const AMOUNT = 40n * USDC;
const NONCE = keccak256(toHex("a nonce"));
const OTHER_NONCE = keccak256(toHex("another nonce"));

/** Carol holds 100 USDC, has approved nothing, and signs; a stranger submits and pays the gas. */
async function withAuthorization(start: Promise<Situation>) {
  const situation = await start;
  const { settlement, usdc, circle, otherOperator: carol, stranger } = situation;
  await usdc.write.mint([carol.account.address, 100n * USDC], { account: circle.account });
  /** Carol's authorisation of the deposit; change what matters. */
  const authorization = (changes: Partial<Authorization> = {}): Authorization => ({
    from: carol.account.address,
    to: settlement.address,
    value: AMOUNT,
    validAfter: 0n,
    validBefore: maxUint256,
    nonce: NONCE,
    ...changes,
  });
  return {
    ...situation,
    carol,
    authorization,
    sign: (changes: Partial<Authorization> = {}, signer: Wallet = carol) =>
      signReceiveAuthorization(usdc, signer, authorization(changes)),
    /** The stranger submits the authorisation to the contract, unchanged or changed. */
    submit(signature: Hex, changes: Partial<Authorization> = {}) {
      const { from, value, validAfter, validBefore, nonce } = authorization(changes);
      return settlement.write.depositWithAuthorization([from, value, validAfter, validBefore, nonce, signature], {
        account: stranger.account,
      });
    },
  };
}

onEachChain("depositWithAuthorization", (given) => {
  describe("Carol signs, a stranger submits", () => {
    it("moves exactly the amount from Carol's wallet into Carol's pool", async () => {
      const situation = await withAuthorization(given.fresh());
      const { carol, sign, submit } = situation;
      await submit(await sign());
      const { wallet, held, account } = await consumerBooks(situation, carol);
      expect({ wallet, held, balance: account.balance }).to.deep.equal({
        wallet: 60n * USDC,
        held: AMOUNT,
        balance: AMOUNT,
      });
    });

    it("counts the amount in the pool", async () => {
      const { settlement, sign, submit } = await withAuthorization(given.funded());
      await submit(await sign());
      expect(await settlement.read.totalDeposits()).to.equal(200n * USDC + AMOUNT);
    });

    it("emits Deposited with Carol as consumer and payer: the stranger is neither", async () => {
      const { carol, sign, submit, eventsOf } = await withAuthorization(given.fresh());
      expect(await eventsOf(submit(await sign()))).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: carol.account.address, payer: carol.account.address, amount: AMOUNT },
        },
      ]);
    });

    it("gives the stranger nothing", async () => {
      const { settlement, stranger, sign, submit } = await withAuthorization(given.fresh());
      await submit(await sign());
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(0n);
    });

    it("neither needs nor leaves an allowance", async () => {
      const situation = await withAuthorization(given.fresh());
      const { carol, sign, submit } = situation;
      expect((await consumerBooks(situation, carol)).allowance).to.equal(0n);
      await submit(await sign());
      expect((await consumerBooks(situation, carol)).allowance).to.equal(0n);
    });

    it("adds to what Carol has", async () => {
      const { settlement, carol, sign, submit } = await withAuthorization(given.fresh());
      await submit(await sign());
      await submit(await sign({ nonce: OTHER_NONCE }), { nonce: OTHER_NONCE });
      expect(await settlement.read.deposits([carol.account.address])).to.equal(2n * AMOUNT);
    });

    it("can be submitted by Carol herself", async () => {
      const { settlement, carol, authorization, sign } = await withAuthorization(given.fresh());
      const { from, value, validAfter, validBefore, nonce } = authorization();
      await settlement.write.depositWithAuthorization([from, value, validAfter, validBefore, nonce, await sign()], {
        account: carol.account,
      });
      expect(await settlement.read.deposits([carol.account.address])).to.equal(AMOUNT);
    });
  });

  describe("an authorisation that was submitted", () => {
    it("does not work a second time", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      const signature = await sign();
      await submit(signature);
      await viem.assertions.revertWith(submit(signature), "FiatTokenV2: authorization is used or canceled");
    });

    it("uses up its nonce, also for another amount", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      await submit(await sign());
      await viem.assertions.revertWith(
        submit(await sign({ value: 1n }), { value: 1n }),
        "FiatTokenV2: authorization is used or canceled",
      );
    });

    it("does not use up the same nonce of somebody else", async () => {
      const { settlement, alice, sign, submit } = await withAuthorization(given.fresh());
      await submit(await sign());
      await submit(await sign({ from: alice.account.address }, alice), { from: alice.account.address });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(AMOUNT);
    });
  });

  describe("an authorisation that Carol cancelled", () => {
    it("is refused", async () => {
      const { usdc, viem, carol, sign, submit } = await withAuthorization(given.fresh());
      const signature = await sign();
      const cancellation = await carol.signTypedData({
        domain: {
          name: await usdc.read.name(),
          version: await usdc.read.version(),
          chainId: carol.chain.id,
          verifyingContract: usdc.address,
        },
        types: {
          CancelAuthorization: [
            { name: "authorizer", type: "address" },
            { name: "nonce", type: "bytes32" },
          ],
        },
        primaryType: "CancelAuthorization",
        message: { authorizer: carol.account.address, nonce: NONCE },
      });
      await usdc.write.cancelAuthorization([carol.account.address, NONCE, cancellation]);
      await viem.assertions.revertWith(submit(signature), "FiatTokenV2: authorization is used or canceled");
    });
  });

  describe("somebody who changes what Carol signed", () => {
    it("cannot change the amount", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(await sign(), { value: AMOUNT + 1n }), "FiatTokenV2: invalid signature");
    });

    it("cannot lower the amount either", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(await sign(), { value: AMOUNT - 1n }), "FiatTokenV2: invalid signature");
    });

    it("cannot make another consumer of it", async () => {
      const { viem, stranger, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(
        submit(await sign(), { from: stranger.account.address }),
        "FiatTokenV2: invalid signature",
      );
    });

    it("cannot change the nonce", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(await sign(), { nonce: OTHER_NONCE }), "FiatTokenV2: invalid signature");
    });

    it("cannot make it valid for longer", async () => {
      const { networkHelpers, viem, sign, submit } = await withAuthorization(given.fresh());
      const validBefore = BigInt(await networkHelpers.time.latest()) + 100n;
      await viem.assertions.revertWith(
        submit(await sign({ validBefore }), { validBefore: maxUint256 }),
        "FiatTokenV2: invalid signature",
      );
    });

    it("cannot make it valid earlier", async () => {
      const { networkHelpers, viem, sign, submit } = await withAuthorization(given.fresh());
      const validAfter = BigInt(await networkHelpers.time.latest()) + 100n;
      await viem.assertions.revertWith(
        submit(await sign({ validAfter }), { validAfter: 0n }),
        "FiatTokenV2: invalid signature",
      );
    });
  });

  describe("a signature that does not fit", () => {
    it("of somebody else is refused", async () => {
      const { viem, stranger, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(await sign({}, stranger)), "FiatTokenV2: invalid signature");
    });

    it("for another payee is refused", async () => {
      const { viem, operator, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(
        submit(await sign({ to: operator.account.address })),
        "FiatTokenV2: invalid signature",
      );
    });

    it("for another chain is refused", async () => {
      const { viem, carol, sign, submit } = await withAuthorization(given.fresh());
      const onBase = { ...carol, chain: { ...carol.chain, id: 8453 } };
      await viem.assertions.revertWith(submit(await sign({}, onBase)), "FiatTokenV2: invalid signature");
    });

    it("of 64 bytes is refused", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(slice(await sign(), 0, 64)), "ECRecover: invalid signature length");
    });

    it("leaves everything as it was", async () => {
      const situation = await withAuthorization(given.funded());
      const { viem, carol, stranger, sign, submit } = situation;
      const before = await consumerBooks(situation, carol);
      await viem.assertions.revertWith(submit(await sign({}, stranger)), "FiatTokenV2: invalid signature");
      expect(await consumerBooks(situation, carol)).to.deep.equal(before);
    });

    it("leaves the nonce unused", async () => {
      const { usdc, viem, carol, stranger, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWith(submit(await sign({}, stranger)), "FiatTokenV2: invalid signature");
      expect(await usdc.read.authorizationState([carol.account.address, NONCE])).to.equal(false);
    });
  });

  // Both bounds are strict: validAfter < now < validBefore.
  describe("an authorisation that is good for one second", () => {
    async function forOneSecond(start: Promise<Situation>) {
      const situation = await withAuthorization(start);
      const second = BigInt(await situation.networkHelpers.time.latest()) + 100n;
      const window = { validAfter: second - 1n, validBefore: second + 1n };
      const signature = await situation.sign(window);
      return { ...situation, second, submitOnce: () => situation.submit(signature, window) };
    }

    it("is too early in the second of validAfter", async () => {
      const { networkHelpers, viem, second, submitOnce } = await forOneSecond(given.fresh());
      await networkHelpers.time.setNextBlockTimestamp(second - 1n);
      await viem.assertions.revertWith(submitOnce(), "FiatTokenV2: authorization is not yet valid");
    });

    it("is taken in the second after", async () => {
      const { settlement, networkHelpers, carol, second, submitOnce } = await forOneSecond(given.fresh());
      await networkHelpers.time.setNextBlockTimestamp(second);
      await submitOnce();
      expect(await settlement.read.deposits([carol.account.address])).to.equal(AMOUNT);
    });

    it("is expired in the second of validBefore", async () => {
      const { networkHelpers, viem, second, submitOnce } = await forOneSecond(given.fresh());
      await networkHelpers.time.setNextBlockTimestamp(second + 1n);
      await viem.assertions.revertWith(submitOnce(), "FiatTokenV2: authorization is expired");
    });
  });

  describe("somebody who goes to USDC with it", () => {
    // Else the USDC would arrive here and be credited to nobody.
    it("is refused: only the payee may submit it there", async () => {
      const { usdc, viem, stranger, authorization, sign } = await withAuthorization(given.fresh());
      const { from, to, value, validAfter, validBefore, nonce } = authorization();
      await viem.assertions.revertWith(
        usdc.write.receiveWithAuthorization([from, to, value, validAfter, validBefore, nonce, await sign()], {
          account: stranger.account,
        }),
        "FiatTokenV2: caller must be the payee",
      );
    });
  });

  describe("a smart wallet with 100 USDC", () => {
    async function withSmartWallet(start: Promise<Situation>) {
      const situation = await withAuthorization(start);
      const wallet = await smartWalletOf(situation, situation.carol);
      await situation.usdc.write.mint([wallet.account.address, 100n * USDC], { account: situation.circle.account });
      return { ...situation, wallet, from: wallet.account.address };
    }

    it("pays and is credited by its owner's signature (ERC-1271)", async () => {
      const situation = await withSmartWallet(given.fresh());
      const { wallet, from, sign, submit } = situation;
      await submit(await sign({ from }), { from });
      const books = await consumerBooks(situation, wallet);
      expect({ wallet: books.wallet, balance: books.account.balance }).to.deep.equal({
        wallet: 60n * USDC,
        balance: AMOUNT,
      });
    });

    it("gives its owner no claim of its own", async () => {
      const { settlement, carol, from, sign, submit } = await withSmartWallet(given.fresh());
      await submit(await sign({ from }), { from });
      expect(await settlement.read.deposits([carol.account.address])).to.equal(0n);
    });

    it("does not pay by anybody else's signature", async () => {
      const { viem, stranger, from, sign, submit } = await withSmartWallet(given.fresh());
      await viem.assertions.revertWith(
        submit(await sign({ from }, stranger), { from }),
        "FiatTokenV2: invalid signature",
      );
    });
  });

  describe("an account with a key of its own that has set code (EIP-7702)", () => {
    // It has code, so USDC asks the code and no longer looks at the key.
    it("cannot deposit with its key's signature", async () => {
      const situation = await withAuthorization(given.fresh());
      const { usdc, viem, circle, sign, submit } = situation;
      const { wallet, signer } = await delegatedAccount(situation);
      const from = wallet.account.address;
      await usdc.write.mint([from, 100n * USDC], { account: circle.account });
      await viem.assertions.revertWith(
        submit(await sign({ from }, signer), { from }),
        "FiatTokenV2: invalid signature",
      );
    });
  });

  describe("what it refuses as deposit does", () => {
    it("0", async () => {
      const { settlement, viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWithCustomErrorWithArgs(
        submit(await sign({ value: 0n }), { value: 0n }),
        settlement,
        "ZeroAmount",
        [],
      );
    });

    it("2^80", async () => {
      const { settlement, viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWithCustomErrorWithArgs(
        submit(await sign({ value: 2n ** 80n }), { value: 2n ** 80n }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, 2n ** 80n],
      );
    });

    it("the zero address as the consumer", async () => {
      const { settlement, viem, sign, submit } = await withAuthorization(given.fresh());
      await viem.assertions.revertWithCustomErrorWithArgs(
        submit(await sign(), { from: zeroAddress }),
        settlement,
        "InvalidConsumer",
        [zeroAddress],
      );
    });

    it("the contract itself as the consumer", async () => {
      const { settlement, viem, sign, submit } = await withAuthorization(given.funded());
      await viem.assertions.revertWithCustomErrorWithArgs(
        submit(await sign(), { from: settlement.address }),
        settlement,
        "InvalidConsumer",
        [getAddress(settlement.address)],
      );
    });

    it("anything while paused, and the authorisation stays good", async () => {
      const { settlement, viem, guardian, owner, carol, sign, submit } = await withAuthorization(given.fresh());
      const signature = await sign();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(submit(signature), settlement, "EnforcedPause", []);
      await settlement.write.unpause({ account: owner.account });
      await submit(signature);
      expect(await settlement.read.deposits([carol.account.address])).to.equal(AMOUNT);
    });

    it("more than Carol's wallet holds", async () => {
      const { viem, sign, submit } = await withAuthorization(given.fresh());
      const value = 100n * USDC + 1n;
      await viem.assertions.revertWith(
        submit(await sign({ value }), { value }),
        "ERC20: transfer amount exceeds balance",
      );
    });

    it("a denylisted payer's money", async () => {
      const { viem, carol, denylist, sign, submit } = await withAuthorization(given.fresh());
      await denylist(carol);
      await viem.assertions.revertWith(submit(await sign()), "Blacklistable: account is blacklisted");
    });

    it("anything while the contract itself is denylisted", async () => {
      const { settlement, usdc, viem, circle, sign, submit } = await withAuthorization(given.fresh());
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      await viem.assertions.revertWith(submit(await sign()), "Blacklistable: account is blacklisted");
    });

    it("anything while USDC is paused", async () => {
      const { usdc, viem, circle, sign, submit } = await withAuthorization(given.fresh());
      await usdc.write.pause({ account: circle.account });
      await viem.assertions.revertWith(submit(await sign()), "Pausable: paused");
    });
  });

  describe("a denylisted submitter", () => {
    // USDC looks at who pays and who is paid; it does not see who sent the transaction.
    it("does no harm", async () => {
      const { settlement, stranger, carol, denylist, sign, submit } = await withAuthorization(given.fresh());
      await denylist(stranger);
      await submit(await sign());
      expect(await settlement.read.deposits([carol.account.address])).to.equal(AMOUNT);
    });
  });
});
