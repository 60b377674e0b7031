/** Tests the judge of the proofs, and its reading of the contract. The proofs themselves run by `npm run prove`. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { Copy } from "../../../scripts/quality/mutate/faults/copy.ts";
import { judge, proveAll } from "../../../scripts/quality/prove/proveAll.ts";
import { declarations, fill } from "../../../scripts/quality/prove/source.ts";

describe("a proof file", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-proofs-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** What becomes of a property whose contract has this body. */
  async function outcomeOf(body: string, timeout = 50): Promise<{ passed: boolean; outcome: string }> {
    const file = join(folder, "Property.sol");
    // The mapping keeps the solver from a method that needs threads, which the z3 inside soljson has not.
    const contract = `contract Property { mapping(uint256 => uint256) internal some; ${body} }`;
    writeFileSync(file, `// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n${contract}\n`);
    const [result] = await proveAll([{ file, solver: "soljson" }], ROOT, timeout);
    if (result === undefined) throw new Error("no result");
    return { passed: result.passed, outcome: result.outcome };
  }

  const proved = { passed: true, outcome: "proved" };
  const lost = (why: string) => ({ passed: false, outcome: `LOST (${why})` });

  it("passes if its property holds", async () => {
    const holds = "function prove(uint8 a) external pure { assert(uint256(a) < 256); }";
    expect(await outcomeOf(holds)).to.deep.equal(proved);
  });

  it("is lost if its property is false", async () => {
    const fails = "function prove(uint8 a) external pure { assert(a != 7); }";
    expect(await outcomeOf(fails)).to.deep.equal(lost("1 of 1 asserts refuted"));
  });

  it("is lost if only one of its two asserts holds", async () => {
    const half = "function prove(uint8 a) external pure { assert(uint256(a) < 256); assert(a != 7); }";
    expect(await outcomeOf(half)).to.deep.equal(lost("1 of 2 asserts refuted"));
  });

  it("is lost if the solver has no answer to one of its asserts", () => {
    const verdict = { asserts: 2, proved: 1, refuted: 0, reached: 2, errors: [] };
    expect(judge("Property", verdict)).to.deep.equal(lost("1 of 2 asserts without an answer"));
  });

  it("is lost if an assert stands only in a comment", async () => {
    const none = "/* assert(true); */ function prove() external pure {}";
    expect(await outcomeOf(none)).to.deep.equal(lost("nothing to prove"));
  });

  it("fails if nothing ever reaches its assert: anything holds there", async () => {
    const vacuous = "function prove(uint8 a) external pure { require(a > 200 && a < 100); assert(a == 7); }";
    const { passed, outcome } = await outcomeOf(vacuous);
    expect({ passed, outcome }).to.deep.equal({
      passed: false,
      outcome: "VACUOUS (0 of 1 asserts shown to be reached)",
    });
  });

  it("fails if one of the cases that it names as witnesses never reaches its assert", async () => {
    const half = `function prove(uint8 a) external pure { require(a > 9); assert(a != 0);
      // witness: a == 10
      // witness: a == 9
      }`;
    expect((await outcomeOf(half)).outcome).to.equal("VACUOUS (0 of 1 asserts shown to be reached)");
  });

  it("passes if every case that it names as a witness reaches its assert", async () => {
    const both = `function prove(uint8 a) external pure { require(a > 9); assert(a != 0);
      // witness: a == 10
      // witness: a == 11
      }`;
    expect(await outcomeOf(both)).to.deep.equal(proved);
  });

  it("fails if an assert stands outside `prove`, where it could hold for one caller and fail for another", async () => {
    const outside = "function f(uint8 a) internal pure { assert(a < 9); } function prove() external pure { f(1); }";
    expect((await outcomeOf(outside)).outcome).to.equal("does not compile: an assert stands outside prove");
  });

  it("fails if it does not compile", async () => {
    const { passed, outcome } = await outcomeOf("function prove() external pure { assert(1); }");
    expect(passed).to.equal(false);
    expect(outcome).to.match(/^does not compile: TypeError/);
  });

  it("is lost if the time is up", async () => {
    const holds = "function prove(uint8 a) external pure { assert(uint256(a) < 256); }";
    expect(await outcomeOf(holds, 0.05)).to.deep.equal(lost("no answer in time"));
  });
});

describe("the property that is false on purpose", () => {
  const verdict = { asserts: 1, proved: 0, refuted: 0, reached: 0, errors: [] };

  it("passes when values were found that break it", () => {
    expect(judge("MustNotBeProvable", { ...verdict, refuted: 1 }).passed).to.equal(true);
  });

  it("fails once it is proved", () => {
    expect(judge("MustNotBeProvable", { ...verdict, proved: 1 }).passed).to.equal(false);
  });

  it("fails if the solver found nothing either way", () => {
    expect(judge("MustNotBeProvable", verdict).passed).to.equal(false);
  });

  it("fails without an answer", () => {
    expect(judge("MustNotBeProvable", undefined).passed).to.equal(false);
  });
});

