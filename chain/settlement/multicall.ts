/** Calls many views by few requests, through Multicall3. */
import type { Address } from "viem";
import type { ReadClient } from "../rpc/client.ts";

/** Multicall3 stands here on Base and on most chains. Where it does not, its code is sent along with each call. */
export const MULTICALL3: Address = "0xcA11bde05977b3631167028862bE2a173976CA11";

/** Calls in one request. */
const CALLS = 400;
/** Where its code is sent along, what it returns counts as the code of a contract, which has a largest size (EIP-170). */
const CALLS_DEPLOYLESS = 100;

export interface MulticallWay {
  /** How many calls one request takes. */
  readonly most: number;
  /** How `client.multicall` makes one request of its calls, at the end of the block. */
  readonly parameters: { batchSize: 0; blockNumber?: bigint } & ({ deployless: true } | { multicallAddress: Address });
}

/** @param blockNumber Undefined: the last block. */
export async function multicallAt(client: ReadClient, blockNumber?: bigint): Promise<MulticallWay> {
  const block = blockNumber === undefined ? {} : { blockNumber };
  const code = await client.getCode({ address: MULTICALL3, ...block });
  const isThere = code !== undefined;
  const way = isThere ? { multicallAddress: MULTICALL3 } : { deployless: true as const };
  return { most: isThere ? CALLS : CALLS_DEPLOYLESS, parameters: { batchSize: 0, ...block, ...way } };
}

/** What `client.multicall` says of one call. */
export type Answer<T = unknown> =
  | { readonly status: "success"; readonly result: T }
  | { readonly status: "failure"; readonly error: Error };

/** The result of a view that never reverts. @throws what the endpoint refused the request with, if it did. */
export function resultOf<T>(answer: Answer<T>): T {
  if (answer.status === "failure") throw answer.error;
  return answer.result;
}
