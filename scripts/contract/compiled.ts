/** Reads what the last build says of LuxxonSettlement. Nothing else opens its artifact or its build info. */
import { readFile } from "node:fs/promises";
import hre from "hardhat";
import type { Abi, Hex } from "viem";
import type { AstNode } from "./ast.ts";
import type { ImmutableReferences } from "./immutables.ts";
import type { DocSet } from "./natspec.ts";

export const SOURCE = "contracts/LuxxonSettlement.sol";
export const NAME = "LuxxonSettlement";

/** As Hardhat's plugins take it. */
export const FULL_NAME = `${SOURCE}:${NAME}`;

const REMEDY = "npm run compile -- --force";

export interface CompiledCode {
  creationCode: Hex;
  runtimeCode: Hex;
  immutableReferences: ImmutableReferences;
}

export interface StorageVariable {
  label: string;
  slot: string;
  offset: number;
  type: string;
}

export interface StorageLayout {
  storage: StorageVariable[];
  types: Record<string, { label: string; numberOfBytes: string; members?: StorageVariable[] }>;
}

/** What the compiler says of a contract besides its code. */
export interface CompiledContract {
  abi: Abi;
  userdoc: DocSet;
  devdoc: DocSet;
  storageLayout: StorageLayout;
}

export interface Compiled extends CompiledContract {
  /** The compiler's version, as `0.8.37+commit.…`. */
  compiler: string;
  /** What the compiler was told, as standard JSON has it. */
  settings: object;
  /** What a deployment sends: as it stands in the artifact, which Ignition takes too. */
  code: CompiledCode;
  /** All that was compiled together, by source name; our own begin with `project/`, dependencies with `npm/`. */
  sources: Record<string, { content: string; ast: AstNode }>;
  contracts: Record<string, Record<string, CompiledContract>>;
}

/** The artifact, and the build info that it names. */
export async function readCompiled(): Promise<Compiled> {
  const artifact = await hre.artifacts.readArtifact(NAME);
  const id = artifact.buildInfoId ?? "";
  const { solcLongVersion, input } = await readJson<{
    solcLongVersion: string;
    input: { sources: Record<string, { content: string }>; settings: object };
  }>(await hre.artifacts.getBuildInfoPath(id));
  const { output } = await readJson<{
    output: { sources: Record<string, { ast: AstNode }>; contracts: Compiled["contracts"] };
  }>(await hre.artifacts.getBuildInfoOutputPath(id));
  const settlement = output.contracts[`project/${SOURCE}`]?.[NAME];
  if (settlement === undefined) throw new Error(`The build info of ${NAME} does not hold it: ${REMEDY}`);
  const sources = Object.entries(output.sources).map(
    ([name, { ast }]) => [name, { ast, content: input.sources[name]?.content ?? "" }] as const,
  );
  const { bytecode, deployedBytecode, immutableReferences = {} } = artifact;
  return {
    ...settlement,
    compiler: solcLongVersion,
    code: { creationCode: bytecode as Hex, runtimeCode: deployedBytecode as Hex, immutableReferences },
    settings: input.settings,
    sources: Object.fromEntries(sources),
    contracts: output.contracts,
  };
}

async function readJson<T>(path: string | undefined): Promise<T> {
  if (path === undefined) throw new Error(`${NAME} has no build info: ${REMEDY}`);
  return JSON.parse(await readFile(path, "utf8")) as T;
}
