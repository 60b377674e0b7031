/** `@luxxon/contracts-abi/ethers`: the contract typed by typechain, for ethers 6. */

export type { Words } from "../errorWords.ts";
export type {
  TypedContractEvent,
  TypedContractMethod,
  TypedDeferredTopicFilter,
  TypedEventLog,
  TypedListener,
  TypedLogDescription,
} from "../generated/ethers/common.ts";
export { LuxxonSettlement__factory } from "../generated/ethers/connect/LuxxonSettlement__factory.ts";
export type * from "../generated/ethers/LuxxonSettlement.ts";
export type { SettlementError } from "../settlementError.ts";
export { type DecodeSettlementErrorReturnType, decodeSettlementError } from "./decodeSettlementError.ts";
