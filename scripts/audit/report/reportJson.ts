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
  await pipeline(Readable.from(documentOf(fieldsOf({ ...audit, belowMeter: belowMeter(audit.settlements) }))), to, {
    end: to !== process.stdout,
  });
}

/** A value as JSON: bigint as decimal digits, what is not known as null. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === "bigint" ? String(inner) : inner === undefined ? null : inner,
  );
}

/** A document piece by piece: of what is a list an item a line. Between two pieces any space may stand. */
export function documentOf(fields: Iterable<readonly [key: string, value: unknown]>): Generator<string> {
  return chunksOf(linesOf(fields));
}

function* fieldsOf(audit: Whole & Record<Missing, never>): Generator<readonly [key: string, value: unknown]> {
  yield ["format", FORMAT];
  yield ["formatVersion", FORMAT_VERSION];
  for (const key of ORDER) if (key !== "notes" || audit.notes !== undefined) yield [key, audit[key]];
}

function* linesOf(fields: Iterable<readonly [key: string, value: unknown]>): Generator<string> {
  let between = "{\n";
  for (const [key, value] of fields) {
    yield `${between}${jsonText(key)}: `;
    between = ",\n";
    if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
      // `undefined` alone is no JSON.
      yield jsonText(value ?? null);
      continue;
    }
    yield "[";
    let before = "";
    for (const item of value as Iterable<unknown>) {
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
