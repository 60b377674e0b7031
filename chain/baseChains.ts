/** Names the live chains that this project is for, with all that the code has to know of each. */

export const BASE_CHAINS = {
  baseSepolia: {
    /** As commands take it (`--network base-sepolia`) and files are called. */
    name: "base-sepolia",
    title: "Base Sepolia",
    chainId: 84532,
    /** Circle's token there. Its EIP-712 version is "2" on both chains; its name differs. */
    usdc: {
      address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
      name: "USDC",
      domainSeparator: "0x71f17a3b2ff373b803d70a5a07c046c1a2bc8e89c09ef722fcb047abe94c9818",
    },
    /** Nothing on it is worth anything. */
    testnet: true,
    /** Chainlink's price of ETH in USD there. */
    ethUsdFeed: "0x4aDC67696bA383F43DD60A9e78F2C97Fbbfc7cb1",
    /** The chain itself in hardhat.config.ts, and its fork. */
    network: "baseSepolia",
    forkNetwork: "forkBaseSepolia",
    /** The variables that say where the chain can be reached, and from which block a fork of it starts. */
    rpcUrlVariable: "BASE_SEPOLIA_RPC_URL",
    forkBlockVariable: "BASE_SEPOLIA_FORK_BLOCK",
  },
  base: {
    name: "base",
    title: "Base",
    chainId: 8453,
    usdc: {
      address: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
      name: "USD Coin",
      domainSeparator: "0x02fa7265e7c5d81118673727957699e4d68f74cd74b7db77da710fe8a2c7834f",
    },
    testnet: false,
    ethUsdFeed: "0x71041dddad3595F9CEd3DcCFBe3D1F4b0a16Bb70",
    network: "base",
    forkNetwork: "forkBase",
    rpcUrlVariable: "BASE_RPC_URL",
    forkBlockVariable: "BASE_FORK_BLOCK",
  },
} as const;

export type BaseChain = (typeof BASE_CHAINS)[keyof typeof BASE_CHAINS];
