/**
 * Moves a session from state to state. Each move is a compare-and-swap on its state: one writer wins, and who loses is told
 * the state that is.
 */
import type { Clock } from "../clock.ts";
import type { Database, Queries, Transaction } from "../db/database.ts";
import type { CallersWorkspace } from "../keys/keys.ts";
import type { Media } from "../media/media.ts";
import { Refused } from "../refusal.ts";
import { finish } from "./finish.ts";
import { FREE_OPERATORS } from "./free.ts";
import { notFound, type SessionRow, type SessionState, type SessionWithSettlement, wrongState } from "./session.ts";

export interface TransitionContext {
  db: Database;
  clock: Clock;
  media: Media;
}

/** To a workspace of neither side, whatever it tries. */
export function notYours(operation = "view"): Refused {
  return new Refused("NOT_AUTHORIZED", "This session is another workspace's.", {
    detail: `session:${operation}Denied`,
  });
}

type Sides = Pick<SessionRow, "consumerWorkspaceId" | "operatorWorkspaceId">;

function isOfEither({ consumerWorkspaceId, operatorWorkspaceId }: Sides, { id }: CallersWorkspace): boolean {
  return consumerWorkspaceId === id || operatorWorkspaceId === id;
}

function needSupplier(workspace: CallersWorkspace): void {
  if (!workspace.isSupplier)
    throw new Refused("NOT_OPERATOR", "Only a workspace with the role SUPPLIER operates.", {
      detail: "session:notSupplier",
    });
}

/**
 * REQUESTED → ASSIGNED by an operator's own decision. Who has a circle takes what is in it, and who is BUSY takes nothing;
 * who has none, or was never online, is free to.
 *
 * @throws {Refused} NOT_OPERATOR, SESSION_NOT_FOUND, INVALID_STATE, OUTSIDE_COVERAGE
 */
export async function accept(
  { db, clock }: TransitionContext,
  operator: CallersWorkspace,
  id: string,
): Promise<SessionWithSettlement> {
  needSupplier(operator);
  // Dispatch takes the same row: nobody is given a session while it takes another.
  const session = await db.row<SessionWithSettlement>`
    with me as (select * from workspaces where id = ${operator.id} for share)
    update sessions s set state = 'ASSIGNED', operator_workspace_id = me.id, operator_wallet = ${operator.walletAddress}
    from me where s.id = ${id} and s.state = 'REQUESTED' and s.expires_at > ${clock.now()} and me.availability_state <> 'BUSY'
      and coalesce(meters_between(me.coverage_lat, me.coverage_lng, s.requested_lat, s.requested_lng) <= me.coverage_radius_meters, true)
    returning s.*, null as settlement_state, null as tx_hash`;
  return session ?? (await notAccepted(db, clock, operator, id));
}

async function notAccepted(db: Queries, clock: Clock, operator: CallersWorkspace, id: string): Promise<never> {
  const why = await db.row<{ isOpen: boolean; isBusy: boolean; away: number | null; radius: number | null }>`
    select s.state = 'REQUESTED' and s.expires_at > ${clock.now()} as is_open, w.availability_state = 'BUSY' as is_busy,
      meters_between(w.coverage_lat, w.coverage_lng, s.requested_lat, s.requested_lng) as away, w.coverage_radius_meters as radius
    from sessions s, workspaces w where s.id = ${id} and w.id = ${operator.id}`;
  if (why?.isOpen && why.isBusy)
    throw new Refused("INVALID_STATE", "This operator is busy with a session: end it first.", {
      detail: "session:accept:operatorBusy",
    });
  if (why?.isOpen && why.away !== null && why.radius !== null && why.away > why.radius)
    throw new Refused(
      "OUTSIDE_COVERAGE",
      `The place is ${Math.round(why.away)} m away from the middle of this operator's circle of ${why.radius} m.`,
      { detail: "session:accept:outsideCoverage" },
    );
  return await lost(db, "accept", id);
}

