/** Builds the page into `dist/`: once, and again when anything that it is made of has changed. */
import { createHash, type Hash } from "node:crypto";
import { chmodSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";

export const CONSOLE = join(ROOT, "console");
export const DIST = join(CONSOLE, "dist");
/** In `dist/`: the hash of what it was made of. */
const MADE_OF = "made-of";
/** In `dist/`, where WalletConnect is in it: which version. The server looks for it. */
const WALLETCONNECT = "walletconnect";
/** Not installed with the rest: its licence is for the operator to read, who has a project there. */
const LIBRARY = "@walletconnect/sign-client";

/** What goes into the page. The lockfile stands for all that is installed. */
const SOURCES = [
  "console/{src,build}/**/*.{ts,tsx,css,svg}",
  "console/{index.html,package.json}",
  "abi/src/**/*.ts",
  "package-lock.json",
];

/** @returns Whether it had to be built. */
export async function buildConsole({ force = false, onStart = () => {} } = {}): Promise<boolean> {
  const library = libraryVersion();
  const hash = sourcesHash(library);
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
      plugins: library === undefined ? [withoutLibrary] : [],
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
    if (library !== undefined) writeFileSync(join(made, WALLETCONNECT), library);
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

function libraryVersion(): string | undefined {
  try {
    const module_ = createRequire(join(CONSOLE, "package.json")).resolve(LIBRARY);
    const folder = module_.slice(0, module_.lastIndexOf(join(LIBRARY, "/")) + LIBRARY.length);
    return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return undefined;
  }
}

const withoutLibrary = {
  name: "without WalletConnect",
  // Before Vite's own way, which is an error when somebody chooses it.
  enforce: "pre" as const,
  resolveId: (id: string) => (id === LIBRARY ? `\0${LIBRARY}` : undefined),
  load: (id: string) => (id === `\0${LIBRARY}` ? "export const SignClient = undefined;" : undefined),
};

function sourcesHash(library = ""): string {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT })).sort();
  return files
    .reduce(
      (hash: Hash, file) => {
        const text = readFileSync(join(ROOT, file));
        return hash.update(`${relative(ROOT, join(ROOT, file))}\0${text.length}\0`).update(text);
      },
      createHash("sha256").update(`${LIBRARY} ${library}\0`),
    )
    .digest("hex");
}
