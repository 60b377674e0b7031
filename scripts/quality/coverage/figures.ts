/** Reads what Hardhat's coverage says: lines from its lcov file, statements from its table. */
import { globSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { columns } from "../../words.ts";

export interface FileCoverage {
  file: string;
  /** Lines that hold code. */
  lines: number;
  missedLines: number[];
  /** Per cent, as Hardhat rounds it; `undefined` if it says nothing of this file. */
  statements: number | undefined;
}

/**
 * @param root The project's folder.
 * @param output What Hardhat printed.
 * @returns A report for each file of contracts/ that holds code, in the order of their names.
 */
export async function readReport(root: string, output: string): Promise<FileCoverage[]> {
  // Interfaces hold none. Whatever else is missing from the report was never run.
  const files = globSync("contracts/**/*.sol", { cwd: root, exclude: ["contracts/interfaces/**"] }).sort();
  const lines = linesIn(await readFile(join(root, "coverage/lcov.info"), "utf8"));
  const statements = statementsIn(output);
  return files.map((file) => {
    const hits = lines.get(file) ?? new Map<number, number>();
    return {
      file,
      lines: hits.size,
      missedLines: [...hits].flatMap(([line, count]) => (count === 0 ? [line] : [])).sort((a, b) => a - b),
      statements: statements.get(file),
    };
  });
}

/** Per file of an lcov trace: how often each line was executed. */
export function linesIn(lcov: string): Map<string, Map<number, number>> {
  const files = new Map<string, Map<number, number>>();
  let current = new Map<number, number>();
  for (const line of lcov.split("\n")) {
    const file = /^SF:(.+)$/.exec(line)?.[1];
    if (file !== undefined) {
      current = new Map();
      files.set(file, current);
    }
    const [, at, count] = /^DA:(\d+),(\d+)/.exec(line) ?? [];
    if (at !== undefined) current.set(Number(at), Number(count));
  }
  return files;
}

/** Per file of Hardhat's table: the per cent of its statements that were executed. */
export function statementsIn(output: string): Map<string, number> {
  const row = /^║ (\S+\.sol) +│ +[\d.]+ +│ +([\d.]+) +│/gm;
  return new Map(
    [...stripVTControlCharacters(output).matchAll(row)].map(([, file = "", rate]) => [file, Number(rate)]),
  );
}

/** What is missing to 100 %, a line for each file that misses something. */
export function gaps(report: FileCoverage[]): string[] {
  return report.flatMap(({ file, lines, missedLines, statements }) => {
    if (lines === 0 || statements === undefined) return [`${file}: no test runs it.`];
    if (missedLines.length > 0) return [`${file}: no test reaches line ${ranges(missedLines)}.`];
    if (statements < 100) return [`${file}: ${statements} % of its statements are reached; coverage/html shows which.`];
    return [];
  });
}

/** 3, 4, 5, 9 as "3-5, 9". */
function ranges(lines: number[]): string {
  const starts = lines.filter((line) => !lines.includes(line - 1));
  const ends = lines.filter((line) => !lines.includes(line + 1));
  return starts.map((start, i) => (start === ends[i] ? `${start}` : `${start}-${ends[i]}`)).join(", ");
}

export function coverageTable(report: FileCoverage[]): string {
  const rows = report.map(({ file, lines, missedLines, statements }) => [
    file,
    `${lines - missedLines.length} of ${lines}`,
    statements === undefined ? "none" : `${statements} %`,
  ]);
  return columns([["file", "lines", "statements"], ...rows], () => true);
}
