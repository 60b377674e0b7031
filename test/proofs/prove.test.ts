/** The judge of the proofs, and its reading of the contract. The proofs themselves run by `npm run prove`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { judge, proveAll } from "../../scripts/prove/run.ts";
import { declarations, fill } from "../../scripts/prove/source.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

describe("a proof file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-proofs-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What becomes of a property whose contract has this body. */
  async function outcomeOf(body: string, timeout = 50): Promise<{ passed: boolean; outcome: string }> {
    const file = join(folder, "Property.sol");
    writeFileSync(file, `// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\ncontract Property { ${body} }\n`);
    const [result] = await proveAll([{ file, solver: "soljson" }], ROOT, timeout);
    if (result === undefined) throw new Error("no result");
    return { passed: result.passed, outcome: result.outcome };
  }

  it("passes if its property holds", async () => {
    const holds = "function prove(uint8 a) external pure { assert(uint256(a) < 256); }";
    expect(await outcomeOf(holds)).to.deep.equal({ passed: true, outcome: "proved" });
  });

  it("is lost if its property is false", async () => {
    const fails = "function prove(uint8 a) external pure { assert(a != 7); }";
    expect(await outcomeOf(fails)).to.deep.equal({ passed: false, outcome: "LOST (0 of 1 asserts)" });
  });

  it("is lost if only one of its two asserts holds", async () => {
    const half = "function prove(uint8 a) external pure { assert(uint256(a) < 256); assert(a != 7); }";
    expect(await outcomeOf(half)).to.deep.equal({ passed: false, outcome: "LOST (1 of 2 asserts)" });
  });

  it("is lost if an assert stands only in a comment", async () => {
    const none = "/* assert(true); */ function prove() external pure {}";
    expect(await outcomeOf(none)).to.deep.equal({ passed: false, outcome: "LOST (nothing to prove)" });
  });

  it("fails if it does not compile", async () => {
    const { passed, outcome } = await outcomeOf("function prove() external pure { assert(1); }");
    expect(passed).to.equal(false);
    expect(outcome).to.match(/^does not compile: TypeError/);
  });

  it("is lost if the time is up", async () => {
    const holds = "function prove(uint8 a) external pure { assert(uint256(a) < 256); }";
    expect(await outcomeOf(holds, 0.05)).to.deep.equal({ passed: false, outcome: "LOST (no answer in time)" });
  });
});

describe("the property that is false on purpose", () => {
  it("passes while it is not provable", () => {
    expect(judge("MustNotBeProvable", { asserts: 1, proved: 0, errors: [] }).passed).to.equal(true);
  });

  it("fails once it is", () => {
    expect(judge("MustNotBeProvable", { asserts: 1, proved: 1, errors: [] }).passed).to.equal(false);
  });

  it("fails without an answer", () => {
    expect(judge("MustNotBeProvable", undefined).passed).to.equal(false);
  });
});

describe("what a proof takes from the contract", () => {
  it("is there word for word", () => {
    const contract = readFileSync(join(ROOT, "contracts/LuxxonSettlement.sol"), "utf8");
    const taken = fill("    // source: _check _bitOf", declarations(ROOT));
    const [check = "", bitOf = ""] = taken.split(/(?<=\n {4}\})\n/);
    expect(check).to.match(/^function _check\(/);
    expect(bitOf).to.match(/^function _bitOf\(/);
    expect(contract).to.include(check).and.to.include(bitOf);
  });

  it("names nothing that the contract does not declare", () => {
    expect(() => fill("// source: _nothing", declarations(ROOT))).to.throw("the contract declares no _nothing");
  });
});
