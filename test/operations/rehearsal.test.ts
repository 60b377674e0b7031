import { expect } from "chai";
import { controlSteps } from "../../scripts/rehearse/control.ts";
import { operations } from "./support/twin.ts";

describe("The rehearsal of control, change and attack", () => {
  const seen: string[] = [];

  for (const step of controlSteps) {
    it(step.title, async () => {
      const { base, client, url: rpcUrl, folder, safe, people } = await operations();
      const { newRelayer, stranger: thief } = people;
      seen.push(await step.run({ base, client, rpcUrl, folder, safe, newRelayer, thief }));
      expect(seen.at(-1)).to.not.equal("");
    });
  }
});
