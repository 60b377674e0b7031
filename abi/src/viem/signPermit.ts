import type { Account, Address, Client, Hex } from "viem";
import { hashTypedData } from "viem";
import type { GetBlockErrorType, GetCodeErrorType, ReadContractErrorType, SignTypedDataErrorType } from "viem/actions";
import { signTypedData } from "viem/actions";
import { getAction } from "viem/utils";
import type { NoAccountError, UnknownChainError, WalletSignatureError } from "../errors.ts";
import { permitTypes } from "../typedData.ts";
import { type SettlementParameters, settlementOf } from "./call.ts";
import { now, permitNonce, signatureForUsdc, signerOf, usdcDomain, usdcOf } from "./usdc.ts";

const HALF_AN_HOUR = 1_800n;

export interface SignPermitParameters extends SettlementParameters {
  /** µUSDC, exactly what will be deposited. */
  amount: bigint;
  /** Last second at which USDC takes the permit; default: half an hour after the latest block. */
  deadline?: bigint | undefined;
  /** Who signs; default: the client's account. */
  account?: Account | Address | undefined;
}

export interface SignPermitReturnType {
  deadline: bigint;
  signature: Hex;
}

export type SignPermitErrorType =
  | UnknownChainError
  | NoAccountError
  | WalletSignatureError
  | GetCodeErrorType
  | ReadContractErrorType
  | GetBlockErrorType
  | SignTypedDataErrorType;

/**
 * Signs the EIP-2612 permit that `depositWithPermit` sends, for the token's own domain and the account's next nonce.
 *
 * @throws {@link SignPermitErrorType}
 * @example
 * const { deadline, signature } = await signPermit(client, { settlement: SETTLEMENT, amount: 5_000_000n });
 */
export async function signPermit(client: Client, parameters: SignPermitParameters): Promise<SignPermitReturnType> {
  const { amount } = parameters;
  const deadline = parameters.deadline ?? (await now(client)) + HALF_AN_HOUR;
  const account = signerOf(client, parameters.account);
  const usdc = await usdcOf(client, parameters);
  const [domain, nonce] = await Promise.all([usdcDomain(client, usdc), permitNonce(client, usdc, account.address)]);
  const spender = settlementOf(client, parameters);
  const message = { owner: account.address, spender, value: amount, nonce, deadline };
  const typedData = { domain, types: permitTypes, primaryType: "Permit", message } as const;
  const signed = await getAction(client, signTypedData, "signTypedData")({ account, ...typedData });
  return { deadline, signature: await signatureForUsdc(client, account.address, hashTypedData(typedData), signed) };
}
