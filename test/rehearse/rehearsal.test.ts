import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { openRehearsal, RehearsalFailure } from "../../scripts/rehearse/rehearsal.ts";
import { STEPS } from "../../scripts/rehearse/steps.ts";

/** What `npm run rehearse` plays. Each step takes up where the one before has ended. */
describe("The rehearsal of a deployment", function () {
  this.timeout(180_000);
  this.bail(true);
  const filesHere = () => readdirSync(join(ROOT, "deployments"), { recursive: true });
  const before_ = filesHere();
  let rehearsal: Awaited<ReturnType<typeof openRehearsal>>;

  before(async () => {
    rehearsal = await openRehearsal({ print: () => undefined });
  });
  after(() => rehearsal.close());

  for (const step of STEPS) {
    it(step.title, async () => {
      await rehearsal.play(step);
      expect(rehearsal.played.at(-1)?.facts.length).to.be.above(0);
    });
  }

  it("writes nothing among the project's own deployments", () => {
    expect(filesHere()).to.deep.equal(before_);
  });

  it("fails at the first thing that is not so", () => {
    expect(() => rehearsal.context.expect("the moon is a cheese", false)).to.throw(
      RehearsalFailure,
      "It is not so that the moon is a cheese.",
    );
  });
});
