/** What the compiler said of LuxxonSettlement, as the last build left it. */
import { readFile } from "node:fs/promises";
import hre from "hardhat";
import type { Abi } from "viem";

/** A node of solc's syntax tree. What a kind of node holds besides is in solc's documentation. */
export interface AstNode {
  id: number;
  nodeType: string;
  /** Where it is in its source: `start:length:file`. */
  src: string;
  [property: string]: unknown;
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

export interface CompiledContract {
  abi: Abi;
  storageLayout: StorageLayout;
  evm: { deployedBytecode: { object: string } };
}

export interface Compiled {
  /** By source name; our own begin with `project/`, dependencies with `npm/`. */
  sources: Record<string, { content: string; ast: AstNode }>;
  contracts: Record<string, Record<string, CompiledContract>>;
  settlement: CompiledContract;
}

const SOURCE = "contracts/LuxxonSettlement.sol";
const NAME = "LuxxonSettlement";

export async function readCompiled(): Promise<Compiled> {
  const id = await hre.artifacts.getBuildInfoId(`${SOURCE}:${NAME}`);
  const [input, output] = [
    await hre.artifacts.getBuildInfoPath(id ?? ""),
    await hre.artifacts.getBuildInfoOutputPath(id ?? ""),
  ];
  if (input === undefined || output === undefined) throw new Error(`${NAME} has no build info: npm run compile.`);
  const asked = JSON.parse(await readFile(input, "utf8")) as {
    input: { sources: Record<string, { content: string }> };
  };
  const answer = JSON.parse(await readFile(output, "utf8")) as {
    output: { sources: Record<string, { ast: AstNode }>; contracts: Compiled["contracts"] };
  };
  const settlement = answer.output.contracts[`project/${SOURCE}`]?.[NAME];
  if (settlement === undefined) throw new Error(`The build info of ${NAME} does not hold it.`);
  const sources = Object.fromEntries(
    Object.entries(answer.output.sources).map(([name, { ast }]) => [
      name,
      { ast, content: asked.input.sources[name]?.content ?? "" },
    ]),
  );
  return { sources, contracts: answer.output.contracts, settlement };
}
