/** Installs Multicall3 at the address that it has on Base. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "@luxxon/chain/root";
import type { LocalChain } from "@luxxon/local/chain";
import type { Hex } from "viem";

export const MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11";

/**
 * Sets it down on a local chain. The code is viem's own build of Multicall3, which it uses where a chain has none and
 * exports from no entry; on live chains another compiler's build of the same contract stands there.
 */
export async function installMulticall(chain: LocalChain): Promise<void> {
  const constants = pathToFileURL(join(ROOT, "node_modules/viem/_esm/constants/contracts.js")).href;
  const { multicall3Bytecode } = (await import(constants)) as { multicall3Bytecode: Hex };
  const client = await chain.viem.getPublicClient();
  // What creation code returns is the code.
  const { data = "0x" } = await client.call({ data: multicall3Bytecode });
  await chain.networkHelpers.setCode(MULTICALL3, data);
}
