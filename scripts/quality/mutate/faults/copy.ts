/** Copies the project, so that a fault can be put into the copy without touching the original. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Not copied: dependencies are linked to, and what earlier runs left must not speak for this one. */
const LEFT_OUT = /^(node_modules|\.git|cache|coverage|dist|types|tools\/.*\/node_modules)(\/|$)/;

export class Copy {
  readonly folder: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    this.folder = mkdtempSync(join(tmpdir(), "luxxon-copy-"));
    // What is compiled already need not be compiled again; the compiler's own account of it goes with it.
    const built = ["artifacts", "cache/compile-cache.json", "cache/build-info"];
    for (const path of [...filesOf(root), ...built]) this.#take(path);
    linkDependencies(join(root, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Puts these files there, and every other file of `contracts/` as it is in the original. */
  change(files: Map<string, string>): void {
    this.#take("contracts");
    for (const [file, text] of files) writeFileSync(join(this.folder, file), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #take(path: string): void {
    const from = join(this.#root, path);
    if (existsSync(from)) cpSync(from, join(this.folder, path), { recursive: true });
  }
}

/** Links to each dependency by itself: the workspaces among them are the copy's own, not the original's. */
function linkDependencies(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    if (name === "@luxxon") cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(from, name), join(to, name));
  }
}

/** The project's own files: those that git knows, and new ones that it does not ignore. */
function filesOf(root: string): string[] {
  const listing = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { status, stdout } = spawnSync("git", listing, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error("git does not list the files of this folder");
  return stdout.split("\0").filter((file) => file !== "" && !LEFT_OUT.test(file));
}
