/** Where a workspace's events are sent, and the secrets that sign them. */
import { isIP } from "node:net";
import type { Clock, Entropy } from "../clock.ts";
import type { Queries, Transaction } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import type { EventType } from "./events.ts";
import { isPublic } from "./target.ts";

export const MOST_ENDPOINTS = 20;
/** How long an older secret may sign beside its successor, seconds. */
export const SECRET_OVERLAP_SECONDS = { usual: 86_400, most: 7 * 86_400 } as const;

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
}

interface EndpointContext {
  clock: Clock;
  entropy: Entropy;
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
  { clock, entropy }: EndpointContext,
  made: { workspaceId: string; url: string; description: string; types: readonly EventType[]; by: string },
): Promise<{ endpoint: EndpointRow; secret: string }> {
  await tx.rows`select id from workspaces where id = ${made.workspaceId} for update`;
  const endpoint = await tx.row<EndpointRow>`
    insert into webhook_endpoints (id, workspace_id, url, description, types, created_at, created_by_wallet)
    select ${entropy.uuid()}::uuid, ${made.workspaceId}::uuid, ${made.url}, ${made.description}, ${[...new Set(made.types)]}::text[],
      ${clock.now()}::timestamptz, ${made.by}
    where (select count(*) from webhook_endpoints where workspace_id = ${made.workspaceId}) < ${MOST_ENDPOINTS}::int returning *`;
  if (endpoint === undefined)
    throw new Refused("CONFLICT", `A workspace has at most ${MOST_ENDPOINTS} webhooks.`, { detail: "webhook:tooMany" });
  return { endpoint, secret: await addSecret(tx, { clock, entropy }, endpoint.id) };
}

export function listEndpoints(db: Queries, workspaceId: string): Promise<EndpointRow[]> {
  return db.rows<EndpointRow>`
    select * from webhook_endpoints where workspace_id = ${workspaceId} order by created_at, id`;
}

export async function findEndpoint(db: Queries, workspaceId: string, id: string): Promise<EndpointRow> {
  const row = await db.row<EndpointRow>`
    select * from webhook_endpoints where id = ${id} and workspace_id = ${workspaceId}`;
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
    where id = ${id} and workspace_id = ${workspaceId} returning *`;
  if (row === undefined) return notFound();
  if (isEnabled === false) await giveUp(tx, id, "the webhook was turned off");
  return row;
}

export async function removeEndpoint(db: Queries, workspaceId: string, id: string): Promise<EndpointRow> {
  const row = await db.row<EndpointRow>`
    delete from webhook_endpoints where id = ${id} and workspace_id = ${workspaceId} returning *`;
  return row ?? notFound();
}

/** Adds a secret; those before it sign for `overlapSeconds` more. */
export async function rotateSecret(
  tx: Transaction,
  context: EndpointContext,
  workspaceId: string,
  id: string,
  overlapSeconds: number,
): Promise<{ endpoint: EndpointRow; secret: string; previousUntil: Date }> {
  const endpoint = await findEndpoint(tx, workspaceId, id);
  const previousUntil = new Date(context.clock.now().getTime() + overlapSeconds * 1_000);
  await tx.rows`
    update webhook_secrets set expires_at = least(expires_at, ${previousUntil}::timestamptz) where endpoint_id = ${id}`;
  return { endpoint, secret: await addSecret(tx, context, id), previousUntil };
}

async function addSecret(tx: Queries, { clock, entropy }: EndpointContext, endpointId: string): Promise<string> {
  const secret = `whsec_${Buffer.from(entropy.bytes(32)).toString("base64")}`;
  await tx.rows`
    insert into webhook_secrets (endpoint_id, secret, created_at) values (${endpointId}, ${secret}, ${clock.now()})`;
  return secret;
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
