/** What anybody may ask: whether the platform is well, and where its contract is. */
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { CHALLENGE_SECONDS } from "../../auth/challenges.ts";
import { COOKIE_SECONDS } from "../../auth/cookie.ts";
import { KEPT_HOURS } from "../../keeping.ts";
import { GRACE_SECONDS, MOST_KEYS, MOST_OVERLAP_SECONDS } from "../../keys/keys.ts";
import { MOST_VIEWERS, SILENT_SECONDS } from "../../media/media.ts";
import { MOST_MEMBERS } from "../../members/members.ts";
import { QUOTE_RADIUS_METERS, QUOTE_SECONDS } from "../../pricing/quotes.ts";
import { Refused } from "../../refusal.ts";
import { MOST_DURATION_SECONDS, WAIT_SECONDS } from "../../sessions/session.ts";
import { MOST_ENDPOINTS, MOST_SECRETS, SECRET_OVERLAP_SECONDS } from "../../webhooks/endpoints.ts";
import { EVENT_DAYS } from "../../webhooks/events.ts";
import { FAILING_DAYS, PAUSES } from "../../webhooks/sender.ts";
import { ANSWER_MS } from "../../webhooks/target.ts";
import { STALE_SECONDS } from "../../workspaces/workspaces.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { errorBody } from "../errors.ts";
import { healthOf } from "../health.ts";
import { BODY_LIMIT, LIMITS } from "../limits.ts";
import { MOST_ROWS } from "../schemas.ts";
import type { Routes } from "./route.ts";

const config_ = z.object({
  environment: z.enum(["TEST", "LIVE"]),
  chainId: z.int(),
  chainName: z.string(),
  rpcUrl: z.string(),
  explorerUrl: z.string(),
  usdcAddress: z.string(),
  settlementAddress: z.string(),
  platformFeeBps: z.int(),
  baseRatePerSecondMicroUsdc: z.string(),
  mediaBackend: z.enum(["instant", "webrtc"]),
  walletConnect: z.object({ projectId: z.string(), relayUrl: z.string() }).nullable(),
  limits: z.record(z.string(), z.unknown()),
});

export async function publicRoutes(app: Routes, context: Context): Promise<void> {
  const { config, facts } = context;

  app.get(
    "/health/live",
    {
      schema: {
        tags: ["platform"],
        summary: "Whether the process runs",
        response: { 200: enveloped(z.object({ ok: z.literal(true) })) },
      },
    },
    async (_request, reply) => success(reply, { ok: true }),
  );

  app.get(
    "/health",
    {
      schema: {
        tags: ["platform"],
        summary: "Whether every part is ready and moving",
        response: {
          200: enveloped(
            z.looseObject({
              ok: z.boolean(),
              surface: z.literal("luxxon"),
              version: z.literal("v1"),
              buildSha: z.string(),
            }),
          ),
          ...errors(503),
        },
      },
    },
    async (request, reply) => {
      const health = await healthOf(context);
      const { ok, parts } = health;
      const data = { ok, surface: "luxxon", version: "v1", buildSha: config.buildSha, parts };
      if (ok) return success(reply, data);
      const { code, message, detail } = health;
      const body = errorBody(
        new Refused(code, message, { detail }),
        request.id,
        config.publicUrl.href.replace(/\/$/, ""),
      );
      return (reply as FastifyReply)
        .header("retry-after", "2")
        .code(503)
        .send({ ...body, data });
    },
  );

  app.get(
    "/config",
    {
      schema: {
        tags: ["platform"],
        summary: "The chain, the contract, and every limit",
        response: { 200: enveloped(config_), ...errors() },
      },
    },
    async (_request, reply) =>
      success(reply, {
        environment: facts.isMainnet ? "LIVE" : "TEST",
        chainId: facts.chainId,
        chainName: facts.chainName,
        rpcUrl: facts.rpcUrl,
        explorerUrl: facts.explorerUrl,
        usdcAddress: facts.usdc,
        settlementAddress: config.settlement,
        platformFeeBps: config.feeBps,
        baseRatePerSecondMicroUsdc: config.baseRate.toString(),
        mediaBackend: config.mediaBackend,
        walletConnect: config.walletConnect ?? null,
        limits: {
          maxDurationSeconds: MOST_DURATION_SECONDS,
          waitTimeoutSeconds: WAIT_SECONDS,
          challengeSeconds: CHALLENGE_SECONDS,
          sessionCookieSeconds: COOKIE_SECONDS,
          quoteSeconds: QUOTE_SECONDS,
          quoteRadiusMeters: QUOTE_RADIUS_METERS,
          apiKeys: MOST_KEYS,
          revokedKeySeconds: GRACE_SECONDS,
          rolledKeySeconds: MOST_OVERLAP_SECONDS,
          members: MOST_MEMBERS,
          staleHeartbeatSeconds: STALE_SECONDS,
          silentVideoSeconds: SILENT_SECONDS,
          viewers: MOST_VIEWERS,
          webhooks: {
            most: MOST_ENDPOINTS,
            secrets: MOST_SECRETS,
            secretOverlapSeconds: SECRET_OVERLAP_SECONDS.most,
            answerSeconds: ANSWER_MS / 1_000,
            retryAfterSeconds: PAUSES,
            offAfterDays: FAILING_DAYS,
            keptDays: EVENT_DAYS,
          },
          idempotencyKeyHours: KEPT_HOURS,
          bodyBytes: BODY_LIMIT,
          pageRows: MOST_ROWS,
          rateLimits: LIMITS,
          holdRequiredAboveMicroUsdc: config.holdRequiredAbove?.toString() ?? null,
        },
      }),
  );
}
