/** The console behind a proxy that gives it a part of a site: everything below one path. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { enter, withConsole } from "./support.ts";

const PREFIX = "/luxxon";

describe("the console below a path of a site", function () {
  const settings: Record<string, string> = {};
  // Takes the path's beginning away, and passes everything else on.
  const site = createServer((incoming, outgoing) => {
    const { method, headers, url = "" } = incoming;
    if (!url.startsWith(`${PREFIX}/`)) return void outgoing.writeHead(404).end();
    const path = url.slice(PREFIX.length);
    const onward = request(new URL(path, console_.url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward.on("error", () => outgoing.writeHead(502).end()));
  });
  let origin = "";
  before(async () => {
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    settings.PUBLIC_URL = origin + PREFIX;
  });
  const console_ = withConsole(this, settings);
  after(() => void site.close().closeAllConnections());

  it("does the first steps, and starts anew at each of its addresses", async () => {
    const window = await console_.window({ baseURL: origin });
    const { page } = window;
    const slug = await enter(window, ["Consumer"], `${PREFIX}/`);
    expect(new URL(page.url()).pathname).to.equal(`${PREFIX}/w/${slug}`);
    await page.getByRole("link", { name: "Keys" }).click();
    await page.reload();
    await page.getByRole("heading", { name: "Keys" }).waitFor();
    expect(new URL(page.url()).pathname).to.equal(`${PREFIX}/w/${slug}/keys`);
    expect(window.asked.filter((url) => !url.startsWith(origin + PREFIX))).to.deep.equal([]);
    expect(window.complaints).to.deep.equal([]);
  });
});
