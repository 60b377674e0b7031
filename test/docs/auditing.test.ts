/** docs/auditing.md explains every rule of the audit. This keeps its numbers and its words those of the code. */

import { readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { RULES } from "../../scripts/audit/ruleTable.ts";

const page = readFileSync(`${ROOT}/docs/auditing.md`, "utf8");

describe("docs/auditing.md", () => {
  it("has a line for each rule, in the code's order and words", () => {
    const rows = [...page.matchAll(/^\| (R\d+) \| (.+?) \| (.+?) \|$/gm)];
    expect(rows.map(([, id, title]) => [id, title])).to.deep.equal(Object.entries(RULES));
  });
});
