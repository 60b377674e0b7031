import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Hex } from "viem";
import { concatHex, maxUint256, slice } from "viem";
import { consumerBooks } from "../support/consumerBooks.ts";
import { USDC } from "../support/session.ts";
import { type Permit, signPermit } from "../support/signatures.ts";
import { onEachChain, type Situation } from "../support/situation.ts";
import { delegatedAccount, smartWalletOf } from "../support/smartWallet.ts";

const AMOUNT = 40n * USDC;

/** A stranger holds 100 USDC and has approved nothing: a signature is all it needs. */
async function withPermit(start: Promise<Situation>) {
  const situation = await start;
  const { settlement, usdc, circle, stranger } = situation;
  await usdc.write.mint([stranger.account.address, 100n * USDC], { account: circle.account });
  const approve = (value: bigint) => usdc.write.approve([settlement.address, value], { account: stranger.account });
  return {
    ...situation,
    approve,
    /** Signs the stranger's permit for the deposit; change what matters. */
    sign: (changes: Partial<Permit> = {}, signer: Wallet = stranger) =>
      signPermit(usdc, signer, {
        owner: stranger.account.address,
        spender: settlement.address,
        value: AMOUNT,
        ...changes,
      }),
    /** Deposits with that permit as the stranger. */
    deposit: (signature: Hex, { amount = AMOUNT, deadline = maxUint256 } = {}) =>
      settlement.write.depositWithPermit([amount, deadline, signature], { account: stranger.account }),
    /** What anybody who sees the permit can do: submit it to USDC without the deposit. */
    submitToUsdc: (signature: Hex, deadline = maxUint256) =>
      usdc.write.permit([stranger.account.address, settlement.address, AMOUNT, deadline, signature]),
  };
}

