/** `@luxxon/contracts-abi/viem`: what clients do with the contract, for viem. */
export type { Words } from "../errorWords.ts";
export type { SettlementError } from "../settlementError.ts";
export { permitTypes, receiveWithAuthorizationTypes } from "../typedData.ts";
export {
  type ApproveErrorType,
  type ApproveParameters,
  type ApproveReturnType,
  approve,
} from "./approve.ts";
export type {
  ReadParameters,
  SettlementCall,
  SettlementParameters,
  WriteErrorType,
  WriteParameters,
} from "./call.ts";
export {
  type CheckSettlementErrorType,
  type CheckSettlementParameters,
  type CheckSettlementReturnType,
  checkSettlement,
  checkSettlementCall,
} from "./checkSettlement.ts";
export {
  type ClaimErrorType,
  type ClaimParameters,
  type ClaimReturnType,
  claim,
  claimCall,
} from "./claim.ts";
export { type DecodeSettlementErrorReturnType, decodeSettlementError } from "./decodeSettlementError.ts";
export {
  type DepositErrorType,
  type DepositParameters,
  type DepositReturnType,
  deposit,
  depositCall,
} from "./deposit.ts";
export {
  type DepositForErrorType,
  type DepositForParameters,
  type DepositForReturnType,
  depositFor,
  depositForCall,
} from "./depositFor.ts";
export {
  type DepositWithAuthorizationErrorType,
  type DepositWithAuthorizationParameters,
  type DepositWithAuthorizationReturnType,
  depositWithAuthorization,
  depositWithAuthorizationCall,
} from "./depositWithAuthorization.ts";
export {
  type DepositWithPermitCallParameters,
  type DepositWithPermitErrorType,
  type DepositWithPermitParameters,
  type DepositWithPermitReturnType,
  depositWithPermit,
  depositWithPermitCall,
} from "./depositWithPermit.ts";
export type { SettlementEntry } from "./entry.ts";
export {
  type GetAccountErrorType,
  type GetAccountParameters,
  type GetAccountReturnType,
  getAccount,
  getAccountCall,
} from "./getAccount.ts";
export {
  type GetAllowanceErrorType,
  type GetAllowanceParameters,
  type GetAllowanceReturnType,
  getAllowance,
} from "./getAllowance.ts";
export {
  type GetAvailableErrorType,
  type GetAvailableParameters,
  type GetAvailableReturnType,
  getAvailable,
  getAvailableCall,
} from "./getAvailable.ts";
export {
  type GetCreditsErrorType,
  type GetCreditsParameters,
  type GetCreditsReturnType,
  getCredits,
  getCreditsCall,
} from "./getCredits.ts";
export {
  type GetDepositsErrorType,
  type GetDepositsParameters,
  type GetDepositsReturnType,
  getDeposits,
  getDepositsCall,
} from "./getDeposits.ts";
export {
  type GetSettingsErrorType,
  type GetSettingsParameters,
  type GetSettingsReturnType,
  getSettings,
} from "./getSettings.ts";
export {
  type GetTotalsErrorType,
  type GetTotalsParameters,
  type GetTotalsReturnType,
  getTotals,
} from "./getTotals.ts";
export {
  type GetWithdrawableErrorType,
  type GetWithdrawableParameters,
  type GetWithdrawableReturnType,
  getWithdrawable,
  getWithdrawableCall,
} from "./getWithdrawable.ts";
export {
  type HoldErrorType,
  type HoldParameters,
  type HoldReturnType,
  hold,
  holdCall,
} from "./hold.ts";
export {
  type IsDeployedErrorType,
  type IsDeployedParameters,
  type IsDeployedReturnType,
  isDeployed,
} from "./isDeployed.ts";
export {
  type IsSettledErrorType,
  type IsSettledParameters,
  type IsSettledReturnType,
  isSettled,
  isSettledCall,
} from "./isSettled.ts";
export {
  type ParseSettlementLogsErrorType,
  type ParseSettlementLogsParameters,
  type ParseSettlementLogsReturnType,
  parseSettlementLogs,
  type SettlementEvent,
  type SettlementEventArgs,
  type SettlementEventName,
} from "./parseSettlementLogs.ts";
export {
  type SetDailyLimitErrorType,
  type SetDailyLimitParameters,
  type SetDailyLimitReturnType,
  setDailyLimit,
  setDailyLimitCall,
} from "./setDailyLimit.ts";
export {
  type SettleBatchErrorType,
  type SettleBatchParameters,
  type SettleBatchReturnType,
  settleBatch,
  settleBatchCall,
} from "./settleBatch.ts";
export {
  type SettleFromPoolErrorType,
  type SettleFromPoolParameters,
  type SettleFromPoolReturnType,
  settleFromPool,
  settleFromPoolCall,
} from "./settleFromPool.ts";
export {
  type SignDepositAuthorizationErrorType,
  type SignDepositAuthorizationParameters,
  type SignDepositAuthorizationReturnType,
  signDepositAuthorization,
} from "./signDepositAuthorization.ts";
export {
  type SignPermitErrorType,
  type SignPermitParameters,
  type SignPermitReturnType,
  signPermit,
} from "./signPermit.ts";
export {
  type WatchSettlementErrorType,
  type WatchSettlementParameters,
  type WatchSettlementReturnType,
  watchSettlement,
} from "./watchSettlement.ts";
export {
  type WithdrawErrorType,
  type WithdrawParameters,
  type WithdrawReturnType,
  withdraw,
  withdrawCall,
} from "./withdraw.ts";
export {
  type WithdrawAllErrorType,
  type WithdrawAllParameters,
  type WithdrawAllReturnType,
  withdrawAll,
  withdrawAllCall,
} from "./withdrawAll.ts";
