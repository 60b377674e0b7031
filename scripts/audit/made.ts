/** Says with which version and by which command a page was made, so that whoever holds it can make it again. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { ROOT } from "@luxxon/chain/root";
import { FLAGS, type Values } from "./request.ts";

export interface Made {
  /** "luxxon-settlement 4.0.0, commit 1a2b3c4d5e6f" */
  version: string;
  /** "npm run audit -- --network base --fee-bps 1500" */
  command: string;
}

/** @param values The flags. @param positionals What stands beside them. */
export async function readMade(values: Values, positionals: readonly string[]): Promise<Made> {
  return { version: await readVersion(), command: commandOf(values, positionals) };
}

/** The command as anybody may read it: without what is none of the page's, such as where it was written, and without keys. */
export function commandOf(values: Values, positionals: readonly string[]): string {
  const flags = Object.keys(FLAGS).flatMap((name) => {
    if (name === "out" || name === "json") return [];
    const value = values[name as keyof Values];
    if (value === undefined || value === false) return [];
    return [value].flat().map((one) => (one === true ? `--${name}` : `--${name} ${quoted(publicPart(String(one)))}`));
  });
  const words = [...positionals.map(quoted), ...flags];
  return ["npm run audit", ...(words.length === 0 ? [] : ["--", ...words])].join(" ");
}

/** Of an endpoint's URL: its path, its query and its user part are often a key. */
function publicPart(text: string): string {
  if (!/^[a-z]+:\/\//i.test(text)) return text;
  if (!URL.canParse(text)) return "…";
  const url = new URL(text);
  return url.href === `${url.origin}/` ? url.origin : `${url.origin}/…`;
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w.:/…-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

async function readVersion(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<string, string>;
  // What was downloaded as an archive has no history, and perhaps there is no git.
  const commit = await promisify(execFile)("git", ["describe", "--always", "--dirty", "--exclude=*", "--abbrev=12"], {
    cwd: ROOT,
    // Not the history of a folder that this one was put into.
    env: { ...process.env, GIT_CEILING_DIRECTORIES: dirname(ROOT) },
  }).then(
    ({ stdout }) => `, commit ${stdout.trim().replace("-dirty", " with changes")}`,
    () => "",
  );
  return `${name} ${version}${commit}`;
}
