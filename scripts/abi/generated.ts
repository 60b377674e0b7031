/** Generates files of the ABI package, and compares them with those that are there. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { readDeployments } from "@luxxon/chain/deployments/record";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { receiptJsonSchema } from "@luxxon/chain/settlement/receiptFile";
import { outputOf } from "../child.ts";
import { renderAddresses, renderAddressLibrary } from "./addresses.ts";
import { readContract } from "./contract.ts";
import { renderDescriptors } from "./erc7730.ts";
import { renderAbi, renderBytecode, renderDeployments, renderJson, renderSolidity } from "./render.ts";
import { renderEthers } from "./typechain.ts";

const INTERFACE = "contracts/interfaces/ILuxxonSettlement.sol";

/** Path and contents of every generated file, formatted as everything here is. */
async function generate(): Promise<Map<string, string>> {
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
  files.set("abi/json/addresses.json", renderAddresses(deployments));
  files.set("abi/json/receipt.schema.json", `${toJson(receiptJsonSchema())}\n`);
  files.set("abi/solidity/ILuxxonSettlement.sol", renderSolidity(await readFile(join(ROOT, INTERFACE), "utf8")));
  files.set("abi/solidity/LuxxonAddresses.sol", renderAddressLibrary(deployments));
  return files;
}

/** Path and contents of each generated file that is not what it should be. */
export async function outdated(): Promise<Map<string, string>> {
  const files = await generate();
  for (const [path, text] of files) {
    if ((await readFile(join(ROOT, path), "utf8").catch(() => undefined)) === text) files.delete(path);
  }
  return files;
}

function formatted(path: string, text: string): Promise<string> {
  const biome = [process.execPath, join(ROOT, "node_modules/.bin/biome"), "format", `--stdin-file-path=${path}`];
  return outputOf(biome, { cwd: ROOT, input: text });
}
