/** Makes clients of viem that read a live chain. Nothing here holds a key or sends. */
import { BaseError, ContractFunctionExecutionError, createPublicClient, custom, type PublicClient } from "viem";
import type { Endpoint } from "./endpoint.ts";

export type ReadClient = PublicClient;

/** A client with the endpoint's patience: whatever viem asks goes through `ask`, and what `ask` throws is its errors' cause. */
export function clientOf(endpoint: Endpoint): ReadClient {
  const request = ({ method, params = [] }: { method: string; params?: readonly unknown[] }) =>
    endpoint.ask(method, params);
  // Blocks come five a second: what was the last one a moment ago is not.
  return createPublicClient({ transport: custom({ request }, { retryCount: 0 }), cacheTime: 0 });
}

/** Tells a contract that answered, but not as the one that is meant: it has no such function, or its result is something else. */
export function isAnswerOfAnother(error: unknown): boolean {
  if (!(error instanceof ContractFunctionExecutionError)) return false;
  const names = ["ContractFunctionZeroDataError", "ContractFunctionRevertedError", "AbiDecodingDataSizeTooSmallError"];
  return error.walk((cause) => cause instanceof BaseError && names.includes(cause.name)) !== null;
}
