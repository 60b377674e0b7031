import type { Address, Client } from "viem";
import { erc20Abi } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import { readContract } from "viem/actions";
import { getAction } from "viem/utils";
import type { UnknownChainError } from "../errors.ts";
import { type ReadParameters, settlementOf } from "./call.ts";
import { usdcOf } from "./usdc.ts";

export interface GetAllowanceParameters extends ReadParameters {
  /** Whose USDC. */
  consumer: Address;
}

export type GetAllowanceReturnType = bigint;

export type GetAllowanceErrorType = UnknownChainError | ReadContractErrorType;

/**
 * How much of a consumer's USDC the contract may take, µUSDC: `deposit` needs an approval where it is less than the amount.
 *
 * @throws {@link GetAllowanceErrorType}
 * @example
 * const allowance = await getAllowance(client, { settlement: SETTLEMENT, consumer });
 * if (allowance < amount) await approve(client, { settlement: SETTLEMENT, amount });
 */
export async function getAllowance(
  client: Client,
  parameters: GetAllowanceParameters,
): Promise<GetAllowanceReturnType> {
  const { consumer, blockNumber } = parameters;
  const request = {
    address: await usdcOf(client, parameters),
    abi: erc20Abi,
    functionName: "allowance",
    args: [consumer, settlementOf(client, parameters)],
    ...(blockNumber === undefined ? {} : { blockNumber }),
  } as const;
  return (await getAction(client, readContract, "readContract")(request)) as bigint;
}
