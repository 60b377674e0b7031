import type { LocalChainName } from "@luxxon/local/chain";
import { expect } from "chai";
import { Reached } from "./reached.ts";
import { type Counterexample, runSequences } from "./run.ts";
import { openScene } from "./scene.ts";
import { scriptOf, writeScript } from "./script.ts";

const SEED = 20_260_101;
const COMMANDS = 100;

/** OP rules have the same contract behind other fees, so a few show whether anything depends on them. */
const RUNS: [LocalChainName, string, number][] = [
  ["localOsaka", "on Osaka rules", 200],
  ["localBase", "on OP rules", 10],
];

/** Writes the counterexample as a script, and says how to run it. */
async function explain(chain: LocalChainName, counterexample: Counterexample): Promise<string> {
  const { addresses } = await openScene(chain);
  const text = scriptOf(chain, counterexample, addresses);
  const path = await writeScript(`model-${chain}-${counterexample.seed}.test.ts`, text);
  return `contract and model differ; run it again with: npm test -- ${path}\n\n${text}`;
}

for (const [chain, label, sequences] of RUNS) {
  describe(`the contract and the model, ${label}, in ${sequences} sequences of ${COMMANDS} commands from seed ${SEED}`, () => {
    const reached = new Reached();

    it("agree in every balance, limit, bit, event, error and return value after each command", async function () {
      this.timeout(900_000);
      const counterexample = await runSequences({
        open: () => openScene(chain),
        sequences,
        commands: COMMANDS,
        seed: SEED,
        reached,
      });
      if (counterexample !== undefined) expect.fail(await explain(chain, counterexample));
    });

    it("have been driven through every function, refusal and error, often", () => {
      console.log(`      ${reached.summary()}`);
      expect(reached.missing()).to.deep.equal([]);
    });
  });
}
