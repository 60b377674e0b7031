/** Works out what is to change, from the flags and from what stands on the chain. */
import type { parseArgs } from "node:util";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import { addressSchema, MAX_DAILY_LIMIT } from "@luxxon/chain/deployments/schema";
import type { OwnerCall } from "@luxxon/chain/safe/builderFile";
import type { ContractState } from "@luxxon/chain/settlement/state";
import { UsageError } from "@luxxon/chain/usageError";
import { parseUsdc } from "@luxxon/contracts-abi";
import { type Address, isAddressEqual, zeroAddress } from "viem";
import { intentionsOf, isLimit, limitInWords, SETTABLE, SETTERS, type Setter, type Setting } from "../settings.ts";

const FLAG_OF = {
  relayer: "relayer",
  guardian: "guardian",
  platformWallet: "platform-wallet",
  defaultDailyLimit: "default-daily-limit",
  poolDailyLimit: "pool-daily-limit",
} as const satisfies Record<Setter, string>;

/** The flags that ask for changes. */
export const CHANGE_FLAGS = {
  relayer: { type: "string" },
  guardian: { type: "string" },
  "platform-wallet": { type: "string" },
  "default-daily-limit": { type: "string" },
  "pool-daily-limit": { type: "string" },
  pause: { type: "boolean", default: false },
  unpause: { type: "boolean", default: false },
  "transfer-ownership": { type: "string" },
  "accept-ownership": { type: "boolean", default: false },
} as const;

/** The flags as they were given. */
export type Wanted = ReturnType<typeof parseArgs<{ options: typeof CHANGE_FLAGS }>>["values"];

/** Those that mean nothing to a contract from which consumers only withdraw. */
export const FLAGS_OF_THE_ACTIVE = [...Object.values(FLAG_OF), "unpause"] as const;

/** One setting that is to be another. */
export interface Change {
  subject: Setting;
  now: string;
  wanted: string;
  /** undefined: the chain is so already, and only the parameters follow. */
  call: OwnerCall | undefined;
}

/**
 * @returns Every flag's change, in the order of the flags.
 * @throws {UsageError} if a value is malformed, or nothing is left to change.
 */
export function changesFor(wanted: Wanted, state: ContractState, parameters: Parameters): Change[] {
  if (wanted.pause && wanted.unpause) throw new UsageError("--pause and --unpause contradict each other.");
  const changes: Change[] = [];
  for (const subject of SETTABLE) {
    const flag = FLAG_OF[subject];
    const text = wanted[flag];
    if (text === undefined) continue;
    const value = isLimit(subject)
      ? limitIn(`--${flag}`, text)
      : addressIn(`--${flag}`, text, { zero: subject === "guardian" });
    const call = { functionName: SETTERS[subject], args: [value] };
    changes.push({ subject, now: String(state[subject]), wanted: String(value), call });
  }
  if (wanted.pause || wanted.unpause) {
    const call = { functionName: wanted.pause ? "pause" : "unpause", args: [] } as const;
    changes.push({ subject: "paused", now: String(state.paused), wanted: String(wanted.pause), call });
  }
  if (wanted["transfer-ownership"] !== undefined) {
    const owner = addressIn("--transfer-ownership", wanted["transfer-ownership"], { zero: false });
    // A new owner has to accept, so that until then only the offer is a setting.
    const now = state.pendingOwner === owner ? owner : state.owner;
    changes.push({ subject: "owner", now, wanted: owner, call: { functionName: "transferOwnership", args: [owner] } });
  }
  if (wanted["accept-ownership"]) changes.push(acceptance(changes, state, parameters));
  if (changes.length === 0) throw new UsageError("Nothing is to change: name a role or a limit; see --help.");

  const intended = intentionsOf(parameters);
  const real = changes
    .map((change) => (change.now === change.wanted ? { ...change, call: undefined } : change))
    .filter((change) => change.call !== undefined || intended[change.subject] !== change.wanted);
  if (real.length === 0) throw new UsageError("Everything is so already, on the chain and in the parameters.");
  return real;
}

