/**
 * Sends what is due: a queue of our own in Postgres. Who sends a delivery holds it by a lease, renews it while it waits for
 * the answer, and writes what came of it only if it still holds it: after a crash another goes on within the lease.
 */
import type { Database } from "../db/database.ts";
import { giveUp } from "./endpoints.ts";
import { openSigner, type SecretContext, signaturesOf } from "./secrets.ts";
import { NotPublic, type PostAnswer, post } from "./target.ts";

/** From each try to the next, seconds: eight tries over three days. */
export const PAUSES = [5, 300, 1_800, 10_800, 28_800, 72_000, 144_000] as const;
/** An endpoint at which nothing has arrived for so long is turned off, days. */
export const FAILING_DAYS = 5;
const LEASE_MS = 10_000;
/** Deliveries under way at once: of one endpoint, of one workspace, and of all. Who answers slowly holds up no others. */
const AT_ONCE = { endpoint: 4, workspace: 8, all: 64 } as const;
/** A receiver may ask to be left alone for so long, seconds. */
const LONGEST_RETRY_AFTER = 86_400;

export interface SenderContext extends SecretContext {
  db: Database;
  /** Whether anything but public addresses may be sent to. */
  isLocal: boolean;
  log: { warn(what: object, message: string): void };
}

interface Due {
  id: bigint;
  fence: bigint;
  attempts: number;
  endpointId: string;
  workspaceId: string;
  url: string;
  sealed: string[];
  eventId: string;
  body: string;
}

