/** Builds the ABI package: two plain runs of the compiler, so that ESM and CJS each have their own declarations. */
import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "./files.ts";

/** The package's folder. */
export const PACKAGE = join(ROOT, "abi");

/** Writes `abi/dist/`. */
export async function buildPackage(): Promise<void> {
  await rm(join(PACKAGE, "dist"), { recursive: true, force: true });
  await Promise.all([compile("tsconfig.json"), compile("tsconfig.cjs.json")]);
  // The folder, not the extension, says what a file is: one name serves both.
  for (const [folder, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ] as const) {
    await writeFile(join(PACKAGE, "dist", folder, "package.json"), `{ "type": "${type}", "sideEffects": false }\n`);
  }
}

function compile(config: string): Promise<void> {
  return run(join(ROOT, "node_modules/typescript/bin/tsc"), ["-p", config]).then(() => undefined);
}

/** `npm pack` of what is built: the tarball that npm would publish. */
export async function packPackage(folder: string): Promise<string> {
  const npm = process.env.npm_execpath;
  const json = await run(npm?.endsWith(".js") ? npm : "npm", [
    "pack",
    "--json",
    "--ignore-scripts",
    `--pack-destination=${folder}`,
  ]);
  const [packed] = JSON.parse(json) as { filename: string }[];
  if (packed === undefined) throw new Error("npm pack made nothing");
  return join(folder, packed.filename);
}

function run(command: string, args: string[]): Promise<string> {
  const [file, ...rest] = command === "npm" ? ["npm"] : [process.execPath, command];
  return new Promise((resolve, reject) => {
    const child = spawn(file as string, [...rest, ...args], { cwd: PACKAGE, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => (stdout += chunk));
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve(stdout) : reject(new Error(`${command} ${args.join(" ")}: ${stderr || stdout}`)),
    );
  });
}
