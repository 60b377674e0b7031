/** Reads what is due, and makes up batches of it that the contract would settle now, one after the other. */
import { MAX_BATCH } from "@luxxon/contracts-abi";
import type { Head } from "../chain/chain.ts";
import type { Account } from "./account.ts";
import { choose, type Due } from "./choose.ts";
import type { Work } from "./context.ts";
import { batchData, type Proposed, putOffCrowded, putOffRefused } from "./refusals.ts";
import { openRoom, type Room } from "./room.ts";

/** Settlements that are looked at, for all batches that are made at once: so many that are urgent, and the oldest of all. */
const LOOKED_AT = 2_000;
/** How often batches are filled up anew for those that the contract refuses. */
const FILLED_UP = 5;

/** @returns At most `most`, and what the budget of gas affords; none if what is due is to wait. */
export async function chooseBatches(
  work: Work,
  { head, now, most, account }: { head: Head; now: Date; most: number; account: Account },
): Promise<Proposed[]> {
  const { db, batchWaitMs, dear, suffix } = work;
  const isDear = dear.baseFee !== undefined && head.baseFeePerGas > dear.baseFee;
  const patienceMs = isDear ? Math.max(batchWaitMs, dear.waitMs) : batchWaitMs;
  const isHurried = ({ urgent, dueAt }: Due) => urgent || now.getTime() - dueAt.getTime() >= patienceMs;
  /** Whether a batch of these is worth its gas: it is full, one of them cannot wait, or one has waited long enough. */
  const isRipe = (some: readonly Due[]): boolean => some.length >= MAX_BATCH || some.some(isHurried);

  let due = await db.rows<Due>`
    with looked_at as (
      (select session_id from settlements where urgent and state = 'PENDING' and written_off_at is null and due_at <= ${now}
        order by due_at limit ${LOOKED_AT})
      union
      (select session_id from settlements where state = 'PENDING' and written_off_at is null and due_at <= ${now}
        order by due_at limit ${LOOKED_AT})
    ) select session_id, consumer_wallet, operator_wallet, rate_per_second, chargeable_seconds, to_amount, fee_amount, urgent, due_at
    from settlements join looked_at using (session_id) order by urgent desc, due_at`;
  const isMoreDue = due.length >= LOOKED_AT;
  // What shares a batch pays the same price: those that can wait do.
  if (isDear) due = due.filter(isHurried);
  if (!isRipe(due)) return [];
  const affordable = Math.min(most, await account.affords(head));
  if (affordable === 0) return [];
  const room = await openRoom(work, head);
  const propose = (entries: Due[]): Proposed => ({ entries, data: batchData(entries, suffix) });
  for (let tries = 1; ; tries++) {
    const { batches, crowded } = await divide(due, { room, isRipe, most: affordable });
    const proposed = batches.map(propose);
    const refused = await putOffRefused(work, proposed, head);
    const isLeft = (entry: Due) => !refused.has(entry);
    if (refused.size === 0 || tries > FILLED_UP) {
      // Whoever is due behind all that was looked at does not wait for those.
      if (isMoreDue) await putOffCrowded(work, crowded);
      return refused.size === 0
        ? proposed
        : batches
            .map((them) => them.filter(isLeft))
            .filter(isAny)
            .map(propose);
    }
    // Whoever is due after those takes their places.
    due = due.filter(isLeft);
  }
}

function isAny({ length }: readonly Due[]): boolean {
  return length > 0;
}

/** Batch by batch, as long as what is left is worth one. */
async function divide(
  due: readonly Due[],
  { room, isRipe, most }: { room: Room; isRipe: (some: readonly Due[]) => boolean; most: number },
): Promise<{ batches: Due[][]; crowded: Due[] }> {
  const batches: Due[][] = [];
  const crowded: Due[] = [];
  for (let left = due; batches.length < most && isRipe(left); ) {
    const chosen = choose(left, MAX_BATCH);
    const { inside, hasRoom } = await room.letIn(chosen, batches.flat());
    if (inside.size === chosen.length) {
      batches.push(chosen);
      left = left.filter((entry) => !inside.has(entry));
      continue;
    }
    // Others take the places of those that have to wait for what is in flight, as all do who would find no room beside these.
    const stays = (entry: Due) => inside.has(entry) || hasRoom(entry);
    crowded.push(...left.filter((entry) => !stays(entry)));
    left = left.filter(stays);
  }
  return { batches, crowded };
}
