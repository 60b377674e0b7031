/** Starts a browser from npm alone, for tests: headless Chromium, which needs no package of the system. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
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

export interface BrowserOptions {
  flags?: readonly string[];
  /** Whoever opens it closes it also when a signal ends this process; else Playwright does, and ends the process with it. */
  isClosedByCaller?: boolean;
}

/** It ends with `close`, and with this process. */
export async function openBrowser({ flags = [], isClosedByCaller = false }: BrowserOptions = {}): Promise<Browser> {
  const [{ chromium }, executablePath] = [await import("playwright-core"), await unpacked()];
  return await chromium.launch({
    executablePath,
    args: [...FLAGS, ...flags],
    handleSIGINT: !isClosedByCaller,
    handleSIGTERM: !isClosedByCaller,
    handleSIGHUP: !isClosedByCaller,
  });
}

/**
 * The package takes whatever browser lies in the temporary folder, of an older version too, or half unpacked by a process
 * that was killed: here each version has a folder of its own, which gets its name when it is whole.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.resolve("@sparticuz/chromium")), "utf8"),
  ) as { version: string };
  const folder = join(tmpdir(), `luxxon-chromium-${version}`);
  if (!existsSync(folder)) {
    const next = await mkdtemp(`${folder}-`);
    await inFolder(next);
    await rename(next, folder).catch(async (error: NodeJS.ErrnoException) => {
      await rm(next, { recursive: true, force: true });
      // Another process has been faster.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  }
  return await inFolder(folder);
}

/** @returns Where the browser is, there, if need be unpacked now. */
async function inFolder(folder: string): Promise<string> {
  const before = process.env.TMPDIR;
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
