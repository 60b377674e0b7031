/** Lists Circle's USDC by chain id: Base and Base Sepolia. */
export const usdcAddress = {
  8453: "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
  84532: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
} as const;
