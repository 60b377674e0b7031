/** Compiles LuxxonSettlement as explorers do, and reduces a build of it to three hashes. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Build } from "@luxxon/chain/deployments/build";
import { replaceJson } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import hre from "hardhat";
import { type Hex, keccak256, stringToBytes } from "viem";
import { type Compiled, type CompiledCode, NAME, SOURCE } from "./compiled.ts";
import { maskImmutables } from "./immutables.ts";

/**
 * The hashes that are committed in `deployments/build.json`: whoever compiles the commit can tell by them that it gives the
 * code that is deployed, and a deployment that would give anything else is stopped.
 */
export async function hashesOf({ compiler, code }: Pick<Compiled, "compiler" | "code">): Promise<Build> {
  const { creationCode, runtimeCode, immutableReferences } = code;
  return {
    compiler,
    compilerInputHash: hashOf((await productionJob()).input),
    creationCodeHash: keccak256(creationCode),
    maskedCodeHash: keccak256(maskImmutables(runtimeCode, immutableReferences)),
  };
}

/** The standard JSON input of the production profile, for this contract alone: what explorers are given too. */
async function productionJob() {
  const file = join(ROOT, SOURCE);
  const jobs = await hre.solidity.getCompilationJobs([file], {
    buildProfile: "production",
    isolated: true,
    quiet: true,
    force: true,
  });
  const job = jobs.success ? jobs.compilationJobsPerFile.get(file) : undefined;
  if (job === undefined) throw new Error(`${SOURCE} cannot be compiled in the production profile`);
  return { job, input: await job.getSolcInput() };
}

const hashes = new Map<string, Hex>();

/** viem takes a while for so long a text, and a deployment asks more than once. */
function hashOf(input: object): Hex {
  const text = JSON.stringify(input);
  const hash = hashes.get(text) ?? keccak256(stringToBytes(text));
  hashes.set(text, hash);
  return hash;
}

/**
 * Compiles the contract alone in the production profile. The same input gives the same code, so it is kept under the
 * input's hash: via the IR it takes some seconds.
 */
export async function compileForProduction(): Promise<CompiledCode> {
  const { job, input } = await productionJob();
  const file = join(hre.config.paths.cache, "production", `${hashOf(input)}.json`);
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as CompiledCode;

  console.error("Compiling the contract alone, in the production profile …");
  const { output } = await hre.solidity.runCompilationJob(job, { buildProfile: "production" });
  const evm = output.contracts?.[`project/${SOURCE}`]?.[NAME]?.evm;
  if (evm?.bytecode === undefined || evm.deployedBytecode === undefined) {
    throw new Error(`${SOURCE} does not compile in the production profile: npm run compile says why`);
  }
  const code: CompiledCode = {
    creationCode: `0x${evm.bytecode.object}`,
    runtimeCode: `0x${evm.deployedBytecode.object}`,
    immutableReferences: evm.deployedBytecode.immutableReferences ?? {},
  };
  await replaceJson(file, code);
  return code;
}
