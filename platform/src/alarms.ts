/** Notes what needs a person. The same thing is noted once until somebody has closed it. */
import type { Queries } from "./db/database.ts";

export interface Alarm {
  kind: string;
  subject: string;
  message: string;
}

export async function raiseAlarm(db: Queries, { kind, subject, message }: Alarm, now: Date): Promise<void> {
  await db.rows`
    insert into alarms (kind, subject, message, raised_at) values (${kind}, ${subject}, ${message}, ${now}) on conflict (kind, subject) where closed_at is null do nothing`;
}
