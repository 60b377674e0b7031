/** Money to try things with, on the local chain alone. */
import { z } from "zod";
import { orUnavailable } from "../../chain/chain.ts";
import { openFaucet } from "../../chain/faucet.ts";
import type { Context } from "../context.ts";
import { enveloped, errors, success } from "../envelope.ts";
import { address, microUsdc } from "../schemas.ts";
import { PREFIX, type Routes } from "./route.ts";

const given = z.object({ address: z.string(), ethWei: z.string(), usdcMicroUsdc: microUsdc, txHash: z.string() });

export async function faucetRoutes(app: Routes, context: Context): Promise<void> {
  const { config, chain, facts } = context;
  if (config.faucetKey === undefined) return;
  const faucet = openFaucet(chain, { key: config.faucetKey, usdc: facts.usdc, chainId: facts.chainId });
  // Beside the API too: some look for it there.
  for (const [url, hide] of [[`${PREFIX}/faucet`, false] as const, ["/faucet", true] as const])
    app.post(
      url,
      {
        schema: {
          hide,
          tags: ["platform"],
          summary: "ETH for gas and 10 test USDC; local chain alone",
          body: z.object({ address }),
          response: { 200: enveloped(given), ...errors(400, 503) },
        },
      },
      async (request, reply) => success(reply, await orUnavailable(faucet.give(request.body.address))),
    );
}
