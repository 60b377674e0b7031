/** Where a workspace's events are sent. */
import { isIP } from "node:net";
import type { Clock } from "../clock.ts";
import type { Queries, Transaction } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import { lockWorkspace } from "../workspaces/lock.ts";
import type { EventType } from "./events.ts";
import { addSigner, type SecretContext } from "./secrets.ts";
import { isPublic } from "./target.ts";

export const MOST_ENDPOINTS = 20;
/** How long an older secret may sign beside its successor, seconds. */
export const SECRET_OVERLAP_SECONDS = { usual: 86_400, most: 7 * 86_400 } as const;

/** Secrets of one webhook that sign at a time. */
export const MOST_SECRETS = 5;

export interface EndpointRow {
  id: string;
  workspaceId: string;
  url: string;
  description: string;
  types: EventType[];
  createdAt: Date;
  createdByWallet: string;
  disabledAt: Date | null;
  disabledReason: "OWNER" | "GONE" | "FAILING" | null;
  failingSince: Date | null;
  /** Of the keys that sign now, the newest first. */
  publicKeys: string[];
}

/** @throws {Refused} INVALID_INPUT for what nothing may be sent to. */
export function checkUrl(text: string, isLocal: boolean): string {
  const no = (why: string) => new Refused("INVALID_INPUT", `The URL ${why}.`, { detail: "url" });
  if (!URL.canParse(text)) throw no("cannot be read");
  const url = new URL(text);
  if (url.protocol !== "https:" && !(isLocal && url.protocol === "http:")) throw no("does not begin with https");
  if (url.username !== "" || url.password !== "") throw no("holds a password");
  url.hash = "";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!isLocal && (isIP(host) === 0 ? !host.includes(".") || /(^|\.)localhost\.?$/i.test(host) : !isPublic(host)))
    throw no("is none of the public internet");
  return url.href;
}

export async function makeEndpoint(
  tx: Transaction,
  context: SecretContext,
  made: { workspaceId: string; url: string; description: string; types: readonly EventType[]; by: string },
): Promise<{ endpoint: EndpointRow; secret: string }> {
  const { clock, entropy } = context;
  await lockWorkspace(tx, made.workspaceId);
  const row = await tx.row<{ id: string }>`
    insert into webhook_endpoints (id, workspace_id, url, description, types, created_at, created_by_wallet)
    select ${entropy.uuid()}::uuid, ${made.workspaceId}::uuid, ${made.url}, ${made.description}, ${[...new Set(made.types)]}::text[],
      ${clock.now()}::timestamptz, ${made.by}
    where (select count(*) from webhook_endpoints where workspace_id = ${made.workspaceId}) < ${MOST_ENDPOINTS}::int returning id`;
  if (row === undefined)
    throw new Refused("CONFLICT", `A workspace has at most ${MOST_ENDPOINTS} webhooks.`, { detail: "webhook:tooMany" });
  const secret = await addSigner(tx, context, row.id);
  return { endpoint: await findEndpoint(tx, context, made.workspaceId, row.id), secret };
}

export function listEndpoints(db: Queries, { clock }: { clock: Clock }, workspaceId: string): Promise<EndpointRow[]> {
  return db.rows<EndpointRow>`
    select w.*, webhook_public_keys(w.id, ${clock.now()}) as public_keys from webhook_endpoints w
    where workspace_id = ${workspaceId} order by created_at, id`;
}

export async function findEndpoint(
  db: Queries,
  { clock }: { clock: Clock },
  workspaceId: string,
  id: string,
): Promise<EndpointRow> {
  const row = await db.row<EndpointRow>`
    select w.*, webhook_public_keys(w.id, ${clock.now()}) as public_keys from webhook_endpoints w
    where id = ${id} and workspace_id = ${workspaceId}`;
  return row ?? notFound();
}

export interface EndpointChange {
  url?: string | undefined;
  description?: string | undefined;
  types?: readonly EventType[] | undefined;
  isEnabled?: boolean | undefined;
}

/** One that is turned on again begins anew: what it missed is replayed if that is asked for. */
export async function changeEndpoint(
  tx: Transaction,
  { clock }: { clock: Clock },
  workspaceId: string,
  id: string,
  { url, description, types, isEnabled }: EndpointChange,
): Promise<EndpointRow> {
  const row = await tx.row<EndpointRow>`
    update webhook_endpoints set url = coalesce(${url ?? null}::text, url), description = coalesce(${description ?? null}::text, description),
      types = coalesce(${types === undefined ? null : [...new Set(types)]}::text[], types),
      disabled_at = case ${isEnabled ?? null}::boolean when true then null when false then coalesce(disabled_at, ${clock.now()}::timestamptz) else disabled_at end,
      disabled_reason = case ${isEnabled ?? null}::boolean when true then null when false then coalesce(disabled_reason, 'OWNER') else disabled_reason end,
      failing_since = case when ${isEnabled === true} then null else failing_since end
    where id = ${id} and workspace_id = ${workspaceId} returning *, webhook_public_keys(id, ${clock.now()}) as public_keys`;
  if (row === undefined) return notFound();
  if (isEnabled === false) await giveUp(tx, id, "the webhook was turned off");
  return row;
}

export async function removeEndpoint(
  db: Queries,
  { clock }: { clock: Clock },
  workspaceId: string,
  id: string,
): Promise<EndpointRow> {
  const row = await db.row<EndpointRow>`
    delete from webhook_endpoints where id = ${id} and workspace_id = ${workspaceId}
    returning *, webhook_public_keys(id, ${clock.now()}) as public_keys`;
  return row ?? notFound();
}

/** Adds a secret and a key; those before them sign for `overlapSeconds` more. */
export async function rotateSecret(
  tx: Transaction,
  context: SecretContext,
  workspaceId: string,
  id: string,
  overlapSeconds: number,
): Promise<{ endpoint: EndpointRow; secret: string; previousUntil: Date }> {
  const now = context.clock.now();
  const previousUntil = new Date(now.getTime() + overlapSeconds * 1_000);
  await findEndpoint(tx, context, workspaceId, id);
  await tx.rows`select id from webhook_endpoints where id = ${id} for update`;
  await tx.rows`
    update webhook_secrets set expires_at = least(expires_at, ${previousUntil}::timestamptz) where endpoint_id = ${id}`;
  await tx.rows`delete from webhook_secrets where endpoint_id = ${id} and expires_at <= ${now}`;
  const left = await tx.rows`select id from webhook_secrets where endpoint_id = ${id}`;
  // Each is a signature in every request.
  if (left.length >= MOST_SECRETS)
    throw new Refused(
      "CONFLICT",
      `At most ${MOST_SECRETS} secrets of a webhook sign at a time: wait, or take 0 seconds.`,
      {
        detail: "webhook:tooManySecrets",
      },
    );
  const secret = await addSigner(tx, context, id);
  return { endpoint: await findEndpoint(tx, context, workspaceId, id), secret, previousUntil };
}

/** What waits for an endpoint that is off is not sent by itself any more. */
export async function giveUp(tx: Queries, endpointId: string, why: string): Promise<void> {
  await tx.rows`
    update webhook_deliveries set state = 'FAILED', last_error = coalesce(last_error, ${why}), leased_until = null
    where endpoint_id = ${endpointId} and state = 'PENDING'`;
}

function notFound(): never {
  throw new Refused("NOT_FOUND", "This workspace has no such webhook.", { detail: "webhook:notFound" });
}
