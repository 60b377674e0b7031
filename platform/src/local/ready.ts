/** Says to people that the platform is ready, and what they can do with it. */

import type { TestWallet } from "./people.ts";
import type { PartName } from "./state.ts";

export interface Ready {
  url: string;
  rpcUrl: string;
  chainId: number;
  settlement: string;
  usdc: string;
  wallets: TestWallet[];
  state: string;
  logs: string;
}

export function readyText({ url, rpcUrl, chainId, settlement, usdc, wallets, state, logs }: Ready): string {
  const [ada] = wallets;
  return `
Luxxon is ready.

  console     ${url}
  API         ${url}/api/v1
  its page    ${url}/docs
  chain       ${rpcUrl}, chain id ${chainId}
  settlement  ${settlement}
  USDC        ${usdc}

Two wallets with ETH and 1,000 USDC each. Everybody knows these keys: for this machine alone.

${wallets.map(({ address, privateKey }) => `  ${address}  key ${privateKey}`).join("\n")}

  state       ${state}
  logs        ${logs}

Next, the first step of the quickstart, or all of them played:

  curl -X POST ${url}/api/v1/workspaces/challenge -H "Content-Type: application/json" -d '{"walletAddress":"${ada?.address}"}'
  npm run demo -- --url ${url}

Ctrl-C stops all of it.`;
}

export function runningText({ pid, url }: { pid: number; url: string }, recovered: readonly PartName[]): string {
  const again = recovered.length === 0 ? "" : ` Started again: ${recovered.join(", ")}.`;
  return `Luxxon runs already: process ${pid}, ${url}.${again}\nCtrl-C stops all of it.`;
}
