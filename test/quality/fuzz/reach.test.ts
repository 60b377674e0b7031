import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { countRuns, reachProblem, readReach } from "../../../scripts/quality/fuzz/reach.ts";

describe("the reach of the invariant tests", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const report = (name: string, ...runs: object[]) => {
    const file = join(folder, name);
    writeFileSync(file, runs.map((run) => `${JSON.stringify(run)}\n`).join(""));
    return file;
  };

  it("is the sum of all runs in all files", () => {
    const files = [report("1", { pause: 1, claim: 0 }, { pause: 2, claim: 3 }), report("2", { pause: 4, claim: 0 })];
    expect([...readReach(files)]).to.deep.equal([
      ["pause", 7],
      ["claim", 3],
    ]);
  });

  it("counts the last run once, though the runner plays it twice", () => {
    const file = report("1", { pause: 1 }, { pause: 2 }, { pause: 2 });
    expect(countRuns([file])).to.equal(2);
    expect([...readReach([file])]).to.deep.equal([["pause", 3]]);
  });

  it("is complete if every situation was met", () => {
    expect(reachProblem(new Map([["pause", 1]]))).to.equal(undefined);
  });

  it("names what was never met", () => {
    const reach = new Map([
      ["pause", 1],
      ["claim", 0],
      ["rescue", 0],
    ]);
    expect(reachProblem(reach)).to.equal("The invariant tests never reached: claim, rescue.");
  });

  it("is a problem, too, if there is no report", () => {
    const problem = reachProblem(readReach([join(folder, "missing")]));
    expect(problem).to.equal("The invariant tests left no report of what they reached.");
  });
});
