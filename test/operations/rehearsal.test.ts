import { expect } from "chai";
import { controlSteps } from "../../scripts/rehearse/controlSteps.ts";
import { operations } from "./support/twin.ts";

describe("The rehearsal of control, change and attack", () => {
  let goBack: () => Promise<void>;

  before(async () => {
    goBack = await (await operations()).snapshot();
  });

  after(() => goBack());

  for (const step of controlSteps) {
    it(step.title, async () => {
      const situation = await operations();
      const { base, folder, url: twinUrl, safe } = situation;
      const facts: string[] = [];
      await step.run({
        stage: { base, folder, twinUrl, safe, signers: safe.signers },
        async run(script, args) {
          const { status, stdout, errors } = await situation.runScript(script, args);
          return { status, stdout, stderr: errors.join("\n") };
        },
        expect(fact, holds) {
          facts.push(fact);
          expect(holds, fact).to.equal(true);
        },
      });
      expect(facts).to.not.deep.equal([]);
    });
  }
});
