/** Installs Slither, a Python program, into a virtual environment of the project's own, every package pinned by hash. */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { type Finished, runChild } from "../../child.ts";

const REQUIREMENTS = join(ROOT, "tools/slither/requirements.txt");
const FOLDER = join(ROOT, ".venv/slither");
const STAMP = join(FOLDER, "installed");

/** Slither cannot be had on this machine: no Python, or no index to install from. That says nothing of the contracts. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/** @returns The environment's folder of programs; it is made if it is not there, or is not what the pins say. */
export async function slitherEnvironment(): Promise<string> {
  const bin = join(FOLDER, "bin");
  const pins = createHash("sha256")
    .update(await readFile(REQUIREMENTS))
    .digest("hex");
  if ((await readFile(STAMP, "utf8").catch(() => "")) === pins) return bin;

  await rm(FOLDER, { recursive: true, force: true });
  const made = await runChild(["python3", "-m", "venv", FOLDER], {
    cwd: ROOT,
    saying: "Making a Python environment for Slither in .venv/slither (once)",
  });
  if (made.status !== 0) throw new Unavailable(`Python 3 with its venv module is not here: ${lastLine(made)}`);

  const pip = [join(bin, "python"), "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--retries=1"];
  const installed = await runChild([...pip, "--require-hashes", "--requirement", REQUIREMENTS], {
    cwd: ROOT,
    saying: "Installing what tools/slither/requirements.txt names (once; about a minute)",
  });
  if (installed.status !== 0) throw installationError(installed);
  await writeFile(STAMP, pins);
  return bin;
}

/** A package that is not the one that was pinned is no mishap: that must not pass as "not reachable". */
export function installationError(pip: Finished): Error {
  const said = lastLine(pip);
  if (/DO NOT MATCH THE HASHES|Hashes are required/i.test(pip.stderr + pip.stdout)) {
    return new Error(`A package for Slither is not the one that is pinned: ${said}`);
  }
  return new Unavailable(`Python's package index does not give what Slither needs: ${said}`);
}

/** The last thing that a program complained about. */
function lastLine({ stdout, stderr }: Finished): string {
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  return (
    lines.findLast((line) => line.startsWith("ERROR:")) ??
    lines.findLast((line) => line !== "") ??
    "no reason given"
  ).replace(/^ERROR: /, "");
}
