/** `@luxxon/contracts-abi`: no dependency, neither at run time nor in types. */
export { batchGas } from "./batchGas.ts";
export { type ChargeSplit, splitCharge } from "./charge.ts";
export { luxxonSettlementConfig } from "./config.ts";
export { type DailyLimitBucket, dailyLimitReadyAt, dailyLimitRoom } from "./dailyLimit.ts";
export {
  BatchRevertedError,
  BatchUnclearError,
  InvalidAmountError,
  InvalidBatchSizeError,
  InvalidFeeBpsError,
  InvalidRefusalError,
  InvalidSessionIdError,
  InvalidTimeError,
  InvalidUuidError,
  LuxxonInputError,
  NoAccountError,
  NoContractError,
  SendingUnclearError,
  UnknownChainError,
  WalletSignatureError,
} from "./errors.ts";
export { luxxonSettlementAbi } from "./generated/abi.ts";
export { luxxonSettlementAddress, luxxonSettlementDeployments } from "./generated/deployments.ts";
export {
  getLuxxonSettlementAddress,
  getLuxxonSettlementDeployments,
  getUsdcAddress,
  type LuxxonChainId,
  type LuxxonSettlementDeployment,
  type UsdcChainId,
} from "./lookup.ts";
export { MAX_BATCH, MAX_CHARGEABLE_SECONDS, MAX_FEE_BPS, MAX_HOLD, MAX_RATE_PER_SECOND } from "./model/limits.ts";
export { type Refusal, refusalName, refusals } from "./refusal.ts";
export { sessionIdFromUuid, uuidFromSessionId, uuidRuns } from "./sessionId.ts";
export { formatUsdc, parseUsdc } from "./units.ts";
export { usdcAbi } from "./usdcAbi.ts";
export { usdcAddress } from "./usdcAddress.ts";