onEachChain("depositWithPermit", (given) => {
  describe("a depositor who has approved nothing", () => {
    it("moves exactly the amount into its pool, in one transaction", async () => {
      const situation = await withPermit(given.fresh());
      const { stranger, sign, deposit } = situation;
      await deposit(await sign());
      const { wallet, held, account } = await consumerBooks(situation, stranger);
      expect({ wallet, held, balance: account.balance }).to.deep.equal({
        wallet: 60n * USDC,
        held: AMOUNT,
        balance: AMOUNT,
      });
    });

    it("counts the amount in the pool", async () => {
      const { settlement, sign, deposit } = await withPermit(given.funded());
      await deposit(await sign());
      expect(await settlement.read.totalDeposits()).to.equal(200n * USDC + AMOUNT);
    });

    it("emits Deposited with the depositor as consumer and payer", async () => {
      const { stranger, sign, deposit, eventsOf } = await withPermit(given.fresh());
      expect(await eventsOf(deposit(await sign()))).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: stranger.account.address, payer: stranger.account.address, amount: AMOUNT },
        },
      ]);
    });

    it("leaves no allowance behind", async () => {
      const situation = await withPermit(given.fresh());
      const { stranger, sign, deposit } = situation;
      await deposit(await sign());
      expect((await consumerBooks(situation, stranger)).allowance).to.equal(0n);
    });

    it("can do it again with a second permit", async () => {
      const { settlement, stranger, sign, deposit } = await withPermit(given.fresh());
      await deposit(await sign());
      await deposit(await sign());
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(2n * AMOUNT);
    });
  });

  describe("a depositor who had approved more", () => {
    // A permit sets the allowance; it does not add to it.
    it("is left without an allowance: the permit replaced it", async () => {
      const situation = await withPermit(given.fresh());
      const { stranger, approve, sign, deposit } = situation;
      await approve(maxUint256);
      await deposit(await sign());
      expect((await consumerBooks(situation, stranger)).allowance).to.equal(0n);
    });
  });

  describe("a permit that somebody else has submitted to USDC already", () => {
    it("does not stop the deposit", async () => {
      const { settlement, stranger, sign, deposit, submitToUsdc } = await withPermit(given.fresh());
      const signature = await sign();
      await submitToUsdc(signature);
      await deposit(signature);
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(AMOUNT);
    });

    it("leaves no allowance behind either", async () => {
      const situation = await withPermit(given.fresh());
      const { stranger, sign, deposit, submitToUsdc } = situation;
      const signature = await sign();
      await submitToUsdc(signature);
      await deposit(signature);
      expect((await consumerBooks(situation, stranger)).allowance).to.equal(0n);
    });

    it("can be deposited by plain deposit as well", async () => {
      const { settlement, stranger, sign, submitToUsdc } = await withPermit(given.fresh());
      await submitToUsdc(await sign());
      await settlement.write.deposit([AMOUNT], { account: stranger.account });
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(AMOUNT);
    });

    it("fails with USDC's own error if the allowance was lowered by 1 µUSDC meanwhile", async () => {
      const { viem, approve, sign, deposit, submitToUsdc } = await withPermit(given.fresh());
      const signature = await sign();
      await submitToUsdc(signature);
      await approve(AMOUNT - 1n);
      await viem.assertions.revertWith(deposit(signature), "EIP2612: invalid signature");
    });

    it("fails with USDC's own error if the allowance is used up: a permit works once", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      const signature = await sign();
      await deposit(signature);
      await viem.assertions.revertWith(deposit(signature), "EIP2612: invalid signature");
    });
  });

  describe("a permit with a deadline", () => {
    it("is good in the very second of its deadline", async () => {
      const { settlement, networkHelpers, stranger, sign, deposit } = await withPermit(given.fresh());
      const deadline = BigInt(await networkHelpers.time.latest()) + 100n;
      const signature = await sign({ deadline });
      await networkHelpers.time.setNextBlockTimestamp(deadline);
      await deposit(signature, { deadline });
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(AMOUNT);
    });

    it("is refused a second later, with USDC's own reason", async () => {
      const { networkHelpers, viem, sign, deposit } = await withPermit(given.fresh());
      const deadline = BigInt(await networkHelpers.time.latest()) + 100n;
      const signature = await sign({ deadline });
      await networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
      await viem.assertions.revertWith(deposit(signature, { deadline }), "FiatTokenV2: permit is expired");
    });

    it("may be expired if the allowance is enough without it", async () => {
      const { settlement, networkHelpers, stranger, approve, sign, deposit } = await withPermit(given.fresh());
      const deadline = BigInt(await networkHelpers.time.latest()) - 1n;
      const signature = await sign({ deadline });
      await approve(AMOUNT);
      await deposit(signature, { deadline });
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(AMOUNT);
    });

    it("is refused if another deadline is passed than was signed", async () => {
      const { networkHelpers, viem, sign, deposit } = await withPermit(given.fresh());
      const deadline = BigInt(await networkHelpers.time.latest()) + 100n;
      await viem.assertions.revertWith(
        deposit(await sign({ deadline }), { deadline: deadline + 1n }),
        "EIP2612: invalid signature",
      );
    });
  });

  describe("a signature that does not fit", () => {
    it("of somebody else is refused", async () => {
      const { viem, alice, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(deposit(await sign({}, alice)), "EIP2612: invalid signature");
    });

    // The contract names the caller as the owner, so a permit of Alice's cannot pay for anybody but Alice.
    it("cannot spend its signer's USDC for somebody else", async () => {
      const { viem, alice, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(
        deposit(await sign({ owner: alice.account.address }, alice)),
        "EIP2612: invalid signature",
      );
    });

    it("over 1 µUSDC less is refused", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(deposit(await sign({ value: AMOUNT - 1n })), "EIP2612: invalid signature");
    });

    it("over more is refused: the permit is for exactly the amount", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(deposit(await sign({ value: AMOUNT + 1n })), "EIP2612: invalid signature");
    });

    it("for another spender is refused", async () => {
      const { viem, relayer, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(
        deposit(await sign({ spender: relayer.account.address })),
        "EIP2612: invalid signature",
      );
    });

    it("for another chain is refused", async () => {
      const { viem, stranger, sign, deposit } = await withPermit(given.fresh());
      const onBase = { ...stranger, chain: { ...stranger.chain, id: 8453 } };
      await viem.assertions.revertWith(deposit(await sign({}, onBase)), "EIP2612: invalid signature");
    });

    it("of 64 bytes is refused", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(deposit(slice(await sign(), 0, 64)), "ECRecover: invalid signature length");
    });

    it("of 66 bytes is refused", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(
        deposit(concatHex([await sign(), "0x00"])),
        "ECRecover: invalid signature length",
      );
    });

    it("of no bytes is refused", async () => {
      const { viem, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWith(deposit("0x"), "ECRecover: invalid signature length");
    });

    it("does not matter if the allowance is enough without it", async () => {
      const { settlement, stranger, approve, deposit } = await withPermit(given.fresh());
      await approve(AMOUNT);
      await deposit("0x");
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(AMOUNT);
    });

    it("leaves everything as it was", async () => {
      const situation = await withPermit(given.funded());
      const { viem, stranger, alice, sign, deposit } = situation;
      const before = await consumerBooks(situation, stranger);
      await viem.assertions.revertWith(deposit(await sign({}, alice)), "EIP2612: invalid signature");
      expect(await consumerBooks(situation, stranger)).to.deep.equal(before);
    });
  });

  describe("a smart wallet with 100 USDC", () => {
    async function withSmartWallet(start: Promise<Situation>) {
      const situation = await withPermit(start);
      const { settlement, usdc, circle, stranger } = situation;
      const wallet = await smartWalletOf(situation, stranger);
      await usdc.write.mint([wallet.account.address, 100n * USDC], { account: circle.account });
      return {
        ...situation,
        wallet,
        depositFromWallet: (signature: Hex) =>
          settlement.write.depositWithPermit([AMOUNT, maxUint256, signature], { account: wallet.account }),
      };
    }

    it("deposits with its owner's signature (ERC-1271)", async () => {
      const { settlement, wallet, sign, depositFromWallet } = await withSmartWallet(given.fresh());
      await depositFromWallet(await sign({ owner: wallet.account.address }));
      expect(await settlement.read.deposits([wallet.account.address])).to.equal(AMOUNT);
    });

    it("is itself the consumer, not its owner", async () => {
      const { wallet, sign, depositFromWallet, eventsOf } = await withSmartWallet(given.fresh());
      expect(await eventsOf(depositFromWallet(await sign({ owner: wallet.account.address })))).to.deep.equal([
        {
          eventName: "Deposited",
          args: { consumer: wallet.account.address, payer: wallet.account.address, amount: AMOUNT },
        },
      ]);
    });

    it("does not deposit with anybody else's signature", async () => {
      const { viem, alice, wallet, sign, depositFromWallet } = await withSmartWallet(given.fresh());
      await viem.assertions.revertWith(
        depositFromWallet(await sign({ owner: wallet.account.address }, alice)),
        "EIP2612: invalid signature",
      );
    });

    it("takes its deposit out again", async () => {
      const { settlement, usdc, wallet, sign, depositFromWallet } = await withSmartWallet(given.fresh());
      await depositFromWallet(await sign({ owner: wallet.account.address }));
      await settlement.write.withdrawAll({ account: wallet.account });
      expect(await usdc.read.balanceOf([wallet.account.address])).to.equal(100n * USDC);
    });
  });

  describe("an account with a key of its own that has set code (EIP-7702)", () => {
    async function withDelegatedAccount(start: Promise<Situation>) {
      const situation = await withPermit(start);
      const { usdc, settlement, circle, sign } = situation;
      const { wallet, signer, undelegate } = await delegatedAccount(situation);
      await usdc.write.mint([wallet.account.address, 100n * USDC], { account: circle.account });
      return {
        ...situation,
        wallet,
        undelegate,
        signature: await sign({ owner: wallet.account.address }, signer),
        depositFromWallet: (signature: Hex) =>
          settlement.write.depositWithPermit([AMOUNT, maxUint256, signature], { account: wallet.account }),
      };
    }

    // It has code, so USDC asks the code and no longer looks at the key.
    it("cannot deposit with its key's signature", async () => {
      const { viem, signature, depositFromWallet } = await withDelegatedAccount(given.fresh());
      await viem.assertions.revertWith(depositFromWallet(signature), "EIP2612: invalid signature");
    });

    it("can deposit by approve and deposit", async () => {
      const { settlement, usdc, wallet } = await withDelegatedAccount(given.fresh());
      await usdc.write.approve([settlement.address, AMOUNT], { account: wallet.account });
      await settlement.write.deposit([AMOUNT], { account: wallet.account });
      expect(await settlement.read.deposits([wallet.account.address])).to.equal(AMOUNT);
    });

    it("can deposit with its key's signature again once the code is gone", async () => {
      const { settlement, wallet, signature, undelegate, depositFromWallet } = await withDelegatedAccount(
        given.fresh(),
      );
      await undelegate();
      await depositFromWallet(signature);
      expect(await settlement.read.deposits([wallet.account.address])).to.equal(AMOUNT);
    });
  });

  describe("what it refuses as deposit does", () => {
    it("0", async () => {
      const { settlement, viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWithCustomErrorWithArgs(
        deposit(await sign({ value: 0n }), { amount: 0n }),
        settlement,
        "ZeroAmount",
        [],
      );
    });

    it("2^80", async () => {
      const { settlement, viem, sign, deposit } = await withPermit(given.fresh());
      await viem.assertions.revertWithCustomErrorWithArgs(
        deposit(await sign({ value: 2n ** 80n }), { amount: 2n ** 80n }),
        settlement,
        "SafeCastOverflowedUintDowncast",
        [80, 2n ** 80n],
      );
    });

    it("anything while paused, and the permit stays unused", async () => {
      const { settlement, usdc, viem, guardian, stranger, sign, deposit } = await withPermit(given.fresh());
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(deposit(await sign()), settlement, "EnforcedPause", []);
      expect(await usdc.read.nonces([stranger.account.address])).to.equal(0n);
    });

    it("more than the wallet holds", async () => {
      const { viem, sign, deposit } = await withPermit(given.fresh());
      const amount = 100n * USDC + 1n;
      await viem.assertions.revertWith(
        deposit(await sign({ value: amount }), { amount }),
        "ERC20: transfer amount exceeds balance",
      );
    });

    // USDC takes a denylisted account's permit, and then refuses to move its money.
    it("a denylisted payer's money", async () => {
      const { viem, stranger, denylist, sign, deposit } = await withPermit(given.fresh());
      await denylist(stranger);
      await viem.assertions.revertWith(deposit(await sign()), "Blacklistable: account is blacklisted");
    });

    it("anything while USDC is paused", async () => {
      const { usdc, viem, circle, sign, deposit } = await withPermit(given.fresh());
      const signature = await sign();
      await usdc.write.pause({ account: circle.account });
      await viem.assertions.revertWith(deposit(signature), "Pausable: paused");
    });
  });
});
