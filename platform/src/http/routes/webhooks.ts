/** Where a workspace's events are sent; signed-in wallets alone see and change it. */
import { z } from "zod";
import { Refused } from "../../refusal.ts";
import { type DeliveryRow, listDeliveries, replay } from "../../webhooks/deliveries.ts";
import {
  changeEndpoint,
  checkUrl,
  type EndpointRow,
  findEndpoint,
  listEndpoints,
  makeEndpoint,
  removeEndpoint,
  rotateSecret,
  SECRET_OVERLAP_SECONDS,
} from "../../webhooks/endpoints.ts";
import { EVENT_TYPES } from "../../webhooks/events.ts";
import { inWorkspace } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { once } from "../idempotency.ts";
import { linkTo } from "../paging.ts";
import { numberedPage, text, uuid } from "../schemas.ts";
import type { Routes } from "./route.ts";

const params = z.object({ id: uuid });
const ofWebhook = params.extend({ webhookId: uuid });
const types = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length).describe("None: all");
const url = z.string().max(2_000);
const description = text.trim().max(200);
const time = z.iso.datetime();
const webhook = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    url: z.string(),
    description: z.string(),
    types,
    createdAt: time,
    createdByWallet: z.string(),
    disabledAt: time.nullable(),
    disabledReason: z.enum(["OWNER", "GONE", "FAILING"]).nullable(),
    failingSince: time.nullable().describe("Since when nothing has arrived"),
    publicKeys: z
      .array(z.string())
      .describe("whpk_ and base64: the ed25519 keys of `v1a` signatures, the newest first"),
  })
  .meta({ id: "Webhook" });
