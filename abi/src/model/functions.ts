/** Lists the contract's functions by name: who does what for each, and what only the owner may call. */
import type { CallOf, Signatures } from "./calls.ts";
import { depositFor, depositWithAuthorization, depositWithPermit, withdraw, withdrawAll } from "./deposits.ts";
import type { Execution } from "./execution.ts";
import { hold } from "./holds.ts";
import {
  acceptOwnership,
  becomeOwner,
  pause,
  rescue,
  setDailyLimit,
  setDefaultDailyLimit,
  setGuardian,
  setPlatformWallet,
  setPoolDailyLimit,
  setRelayer,
  transferOwnership,
  unpause,
} from "./settings.ts";
import { claim, settleBatch, settleFromPool } from "./settlements.ts";
import { ZERO_ADDRESS } from "./types.ts";

type Body<Args extends readonly unknown[]> = (execution: Execution, ...args: Args) => unknown;

const FUNCTIONS: { readonly [Name in keyof Signatures]: Body<Signatures[Name]> } = {
  deposit: (execution, amount) => depositFor(execution, execution.sender, amount),
  depositFor,
  depositWithPermit,
  depositWithAuthorization,
  withdraw,
  withdrawAll,
  hold,
  settleFromPool: (execution, sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount) =>
    settleFromPool(execution, { sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount }),
  settleBatch,
  claim,
  setDailyLimit,
  setDefaultDailyLimit: onlyOwner(setDefaultDailyLimit),
  setPoolDailyLimit: onlyOwner(setPoolDailyLimit),
  setRelayer: onlyOwner(setRelayer),
  setGuardian: onlyOwner(setGuardian),
  setPlatformWallet: onlyOwner(setPlatformWallet),
  pause,
  unpause: onlyOwner(unpause),
  rescue: onlyOwner(rescue),
  transferOwnership: onlyOwner(transferOwnership),
  acceptOwnership,
  renounceOwnership: onlyOwner((execution) => becomeOwner(execution, ZERO_ADDRESS)),
};

/** Runs the function that a call names; returns what the function returns. */
export function perform<Name extends keyof Signatures>(execution: Execution, call: CallOf<Name>): unknown {
  const body: Body<Signatures[Name]> = FUNCTIONS[call.functionName];
  return body(execution, ...call.args);
}

/** The modifier: the caller is checked before anything else. */
function onlyOwner<Args extends readonly unknown[]>(body: Body<Args>): Body<Args> {
  return (execution, ...args) => {
    execution.requireOwner();
    return body(execution, ...args);
  };
}
