/** Puts each fault into a copy of the project, and lets each suite say what it thinks of it. */
import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { runChild } from "../../../child.ts";
import { fingerprint } from "../known.ts";
import { Copy } from "./copy.ts";
import { applied, type Fault, type Suite } from "./faults.ts";
import { commandOf, type Finding, findingOf } from "./suites.ts";

/** What every suite said of a fault. */
export interface Row {
  fault: Fault;
  findings: Partial<Record<Suite, Finding>>;
}

/** What an answer depends on. */
const LOOKED_AT = [
  "contracts/**/*.sol",
  "proofs/**/*.sol",
  "test/**/*.{ts,sol,json}",
  "abi/src/**/*.ts",
  "scripts/quality/prove/*.ts",
];

interface Known extends Finding {
  key: string;
}

export async function runFaults(
  root: string,
  { faults, suites, fresh }: { faults: Fault[]; suites: Suite[]; fresh: boolean },
): Promise<Row[]> {
  // All must fit before anything long has run.
  const changes = faults.map((fault) => applied(fault, (file) => readFileSync(join(root, file), "utf8")));
  const log = join(root, "cache/break.jsonl");
  const known = new Map(fresh ? [] : read(log).map((one) => [one.key, one]));
  const state = fingerprint(
    LOOKED_AT.flatMap((glob) => globSync(glob, { cwd: root }).sort()).map((file) => [
      file,
      readFileSync(join(root, file), "utf8"),
    ]),
  );
  const unit = globSync("test/unit/*.test.ts", { cwd: root }).sort();

  let copy: Copy | undefined;
  try {
    const rows: Row[] = [];
    for (const [index, fault] of faults.entries()) {
      const findings: Partial<Record<Suite, Finding>> = {};
      let isIn = false;
      for (const suite of suites) {
        const key = fingerprint([state, fault.edits, suite]);
        const before = known.get(key);
        if (before !== undefined) {
          findings[suite] = { noticed: before.noticed, words: before.words };
          continue;
        }
        copy ??= new Copy(root);
        if (!isIn) copy.change(changes[index] ?? new Map());
        isIn = true;
        const finding = findingOf(
          suite,
          await runChild([process.execPath, ...commandOf(suite, unit)], {
            cwd: copy.folder,
            saying: `${index + 1} of ${faults.length}, ${fault.name}: ${suite}`,
          }),
        );
        findings[suite] = finding;
        mkdirSync(dirname(log), { recursive: true });
        appendFileSync(log, `${JSON.stringify({ key, ...finding } satisfies Known)}\n`);
      }
      rows.push({ fault, findings });
    }
    return rows;
  } finally {
    copy?.remove();
  }
}

function read(log: string): Known[] {
  if (!existsSync(log)) return [];
  // A run that was stopped may have left half a line.
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"));
  return lines.map((line) => JSON.parse(line) as Known);
}
