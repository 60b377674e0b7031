/** Reads from the flags what `npm run audit` was asked for. */

import type { BaseChain } from "@luxxon/chain/baseChains";
import { dayOf, numberOf } from "@luxxon/chain/command/flags";
import { UsageError } from "@luxxon/chain/usageError";
import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { baseChainOf } from "../target.ts";

/** Which contract, and where to read it. */
export type Source = (
  | { readonly kind: "network"; readonly chain: BaseChain; readonly address: Address | undefined }
  | { readonly kind: "rpc"; readonly url: string; readonly address: Address; readonly fromBlock: bigint }
) & {
  /** Endpoints that have to agree with the first. */
  readonly others?: readonly string[];
};

/** What to show of the audit: all of it, one session, or what one account paid or earned. */
export type Subject =
  | { readonly kind: "all" }
  | { readonly kind: "session"; readonly sessionId: Hex }
  | { readonly kind: "consumer" | "operator"; readonly account: Address };

/** Days in UTC, both included; undefined: from the beginning, to the end. */
export interface Period {
  readonly fromDate: string | undefined;
  readonly toDate: string | undefined;
}

export const FLAGS = {
  network: { type: "string" },
  rpc: { type: "string", multiple: true },
  address: { type: "string" },
  "from-block": { type: "string" },
  "to-block": { type: "string" },
  "block-hash": { type: "string" },
  "fee-bps": { type: "string" },
  "max-age": { type: "string" },
  "every-block": { type: "boolean", default: false },
  "from-date": { type: "string" },
  "to-date": { type: "string" },
  out: { type: "string" },
  json: { type: "boolean", default: false },
  "no-cache": { type: "boolean", default: false },
  demo: { type: "boolean", default: false },
  bench: { type: "boolean", default: false },
  sessions: { type: "string" },
} as const;

type ValueOf<Flag> = Flag extends { type: "boolean" } ? boolean : Flag extends { multiple: true } ? string[] : string;
export type Values = { [Name in keyof typeof FLAGS]?: ValueOf<(typeof FLAGS)[Name]> };

const MAX_FEE_BPS = 10_000;

/** The user wants a local chain that is made to be audited. @throws {UsageError} if another one is named, too. */
export function isDemo(values: Values): boolean {
  if (!values.demo) return false;
  const other = (["network", "rpc", "address", "from-block", "to-block"] as const).find(
    (flag) => values[flag] !== undefined,
  );
  if (other === undefined) return true;
  throw new UsageError(`--demo audits a chain that it makes itself: it goes without --${other}.`);
}

/** @throws {UsageError} if the flags do not say which contract. */
export function sourceOf(values: Values): Source {
  const { network, rpc = [], address } = values;
  const and = (others: readonly string[]) => (others.length === 0 ? {} : { others });
  if (network !== undefined) {
    if (values["from-block"] !== undefined) {
      throw new UsageError(
        "--from-block goes with --rpc: the deployment's record says where a network's contract begins.",
      );
    }
    return {
      kind: "network",
      chain: baseChainOf(network),
      address: address === undefined ? undefined : addressOf("--address", address),
      ...and(rpc),
    };
  }
  const [url, ...others] = rpc;
  if (url === undefined) {
    throw new UsageError(
      "Which contract? --network base-sepolia, --network base, or --rpc with --address and --from-block.",
    );
  }
  if (address === undefined) throw new UsageError("--rpc goes with --address, the contract's.");
  if (values["from-block"] === undefined) throw new UsageError("--rpc goes with --from-block, the deployment's.");
  const fromBlock = blockOf("--from-block", values["from-block"]);
  return { kind: "rpc", url, address: addressOf("--address", address), fromBlock, ...and(others) };
}

export function toBlockOf(values: Values): bigint | undefined {
  return values["to-block"] === undefined ? undefined : blockOf("--to-block", values["to-block"]);
}

export function feeBpsOf({ "fee-bps": text }: Values): number | undefined {
  return numberOf("--fee-bps", text, { unit: "hundredths of a percent", least: 0, most: MAX_FEE_BPS });
}

