/** Notes what needs a person. The same thing is noted once until somebody has closed it. */
import type { Queries } from "./db/database.ts";

/** What each means, and what to do, is in docs/platform/runbook.md. */
export const ALARMS = [
  "signer.low",
  "signer.empty",
  "signer.budget",
  "signer.ceiling",
  "signer.refused",
  "signer.foreign",
  "signer.code",
  "contract.refuses",
  "batch.silent",
  "settlement.overdue",
  "settlement.unknown",
  "settlement.differs",
  "ledger.differs",
  "books.broken",
] as const;
export type AlarmKind = (typeof ALARMS)[number];

export interface Alarm {
  kind: AlarmKind;
  subject: string;
  message: string;
}

export interface OpenAlarm extends Alarm {
  id: bigint;
  raisedAt: Date;
}

export async function raiseAlarm(db: Queries, { kind, subject, message }: Alarm, now: Date): Promise<void> {
  await db.rows`
    insert into alarms (kind, subject, message, raised_at) select ${kind}, ${subject}, ${message}, ${now}::timestamptz
    where not exists (select 1 from alarms where kind = ${kind} and subject = ${subject} and closed_at is null)
    on conflict (kind, subject) where closed_at is null do nothing`;
}

export function openAlarms(db: Queries): Promise<OpenAlarm[]> {
  return db.rows<OpenAlarm>`select id, kind, subject, message, raised_at from alarms where closed_at is null order by id`;
}

/** Somebody has looked. What is still so is raised anew. @returns undefined if there is no such open alarm. */
export function closeAlarm(
  db: Queries,
  id: bigint,
  { by, reason }: { by: string; reason: string },
  now: Date,
): Promise<Alarm | undefined> {
  return db.row<Alarm>`
    update alarms set closed_at = ${now}, closed_by = ${by}, close_reason = ${reason}
    where id = ${id} and closed_at is null returning kind, subject, message`;
}
