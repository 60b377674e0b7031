/** Renders where the contracts are for whoever does not use TypeScript: JSON for Go and Python, a library for Solidity. */
import { BASE_CHAINS, type BaseChain } from "@luxxon/chain/baseChains";
import type { Deployments } from "@luxxon/chain/deployments/record";
import { toJson } from "@luxxon/chain/json";
import { HEADER } from "./header.ts";

/** The chains that the project is for, by id, each with the contract that is in use there, if there is one. */
function chainsOf(deployments: Deployments) {
  const chains: BaseChain[] = Object.values(BASE_CHAINS).sort((a, b) => a.chainId - b.chainId);
  return chains.map(({ chainId, name, title, usdc }) => {
    const records = deployments.get(chainId) ?? [];
    return { chainId, name, title, usdc: usdc.address, settlement: records.at(-1)?.address, records };
  });
}

/** `abi/json/addresses.json`: by chain id; `luxxonSettlement` is null where nothing is deployed. */
export function renderAddresses(deployments: Deployments): string {
  const entries = chainsOf(deployments).map(({ chainId, name, usdc, settlement, records }) => {
    const all = records.map(({ address, version, status, fromBlock }) => ({ address, version, status, fromBlock }));
    return [chainId, { name, usdc, luxxonSettlement: settlement ?? null, deployments: all }] as const;
  });
  return `${toJson(Object.fromEntries(entries))}\n`;
}

/** `abi/solidity/LuxxonAddresses.sol`: what is not there reverts, so that no zero address is ever called or paid. */
export function renderAddressLibrary(deployments: Deployments): string {
  const chains = chainsOf(deployments);
  const body = (address: "usdc" | "settlement") =>
    chains
      .filter((chain) => chain[address] !== undefined)
      .map((chain) => `        if (chainId == ${chain.chainId}) return ${chain[address]}; // ${chain.title}\n`)
      .join("");
  return `// SPDX-License-Identifier: MIT
${HEADER}pragma solidity >=0.8.4;

/// @title LuxxonAddresses
/// @notice Where LuxxonSettlement and the USDC it takes are; \`LuxxonAddresses.settlement(block.chainid)\`, say.
library LuxxonAddresses {
    /// @notice This version of the package knows of no such contract on the chain.
    error NotDeployed(uint256 chainId);

    /// @notice The LuxxonSettlement that is in use on a chain.
    function settlement(uint256 chainId) internal pure returns (address) {
${body("settlement")}        revert NotDeployed(chainId);
    }

    /// @notice Circle's USDC on a chain.
    function usdc(uint256 chainId) internal pure returns (address) {
${body("usdc")}        revert NotDeployed(chainId);
    }
}
`;
}
