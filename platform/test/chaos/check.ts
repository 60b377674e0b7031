/**
 * Holds the platform's tables against the chain, row by row: the chain is asked directly, and nothing of the platform's own
 * reading of it is believed.
 */
import { luxxonSettlementAbi, refusalName, sessionIdFromUuid, uuidFromSessionId } from "@luxxon/contracts-abi";
import { type Address, createPublicClient, getAddress, http, type Log, parseEventLogs } from "viem";
import { openDatabase } from "../../src/db/database.ts";
import type { Told } from "./load.ts";
import type { Stage } from "./stage.ts";

export interface Check {
  what: string;
  /** How many were looked at. */
  of: number;
  differences: string[];
}

interface SettlementRow {
  id: string;
  sessionState: string;
  charged: bigint;
  reserved: bigint;
  state: "PENDING" | "SUBMITTED" | "CONFIRMED" | null;
  consumerWallet: Address;
  operatorWallet: Address | null;
  ratePerSecond: bigint | null;
  chargeableSeconds: number | null;
  toAmount: bigint | null;
  feeAmount: bigint | null;
  refusal: string | null;
  txHash: string | null;
  eventHash: string | null;
  eventIndex: number | null;
}

/** Alarms that a kill of the chain, or a pool that its consumer let run dry, explains. */
const EXPLAINED: readonly string[] = ["contract.refuses"];

/** Where the chain and the database are. */
export interface Checked {
  answer: Pick<Stage["answer"], "rpcUrl" | "settlement" | "deploymentBlock">;
  databaseUrl(): string;
}

