/** Every operation of the public platform answers with every status that our document has for it; page and client are up to date. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { publishedBy } from "../support/document.ts";
import { openPlatform } from "../support/platform.ts";
import type { Answered } from "./client.ts";
import { PUBLIC_OPERATIONS } from "./operations.ts";
import { PAGE_FILE, pageOf } from "./page.ts";
import { everyStatus } from "./statuses.ts";
import { TYPES_FILE, typesOf } from "./types.ts";

type Responses = Record<string, Record<string, { responses: Record<string, unknown> }>>;

describe("the 35 operations of the public platform, by a client made of our document", function () {
  this.timeout(120_000);
  let answered: Answered;
  let paths: Responses;

  before(async () => {
    const platform = await openPlatform();
    const { document } = await publishedBy(platform.api);
    paths = document.paths;
    const types = await typesOf(document);
    await platform.close();
    // First: what follows is asked by this client.
    expect(await readFile(join(ROOT, TYPES_FILE), "utf8"), "npm run conformance writes it anew").to.equal(types);
    answered = await everyStatus();
  });

  const documented = (method: string, path: string) =>
    Object.keys(paths[`/api/v1${path}`]?.[method.toLowerCase()]?.responses ?? {}).filter((it) => it !== "default");

  for (const { method, path, statuses } of PUBLIC_OPERATIONS)
    it(`${method} ${path} answers with each of its statuses`, () => {
      const came = [...(answered.get(`${method} /api/v1${path}`)?.keys() ?? [])].map(String).sort();
      expect(came).to.deep.equal(documented(method, path).sort());
      // A settlement that is not ready is no conflict here.
      const expected = statuses.filter((status) => !(path.startsWith("/settlements") && status === "409"));
      expect(documented(method, path)).to.include.members(expected);
    });

  it(`are in ${PAGE_FILE} as they answered`, async () => {
    expect(await readFile(join(ROOT, PAGE_FILE), "utf8"), "npm run conformance writes it anew").to.equal(
      pageOf(answered),
    );
  });
});
