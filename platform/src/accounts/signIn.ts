/**
 * Finds the account of an email and a password. Whether the email is known changes neither the answer, nor the work, nor how
 * often one may try.
 *
 * Wrong passwords are counted by email and network: whoever guesses locks out nobody but himself. Guesses from everywhere
 * are bounded too, by email alone; a network from which the right password once came is not held to that.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Queries } from "../db/database.ts";
import type { Account } from "./accounts.ts";
import { emailKey } from "./checks.ts";
import type { Passwords } from "./passwords.ts";
import { AccountRefused } from "./refusal.ts";

/** Wrong passwords for one email, in so many minutes. */
export const TRIES = { fromOneNetwork: 10, fromEverywhere: 100, minutes: 15 } as const;
/** How long a network is known for the right password, days. */
export const KNOWN_DAYS = 30;

export interface SignInContext {
  db: Queries;
  clock: Clock;
  passwords: Passwords;
  oneAtATime: <T>(key: string, act: () => Promise<T>) => Promise<T>;
}

export interface Credentials {
  email: string;
  password: string;
}

/** @throws {AccountRefused} INVALID_CREDENTIALS, RATE_LIMITED */
export function signIn(context: SignInContext, { email, password }: Credentials, network: string): Promise<Account> {
  const key = emailKey(email);
  const everywhere = sha256(key);
  const here = sha256(`${key}\n${network}`);
  // Guesses that come at once are counted one after the other.
  return context.oneAtATime(`tries:${here.toString("base64")}`, async () => {
    const { db, clock, passwords } = context;
    const now = clock.now();
    const known = await db.row<Known>`
      select a.id, a.scope, a.state, a.password_hash,
        h.failures as failures_here, h.ends_at as ends_here, e.failures as failures_everywhere, e.ends_at as ends_everywhere,
        h.succeeded_at
      from (select 1) one
      left join accounts a on a.email_key = ${key}
      left join account_tries h on h.key = ${here}
      left join account_tries e on e.key = ${everywhere}`;
    const { id, scope, state, passwordHash, ...tries } = known as Known;
    refuseWhoTriesTooOften(tries, now);
    const isRight = await passwords.isRight(password, passwordHash, network);
    if (!isRight || id === null || scope === null || state === null) {
      const ends = new Date(now.getTime() + TRIES.minutes * 60_000);
      await db.rows`
        insert into account_tries as t (key, failures, ends_at) values (${here}, 1, ${ends}), (${everywhere}, 1, ${ends})
        on conflict (key) do update set failures = case when t.ends_at > ${now} then t.failures + 1 else 1 end,
          ends_at = case when t.ends_at > ${now} then t.ends_at else excluded.ends_at end`;
      throw new AccountRefused("INVALID_CREDENTIALS");
    }
    const day = now.getTime() - 86_400_000;
    if ((tries.failuresHere ?? 0) > 0 || (tries.succeededAt?.getTime() ?? 0) < day)
      await db.rows`
        insert into account_tries (key, failures, ends_at, succeeded_at) values (${here}, 0, ${now}, ${now})
        on conflict (key) do update set failures = 0, ends_at = excluded.ends_at, succeeded_at = excluded.succeeded_at`;
    return { id, scope, state };
  });
}

interface Tries {
  failuresHere: number | null;
  endsHere: Date | null;
  failuresEverywhere: number | null;
  endsEverywhere: Date | null;
  succeededAt: Date | null;
}

type Known = Tries & { [Name in keyof Account]: Account[Name] | null } & { passwordHash: string | null };

/** @throws {AccountRefused} RATE_LIMITED */
function refuseWhoTriesTooOften(tries: Tries, now: Date): void {
  const left = (failures: number | null, ends: Date | null, most: number): number =>
    ends !== null && (failures ?? 0) >= most ? ends.getTime() - now.getTime() : 0;
  const isKnown = tries.succeededAt !== null && now.getTime() - tries.succeededAt.getTime() < KNOWN_DAYS * 86_400_000;
  const waits = Math.max(
    left(tries.failuresHere, tries.endsHere, TRIES.fromOneNetwork),
    isKnown ? 0 : left(tries.failuresEverywhere, tries.endsEverywhere, TRIES.fromEverywhere),
  );
  if (waits > 0) throw new AccountRefused("RATE_LIMITED", { retryAfter: waits / 1_000 });
}

/** Forgets tries that count no longer. */
export async function forgetTries(db: Queries, now: Date): Promise<void> {
  const known = new Date(now.getTime() - KNOWN_DAYS * 86_400_000);
  await db.rows`delete from account_tries where ends_at < ${now} and (succeeded_at is null or succeeded_at < ${known})`;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
