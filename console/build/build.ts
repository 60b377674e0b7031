/** Builds the page into `dist/`: once, and again when anything that it is made of has changed. */
import { createHash, type Hash } from "node:crypto";
import { chmodSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";

export const CONSOLE = join(ROOT, "console");
export const DIST = join(CONSOLE, "dist");
/** In `dist/`: the hash of what it was made of. */
const MADE_OF = "made-of";

/** What goes into the page. The lockfile stands for all that is installed. */
const SOURCES = [
  "console/{src,build}/**/*.{ts,tsx,css,svg}",
  "console/{index.html,package.json}",
  "abi/src/**/*.ts",
  "package-lock.json",
];

/** @returns Whether it had to be built. */
export async function buildConsole({ force = false, onStart = () => {} } = {}): Promise<boolean> {
  const hash = sourcesHash();
  if (!force && builtFrom() === hash) return false;
  onStart();
  // Whatever else runs this, tests for instance: React for people, not for its developers.
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  // Beside the old one until it is whole: a server may be reading that, another build may be at work.
  const made = mkdtempSync(join(CONSOLE, "dist-"));
  try {
    await build({
      root: CONSOLE,
      configFile: false,
      logLevel: "error",
      // Wherever it is served: the server says by <base> where that is.
      base: "./",
      build: {
        outDir: made,
        emptyOutDir: true,
        target: "es2022",
        // None as data: URLs, which the page's policy forbids.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
      },
    });
    writeFileSync(join(made, MADE_OF), hash);
    // Whoever serves it may be another user than who builds it.
    chmodSync(made, 0o755);
    rmSync(DIST, { recursive: true, force: true });
    renameSync(made, DIST);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    // Another build was the first to be done.
    if (builtFrom() !== hash) throw error;
  }
  return true;
}

function builtFrom(): string | undefined {
  try {
    return readFileSync(join(DIST, MADE_OF), "utf8");
  } catch {
    return undefined;
  }
}

function sourcesHash(): string {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort();
  return files
    .reduce((hash: Hash, file) => {
      const text = readFileSync(join(ROOT, file));
      return hash.update(`${relative(ROOT, join(ROOT, file))}\0${text.length}\0`).update(text);
    }, createHash("sha256"))
    .digest("hex");
}
