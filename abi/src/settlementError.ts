/** Finds what the contract said in any error that a library throws; the library itself decodes the bytes. */
import { refusalWords, usdcWords, type Words, words } from "./errorWords.ts";
import { luxxonSettlementAbi } from "./generated/abi.ts";
import { type Refusal, refusals } from "./refusal.ts";

type Hex = `0x${string}`;

type AbiError = Extract<(typeof luxxonSettlementAbi)[number], { type: "error" }>;

type ValueOf<type extends string> = type extends "address" | "bytes32" ? Hex : type extends "uint8" ? number : bigint;

/** An error's arguments by name, as the ABI types them. */
type ArgsOf<inputs extends readonly { name: string; type: string }[]> = {
  [input in inputs[number] as input["name"]]: ValueOf<input["type"]>;
};

/** The contract's own errors, and OpenZeppelin's in it. A refusal comes by its name. */
type ContractError = {
  [name in AbiError["name"]]: {
    name: name;
    args: name extends "SettlementRefused"
      ? { sessionId: Hex; reason: Refusal }
      : ArgsOf<Extract<AbiError, { name: name }>["inputs"]>;
  };
}[AbiError["name"]];

/** What was reverted with, by `name`. */
export type SettlementError = (
  | ContractError
  /** USDC itself refused, in its own words. */
  | { name: "UsdcRefused"; args: { reason: string } }
  /** Solidity's own check failed. */
  | { name: "Panic"; args: { code: bigint } }
  /** Not of this contract. */
  | { name: "Unknown"; args: { data: Hex } }
) &
  Words;

/** Revert data as a library decodes it: an error of the ABI, or one of Solidity's own two. */
export interface Decoded {
  name: string;
  /** In the order of the ABI. */
  args: readonly unknown[];
}

/**
 * Where the libraries keep revert data. viem: `raw` of the error that says "reverted", `data` of the one from the node,
 * each below `cause`. ethers: `data`, or the node's own error below `info`.
 */
const NAMED = /^(raw|data|cause|error|info|originalError)$/;
/** Four bytes name an error; less is none ("0x": reverted without a word). */
const DATA = /0x([\da-f]{2}){4,}/g;
/** Pieces of data that are looked at; libraries' errors have some dozens. */
const MOST = 999;

/**
 * @param error Whatever was thrown. All of it is searched, however it is nested: places of its own, texts, and the `bytes`
 *   into which smart wallets, bundlers and ERC-7751 wrap what a call reverted with.
 * @param decode Decodes revert data by the contract's ABI; undefined: it is no error of the ABI.
 * @returns undefined if the error holds no revert data.
 */
export function settlementErrorOf(
  error: unknown,
  decode: (data: Hex) => Decoded | undefined,
): SettlementError | undefined {
  const seen = new Set<unknown>();
  const all: Hex[] = [];
  let unknown: Hex | undefined;
  const look = (value: unknown, isNamed: boolean): void => {
    if (typeof value === "string") {
      for (const [data] of value.toLowerCase().matchAll(DATA)) {
        all.push(data as Hex);
        // What stands elsewhere, or in a text, may be the calldata of the request.
        if (isNamed && data.length === value.length) unknown ??= data as Hex;
      }
    } else if (value instanceof Object && !seen.has(value)) {
      seen.add(value);
      // `message` and `cause` are not enumerable.
      for (const key of Object.getOwnPropertyNames(value)) look(value[key as never], isNamed && NAMED.test(key));
    }
  };
  look(error, true);
  // It grows while it is gone through, but not for ever.
  for (const data of all) {
    const decoded = decode(data);
    const found = decoded && known(decoded);
    if (found) return found;
    const args = data.slice(10);
    const digitsAt = (at: number) => 2 * Number(`0x${args.slice(at, at + 64)}`);
    for (let at = 0; at < args.length && all.length < MOST; at += 64) {
      // Whatever the ABI's encoding can take for bytes with an error in them.
      const start = digitsAt(at) + 64;
      const end = start + digitsAt(start - 64);
      if ((end - start) % 64 === 8 && end <= args.length) all.push(`0x${args.slice(start, end)}`);
    }
  }
  return unknown && { name: "Unknown", args: { data: unknown }, ...words.Unknown };
}

function known({ name, args }: Decoded): SettlementError | undefined {
  if (name === "Error") {
    const reason = String(args[0]);
    return { name: "UsdcRefused", args: { reason }, ...usdcWords(reason) };
  }
  if (name === "Panic") return { name, args: { code: BigInt(args[0] as bigint) }, ...words.Panic };
  if (name === "SettlementRefused") {
    const reason = refusals[Number(args[1])];
    if (reason === undefined) return undefined;
    return { name, args: { sessionId: args[0] as Hex, reason }, ...refusalWords[reason] };
  }
  const item = luxxonSettlementAbi.find((it): it is AbiError => it.type === "error" && it.name === name);
  if (item === undefined || item.name === "SettlementRefused") return undefined;
  // ethers gives a bigint for every integer, viem a number for the small ones.
  const values = item.inputs.map(({ name, type }, i) => [name, type === "uint8" ? Number(args[i]) : args[i]]);
  return { name: item.name, args: Object.fromEntries(values), ...words[item.name] } as SettlementError;
}
