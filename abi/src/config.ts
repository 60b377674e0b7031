/** Puts address and ABI together, as viem's and wagmi's functions take them. */
import { luxxonSettlementAbi } from "./generated/abi.ts";
import { luxxonSettlementAddress } from "./generated/deployments.ts";

// The type is spelled out, so that the declarations name the ABI instead of repeating it.
export const luxxonSettlementConfig: {
  readonly address: typeof luxxonSettlementAddress;
  readonly abi: typeof luxxonSettlementAbi;
} = { address: luxxonSettlementAddress, abi: luxxonSettlementAbi };
