import { fileURLToPath } from "node:url";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { defineConfig } from "hardhat/config";

/**
 * The compiler comes from npm, so nothing is downloaded at build time. `evmVersion` is prague and not osaka because
 * Hardhat's OP chain stops at Isthmus; the contract uses nothing newer.
 */
const compiler = {
  version: "0.8.37",
  path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
  settings: {
    evmVersion: "prague",
    viaIR: true,
    optimizer: { enabled: true, runs: 1_000_000 },
    // NatSpec, for the ABI package. It changes nothing in the code.
    outputSelection: { "*": { "*": ["devdoc", "userdoc"] } },
  },
};

/** Common to both local chains: Base makes five 200 ms blocks a second, and they share one timestamp. */
const localBase = {
  type: "edr-simulated",
  chainId: 84532,
  allowBlocksWithSameTimestamp: true,
  accounts: { count: 140 },
} as const;

export default defineConfig({
  plugins: [hardhatMocha, hardhatNetworkHelpers, hardhatViem, hardhatViemAssertions],
  // Tokens and callers that misbehave live with the tests.
  paths: { sources: ["./contracts", "./test/contracts"] },
  solidity: {
    // Hardhat would derive `production` from version and path alone, and lose the settings: write both.
    profiles: { default: { compilers: [compiler] }, production: { compilers: [compiler] } },
  },
  chainDescriptors: {
    84532: { name: "Base Sepolia", chainType: "op", hardforkHistory: { isthmus: { blockNumber: 0 } } },
  },
  networks: {
    /** Base's EVM rules of today (Osaka: 16,777,216 gas a transaction), without its L1 fee. */
    localOsaka: { ...localBase, chainType: "l1", hardfork: "osaka" },
    /** Base's fees and predeploys (OP stack), with the EVM of Isthmus. */
    localBase: { ...localBase, chainType: "op", hardfork: "isthmus" },
    /** A local chain that another process serves, or this one: `npm run demo -- --keep`. */
    localNode: { type: "http", chainType: "op", url: "http://127.0.0.1:8545" },
  },
  test: { mocha: { timeout: 60_000 } },
});
