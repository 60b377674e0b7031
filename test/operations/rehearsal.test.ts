import { expect } from "chai";
import { controlSteps } from "../../scripts/rehearse/control.ts";
import { operations } from "./support/twin.ts";

describe("The rehearsal of control, change and attack", () => {
  let goBack: () => Promise<void>;

  before(async () => {
    goBack = await (await operations()).snapshot();
  });

  after(() => goBack());

  for (const step of controlSteps) {
    it(step.title, async () => {
      const { base, client, url: rpcUrl, folder, safe, people } = await operations();
      const { newRelayer, stranger: thief } = people;
      const seen = await step.run({ base, client, rpcUrl, folder, safe, newRelayer, thief });
      expect(seen).to.not.equal("");
    });
  }
});
