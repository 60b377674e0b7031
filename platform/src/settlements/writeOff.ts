/** Gives a settlement up: it is not tried again, and nobody pretends that it was paid. It stays in the books, with who and why. */
import type { Database } from "../db/database.ts";

export interface WriteOff {
  by: string;
  reason: string;
}

export interface WrittenOff {
  sessionId: string;
  amountMicroUsdc: bigint;
  refusal: string;
  by: string;
  reason: string;
  at: Date;
}

/**
 * - `unknown`: there is no such settlement.
 * - `already`: it was written off before; by whom, and why, stays as it was.
 * - `flying`: a transaction carries it, or the chain has it.
 * - `due`: the contract has not refused it; it is about to be settled.
 */
export type WriteOffOutcome =
  | { outcome: "done"; writtenOff: WrittenOff }
  | { outcome: "unknown" | "already" | "flying" | "due" };

/** Only what the contract has refused, and no transaction carries. */
export async function writeOff(
  db: Database,
  sessionId: string,
  { by, reason }: WriteOff,
  now: Date,
): Promise<WriteOffOutcome> {
  return await db.transaction(async (tx) => {
    const row = await tx.row<{ state: string; refusal: string | null; writtenOffAt: Date | null; amount: bigint }>`
      select state, refusal, written_off_at, to_amount + fee_amount as amount from settlements where session_id = ${sessionId} for update`;
    if (row === undefined) return { outcome: "unknown" };
    if (row.writtenOffAt !== null) return { outcome: "already" };
    if (row.state !== "PENDING") return { outcome: "flying" };
    if (row.refusal === null) return { outcome: "due" };
    await tx.rows`
      update settlements set written_off_at = ${now}, written_off_by = ${by}, write_off_reason = ${reason}, due_at = null
      where session_id = ${sessionId}`;
    // Nobody waits for that money any longer.
    await tx.rows`update sessions set reserved = 0 where id = ${sessionId}`;
    const { refusal, amount: amountMicroUsdc } = row;
    return { outcome: "done", writtenOff: { sessionId, amountMicroUsdc, refusal, by, reason, at: now } };
  });
}
