import type { Client, Hash, Hex } from "viem";
import {
  callOf,
  type SettlementCall,
  type SettlementParameters,
  type WriteErrorType,
  type WriteParameters,
  write,
} from "./call.ts";
import { type SignPermitErrorType, signPermit } from "./signPermit.ts";

export interface DepositWithPermitParameters extends WriteParameters {
  /** µUSDC; `parseUsdc` gives it. */
  amount: bigint;
  /** Last second at which USDC takes the permit; default: half an hour after the latest block. */
  deadline?: bigint | undefined;
}

export interface DepositWithPermitCallParameters extends SettlementParameters {
  amount: bigint;
  /** As `signPermit` gave it. */
  deadline: bigint;
  /** As `signPermit` gave it. */
  signature: Hex;
}

export type DepositWithPermitReturnType = Hash;

export type DepositWithPermitErrorType = SignPermitErrorType | WriteErrorType;

/**
 * Moves USDC from the sender into its own pool with one signature and one transaction, without an earlier approval.
 *
 * @throws {@link DepositWithPermitErrorType}
 * @example
 * const hash = await depositWithPermit(client, { settlement: SETTLEMENT, amount: parseUsdc("5") });
 */
export async function depositWithPermit(
  client: Client,
  parameters: DepositWithPermitParameters,
): Promise<DepositWithPermitReturnType> {
  const { amount, deadline, ...options } = parameters;
  const signed = await signPermit(client, parameters);
  return write(client, depositWithPermitCall(client, { ...options, amount, ...signed }), options);
}

/** depositWithPermit as a call, for EIP-5792, with what `signPermit` gave. */
export function depositWithPermitCall(
  client: Client,
  parameters: DepositWithPermitCallParameters,
): SettlementCall<"depositWithPermit"> {
  const { amount, deadline, signature } = parameters;
  return callOf(client, parameters, "depositWithPermit", [amount, deadline, signature]);
}
