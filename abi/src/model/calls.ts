/** Names every function that changes state, as a decoder of calldata returns it (ILuxxonSettlement.sol). */
import type { Address, BatchEntry, Hex } from "./types.ts";

/** The arguments of each function, in the order of its signature. Amounts and limits are µUSDC, times are seconds. */
export interface Signatures {
  deposit: readonly [amount: bigint];
  depositFor: readonly [consumer: Address, amount: bigint];
  depositWithPermit: readonly [amount: bigint, deadline: bigint, signature: Hex];
  depositWithAuthorization: readonly [
    from: Address,
    amount: bigint,
    validAfter: bigint,
    validBefore: bigint,
    nonce: Hex,
    signature: Hex,
  ];
  withdraw: readonly [amount: bigint];
  withdrawAll: readonly [];
  settleFromPool: readonly [
    sessionId: Hex,
    from: Address,
    to: Address,
    ratePerSecond: bigint,
    chargeableSeconds: bigint,
    toAmount: bigint,
    feeAmount: bigint,
  ];
  settleBatch: readonly [entries: readonly BatchEntry[]];
  claim: readonly [payee: Address];
  setDailyLimit: readonly [limit: bigint];
  setDefaultDailyLimit: readonly [limit: bigint];
  setPoolDailyLimit: readonly [limit: bigint];
  setRelayer: readonly [newRelayer: Address];
  setGuardian: readonly [newGuardian: Address];
  setPlatformWallet: readonly [newPlatformWallet: Address];
  pause: readonly [];
  unpause: readonly [];
  rescue: readonly [token: Address, to: Address, amount: bigint];
  transferOwnership: readonly [newOwner: Address];
  acceptOwnership: readonly [];
  renounceOwnership: readonly [];
}

/** The contract's function of a name, called. */
export type CallOf<Name extends keyof Signatures> = {
  [Each in Name]: { readonly functionName: Each; readonly args: Signatures[Each] };
}[Name];

/** Any function that changes state, called. */
export type Call = CallOf<keyof Signatures>;

/** Who calls, and when. */
export interface Context {
  readonly sender: Address;
  /** `block.timestamp`, seconds. Never less than in an earlier call; the same in several. */
  readonly timestamp: bigint;
}