/** ASSIGNED → LIVE where the media backend is live at once; else it waits for the first picture. Started twice is started once. */
export async function start(
  { db, clock, media }: TransitionContext,
  operator: CallersWorkspace,
  id: string,
): Promise<SessionWithSettlement> {
  needSupplier(operator);
  const now = clock.now();
  const ref = await media.open(id);
  const started = await db.row<SessionWithSettlement>`
    with started as (
      update sessions set video_backend_ref = coalesce(video_backend_ref, ${ref}),
        state = case when ${media.isLiveAtStart} then 'LIVE' else state end,
        started_at = case when ${media.isLiveAtStart} then ${now}::timestamptz end,
        expires_at = case when ${media.isLiveAtStart} then ${now}::timestamptz + max_duration_seconds * interval '1 second' else expires_at end
      where id = ${id} and state = 'ASSIGNED' and operator_workspace_id = ${operator.id} and expires_at > ${now}
      returning *
    ), busy as (
      update workspaces set availability_state = 'BUSY'
      where id in (select operator_workspace_id from started) and availability_state = 'ONLINE'
    ) select *, null as settlement_state, null as tx_hash from started`;
  if (started !== undefined) return started;
  const session =
    await db.row<SessionWithSettlement>`select *, null as settlement_state, null as tx_hash from sessions where id = ${id}`;
  if (session?.state === "LIVE" && session.operatorWorkspaceId === operator.id) return session;
  return await lost(db, "start", id, operator, ({ operatorWorkspaceId }) => operatorWorkspaceId ?? operator.id);
}

/** LIVE → ENDED by either side: the meter is read, and the settlement is due. */
export async function end(
  { db, clock, media }: TransitionContext,
  caller: CallersWorkspace,
  id: string,
): Promise<SessionWithSettlement> {
  const ended = await db.transaction(async (tx) => {
    const session = await lockSession(tx, id);
    if (!isOfEither(session, caller)) throw notYours();
    if (session.state !== "LIVE") throw wrongState("end", session.state);
    const reason = session.operatorWorkspaceId === caller.id ? "OPERATOR" : "CONSUMER";
    return await finish(tx, session, { state: "ENDED", reason, at: clock.now(), isUrgent: false });
  });
  await media.close(id);
  return ended;
}

/** REQUESTED or ASSIGNED → CANCELLED by the consumer: nothing is charged. */
export async function cancel(
  { db, clock, media }: TransitionContext,
  consumer: CallersWorkspace,
  id: string,
): Promise<SessionWithSettlement> {
  const session = await db.row<SessionWithSettlement>`
    with ended as (
      update sessions set state = 'CANCELLED', end_reason = 'CONSUMER', ended_at = ${clock.now()}, reserved = 0, video_backend_ref = null
      where id = ${id} and state in ('REQUESTED', 'ASSIGNED') and consumer_workspace_id = ${consumer.id} returning *
    ), ${FREE_OPERATORS} select *, null as settlement_state, null as tx_hash from ended`;
  if (session === undefined)
    return await lost(db, "cancel", id, consumer, ({ consumerWorkspaceId }) => consumerWorkspaceId);
  await media.close(id);
  return session;
}

/** Every ASSIGNED session of an operator → CANCELLED; LIVE ones go on. @returns Their ids, oldest first. */
export async function cancelAssignments(
  { db, clock, media }: TransitionContext,
  operator: CallersWorkspace,
): Promise<string[]> {
  needSupplier(operator);
  const cancelled = await db.rows<{ id: string }>`
    with ended as (
      update sessions set state = 'CANCELLED', end_reason = 'OPERATOR', ended_at = ${clock.now()}, reserved = 0, video_backend_ref = null
      where operator_workspace_id = ${operator.id} and state = 'ASSIGNED' returning *
    ), ${FREE_OPERATORS} select id from ended order by created_at, id`;
  for (const { id } of cancelled) await media.close(id);
  return cancelled.map(({ id }) => id);
}

export async function lockSession(tx: Transaction, id: string): Promise<SessionRow> {
  return (await tx.row<SessionRow>`select * from sessions where id = ${id} for update`) ?? notFound();
}

/**
 * Why a move was not made.
 *
 * @param caller Undefined where anybody may try.
 * @param mover Whose move it is.
 */
async function lost(
  db: Queries,
  operation: string,
  id: string,
  caller?: CallersWorkspace,
  mover: (session: SessionRow) => string = () => "",
): Promise<never> {
  const session = await db.row<SessionRow>`select * from sessions where id = ${id}`;
  if (session === undefined) return notFound();
  if (caller !== undefined && !isOfEither(session, caller)) throw notYours();
  if (caller !== undefined && mover(session) !== caller.id) throw notYours(operation);
  throw wrongState(operation, isOver(operation, session.state) ? "EXPIRED" : session.state);
}

/** The state from which the move goes, and nobody waits for it any longer: the clock has not come to it yet. */
function isOver(operation: string, state: SessionState): boolean {
  return (operation === "accept" && state === "REQUESTED") || (operation === "start" && state === "ASSIGNED");
}
