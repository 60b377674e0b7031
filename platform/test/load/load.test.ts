/** The short form of `npm run load`: what it counts, and that it comes to its end. How fast a machine is, is no test. */
import { expect } from "chai";
import { type Figure, measure } from "./measure.ts";

describe("the platform under load, as a process of its own in production's way", function () {
  this.timeout(120_000);
  let figures: Figure[];
  const figure = (words: RegExp) => figures.find(({ what }) => words.test(what));

  before(async () => {
    const silent = { say: () => undefined, onProgress: () => undefined };
    figures = (await measure({ only: ["api", "burst"], minutes: 0.05, burst: 250, due: 1, ...silent })).figures;
  });

  it("plays 150 whole sessions at 50 a second without an error", () => {
    expect(figure(/^errors of 150 whole sessions/)?.value).to.equal("none");
  });

  it("settles 250 that end at once in three batches", () => {
    expect(figure(/^batches of 250 sessions/)?.value).to.equal("3");
  });
});
