/** All routes, a file a resource. */
import type { FastifyInstance } from "fastify";
import type { Context } from "../context.ts";
import { accountRoutes, USER } from "./accounts.ts";
import { authRoutes } from "./auth.ts";
import { bookRoutes } from "./books.ts";
import { consoleRoutes } from "./console.ts";
import { docsRoutes } from "./docs.ts";
import { eventRoutes } from "./events.ts";
import { faucetRoutes } from "./faucet.ts";
import { keyRoutes } from "./keys.ts";
import { mediaRoutes } from "./media.ts";
import { memberRoutes } from "./members.ts";
import { placeRoutes } from "./places.ts";
import { pricingRoutes } from "./pricing.ts";
import { proofRoutes } from "./proofs.ts";
import { publicRoutes } from "./public.ts";
import { BASE, rewardRoutes } from "./rewards.ts";
import { PREFIX, type Routes } from "./route.ts";
import { sessionRoutes } from "./sessions.ts";
import { settlementRoutes } from "./settlements.ts";
import { videoRoutes } from "./video.ts";
import { walletRoutes } from "./wallet.ts";
import { webhookRoutes } from "./webhooks.ts";
import { workspaceRoutes } from "./workspaces.ts";

export async function routes(app: Routes, context: Context): Promise<void> {
  for (const resource of [
    publicRoutes,
    authRoutes,
    placeRoutes,
    workspaceRoutes,
    memberRoutes,
    keyRoutes,
    pricingRoutes,
    sessionRoutes,
    settlementRoutes,
    proofRoutes,
    walletRoutes,
    eventRoutes,
    webhookRoutes,
    videoRoutes,
    mediaRoutes,
  ])
    await app.register(async (scope) => resource(scope as unknown as Routes, context), { prefix: PREFIX });
  // At the root, in shapes of their own.
  await app.register(async (scope) => accountRoutes(scope as unknown as FastifyInstance, context), { prefix: USER });
  await app.register(async (scope) => rewardRoutes(scope as unknown as FastifyInstance, context), { prefix: BASE });
  await app.register(async (scope) => bookRoutes(scope as unknown as Routes, context));
  await app.register(async (scope) => faucetRoutes(scope as unknown as Routes, context));
  await app.register(async (scope) => consoleRoutes(scope as unknown as Routes, context));
  await app.register(async (scope) => docsRoutes(scope as unknown as Routes, context));
}
