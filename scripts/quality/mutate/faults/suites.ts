/** Runs each suite by its command, and reads from what it prints whether it noticed a fault. */
import type { Finished } from "../../../child.ts";
import { count } from "../../../words.ts";
import type { ProofResult } from "../../prove/proveAll.ts";
import type { Suite } from "./faults.ts";

/** A suite's word on a contract. */
export interface SuiteFinding {
  /** That something is wrong. */
  noticed: boolean;
  words: string;
}

/** @param unit The files of the unit tests. */
export function commandOf(suite: Suite, unit: string[]): string[] {
  const commands: Record<Suite, string[]> = {
    unit: ["scripts/test/command.ts", ...unit],
    invariants: ["scripts/test/command.ts", "test/invariant/Invariants.t.sol"],
    model: ["scripts/test/command.ts", "test/model/model.test.ts"],
    proofs: ["scripts/quality/prove/command.ts", "--json"],
    forks: ["scripts/test/fork/command.ts"],
  };
  return commands[suite];
}

/** @throws {Error} if the suite said nothing that can be understood: a suite that died has noticed nothing. */
export function findingOf(suite: Suite, { status, stdout, stderr }: Finished): SuiteFinding {
  const noticed = status !== 0;
  if (status !== 0 && status !== 1) throw new Error(`${suite} ended with code ${status}: ${lastLine(stderr)}`);
  if (!noticed) return { noticed, words: "not seen" };
  if (suite === "proofs") return { noticed, words: lostProofs(stdout) };
  const failing = testsThatAre(stdout, "failing");
  const passing = testsThatAre(stdout, "passing");
  if (failing > 0) {
    const invariants = suite === "invariants" ? namesOfInvariants(stdout) : "";
    return { noticed, words: invariants || `${count(failing)} of ${count(failing + passing)} fail` };
  }
  throw new Error(`${suite} failed, and no test of it did: ${lastLine(stderr) || lastLine(stdout)}`);
}

/** A fault that no proof can even be asked about has not been noticed by one. */
function lostProofs(json: string): string {
  const lost = (JSON.parse(json) as ProofResult[]).filter(({ passed }) => !passed);
  const broken = lost.find(({ outcome }) => outcome.startsWith("does not compile"));
  if (broken !== undefined) throw new Error(`${broken.property} ${broken.outcome}`);
  return `${lost.map(({ property }) => `\`${property}\``).join(", ")} lost`;
}

/** Mocha and Hardhat's runner both say "12 passing" and "3 failing". */
function testsThatAre(output: string, word: string): number {
  return [...output.matchAll(new RegExp(`^ *(\\d+) ${word}`, "gm"))].reduce((sum, [, n]) => sum + Number(n), 0);
}

/** The test of the invariants fails with their numbers: `Broken("I7 (pool)")`. */
function namesOfInvariants(output: string): string {
  const names = [...output.matchAll(/Broken\(\\?"([^"\\]+)/g)].map(([, name]) => name ?? "");
  // Accounts say nothing to whoever reads the table.
  const short = names.map((name) => name.replace(/(:| to) 0x[0-9a-fA-F]{40}/g, ""));
  return [...new Set(short.map((name) => name.replace(/(0x[0-9a-f]{8})[0-9a-f]+/g, "$1…")))].join(", ");
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
