/** Puts each fault into a copy of the project, and lets each suite say what it thinks of it. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { runChild } from "../../../child.ts";
import { fingerprint, fingerprintOfFiles } from "../../fingerprint.ts";
import { addLine, readLines } from "../../jsonLines.ts";
import { Copy } from "./copy.ts";
import { applied, type Fault, type Suite } from "./faults.ts";
import { commandOf, findingOf, type SuiteFinding } from "./suites.ts";

/** What every suite said of a fault. */
export interface Row {
  fault: Fault;
  findings: Partial<Record<Suite, SuiteFinding>>;
}

const KNOWN = join(ROOT, "cache/faults.jsonl");

interface Known extends SuiteFinding {
  key: string;
}

/** @param fresh Forget what earlier runs found. */
export async function tryFaults(faults: Fault[], suites: Suite[], fresh: boolean): Promise<Row[]> {
  // All must fit before anything long has run.
  const changes = faults.map((fault) => applied(fault, (file) => readFileSync(join(ROOT, file), "utf8")));
  const known = new Map(
    (fresh ? [] : readLines(KNOWN)).map((line) => {
      const { key, ...finding } = JSON.parse(line) as Known;
      return [key, finding];
    }),
  );
  const lookedAt = fingerprintOfFiles(
    "contracts/**/*.sol",
    "proofs/**/*.sol",
    "test/**/*.{ts,sol,json}",
    "{abi/src,chain,local}/**/*.ts",
    "scripts/{contract/ast,quality/solc,quality/workers,quality/prove/*}.ts",
  );
  const unit = globSync("test/unit/*.test.ts", { cwd: ROOT }).sort();

  let copy: Copy | undefined;
  try {
    const rows: Row[] = [];
    for (const [index, fault] of faults.entries()) {
      const findings: Row["findings"] = {};
      for (const suite of suites) {
        const key = fingerprint([lookedAt, fault.edits, suite]);
        findings[suite] = known.get(key);
        if (findings[suite] !== undefined) continue;
        copy ??= new Copy(ROOT);
        copy.change(changes[index] ?? new Map());
        const finished = await runChild([process.execPath, ...commandOf(suite, unit)], {
          cwd: copy.folder,
          saying: `${index + 1} of ${faults.length}, ${fault.name}: ${suite}`,
        });
        const finding = findingOf(suite, finished);
        findings[suite] = finding;
        addLine(KNOWN, { key, ...finding } satisfies Known);
      }
      rows.push({ fault, findings });
    }
    return rows;
  } finally {
    copy?.remove();
  }
}
