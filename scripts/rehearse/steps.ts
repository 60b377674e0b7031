/** Lists the steps of the rehearsal: the whole life of a deployment, by the commands that the real one takes. */
import { controlSteps } from "./controlSteps.ts";
import { deploySteps } from "./deploySteps.ts";
import type { Step } from "./rehearsal.ts";
import { verifySteps } from "./verifySteps.ts";

/** In their order: each takes up where the one before has ended. */
export const STEPS: readonly Step[] = [...deploySteps, ...verifySteps, ...controlSteps];
