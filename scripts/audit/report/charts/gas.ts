/** Shows what a session cost in gas, alone and together with others. */

import { count, counted } from "../../../words.ts";
import type { Audit, SettlingTransaction } from "../../types.ts";
import { middleOf, unitFor } from "../periods.ts";
import { AXIS_NUMBER, quantitative, timeAxis } from "./axes.ts";
import { type Chart, COLOR, WIDTHS } from "./draw.ts";

/** Transactions by how many sessions they settled. The first is those that settled one. */
const SIZES: readonly [number, number][] = [
  [1, 1],
  [2, 5],
  [6, 10],
  [11, 25],
  [26, 50],
  [51, 100],
];

export interface Spread {
  transactions: number;
  /** Gas a session: a tenth of the transactions took less, half, and nine tenths. */
  low: number;
  median: number;
  high: number;
}

/** Gas per settled session of each transaction that settled any. */
export function gasPerSession({ gasUsed, settled }: SettlingTransaction): number {
  return Number(gasUsed) / settled;
}

/** Numbers by how often each came: exact, and there are far fewer of them than transactions. */
type Frequencies = Map<number, number>;

function addTo(frequencies: Frequencies, number: number): Frequencies {
  return frequencies.set(number, (frequencies.get(number) ?? 0) + 1);
}

/** @param numbers At least one. */
export function spreadOf(numbers: Iterable<number>): Spread {
  const frequencies: Frequencies = new Map();
  for (const number of numbers) addTo(frequencies, number);
  return spreadIn(frequencies);
}

function spreadIn(frequencies: Frequencies): Spread {
  const sorted = [...frequencies].sort(([one], [other]) => one - other);
  const transactions = sorted.reduce((sum, [, times]) => sum + times, 0);
  const at = (share: number) => {
    let before = Math.min(transactions - 1, Math.floor(share * transactions));
    for (const [number, times] of sorted) {
      if (before < times) return number;
      before -= times;
    }
    return Number.NaN;
  };
  return { transactions, low: at(0.1), median: at(0.5), high: at(0.9) };
}

const whole = (gas: number) => count(Math.round(gas));

const GAS_AXIS = { labelExpr: AXIS_NUMBER, tickCount: 5 };

/** By how many sessions a transaction settled. */
export function gasBySizeChart({ transactions }: Audit): Chart {
  const groups = SIZES.map(() => new Map<number, number>());
  let settling = 0;
  for (const transaction of transactions) {
    const { settled } = transaction;
    if (settled === 0) continue;
    settling++;
    const group = groups[SIZES.findIndex(([from, to]) => settled >= from && settled <= to)];
    if (group !== undefined) addTo(group, gasPerSession(transaction));
  }
  const values = SIZES.flatMap(([from, to], i) => {
    const gas = groups[i] as Frequencies;
    return gas.size === 0 ? [] : [{ size: from === to ? String(from) : `${from}–${to}`, ...spreadIn(gas) }];
  });
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return { id: "gas-by-size", title: NOTHING_SETTLED };
  const batched = `${whole(last.median)} in batches of ${last.size}`;
  const idle = transactions.length - settling;
  return {
    id: "gas-by-size",
    title:
      first === last
        ? `A session took ${whole(first.median)} gas`
        : first.size === "1"
          ? `A session took ${whole(first.median)} gas alone, and ${batched}`
          : `A session took ${whole(first.median)} gas in batches of ${first.size}, and ${batched}`,
    caption:
      "Gas per settled session, by how many sessions the transaction settled: the bar is the median, the line the middle 80 % of " +
      `${counted(settling, "transaction")}.${idle === 0 ? "" : ` ${counted(idle, "other")} settled none.`}`,
    spec: (size) => ({
      height: values.length * 34,
      width: WIDTHS[size],
      data: {
        values: values.map((value) => {
          const range = value.low === value.high ? "" : ` (${whole(value.low)} to ${whole(value.high)})`;
          return { ...value, label: `${whole(value.median)}${size === "wide" ? range : ""}` };
        }),
      },
      encoding: {
        y: {
          field: "size",
          type: "ordinal",
          sort: null,
          title: size === "wide" && values.length > 3 ? "sessions settled" : null,
          axis: { labelColor: COLOR.ink },
        },
      },
      layer: [
        {
          mark: { type: "bar", color: COLOR.settled, height: { band: 0.55 } },
          encoding: { x: quantitative("median", { title: null, axis: { ...GAS_AXIS, grid: true } }) },
        },
        {
          mark: { type: "rule", color: COLOR.ink, strokeWidth: 1.5 },
          encoding: { x: quantitative("low"), x2: { field: "high" } },
        },
        {
          mark: { type: "text", align: "left", dx: 7 },
          encoding: { x: quantitative("high"), text: { field: "label" } },
        },
      ],
    }),
  };
}

/** Over time, sessions that were alone in their transaction and those in batches. */
export function gasOverTimeChart({ transactions, days }: Audit): Chart {
  const unit = unitFor(days);
  const groups = new Map<string, { at: number; kind: string; gas: Frequencies }>();
  for (const transaction of transactions) {
    if (transaction.settled === 0) continue;
    const at = middleOf(transaction.timestamp * 1_000, unit);
    const kind = transaction.settled + transaction.skipped === 1 ? "alone" : "in a batch";
    const key = `${at} ${kind}`;
    const group = groups.get(key) ?? { at, kind, gas: new Map() };
    addTo(group.gas, gasPerSession(transaction));
    groups.set(key, group);
  }
  if (groups.size === 0) return { id: "gas-over-time", title: NOTHING_SETTLED };
  const values = [...groups.values()].map(({ at, kind, gas }) => ({ at, kind, ...spreadIn(gas) }));
  const kinds = [
    { kind: "alone", color: COLOR.withdrawn },
    { kind: "in a batch", color: COLOR.settled },
  ].filter(({ kind }) => values.some((value) => value.kind === kind));
  const said = kinds.map(({ kind }, i) => {
    const medians = values.filter((value) => value.kind === kind).map(({ median }) => median);
    const [least, most] = [whole(Math.min(...medians)), whole(Math.max(...medians))];
    return `${least === most ? least : `${least} to ${most}`}${i === 0 ? " gas" : ""} ${kind}`;
  });
  const color = {
    field: "kind",
    type: "nominal",
    legend: { symbolOpacity: 1 },
    scale: { domain: kinds.map(({ kind }) => kind), range: kinds.map(({ color }) => color) },
  } as const;
  return {
    id: "gas-over-time",
    title: `A session's median of the ${unit} was ${said.join(", and ")}`,
    caption: `Gas per settled session: the median of each ${unit}'s transactions, and the middle 80 % of them as a line. Batches of more sessions cost less each.`,
    spec: (size) => ({
      height: 220,
      width: WIDTHS[size],
      data: { values },
      encoding: { x: { field: "at", ...timeAxis(days, size) }, color },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2, opacity: 0.35 },
          encoding: { y: quantitative("low"), y2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, size: 34, opacity: 1 },
          encoding: { y: quantitative("median", { title: null, axis: GAS_AXIS }) },
        },
      ],
    }),
  };
}

const NOTHING_SETTLED = "No transaction has settled a session yet, so there is no gas to show";