const secret = z.string().describe("whsec_ and base64, of `v1` signatures: it is not to be had again");
const delivery = z
  .object({
    id: z.string(),
    eventId: z.string(),
    eventType: z.enum(EVENT_TYPES),
    occurredAt: time,
    state: z.enum(["PENDING", "DELIVERED", "FAILED"]),
    attempts: z.int(),
    nextAttemptAt: time.nullable(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
    lastMs: z.int().nullable(),
    lastAttemptAt: time.nullable(),
  })
  .meta({ id: "WebhookDelivery" });

export async function webhookRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db } = context;
  const signing = { ...context, sessionSecrets: config.sessionSecrets };
  const wallets = { keysMay: false };
  const at = "/workspaces/:id/webhooks";
  const all = (...statuses: number[]) => errors(400, 401, 403, 404, 503, ...statuses);

  app.post(
    at,
    {
      schema: {
        tags: ["webhooks"],
        summary: "Have events sent to an address",
        params,
        body: z.object({ url, description: description.default(""), types: types.default([]) }),
        response: { 201: enveloped(webhook.extend({ secret }), 201), ...all(409) },
      },
    },
    async (request, reply) => {
      const { caller, workspace } = await inWorkspace(context, request, request.params.id, "administrate", wallets);
      const { description, types } = request.body;
      const made = {
        workspaceId: workspace.id,
        url: checkUrl(request.body.url, config.isLocal),
        description,
        types,
        by: "walletAddress" in caller ? caller.walletAddress : "",
      };
      const view = await once(context, request, reply, workspace.id, 201, async (tx) => {
        const { endpoint, secret } = await makeEndpoint(tx, signing, made);
        return { ...webhookView(endpoint), secret };
      });
      return success(reply, view, 201);
    },
  );

  app.get(
    at,
    {
      schema: {
        tags: ["webhooks"],
        summary: "Where events are sent",
        params,
        response: { 200: enveloped(z.array(webhook)), ...all() },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.id, "view", wallets);
      return success(reply, (await listEndpoints(db, context, workspace.id)).map(webhookView));
    },
  );

  app.get(
    `${at}/:webhookId`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "One webhook",
        params: ofWebhook,
        response: { 200: enveloped(webhook), ...all() },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.id, "view", wallets);
      return success(reply, webhookView(await findEndpoint(db, context, workspace.id, request.params.webhookId)));
    },
  );

  app.patch(
    `${at}/:webhookId`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "Change a webhook, turn it off, or on again",
        params: ofWebhook,
        body: z.object({
          url: url.optional(),
          description: description.optional(),
          types: types.optional(),
          enabled: z.boolean().optional(),
        }),
        response: { 200: enveloped(webhook), ...all() },
      },
    },
    async (request, reply) => {
      const { id, webhookId } = request.params;
      const { workspace } = await inWorkspace(context, request, id, "administrate", wallets);
      const { url, enabled, ...change } = request.body;
      const checked = url === undefined ? undefined : checkUrl(url, config.isLocal);
      const row = await db.transaction((tx) =>
        changeEndpoint(tx, context, workspace.id, webhookId, { ...change, url: checked, isEnabled: enabled }),
      );
      return success(reply, webhookView(row));
    },
  );

  app.delete(
    `${at}/:webhookId`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "Remove a webhook with all that waits for it",
        params: ofWebhook,
        response: { 200: enveloped(webhook), ...all() },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.id, "administrate", wallets);
      return success(reply, webhookView(await removeEndpoint(db, context, workspace.id, request.params.webhookId)));
    },
  );

  app.post(
    `${at}/:webhookId/rotate-secret`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "A new secret and a new key; those before sign beside them for a while",
        params: ofWebhook,
        body: z.object({
          overlapSeconds: z.int().min(0).max(SECRET_OVERLAP_SECONDS.most).default(SECRET_OVERLAP_SECONDS.usual),
        }),
        response: { 200: enveloped(webhook.extend({ secret, previousUntil: time })), ...all(409) },
      },
    },
    async (request, reply) => {
      const { id, webhookId } = request.params;
      const { workspace } = await inWorkspace(context, request, id, "administrate", wallets);
      const { overlapSeconds } = request.body;
      const made = await db.transaction((tx) => rotateSecret(tx, signing, workspace.id, webhookId, overlapSeconds));
      const { endpoint, secret, previousUntil } = made;
      return success(reply, { ...webhookView(endpoint), secret, previousUntil: previousUntil.toISOString() });
    },
  );

  app.get(
    `${at}/:webhookId/deliveries`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "What was sent, and what came of it; newest first",
        params: ofWebhook,
        querystring: z.object({ ...numberedPage, state: delivery.shape.state.optional() }),
        response: { 200: enveloped(z.array(delivery)), ...all() },
      },
    },
    async (request, reply) => {
      const { id, webhookId } = request.params;
      const { workspace } = await inWorkspace(context, request, id, "view", wallets);
      const endpoint = await findEndpoint(db, context, workspace.id, webhookId);
      const { state, limit, cursor } = request.query;
      const rows = await listDeliveries(db, {
        endpointId: endpoint.id,
        limit,
        ...(state === undefined ? {} : { state }),
        ...(cursor === undefined ? {} : { before: BigInt(cursor) }),
      });
      const last = rows.at(-1);
      if (last !== undefined && rows.length === limit) linkTo(request, reply, config.publicUrl, last.id.toString());
      return success(reply, rows.map(deliveryView));
    },
  );

  app.post(
    `${at}/:webhookId/replay`,
    {
      schema: {
        tags: ["webhooks"],
        summary: "Send the events of a time again",
        params: ofWebhook,
        body: z.object({
          from: time,
          to: time.optional().describe("Default: now"),
          missedOnly: z.boolean().default(true).describe("Default: true, what has arrived is not sent again"),
        }),
        response: { 200: enveloped(z.object({ count: z.int() })), ...all(409) },
      },
    },
    async (request, reply) => {
      const { id, webhookId } = request.params;
      const { workspace } = await inWorkspace(context, request, id, "administrate", wallets);
      const endpoint = await findEndpoint(db, context, workspace.id, webhookId);
      if (endpoint.disabledAt !== null)
        throw new Refused("INVALID_STATE", "The webhook is off: turn it on first.", { detail: "webhook:replay:off" });
      const { from, to, missedOnly } = request.body;
      const range = {
        from: new Date(from),
        to: to === undefined ? new Date(context.clock.now().getTime() + 1) : new Date(to),
      };
      const count = await replay(db, context, { endpointId: endpoint.id, ...range, isMissedAlone: missedOnly });
      return success(reply, { count });
    },
  );
}

function webhookView(row: EndpointRow) {
  const { id, workspaceId, url, description, types, createdByWallet, disabledReason, publicKeys } = row;
  return {
    id,
    workspaceId,
    url,
    description,
    types,
    createdAt: row.createdAt.toISOString(),
    createdByWallet,
    disabledAt: row.disabledAt?.toISOString() ?? null,
    disabledReason,
    failingSince: row.failingSince?.toISOString() ?? null,
    publicKeys,
  };
}

function deliveryView(row: DeliveryRow) {
  const { eventId, eventType, state, attempts, lastStatus, lastError, lastMs } = row;
  return {
    id: row.id.toString(),
    eventId,
    eventType,
    occurredAt: row.occurredAt.toISOString(),
    state,
    attempts,
    nextAttemptAt: state === "PENDING" ? row.dueAt.toISOString() : null,
    lastStatus,
    lastError,
    lastMs,
    lastAttemptAt: row.lastAt?.toISOString() ?? null,
  };
}
