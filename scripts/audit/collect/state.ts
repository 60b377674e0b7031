/** Reads what the contract says at the end of the last block: its settings and totals, every account, every session's bit. */

import { clientOf } from "@luxxon/chain/rpc/client";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { readWords, wordsOf } from "@luxxon/chain/settlement/bits";
import { type Answer, multicallAt, resultOf } from "@luxxon/chain/settlement/multicall";
import { readSettings, storedAccount } from "@luxxon/chain/settlement/state";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { Abi, Address, Hex } from "viem";
import type { Progress } from "../../progress.ts";
import type { AccountOnChain, StateOnChain } from "../history.ts";
import type { Target } from "../types.ts";

export async function readState(
  endpoint: Endpoint,
  target: Target,
  accounts: readonly Address[],
  ids: readonly Hex[],
  progress: Progress,
): Promise<StateOnChain> {
  const { address, toBlock } = target;
  const total = 3 * accounts.length + ids.length;
  let done = 0;
  const show = (more: number) => {
    done += more;
    progress.show(done / total, `${accounts.length} accounts, ${ids.length} sessions`);
  };
  try {
    const views = await openViews(endpoint, target, show);
    const words = wordsOf(ids);
    const end = await readSettings(views.client, target, toBlock);
    const stored = await views.read(accounts, ["accountOf", "deposits", "credits"]);
    const dense = await readWords(endpoint, address, toBlock, words.full, show);
    const bits = await views.read(words.rest, ["settled"]);
    return {
      end,
      accounts: new Map(stored.map(([account, results]) => [account, accountFrom(results)])),
      settled: new Map([...dense, ...bits.map(([id, [bit]]) => [id, bit === true] as const)]),
    };
  } catch (error) {
    throw causeOf(error, RequestProblem) ?? error;
  }
}

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