export async function checkAll(stage: Checked, told: readonly Told[]): Promise<Check[]> {
  const { rpcUrl, settlement, deploymentBlock } = stage.answer;
  const client = createPublicClient({ transport: http(rpcUrl), cacheTime: 0 });
  const db = openDatabase(stage.databaseUrl(), { connections: 2 });
  try {
    const logs: Log[] = [];
    // In parts: all of a thousand kills in one answer would be more than viem reads.
    for await (const page of client.iterateLogs({ address: settlement, fromBlock: BigInt(deploymentBlock) })) {
      logs.push(...page.logs);
    }
    const events = parseEventLogs({ abi: luxxonSettlementAbi, logs });
    const settled = events.filter((event) => event.eventName === "Settled");
    const rows = await db.rows<SettlementRow>`
      select s.id, s.state as session_state, s.charged, s.reserved, t.state, s.consumer_wallet, s.operator_wallet, t.rate_per_second, t.chargeable_seconds,
        t.to_amount, t.fee_amount, t.refusal, t.tx_hash, t.event_hash, t.event_index
      from sessions s left join settlements t on t.session_id = s.id order by s.id`;
    const byId = new Map(rows.map((row) => [row.id, row]));
    const eventsOf = new Map<string, typeof settled>();
    for (const event of settled) {
      const id = uuidFromSessionId(event.args.sessionId);
      eventsOf.set(id, [...(eventsOf.get(id) ?? []), event]);
    }
    const checks: Check[] = [];
    const check = (what: string, of: number, differences: string[]) => checks.push({ what, of, differences });

    check(
      "ended sessions have one settlement, of their charge",
      rows.length,
      rows.flatMap((row) => {
        const isOpen = ["REQUESTED", "ASSIGNED", "LIVE"].includes(row.sessionState);
        if (isOpen) return [`${row.id} is ${row.sessionState}`];
        if (row.charged === 0n && row.state === null) return [];
        const due = (row.toAmount ?? 0n) + (row.feeAmount ?? 0n);
        return row.state !== null && due === row.charged ? [] : [`${row.id}: charged ${row.charged}, due ${due}`];
      }),
    );
    check(
      "what clients were told is what is due",
      told.length,
      told.flatMap(({ id, charged }) =>
        byId.get(id)?.charged === charged ? [] : [`${id}: told ${charged}, due ${byId.get(id)?.charged}`],
      ),
    );

    const due = rows.filter(({ state }) => state !== null);
    check(
      "settled once with equal amounts, or PENDING with the contract's reason",
      due.length,
      (
        await Promise.all(
          due.map(async (row) => {
            const [event, ...more] = eventsOf.get(row.id) ?? [];
            if (more.length > 0) return `${row.id} is settled ${1 + more.length} times`;
            if (row.state === "SUBMITTED") return `${row.id} is SUBMITTED still`;
            if (row.state === "PENDING") {
              if (event !== undefined) return `${row.id} is PENDING, and the contract has settled it`;
              const reason = refusalName(
                await client.readContract({
                  address: settlement,
                  abi: luxxonSettlementAbi,
                  functionName: "checkSettlement",
                  args: [
                    {
                      sessionId: sessionIdFromUuid(row.id),
                      from: row.consumerWallet,
                      to: row.operatorWallet as Address,
                      ratePerSecond: row.ratePerSecond ?? 0n,
                      chargeableSeconds: BigInt(row.chargeableSeconds ?? 0),
                      toAmount: row.toAmount ?? 0n,
                      feeAmount: row.feeAmount ?? 0n,
                    },
                  ],
                }),
              );
              return reason === row.refusal
                ? undefined
                : `${row.id} is PENDING (${row.refusal}); the contract: ${reason}`;
            }
            if (event === undefined) return `${row.id} is CONFIRMED, and the contract knows nothing of it`;
            const { args } = event;
            const isEqual =
              args.from === row.consumerWallet &&
              args.to === row.operatorWallet &&
              args.toAmount === row.toAmount &&
              args.feeAmount === row.feeAmount &&
              args.ratePerSecond === row.ratePerSecond &&
              Number(args.chargeableSeconds) === row.chargeableSeconds;
            if (!isEqual) return `${row.id}: other amounts on chain`;
            const isSame =
              event.transactionHash === row.txHash &&
              event.blockHash === row.eventHash &&
              event.logIndex === row.eventIndex;
            return isSame ? undefined : `${row.id}: another block or transaction than the table has`;
          }),
        )
      ).filter((it) => it !== undefined),
    );
    check(
      "nothing is settled that is not due",
      settled.length,
      [...eventsOf.keys()].filter((id) => byId.get(id)?.state == null).map((id) => `${id} is not due`),
    );

    const kept = await db.rows<{ blockHash: string; logIndex: number; name: string }>`
      select block_hash, log_index, name from chain_events where name <> 'Approval'`;
    const keyOf = (hash: unknown, index: unknown) => `${hash}/${index}`;
    const onChain = new Set(events.map(({ blockHash, logIndex }) => keyOf(blockHash, logIndex)));
    const inTable = new Set(kept.map(({ blockHash, logIndex }) => keyOf(blockHash, logIndex)));
    check("the event rows are the chain's events", onChain.size, [
      ...[...onChain].filter((key) => !inTable.has(key)).map((key) => `${key} is not in the table`),
      ...[...inTable].filter((key) => !onChain.has(key)).map((key) => `${key} is not on the chain`),
    ]);

    const pools = await db.rows<{ consumer: Address; balance: bigint }>`select consumer, balance from pools`;
    const balances = new Map(pools.map(({ consumer, balance }) => [getAddress(consumer), balance]));
    for (const event of events)
      if (event.eventName === "Deposited" && !balances.has(event.args.consumer)) balances.set(event.args.consumer, 0n);
    const view = <const Name extends "deposits" | "totalDeposits" | "totalCredits">(
      functionName: Name,
      args: readonly Address[],
    ) =>
      client.readContract({
        address: settlement,
        abi: luxxonSettlementAbi,
        functionName,
        args,
      } as never) as Promise<bigint>;
    check(
      "pools are the contract's deposits",
      balances.size,
      (
        await Promise.all(
          [...balances].map(async ([consumer, balance]) => {
            const deposited = await view("deposits", [consumer]);
            return deposited === balance ? undefined : `${consumer}: table ${balance}, contract ${deposited}`;
          }),
        )
      ).filter((it) => it !== undefined),
    );

    const sumOf = (amounts: readonly bigint[]) => amounts.reduce((sum, amount) => sum + amount, 0n);
    const sums: [string, bigint, bigint][] = [
      ["pools, totalDeposits", sumOf([...balances.values()]), await view("totalDeposits", [])],
      [
        "confirmed, settled",
        sumOf(
          due
            .filter(({ state }) => state === "CONFIRMED")
            .map(({ toAmount, feeAmount }) => (toAmount ?? 0n) + (feeAmount ?? 0n)),
        ),
        sumOf(settled.map(({ args }) => args.toAmount + args.feeAmount)),
      ],
    ];
    check(
      "sums agree",
      sums.length,
      sums.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what}: ${a}, ${b}`),
    );
    check(
      "no reservation is left, but of what is PENDING",
      rows.length,
      rows.flatMap(({ id, reserved, state, charged }) =>
        reserved === (state === "PENDING" ? charged : 0n) ? [] : [`${id} (${state}) holds ${reserved}`],
      ),
    );
    const open = await db.rows<{ id: bigint; nonce: bigint }>`select id, nonce from batches where not is_done`;
    check(
      "no batch is open",
      open.length,
      open.map(({ id, nonce }) => `batch ${id}, nonce ${nonce}`),
    );
    const alarms = await db.rows<{ kind: string; subject: string; message: string }>`
      select kind, subject, message from alarms where closed_at is null`;
    check(
      "no alarm",
      alarms.length,
      alarms.filter(({ kind }) => !EXPLAINED.includes(kind)).map(({ kind, message }) => `${kind}: ${message}`),
    );
    return checks;
  } finally {
    await db.close();
  }
}

/** Whether nothing is under way any more: every session is over, and its settlement confirmed, or put off for a reason. */
export async function isQuiet(stage: Checked): Promise<boolean> {
  const db = openDatabase(stage.databaseUrl(), { connections: 1 });
  try {
    const row = await db.row<{ busy: boolean }>`
      select exists (select 1 from sessions where state in ('REQUESTED', 'ASSIGNED', 'LIVE'))
        or exists (select 1 from settlements where state = 'SUBMITTED' or (state = 'PENDING' and (refusal is null or due_at <= now())))
        or exists (select 1 from batches where not is_done) as busy`;
    return row?.busy === false;
  } finally {
    await db.close();
  }
}
