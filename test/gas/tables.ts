/** Lays the gas snapshot out in tables: the same for the terminal and for docs/gas.md. */
import { type Budget, budgets } from "./budgets.ts";
import type { Snapshot } from "./measure.ts";

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** The naive design's key for a key of ours, where it has one. */
function naiveKey(key: string): string {
  return `naive: ${key.replace(/, (dense|random) ids?/, "")}`;
}

/** Gas for each session of a batch; of everything else, for the transaction. */
function perSession(key: string, gas: number): number {
  return key.startsWith("settleBatch of 100") && !key.includes("worst case") ? gas / 100 : gas;
}

function table(header: string[], rows: string[][]): string {
  const align = header.map((_, i) => (i === 0 ? "---" : "---:"));
  return [header, align, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** How much a number may grow before somebody has to look at it and run `npm run gas`. */
const TOLERANCE = 1.01;

/** What has grown beyond the tolerance, a line each. */
export function grown(snapshot: Snapshot, measured: Snapshot): string[] {
  return Object.entries(measured.transactions)
    .filter(([key, gas]) => gas > (snapshot.transactions[key] ?? 0) * TOLERANCE)
    .map(([key, gas]) => `${key}: ${snapshot.transactions[key] ?? "not in the snapshot"} → ${gas}`);
}

/** Measured against the budgets. */
export function budgetTable({ transactions }: Snapshot): string {
  const rows = Object.entries(budgets).map(([key, { must, goal, sessions }]: [string, Budget]) => {
    const gas = (transactions[key] ?? Number.NaN) / sessions;
    const overGoal = gas <= goal ? "met" : `+${((gas / goal - 1) * 100).toFixed(1)} %`;
    return [sessions === 1 ? key : `${key}, a session`, count(gas), count(must), count(goal), overGoal];
  });
  return table(["call", "gas", "must", "goal", "against the goal"], rows);
}

/** Everything measured, beside the naive design and a plain transfer. */
export function comparisonTable({ transactions }: Snapshot): string {
  const transfer = transactions["plain USDC transfer"] ?? Number.NaN;
  const rows = Object.entries(transactions)
    .filter(([key]) => !key.startsWith("naive: "))
    .map(([key, whole]) => {
      const gas = perSession(key, whole);
      const naiveWhole = transactions[naiveKey(key)];
      const naive = naiveWhole === undefined ? undefined : perSession(key, naiveWhole);
      return [
        gas === whole ? key : `${key}, a session`,
        count(gas),
        (gas / transfer).toFixed(2),
        naive === undefined ? "" : count(naive),
        naive === undefined ? "" : (gas / naive).toFixed(2),
      ];
    });
  return table(["transaction", "gas", "of a transfer", "naive design", "of the naive"], rows);
}

/** Where the gas of one settlement goes. */
export function partsTable({ oneSettle }: Snapshot): string {
  const total = Object.values(oneSettle).reduce((sum, part) => sum + part, 0);
  const row = (name: string, gas: number) => [name, count(gas), `${((gas / total) * 100).toFixed(1)} %`];
  const parts = Object.entries(oneSettle).sort(([, one], [, other]) => other - one);
  return table(
    ["part of settleFromPool, dense id", "gas", "share"],
    [...parts.map(([name, gas]) => row(name, gas)), row("**all**", total)],
  );
}

const BEGIN = "<!-- measured: `npm run gas` writes what follows -->";
const END = "<!-- end of what was measured -->";

/** The page with its measured part brought up to date. */
export function updatePage(page: string, snapshot: Snapshot): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error("docs/gas.md has lost the marks around its tables");
  const tables = [
    "### Against the budgets",
    budgetTable(snapshot),
    "### Against a plain transfer and the naive design",
    comparisonTable(snapshot),
    "### Where the gas of one settlement goes",
    partsTable(snapshot),
  ];
  return `${before}${BEGIN}\n\n${tables.join("\n\n")}\n\n${END}${after}`;
}