describe("a contract that has lost a property", () => {
  let copy: Copy;

  before(() => {
    copy = new Copy(ROOT);
    const library = "contracts/libraries/DailyLimit.sol";
    const text = readFileSync(join(ROOT, library), "utf8");
    copy.change(new Map([[library, text.replace("/ 1 days;", "/ 1 days + 1;")]]));
  });

  after(() => copy.remove());

  it("makes the command fail, which names the property and the values that break it", () => {
    const args = ["scripts/quality/prove/command.ts", "--only", "LeakIsBounded"];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: "utf8" });
    expect(status).to.equal(1);
    expect(stdout).to.match(/LeakIsBounded +soljson .* LOST \(1 of 1 asserts refuted\)/);
    expect(stdout).to.match(/limit = \d+/);
    expect(stdout).to.match(/^0 passed, 1 failed$/m);
  });

  it("leaves the command content with the others", () => {
    const args = ["scripts/quality/prove/command.ts", "--only", "RoomAtMostLimit", "--json"];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: "utf8" });
    expect(JSON.parse(stdout)).to.have.length(1);
    expect(status).to.equal(0);
  });

  it("counts as lost too if there was no time to look", () => {
    const args = ["scripts/quality/prove/command.ts", "--only", "EveryDrawCounts", "--timeout", "1"];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy.folder, encoding: "utf8" });
    expect(status).to.equal(1);
    expect(stdout).to.include("LOST (no answer in time)");
  });
});

describe("what a proof takes from the contract", () => {
  it("is there word for word, but for what keeps a proof from calling it", () => {
    const contract = readFileSync(join(ROOT, "contracts/LuxxonSettlement.sol"), "utf8");
    const taken = fill("    // source: _check _bitOf", declarations(ROOT));
    const [check = "", bitOf = ""] = taken.split(/(?<=\n {4}\})\n/);
    expect(check).to.match(/^function _check\(/);
    expect(bitOf).to.match(/^function _bitOf\(/);
    const asInContract = (text: string) => text.replace(" internal ", " private ");
    expect(contract).to.include(asInContract(check)).and.to.include(asInContract(bitOf));
  });

  it("is a loop's body, without its braces", () => {
    const contract = readFileSync(join(ROOT, "contracts/LuxxonSettlement.sol"), "utf8");
    const body = fill("// loop: settleBatch 2", declarations(ROOT));
    expect(body).to.match(/^if \(settledBitmap & \(1 << i\) == 0\) continue;/);
    expect(contract).to.include(body);
  });

  it("keeps a guard as a note, and refuses what could revert in another way", () => {
    const found = new Map([
      ["f", "function f(uint256 a) private {\n  require(a != 0, ZeroAmount());\n  x -= a;\n}"],
      ["g", "function g(uint256 a) private {\n  if (a == 0) revert ZeroAmount();\n}"],
    ]);
    const noted = fill("// guards: noted\n// source: f", found);
    expect(noted).to.include("_guard(a != 0);").and.to.include("x = _minus(x, a);").and.not.to.include("require");
    expect(() => fill("// guards: noted\n// source: g", found)).to.throw("g can revert by revert");
  });

  it("names a bit by its number, and refuses an operator that would take the number for a mask", () => {
    const found = new Map([
      ["f", "function f() private {\n  bit = 1 << n;\n  if (a & bit != 0) a = a | bit;\n}"],
      ["g", "function g() private {\n  a = a ^ bit;\n}"],
    ]);
    const numbered = fill("// bits: bit\n// source: f", found);
    expect(numbered).to.include("bit = n;").and.to.include("if (_has(a, bit)) a = _with(a, bit);");
    expect(() => fill("// bits: bit\n// source: g", found)).to.throw("g has an operator ^ on bits");
  });

  it("names a cast that reverts, also of what a cast has widened, and the caller's account by its key", () => {
    const f =
      "function f(uint64 a) {\n  Account storage account = _accounts[msg.sender];\n  account.until = uint256(a).toUint32();\n}";
    const taken = fill("// keyed: account\n// casts: toUint32\n// source: f", new Map([["f", f]]));
    expect(taken).to.include("address account = msg.sender;");
    expect(taken).to.include("_accounts[account].until = _toUint32(uint256(a));");
  });

  it("names nothing that the contract does not declare", () => {
    expect(() => fill("// source: _nothing", declarations(ROOT))).to.throw("the contract declares no _nothing");
  });
});
