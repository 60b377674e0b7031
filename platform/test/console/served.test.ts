/** The console as the server gives it out: what it is made of, how large it is, and what it may do in a browser. */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { readConfig } from "../../src/config.ts";
import { consoleBuilder } from "../../src/local/console.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

/** kB of gzipped JavaScript before anybody does anything. */
const FIRST_LOAD_KB = 200;

describe("the console, served", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let folder = "";
  let origin = "";

  before(async () => {
    folder = await consoleBuilder()();
    platform = await openPlatform({ CONSOLE_DIR: folder, PUBLIC_URL: "https://example.org/luxxon" });
    ({ origin } = new URL(platform.api));
  });
  after(() => platform?.close());

  it("starts at each of its addresses, and knows the path that stands before them", async () => {
    for (const path of ["/", "/w/some-slug", "/w/some-slug/sessions/1"]) {
      const page = await fetch(origin + path);
      expect(page.status, path).to.equal(200);
      expect(page.headers.get("content-type")).to.equal("text/html; charset=utf-8");
      expect(await page.text()).to.contain('<base href="/luxxon/"');
    }
  });

  it("may run what this server gives out and ask this server, and nothing else", async () => {
    const { headers } = await fetch(origin);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).to.contain("default-src 'none'").and.contain("script-src 'self'").and.contain("connect-src 'self'");
    expect(policy).to.not.match(/unsafe|https?:|\*/);
  });

  it("leaves every other path the API's, with its errors", async () => {
    for (const path of ["/nothing", "/assets/nothing.js", "/assets/..%2f..%2fpackage.json", "/sessions"]) {
      const answer = await fetch(origin + path);
      expect(answer.status, path).to.equal(404);
      expect((await answer.json()).code, path).to.equal("NOT_FOUND");
    }
  });

  it("has pieces that browsers keep, packed where they take it", async () => {
    const html = await (await fetch(origin)).text();
    const [, script = ""] = /<script[^>]* src="\.\/([^"]+)"/.exec(html) ?? [];
    const piece = await fetch(`${origin}/${script}`, { headers: { "accept-encoding": "gzip" } });
    expect(piece.headers.get("content-encoding")).to.equal("gzip");
    expect(piece.headers.get("cache-control")).to.equal("public, max-age=31536000, immutable");
    expect(piece.headers.get("content-type")).to.equal("text/javascript; charset=utf-8");
  });

  it(`loads at most ${FIRST_LOAD_KB} kB of JavaScript before a wallet is connected`, () => {
    const html = readFileSync(join(folder, "index.html"), "utf8");
    const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, name = ""]) => name);
    expect(first.length).to.be.above(0);
    const bytes = first.reduce((sum, name) => sum + gzipSync(readFileSync(join(folder, name))).length, 0);
    expect(bytes / 1_000).to.be.below(FIRST_LOAD_KB);
  });

  it("has nothing of another host in it but links for people", () => {
    const hosts = readdirSync(join(folder, "assets"))
      .filter((name) => name.endsWith(".css"))
      .flatMap((name) => readFileSync(join(folder, "assets", name), "utf8").match(/https?:\/\/[\w.-]+/g) ?? []);
    expect(hosts).to.deep.equal([]);
  });
});

describe("CONSOLE_DIR", () => {
  it("has to be a folder with the page in it", () => {
    expect(() => readConfig({ CONSOLE_DIR: tmpdir(), DATABASE_URL: "postgres://x/y" })).to.throw(
      /CONSOLE_DIR has no index\.html/,
    );
  });
});
