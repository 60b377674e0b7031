/** Address and ABI together, as viem's and wagmi's functions take them. */
import { luxxonSettlementAbi } from "./generated/abi.ts";
import { luxxonSettlementAddress } from "./generated/deployments.ts";

export const luxxonSettlementConfig = { address: luxxonSettlementAddress, abi: luxxonSettlementAbi } as const;
