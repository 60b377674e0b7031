/** Reads what the contract says at the end of the last block: its settings and totals, every account, every session's bit. */

import type { Block } from "@luxxon/chain/rpc/blocks";
import { clientOf } from "@luxxon/chain/rpc/client";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, contradiction, RequestProblem } from "@luxxon/chain/rpc/problems";
import { bitsIn, byWord } from "@luxxon/chain/settlement/bits";
import type { Endpoints } from "@luxxon/chain/settlement/followHistory";
import { type Answer, multicallAt, resultOf } from "@luxxon/chain/settlement/multicall";
import { readSettings, storedAccount } from "@luxxon/chain/settlement/state";
import { slotIn } from "@luxxon/chain/settlement/storage";
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type Abi, type Address, type Hex, numberToHex } from "viem";
import type { Progress } from "../../progress.ts";
import type { AccountOnChain, StateOnChain } from "../history.ts";
import type { Target } from "../types.ts";
import { readProvenState } from "./provenState.ts";

export interface ReadStateOptions {
  readonly endpoints: Endpoints;
  readonly target: Target;
  /** The last block, whose hash was checked. */
  readonly end: Block;
  /** The token is Circle's, so it is known where it keeps balances. */
  readonly isCirclesUsdc: boolean;
  readonly progress: Progress;
}

/** With proofs, if one of the endpoints gives them; else as the first says. */
export async function readState(
  options: ReadStateOptions,
  accounts: readonly Address[],
  ids: readonly Hex[],
): Promise<StateOnChain> {
  const { endpoints, end, target, progress } = options;
  const show = showing(progress, accounts, ids);
  for (const endpoint of endpoints) {
    try {
      const state = await readProvenState(endpoint, end, target, accounts, ids, show);
      return await withBalance(options, endpoint, state);
    } catch (error) {
      // Most public endpoints prove nothing, or not of blocks that are not new.
      if (causeOf(error, RequestProblem) === undefined) throw error;
    }
  }
  const state = await readBelievedState(endpoints[0], target, accounts, ids, show);
  return { ...state, isProved: false, isBalanceProved: false };
}

function showing(progress: Progress, accounts: readonly Address[], ids: readonly Hex[]) {
  let done = 0;
  return (more: number, total: number) => {
    done += more;
    progress.show(done / total, `${accounts.length} accounts, ${ids.length} sessions`);
  };
}

/** What is proved of USDC's storage is the balance only if the token keeps balances where Circle's does. */
async function withBalance(
  { target, isCirclesUsdc }: ReadStateOptions,
  endpoint: Endpoint,
  state: Omit<StateOnChain, "isProved" | "isBalanceProved">,
): Promise<StateOnChain> {
  const { address, usdc, toBlock } = target;
  const proven = state.end.usdcBalance;
  const contract = { address: usdc, abi: usdcAbi, blockNumber: toBlock } as const;
  const said = await clientOf(endpoint).readContract({ ...contract, functionName: "balanceOf", args: [address] });
  if (said === proven) return { ...state, isProved: true, isBalanceProved: true };
  if (isCirclesUsdc) {
    const what = `balanceOf says ${said} of ${address}, and USDC's proven storage ${proven}`;
    throw contradiction(endpoint.where, what);
  }
  const { totalDeposits, totalCredits } = state.end;
  const surplus = said - totalDeposits - totalCredits;
  const end = { ...state.end, usdcBalance: said, surplus: surplus < 0n ? undefined : surplus };
  return { ...state, end, isProved: true, isBalanceProved: false };
}

async function readBelievedState(
  endpoint: Endpoint,
  target: Target,
  accounts: readonly Address[],
  ids: readonly Hex[],
  show: (more: number, total: number) => void,
): Promise<Omit<StateOnChain, "isProved" | "isBalanceProved">> {
  const { address, toBlock } = target;
  const total = 3 * accounts.length + ids.length;
  try {
    const views = await openViews(endpoint, target, (more) => show(more, total));
    const words = [...byWord(ids)];
    const end = await readSettings(views.client, target, toBlock);
    const stored = await views.read(accounts, ["accountOf", "deposits", "credits"]);
    const dense = await endpoint.askAll(
      words.filter(([, its]) => its.length >= WORTH_A_REQUEST),
      async ([number, its]) => {
        const slot = slotIn("_settledBits", number);
        const word = (await endpoint.ask("eth_getStorageAt", [address, slot, numberToHex(toBlock)])) as Hex;
        show(its.length, total);
        return bitsIn(number, BigInt(word), its);
      },
    );
    const sparse = words.flatMap(([, its]) => (its.length < WORTH_A_REQUEST ? its : []));
    const bits = await views.read(sparse, ["settled"]);
    return {
      end,
      accounts: new Map(stored.map(([account, results]) => [account, accountFrom(results)])),
      settled: new Map([...dense.flat(), ...bits.map(([id, [bit]]) => [id, bit === true] as const)]),
    };
  } catch (error) {
    throw causeOf(error, RequestProblem) ?? error;
  }
}

/** Fewer ids of one word are asked for by `settled`, many in one request. */
const WORTH_A_REQUEST = 8;

function accountFrom([stored, deposits, credits]: readonly unknown[]): AccountOnChain {
  const account = storedAccount(stored as Parameters<typeof storedAccount>[0]);
  return { ...account, deposits: deposits as bigint, credits: credits as bigint };
}

async function openViews(endpoint: Endpoint, { address, toBlock }: Target, show: (calls: number) => void) {
  const client = clientOf(endpoint);
  const { most, parameters } = await multicallAt(client, toBlock);
  return {
    client,
    /** Calls the same views of every item, many at a time. */
    async read<Item extends Hex>(items: readonly Item[], names: readonly (keyof typeof ABIS)[]) {
      const each = names.length;
      const size = Math.floor(most / each);
      const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, i) => i * size);
      const chunks = await endpoint.askAll(starts, async (start) => {
        const some = items.slice(start, start + size);
        const contracts = some.flatMap((item) =>
          names.map((functionName) => ({ address, abi: ABIS[functionName], functionName, args: [item] })),
        );
        const answers: Answer[] = await client.multicall({ ...parameters, contracts });
        show(answers.length);
        const results = answers.map(resultOf);
        return some.map((item, i): [Item, unknown[]] => [item, results.slice(i * each, (i + 1) * each)]);
      });
      return chunks.flat();
    },
  };
}

/** One function each: viem goes through the whole ABI for every call. */
const ABIS = {
  accountOf: abiOf("accountOf"),
  deposits: abiOf("deposits"),
  credits: abiOf("credits"),
  settled: abiOf("settled"),
} as const;

function abiOf(functionName: string): Abi {
  return luxxonSettlementAbi.filter((item) => "name" in item && item.name === functionName);
}
