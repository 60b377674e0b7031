/** Reads what the contract has stored at the end of the last block, with proofs: every word of it follows from the block's hash. */
import type { Block } from "@luxxon/chain/rpc/blocks";
import type { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { contradiction } from "@luxxon/chain/rpc/problems";
import { readProven } from "@luxxon/chain/rpc/stateProof";
import { numberOf } from "@luxxon/chain/settlement/bits";
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
import type { Hex } from "viem";
import type { EndOnChain } from "../history.ts";
import type { Target } from "../types.ts";

/**
 * @param show Is told how much has been read at once.
 * @throws {RequestProblem} if the endpoint gives no proofs; so do its functions.
 * @throws {UsageError} if what it gives does not hold.
 */
export async function openProvenEnd(
  endpoint: Endpoint,
  block: Block,
  target: Target,
  show: (more: number) => void,
): Promise<Pick<EndOnChain, "settings" | "readAccounts" | "readWords">> {
  const { address } = target;
  return {
    settings: await readProvenSettings(endpoint, block, target),
    async readAccounts(accounts) {
      const slots = accounts.flatMap((account) => [slotIn("_accounts", account), slotIn("credits", account)]);
      const { words } = await readProven(endpoint, block, address, slots);
      show(accounts.length);
      return new Map(
        accounts.map((account) => {
          const stored = accountIn(words.get(slotIn("_accounts", account)) as bigint);
          const credits = words.get(slotIn("credits", account)) as bigint;
          return [account, { ...stored, deposits: stored.balance, credits }];
        }),
      );
    },
    async readWords(asked) {
      const slots = new Map([...asked.keys()].map((word) => [word, slotIn("_settledBits", numberOf(word))]));
      const { words } = await readProven(endpoint, block, address, [...slots.values()]);
      show(asked.size);
      return new Map([...slots].map(([word, slot]) => [word, words.get(slot) as bigint]));
    },
  };
}

async function readProvenSettings(
  endpoint: Endpoint,
  block: Block,
  { address, usdc, version, codeHash }: Target,
): Promise<Settings> {
  const names = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];
  const proven = await readProven(endpoint, block, address, [...new Set(names.map(slotOf))]);
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
  return {
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
}
