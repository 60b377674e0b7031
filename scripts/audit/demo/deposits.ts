/** Pays into a pool in one of the four ways. */

import { depositWithAuthorization, depositWithPermit, signDepositAuthorization } from "@luxxon/contracts-abi/viem";
import type { Wallet } from "@luxxon/local/chain";
import { maxUint256, toHex } from "viem";
import type { Town } from "./town.ts";

type Deposit = (town: Town, consumer: Wallet, amount: bigint) => Promise<unknown>;

const withApproval: Deposit = ({ act, settlement, as }, consumer, amount) =>
  act(() => settlement.write.deposit([amount], as(consumer)));

/** The consumer's employer pays. */
const byEmployer: Deposit = ({ act, settlement, as, employer }, consumer, amount) =>
  act(() => settlement.write.depositFor([consumer.account.address, amount], as(employer)));

const withPermit: Deposit = async ({ act, address, approve }, consumer, amount) => {
  await act(() => depositWithPermit(consumer, { settlement: address, amount, deadline: maxUint256 }));
  // The permit replaced the allowance, and is used up.
  await act(() => approve(consumer));
};

/** The platform submits what the consumer signed, and pays the gas. */
const withAuthorization: Deposit = async ({ act, address, random, roles }, consumer, amount) => {
  const nonce = toHex(random.bytes(new Uint8Array(32)));
  const terms = { settlement: address, amount, validBefore: maxUint256, nonce };
  const authorization = await signDepositAuthorization(consumer, terms);
  await act(() => depositWithAuthorization(roles.relayer, { settlement: address, authorization }));
};

const WAYS: readonly Deposit[] = [withApproval, byEmployer, withPermit, withAuthorization];

/** By one of the four ways, each as likely as the other. */
export const deposit: Deposit = (town, consumer, amount) => town.random.pick(WAYS)(town, consumer, amount);
