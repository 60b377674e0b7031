/** The whole life of a deployment, played on a twin of Base Sepolia with the commands that the real one takes. */
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { type Audience, openContext, type Step } from "./context.ts";
import { controlSteps } from "./controlSteps.ts";
import { deploySteps } from "./deploySteps.ts";
import { openStage } from "./stage.ts";
import { serveExplorers } from "./standIns.ts";
import { verifySteps } from "./verifySteps.ts";

/** In their order: each takes up where the one before has ended. */
export const STEPS: readonly Step[] = [...deploySteps, ...verifySteps, ...controlSteps];

/** @throws {RehearsalFailure} at the first thing that is not as it must be. */
export async function rehearse(audience: Audience, steps: readonly Step[] = STEPS): Promise<void> {
  const stage = await openStage(BASE_CHAINS.baseSepolia);
  try {
    const explorers = await serveExplorers(await stage.twin.viem.getPublicClient(), stage.base.chainId);
    try {
      const context = openContext(stage, explorers, audience);
      for (const step of steps) {
        audience.step(step.title);
        await step.run(context);
      }
    } finally {
      explorers.close();
    }
  } finally {
    await stage.close();
  }
}
