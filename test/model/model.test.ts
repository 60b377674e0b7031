import { expect } from "chai";
import type { LocalChainName } from "../../scripts/local/chain.ts";
import { Reached } from "./reached.ts";
import { runSequences } from "./run.ts";

const SEED = 20_260_101;
const COMMANDS = 100;

/** OP rules have the same contract behind other fees, so a tenth shows whether anything depends on them. */
const RUNS: [LocalChainName, string, number][] = [
  ["localOsaka", "on Osaka rules", 20],
  ["localBase", "on OP rules", 20],
];

for (const [chain, label, sequences] of RUNS) {
  describe(`the contract and the model, ${label}, in ${sequences} sequences of ${COMMANDS} commands from seed ${SEED}`, () => {
    const reached = new Reached();

    it("agree in every balance, limit, bit, event, error and return value after each command", async function () {
      this.timeout(600_000);
      const counterexample = await runSequences({ chain, sequences, commands: COMMANDS, seed: SEED, reached });
      if (counterexample !== undefined)
        expect.fail(JSON.stringify(counterexample, (_, v) => (typeof v === "bigint" ? `${v}n` : v), 1));
    });

    it("have been driven through everything that can happen", () => {
      expect(reached.missing()).to.deep.equal([]);
      console.log(reached.report());
    });
  });
}
