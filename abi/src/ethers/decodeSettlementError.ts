import { Interface } from "ethers";
import { luxxonSettlementAbi } from "../generated/abi.ts";
import { type SettlementError, settlementErrorOf } from "../settlementError.ts";

export type DecodeSettlementErrorReturnType = SettlementError | undefined;

/**
 * What the contract said, out of any error that ethers throws, with what happened and what to do. Undefined if the error
 * holds no revert data: the user said no, say, or the node could not be reached. `@luxxon/contracts-abi/viem` has the same
 * for who uses viem; each takes what the other's library throws.
 *
 * @example
 * try {
 *   await settlement.withdraw(parseUsdc("1000"));
 * } catch (error) {
 *   const decoded = decodeSettlementError(error);
 *   if (decoded?.name === "InsufficientBalance") console.log(formatUsdc(decoded.args.balance), decoded.remedy);
 * }
 */
export function decodeSettlementError(error: unknown): DecodeSettlementErrorReturnType {
  return settlementErrorOf(error, (data) => {
    try {
      const parsed = new Interface(luxxonSettlementAbi).parseError(data);
      // Arguments that cannot be read throw only when they are asked for.
      return parsed === null ? undefined : { name: parsed.name, args: parsed.args.toArray() };
    } catch {
      return undefined;
    }
  });
}
