/** The generated files of the ABI package: what they should hold, and what they do hold. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { readDeployments } from "@luxxon/chain/deployments/record";
import { replaceFile } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { outputOf } from "../child.ts";
import { readContract } from "./contract.ts";
import { renderDescriptors } from "./erc7730.ts";
import { renderAbi, renderBytecode, renderDeployments, renderJson, renderSolidity } from "./render.ts";
import { renderEthers } from "./typechain.ts";

const INTERFACE = "contracts/interfaces/ILuxxonSettlement.sol";

/** Path and contents of every generated file, formatted as everything here is. */
export async function generate(): Promise<Map<string, string>> {
  const contract = await readContract();
  const deployments = await readDeployments(join(ROOT, "deployments"));
  const files = new Map([
    ["abi/src/generated/abi.ts", renderAbi(contract)],
    ["abi/src/generated/bytecode.ts", renderBytecode(contract)],
    ["abi/src/generated/deployments.ts", renderDeployments(deployments)],
  ]);
  for (const [path, text] of await renderEthers(contract)) files.set(`abi/src/generated/ethers/${path}`, text);
  for (const [path, text] of files) files.set(path, await formatted(path, text));
  for (const [name, text] of renderDescriptors(contract, deployments)) files.set(`abi/erc7730/${name}`, text);
  files.set("abi/json/LuxxonSettlement.json", renderJson(contract));
  files.set("abi/solidity/ILuxxonSettlement.sol", renderSolidity(await readFile(join(ROOT, INTERFACE), "utf8")));
  return files;
}

/** The generated files that are not what they should be. */
export async function outdated(): Promise<string[]> {
  const wrong: string[] = [];
  for (const [path, text] of await generate()) {
    if ((await readFile(join(ROOT, path), "utf8").catch(() => undefined)) !== text) wrong.push(path);
  }
  return wrong;
}

/** Writes the generated files, and says which of them changed. */
export async function writeGenerated(): Promise<string[]> {
  const changed = await outdated();
  for (const [path, text] of await generate()) {
    if (!changed.includes(path)) continue;
    await replaceFile(join(ROOT, path), text);
  }
  return changed;
}

function formatted(path: string, text: string): Promise<string> {
  const biome = [process.execPath, join(ROOT, "node_modules/.bin/biome"), "format", `--stdin-file-path=${path}`];
  return outputOf(biome, { cwd: ROOT, input: text });
}
