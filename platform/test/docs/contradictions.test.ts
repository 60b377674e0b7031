/** Every contradiction between the public pages is decided in docs/platform/api.md, and a test's title names it. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("the contradictions between the public pages, C-01 to C-36", () => {
  const all = Array.from({ length: 36 }, (_, i) => `C-${String(i + 1).padStart(2, "0")}`);
  const missingIn = (text: string) => all.filter((name) => !text.includes(name));

  it("are decided in docs/platform/api.md", () => {
    expect(missingIn(read("docs/platform/api.md"))).to.deep.equal([]);
  });

  it("are each in the title of a test", () => {
    const files = globSync("platform/test/{api,clients}/*.test.ts", { cwd: ROOT }).map(read);
    const titles = files.flatMap((text) => text.match(/^ *it\("[^"]*"/gm) ?? []);
    expect(missingIn(titles.join("\n"))).to.deep.equal([]);
  });
});
