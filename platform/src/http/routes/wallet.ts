/** What a workspace's wallet has in the contract, and what happened to it there. */
import { z } from "zod";
import { DAY, dailySums } from "../../wallet/daily.ts";
import { poolOf, walletEvents } from "../../wallet/ledger.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { linkTo } from "../paging.ts";
import { MOST_DAYS, numberedPage, walletDay, walletEvent, walletState, workspaceQuery } from "../schemas.ts";
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
    "/wallet/days",
    {
      schema: {
        tags: ["wallet"],
        summary: "What the wallet earned and spent, day by day: sums over the contract's own events, oldest first",
        querystring: workspaceQuery.extend({
          days: z.coerce.number().int().min(1).max(MOST_DAYS).default(14),
          until: z.iso
            .date()
            .refine((date) => date >= "2000", "is before there was anything")
            .optional()
            .describe("The last day, UTC; today unless given"),
        }),
        response: { 200: enveloped(z.array(walletDay)), ...errors(400, 401, 403, 404, 503) },
      },
    },
    async (request, reply) => {
      const { workspaceId, days, until } = request.query;
      const { walletAddress: address } = await actingFor(context, request, { ...read, workspaceId });
      const last = Math.floor((until === undefined ? context.clock.now().getTime() : Date.parse(until)) / 1_000 / DAY);
      const start = (last + 1 - days) * DAY;
      const sums = await dailySums(db, { address, isOperator: true, isConsumer: true, start, days });
      return success(
        reply,
        sums.map(({ date, earned, spent, sessions, isFinal }) => ({
          date,
          earnedMicroUsdc: earned.toString(),
          spentMicroUsdc: spent.toString(),
          sessions,
          final: isFinal,
        })),
      );
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
