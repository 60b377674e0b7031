/** What a run has reached: poor sequences test nothing, so a run that misses something of this list has failed. */
import { Refusal } from "@luxxon/contracts-abi/model";
import type { Witness } from "./play.ts";
import { show } from "./steps.ts";

const REFUSALS = Object.entries(Refusal).flatMap(([name, value]) => (value === Refusal.None ? [] : [name]));
const nameOf = (reason: unknown) => Object.entries(Refusal).find(([, value]) => value === reason)?.[0] ?? "unknown";

const FUNCTIONS = [
  "deposit",
  "depositFor",
  "depositWithPermit",
  "depositWithAuthorization",
  "withdraw",
  "withdrawAll",
  "settleFromPool",
  "settleBatch",
  "claim",
  "setDailyLimit",
  "setDefaultDailyLimit",
  "setPoolDailyLimit",
  "setRelayer",
  "setGuardian",
  "setPlatformWallet",
  "pause",
  "unpause",
  "rescue",
  "transferOwnership",
  "acceptOwnership",
  "renounceOwnership",
];

/** What has to be reached, and at least how often in 20,000 commands. */
export const REQUIRED: ReadonlyMap<string, number> = new Map([
  ...FUNCTIONS.map((name): [string, number] => [`${name} done`, name === "renounceOwnership" ? 5 : 20]),
  ...REFUSALS.map((name): [string, number] => [`settleFromPool refused: ${name}`, 20]),
  ...REFUSALS.map((name): [string, number] => [`settleBatch skipped: ${name}`, 100]),
  ["sessions settled", 4_000],
  ["payouts credited", 200],
  ["credits claimed", 100],
  ["claims refused by USDC", 20],
  ["claims of nothing", 50],
  ["batches paid in one transfer for several sessions", 100],
  ["steps in the same second as the one before", 5_000],
  ["permits that somebody else had submitted", 20],
  ["withdrawals while paused", 10],
  ["sessions settled under both limits", 50],
  ...[
    "EnforcedPause",
    "ExpectedPause",
    "ExceedsSurplus",
    "InsufficientBalance",
    "InvalidBatchSize",
    "InvalidConsumer",
    "NotGuardian",
    "NotRelayer",
    "OwnableUnauthorizedAccount",
    "SafeCastOverflowedUintDowncast",
    "SafeERC20FailedOperation",
    "ERC20InsufficientBalance",
    "ZeroAddress",
    "ZeroAmount",
    "Blacklistable: account is blacklisted",
    "Pausable: paused",
    "ECRecover: invalid signature length",
    "EIP2612: invalid signature",
    "ERC20: transfer amount exceeds allowance",
    "ERC20: transfer amount exceeds balance",
    "FiatTokenV2: authorization is expired",
    "FiatTokenV2: authorization is not yet valid",
    "FiatTokenV2: authorization is used or canceled",
    "FiatTokenV2: invalid signature",
    "FiatTokenV2: permit is expired",
  ].map((name): [string, number] => [`reverted: ${name}`, 5]),
]);

export class Reached {
  readonly counts = new Map<string, number>();
  commands = 0;
  #lastSubmitted = "";

  readonly witness: Witness = ({ to, call, wait, sender }, happened, { state }) => {
    this.commands += 1;
    if (wait === 0n) this.#count("steps in the same second as the one before");
    if ("error" in happened) {
      const { errorName, args } = happened.error;
      if (errorName === "SettlementRefused") this.#count(`settleFromPool refused: ${nameOf(args[1])}`);
      else this.#count(`reverted: ${errorName === "Error" ? String(args[0]) : errorName}`);
      if (call.functionName === "claim") this.#count("claims refused by USDC");
      return;
    }
    const submitted = this.#lastSubmitted;
    this.#lastSubmitted = to === "usdc" && call.functionName === "permit" ? show(call.args.at(-1)) : "";
    if (to === "usdc") return;
    this.#count(`${call.functionName} done`);
    if (call.functionName === "claim" && happened.returns === 0n) this.#count("claims of nothing");
    if (call.functionName === "depositWithPermit" && show(call.args[2]) === submitted) {
      this.#count("permits that somebody else had submitted");
    }
    if (call.functionName.startsWith("withdraw") && state.paused) this.#count("withdrawals while paused");
    for (const { eventName, args } of happened.events) {
      if (eventName === "SettlementSkipped") this.#count(`settleBatch skipped: ${nameOf(args.reason)}`);
      if (eventName === "PayoutCredited") this.#count("payouts credited");
      if (eventName === "CreditClaimed") this.#count("credits claimed");
      if (eventName === "Settled") {
        this.#count("sessions settled");
        const limit = (state.accounts.get(args.from)?.dailyLimit ?? 0n) || state.defaultDailyLimit;
        if (limit > 0n && state.pool.dailyLimit > 0n) this.#count("sessions settled under both limits");
      }
    }
    const sessions = happened.events.filter(({ eventName }) => eventName === "Settled").length;
    const payments = happened.transfers.filter(({ from }) => from !== sender).length;
    if (sessions > payments && payments > 0) this.#count("batches paid in one transfer for several sessions");
  };

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** What was reached less often than it has to be. */
  missing(): string[] {
    return [...REQUIRED].flatMap(([what, often]) => {
      const count = this.counts.get(what) ?? 0;
      const scale = this.commands / 20_000;
      // Short runs vary more, and need not reach what is rare.
      const wanted = Math.floor(often * (scale < 1 ? scale / 2 : scale));
      return count >= wanted ? [] : [`${what}: ${count}, at least ${wanted} wanted`];
    });
  }

  /** What matters most, in one line. */
  summary(): string {
    const of = (what: string) => this.counts.get(what) ?? 0;
    const refusals = REFUSALS.map(
      (name) => `${name} ${of(`settleFromPool refused: ${name}`) + of(`settleBatch skipped: ${name}`)}`,
    );
    const paid = ["sessions settled", "payouts credited", "credits claimed"].map((what) => `${of(what)} ${what}`);
    return `${this.commands} steps, ${paid.join(", ")}; refused: ${refusals.join(", ")}`;
  }

  /** All counts, most first. */
  report(): string {
    const lines = [...this.counts].sort(([, one], [, other]) => other - one);
    return lines.map(([what, count]) => `${String(count).padStart(9)}  ${what}`).join("\n");
  }
}
