/** Plays the model test in depth: contract and model, driven by the same commands until they disagree. */
import { Reached } from "../../../test/model/reached.ts";
import { runSequences } from "../../../test/model/run.ts";
import { openScene } from "../../../test/model/scene.ts";
import { scriptOf, writeScript } from "../../../test/model/script.ts";
import { openProgress } from "../../progress.ts";

export interface FuzzModelOptions {
  /** How many sequences, each on a fresh contract. */
  sequences: number;
  /** Commands in each. */
  commands: number;
  /** Of the first sequence; the next has the next number. */
  seed: number;
}

const CHAIN = "localOsaka";

/**
 * Plays the sequences, with progress on stderr and the report on stdout.
 *
 * @returns The exit code: 1 if contract and model disagree, or if something was not reached that has to be.
 */
export async function fuzzModel({ sequences, commands, seed }: FuzzModelOptions): Promise<number> {
  console.error(`The contract and the model: ${sequences} sequences of ${commands} commands from seed ${seed}.`);
  const reached = new Reached();
  const started = performance.now();
  const progress = openProgress("Playing sequences");
  const counterexample = await runSequences({
    open: () => openScene(CHAIN),
    sequences,
    commands,
    seed,
    reached,
    progress(played) {
      progress.show(played / sequences, `${played} of ${sequences}, ${reached.commands} steps`);
    },
    found() {
      progress.end();
      console.error("Contract and model disagree; looking for the shortest sequence that shows it …");
    },
  });
  progress.end();

  if (counterexample !== undefined) {
    const { addresses } = await openScene(CHAIN);
    const text = scriptOf(CHAIN, counterexample, addresses);
    const path = await writeScript(`model-${counterexample.seed}.test.ts`, text);
    console.log(`${text}\nWritten: ${path}. Run it again with: npm test -- ${path}`);
    return 1;
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    `${reached.report()}\n\nNo difference in ${reached.commands} steps (${seconds} s). Reached, as counted above.`,
  );
  const missing = reached.missing();
  for (const line of missing) console.error(`Not reached often enough: ${line}`);
  return missing.length === 0 ? 0 : 1;
}
