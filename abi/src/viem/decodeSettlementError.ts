import { decodeErrorResult } from "viem";
import { luxxonSettlementAbi } from "../generated/abi.ts";
import { type SettlementError, settlementErrorOf } from "../settlementError.ts";

export type DecodeSettlementErrorReturnType = SettlementError | undefined;

/**
 * What the contract said, out of any error that viem or ethers throws, with what happened and what to do. Undefined if the
 * error holds no revert data: the user said no, say, or the node could not be reached.
 *
 * @example
 * try {
 *   await withdraw(client, { settlement: SETTLEMENT, amount: parseUsdc("1000") });
 * } catch (error) {
 *   const decoded = decodeSettlementError(error);
 *   if (decoded?.name === "InsufficientBalance") console.log(formatUsdc(decoded.args.balance), decoded.remedy);
 * }
 */
export function decodeSettlementError(error: unknown): DecodeSettlementErrorReturnType {
  return settlementErrorOf(error, (data) => {
    try {
      const { errorName, args = [] } = decodeErrorResult({ abi: luxxonSettlementAbi, data });
      return { name: errorName, args };
    } catch {
      return undefined;
    }
  });
}
