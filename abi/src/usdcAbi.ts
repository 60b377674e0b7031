/** Describes what Circle's USDC has beyond ERC-20, as far as consumers and operators need it. */

/** Of the EIP-712 domain. */
export const version = {
  type: "function",
  name: "version",
  stateMutability: "view",
  inputs: [],
  outputs: [{ name: "", type: "string" }],
} as const;

/** Of an owner's next permit. */
export const nonces = {
  type: "function",
  name: "nonces",
  stateMutability: "view",
  inputs: [{ name: "owner", type: "address" }],
  outputs: [{ name: "", type: "uint256" }],
} as const;

/**
 * ABI of Circle's USDC (FiatTokenV2_2) beyond ERC-20, which viem's `erc20Abi` has; typed literally: permit (EIP-2612),
 * authorisations (EIP-3009), and whether Circle has paused it or denylisted an account. Amounts are µUSDC.
 *
 * @example
 * await readContract(client, { address: usdcAddress[8453], abi: usdcAbi, functionName: "isBlacklisted", args: [payee] });
 */
export const usdcAbi = [
  version,
  nonces,
  {
    type: "function",
    name: "authorizationState",
    stateMutability: "view",
    inputs: [
      { name: "authorizer", type: "address" },
      { name: "nonce", type: "bytes32" },
    ],
    outputs: [{ name: "", type: "bool" }],
  },
  {
    type: "function",
    name: "isBlacklisted",
    stateMutability: "view",
    inputs: [{ name: "account", type: "address" }],
    outputs: [{ name: "", type: "bool" }],
  },
  { type: "function", name: "paused", stateMutability: "view", inputs: [], outputs: [{ name: "", type: "bool" }] },
  {
    type: "function",
    name: "permit",
    stateMutability: "nonpayable",
    inputs: [
      { name: "owner", type: "address" },
      { name: "spender", type: "address" },
      { name: "value", type: "uint256" },
      { name: "deadline", type: "uint256" },
      { name: "signature", type: "bytes" },
    ],
    outputs: [],
  },
  {
    type: "function",
    name: "cancelAuthorization",
    stateMutability: "nonpayable",
    inputs: [
      { name: "authorizer", type: "address" },
      { name: "nonce", type: "bytes32" },
      { name: "signature", type: "bytes" },
    ],
    outputs: [],
  },
] as const;
