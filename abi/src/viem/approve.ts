import type { Client, Hash } from "viem";
import { erc20Abi, maxUint256 } from "viem";
import type { ReadContractErrorType, WriteContractParameters } from "viem/actions";
import { settlementOf, type WriteErrorType, type WriteParameters } from "./call.ts";
import { send } from "./send.ts";
import { usdcOf } from "./usdc.ts";

export interface ApproveParameters extends WriteParameters {
  /** µUSDC that the contract may take; default: any amount, so that later deposits need no approval. */
  amount?: bigint | undefined;
}

export type ApproveReturnType = Hash;

export type ApproveErrorType = WriteErrorType | ReadContractErrorType;

/**
 * Lets the contract take the sender's USDC, which `deposit` does. The token is the one that the contract names.
 *
 * @throws {@link ApproveErrorType}
 * @example
 * const hash = await approve(client, { settlement: SETTLEMENT, amount: parseUsdc("5") });
 */
export async function approve(client: Client, parameters: ApproveParameters = {}): Promise<ApproveReturnType> {
  const { amount = maxUint256, settlement: _, ...options } = parameters;
  const request = {
    chain: client.chain,
    account: client.account,
    ...options,
    address: await usdcOf(client, parameters),
    abi: erc20Abi,
    functionName: "approve",
    args: [settlementOf(client, parameters), amount],
  };
  return await send(client, request as unknown as WriteContractParameters);
}
