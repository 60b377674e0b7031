/** Reads JSON files by their schema, and replaces files as a whole: also while two processes write, a reader finds one text or the other. */
import { existsSync, statSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import type { z } from "zod";
import { toJson } from "./json.ts";
import { UsageError } from "./usageError.ts";

interface Reading<Absent> {
  /** What messages call the file; default: its path. */
  name?: string;
  /** Answers for a file that is not there; default: the file has to be there. */
  absent?: () => Absent;
}

/** @throws {UsageError} if the file is no JSON, or says anything that its schema does not allow. */
export async function readJson<T extends z.ZodType, Absent = never>(
  schema: T,
  path: string,
  { name = path, absent }: Reading<Absent> = {},
): Promise<z.output<T> | Absent> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (absent !== undefined && code === "ENOENT") return absent();
    const why = UNREADABLE[code];
    throw why === undefined ? error : new UsageError(`${name} cannot be read: ${why}.`);
  }
  return readAs(schema, parse(text, name), name);
}

/**
 * @param value What a file holds.
 * @param file Its name, for the message.
 * @throws {UsageError} naming the file, the field and the value, on the first thing that is wrong.
 */
export function readAs<T extends z.ZodType>(schema: T, value: unknown, file: string): z.output<T> {
  const { success, data, error } = schema.safeParse(value, { reportInput: true });
  if (success) return data;
  const issue = error.issues[0];
  if (issue === undefined) throw new UsageError(`${file} is wrong.`);
  const field = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const given = issue.code === "unrecognized_keys" ? "" : ` (given: ${JSON.stringify(issue.input) ?? "nothing"})`;
  throw new UsageError(`${file}${field}: ${issue.message}${given}`);
}

/** What the user can put right; anything else is thrown as it is. */
const UNREADABLE: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file",
  EACCES: "permission denied",
};

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser quotes the text, line breaks and all.
    throw new UsageError(`${name} is not JSON: ${(error as Error).message.replace(/\s+/g, " ")}`);
  }
}

/** Makes a folder, and those above it. Node's own recursion never ends where a file system takes no folders, as /proc. */
export async function makeFolder(path: string): Promise<void> {
  if (!existsSync(dirname(path))) await makeFolder(dirname(path));
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST" || !statSync(path).isDirectory()) throw error;
  });
}

/** Replaces a file, and makes its folder if need be. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const next = `${path}.${process.pid}.new`;
  await writeFile(next, text);
  await rename(next, path);
}

/** As JSON, indented for readers and their diffs. */
export function replaceJson(path: string, value: unknown): Promise<void> {
  return replaceFile(path, `${toJson(value)}\n`);
}
