/** Says of each of the contract's errors what happened, and what to do about it. */
import type { luxxonSettlementAbi } from "./generated/abi.ts";
import type { Refusal } from "./refusal.ts";

export interface Words {
  /** What happened, in one sentence. */
  happened: string;
  /** What to do about it, in one sentence. */
  remedy: string;
}

type AbiErrorName = Extract<(typeof luxxonSettlementAbi)[number], { type: "error" }>["name"];

export const words: Record<Exclude<AbiErrorName, "SettlementRefused"> | "Panic" | "Unknown", Words> = {
  EnforcedPause: say("Deposits and settlements are paused.", "Wait for the end of the pause; withdrawals still work."),
  ExceedsSurplus: say("More USDC was to be rescued than belongs to nobody.", "Ask for at most surplus()."),
  ExpectedPause: say("The contract is not paused.", "There is nothing to unpause."),
  FailedCall: say("USDC failed without a word.", "Try again with more gas, and look at USDC's own state."),
  HeldUntil: say("The consumer holds its pool until then.", "Wait until then: it is the consumer's own promise."),
  HoldNeedsLimit: say("A hold needs a daily limit of one's own.", "Set one with setDailyLimit first."),
  HoldNotLater: say("The hold would not end after now and the one that stands.", "Name a later second."),
  HoldTooLong: say("The hold would last more than a day.", "Name an earlier second."),
  InsufficientBalance: say("The pool holds less than was asked for.", "Ask for at most the balance, or withdraw all."),
  InvalidBatchSize: say("A batch was empty or held more than 100 entries.", "Send 1 to 100 entries at a time."),
  InvalidConsumer: say("Nobody can have a pool at this address.", "Deposit for an address that can withdraw."),
  NotGuardian: say("The sender is neither the guardian nor the owner.", "Send it from one of them."),
  NotRelayer: say("The sender is not the relayer.", "Send it from the address that relayer() names."),
  OwnableInvalidOwner: say("The zero address cannot own the contract.", "Name another owner."),
  OwnableUnauthorizedAccount: say("The sender is not the owner.", "Send it from the address that owner() names."),
  Panic: say("A check of the compiler failed.", "Report it to the contract's maintainers with the transaction."),
  ReentrancyGuardReentrantCall: say(
    "The contract was called from within its own call.",
    "Call it from outside: not from a wallet's signature check.",
  ),
  SafeCastOverflowedUintDowncast: say("The number does not fit the contract.", "Name a smaller one."),
  SafeERC20FailedOperation: say("The token did not do the transfer.", "Look at the token's own state."),
  Unknown: say("Another contract refused.", "Decode the data with the ABI of the contract that was called."),
  ZeroAddress: say("An address that must not be zero is.", "Give a real address."),
  ZeroAmount: say("The amount is zero, or there is nothing to withdraw.", "Give an amount above zero."),
};

export const refusalWords: Record<Refusal, Words> = {
  None: say("The session was not refused.", "There is nothing to do."),
  AlreadySettled: say("The session has been settled before.", "Do not send it again; look for its Settled event."),
  InvalidPayee: say("The payee is the zero address or the contract itself.", "Name the operator's own address."),
  ZeroAmount: say("The charge is zero.", "Do not settle sessions that cost nothing."),
  RateTooHigh: say("The rate is above the contract's ceiling.", "Charge at most 1 USDC a second."),
  TooManySeconds: say("The session is longer than the contract's ceiling.", "Settle at most a day of it."),
  MeterExceeded: say("The charge is more than rate × seconds.", "Charge at most what the meter says."),
  FeeTooHigh: say("The fee is above 30 % of the charge.", "Take a fee of at most 3,000 basis points."),
  InsufficientPool: say("The consumer's pool cannot pay the session in full.", "Send it again after a top-up."),
  DailyLimitExceeded: say(
    "The consumer's daily limit has no room for it.",
    "Send it again later: the room grows back.",
  ),
  PoolLimitExceeded: say("The daily limit of the whole pool has no room for it.", "Send it again later."),
};

/** By what USDC's message contains; Circle's are stable, but not part of an ABI. */
const USDC_WORDS: [string, Words][] = [
  ["exceeds balance", say("The payer holds less USDC than that.", "Deposit less, or get more USDC first.")],
  [
    "exceeds allowance",
    say("The contract may not take that much USDC.", "Approve it first, or deposit with a permit."),
  ],
  ["blacklisted", say("Circle has denylisted one of the parties.", "Only Circle can change that.")],
  ["Pausable: paused", say("Circle has paused USDC.", "Wait until Circle resumes it.")],
  ["permit is expired", say("The permit's deadline has passed.", "Sign a new one.")],
  ["authorization is not yet valid", say("The authorisation is for later.", "Send it after its validAfter.")],
  ["authorization is expired", say("The authorisation's time has passed.", "Sign a new one.")],
  ["authorization is used or canceled", say("The authorisation is spent.", "Sign a new one if it is to happen again.")],
  ["invalid signature", say("The signature is not the payer's.", "Sign again, with the payer, for this very amount.")],
];

export function usdcWords(reason: string): Words {
  const known = USDC_WORDS.find(([part]) => reason.includes(part));
  return known?.[1] ?? say(`USDC refused: ${reason}.`, "Look at USDC's own state.");
}

function say(happened: string, remedy: string): Words {
  return { happened, remedy };
}
