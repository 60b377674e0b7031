/**
 * Signs what a depositor signs for USDC, and what it should not: any permit and any authorisation, for whom and of what a
 * test likes. The ABI package's own signers make only the right ones.
 */

import { permitTypes, receiveWithAuthorizationTypes } from "@luxxon/contracts-abi/viem";
import type { Wallet } from "@luxxon/local/chain";
import type { Usdc } from "@luxxon/local/usdc";
import type { Address, Hex } from "viem";
import { maxUint256 } from "viem";

/** The token's own EIP-712 domain, read from the chain: the name differs between Base and Base Sepolia. */
async function domainOf(usdc: Usdc, wallet: Wallet) {
  const [name, version] = await Promise.all([usdc.read.name(), usdc.read.version()]);
  return { name, version, chainId: wallet.chain.id, verifyingContract: usdc.address } as const;
}

export interface Permit {
  owner: Address;
  spender: Address;
  /** µUSDC */
  value: bigint;
  /** Seconds; default: for ever. */
  deadline?: bigint;
}

/** Signs an EIP-2612 permit with `signer`'s key, for the nonce that `owner` has now. */
export async function signPermit(usdc: Usdc, signer: Wallet, permit: Permit): Promise<Hex> {
  return signer.signTypedData({
    domain: await domainOf(usdc, signer),
    types: permitTypes,
    primaryType: "Permit",
    message: {
      owner: permit.owner,
      spender: permit.spender,
      value: permit.value,
      nonce: await usdc.read.nonces([permit.owner]),
      deadline: permit.deadline ?? maxUint256,
    },
  });
}

export interface Authorization {
  from: Address;
  to: Address;
  /** µUSDC */
  value: bigint;
  /** USDC takes it only after this second. */
  validAfter: bigint;
  /** USDC takes it only before this second. */
  validBefore: bigint;
  nonce: Hex;
}

/** Signs an EIP-3009 `receiveWithAuthorization` with `signer`'s key. */
export async function signReceiveAuthorization(usdc: Usdc, signer: Wallet, message: Authorization): Promise<Hex> {
  return signer.signTypedData({
    domain: await domainOf(usdc, signer),
    types: receiveWithAuthorizationTypes,
    primaryType: "ReceiveWithAuthorization",
    message,
  });
}
