/** The contract for ethers: typechain's typings and factories. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTypeChain } from "typechain";
import type { Abi } from "viem";
import { type Compiled, NAME } from "../contract/compiled.ts";

const FACTORY = `${NAME}__factory.ts`;

/** What the files that typechain writes are, below `abi/src/generated/ethers/`. */
const RUNS = {
  /** ABI alone: a factory that connects to a contract. */
  connect: { typings: ["common.ts", `${NAME}.ts`], withBytecode: false },
  /** ABI and creation code: a factory that can deploy too. Apart from the first, which a bundle may then have alone. */
  deploy: { typings: [], withBytecode: true },
} as const;

/**
 * Path, below `abi/src/generated/ethers/`, and contents of each file.
 *
 * @throws if typechain's output is not of the form that this expects.
 */
export async function renderEthers({ abi, code }: Pick<Compiled, "abi" | "code">): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [folder, { typings, withBytecode }] of Object.entries(RUNS)) {
    await withTypechain({ abi, ...(withBytecode ? { bytecode: code.creationCode } : {}) }, async (read) => {
      for (const file of typings) files.set(file, withTypeScriptImports(await read(file)));
      files.set(`${folder}/${FACTORY}`, withoutCopies(withTypeScriptImports(await read(`factories/${FACTORY}`))));
    });
  }
  return files;
}

async function withTypechain(
  artifact: { abi: Abi; bytecode?: string },
  use: (read: (file: string) => Promise<string>) => Promise<void>,
): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), "luxxon-typechain-"));
  try {
    const input = join(cwd, "in", `${NAME}.json`);
    await mkdir(join(cwd, "in"));
    await writeFile(input, JSON.stringify({ contractName: NAME, ...artifact }));
    const flags = {
      alwaysGenerateOverloads: false,
      discriminateTypes: false,
      node16Modules: true,
      environment: undefined,
    };
    const outDir = join(cwd, "out");
    await runTypeChain({ cwd, filesToProcess: [input], allFiles: [input], outDir, target: "ethers-v6", flags });
    await use((file) => readFile(join(outDir, file), "utf8"));
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** Imports name the TypeScript file, as everywhere here. */
function withTypeScriptImports(text: string): string {
  return text.replaceAll(/ from "(\.[^"]*)\.js"/g, ' from "$1.ts"');
}

/** ABI and creation code are in the package already: a bundle shall not get them twice. */
function withoutCopies(text: string): string {
  const changes: [from: RegExp, to: string][] = [
    [/^const _abi = \[.*?^\] as const;$/ms, 'import { luxxonSettlementAbi as _abi } from "../../abi.ts";'],
    // Its type by name: declarations would repeat the whole ABI otherwise.
    [/static readonly abi = _abi;/, "static readonly abi: typeof _abi = _abi;"],
  ];
  if (text.includes("_bytecode")) {
    changes.push([
      /^const _bytecode =\s+"0x[0-9a-f]+";$/m,
      'import { luxxonSettlementBytecode as _bytecode } from "../../bytecode.ts";',
    ]);
  }
  let changed = text;
  for (const [from, to] of changes) {
    if (!from.test(changed)) throw new Error(`typechain's factory no longer has ${from}`);
    changed = changed.replace(from, to);
  }
  return changed;
}
