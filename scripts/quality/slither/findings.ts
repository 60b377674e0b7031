/** Reads what Slither found, and compares it with what tools/slither/explained.json explains. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";

export interface Finding {
  detector: string;
  impact: string;
  /** The element it is about, without line numbers, which move. */
  where: string;
  /** The first line of the code it is about, as `file:line`. */
  at: string;
  /** Slither's own words. */
  text: string;
}

export interface Explained {
  detector: string;
  where: string;
  /** Why it stands. */
  reason: string;
}

interface Element {
  type: string;
  name: string;
  source_mapping: { filename_relative: string; lines: number[] };
  type_specific_fields?: { parent?: { name: string } };
}

interface SlitherOutput {
  success: boolean;
  error: string | null;
  results: { detectors?: { check: string; impact: string; description: string; elements: Element[] }[] };
}

const EXPLAINED = join(ROOT, "tools/slither/explained.json");

export async function readExplained(): Promise<Explained[]> {
  return JSON.parse(await readFile(EXPLAINED, "utf8")) as Explained[];
}

/** Reads what `slither --json` printed. */
export function readFindings(json: string): Finding[] {
  const { success, error, results } = JSON.parse(json) as SlitherOutput;
  if (!success) throw new Error(`Slither failed: ${error ?? "it says not why"}`);
  return (results.detectors ?? []).map(({ check, impact, description, elements }) => {
    const [first, ...others] = elements;
    const parent = first?.type_specific_fields?.parent?.name;
    const name = parent === undefined ? first?.name : `${parent}.${first?.name}`;
    const code = others.filter(({ type }) => type === "node").map((element) => element.name);
    const { filename_relative = "?", lines = [] } = first?.source_mapping ?? {};
    return {
      detector: check,
      impact,
      where: code.length === 0 ? `${name}` : `${name}: ${code.join("; ")}`,
      at: `${filename_relative}:${lines[0] ?? "?"}`,
      text: description.trim(),
    };
  });
}

const key = ({ detector, where }: { detector: string; where: string }) => `${detector} | ${where}`;

/** @returns Findings that nobody has explained, and explanations of what is no longer found. */
export function compare(findings: Finding[], explained: Explained[]): { open: Finding[]; stale: Explained[] } {
  const found = new Set(findings.map(key));
  const known = new Set(explained.filter(({ reason }) => reason.trim() !== "").map(key));
  return {
    open: findings.filter((one) => !known.has(key(one))),
    stale: explained.filter((one) => !found.has(key(one))),
  };
}
