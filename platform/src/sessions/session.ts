/** A session as it is kept, and the words for its states. */
import type { Queries } from "../db/database.ts";
import { Refused } from "../refusal.ts";

export type SessionState = "REQUESTED" | "ASSIGNED" | "LIVE" | "ENDED" | "EXPIRED" | "CANCELLED";

/** A duration, seconds: the contract settles no longer one. */
export const MOST_DURATION_SECONDS = 86_400;
/** How long a session waits for an operator: what is outside is taken as the nearest end. */
export const WAIT_SECONDS = { least: 5, most: 3_600, usual: 300 } as const;

export interface SessionRow {
  id: string;
  consumerWorkspaceId: string;
  operatorWorkspaceId: string | null;
  consumerWallet: string;
  operatorWallet: string | null;
  state: SessionState;
  endReason: string | null;
  reference: string | null;
  requestedLat: number;
  requestedLng: number;
  maxDurationSeconds: number;
  waitTimeoutSeconds: number;
  ratePerSecond: bigint;
  feeBps: number;
  guaranteed: boolean;
  reserved: bigint;
  cleanSeconds: number;
  charged: bigint;
  videoBackendRef: string | null;
  createdAt: Date;
  expiresAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** With what is known of its settlement. */
export interface SessionWithSettlement extends SessionRow {
  settlementState: "PENDING" | "SUBMITTED" | "CONFIRMED" | null;
  txHash: string | null;
}

export async function findSession(db: Queries, id: string): Promise<SessionWithSettlement> {
  const session = await db.row<SessionWithSettlement>`
    select s.*, t.state as settlement_state, t.tx_hash from sessions s left join settlements t on t.session_id = s.id where s.id = ${id}`;
  return session ?? notFound();
}

export interface ListOptions {
  workspaceId: string;
  side?: "consumer" | "operator" | undefined;
  limit: number;
  /** What `cursorOf` made of the last row that was seen. */
  before?: { createdAt: Date; id: string } | undefined;
}

/** The workspace's sessions, newest first. */
export async function listSessions(
  db: Queries,
  { workspaceId, side, limit, before }: ListOptions,
): Promise<SessionWithSettlement[]> {
  const [asConsumer, asOperator] = [side !== "operator", side !== "consumer"];
  const [time, id] = [before?.createdAt ?? null, before?.id ?? null];
  // Each side by its own index; a session of both is in both.
  return await db.rows<SessionWithSettlement>`
    with mine as (
      (select id, created_at from sessions where ${asConsumer} and consumer_workspace_id = ${workspaceId}
        and (${time}::timestamptz is null or (created_at, id) < (${time}::timestamptz, ${id}::uuid))
        order by created_at desc, id desc limit ${limit})
      union
      (select id, created_at from sessions where ${asOperator} and operator_workspace_id = ${workspaceId}
        and (${time}::timestamptz is null or (created_at, id) < (${time}::timestamptz, ${id}::uuid))
        order by created_at desc, id desc limit ${limit})
    )
    select s.*, t.state as settlement_state, t.tx_hash
    from (select id from mine order by created_at desc, id desc limit ${limit}) m
    join sessions s on s.id = m.id left join settlements t on t.session_id = s.id
    order by s.created_at desc, s.id desc`;
}

export function notFound(): never {
  throw new Refused("SESSION_NOT_FOUND", "There is no such session.", { detail: "session:notFound" });
}

/** @param operation As its route is called. */
export function wrongState(operation: string, state: SessionState): Refused {
  return new Refused("INVALID_STATE", `A session that is ${state} cannot do this: ${operation}.`, {
    detail: `session:${operation}:${state}`,
  });
}
