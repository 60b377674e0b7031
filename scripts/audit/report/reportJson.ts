/** Writes report.json: the whole audit for machines, piece by piece, since it grows with the history. */
import process from "node:process";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Audit } from "../types.ts";
import { type BelowMeter, belowMeter } from "./belowMeter.ts";
import { FORMAT, FORMAT_VERSION } from "./reportSchema.ts";

/** Lines that are handed on at once. */
const CHUNK = 1_000;

/** The audit, and what is found in it without being a violation. */
type Whole = Audit & { belowMeter: Iterable<BelowMeter> };

/** The findings first, the long lists last, one item a line. */
const ORDER = [
  "target",
  "announcedFeeBps",
  "rules",
  "reach",
  "violations",
  "belowMeter",
  "notes",
  "end",
  "days",
  "accounts",
  "changes",
  "movements",
  "transactions",
  "settlements",
  "skipped",
] as const satisfies readonly (keyof Whole)[];

type Missing = Exclude<keyof Whole, (typeof ORDER)[number]>;

export async function writeReportJson(audit: Audit, to: Writable): Promise<void> {
  // The terminal stays open for what comes after.
  await pipeline(Readable.from(chunksOf(linesOf({ ...audit, belowMeter: belowMeter(audit.settlements) }))), to, {
    end: to !== process.stdout,
  });
}

/** A value as JSON: bigint as decimal digits, what is not known as null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "bigint" ? String(inner) : inner === undefined ? null : inner,
  );
}

function* linesOf(audit: Whole & Record<Missing, never>): Generator<string> {
  yield "{\n";
  yield `"format": ${jsonText(FORMAT)},\n"formatVersion": ${FORMAT_VERSION}`;
  for (const key of ORDER) {
    const value = audit[key];
    if (key === "notes" && value === undefined) continue;
    yield `,\n${jsonText(key)}: `;
    if (typeof value !== "object" || !(Symbol.iterator in value)) {
      // `undefined` alone is no JSON.
      yield jsonText(value ?? null);
      continue;
    }
    yield "[";
    let before = "";
    for (const item of value) {
      yield `${before}\n  ${jsonText(item)}`;
      before = ",";
    }
    yield before === "" ? "]" : "\n]";
  }
  yield "\n}\n";
}

function* chunksOf(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    if (chunk.push(line) < CHUNK) continue;
    yield chunk.join("");
    chunk = [];
  }
  yield chunk.join("");
}