/** Of which size the bench's chain is; undefined: of several. */
export function sessionsOf({ sessions: text }: Values): number | undefined {
  const sessions = numberOf("--sessions", text, { unit: "sessions", least: 100 });
  if (sessions === undefined || sessions % 100 === 0) return sessions;
  throw new UsageError(`--sessions ${sessions}: the bench settles a hundred at a time.`);
}

/** The flags that go with each verb that is no audit of the whole history. */
const OF_VERB = {
  receipt: ["network", "rpc", "address", "from-block", "to-block", "demo", "out"],
  verify: ["address", "block-hash", "json"],
} as const;

/** @throws {UsageError} if a flag was given that the verb does not know. */
export function checkFlags(verb: keyof typeof OF_VERB, values: Values): void {
  const known: readonly string[] = OF_VERB[verb];
  const other = Object.entries(values).find(([flag, value]) => value !== false && !known.includes(flag));
  if (other !== undefined) throw new UsageError(`${verb} goes without --${other[0]}; see --help.`);
}

/** How old the last block may be, in seconds; undefined: nothing was said. */
export function maxAgeOf({ "max-age": text }: Values): number | undefined {
  const minutes = numberOf("--max-age", text, { unit: "minutes" });
  return minutes === undefined ? undefined : minutes * 60;
}

/** @param positionals What stands beside the flags: nothing, or what to show. */
export function subjectOf(positionals: readonly string[]): Subject {
  const [kind, name, ...rest] = positionals;
  if (kind === undefined) return { kind: "all" };
  if (kind !== "session" && kind !== "consumer" && kind !== "operator") {
    throw new UsageError(`There is no "${kind}" to show: session, consumer or operator; see --help.`);
  }
  if (kind === "session") return { kind, sessionId: onlySession(kind, positionals.slice(1)) };
  if (name === undefined || rest.length !== 0) throw new UsageError(`${kind} takes one address; see --help.`);
  return { kind, account: addressOf(kind, name) };
}

export function periodOf(values: Values, subject: Subject): Period {
  const { "from-date": fromDate, "to-date": toDate } = values;
  if (fromDate !== undefined) dayOf("--from-date", fromDate);
  if (toDate !== undefined) dayOf("--to-date", toDate);
  const isStatement = subject.kind === "consumer" || subject.kind === "operator";
  if (!isStatement && (fromDate !== undefined || toDate !== undefined)) {
    throw new UsageError(
      "--from-date and --to-date go with consumer or operator: an audit is always of the whole history.",
    );
  }
  if (fromDate !== undefined && toDate !== undefined && fromDate > toDate) {
    throw new UsageError(`--from-date ${fromDate} is after --to-date ${toDate}.`);
  }
  return { fromDate, toDate };
}

/** @throws {UsageError} if what stands behind the verb is not one session. */
export function onlySession(verb: string, [name, ...rest]: readonly string[]): Hex {
  if (name === undefined || rest.length !== 0) {
    throw new UsageError(`${verb} takes one UUID or session id; see --help.`);
  }
  return sessionOf(name);
}

/** The session that a UUID or a bytes32 names, in either case. @throws {UsageError} if it is neither. */
export function sessionOf(text: string): Hex {
  const id = text.trim().toLowerCase();
  if (/^0x[0-9a-f]{64}$/.test(id)) return id as Hex;
  try {
    return sessionIdFromUuid(id);
  } catch {
    throw new UsageError(`session takes a UUID or 32 bytes of hex, not "${text}".`);
  }
}

export function addressOf(what: string, text: string): Address {
  const isOne = isAddress(text, { strict: false });
  if (isOne && (text === getAddress(text) || !/[A-F]/.test(text))) return getAddress(text);
  const reason = isOne ? " (its checksum is wrong)" : "";
  throw new UsageError(`${what} takes an address, not "${text}"${reason}.`);
}

function blockOf(flag: string, text: string): bigint {
  return BigInt(numberOf(flag, text, { unit: "a block number" }));
}
