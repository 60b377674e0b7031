import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { type Audience, openContext, type RehearsalContext, RehearsalFailure } from "../../scripts/rehearse/context.ts";
import { STEPS } from "../../scripts/rehearse/rehearsal.ts";
import { openStage, type Stage } from "../../scripts/rehearse/stage.ts";
import { serveExplorers } from "../../scripts/rehearse/standIns.ts";
import { baseSepolia } from "../deploy/support.ts";

/** What `npm run rehearse` plays. Each step takes up where the one before has ended. */
describe("The rehearsal of a deployment", function () {
  this.timeout(180_000);
  this.bail(true);
  const facts: string[] = [];
  const audience: Audience = {
    step: () => undefined,
    command: () => undefined,
    output: () => undefined,
    fact: (fact) => void facts.push(fact),
  };
  const filesHere = () => readdirSync(join(ROOT, "deployments"), { recursive: true });
  const before_ = filesHere();
  let stage: Stage;
  let context: RehearsalContext;

  before(async () => {
    stage = await openStage(baseSepolia);
    context = openContext(
      stage,
      await serveExplorers(await stage.twin.viem.getPublicClient(), stage.base.chainId),
      audience,
    );
  });
  after(async () => {
    context.explorers.close();
    await stage.close();
  });

  for (const step of STEPS) {
    it(step.title, async () => {
      const known = facts.length;
      await step.run(context);
      expect(facts.length).to.be.above(known);
    });
  }

  it("writes nothing among the project's own deployments", () => {
    expect(filesHere()).to.deep.equal(before_);
  });

  it("fails at the first thing that is not so", () => {
    expect(() => context.expect("the moon is a cheese", false)).to.throw(
      RehearsalFailure,
      "It is not so that the moon is a cheese.",
    );
  });
});