export interface Sender {
  /** Begins what is due. @returns Whether there may be more. */
  turn(): Promise<boolean>;
  /** Waits for what is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export function openSender(context: SenderContext): Sender {
  const { db, clock, isLocal, sessionSecrets, log } = context;
  const flying = new Map<bigint, Promise<void>>();
  const closing = new AbortController();

  const take = async (): Promise<Due[]> => {
    const now = clock.now();
    const room = AT_ONCE.all - flying.size;
    if (room <= 0) return [];
    const until = new Date(now.getTime() + LEASE_MS);
    return await db.rows<Due>`
      with due as (
        select d.id, d.due_at, w.workspace_id, row_number() over (partition by w.workspace_id order by d.due_at, d.id) as place
        from webhook_endpoints w cross join lateral (
          select id, due_at from webhook_deliveries d
          where d.endpoint_id = w.id and d.state = 'PENDING' and d.due_at <= ${now} and (d.leased_until is null or d.leased_until <= ${now})
          order by due_at limit greatest(0, ${AT_ONCE.endpoint}::int - (
            select count(*) from webhook_deliveries f where f.endpoint_id = w.id and f.state = 'PENDING' and f.leased_until > ${now}))
        ) d where w.disabled_at is null
      ), fair as (
        select id from due where place + (
          select count(*) from webhook_endpoints o join webhook_deliveries f on f.endpoint_id = o.id
          where o.workspace_id = due.workspace_id and f.state = 'PENDING' and f.leased_until > ${now}) <= ${AT_ONCE.workspace}::int
        order by due_at limit ${room}
      ), mine as (
        select d.id from webhook_deliveries d join fair on fair.id = d.id
        where d.state = 'PENDING' and (d.leased_until is null or d.leased_until <= ${now}) for update of d skip locked
      ) update webhook_deliveries d set leased_until = ${until}, fence = d.fence + 1
      from mine, webhook_endpoints w, events e
      where d.id = mine.id and w.id = d.endpoint_id and e.seq = d.event_seq
      returning d.id, d.fence, d.attempts, d.endpoint_id, w.workspace_id, w.url, e.id as event_id, e.body,
        (select array_agg(s.sealed order by s.id desc) from webhook_secrets s
          where s.endpoint_id = w.id and s.sealed is not null and (s.expires_at is null or s.expires_at > ${now})) as sealed`;
  };

  const renew = async ({ id, fence }: Due) => {
    const until = new Date(clock.now().getTime() + LEASE_MS);
    await db.rows`update webhook_deliveries set leased_until = ${until} where id = ${id} and fence = ${fence} and state = 'PENDING'`;
  };

  const send = async (due: Due): Promise<void> => {
    const at = clock.now();
    const lease = setInterval(() => void renew(due).catch(() => undefined), LEASE_MS / 3);
    let answer: PostAnswer | undefined;
    let failure: unknown;
    try {
      answer = await post({
        url: new URL(due.url),
        headers: headersOf(due, at, sessionSecrets),
        body: due.body,
        isAnyAddress: isLocal,
        signal: closing.signal,
      });
    } catch (error) {
      failure = error;
    } finally {
      clearInterval(lease);
    }
    // Whoever stops does not know what came of it: the next one asks again when the lease is over.
    if (closing.signal.aborted) return;
    await settle(context, due, at, answer, failure);
  };

  return {
    async turn() {
      const taken = await take();
      for (const due of taken) {
        const done = send(due)
          .catch((error: unknown) =>
            log.warn({ delivery: due.id.toString(), err: error }, "a webhook was not written down"),
          )
          .finally(() => flying.delete(due.id));
        flying.set(due.id, done);
      }
      return taken.length > 0;
    },
    async settled() {
      await Promise.all(flying.values());
    },
    async close() {
      closing.abort();
      await Promise.all(flying.values());
    },
  };
}

/**
 * All that are good sign, the newest first: a receiver needs one of them.
 *
 * @throws where none can be opened: nothing is ever sent unsigned.
 */
function headersOf({ endpointId, eventId, body, sealed }: Due, at: Date, sessionSecrets: readonly string[]) {
  const signers = (sealed ?? [])
    .map((it) => openSigner(it, endpointId, sessionSecrets))
    .filter((it) => it !== undefined);
  if (signers.length === 0) throw new Error("no secret of this webhook can be opened: rotate it");
  return {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    "user-agent": "Luxxon-Webhooks/1",
    "webhook-id": eventId,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": signers.flatMap((signer) => signaturesOf(signer, eventId, at, body)).join(" "),
  };
}

async function settle(
  { db, clock, entropy, log }: SenderContext,
  due: Due,
  at: Date,
  answer: PostAnswer | undefined,
  failure: unknown,
): Promise<void> {
  const now = clock.now();
  const ms = now.getTime() - at.getTime();
  const status = answer?.status ?? null;
  const isGood = status !== null && status >= 200 && status < 300;
  const why = isGood ? null : answer === undefined ? wordOf(failure) : `answered ${status}`;
  const isHopeless = status === 410 || failure instanceof NotPublic;
  const pause = PAUSES[due.attempts];
  const isLast = isGood || isHopeless || pause === undefined;
  // Those that fail together are not tried together.
  const jitter = 0.9 + ((entropy.bytes(1)[0] ?? 0) / 255) * 0.2;
  const wait = Math.max((pause ?? 0) * jitter, Math.min(answer?.retryAfter ?? 0, LONGEST_RETRY_AFTER));
  const dueAt = new Date(now.getTime() + Math.round(wait * 1_000));
  const state = isGood ? "DELIVERED" : isLast ? "FAILED" : "PENDING";
  await db.transaction(async (tx) => {
    const mine = await tx.row`
      update webhook_deliveries set state = ${state}, attempts = attempts + 1, leased_until = null, due_at = case when ${state} = 'PENDING' then ${dueAt}::timestamptz else due_at end,
        last_status = ${status}::int, last_error = ${why}::text, last_ms = ${ms}::int, last_at = ${at}::timestamptz
      where id = ${due.id} and fence = ${due.fence} and state = 'PENDING' returning id`;
    if (mine === undefined) return;
    if (isGood) {
      await tx.rows`update webhook_endpoints set failing_since = null where id = ${due.endpointId} and failing_since is not null`;
      return;
    }
    const since = new Date(now.getTime() - FAILING_DAYS * 86_400_000);
    const off = await tx.row<{ disabledReason: string }>`
      update webhook_endpoints set failing_since = coalesce(failing_since, ${at}::timestamptz),
        disabled_at = case when ${status === 410} or failing_since <= ${since}::timestamptz then ${now}::timestamptz end,
        disabled_reason = case when ${status === 410} then 'GONE' when failing_since <= ${since}::timestamptz then 'FAILING' end
      where id = ${due.endpointId} and disabled_at is null
      returning disabled_reason`;
    if (off === undefined || off.disabledReason === null) return;
    await giveUp(tx, due.endpointId, "the webhook is off");
    // Said where it can still be heard: to those who poll, and to the workspace's other webhooks.
    const data = JSON.stringify({ webhookId: due.endpointId, url: due.url, reason: off.disabledReason });
    await tx.rows`
      select emit_event(${`webhook:${due.endpointId}`}, 'webhook.disabled', ${due.workspaceId}::uuid, null, ${now}::timestamptz, ${data}::jsonb)`;
    log.warn({ webhook: due.endpointId, reason: off.disabledReason }, "a webhook was turned off");
  });
}

function wordOf(failure: unknown): string {
  if (failure instanceof NotPublic) return failure.message;
  const { code, message } = failure as { code?: string; message?: string };
  return (code ?? message ?? "no connection").slice(0, 200);
}
