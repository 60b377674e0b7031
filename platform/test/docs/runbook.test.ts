/** The runbook has a part for each alarm that the program can raise, and no other. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { ALARMS } from "../../src/alarms.ts";

describe("docs/platform/runbook.md", () => {
  const page = readFileSync(join(ROOT, "docs/platform/runbook.md"), "utf8");
  const source = join(ROOT, "platform/src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), "utf8")]));

  it("says of each alarm what it means, what goes on meanwhile, and what to do", () => {
    const parts = page.split(/^### /m).slice(1);
    expect(parts.map((part) => /^`([a-z.]+)`/.exec(part)?.[1])).to.deep.equal([...ALARMS]);
    for (const part of parts)
      for (const what of ["**Means**", "**Meanwhile**", "**Do**", "**Tried**"]) expect(part).to.include(what);
  });

  it("names tests that are there, and that raise the alarm", () => {
    for (const part of page.split(/^### /m).slice(1)) {
      const kind = /^`([a-z.]+)`/.exec(part)?.[1] ?? "";
      const tests = [...part.matchAll(/platform\/test\/[\w/.]+\.test\.ts/g)].map(([path]) => path);
      expect(tests, kind).to.not.deep.equal([]);
      expect(
        tests.some((path) => readFileSync(join(ROOT, path), "utf8").includes(`"${kind}"`)),
        kind,
      ).to.equal(true);
    }
  });

  it("knows every alarm that a statement of the program raises, and none that nothing raises", () => {
    const written = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/insert into alarms[^`]*`/g)].flatMap(([sql]) => sql.match(/(?<=')[a-z]+\.[a-z]+(?=')/g) ?? []),
    );
    expect(written.filter((kind) => !ALARMS.some((it) => it === kind))).to.deep.equal([]);
    const raised = [...texts].filter(([file]) => file !== "alarms.ts").map(([, text]) => text);
    for (const kind of ALARMS)
      expect(
        raised.some((text) => new RegExp(`["']${kind}["']`).test(text)),
        kind,
      ).to.equal(true);
  });
});
