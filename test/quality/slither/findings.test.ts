import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { installationError, Unavailable } from "../../../scripts/quality/slither/environment.ts";
import { compare, type Finding, readExplained, readFindings } from "../../../scripts/quality/slither/findings.ts";

const finding: Finding = {
  detector: "timestamp",
  impact: "Low",
  where: "Pool.draw: amount > room",
  at: "contracts/Pool.sol:7",
  text: "Pool.draw uses timestamp for comparisons",
};
const explained = { detector: "timestamp", where: "Pool.draw: amount > room", reason: "It needs a clock." };

const element = (type: string, name: string, line: number, parent?: string) => ({
  type,
  name,
  source_mapping: { filename_relative: "contracts/Pool.sol", lines: [line, line + 1] },
  ...(parent === undefined ? {} : { type_specific_fields: { parent: { name: parent } } }),
});

describe("what Slither found", () => {
  it("is named by its element and its code, without the line numbers", () => {
    const elements = [element("function", "draw", 7, "Pool"), element("node", "amount > room", 9)];
    const detectors = [{ check: "timestamp", impact: "Low", description: `${finding.text}\n`, elements }];
    expect(readFindings(JSON.stringify({ success: true, error: null, results: { detectors } }))).to.deep.equal([
      finding,
    ]);
  });

  it("may be nothing", () => {
    expect(readFindings('{"success": true, "error": null, "results": {}}')).to.deep.equal([]);
  });

  it("is not taken for nothing when Slither failed", () => {
    expect(() => readFindings('{"success": false, "error": "no build", "results": {}}')).to.throw("no build");
  });

  it("is open until it is explained", () => {
    expect(compare([finding], [])).to.deep.equal({ open: [finding], stale: [] });
    expect(compare([finding], [explained])).to.deep.equal({ open: [], stale: [] });
  });

  it("is not explained by an empty reason, nor by one for another detector or another place", () => {
    for (const other of [{ reason: " " }, { detector: "reentrancy" }, { where: "Pool.draw" }]) {
      expect(compare([finding], [{ ...explained, ...other }]).open).to.deep.equal([finding]);
    }
  });

  it("makes an explanation stale when it is gone", () => {
    expect(compare([], [explained])).to.deep.equal({ open: [], stale: [explained] });
  });
});

describe("an installation of Slither that fails", () => {
  const pip = (stderr: string) => installationError({ status: 1, stdout: "", stderr });

  it("means that Slither cannot be had where the index is out of reach", () => {
    const error = pip("WARNING: Retrying …\nERROR: No matching distribution found for cbor2==6.2.1\n");
    expect(error).to.be.instanceOf(Unavailable);
    expect(error.message).to.match(/No matching distribution found for cbor2==6.2.1$/);
  });

  it("means so, too, under a Python for which other packages would be needed than are pinned", () => {
    const said = "ERROR: In --require-hashes mode, all requirements must have their versions pinned with ==.";
    expect(pip(said)).to.be.instanceOf(Unavailable);
  });

  it("is a failure, and no excuse, where a package is not the pinned one", () => {
    const error = pip("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.");
    expect(error).to.not.be.instanceOf(Unavailable);
    expect(error.message).to.match(/is not the one that is pinned/);
  });
});

describe("docs/verification/static.md", () => {
  it("has a row with the reason for each finding that is explained, and no other", async () => {
    const page = readFileSync(join(ROOT, "docs/verification/static.md"), "utf8");
    const section = page.split("\n## ").find((part) => part.startsWith("Slither")) ?? "";
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    // A bar would end the cell.
    const cell = (where: string) => where.replaceAll("|", "\\|");
    const expected = (await readExplained()).map(
      ({ detector, where, reason }) => `| \`${detector}\` | \`${cell(where)}\` | ${reason} |`,
    );
    expect(rows).to.deep.equal(expected);
  });
});
