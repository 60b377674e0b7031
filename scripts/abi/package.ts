/** Builds and packs what npm publishes, by two runs of the compiler: ESM and CJS each have their own declarations. */

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { replaceJson } from "@luxxon/chain/files";
import { ROOT } from "@luxxon/chain/root";
import { transform } from "esbuild";
import { outputOf } from "../child.ts";
import { publishedManifest, type WorkspaceManifest } from "./manifest.ts";

const WORKSPACE = join(ROOT, "abi");

/** What npm publishes: the workspace's sources are compiled into it, and nothing else of the workspace is. */
export const PACKAGE = join(WORKSPACE, "package");

/** What goes into the package as it is. */
const COPIED = ["CHANGELOG.md", "LICENSE", "README.md", "erc7730", "json", "solidity"];

/** Writes `abi/package/`. */
export async function buildPackage(): Promise<void> {
  // Emptied, not removed: npm may be standing in it.
  await mkdir(PACKAGE, { recursive: true });
  for (const name of await readdir(PACKAGE)) await rm(join(PACKAGE, name), { recursive: true });
  await Promise.all([compile("tsconfig.json"), compile("tsconfig.cjs.json")]);
  // The folder, not the extension, says what a file is: one name serves both.
  for (const [folder, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ] as const) {
    await writeFile(join(PACKAGE, "dist", folder, "package.json"), `{ "type": "${type}", "sideEffects": false }\n`);
  }
  await slim(join(PACKAGE, "dist"));
  for (const name of COPIED) await cp(join(WORKSPACE, name), join(PACKAGE, name), { recursive: true });
  const manifest = JSON.parse(await readFile(join(WORKSPACE, "package.json"), "utf8")) as WorkspaceManifest;
  await replaceJson(join(PACKAGE, "package.json"), publishedManifest(manifest));
}

/**
 * Takes out what nobody reads: the code's comments (editors show those of the declarations, and clients would download the
 * same words once more), the declarations' indentation, and the line breaks of what was generated and of CJS.
 */
async function slim(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    const file = join(folder, path);
    const isGenerated = path.includes("generated");
    if (path.endsWith(".js")) {
      const options = {
        legalComments: "none",
        charset: "utf8",
        minifyWhitespace: isGenerated || path.startsWith("cjs"),
      } as const;
      const { code } = await transform(await readFile(file, "utf8"), options);
      await writeFile(file, code);
    } else if (path.endsWith(".d.ts")) {
      const text = await readFile(file, "utf8");
      await writeFile(file, isGenerated ? withoutBreaks(text) : text.replace(/^ +/gm, ""));
    }
  }
}

/** Of a declaration file; its comments keep theirs. */
function withoutBreaks(text: string): string {
  const parts = text.split(/(\/\*\*.*?\*\/)/s);
  return parts.map((part, i) => part.replace(i % 2 === 0 ? /\n */g : /^ +/gm, "")).join("");
}

async function compile(config: string): Promise<void> {
  await outputOf([process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: WORKSPACE });
}

/** `npm pack` of what is built: the tarball that npm would publish. */
export async function packPackage(folder: string): Promise<string> {
  const json = await runNpm(["pack", "--json", "--ignore-scripts", `--pack-destination=${folder}`], PACKAGE);
  const [packed] = JSON.parse(json) as { filename: string }[];
  if (packed === undefined) throw new Error("npm pack made nothing");
  return join(folder, packed.filename);
}

/** Runs npm in a folder; resolves to what it prints. Run by npm, the way to npm is known; else it is the one on the PATH. */
export function runNpm(args: string[], folder: string): Promise<string> {
  const script = process.env.npm_execpath;
  const npm = script?.endsWith(".js") ? [process.execPath, script] : ["npm"];
  // What the outer npm was told (`npm publish --dry-run`, say) is not for this one.
  const environment = { npm_config_dry_run: "false", npm_config_workspace: "" };
  return outputOf([...npm, ...args], { cwd: folder, environment });
}
