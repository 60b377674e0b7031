/** Proofs of settlements, for those who trust a block's hash and nobody else. */
import { receiptSchema } from "@luxxon/chain/settlement/receiptFile";
import { z } from "zod";
import { openProofs } from "../../settlements/proof.ts";
import { findSettlement } from "../../settlements/view.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { uuid, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

const proof = receiptSchema
  .extend({
    finality: z.enum(["latest", "safe", "finalized"]).describe("As this platform sees it; no part of the receipt"),
  })
  .meta({ id: "SettlementProof" });

export async function proofRoutes(app: Routes, context: Context): Promise<void> {
  const { chain, db, facts } = context;
  const prove = openProofs(chain, facts.chainId);
  app.get(
    "/settlements/:sessionId/proof",
    {
      schema: {
        tags: ["settlements"],
        summary: "A proof that the contract settled the session, which needs nobody's word but the chain's",
        params: z.object({ sessionId: uuid }),
        querystring: workspaceQuery,
        response: { 200: enveloped(proof), ...errors(400, 401, 403, 404, 409, 503) },
      },
    },
    async (request, reply) => {
      const { sessionId } = request.params;
      const { workspaceId } = request.query;
      const workspace = await actingFor(context, request, {
        scopes: ["sessions:read"],
        permission: "view",
        workspaceId,
      });
      const view = await findSettlement(db, workspace.id, sessionId);
      const { finality } = view as { finality?: string };
      return success(reply, { ...(await prove(view)), finality });
    },
  );
}
