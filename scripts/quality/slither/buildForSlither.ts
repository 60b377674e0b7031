/** Compiles contracts/ alone, in the form in which Slither reads a build. */

import { globSync, readFileSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import hre from "hardhat";
import { type CompilerInput, compile, errorIn } from "../solc.ts";

/** Slither does not read Hardhat's own build: it knows no sources outside contracts/, and ours has test contracts. */
const OUTPUT = ["abi", "devdoc", "userdoc", "evm.bytecode", "evm.deployedBytecode"];

/** @returns The folder that holds the build. */
export async function compileForSlither(): Promise<string> {
  const compiler = hre.config.solidity.profiles.default?.compilers[0];
  if (compiler === undefined) throw new Error("hardhat.config.ts names no compiler.");

  const sources: CompilerInput["sources"] = {};
  for (const file of globSync("contracts/**/*.sol", { cwd: ROOT }).sort()) {
    sources[file] = { content: await readFile(join(ROOT, file), "utf8") };
  }
  const read = (file: string) => {
    const content = readFileSync(join(ROOT, file), "utf8");
    sources[file] = { content };
    return { contents: content };
  };
  const settings = {
    ...compiler.settings,
    // Sources keep the names of their files, which findings then show.
    remappings: ["@openzeppelin/=node_modules/@openzeppelin/"],
    outputSelection: { "*": { "": ["ast"], "*": OUTPUT } },
  };
  const output = compile({ sources, settings }, { import: read });
  const error = errorIn(output);
  if (error !== undefined) throw new Error(error);

  const folder = join(ROOT, "cache/slither");
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "build-info"), { recursive: true });
  const build = { solcVersion: compiler.version, input: { language: "Solidity", sources, settings }, output };
  await writeFile(join(folder, "build-info/contracts.json"), JSON.stringify(build));
  return folder;
}
