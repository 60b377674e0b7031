/** Makes a client's project from the tarball that npm would publish; it sees nothing else of this repository. */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { ROOT } from "@luxxon/chain/root";
import { buildPackage, packPackage } from "../../../scripts/abi/package.ts";

const execute = promisify(execFile);

/** Beside the package, what a client has installed. */
const INSTALLED = ["viem", "ethers", "wagmi", "@tanstack/react-query", "react", "react-dom", "@types/react"];

/** TypeScript versions: the oldest that viem supports, the last of the JavaScript ones, and the newest. */
export const TYPESCRIPTS = { "5.0": "typescript-5.0", "5.9": "typescript-5.9", "7.0": "typescript" } as const;

export interface Consumer {
  folder: string;
  tarball: string;
  /** Writes a file of the project. */
  write(path: string, text: string): void;
  /** Compiles with one of TYPESCRIPTS; what the compiler says, or an empty string. */
  compile(version: keyof typeof TYPESCRIPTS, config: string): Promise<string>;
  /** Runs a file with a Node, by default the running one; resolves to its output. */
  run(path: string, node?: string): Promise<string>;
}

let consumer: Promise<Consumer> | undefined;

/** The one client's project of this run: the package is built, packed and unpacked once. */
export function clientsProject(): Promise<Consumer> {
  consumer ??= newConsumer();
  return consumer;
}

async function newConsumer(): Promise<Consumer> {
  await buildPackage();
  const folder = mkdtempSync(join(tmpdir(), "luxxon-consumer-"));
  process.once("exit", () => rmSync(folder, { recursive: true }));
  const tarball = await packPackage(folder);
  const target = join(folder, "node_modules/@luxxon/contracts-abi");
  mkdirSync(target, { recursive: true });
  await execute("tar", ["xzf", tarball, "-C", target, "--strip-components=1"]);
  for (const name of INSTALLED) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, "node_modules", name), link);
  }
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("package.json", JSON.stringify({ type: "module" }));
  return {
    folder,
    tarball,
    write,
    async compile(version, config) {
      const tsc = join(ROOT, "node_modules", TYPESCRIPTS[version], "bin/tsc");
      return execute(process.execPath, [tsc, "-p", config], { cwd: folder }).then(
        () => "",
        ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr,
      );
    },
    async run(path, node = process.execPath) {
      return (await execute(node, [path], { cwd: folder })).stdout;
    },
  };
}
