import type { AbiParameter, AbiParameterToPrimitiveType, Hex } from "viem";
import { decodeErrorResult, isHex } from "viem";
import { luxxonSettlementAbi } from "../generated/abi.ts";
import { type Refusal, refusalName } from "../refusal.ts";
import { refusalWords, usdcWords, type Words, words } from "./errorWords.ts";

type AbiError = Extract<(typeof luxxonSettlementAbi)[number], { type: "error" }>;

/** An error's arguments by name, as the ABI types them. */
type ArgsOf<inputs extends readonly AbiParameter[]> = {
  [input in inputs[number] as input["name"] & string]: AbiParameterToPrimitiveType<input>;
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

export type DecodeSettlementErrorReturnType = SettlementError | undefined;

/**
 * What the contract said, out of any error that viem or ethers throws, with what happened and what to do. Undefined if the
 * error holds no revert data: the user said no, say, or the node could not be reached.
 *
 * @example
 * try {
 *   await withdraw(client, { settlement: SETTLEMENT, amount: parseUsdc("1000") });
 * } catch (error) {
 *   const decoded = decodeSettlementError(error);
 *   if (decoded?.name === "InsufficientBalance") console.log(formatUsdc(decoded.args.balance), decoded.remedy);
 * }
 */
export function decodeSettlementError(error: unknown): DecodeSettlementErrorReturnType {
  const data = revertData(error);
  return data === undefined ? undefined : decodeData(data);
}

function decodeData(data: Hex): SettlementError {
  let decoded: ReturnType<typeof decodeErrorResult<typeof luxxonSettlementAbi>>;
  try {
    decoded = decodeErrorResult({ abi: luxxonSettlementAbi, data });
  } catch {
    return { name: "Unknown", args: { data }, ...words.Unknown };
  }
  // viem knows Solidity's own two beside those of the ABI.
  const name = decoded.errorName as AbiError["name"] | "Error" | "Panic";
  const values: readonly unknown[] = decoded.args ?? [];
  if (name === "Error") {
    const reason = String(values[0]);
    return { name: "UsdcRefused", args: { reason }, ...usdcWords(reason) };
  }
  if (name === "Panic") return { name, args: { code: values[0] as bigint }, ...words.Panic };
  if (name === "SettlementRefused") {
    const reason = refusalName(values[1] as number);
    return { name, args: { sessionId: values[0] as Hex, reason }, ...refusalWords[reason] };
  }
  const { inputs } = decoded.abiItem as AbiError;
  const args = Object.fromEntries(inputs.map((input, i) => [input.name, values[i]]));
  return { name, args, ...words[name] } as SettlementError;
}

/**
 * Where the libraries keep revert data. viem: `raw` of the error that says "reverted", `data` of the one from the node,
 * each below `cause`. ethers: `data`, or the node's own error below `info`.
 */
const INSIDE = ["raw", "data", "cause", "error", "info", "originalError"] as const;
const DEPTH = 12;

function revertData(value: unknown, depth = 0): Hex | undefined {
  // Four bytes name an error; less is none ("0x": reverted without a word).
  if (isHex(value)) return value.length >= 10 ? value : undefined;
  if (typeof value !== "object" || value === null || depth > DEPTH) return undefined;
  for (const key of INSIDE) {
    const found = revertData((value as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
