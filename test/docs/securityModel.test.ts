/** docs/security-model.md names a test for every line. This keeps the names true. */

import { existsSync, readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

interface Reference {
  file: string;
  title: string;
}

const page = readFileSync(`${ROOT}/docs/security-model.md`, "utf8");

/** Every `test/….test.ts` › "title" in a text, wherever its lines break. */
function referencesIn(text: string): Reference[] {
  const pattern = /`(test\/[\w/]+\.test\.ts)` › "([^"]+)"/g;
  return [...text.replace(/\s+/g, " ").matchAll(pattern)].map(([, file = "", title = ""]) => ({ file, title }));
}

/** The titles that a test file gives to its tests, as they are written there. */
function titlesIn(file: string): string[] {
  const source = readFileSync(`${ROOT}/${file}`, "utf8");
  return [...source.matchAll(/\bit\(\s*"((?:[^"\\]|\\.)*)"/g)].map(([, title = ""]) => title);
}

/** The rows of all tables, without heads and rules. */
function tableRows(text: string): string[] {
  const lines = text.split("\n");
  const isRule = (line: string | undefined) => /^\|( ?-+ ?\|)+$/.test(line ?? "");
  return lines.filter((line, at) => line.startsWith("|") && !isRule(line) && !isRule(lines[at + 1]));
}

/** The items of all lists, each with the lines that continue it. */
function listItems(text: string): string[] {
  return [...text.matchAll(/^- .*(?:\n {2}.*)*/gm)].map(([item]) => item);
}

describe("docs/security-model.md", () => {
  describe("a test that it names", () => {
    it("is in a file that exists", () => {
      const files = [...new Set(referencesIn(page).map(({ file }) => file))];
      expect(files).to.not.deep.equal([]);
      expect(files.filter((file) => !existsSync(`${ROOT}/${file}`))).to.deep.equal([]);
    });

    it("is there under exactly that title", () => {
      const stale = referencesIn(page).filter(({ file, title }) => !titlesIn(file).includes(title));
      expect(stale).to.deep.equal([]);
    });

    it("is written so that this test can read it", () => {
      // Whatever looks like a reference is one: a slip in the quotes would hide it from the tests above.
      const arrows = page.split("`file` › ").join("").match(/›/g) ?? [];
      expect(referencesIn(page).length).to.equal(arrows.length);
    });
  });

  describe("what it says", () => {
    it("has a test in every row of its tables", () => {
      const rows = tableRows(page);
      expect(rows.length).to.be.above(50);
      expect(rows.filter((row) => referencesIn(row).length === 0)).to.deep.equal([]);
    });

    it("has a test in every item of its lists", () => {
      const items = listItems(page);
      expect(items.length).to.be.above(25);
      expect(items.filter((item) => referencesIn(item).length === 0)).to.deep.equal([]);
    });

    it("lists the invariants I1 to I11, once each and in order", () => {
      const named = tableRows(page).flatMap((row) => /^\| (I\d+) \|/.exec(row)?.[1] ?? []);
      expect(named).to.deep.equal(["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11"]);
    });

    it("uses every test of who can and who cannot, but those on the ABI and ether", () => {
      const file = "test/unit/canAndCannot.test.ts";
      const used = new Set(
        referencesIn(page)
          .filter((reference) => reference.file === file)
          .map(({ title }) => title),
      );
      expect(titlesIn(file).filter((title) => !used.has(title))).to.deep.equal([
        "that belong to the owner are all tried by everybody else",
        "take no ether, and there is no fallback",
      ]);
    });
  });
});
