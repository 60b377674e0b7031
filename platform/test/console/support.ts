/** The console in a real browser, on the whole platform: built as `npm start` builds it, with a test wallet in each window. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { noBrowser, openBrowser } from "@luxxon/local/browser";
import type { Suite } from "mocha";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { Hex } from "viem";
import { consoleBuilder } from "../../src/local/console.ts";
import { CAMERA_FLAGS } from "../media/pages.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { addWallet, type TestWallet } from "./wallet.ts";

const build = consoleBuilder();
let browser: Promise<Browser> | undefined;

/** The same for all tests of this process. */
function theBrowser(): Promise<Browser> {
  browser ??= openBrowser({ flags: CAMERA_FLAGS });
  return browser;
}

export interface Window {
  page: Page;
  wallet: TestWallet;
  /** What the page complained of: broken policies, uncaught errors. */
  complaints: string[];
  /** Every address that it asked. */
  asked: string[];
}

export interface OpenConsole {
  platform: TestPlatform;
  url: string;
  /** A window of somebody of their own: cookies, storage and wallet are not shared. */
  window(options?: BrowserContextOptions & { key?: Hex }): Promise<Window>;
}

/** Opens console and browser for the tests of a `describe`; where there is no browser, they are left out. */
export function withConsole(suite: Suite, settings: Record<string, string> = {}): OpenConsole {
  const it = {} as OpenConsole;
  suite.timeout(60_000);
  before(async function openConsole() {
    if (noBrowser !== undefined) this.skip();
    it.platform = await openPlatform({ CONSOLE_DIR: await build(), ...settings });
    it.url = new URL(it.platform.api).origin;
    it.window = async ({ key, ...options } = {}) => {
      const context = await (await theBrowser()).newContext({ locale: "en-GB", baseURL: it.url, ...options });
      context.setDefaultTimeout(15_000);
      const { env, parts } = it.platform;
      const { chainId } = parts;
      const wallet = await addWallet(context, {
        rpcUrl: env.RPC_URL ?? "",
        chainId,
        ...(key === undefined ? {} : { key }),
      });
      const page = await context.newPage();
      const [complaints, asked]: string[][] = [[], []];
      page.on("console", (message) => {
        // The browser itself says so of every answer that is a refusal.
        if (message.type() === "error" && !/Failed to load resource/.test(message.text()))
          complaints?.push(message.text());
      });
      page.on("pageerror", (error) => complaints?.push(String(error)));
      page.on("request", (request) => asked?.push(request.url()));
      return { page, wallet, complaints: complaints ?? [], asked: asked ?? [] };
    };
  });
  after(async function closeConsole() {
    for (const context of (await browser)?.contexts() ?? []) await context.close();
    await it.platform?.close();
  });
  return it;
}

after(async function closeBrowser() {
  await (await browser)?.close();
  if (pictures !== undefined) console.log(`  The pictures of its pages are in ${await pictures}.`);
});

let pictures: Promise<string> | undefined;

/** Keeps a picture of the page in the system's temporary folder, for people. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  pictures ??= mkdtemp(join(tmpdir(), "luxxon-console-"));
  await page.screenshot({ path: join(await pictures, `${name}.png`), fullPage: true });
}

let slugs = 0;

/** The first steps: connected, signed in, with a workspace. @returns Its slug. */
export async function enter({ page }: Window, roles: ("Consumer" | "Supplier")[] = ["Consumer", "Supplier"], at = "/") {
  const slug = `page-${process.pid}-${slugs++}`;
  await page.goto(at);
  await page.getByRole("button", { name: "Connect wallet" }).click();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "New workspace" }).click();
  await page.getByLabel("Slug").fill(slug);
  await page.getByLabel("Name").fill("My Vision Co");
  for (const role of ["Consumer", "Supplier"] as const)
    await page.getByRole("checkbox", { name: role }).setChecked(roles.includes(role));
  await page.getByRole("button", { name: "Create workspace" }).click();
  await page.getByRole("heading", { name: "My Vision Co" }).waitFor();
  return slug;
}
