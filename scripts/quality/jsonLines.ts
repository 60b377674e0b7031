/** Reads and writes files with a line of JSON for each thing that was found, so that a run goes on where one was stopped. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

export function readLines(path: string): string[] {
  if (!existsSync(path)) return [];
  // A run that was stopped may have left half a line.
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"));
}

export function addLine(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(value)}\n`);
}
