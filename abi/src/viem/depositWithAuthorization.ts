import type { Client, Hash } from "viem";
import { callOf, type SettlementCall, type WriteErrorType, type WriteParameters, write } from "./call.ts";
import type { SignDepositAuthorizationReturnType } from "./signDepositAuthorization.ts";

export interface DepositWithAuthorizationParameters extends WriteParameters {
  /** As `signDepositAuthorization` gave it. */
  authorization: SignDepositAuthorizationReturnType;
}

export type DepositWithAuthorizationReturnType = Hash;

export type DepositWithAuthorizationErrorType = WriteErrorType;

/**
 * Brings a consumer's USDC into that consumer's pool by what it signed. Anybody may send it, and pays the gas.
 *
 * @throws {@link DepositWithAuthorizationErrorType}
 * @example
 * const hash = await depositWithAuthorization(relayerClient, { settlement: SETTLEMENT, authorization });
 */
export function depositWithAuthorization(
  client: Client,
  parameters: DepositWithAuthorizationParameters,
): Promise<DepositWithAuthorizationReturnType> {
  const { authorization, ...options } = parameters;
  return write(client, depositWithAuthorizationCall(client, parameters), options);
}

/** depositWithAuthorization as a call, for EIP-5792. */
export function depositWithAuthorizationCall(
  client: Client,
  parameters: DepositWithAuthorizationParameters,
): SettlementCall<"depositWithAuthorization"> {
  const { from, amount, validAfter, validBefore, nonce, signature } = parameters.authorization;
  const args = [from, amount, validAfter, validBefore, nonce, signature] as const;
  return callOf(client, parameters, "depositWithAuthorization", args);
}
