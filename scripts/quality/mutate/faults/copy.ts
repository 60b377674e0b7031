/** Copies the project, so that a fault can be put into the copy without touching the original. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Not copied: dependencies are linked to, and what earlier runs left must not speak for this one. */
const LEFT_OUT = /^(node_modules|\.git|cache|coverage|dist|types|tools\/.*\/node_modules)(\/|$)/;

export class Copy {
  readonly folder: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
    this.folder = mkdtempSync(join(tmpdir(), "luxxon-copy-"));
    for (const file of filesOf(root)) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      copyFileSync(join(root, file), join(this.folder, file));
    }
    linkDependencies(join(root, "node_modules"), join(this.folder, "node_modules"));
    // What is compiled already need not be compiled again; the compiler's own account of it goes with it.
    for (const built of ["artifacts", "cache/compile-cache.json", "cache/build-info"]) {
      if (existsSync(join(root, built))) cpSync(join(root, built), join(this.folder, built), { recursive: true });
    }
  }

  /** Puts these files there, and every other file of `contracts/` as it is in the original. */
  change(files: Map<string, string>): void {
    for (const file of filesOf(this.#root).filter((file) => file.startsWith("contracts/"))) {
      writeFileSync(join(this.folder, file), files.get(file) ?? readFileSync(join(this.#root, file)));
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
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
  return [...new Set(stdout.split("\0"))].filter(
    (file) => file !== "" && !LEFT_OUT.test(file) && existsSync(join(root, file)),
  );
}
