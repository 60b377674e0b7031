/** Looks after the signer's account: that it has no code, enough ETH, and that batches cost no more than they may. */
import { batchGas, MAX_BATCH } from "@luxxon/contracts-abi";
import type { Hash, Hex } from "viem";
import type { Head } from "../chain/chain.ts";
import type { Work } from "./context.ts";
import { TIP } from "./fees.ts";

/** How often the account is looked at for code, and for its ETH, ms. */
const CODE_MS = 3_600_000;
const ETH_MS = 60_000;
/** How often the gas of mined batches is read and added up, ms. */
const GAS_MS = 5_000;
/** Batches whose gas is read at once. */
const AT_ONCE = 50;

export interface Account {
  /** Whether it has code, as of the last look: at most an hour ago. */
  checkCode(): Promise<void>;
  /** Reads what mined batches have cost, and notes what there is for whoever asks. */
  addUp(nonce: bigint, head: Head): Promise<void>;
  /** Whether it may sign: by the last looks. */
  readonly maySign: boolean;
  /**
   * How many more full batches the budget has room for at this base fee, if they and all that is not added up yet take the
   * most gas that they may. Where it has none for that, one at a time may be tried.
   */
  affords(head: Head): Promise<number>;
}

export function openAccount(work: Work): Account {
  const { db, chain, clock, signer, gasBudget, pipeline, maxFeePerGas, alarm } = work;
  const lookedAt = { code: Number.NEGATIVE_INFINITY, eth: Number.NEGATIVE_INFINITY, gas: Number.NEGATIVE_INFINITY };
  let hasCode = false;
  let isOverBudget = false;
  /** Of the budget, as of the last look. */
  let left = 0n;
  let balance: bigint | undefined;

  /** @returns Whether there may be more to read. */
  const readCosts = async (): Promise<boolean> => {
    const unknown = await db.rows<{ id: bigint; hash: Hash }>`
      select b.id, x.hash from batches b join batch_transactions x on x.batch_id = b.id
      where b.mined_block is not null and b.gas_used is null order by b.id limit ${AT_ONCE}`;
    const costOf = async ({ id, hash }: { id: bigint; hash: Hash }) => {
      const receipt = (await chain.ask("eth_getTransactionReceipt", [hash])) as {
        gasUsed?: Hex;
        effectiveGasPrice?: Hex;
        l1Fee?: Hex;
      } | null;
      if (receipt?.gasUsed === undefined) return [];
      const gas = BigInt(receipt.gasUsed);
      return [{ id, gas, cost: gas * BigInt(receipt.effectiveGasPrice ?? 0) + BigInt(receipt.l1Fee ?? 0) }];
    };
    const read = (await Promise.all(unknown.map(costOf))).flat();
    if (read.length > 0)
      await db.rows`
        update batches b set gas_used = r.gas, gas_cost = r.cost
        from unnest(${read.map(({ id }) => id)}::bigint[], ${read.map(({ gas }) => gas)}::bigint[], ${read.map(({ cost }) => cost)}::numeric[]) as r (id, gas, cost)
        where b.id = r.id and b.mined_block is not null`;
    return unknown.length === AT_ONCE && read.length > 0;
  };

  const checkEth = async (needed: bigint): Promise<void> => {
    balance = BigInt((await chain.ask("eth_getBalance", [signer.address, "latest"])) as Hex);
    lookedAt.eth = clock.now().getTime();
    if (balance < needed)
      await alarm(
        "signer.low",
        signer.address,
        `The relayer's wallet has ${balance} wei, less than a day's use (${needed}): send it ETH.`,
      );
  };

  return {
    get maySign() {
      return !hasCode && !isOverBudget;
    },
    async affords({ baseFeePerGas }) {
      const since = new Date(clock.now().getTime() - 86_400_000);
      const unknown = await db.rows<{ sessions: number }>`
        select sessions from batches where not is_done and gas_used is null and created_at > ${since}
        union all select sessions from batches where is_done and mined_block is not null and gas_used is null and created_at > ${since}`;
      const price = baseFeePerGas + TIP;
      const rest = unknown.reduce((sum, { sessions }) => sum - batchGas(sessions) * price, left);
      const batches = Number(rest / (batchGas(MAX_BATCH) * price));
      return batches < 1 && unknown.length === 0 ? 1 : Math.max(0, batches);
    },
    async checkCode() {
      const now = clock.now().getTime();
      // An account with code may have one transaction in flight on some chains.
      if (now - lookedAt.code < (hasCode ? ETH_MS : CODE_MS)) return;
      hasCode = (await chain.ask("eth_getCode", [signer.address, "latest"])) !== "0x";
      lookedAt.code = now;
      if (hasCode)
        await alarm(
          "signer.code",
          signer.address,
          "The relayer's account has code (EIP-7702): nothing is signed until it is taken away.",
        );
    },
    async addUp(nonce, { baseFeePerGas }) {
      const now = clock.now().getTime();
      if (now - lookedAt.gas < GAS_MS) return;
      while (await readCosts());
      const spent = await db.row<{ hour: bigint; day: bigint }>`
        select coalesce(sum(gas_cost) filter (where created_at > ${new Date(now - 3_600_000)}), 0) as hour, coalesce(sum(gas_cost), 0) as day
        from batches where created_at > ${new Date(now - 86_400_000)}`;
      const { hour, day } = spent ?? { hour: 0n, day: 0n };
      const [leftOfHour, leftOfDay] = [gasBudget.hour - hour, gasBudget.day - day];
      left = leftOfHour < leftOfDay ? leftOfHour : leftOfDay;
      isOverBudget = left <= 0n;
      lookedAt.gas = now;
      if (isOverBudget)
        await alarm(
          "signer.budget",
          signer.address,
          `Batches have cost ${hour} wei within an hour and ${day} within a day: nothing is signed until that is below the budget.`,
        );
      // A day's use, or, before there is one, what all batches in flight may take.
      const flight = BigInt(pipeline) * batchGas(MAX_BATCH) * baseFeePerGas;
      const needed = day > flight ? day : flight;
      if (now - lookedAt.eth >= ETH_MS) await checkEth(needed);
      await db.rows`
        insert into relayer_status (only_one, signer, nonce, balance, needed, base_fee, fee_ceiling, hour_cost, hour_budget, day_cost, day_budget, looked_at)
        values (true, ${signer.address}, ${nonce}, ${balance ?? 0n}, ${needed}, ${baseFeePerGas}, ${maxFeePerGas}, ${hour}, ${gasBudget.hour}, ${day}, ${gasBudget.day}, ${new Date(now)})
        on conflict (only_one) do update set signer = excluded.signer, nonce = excluded.nonce, balance = excluded.balance, needed = excluded.needed,
          base_fee = excluded.base_fee, fee_ceiling = excluded.fee_ceiling, hour_cost = excluded.hour_cost, hour_budget = excluded.hour_budget,
          day_cost = excluded.day_cost, day_budget = excluded.day_budget, looked_at = excluded.looked_at`;
    },
  };
}
