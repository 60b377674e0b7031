/**
 * Tells when much of a daily limit is drawn: by the relayer's thief, who stays within it, or by a busy day that will soon leave
 * operators unpaid. Usage falls by itself and rises by settlements alone, so only who was charged lately is read.
 */
import { readInWindows } from "@luxxon/chain/rpc/logs";
import { UNSETTLED } from "@luxxon/chain/settlement/adminEvents";
import { multicallAt, resultOf } from "@luxxon/chain/settlement/multicall";
import { type StoredAccount, storedAccount } from "@luxxon/chain/settlement/state";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { drawnBy, limitOf } from "@luxxon/contracts-abi/model";
import { type Address, getAbiItem } from "viem";
import type { Target } from "../target.ts";
import { limit as limitWords } from "../words.ts";
import type { Report } from "./inspect.ts";

/** From here on of a limit, per cent, somebody should look. */
const MUCH = 80n;
/** Of the pool's limit, for one consumer. */
const MOST = 50n;
/** A day of Base, whose blocks are two seconds apart: what was drawn before has drained away. */
const DAY_IN_BLOCKS = 43_200n;

export interface LimitWarning {
  contract: Address;
  /** Whose limit, and the same as long as the warning lasts. */
  what: string;
  found: string;
}

/** Follows the active contract from look to look. */
export class LimitWatch {
  #readTo: bigint | undefined;
  #defaultDailyLimit: bigint | undefined;
  /** Consumers who have drawn much. */
  #hot = new Set<Address>();

  /** @returns What is much at the report's block, in the order of the consumers. */
  async look({ client, active }: Target, { block, contracts }: Report): Promise<LimitWarning[]> {
    const { address } = active;
    const state = contracts.find((contract) => contract.address === address)?.state;
    if (state === undefined) return [];
    const { defaultDailyLimit } = state;
    // A lower default makes more of what was drawn.
    if (this.#defaultDailyLimit !== defaultDailyLimit) this.#readTo = undefined;
    const first = this.#readTo === undefined ? block.number - DAY_IN_BLOCKS : this.#readTo - UNSETTLED;
    const from = greatest(first, BigInt(active.fromBlock));
    const charged = await chargedIn({ client, active }, from, block.number);
    const consumers = [...new Set([...this.#hot, ...charged])].sort();
    const [pool, ...accounts] = await readAccounts({ client, active }, consumers, block.number);
    this.#readTo = block.number;
    this.#defaultDailyLimit = defaultDailyLimit;
    this.#hot.clear();

    const warnings: LimitWarning[] = [];
    const tell = (what: string, drawn: bigint, limit: bigint, enough: bigint) => {
      if (limit === 0n || drawn * 100n < limit * enough) return false;
      const found = `${(drawn * 100n) / limit} % of ${limitWords(limit)} are drawn`;
      warnings.push({ contract: address, what, found });
      return true;
    };
    const now = block.timestamp;
    const poolLimit = pool.dailyLimit;
    tell("the pool's daily limit", drawnBy(pool, poolLimit, now), poolLimit, MUCH);
    for (const [i, account] of accounts.entries()) {
      const consumer = consumers[i] as Address;
      const own = limitOf(account, defaultDailyLimit);
      const drawn = drawnBy(account, own, now);
      const isMuch = tell(`the daily limit of consumer ${consumer}`, drawn, own, MUCH);
      const isMost = tell(`the pool's daily limit, by consumer ${consumer} alone`, drawn, poolLimit, MOST);
      if (isMuch || isMost) this.#hot.add(consumer);
    }
    return warnings;
  }
}

async function chargedIn({ client, active }: Pick<Target, "client" | "active">, from: bigint, to: bigint) {
  const event = getAbiItem({ abi: luxxonSettlementAbi, name: "Settled" });
  const read = (fromBlock: bigint, toBlock: bigint) =>
    client.getLogs({ address: active.address, event, fromBlock, toBlock, strict: true });
  const charged = new Set<Address>();
  for await (const { logs } of readInWindows(read, from, to)) for (const { args } of logs) charged.add(args.from);
  return charged;
}

/** The pool first. */
async function readAccounts(
  { client, active }: Pick<Target, "client" | "active">,
  consumers: readonly Address[],
  blockNumber: bigint,
): Promise<[StoredAccount, ...StoredAccount[]]> {
  const { most, parameters } = await multicallAt(client, blockNumber);
  const contract = { address: active.address, abi: luxxonSettlementAbi } as const;
  const accounts: StoredAccount[] = [];
  for (let start = 0; start < consumers.length; start += most) {
    const contracts = consumers
      .slice(start, start + most)
      .map((consumer) => ({ ...contract, functionName: "accountOf", args: [consumer] }) as const);
    const answers = await client.multicall({ ...parameters, contracts });
    accounts.push(...answers.map((answer) => storedAccount(resultOf(answer))));
  }
  return [storedAccount(await client.readContract({ ...contract, functionName: "pool", blockNumber })), ...accounts];
}

function greatest(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
