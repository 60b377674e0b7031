/** The connected wallet as the pages need it: who it is, and a client once it is on the platform's chain. */
import { type Address, getAddress } from "viem";
import { type Config, useAccount, useConfig as useWagmi } from "wagmi";
import { getAccount, getConnectorClient, switchChain, watchAccount } from "wagmi/actions";
import { problem } from "../api/remedies.ts";
import type { WalletClient } from "./pool.ts";

export interface ConnectedWallet {
  address: Address | undefined;
  name: string | undefined;
  /** Whether it is connected, and on another chain than the platform. */
  isOnOtherChain: boolean;
  /**
   * Asks the wallet to switch chains if it has to.
   *
   * @param owner Whose wallet it has to be.
   */
  clientFor: (owner: string) => Promise<WalletClient>;
  switchChain: () => Promise<void>;
}

export function useWallet(): ConnectedWallet {
  const wagmi = useWagmi();
  const { address, chainId, connector, isConnected } = useAccount();
  const [chain] = wagmi.chains;
  const toChain = async () => {
    await switchChain(wagmi, { chainId: chain.id });
  };
  return {
    address: address === undefined ? undefined : getAddress(address),
    name: connector?.name,
    isOnOtherChain: isConnected && chainId !== undefined && chainId !== chain.id,
    switchChain: toChain,
    async clientFor(owner) {
      const { isConnected, connector, address } = await whenBack(wagmi);
      if (!isConnected || connector === undefined || address === undefined)
        throw problem("No wallet is connected.", "Connect it first; if it is locked, unlock it.");
      if (getAddress(address) !== getAddress(owner))
        throw problem(
          `Your wallet is on the account ${address}.`,
          `This belongs to ${owner}: choose that account in your wallet.`,
        );
      if ((await connector.getChainId()) !== chain.id) await toChain();
      return (await getConnectorClient(wagmi, { chainId: chain.id, account: getAddress(owner) })) as WalletClient;
    },
  };
}

/** How long a wallet may take to come back, ms. */
const BACK_MS = 5_000;

/** A wallet that was connected before comes back a moment after the page has: who clicks sooner waits for it. */
async function whenBack(wagmi: Config) {
  const isComing = () => /^(re)?connecting$/.test(getAccount(wagmi).status);
  if (isComing())
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, BACK_MS);
      const stop = watchAccount(wagmi, {
        onChange() {
          if (isComing()) return;
          clearTimeout(timer);
          stop();
          resolve();
        },
      });
    });
  return getAccount(wagmi);
}
