/** Gives a session to an operator: of those who are ONLINE and cover the place, the one who has been idle longest. */

import type { CallersWorkspace } from "../keys/keys.ts";
import { Refused } from "../refusal.ts";
import { staleBefore } from "../workspaces/workspaces.ts";
import { findSession, type SessionWithSettlement, wrongState } from "./session.ts";
import { lockSession, notYours, type TransitionContext } from "./transitions.ts";

/** When a consumer may ask again, seconds. */
const COME_AGAIN = 5;

/**
 * REQUESTED → ASSIGNED, and the operator BUSY, in one transaction. Dispatched twice is dispatched once.
 *
 * @throws {Refused} NO_COVERAGE, UNAVAILABLE: the session stays REQUESTED.
 */
export async function dispatch(
  { db, clock }: TransitionContext,
  consumer: CallersWorkspace,
  id: string,
): Promise<SessionWithSettlement> {
  return await db.transaction(async (tx) => {
    const session = await lockSession(tx, id);
    if (session.consumerWorkspaceId !== consumer.id) throw notYours("dispatch");
    if (session.state === "ASSIGNED") return await findSession(tx, id);
    if (session.state !== "REQUESTED") throw wrongState("dispatch", session.state);
    if (session.expiresAt <= clock.now()) throw wrongState("dispatch", "EXPIRED");
    const { requestedLat: lat, requestedLng: lng } = session;
    const since = staleBefore({ clock });
    // Who is being given another session at this moment is passed over.
    const assigned = await tx.row<SessionWithSettlement>`
      with operator as (
        select id, wallet_address from workspaces
        where availability_state = 'ONLINE' and is_supplier and deleted_at is null and coverage_lat is not null
          and (heard_at is null or heard_at > ${since})
          and meters_between(coverage_lat, coverage_lng, ${lat}, ${lng}) <= coverage_radius_meters
        order by idle_since nulls first, id limit 1 for update skip locked
      ), busy as (
        update workspaces w set availability_state = 'BUSY' from operator o where w.id = o.id
      ) update sessions s set state = 'ASSIGNED', operator_workspace_id = o.id, operator_wallet = o.wallet_address
      from operator o where s.id = ${id} returning s.*, null as settlement_state, null as tx_hash`;
    if (assigned !== undefined) return assigned;
    const covered = await tx.row`
      select id from workspaces
      where availability_state in ('ONLINE', 'BUSY') and is_supplier and deleted_at is null and coverage_lat is not null
        and (heard_at is null or heard_at > ${since})
        and meters_between(coverage_lat, coverage_lng, ${lat}, ${lng}) <= coverage_radius_meters limit 1`;
    if (covered === undefined)
      throw new Refused("NO_COVERAGE", "No operator who is online covers this place.", {
        detail: "session:dispatch:noCoverage",
        retryAfter: COME_AGAIN,
      });
    throw new Refused("UNAVAILABLE", "Every operator who covers this place is busy.", {
      detail: "session:dispatch:allBusy",
      retryAfter: COME_AGAIN,
    });
  });
}
