/** Reads what the contract says at the end of the last block: its settings and totals, every account, every session's bit. */

import type { Block } from "@luxxon/chain/rpc/blocks";
import { clientOf } from "@luxxon/chain/rpc/client";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, contradiction, RequestProblem } from "@luxxon/chain/rpc/problems";
import { bitOf, countIn, idsIn, numberOf, wordOf } from "@luxxon/chain/settlement/bits";
import { type Answer, multicallAt, resultOf } from "@luxxon/chain/settlement/multicall";
import type { Endpoints } from "@luxxon/chain/settlement/readHistory";
import { readSettings, storedAccount } from "@luxxon/chain/settlement/state";
import { slotIn } from "@luxxon/chain/settlement/storage";
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type Abi, type Hex, numberToHex } from "viem";
import type { Progress } from "../../progress.ts";
import type { AccountOnChain, EndOnChain } from "../history.ts";
import type { Much } from "../reconcile.ts";
import type { Target } from "../types.ts";
import { openProvenEnd } from "./provenEnd.ts";

export interface ReadEndOptions {
  readonly endpoints: Endpoints;
  readonly target: Target;
  /** The last block, whose hash was checked. */
  readonly end: Block;
  /** The token is Circle's, so it is known where it keeps balances. */
  readonly isCirclesUsdc: boolean;
  readonly progress: Progress;
}

/**
 * With proofs, if one of the endpoints gives them; else as the first says.
 *
 * @param judge Reads what it wants. It is called anew with another end, if an endpoint stops giving proofs.
 */
export async function withEnd<T>(
  options: ReadEndOptions,
  much: Much,
  judge: (end: EndOnChain) => Promise<T>,
): Promise<T> {
  const { endpoints, end, target } = options;
  for (const endpoint of endpoints) {
    try {
      const proven = await openProvenEnd(endpoint, end, target, showing(options, much));
      return await judge(await withBalance(options, endpoint, proven));
    } catch (error) {
      // Most public endpoints prove nothing, or not of blocks that are not new.
      if (causeOf(error, RequestProblem) === undefined) throw error;
    }
  }
  try {
    const believed = await openBelievedEnd(endpoints[0], target, showing(options, much));
    return await judge({ ...believed, isProved: false, isBalanceProved: false });
  } catch (error) {
    throw causeOf(error, RequestProblem) ?? error;
  }
}

function showing({ progress }: ReadEndOptions, { accounts, words }: Much) {
  let done = 0;
  return (more: number) => {
    done += more;
    progress.show(done / (accounts + words), `${accounts} accounts, ${words} words of sessions`);
  };
}

type Readers = Pick<EndOnChain, "settings" | "readAccounts" | "readWords">;

/** What is proved of USDC's storage is the balance only if the token keeps balances where Circle's does. */
async function withBalance(
  { target, isCirclesUsdc }: ReadEndOptions,
  endpoint: Endpoint,
  readers: Readers,
): Promise<EndOnChain> {
  const { address, usdc, toBlock } = target;
  const proven = readers.settings.usdcBalance;
  const contract = { address: usdc, abi: usdcAbi, blockNumber: toBlock } as const;
  const said = await clientOf(endpoint).readContract({ ...contract, functionName: "balanceOf", args: [address] });
  if (said === proven) return { ...readers, isProved: true, isBalanceProved: true };
  if (isCirclesUsdc) {
    const what = `balanceOf says ${said} of ${address}, and USDC's proven storage ${proven}`;
    throw contradiction(endpoint.where, what);
  }
  const { totalDeposits, totalCredits } = readers.settings;
  const surplus = said - totalDeposits - totalCredits;
  const settings = { ...readers.settings, usdcBalance: said, surplus: surplus < 0n ? undefined : surplus };
  return { ...readers, settings, isProved: true, isBalanceProved: false };
}

async function openBelievedEnd(endpoint: Endpoint, target: Target, show: (more: number) => void): Promise<Readers> {
  const { address, toBlock } = target;
  const views = await openViews(endpoint, target);
  return {
    settings: await readSettings(views.client, target, toBlock),
    async readAccounts(accounts) {
      const stored = await views.read(accounts, ["accountOf", "deposits", "credits"]);
      show(accounts.length);
      return new Map(stored.map(([account, results]) => [account, accountFrom(results)]));
    },
    async readWords(asked) {
      const all = [...asked];
      const isDense = ([, bits]: readonly [Hex, bigint]) => countIn(bits) >= WORTH_A_REQUEST;
      const dense = await endpoint.askAll(all.filter(isDense), async ([word]): Promise<[Hex, bigint]> => {
        const slot = slotIn("_settledBits", numberOf(word));
        return [word, BigInt((await endpoint.ask("eth_getStorageAt", [address, slot, numberToHex(toBlock)])) as Hex)];
      });
      const found = new Map(dense);
      const sparse = all.filter((one) => !isDense(one)).flatMap(([word, bits]) => idsIn(word, bits));
      for (const [id, [isSettled]] of await views.read(sparse, ["settled"])) {
        const word = wordOf(id);
        found.set(word, (found.get(word) ?? 0n) | (isSettled === true ? bitOf(id) : 0n));
      }
      show(all.length);
      return found;
    },
  };
}

/** Fewer ids of one word are asked for by `settled`, many in one request. */
const WORTH_A_REQUEST = 8;

function accountFrom([stored, deposits, credits]: readonly unknown[]): AccountOnChain {
  const account = storedAccount(stored as Parameters<typeof storedAccount>[0]);
  return { ...account, deposits: deposits as bigint, credits: credits as bigint };
}

async function openViews(endpoint: Endpoint, { address, toBlock }: Target) {
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
