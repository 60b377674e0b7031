/** A session's settlement as clients see it: four states, and the very arguments that the contract is given. */
import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import type { Queries } from "../db/database.ts";
import { notFound, type SessionState } from "../sessions/session.ts";
import { notYours } from "../sessions/transitions.ts";

export type SettlementState = "NOT_READY" | "PENDING" | "SUBMITTED" | "CONFIRMED";

interface SettlementRow {
  id: string;
  sessionState: SessionState;
  consumerWorkspaceId: string;
  operatorWorkspaceId: string | null;
  sessionConsumerWallet: string;
  sessionOperatorWallet: string | null;
  sessionRate: bigint;
  sessionFeeBps: number;
  endedAt: Date | null;
  startedAt: Date | null;
  sessionCreatedAt: Date;
  state: "PENDING" | "SUBMITTED" | "CONFIRMED" | null;
  chargeableSeconds: number | null;
  toAmount: bigint | null;
  feeAmount: bigint | null;
  refusal: string | null;
  attempts: number | null;
  dueAt: Date | null;
  txHash: string | null;
  eventBlock: bigint | null;
  eventHash: string | null;
  eventIndex: number | null;
  confirmedAt: Date | null;
  writtenOffAt: Date | null;
  safeBlock: bigint | null;
  finalizedBlock: bigint | null;
}

export function settlementView(row: SettlementRow) {
  const isCharged = row.state !== null;
  // Live once, and nothing to pay: there is nothing to settle, and it is settled.
  const isFree = !isCharged && row.startedAt !== null && row.endedAt !== null;
  const state: SettlementState = row.state ?? (isFree ? "CONFIRMED" : "NOT_READY");
  const head = { sessionId: row.id, state };
  if (state === "NOT_READY") return head;
  const [toAmount, feeAmount] = [row.toAmount ?? 0n, row.feeAmount ?? 0n];
  const seconds = row.chargeableSeconds ?? 0;
  const sessionId = sessionIdFromUuid(row.id);
  return {
    ...head,
    payload: {
      sessionIdHash: sessionId,
      sessionId,
      from: row.sessionConsumerWallet,
      to: row.sessionOperatorWallet,
      consumerWalletAddress: row.sessionConsumerWallet,
      operatorWalletAddress: row.sessionOperatorWallet,
      toAmount: toAmount.toString(),
      feeAmount: feeAmount.toString(),
      toAmountMicroUsdc: toAmount.toString(),
      feeAmountMicroUsdc: feeAmount.toString(),
      ratePerSecond: row.sessionRate.toString(),
      ratePerSecondMicroUsdc: row.sessionRate.toString(),
      chargeableSeconds: seconds,
      platformFeeBps: row.sessionFeeBps,
      consumerWorkspaceId: row.consumerWorkspaceId,
      operatorWorkspaceId: row.operatorWorkspaceId,
    },
    ...(row.txHash === null ? {} : { txHash: row.txHash }),
    ...(state !== "CONFIRMED" ? {} : { confirmedAt: (row.confirmedAt ?? row.endedAt)?.toISOString() }),
    ...(row.eventBlock === null
      ? {}
      : {
          blockNumber: row.eventBlock.toString(),
          blockHash: row.eventHash,
          logIndex: row.eventIndex,
          finality:
            row.eventBlock <= (row.finalizedBlock ?? -1n)
              ? "finalized"
              : row.eventBlock <= (row.safeBlock ?? -1n)
                ? "safe"
                : "latest",
        }),
    ...(state !== "PENDING" || row.refusal === null ? {} : { refusal: row.refusal }),
    ...(state !== "PENDING" ? {} : { attempts: row.attempts ?? 0, nextAttemptAt: row.dueAt?.toISOString() ?? null }),
    ...(row.writtenOffAt === null ? {} : { writtenOffAt: row.writtenOffAt.toISOString() }),
  };
}

export type SettlementView = ReturnType<typeof settlementView>;

/** @throws {Refused} SESSION_NOT_FOUND; NOT_AUTHORIZED for a workspace of neither side. */
export async function findSettlement(db: Queries, workspaceId: string, sessionId: string): Promise<SettlementView> {
  const row = await db.row<SettlementRow>`select * from session_settlements where id = ${sessionId}`;
  if (row === undefined) return notFound();
  if (row.consumerWorkspaceId !== workspaceId && row.operatorWorkspaceId !== workspaceId) throw notYours("view");
  return settlementView(row);
}

export interface SettlementListOptions {
  workspaceId: string;
  state?: SettlementState | undefined;
  limit: number;
  before?: { createdAt: Date; id: string } | undefined;
}

/** The settlements of the workspace's sessions that were charged, newest session first. */
export async function listSettlements(db: Queries, { workspaceId, state, limit, before }: SettlementListOptions) {
  const [time, id] = [before?.createdAt ?? null, before?.id ?? null];
  const rows = await db.rows<SettlementRow>`
    select * from session_settlements
    where (consumer_workspace_id = ${workspaceId} or operator_workspace_id = ${workspaceId})
      and state is not null and (${state ?? null}::text is null or state = ${state ?? null}::text)
      and (${time}::timestamptz is null or (session_created_at, id) < (${time}::timestamptz, ${id}::uuid))
    order by session_created_at desc, id desc limit ${limit}`;
  return rows.map((row) => ({ view: settlementView(row), createdAt: row.sessionCreatedAt, id: row.id }));
}
