/**
 * Puts USDC, the contract and what clients expect beside them on a new local chain: `node deploy.ts <url>`. Prints where
 * they are as JSON. A process of its own, because Hardhat is slow to load and large, and is needed this once.
 */
import { readFile } from "node:fs/promises";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { MULTICALL3 } from "@luxxon/chain/settlement/multicall";
import { deployCode } from "@luxxon/local/chain";
import { openSettlement } from "@luxxon/local/settlement";
import { USDC } from "@luxxon/local/usdc";
import { network } from "hardhat";
import type { Hex } from "viem";
import { TEST_WALLET_USDC } from "./people.ts";

const [url = ""] = process.argv.slice(2);
const chain = await network.create({ network: "localNode", override: { url } });
const { publicClient, settlement, usdc, circle, ada, ben, give } = await openSettlement({
  chain,
  people: ["ada", "ben"],
});
for (const wallet of [ada, ben]) await give(wallet, TEST_WALLET_USDC * USDC);

if ((await publicClient.getCode({ address: MULTICALL3 })) === undefined) {
  // The code has no constructor arguments and keeps nothing: it is the same wherever it lies.
  const anywhere = await deployCode(chain, circle, await multicall3Creation());
  const code = await publicClient.getCode({ address: anywhere });
  if (code === undefined) throw new Error("Multicall3 was not deployed");
  await chain.networkHelpers.setCode(MULTICALL3, code);
}

const block = await blockThatMade(settlement.address);
const result = {
  settlement: settlement.address,
  usdc: usdc.address,
  multicall3: MULTICALL3,
  deploymentBlock: Number(block.number),
  deploymentBlockHash: block.hash,
};
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());

/** The first block at which the contract is there. */
async function blockThatMade(address: Hex) {
  for (let number = await publicClient.getBlockNumber(); number > 0n; number--) {
    const before = await publicClient.getCode({ address, blockNumber: number - 1n });
    if (before === undefined) return await publicClient.getBlock({ blockNumber: number });
  }
  throw new Error("the contract is older than the chain");
}

/** viem carries it for calls to chains without it, and exports it to nobody. */
async function multicall3Creation(): Promise<Hex> {
  const file = new URL("constants/contracts.js", import.meta.resolve("viem"));
  const [, code] = /multicall3Bytecode = '(0x[0-9a-f]+)'/.exec(await readFile(fileURLToPath(file), "utf8")) ?? [];
  if (code === undefined) throw new Error("viem no longer carries Multicall3");
  return code as Hex;
}
