import type { Account, Address, Client, Hex } from "viem";
import { hashTypedData, toHex } from "viem";
import type { GetBlockErrorType, GetCodeErrorType, ReadContractErrorType, SignTypedDataErrorType } from "viem/actions";
import { signTypedData } from "viem/actions";
import { getAction } from "viem/utils";
import type { NoAccountError, UnknownChainError, WalletSignatureError } from "../errors.ts";
import { receiveWithAuthorizationTypes } from "../typedData.ts";
import { type SettlementParameters, settlementOf } from "./call.ts";
import { now, signatureForUsdc, signerOf, usdcDomain, usdcOf } from "./usdc.ts";

const AN_HOUR = 3_600n;

export interface SignDepositAuthorizationParameters extends SettlementParameters {
  /** µUSDC; `parseUsdc` gives it. */
  amount: bigint;
  /** USDC takes it only after this second; default: 0, from now on. */
  validAfter?: bigint | undefined;
  /** USDC takes it only before this second; default: an hour after the latest block. */
  validBefore?: bigint | undefined;
  /** 32 bytes that this account has never used; default: random ones. */
  nonce?: Hex | undefined;
  /** Who signs; default: the client's account. */
  account?: Account | Address | undefined;
}

/** All that `depositWithAuthorization` takes. */
export interface SignDepositAuthorizationReturnType {
  from: Address;
  amount: bigint;
  validAfter: bigint;
  validBefore: bigint;
  nonce: Hex;
  signature: Hex;
}

export type SignDepositAuthorizationErrorType =
  | UnknownChainError
  | NoAccountError
  | WalletSignatureError
  | GetCodeErrorType
  | ReadContractErrorType
  | GetBlockErrorType
  | SignTypedDataErrorType;

/**
 * Signs an EIP-3009 authorisation by which anybody may bring the signer's USDC into the signer's pool, and pay the gas.
 *
 * @throws {@link SignDepositAuthorizationErrorType}
 * @example
 * const authorization = await signDepositAuthorization(client, { settlement: SETTLEMENT, amount: 5_000_000n });
 */
export async function signDepositAuthorization(
  client: Client,
  parameters: SignDepositAuthorizationParameters,
): Promise<SignDepositAuthorizationReturnType> {
  const { amount, validAfter = 0n } = parameters;
  const validBefore = parameters.validBefore ?? (await now(client)) + AN_HOUR;
  const nonce = parameters.nonce ?? toHex(crypto.getRandomValues(new Uint8Array(32)));
  const account = signerOf(client, parameters.account);
  const domain = await usdcDomain(client, await usdcOf(client, parameters));
  const from = account.address;
  const message = { from, to: settlementOf(client, parameters), value: amount, validAfter, validBefore, nonce };
  const typedData = {
    domain,
    types: receiveWithAuthorizationTypes,
    primaryType: "ReceiveWithAuthorization",
    message,
  } as const;
  const signed = await getAction(client, signTypedData, "signTypedData")({ account, ...typedData });
  const signature = await signatureForUsdc(client, from, hashTypedData(typedData), signed);
  return { from, amount, validAfter, validBefore, nonce, signature };
}
