/**
 * The contract and its chain as this program asks them: the newest head, and the few views that decide about sessions.
 */
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { MULTICALL3 } from "@luxxon/chain/settlement/multicall";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import {
  type Address,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
  type Hash,
  type Hex,
  multicall3Abi,
  numberToHex,
} from "viem";
import { Refused } from "../refusal.ts";

type View = ContractFunctionName<typeof luxxonSettlementAbi, "view">;

type CallsOf<Names extends readonly View[]> = {
  readonly [I in keyof Names]: readonly [Names[I], ContractFunctionArgs<typeof luxxonSettlementAbi, "view", Names[I]>];
};
type ReturnsOf<Names extends readonly View[]> = {
  -readonly [I in keyof Names]: ContractFunctionReturnType<typeof luxxonSettlementAbi, "view", Names[I]>;
};

export interface Head {
  number: bigint;
  hash: Hash;
  /** Seconds. */
  timestamp: number;
  baseFeePerGas: bigint;
}

export interface Chain {
  readonly settlement: Address;
  /** Sends one request of JSON-RPC and returns its result. */
  ask(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Calls a view of the contract; on the newest block unless one is given. */
  view<const Name extends View>(
    name: Name,
    args: ContractFunctionArgs<typeof luxxonSettlementAbi, "view", Name>,
    block?: bigint,
  ): Promise<ContractFunctionReturnType<typeof luxxonSettlementAbi, "view", Name>>;
  /** Several views of one block, in one call; of the newest unless one is given. */
  views<const Names extends readonly View[]>(calls: CallsOf<Names>, block?: bigint): Promise<ReturnsOf<Names>>;
  /** The newest block, asked for now. */
  head(): Promise<Head>;
  /** A block by its tag or number; undefined if there is none. */
  block(which: "safe" | "finalized" | "latest" | bigint): Promise<Head | undefined>;
  /** Runs code without deploying it, or calls what is at `to`; undefined if it reverts. */
  callCode(code: Hex, to?: Address): Promise<Hex | undefined>;
}

export type Ask = Chain["ask"];

/** The contract through whatever answers JSON-RPC. */
export function chainOver(settlement: Address, ask: Ask): Chain {
  const block = async (which: "safe" | "finalized" | "latest" | bigint): Promise<Head | undefined> => {
    const raw = (await ask("eth_getBlockByNumber", [
      typeof which === "bigint" ? numberToHex(which) : which,
      false,
    ])) as {
      number: Hex;
      hash: Hash;
      timestamp: Hex;
      baseFeePerGas?: Hex;
    } | null;
    if (raw === null) return undefined;
    return {
      number: BigInt(raw.number),
      hash: raw.hash,
      timestamp: Number(BigInt(raw.timestamp)),
      baseFeePerGas: BigInt(raw.baseFeePerGas ?? "0x0"),
    };
  };

  const encode = (functionName: View, args: unknown) =>
    encodeFunctionData({ abi: luxxonSettlementAbi, functionName, args } as never);
  const decode = (functionName: View, data: Hex) =>
    decodeFunctionResult({ abi: luxxonSettlementAbi, functionName, data } as never);
  const call = async (to: Address, data: Hex, block: bigint | undefined) =>
    (await ask("eth_call", [{ to, data }, block === undefined ? "latest" : numberToHex(block)])) as Hex;

  return {
    settlement,
    ask,
    block,
    async view(name, args, block) {
      return decode(name, await call(settlement, encode(name, args), block)) as never;
    },
    async views(calls, block) {
      const all = calls as readonly (readonly [View, unknown])[];
      const each = all.map(([name, args]) => ({
        target: settlement,
        allowFailure: false,
        callData: encode(name, args),
      }));
      const data = encodeFunctionData({ abi: multicall3Abi, functionName: "aggregate3", args: [each] });
      const answer = await call(MULTICALL3, data, block);
      const results = decodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", data: answer });
      return all.map(([name], i) => decode(name, results[i]?.returnData ?? "0x")) as never;
    },
    async head() {
      const head = await block("latest");
      if (head === undefined) throw new Error("the endpoint has no newest block");
      return head;
    },
    async callCode(code, to) {
      try {
        return (await ask("eth_call", [{ data: code, ...(to === undefined ? {} : { to }) }, "latest"])) as Hex;
      } catch (error) {
        if (causeOf(error, RequestProblem)?.kind === "refused") return undefined;
        throw error;
      }
    },
  };
}

/** Does what needs the chain for a request; whatever goes wrong with it is CHAIN_UNAVAILABLE. */
export async function orUnavailable<T>(asking: Promise<T>): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("CHAIN_UNAVAILABLE", "The chain cannot be asked now. Try again.", {
      cause: error,
      retryAfter: 2,
    });
  }
}
