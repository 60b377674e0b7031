import { readFileSync } from "node:fs";
import { expect } from "chai";
import { RULES } from "../../scripts/audit/rules/table.ts";

const page = readFileSync(new URL("../../docs/auditing.md", import.meta.url), "utf8");

describe("docs/auditing.md", () => {
  it("has a line for each rule of the audit, in its order and its words", () => {
    const rows = [...page.matchAll(/^\| (R\d+) \| (.*?) \| .+ \|$/gm)].map(([, id, title]) => [id, title]);
    expect(rows).to.deep.equal(Object.entries(RULES));
  });
});