/** @throws {UsageError} if the ownership is offered to nobody, or to somebody whom the team has not named. */
function acceptance(others: Change[], { owner, pendingOwner }: ContractState, parameters: Parameters): Change {
  if (others.length > 0) throw new UsageError("--accept-ownership is for the new owner's Safe, so it goes alone.");
  if (pendingOwner === zeroAddress) throw new UsageError("The ownership is offered to nobody.");
  if (pendingOwner !== parameters.owner)
    throw new UsageError(`The ownership is offered to ${pendingOwner}; the parameters say ${parameters.owner}.`);
  const call = { functionName: "acceptOwnership", args: [] } as const;
  return { subject: "owner", now: owner, wanted: pendingOwner, call };
}

/** The parameters with the changes in them, in the order of the file. */
export function withChanges(parameters: Parameters, changes: Change[]): Parameters {
  const values = Object.fromEntries(
    changes.map(({ subject, wanted }) => [subject, subject === "paused" ? wanted === "true" : wanted]),
  );
  const { paused, ...rest } = { ...parameters, ...values } as Parameters;
  return paused ? { ...rest, paused } : rest;
}

/**
 * What the reviewers of a change should think about. Nothing here is forbidden: a team may have a reason.
 *
 * @param after What the parameters will say.
 * @param state The contract as it is now.
 */
export function warningsFor(changes: Change[], after: Parameters, state: ContractState): string[] {
  const changed = new Set(changes.map(({ subject }) => subject));
  const warnings: string[] = [];
  const roles = ["owner", "relayer", "guardian", "platformWallet"] as const;
  roles.forEach((one, i) => {
    for (const other of roles.slice(i + 1)) {
      if (!changed.has(one) && !changed.has(other)) continue;
      if (isAddressEqual(after[one], after[other]))
        warnings.push(`${one} and ${other} are the same address: whoever has that key has both roles.`);
    }
  });
  for (const subject of ["defaultDailyLimit", "poolDailyLimit"] as const) {
    if (!changed.has(subject)) continue;
    const [now, next] = [state[subject], BigInt(after[subject])];
    if (next === 0n) warnings.push(`${subject} 0 is no limit: a stolen relayer key can then take everything at once.`);
    else if (now !== 0n && next > 10n * now)
      warnings.push(`${subject} becomes more than ten times what it is: ${limitInWords(now)}.`);
  }
  const [one, all] = [BigInt(after.defaultDailyLimit), BigInt(after.poolDailyLimit)];
  if ((changed.has("defaultDailyLimit") || changed.has("poolDailyLimit")) && all !== 0n && one > all)
    warnings.push("A consumer's limit is above that of the whole pool: one consumer can use up everybody's.");
  if (changed.has("guardian") && after.guardian === zeroAddress)
    warnings.push("Without a guardian only the owner's signers can pause.");
  if (changed.has("paused") && after.paused && !state.paused)
    warnings.push("A pause suspends every hold: consumers who promised to stay can leave unpaid sessions behind.");
  return warnings;
}

function addressIn(flag: string, text: string, { zero }: { zero: boolean }): Address {
  const { success, data, error } = addressSchema.safeParse(text, { reportInput: true });
  if (!success) {
    const [issue] = error.issues;
    const why = issue?.code === "custom" ? issue.message : `"${text}" is no address.`;
    throw new UsageError(`${flag}: ${why}`);
  }
  if (data === zeroAddress && !zero) throw new UsageError(`${flag}: the contract refuses the zero address.`);
  return data;
}

function limitIn(flag: string, text: string): bigint {
  let limit: bigint;
  try {
    limit = parseUsdc(text);
  } catch {
    throw new UsageError(`${flag} takes USDC a day such as 1000 or 0.5, at most six decimals, not "${text}".`);
  }
  if (limit > MAX_DAILY_LIMIT) throw new UsageError(`${flag}: ${text} USDC is more than the contract can hold.`);
  return limit;
}
