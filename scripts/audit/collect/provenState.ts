/** Reads what the contract has stored at the end of the last block, with proofs: every word of it follows from the block's hash. */
import type { Block } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { contradiction } from "@luxxon/chain/rpc/problems";
import { readProven } from "@luxxon/chain/rpc/stateProof";
import { bitsIn, byWord } from "@luxxon/chain/settlement/bits";
import type { Settings } from "@luxxon/chain/settlement/state";
import {
  accountIn,
  addressAt,
  numberAt,
  slotIn,
  slotOf,
  usdcBalanceIn,
  usdcBalanceSlot,
  VARIABLES,
} from "@luxxon/chain/settlement/storage";
import type { Address, Hex } from "viem";
import type { StateOnChain } from "../history.ts";
import type { Target } from "../types.ts";

/**
 * @throws {RequestProblem} if the endpoint gives no proofs.
 * @throws {UsageError} if what it gives does not hold.
 */
export async function readProvenState(
  endpoint: Endpoint,
  block: Block,
  { address, usdc, version, codeHash }: Target,
  accounts: readonly Address[],
  ids: readonly Hex[],
  show: (more: number, total: number) => void,
): Promise<Omit<StateOnChain, "isProved" | "isBalanceProved">> {
  const words = byWord(ids);
  const names = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
  const all = [
    ...names.map(slotOf),
    ...accounts.flatMap((account) => [slotIn("_accounts", account), slotIn("credits", account)]),
    ...[...words.keys()].map((number) => slotIn("_settledBits", number)),
  ];
  const slots = [...new Set(all)];
  const proven = await readProven(endpoint, block, address, slots, (more) => show(more, slots.length));
  if (proven.codeHash !== codeHash) {
    throw contradiction(
      endpoint.where,
      `the code that it shows at ${address} is not the code of block ${block.number}`,
    );
  }
  const balanceSlot = usdcBalanceSlot(address);
  const token = await readProven(endpoint, block, usdc, [balanceSlot]);

  const at = (slot: Hex) => proven.words.get(slot) as bigint;
  const role = (name: keyof typeof VARIABLES) => addressAt(VARIABLES[name], at(slotOf(name)));
  const number = (name: keyof typeof VARIABLES) => numberAt(VARIABLES[name], at(slotOf(name)));
  const pool = accountIn(at(slotOf("_pool")));
  const usdcBalance = usdcBalanceIn(token.words.get(balanceSlot) as bigint);
  const surplus = usdcBalance - pool.balance - number("totalCredits");
  const end: Settings = {
    version,
    usdc,
    owner: role("_owner"),
    pendingOwner: role("_pendingOwner"),
    relayer: role("relayer"),
    guardian: role("guardian"),
    platformWallet: role("platformWallet"),
    defaultDailyLimit: number("defaultDailyLimit"),
    poolDailyLimit: pool.dailyLimit,
    paused: number("_paused") !== 0n,
    totalDeposits: pool.balance,
    totalCredits: number("totalCredits"),
    usdcBalance,
    // As the code would answer.
    surplus: surplus < 0n ? undefined : surplus,
    pool,
  };
  return {
    end,
    accounts: new Map(
      accounts.map((account) => {
        const stored = accountIn(at(slotIn("_accounts", account)));
        return [account, { ...stored, deposits: stored.balance, credits: at(slotIn("credits", account)) }];
      }),
    ),
    settled: new Map([...words].flatMap(([word, its]) => bitsIn(word, at(slotIn("_settledBits", word)), its))),
  };
}
