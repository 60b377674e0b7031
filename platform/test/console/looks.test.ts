/** Every page, wide and narrow, light and dark, for everybody: pictures for people to look at, and what machines can check of it. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import pg from "pg";
import type { Page } from "playwright-core";
import { call } from "../support/person.ts";
import { enter, keepPicture, type Window, withConsole } from "./support.ts";

const AXE = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 390, height: 844 };

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** What axe finds, in lines. */
async function violationsOn(page: Page): Promise<string[]> {
  // By the debugger, past the page's policy, which lets nobody put a script in.
  const found = (await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ["violations"] })`)) as {
    violations: Violation[];
    passes: unknown[];
  };
  // It has looked.
  expect(found.passes.length).to.be.above(10);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe("every page of the console", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";
  let sessionPath = "";

  before(async () => {
    window = await console_.window({ viewport: WIDE });
    slug = await enter(window);
    const { page, wallet } = window;
    await call(console_.platform, "POST", "/faucet", { body: { address: wallet.account.address } });
    await page.getByRole("button", { name: "Top up pool" }).click();
    await page.getByLabel("Amount").fill("7.25");
    await page.getByRole("button", { name: "Deposit" }).click();
    await page.getByLabel("Pool balance").getByText("7.25 USDC").waitFor();
    await page.getByLabel("Label").fill("first-key");
    await page.getByRole("button", { name: "Mint key" }).click();
    await page.getByRole("button", { name: "I have saved it" }).click();
    await page.getByRole("button", { name: "Open session" }).click();
    for (const name of ["Accept", "Start"]) await page.getByRole("button", { name }).click();
    await page.getByText("1 s", { exact: true }).waitFor();
    await page.getByRole("button", { name: "End" }).click();
    await page.getByText("CONFIRMED", { exact: true }).waitFor();
    sessionPath = new URL(page.url()).pathname.split("/").slice(3).join("/");
  });

  const pages: [name: string, path: () => string, ready: string][] = [
    ["workspaces", () => "/", "My Vision Co"],
    ["overview", () => `/w/${slug}`, "As of block"],
    ["sessions", () => `/w/${slug}/sessions`, "ENDED"],
    ["session", () => `/w/${slug}/${sessionPath}`, "Verify here"],
    ["wallet", () => `/w/${slug}/wallet`, "Available now"],
    ["operator", () => `/w/${slug}/operator`, "Earned"],
    ["keys", () => `/w/${slug}/keys`, "first-key"],
    ["members", () => `/w/${slug}/members`, "OWNER"],
    ["webhooks", () => `/w/${slug}/webhooks`, "Events are sent nowhere yet."],
    ["platform", () => "/platform", "Chain and contracts"],
  ];

  for (const [name, path, ready] of pages) {
    it(`${name}: nothing keeps anybody out, nothing stands over the edge, light and dark`, async () => {
      const { page } = window;
      await page.goto(path());
      await page.getByText(ready).first().waitFor();
      await holds(page, name);
    });
  }

  it("the first page likewise, before a wallet is there and after", async () => {
    const stranger = await console_.window({ viewport: WIDE });
    const { page } = stranger;
    await page.goto("/");
    await page.getByRole("button", { name: "Connect wallet" }).waitFor();
    await holds(page, "welcome");
    await page.getByRole("button", { name: "Connect wallet" }).click();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "New workspace" }).click();
    await page.getByRole("button", { name: "Create workspace" }).click();
    await page.getByText("3 to 40 lower-case letters").waitFor();
    await holds(page, "new-workspace");
    await page.context().close();
  });

  it("the wallet's forms likewise, filled in and found wrong", async () => {
    const { page } = window;
    await page.goto(`/w/${slug}/wallet`);
    await page.getByRole("button", { name: "Top up pool" }).click();
    await page.getByLabel("Amount").fill("2");
    await page.getByText("Network fee to withdraw: about").waitFor();
    await page.getByLabel("Daily limit").fill("ten");
    await page.getByRole("button", { name: "Set limit" }).click();
    await page.getByText("An amount above zero").waitFor();
    await page.getByLabel("Hold for").fill("60");
    await page.getByRole("button", { name: "Hold pool" }).click();
    await page.getByText("A hold needs a daily limit of your own.").first().waitFor();
    await holds(page, "wallet-forms");
  });

  async function holds(page: Page, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize(WIDE);
      expect(await violationsOn(page), `${name}, ${colorScheme}`).to.deep.equal([]);
      await keepPicture(page, `${name}-1280-${colorScheme}`);
      await page.setViewportSize(NARROW);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `${name} at ${NARROW.width} px`).to.equal(0);
      await keepPicture(page, `${name}-390-${colorScheme}`);
    }
  }

  it("a list of ten thousand sessions draws those in sight, and fetches on as somebody scrolls", async () => {
    const client = new pg.Client({ connectionString: console_.platform.env.DATABASE_URL });
    await client.connect();
    await client.query(
      `insert into sessions select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'state', 'CANCELLED', 'created_at', s.created_at - n * interval '1 second'))).*
       from sessions s, generate_series(1, 10000) n where s.id = $1`,
      [sessionPath.split("/").at(-1)],
    );
    await client.end();
    const { page } = window;
    await page.setViewportSize(WIDE);
    await page.goto(`/w/${slug}/sessions`);
    const rows = page.getByRole("list", { name: "All sessions" }).getByRole("listitem");
    await page.getByText("CANCELLED").first().waitFor();
    const lastInSight = async () => Number(await rows.last().getAttribute("aria-posinset"));
    for (const position of [50, 150, 350]) {
      while ((await lastInSight()) < position) await page.mouse.wheel(0, 1_500);
      expect(await rows.count()).to.be.below(60);
    }
  });

  it("works by keyboard alone: from nothing to a workspace", async () => {
    const stranger = await console_.window({ viewport: WIDE });
    const { page } = stranger;
    /** Goes on by Tab until something of this name has the focus. */
    const reach = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        const focused = page.locator(":focus");
        const label = await focused.evaluate((it) =>
          it instanceof HTMLInputElement ? (it.labels?.[0]?.textContent ?? "") : (it.textContent ?? ""),
        );
        if (label.trim() === name) return;
      }
      throw new Error(`Tab does not reach "${name}"`);
    };
    await page.goto("/");
    await page.getByRole("button", { name: "Connect wallet" }).waitFor();
    for (const name of ["Connect wallet", "Sign in", "New workspace"]) {
      await page.getByRole("button", { name }).waitFor();
      await reach(name);
      await page.keyboard.press("Enter");
    }
    await page.getByLabel("Slug").waitFor();
    // The form has the focus where it begins.
    await page.keyboard.type(`${slug}-keys`);
    await reach("Name");
    await page.keyboard.type("By Keyboard");
    await reach("Supplier");
    await page.keyboard.press("Space");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "By Keyboard" }).waitFor();
    await page.context().close();
  });
});
