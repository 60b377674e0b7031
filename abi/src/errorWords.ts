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
  EnforcedPause: say("Deposits and settlements are paused.", "Wait: withdrawals still work."),
  ExceedsSurplus: say("Less USDC than that belongs to nobody.", "Ask for at most surplus()."),
  ExpectedPause: say("The contract is not paused.", "There is nothing to do."),
  FailedCall: say("USDC failed without a word.", "Try again with more gas."),
  HeldUntil: say("The consumer holds its pool until then.", "Wait until then."),
  HoldNeedsLimit: say("A hold needs a daily limit of one's own.", "Set one with setDailyLimit first."),
  HoldNotLater: say("The hold would not end after now and the one that stands.", "Name a later second."),
  HoldTooLong: say("The hold would last more than a day.", "Name an earlier second."),
  InsufficientBalance: say("The pool holds less than was asked for.", "Ask for at most the balance, or withdraw all."),
  InvalidBatchSize: say("A batch was empty or held more than 100 entries.", "Send 1 to 100 entries at a time."),
  InvalidConsumer: say("Nobody can have a pool at this address.", "Name another."),
  NotGuardian: say("The sender is neither the guardian nor the owner.", "Send it from one of them."),
  NotRelayer: say("The sender is not the relayer.", "Send it from the address that relayer() names."),
  OwnableInvalidOwner: say("The zero address cannot own the contract.", "Name another."),
  OwnableUnauthorizedAccount: say("The sender is not the owner.", "Send it from the address that owner() names."),
  Panic: say("A compiler's check failed.", "Report it with the transaction."),
  ReentrancyGuardReentrantCall: say("The contract was called from within.", "Call it from outside."),
  SafeCastOverflowedUintDowncast: say("The number does not fit the contract.", "Name a smaller one."),
  SafeERC20FailedOperation: say("The token did not do the transfer.", "Look at the token's own state."),
  Unknown: say("Another contract refused.", "Decode the data with that contract's ABI."),
  ZeroAddress: say("A required address is zero.", "Name another."),
  ZeroAmount: say("The amount is zero, or there is nothing to withdraw.", "Give an amount above zero."),
};

export const refusalWords: Record<Refusal, Words> = {
  None: say("The session was not refused.", "There is nothing to do."),
  AlreadySettled: say("The session was settled before.", "Look for its Settled event."),
  InvalidPayee: say("The payee is the zero address or the contract itself.", "Name the operator's own address."),
  ZeroAmount: say("The charge is zero.", "Do not settle it."),
  RateTooHigh: say("The rate is above the contract's ceiling.", "Charge at most 1 USDC a second."),
  TooManySeconds: say("The session is longer than the contract's ceiling.", "Settle at most a day."),
  MeterExceeded: say("The charge is more than rate × seconds.", "Charge at most what the meter says."),
  FeeTooHigh: say("The fee is above 30 % of the charge.", "Take a fee of at most 3,000 basis points."),
  InsufficientPool: say("The consumer's pool cannot pay the session in full.", "Send it again after a top-up."),
  DailyLimitExceeded: say(
    "The consumer's daily limit has no room for it.",
    "Send it again later: the room grows back.",
  ),
  PoolLimitExceeded: say("The pool's daily limit has no room for it.", "Send it again later: the room grows back."),
};

/** By what USDC's message contains; Circle's are stable, but not part of an ABI. */
const USDC_WORDS: [string, Words][] = [
  ["exceeds balance", say("The payer holds less USDC than that.", "Deposit less, or get more USDC first.")],
  [
    "exceeds allowance",
    say("The contract may not take that much USDC.", "Approve it first, or deposit with a permit."),
  ],
  ["blacklisted", say("Circle has denylisted a party.", "Only Circle can change that.")],
  ["Pausable: paused", say("Circle has paused USDC.", "Wait for Circle.")],
  ["not yet valid", say("The authorisation is for later.", "Send it after its validAfter.")],
  ["is expired", say("What was signed has expired.", "Sign a new one.")],
  ["used or canceled", say("The authorisation is spent.", "Sign a new one.")],
  [
    "invalid signature",
    say(
      "Neither the payer's key nor its code vouches for it.",
      "Sign again; a wallet with code approves and deposits.",
    ),
  ],
];

export function usdcWords(reason: string): Words {
  const known = USDC_WORDS.find(([part]) => reason.includes(part));
  return known?.[1] ?? say(`USDC refused: ${reason}.`, "Look at the token's own state.");
}

function say(happened: string, remedy: string): Words {
  return { happened, remedy };
}
