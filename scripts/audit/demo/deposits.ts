/** Pays into a pool in one of the four ways. */

import type { Wallet } from "@luxxon/local/chain";
import { signPermit, signReceiveAuthorization } from "@luxxon/local/signatures";
import { maxUint256, toHex } from "viem";
import type { Town } from "./town.ts";

type Deposit = (town: Town, consumer: Wallet, amount: bigint) => Promise<unknown>;

const withApproval: Deposit = ({ act, settlement, as }, consumer, amount) =>
  act(() => settlement.write.deposit([amount], as(consumer)));

/** The consumer's employer pays. */
const byEmployer: Deposit = ({ act, settlement, as, employer }, consumer, amount) =>
  act(() => settlement.write.depositFor([consumer.account.address, amount], as(employer)));

const withPermit: Deposit = async ({ act, settlement, usdc, as }, consumer, amount) => {
  const signature = await signPermit(usdc, consumer, {
    owner: consumer.account.address,
    spender: settlement.address,
    value: amount,
  });
  await act(() => settlement.write.depositWithPermit([amount, maxUint256, signature], as(consumer)));
  // The permit replaced the allowance, and is used up.
  await act(() => usdc.write.approve([settlement.address, maxUint256], as(consumer)));
};

/** The platform submits what the consumer signed, and pays the gas. */
const withAuthorization: Deposit = async ({ act, settlement, usdc, as, random, roles }, consumer, amount) => {
  const authorization = {
    from: consumer.account.address,
    to: settlement.address,
    value: amount,
    validAfter: 0n,
    validBefore: maxUint256,
    nonce: toHex(random.bytes(new Uint8Array(32))),
  };
  const signature = await signReceiveAuthorization(usdc, consumer, authorization);
  const { from, value, validAfter, validBefore, nonce } = authorization;
  await act(() =>
    settlement.write.depositWithAuthorization(
      [from, value, validAfter, validBefore, nonce, signature],
      as(roles.relayer),
    ),
  );
};

const WAYS: readonly Deposit[] = [withApproval, byEmployer, withPermit, withAuthorization];

/** By one of the four ways, each as likely as the other. */
export const deposit: Deposit = (town, consumer, amount) => town.random.pick(WAYS)(town, consumer, amount);
