/** How little stands between somebody and the first page: what has to be fetched, and what has to be waited for in turn. */
import { expect } from "chai";
import { withConsole } from "./support.ts";

describe("the first page of the console, as a browser loads it", function () {
  const console_ = withConsole(this);

  it("is there after its own pieces, all of which its HTML names, and two answers of the platform", async () => {
    const { page, asked } = await console_.window();
    await page.goto("/");
    await page.getByRole("button", { name: "Connect wallet" }).waitFor();
    const paths = [...new Set(asked.map((url) => new URL(url).pathname))];
    const html = await (await fetch(console_.url)).text();
    const named = [...html.matchAll(/(?:src|href)="\.(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path);
    // None is found out by running another: they come at once, and nothing is loaded that the budget does not count.
    expect(paths.filter((path) => path.endsWith(".js"))).to.have.members(named);
    // Whether the platform lives is asked beside, and waited for by nobody.
    expect(
      paths.filter((path) => path.startsWith("/api/")).filter((path) => !path.endsWith("/health/live")),
    ).to.have.members(["/api/v1/config", "/api/v1/me"]);
  });
});
