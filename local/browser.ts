/** Starts a browser from npm alone, for tests: headless Chromium, which needs no package of the system. */
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Browser } from "playwright-core";

/** Why there is none for this machine; undefined: there is one. */
export const noBrowser: string | undefined =
  process.platform === "linux" && process.arch === "x64" ? undefined : "the browser of npm is for Linux on x64";

/**
 * Those of the package are for a machine without a kernel's sandbox that runs one page and ends: a browser in one process
 * takes all tests down with a page, and one without web security does not hold pages to their policies.
 */
const FLAGS = ["--no-sandbox", "--no-zygote", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"];

/** It ends with `close`, and with this process. */
export async function openBrowser({ flags = [] }: { flags?: readonly string[] } = {}): Promise<Browser> {
  const [{ chromium }, executablePath] = [await import("playwright-core"), await unpacked()];
  return await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}

/** The package takes whatever browser lies in the temporary folder, of an older version too: here each version has a folder of its own. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.resolve("@sparticuz/chromium")), "utf8"),
  ) as { version: string };
  const [before, folder] = [process.env.TMPDIR, join(tmpdir(), `luxxon-chromium-${version}`)];
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  try {
    const { default: chromium } = await import("@sparticuz/chromium");
    chromium.setGraphicsMode = false;
    return await chromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
