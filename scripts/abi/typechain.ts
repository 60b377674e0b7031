/** Types the contract for ethers: typechain's typings and factories. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTypeChain } from "typechain";
import type { Abi } from "viem";
import { type Compiled, NAME } from "../contract/compiled.ts";
import { replaced } from "./replaced.ts";

const FACTORY = `${NAME}__factory.ts`;

/**
 * Path, below `abi/src/generated/ethers/`, and contents of each file. A factory that connects to a contract has the ABI
 * alone; one that can deploy too has the creation code, and stands apart, so that a bundle may have the first alone.
 *
 * @throws if typechain's output is not of the form that this expects.
 */
export async function renderEthers({ abi, code }: Pick<Compiled, "abi" | "code">): Promise<Map<string, string>> {
  const connecting = await typechain({ abi });
  const deploying = await typechain({ abi, bytecode: code.creationCode });
  return new Map([
    ["common.ts", connecting.common],
    [`${NAME}.ts`, withOneDecoder(connecting.typings)],
    [`connect/${FACTORY}`, withoutCopies(connecting.factory)],
    [`deploy/${FACTORY}`, withoutCopies(deploying.factory)],
  ]);
}

/** Runs typechain on an artifact. */
async function typechain(artifact: { abi: Abi; bytecode?: string }) {
  const cwd = await mkdtemp(join(tmpdir(), "luxxon-typechain-"));
  try {
    const input = join(cwd, `${NAME}.json`);
    await writeFile(input, JSON.stringify({ contractName: NAME, ...artifact }));
    const files = { cwd, filesToProcess: [input], allFiles: [input], outDir: join(cwd, "out") };
    const flags = {
      alwaysGenerateOverloads: false,
      discriminateTypes: false,
      node16Modules: true,
      environment: undefined,
    };
    await runTypeChain({ ...files, target: "ethers-v6", flags });
    const read = async (file: string) => withTypeScriptImports(await readFile(join(files.outDir, file), "utf8"));
    const [common, typings] = [await read("common.ts"), await read(`${NAME}.ts`)];
    return { common, typings, factory: await read(`factories/${FACTORY}`) };
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** Imports name the TypeScript file, as everywhere here. */
function withTypeScriptImports(text: string): string {
  return text.replaceAll(/ from "(\.[^"]*)\.js"/g, ' from "$1.ts"');
}

/** typechain declares the decoding of results anew for each function, in the same words: once for all is a tenth of that. */
function withOneDecoder(typings: string): string {
  const each = /^ *decodeFunctionResult\(\s*functionFragment: ("\w+"),\s*data: BytesLike,?\s*\): Result;\n+/gm;
  const names = [...typings.matchAll(each)].map(([, name]) => name).join(" | ");
  const one = `decodeFunctionResult(functionFragment: ${names}, data: BytesLike): Result;\n\n`;
  return replaced(typings, [[new RegExp(`(${each.source})+`, "m"), one]], "typechain's typings");
}

/** ABI and creation code are in the package already, and stay there once. */
function withoutCopies(factory: string): string {
  const changes: [from: RegExp, to: string][] = [
    [/^const _abi = \[.*?^\] as const;$/ms, 'import { luxxonSettlementAbi as _abi } from "../../abi.ts";'],
    // Its type by name: declarations would repeat the whole ABI otherwise.
    [/static readonly abi = _abi;/, "static readonly abi: typeof _abi = _abi;"],
  ];
  const bytecode = 'import { luxxonSettlementBytecode as _bytecode } from "../../bytecode.ts";';
  if (factory.includes("_bytecode")) changes.push([/^const _bytecode =\s+"0x[0-9a-f]+";$/m, bytecode]);
  return replaced(factory, changes, "typechain's factory");
}
