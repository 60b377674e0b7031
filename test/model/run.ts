/** Plays many sequences, each on a fresh contract, and shrinks the first on which contract and model disagree. */
import { intentsOf } from "./intents.ts";
import { type Difference, play } from "./play.ts";
import type { Reached } from "./reached.ts";
import { Resolver } from "./resolve.ts";
import type { Scene } from "./scene.ts";
import { shrink } from "./shrink.ts";
import type { Step } from "./steps.ts";

export interface Counterexample {
  /** Of the sequence that failed: it alone, with as many commands, fails again. */
  seed: number;
  /** How many steps the sequence had when it failed. */
  length: number;
  /** As few steps as still show a difference after the last. */
  steps: Step[];
  difference: Difference;
}

export interface RunOptions {
  /** A fresh contract for each sequence. */
  open: () => Promise<Scene>;
  sequences: number;
  commands: number;
  /** Of the first sequence; the next has the next number. */
  seed: number;
  reached: Reached;
  /** Called after each sequence with how many there have been. */
  progress?: (played: number) => void;
  /** Called when a difference was found, before it is shrunk. */
  found?: (difference: Difference) => void;
}

/** Plays sequence `seed` on a fresh contract. An intent is one command, and may be two steps. */
async function playSequence({ open, commands, reached }: RunOptions, seed: number) {
  const scene = await open();
  const resolver = new Resolver(scene.addresses);
  const intents = intentsOf(seed, commands).values();
  return play(
    scene,
    (model) => {
      const { value: intent, done } = intents.next();
      return done === true ? undefined : resolver.resolve(intent, model);
    },
    reached.witness,
  );
}

/** @returns The first counterexample, shrunk; undefined if contract and model agree in everything. */
export async function runSequences(options: RunOptions): Promise<Counterexample | undefined> {
  for (let played = 0; played < options.sequences; played++) {
    const seed = options.seed + played;
    const { steps, difference } = await playSequence(options, seed);
    if (difference !== undefined) {
      options.found?.(difference);
      return { seed, length: steps.length, ...(await shrink(options.open, steps, difference)) };
    }
    options.progress?.(played + 1);
  }
  return undefined;
}
