/** The published document, and the page on which people read it. */
import { expect } from "chai";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("the published document", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  before(async () => {
    platform = await openPlatform();
  });
  after(() => platform?.close());

  it("is OpenAPI 3.1: every operation has a name of its own, its parameters, and errors", async () => {
    const document = await (await fetch(`${platform.api}/docs-json`)).json();
    expect(document.openapi).to.match(/^3\.1\./);
    const names: string[] = [];
    for (const [path, operations] of Object.entries<Record<string, Record<string, unknown>>>(document.paths))
      for (const operation of Object.values(operations)) {
        names.push(operation.operationId as string);
        const inPath = ((operation.parameters ?? []) as { in: string; name: string; required?: boolean }[]).filter(
          (it) => it.in === "path" && it.required === true,
        );
        expect(inPath.map(({ name }) => `{${name}}`).sort(), path).to.deep.equal((path.match(/\{\w+\}/g) ?? []).sort());
        expect(operation.responses).to.have.property("default");
      }
    expect(new Set(names).size).to.equal(names.length);
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).to.have.property(name as string);
  });

  it("is read on a page that asks no other host, with or without a slash", async () => {
    const { origin } = new URL(platform.api);
    for (const path of ["/docs", "/docs/"]) {
      const page = await fetch(origin + path);
      const html = await page.text();
      expect(html).to.not.match(/https?:\/\//);
      const [, script = ""] = /<script src="([^"]+)"/.exec(html) ?? [];
      const loaded = await fetch(new URL(script, page.url));
      expect(loaded.status, `${page.url} ${script}`).to.equal(200);
      await loaded.body?.cancel();
    }
  });
});
