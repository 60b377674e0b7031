/** What a run has reached: poor sequences test nothing, so a run that misses something of this list has failed. */
import { accountOf, isHeld, Refusal } from "@luxxon/contracts-abi/model";
import { DAY } from "../support/session.ts";
import type { Happened } from "./chain.ts";
import type { Witness } from "./play.ts";
import type { Model } from "./scene.ts";
import { type Step, show } from "./steps.ts";

const REFUSALS = Object.entries(Refusal).flatMap(([name, value]) => (value === Refusal.None ? [] : [name]));
const nameOf = (reason: unknown) => Object.entries(Refusal).find(([, value]) => value === reason)?.[0] ?? "unknown";

const FUNCTIONS = [
  "deposit",
  "depositFor",
  "depositWithPermit",
  "depositWithAuthorization",
  "withdraw",
  "withdrawAll",
  "hold",
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
  ["sessions settled from a held pool", 200],
  ["held: withdrawal refused", 30],
  ["held: all refused", 20],
  ["held: deposited", 20],
  ["held: extended", 20],
  ["held: neither shortened nor given again", 20],
  ["held: limit not lowered", 10],
  ["held: limit raised", 10],
  ["held and paused: left", 1],
  ["held and paused: limit lowered", 1],
  ["held while paused", 5],
  ["held for exactly a day", 20],
  ["hold refused for a second too many", 5],
  ["hold run out: left", 20],
  ["hold run out: held again", 10],
  ...[
    "EnforcedPause",
    "ExpectedPause",
    "ExceedsSurplus",
    "HeldUntil",
    "HoldNeedsLimit",
    "HoldNotLater",
    "HoldTooLong",
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

/** What a step has to do with its caller's hold, given what stood before it. */
function ofHolds({ to, call, sender }: Step, happened: Happened, { state, timestamp }: Model): string[] {
  if (to === "usdc") return [];
  const { heldUntil, dailyLimit } = accountOf(state, sender);
  const stands = heldUntil > timestamp;
  const pausedToo = stands && state.paused;
  const ifSo = (condition: boolean, what: string) => (condition ? [what] : []);
  const done = !("error" in happened);
  const refusedBy = (name: string) => "error" in happened && happened.error.errorName === name;
  switch (call.functionName) {
    case "withdraw":
    case "withdrawAll":
      return [
        ...ifSo(
          refusedBy("HeldUntil"),
          call.functionName === "withdraw" ? "held: withdrawal refused" : "held: all refused",
        ),
        ...ifSo(done && pausedToo, "held and paused: left"),
        ...ifSo(done && heldUntil > 0n && !stands, "hold run out: left"),
      ];
    case "deposit":
      return ifSo(done && stands, "held: deposited");
    case "setDailyLimit":
      return [
        ...ifSo(refusedBy("HeldUntil"), "held: limit not lowered"),
        ...ifSo(done && isHeld(state, sender, timestamp) && call.args[0] > dailyLimit, "held: limit raised"),
        ...ifSo(done && pausedToo && call.args[0] < dailyLimit, "held and paused: limit lowered"),
      ];
    case "hold":
      return [
        ...ifSo(done && stands, "held: extended"),
        ...ifSo(done && heldUntil > 0n && !stands, "hold run out: held again"),
        ...ifSo(done && state.paused, "held while paused"),
        ...ifSo(done && call.args[0] === timestamp + DAY, "held for exactly a day"),
        ...ifSo(
          refusedBy("HoldTooLong") && call.args[0] === timestamp + DAY + 1n,
          "hold refused for a second too many",
        ),
        ...ifSo(refusedBy("HoldNotLater") && stands, "held: neither shortened nor given again"),
      ];
    default:
      return [];
  }
}

export class Reached {
  readonly counts = new Map<string, number>();
  commands = 0;
  #lastSubmitted = "";

  readonly witness: Witness = (step, happened, { state }, before) => {
    const { to, call, wait, sender } = step;
    this.commands += 1;
    for (const what of ofHolds(step, happened, before)) this.#count(what);
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
        if (isHeld(state, args.from, before.timestamp)) this.#count("sessions settled from a held pool");
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
