/** Proofs of settlements, for those who trust a block's hash and nobody else. */
import { z } from "zod";
import { openProofs } from "../../settlements/proof.ts";
import { findSettlement } from "../../settlements/view.ts";
import { actingFor } from "../caller.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { uuid, workspaceQuery } from "../schemas.ts";
import type { Routes } from "./route.ts";

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/);
const proof = z
  .object({
    sessionId: z.string(),
    chainId: z.int(),
    settlementAddress: z.string(),
    blockNumber: z.string(),
    blockHash: hex,
    header: hex.describe("RLP; its keccak256 is blockHash, its sixth field receiptsRoot"),
    receiptsRoot: hex,
    transactionHash: hex,
    transactionIndex: z.int().describe("Its RLP is the key in the tree of receipts"),
    receiptLogIndex: z.int().describe("Which of the receipt's logs is the contract's Settled"),
    receipt: hex.describe("EIP-2718"),
    proof: z.array(hex).describe("Nodes of the tree of receipts, from its root"),
    finality: z.enum(["latest", "safe", "finalized"]),
  })
  .meta({ id: "SettlementProof" });

export async function proofRoutes(app: Routes, context: Context): Promise<void> {
  const { chain, config, db, facts } = context;
  const prove = openProofs(chain);
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
      const proven = await prove(view);
      const { blockNumber, finality } = view as { blockNumber?: string; finality?: string };
      return success(reply, {
        sessionId,
        chainId: facts.chainId,
        settlementAddress: config.settlement,
        blockNumber,
        ...proven,
        finality,
      });
    },
  );
}
