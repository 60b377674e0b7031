import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "../../../scripts/quality/mutate/compiler.ts";
import { generate } from "../../../scripts/quality/mutate/generate.ts";
import { KnownResults, type MutantResult, type Outcome } from "../../../scripts/quality/mutate/known.ts";
import { reportOn } from "../../../scripts/quality/mutate/score.ts";

const TEXT = `pragma solidity 0.8.37;
contract Sum {
    function sum(uint256 a, uint256 b) external pure returns (uint256) { return a + b + 1; }
}`;
const mutants = generate([parse("contracts/Sum.sol", TEXT)]);
const FIRST = mutants[0]?.id ?? "";

function result(id: string, outcome: Outcome): MutantResult {
  return { id, outcome, seconds: 1, source: "source", code: `code of ${id}`, tests: "tests" };
}

/** All mutants are killed, but the first has another outcome. */
function results(first: Outcome): MutantResult[] {
  return mutants.map(({ id }) => result(id, id === FIRST ? first : "killed"));
}

describe("the report on mutants", () => {
  it("is perfect when all are killed", () => {
    const { all, score, survivors, wrong } = reportOn(mutants, results("killed"), {});
    expect(all.killed).to.equal(mutants.length);
    expect(score).to.equal(1);
    expect(survivors).to.deep.equal([]);
    expect(wrong).to.deep.equal({});
  });

  it("counts by kind", () => {
    const { byKind } = reportOn(mutants, results("killed"), {});
    expect(Object.fromEntries(Object.entries(byKind).map(([kind, { made }]) => [kind, made]))).to.deep.equal({
      constant: 2,
      operator: 2,
      statement: 1,
    });
  });

  it("names a survivor", () => {
    const { all, score, survivors } = reportOn(mutants, results("survived"), {});
    expect(survivors.map(({ id }) => id)).to.deep.equal([FIRST]);
    expect(all.survived).to.equal(1);
    expect(score).to.equal((mutants.length - 1) / mutants.length);
  });

  it("takes a survivor that is listed for equivalent", () => {
    const { all, score, survivors, wrong } = reportOn(mutants, results("survived"), { [FIRST]: "why" });
    expect(survivors).to.deep.equal([]);
    expect(wrong).to.deep.equal({});
    expect(all.equivalent).to.equal(1);
    expect(score).to.equal(1);
  });

  it("counts what never ends as killed", () => {
    expect(reportOn(mutants, results("timeout"), {}).score).to.equal(1);
  });

  it("has no score before anything was tried", () => {
    expect(reportOn(mutants, [], {}).score).to.equal(undefined);
  });

  it("leaves out of the score what does not compile, and what compiles to the same code", () => {
    for (const outcome of ["rejected", "same"] as const) {
      const { all, score } = reportOn(mutants, results(outcome), {});
      expect(all[outcome]).to.equal(1);
      expect(score).to.equal(1);
    }
  });

  for (const outcome of ["killed", "timeout", "same", "rejected"] as const) {
    it(`says that a listed mutant is none that survives: ${outcome}`, () => {
      expect(Object.keys(reportOn(mutants, results(outcome), { [FIRST]: "why" }).wrong)).to.deep.equal([FIRST]);
    });
  }

  it("says that a listed mutant does not exist", () => {
    expect(reportOn(mutants, results("killed"), { "sum.operator.0": "why" }).wrong).to.deep.equal({
      "sum.operator.0": "there is no such mutant",
    });
  });

  it("says nothing of listed mutants that were not tried", () => {
    expect(reportOn(mutants, [], { [FIRST]: "why" }).wrong).to.deep.equal({});
  });
});

describe("what earlier runs found", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mutants-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is there for the next run", () => {
    const path = join(folder, "mutants.jsonl");
    new KnownResults(path).add(result("one", "killed"));
    expect(new KnownResults(path).ofMutant("one", "source")).to.deep.equal(result("one", "killed"));
  });

  it("says nothing of other contracts, but still of the same code", () => {
    const known = new KnownResults(join(folder, "mutants.jsonl"));
    known.add(result("one", "killed"));
    expect(known.ofMutant("one", "another source")).to.equal(undefined);
    expect(known.ofCode("code of one")?.outcome).to.equal("killed");
  });

  it("is the latest that was found", () => {
    const path = join(folder, "mutants.jsonl");
    new KnownResults(path).add(result("one", "survived"));
    new KnownResults(path).add(result("one", "killed"));
    expect(new KnownResults(path).ofMutant("one", "source")?.outcome).to.equal("killed");
  });

  it("is gone after a fresh start", () => {
    const path = join(folder, "mutants.jsonl");
    new KnownResults(path).add(result("one", "killed"));
    expect(new KnownResults(path, { fresh: true }).ofMutant("one", "source")).to.equal(undefined);
  });
});
