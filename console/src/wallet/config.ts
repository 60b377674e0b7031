/**
 * Makes wagmi's configuration for the platform's chain. Wallets announce themselves (EIP-6963), and nothing but a wallet is
 * asked about the chain; where the platform has WalletConnect, that is one more to choose.
 */
import { type Chain, createClient, custom, defineChain } from "viem";
import { createConfig } from "wagmi";
import type { PlatformConfig } from "../api/queries.ts";
import { walletConnect } from "./walletConnect.ts";

function chainOf({ chainId, chainName, rpcUrl, explorerUrl, environment }: PlatformConfig): Chain {
  return defineChain({
    id: chainId,
    name: chainName,
    nativeCurrency: { name: "Ether", symbol: "ETH", decimals: 18 },
    // For a wallet that does not know the chain yet; the page itself never asks it.
    rpcUrls: { default: { http: [rpcUrl] } },
    blockExplorers: { default: { name: "Explorer", url: explorerUrl } },
    testnet: environment === "TEST",
  });
}

const askNobody = custom({
  async request({ method }: { method: string }) {
    throw new Error(`${method} was asked without a wallet`);
  },
});

export function walletConfig(config: PlatformConfig) {
  const chain = chainOf(config);
  return createConfig({
    chains: [chain],
    connectors: config.walletConnect === null ? [] : [walletConnect(config.walletConnect)],
    multiInjectedProviderDiscovery: true,
    client: () => createClient({ chain, transport: askNobody }),
  });
}
