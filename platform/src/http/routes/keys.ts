/** API keys of a workspace; only signed-in wallets mint, list and revoke them. */
import { z } from "zod";
import { GRACE_SECONDS, listKeys, MOST_OVERLAP_SECONDS, mintKey, revokeKey, rollKey } from "../../keys/keys.ts";
import { Refused } from "../../refusal.ts";
import { inWorkspace } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { once } from "../idempotency.ts";
import { linkNext, placeIn } from "../paging.ts";
import { apiKey, keyBody, longPage, uuid } from "../schemas.ts";
import { keyView } from "../views.ts";
import type { Routes } from "./route.ts";

const params = z.object({ workspaceId: uuid });
const minted = apiKey.extend({ plaintext: z.string().describe("The key itself: it is not to be had again") });

const rolled = minted.extend({ replaced: apiKey.describe("The older key, and until when it goes on") });

export async function keyRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db, facts, clock } = context;
  const wallets = { keysMay: false };

  app.post(
    "/workspaces/:workspaceId/api-keys",
    {
      schema: {
        tags: ["api keys"],
        summary: "Mint a key",
        params,
        body: keyBody,
        response: { 201: enveloped(minted, 201), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { caller, workspace } = await inWorkspace(
        context,
        request,
        request.params.workspaceId,
        "administrate",
        wallets,
      );
      const { label, environment, scopes, expiresAt } = request.body;
      if (environment === "LIVE" && !facts.isMainnet)
        throw new Refused("INVALID_INPUT", "LIVE keys are minted once the platform runs on Base mainnet.", {
          detail: "environment",
        });
      const ends = expiresAt === undefined ? undefined : new Date(expiresAt);
      if (ends !== undefined && ends <= clock.now())
        throw new Refused("INVALID_INPUT", "expiresAt is in the past.", { detail: "expiresAt" });
      const by = "walletAddress" in caller ? caller.walletAddress : "";
      const view = await once(context, request, reply, workspace.id, 201, async (tx) => {
        const { key, plaintext } = await mintKey(tx, context, {
          workspaceId: workspace.id,
          label,
          environment,
          scopes,
          by,
          expiresAt: ends,
        });
        return { ...keyView(key), plaintext };
      });
      return success(reply, view, 201);
    },
  );

  app.get(
    "/workspaces/:workspaceId/api-keys",
    {
      schema: {
        tags: ["api keys"],
        summary: "All keys, revoked ones too, newest first; never the keys themselves",
        params,
        querystring: z.object(longPage),
        response: { 200: enveloped(z.array(apiKey)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.workspaceId, "view", wallets);
      const { limit, cursor } = request.query;
      const rows = await listKeys(db, workspace.id, { limit, before: placeIn(cursor) });
      linkNext(request, reply, config.publicUrl, limit, rows);
      return success(reply, rows.map(keyView));
    },
  );

  app.post(
    "/workspaces/:workspaceId/api-keys/:keyId/roll",
    {
      schema: {
        tags: ["api keys"],
        summary: "Mint a key in an older one's place; both are good for a while",
        params: params.extend({ keyId: uuid }),
        body: z.object({
          overlapSeconds: z
            .int()
            .min(0)
            .max(MOST_OVERLAP_SECONDS)
            .default(GRACE_SECONDS)
            .describe(`How long the older key goes on; default: ${GRACE_SECONDS}`),
        }),
        response: { 201: enveloped(rolled, 201), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, keyId } = request.params;
      const { caller, workspace } = await inWorkspace(context, request, workspaceId, "administrate", wallets);
      const by = "walletAddress" in caller ? caller.walletAddress : "";
      const { overlapSeconds } = request.body;
      const view = await once(context, request, reply, workspace.id, 201, async (tx) => {
        const made = await rollKey(tx, context, { workspaceId: workspace.id, keyId, overlapSeconds, by });
        return { ...keyView(made.key), plaintext: made.plaintext, replaced: keyView(made.replaced) };
      });
      return success(reply, view, 201);
    },
  );

  app.post(
    "/workspaces/:workspaceId/api-keys/:keyId/revoke",
    {
      schema: {
        tags: ["api keys"],
        summary: "Revoke a key",
        params: params.extend({ keyId: uuid }),
        body: z.object({
          immediate: z.boolean().optional().describe(`Default: false, the key goes on for ${GRACE_SECONDS} s`),
        }),
        response: { 200: enveloped(apiKey), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspace } = await inWorkspace(context, request, request.params.workspaceId, "administrate", wallets);
      const key = await revokeKey(db, context, {
        workspaceId: workspace.id,
        keyId: request.params.keyId,
        isImmediate: request.body.immediate === true,
      });
      return success(reply, keyView(key));
    },
  );
}
