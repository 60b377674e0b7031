/**
 * Makes a counterexample as short as it gets. What is cut are the steps as they were played and not the draws they came
 * from: a draw means something else when the draws before it are gone, a step does not.
 */
import type { BatchEntry } from "@luxxon/contracts-abi/model";
import { type Difference, playSteps } from "./play.ts";
import type { Scene } from "./scene.ts";
import type { Step } from "./steps.ts";

interface Failing {
  steps: Step[];
  difference: Difference;
}

/** Cuts steps, then what is inside them, until nothing more can be cut. Any difference will do. */
export async function shrink(open: () => Promise<Scene>, steps: Step[], difference: Difference): Promise<Failing> {
  let best: Failing = { steps, difference };

  async function fails(candidate: Step[]): Promise<boolean> {
    const played = await playSteps(await open(), candidate);
    if (played.difference === undefined) return false;
    // What comes after the difference was not played.
    best = { steps: played.steps, difference: played.difference };
    return true;
  }

  let [before, after] = [Number.POSITIVE_INFINITY, size(best.steps)];
  while (after < before) {
    for (let length = Math.ceil(best.steps.length / 2); length >= 1; length = Math.floor(length / 2)) {
      for (let end = best.steps.length; end > 0; end -= length) {
        // From the end: cutting there moves nothing that comes before.
        if (end > best.steps.length) continue;
        const from = Math.max(0, end - length);
        // Holds end at a second of the clock: where the cut brings that nearer, what is left may keep its time instead.
        (await fails(best.steps.toSpliced(from, length))) || (await fails(cutKeepingTime(best.steps, from, length)));
      }
    }
    for (let index = 0; index < best.steps.length; index++) {
      const step = best.steps[index];
      for (const simpler of step === undefined ? [] : simplerThan(step)) {
        if (await fails(best.steps.with(index, simpler))) break;
      }
    }
    [before, after] = [after, size(best.steps)];
  }
  return best;
}

/** The steps without so many of them, whose waits the next step takes over. */
function cutKeepingTime(steps: readonly Step[], from: number, count: number): Step[] {
  const waited = steps.slice(from, from + count).reduce((sum, { wait }) => sum + wait, 0n);
  return steps
    .toSpliced(from, count)
    .map((step, index) => (index === from ? { ...step, wait: step.wait + waited } : step));
}

/** How much there is to read. */
function size(steps: readonly Step[]): number {
  return steps.reduce(
    (sum, step) => sum + 1 + entriesOf(step).length + (step.probe ? 1 : 0) + (step.wait > 0n ? 1 : 0),
    0,
  );
}

function entriesOf({ to, call }: Step): readonly BatchEntry[] {
  return to === "settlement" && call.functionName === "settleBatch" ? call.args[0] : [];
}

/** Steps with less to read, the boldest first. */
function simplerThan(step: Step): Step[] {
  const simpler: Step[] = [];
  if (step.probe !== undefined) {
    const { probe: _, ...without } = step;
    simpler.push(without);
  }
  if (step.wait > 0n) simpler.push({ ...step, wait: 0n });
  const entries = entriesOf(step);
  const cut = (from: number, count: number): Step => ({
    ...step,
    to: "settlement",
    call: { functionName: "settleBatch", args: [entries.toSpliced(from, count)] },
  });
  for (let length = Math.ceil(entries.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < entries.length; from += length) simpler.push(cut(from, length));
  }
  return simpler;
}
