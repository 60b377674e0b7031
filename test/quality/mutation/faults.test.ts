/** Tests the small parts of `npm run mutate -- --faults`; the faults themselves meet the suites there. */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { Copy } from "../../../scripts/quality/mutate/faults/copy.ts";
import { applied, type Fault, readFaults, SUITES } from "../../../scripts/quality/mutate/faults/faults.ts";
import { commandOf, findingOf } from "../../../scripts/quality/mutate/faults/suites.ts";
import { markdown, problemsOf } from "../../../scripts/quality/mutate/faults/table.ts";

const FAULTS = readFaults(join(ROOT, "test/quality/mutation/faults.json"));
const fault: Fault = {
  name: "one",
  fault: "one is two",
  edits: [{ file: "contracts/A.sol", text: "1", becomes: "2" }],
  noticedBy: ["unit"],
};
const finished = (status: number | null | undefined, stdout = "", stderr = "") => ({ status, stdout, stderr });

describe("the faults that are put into the contract on purpose", () => {
  for (const each of FAULTS) {
    it(`${each.name}: still fits the contract`, () => {
      const changed = applied(each, (file) => readFileSync(join(ROOT, file), "utf8"));
      for (const [file, text] of changed) expect(text).not.to.equal(readFileSync(join(ROOT, file), "utf8"));
    });

    it(`${each.name}: is in the table of docs/verification.md, with the suites that notice it`, () => {
      const docs = readFileSync(join(ROOT, "docs/verification.md"), "utf8");
      const row = docs.split("\n").find((line) => line.startsWith(`| ${each.fault} |`)) ?? "";
      const cells = row.split(" | ").slice(1, 1 + SUITES.length);
      expect(cells).to.have.length(SUITES.length);
      const noticedBy = SUITES.filter((_, index) => cells[index] !== "not seen");
      expect(noticedBy).to.deep.equal(each.noticedBy);
    });
  }
});

describe("a fault", () => {
  it("changes the text that it names", () => {
    expect([...applied(fault, () => "a = 1;")]).to.deep.equal([["contracts/A.sol", "a = 2;"]]);
  });

  it("does not fit a text that lacks it", () => {
    expect(() => applied(fault, () => "a = 3;")).to.throw('The fault "one" no longer fits: its text stands 0 times');
  });

  it("does not fit a text that has it twice", () => {
    expect(() => applied(fault, () => "a = 11;")).to.throw("its text stands 2 times in contracts/A.sol");
  });
});

describe("what a suite says of a fault", () => {
  it("is that it noticed nothing, if it passes", () => {
    expect(findingOf("unit", finished(0, "12 passing"))).to.deep.equal({ noticed: false, words: "not seen" });
  });

  it("is how many of its tests fail", () => {
    const said = findingOf("unit", finished(1, "  1830 passing (2m)\n  3 failing\n"));
    expect(said).to.deep.equal({ noticed: true, words: "3 of 1,833 fail" });
  });

  it("is which invariants are broken", () => {
    const error = `Broken("I1: too little; outcome: paid another amount to 0x${"a1".repeat(20)}")`;
    const said = findingOf("invariants", finished(1, `  1 failing\n  Error: ${error}\n`));
    expect(said).to.deep.equal({ noticed: true, words: "I1: too little; outcome: paid another amount" });
  });

  it("is which properties are lost", () => {
    const results = [
      { property: "A", passed: false, outcome: "LOST (1 of 1 asserts refuted)" },
      { property: "B", passed: true, outcome: "proved" },
    ];
    expect(findingOf("proofs", finished(1, JSON.stringify(results))).words).to.equal("`A` lost");
  });

  it("is nothing if a proof could not be asked", () => {
    const results = [{ property: "A", passed: false, outcome: "does not compile: no such thing" }];
    expect(() => findingOf("proofs", finished(1, JSON.stringify(results)))).to.throw("A does not compile");
  });

  it("is nothing if it died", () => {
    expect(() => findingOf("forks", finished(2, "", "no endpoint"))).to.throw("forks ended with code 2: no endpoint");
    expect(() => findingOf("forks", finished(null))).to.throw("forks ended with code null");
  });

  it("is nothing if it failed before any test did", () => {
    expect(() => findingOf("model", finished(1, "", "it does not compile"))).to.throw("no test of it did");
  });

  it("comes from the command that the docs name", () => {
    expect(commandOf("unit", ["test/unit/a.test.ts"])).to.deep.equal([
      "scripts/test/command.ts",
      "test/unit/a.test.ts",
    ]);
  });
});

describe("a copy of the project", () => {
  let copy: Copy;

  before(() => {
    copy = new Copy(ROOT);
  });

  after(() => copy.remove());

  const inCopy = (file: string) => readFileSync(join(copy.folder, file), "utf8");

  it("takes the workspaces from itself, so that its commands see its own files", () => {
    const script = 'import { ROOT } from "@luxxon/chain/root"; console.log(ROOT);';
    const args = ["--conditions=@luxxon/source", "--input-type=module", "--eval", script];
    const { stdout } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: "utf8" });
    expect(stdout).to.equal(`${realpathSync(copy.folder)}\n`);
  });

  it("holds the contract with the fault, and without it again", () => {
    const file = "contracts/libraries/DailyLimit.sol";
    copy.change(new Map([[file, "broken"]]));
    expect(inCopy(file)).to.equal("broken");
    copy.change(new Map());
    expect(inCopy(file)).to.equal(readFileSync(join(ROOT, file), "utf8"));
  });
});

describe("the table", () => {
  const seen = { noticed: true, words: "3 of 9 fail" };
  const unseen = { noticed: false, words: "not seen" };

  it("has a row for each fault, and says what all suites together see", () => {
    expect(markdown([{ fault, findings: { unit: seen, forks: unseen } }], ["unit", "forks"]).split("\n")).to.deep.equal(
      [
        "| fault | unit | forks | all together |",
        "| --- | --- | --- | --- |",
        "| one is two | 3 of 9 fail | not seen | seen by 1 of 2 |",
      ],
    );
  });

  it("is as recorded", () => {
    expect(problemsOf([{ fault, findings: { unit: seen, forks: unseen } }], SUITES)).to.deep.equal([]);
  });

  it("is not if a suite sees what it did not see, or no longer sees what it did", () => {
    expect(problemsOf([{ fault, findings: { unit: unseen, forks: seen } }], SUITES)).to.deep.equal([
      "one: unit did not notice it, as it once did.",
      "one: forks noticed it, which is not recorded.",
    ]);
  });

  it("is not if a fault gets past everything", () => {
    expect(problemsOf([{ fault, findings: { forks: unseen } }], ["forks"])).to.deep.equal(["one: nothing noticed it."]);
  });
});
