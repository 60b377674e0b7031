/** What the compiler knows of LuxxonSettlement: ABI, bytecode and NatSpec, from Hardhat's artifacts. */
import { readFile } from "node:fs/promises";
import hre from "hardhat";
import type { AbiParameter } from "viem";

const CONTRACT = "LuxxonSettlement";

/** The start of the address that Hardhat's coverage calls: such bytecode is for measuring, never for clients. */
const COVERAGE_MARKER = "c0bec0be";

export interface AbiItem {
  type: "constructor" | "error" | "event" | "function";
  name?: string;
  inputs: readonly AbiParameter[];
  outputs?: readonly AbiParameter[];
  stateMutability?: string;
  anonymous?: boolean;
}

/** NatSpec of one item of the ABI. */
export interface Doc {
  notice?: string;
  details?: string;
  params?: Record<string, string>;
  returns?: Record<string, string>;
}

interface DocSet {
  methods?: Record<string, Doc | string>;
  events?: Record<string, Doc>;
  errors?: Record<string, Doc[]>;
}

export interface CompiledContract {
  abi: AbiItem[];
  bytecode: `0x${string}`;
  deployedBytecode: `0x${string}`;
  /** NatSpec of an item of `abi`. */
  docOf(item: AbiItem): Doc;
}

/** Reads the contract as it was compiled last. */
export async function readContract(): Promise<CompiledContract> {
  const { abi, bytecode, deployedBytecode, buildInfoId, inputSourceName } = await hre.artifacts.readArtifact(CONTRACT);
  refuseCoverage(bytecode);
  const path = await hre.artifacts.getBuildInfoOutputPath(buildInfoId ?? "");
  if (path === undefined) throw new Error(`${CONTRACT} has no build info: compile it with --force`);
  const { output } = JSON.parse(await readFile(path, "utf8")) as {
    output: { contracts: Record<string, Record<string, { userdoc: DocSet; devdoc: DocSet }>> };
  };
  const compiled = output.contracts[inputSourceName ?? ""]?.[CONTRACT];
  if (compiled === undefined) throw new Error(`${CONTRACT} is not in its own build info: compile it with --force`);
  const { userdoc, devdoc } = compiled;
  return {
    abi: sortAbi(abi as unknown as AbiItem[]),
    bytecode: bytecode as `0x${string}`,
    deployedBytecode: deployedBytecode as `0x${string}`,
    docOf: (item) => ({ ...pick(devdoc, item), ...pick(userdoc, item) }),
  };
}

/** @throws if the bytecode was compiled for a coverage run. */
export function refuseCoverage(bytecode: string): void {
  if (bytecode.toLowerCase().includes(COVERAGE_MARKER))
    throw new Error("the artifacts were compiled for a coverage run: run `npm run compile -- --force` first");
}

/** By kind and then by signature, so that a change of the sources' order changes nothing for clients. */
export function sortAbi(abi: AbiItem[]): AbiItem[] {
  const key = (item: AbiItem) => `${item.type} ${signatureOf(item)}`;
  return [...abi].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** `deposit(uint256)`, as NatSpec and selectors name it. */
export function signatureOf(item: AbiItem): string {
  return `${item.name ?? item.type}(${item.inputs.map(canonicalType).join(",")})`;
}

function canonicalType(parameter: AbiParameter): string {
  if (!("components" in parameter)) return parameter.type;
  const inner = parameter.components.map(canonicalType).join(",");
  return `(${inner})${parameter.type.slice("tuple".length)}`;
}

function pick(docs: DocSet, item: AbiItem): Doc {
  const signature = signatureOf(item);
  if (item.type === "event") return docs.events?.[signature] ?? {};
  if (item.type === "error") return docs.errors?.[signature]?.[0] ?? {};
  const doc = docs.methods?.[item.type === "constructor" ? "constructor" : signature];
  // userdoc may give the notice alone.
  return typeof doc === "string" ? { notice: doc } : (doc ?? {});
}
