/** The page about the platform names every setting, in the words that the program itself uses when one is missing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { SETTINGS } from "../../src/config.ts";

describe("docs/platform/README.md", () => {
  const page = readFileSync(join(ROOT, "docs/platform/README.md"), "utf8");

  it("has a row for each setting, and no other", () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)].map(([, name, what]) => [name, what]);
    expect(rows).to.deep.equal(Object.entries(SETTINGS));
  });
});
