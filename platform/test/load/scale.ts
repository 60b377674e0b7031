/** What a million sessions a day take, and ten and a hundred millions, computed from what one was measured to take. */
import type { Measured } from "./measure.ts";

const DAY = 86_400;
const SIZES = [1e6, 1e7, 1e8] as const;
/** Base: gas a second (40M a block, five blocks a second), and the smallest base fee, wei. */
const BASE_GAS = 200_000_000;
const BASE_FEE = 5_000_000;
/** USD, of one ETH: an assumption, for the order of magnitude. */
const ETH_USD = 3_000;
const [BATCH, PIPELINE] = [100, 8];
/** Seconds from a transaction's sending until it is known as mined: two blocks, and the polling of both sides. */
const KNOWN = 1;

/** @returns Undefined if a figure that it takes was not measured. */
export function scaleTable({ gasPerSession, statementsPerSession, usage }: Measured): string | undefined {
  if (gasPerSession === undefined || statementsPerSession === undefined || usage === undefined) return undefined;
  const bytes = usage.tables.reduce((sum, table) => sum + table.bytes, 0);
  const rows = usage.tables.reduce((sum, table) => sum + table.rows, 0);
  const lines: [what: string, of: (sessions: number) => string][] = [
    ["sessions a second, evenly", (n) => number(n / DAY)],
    [
      "cores for the platform's processes, at that rate",
      (n) => (usage.cpuMs === undefined ? "–" : number((n / DAY) * (usage.cpuMs / 1_000))),
    ],
    ["statements a second", (n) => number((n / DAY) * statementsPerSession)],
    ["rows a day", (n) => number(n * rows)],
    ["GB a day in tables and indexes", (n) => number((n * bytes) / 1e9)],
    ["GB a day written ahead (for copies and backups)", (n) => number((n * usage.walBytes) / 1e9)],
    ["batches a day, full", (n) => number(n / BATCH)],
    ["share of Base's gas", (n) => `${number(((n * gasPerSession) / (BASE_GAS * DAY)) * 100)} %`],
    ["ETH a day at the smallest base fee", (n) => number((n * gasPerSession * BASE_FEE) / 1e18)],
    ["that in USD", (n) => number(((n * gasPerSession * BASE_FEE) / 1e18) * ETH_USD)],
    [
      `keys that sign, with ${PIPELINE} batches in flight and ${KNOWN} s until one is known as mined`,
      (n) => String(Math.ceil(n / ((PIPELINE * BATCH * DAY) / KNOWN))),
    ],
  ];
  const head = `| | ${SIZES.map((size) => `${size / 1e6}M a day`).join(" | ")} |\n| --- | ${SIZES.map(() => "---").join(" | ")} |`;
  return [head, ...lines.map(([what, of]) => `| ${what} | ${SIZES.map(of).join(" | ")} |`)].join("\n");
}

/** Two digits that count, and no more than there are. */
function number(value: number): string {
  if (value >= 1e6) return `${number(value / 1e6)}M`;
  const digits = value >= 10 ? 0 : value >= 1 ? 1 : value >= 0.1 ? 2 : 3;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}
