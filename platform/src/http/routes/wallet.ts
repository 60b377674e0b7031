/** What a workspace's wallet has in the contract, and what happened to it there. */
import { z } from "zod";
import { poolOf, walletEvents } from "../../wallet/ledger.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { linkTo } from "../paging.ts";
import { numberedPage, walletEvent, walletState, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

export async function walletRoutes(app: Routes, context: Context): Promise<void> {
  const { config, db } = context;
  const read = { scopes: ["wallet:read"], permission: "view" } as const;

  app.get(
    "/wallet",
    {
      schema: {
        tags: ["wallet"],
        summary: "The wallet's pool, as of the last block that was read",
        querystring: workspaceQuery,
        response: { 200: enveloped(walletState), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { id, walletAddress } = await actingFor(context, request, {
        ...read,
        workspaceId: request.query.workspaceId,
      });
      const { balance, block, updatedAt } = await poolOf(db, walletAddress);
      return success(reply, {
        workspaceId: id,
        walletAddress,
        trackedBalance: balance.toString(),
        lastSyncBlock: block.toString(),
        updatedAt: (updatedAt ?? context.clock.now()).toISOString(),
      });
    },
  );

  app.get(
    "/wallet/events",
    {
      schema: {
        tags: ["wallet"],
        summary: "What happened to the wallet's pool on chain, newest first; the last id is the next cursor",
        querystring: workspaceQuery.extend({ ...numberedPage, limit: numberedPage.limit.default(50) }),
        response: { 200: enveloped(z.array(walletEvent)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, limit, cursor } = request.query;
      const { id, walletAddress } = await actingFor(context, request, { ...read, workspaceId });
      const events = await walletEvents(db, {
        walletAddress,
        limit,
        before: cursor === undefined ? undefined : BigInt(cursor),
      });
      const last = events.at(-1);
      if (last !== undefined && events.length === limit) linkTo(request, reply, config.publicUrl, last.id.toString());
      return success(
        reply,
        events.map((event) => ({
          id: event.id.toString(),
          workspaceId: id,
          kind: event.kind,
          txHash: event.txHash,
          blockNumber: event.blockNumber.toString(),
          confirmedAt: new Date(Number(event.blockTimestamp) * 1_000).toISOString(),
          amountUsdc: event.amount.toString(),
          relatedSession: event.sessionId,
        })),
      );
    },
  );
}
