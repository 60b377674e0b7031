/** What the contract says at the end of the last block: its totals and settings, every account, every session's bit. */

import { clientOf } from "@luxxon/chain/rpc/client";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { quantity } from "@luxxon/chain/rpc/hex";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { readWords, wordsOf } from "@luxxon/chain/settlement/bits";
import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { Abi, Address, ContractFunctionParameters, Hex } from "viem";
import type { Progress } from "../../progress.ts";
import type { AccountOnChain, StateOnChain } from "../history.ts";
import type { Target } from "../types.ts";

/** Multicall3 stands here on Base and on most chains. Where it does not, its code is sent along with each call. */
const MULTICALL3: Address = "0xcA11bde05977b3631167028862bE2a173976CA11";

/** Calls in one request to Multicall3. */
const CALLS = 400;
/** Where its code is sent along, what it returns counts as the code of a contract, which has a largest size (EIP-170). */
const CALLS_DEPLOYLESS = 100;

type Call = ContractFunctionParameters;
type Result = { status: "success"; result: unknown } | { status: "failure" };

export async function readState(
  endpoint: Endpoint,
  target: Target,
  accounts: readonly Address[],
  ids: readonly Hex[],
  progress: Progress,
): Promise<StateOnChain> {
  const { address, usdc } = target;
  const total = FIXED.length + 1 + 3 * accounts.length + ids.length;
  let done = 0;
  const show = (more: number) => {
    done += more;
    progress.show(done / total, `${accounts.length} accounts, ${ids.length} sessions`);
  };
  const reader = await openReader(endpoint, target, show);
  const view = (functionName: string, ...args: unknown[]): Call => ({
    address,
    abi: abiOf(functionName),
    functionName,
    args,
  });
  const balance = { address: usdc, abi: usdcAbi as Abi, functionName: "balanceOf", args: [address] };
  const [fixed = []] = await reader.read(["all"], () => [...FIXED.map((name) => view(name)), balance], asTheyAre);
  const stored = await reader.read(
    accounts,
    (account) => [view("accountOf", account), view("deposits", account), view("credits", account)],
    accountFrom,
  );
  const words = wordsOf(ids);
  const dense = await readWords(endpoint, address, target.toBlock, words.full, show);
  const bits = await reader.read(
    words.rest,
    (id) => [view("settled", id)],
    ([bit]) => answerOf<boolean>(bit),
  );
  return {
    ...fixedOf(fixed),
    accounts: new Map(accounts.map((account, i) => [account, stored[i] as AccountOnChain])),
    settled: new Map([...dense, ...words.rest.map((id, i) => [id, bits[i] as boolean] as const)]),
  };
}

/** One function alone: viem goes through the whole ABI for every call. */
function abiOf(functionName: string): Abi {
  const known = ABIS.get(functionName);
  if (known !== undefined) return known;
  const abi: Abi = luxxonSettlementAbi.filter((item) => "name" in item && item.name === functionName);
  ABIS.set(functionName, abi);
  return abi;
}

const ABIS = new Map<string, Abi>();

const asTheyAre = (results: Result[]) => results;

const FIXED = [
  "pool",
  "totalDeposits",
  "totalCredits",
  "surplus",
  "defaultDailyLimit",
  "paused",
  "owner",
  "pendingOwner",
  "relayer",
  "guardian",
  "platformWallet",
];

function fixedOf(results: Result[]): Pick<StateOnChain, "end" | "pool"> {
  const [pool, totalDeposits, totalCredits, surplus, defaultDailyLimit, paused, ...rest] = results;
  const [owner, pendingOwner, relayer, guardian, platformWallet, usdcBalance] = rest;
  const stored = storedAccount(pool);
  return {
    pool: stored,
    end: {
      totalDeposits: answerOf(totalDeposits),
      totalCredits: answerOf(totalCredits),
      surplus: surplus?.status === "success" ? (surplus.result as bigint) : undefined,
      usdcBalance: answerOf(usdcBalance),
      poolDailyLimit: stored.dailyLimit,
      defaultDailyLimit: answerOf(defaultDailyLimit),
      paused: answerOf(paused),
      owner: answerOf(owner),
      pendingOwner: answerOf(pendingOwner),
      relayer: answerOf(relayer),
      guardian: answerOf(guardian),
      platformWallet: answerOf(platformWallet),
    },
  };
}

function accountFrom([stored, deposits, credits]: Result[]): AccountOnChain {
  return { ...storedAccount(stored), deposits: answerOf(deposits), credits: answerOf(credits) };
}

function storedAccount(result: Result | undefined): StateOnChain["pool"] {
  const account = answerOf<{ balance: bigint; dailyLimit: bigint; drawn: bigint; drawnAt: number }>(result);
  return { ...account, drawnAt: BigInt(account.drawnAt) };
}

function answerOf<T>(result: Result | undefined): T {
  if (result?.status !== "success") throw new Error("a view of the contract reverts that never does");
  return result.result as T;
}

interface Reader {
  /** Calls the views of each item, many at a time, and makes something of what they return. */
  read<T, R>(items: readonly T[], callsOf: (item: T) => Call[], take: (results: Result[]) => R): Promise<R[]>;
}

async function openReader(endpoint: Endpoint, { toBlock }: Target, show: (calls: number) => void): Promise<Reader> {
  const client = clientOf(endpoint);
  const code = await endpoint.ask("eth_getCode", [MULTICALL3, quantity(toBlock)]);
  const isDeployless = code === "0x";
  const way = isDeployless ? { deployless: true } : { multicallAddress: MULTICALL3 };
  const most = isDeployless ? CALLS_DEPLOYLESS : CALLS;

  async function call(contracts: Call[]): Promise<Result[]> {
    // batchSize 0: one request.
    const results = await client.multicall({ ...way, contracts, blockNumber: toBlock, batchSize: 0 });
    show(contracts.length);
    const problem = results.map(({ error }) => causeOf(error, RequestProblem)).find((it) => it !== undefined);
    if (problem !== undefined) throw endpoint.unusable(problem, `the state of block ${toBlock}`);
    return results as Result[];
  }

  return {
    async read(items, callsOf, take) {
      const [first] = items;
      if (first === undefined) return [];
      // As many calls for every item.
      const each = callsOf(first).length;
      const size = Math.max(1, Math.floor(most / each));
      const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, i) => i * size);
      const answers = await endpoint.askAll(chunks, async (from) => {
        const some = items.slice(from, from + size);
        const results = await call(some.flatMap(callsOf));
        return some.map((_, i) => take(results.slice(i * each, (i + 1) * each)));
      });
      return answers.flat();
    },
  };
}
