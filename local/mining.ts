/**
 * Mines many blocks on a local chain of OP rules one by one, whoever asks for them at once: Hardhat's own way of doing that
 * there ends the whole process. hardhat.config.ts puts it before every chain.
 */
import type { HookContext, NetworkHooks } from "hardhat/types/hooks";
import type { ChainType, NetworkConnection } from "hardhat/types/network";
import type { JsonRpcRequest, JsonRpcResponse } from "hardhat/types/providers";
import { type Hex, isHex, numberToHex } from "viem";

/** Some seconds' work; a number with a zero too many is refused, and does not keep the chain from answering. */
const AT_MOST = 10_000n;

type Ask = (method: string, params: unknown[]) => Promise<JsonRpcResponse>;

export const miningHooks = async (): Promise<Partial<NetworkHooks>> => ({
  onRequest<Type extends ChainType | string>(
    context: HookContext,
    connection: NetworkConnection<Type>,
    request: JsonRpcRequest,
    next: (
      context: HookContext,
      connection: NetworkConnection<Type>,
      request: JsonRpcRequest,
    ) => Promise<JsonRpcResponse>,
  ): Promise<JsonRpcResponse> {
    const { networkConfig, chainType } = connection;
    const wanted = networkConfig.type === "edr-simulated" && chainType === "op" ? manyOf(request) : undefined;
    if (wanted === undefined) return next(context, connection, request);
    return mineOneByOne(wanted, request, (method, params) => next(context, connection, { ...request, method, params }));
  },
});

/** How many blocks are asked for, and how many seconds apart; undefined: not more than one, or not in a way that is known here. */
function manyOf({ method, params }: JsonRpcRequest): { count: bigint; seconds: bigint } | undefined {
  if (method !== "hardhat_mine" || !Array.isArray(params)) return undefined;
  const [count = "0x1", seconds = "0x1"] = params as unknown[];
  if (!isHex(count) || !isHex(seconds) || count === "0x" || seconds === "0x" || BigInt(count) <= 1n) return undefined;
  return { count: BigInt(count), seconds: BigInt(seconds) };
}

async function mineOneByOne(
  { count, seconds }: { count: bigint; seconds: bigint },
  { jsonrpc, id }: JsonRpcRequest,
  ask: Ask,
): Promise<JsonRpcResponse> {
  if (count > AT_MOST) {
    const message = `a local chain of OP rules mines at most ${AT_MOST} blocks at once`;
    return { jsonrpc, id, error: { code: -32_602, message } };
  }
  let answer = await ask("evm_mine", []);
  if ("error" in answer) return answer;
  const first = await ask("eth_getBlockByNumber", ["latest", false]);
  if ("error" in first) return first;
  const { timestamp } = first.result as { timestamp: Hex };
  for (let i = 1n; i < count; i++) {
    answer = await ask("evm_mine", [numberToHex(BigInt(timestamp) + i * seconds)]);
    if ("error" in answer) return answer;
  }
  return { jsonrpc, id, result: true };
}
