/**
 * Tells Prometheus how this process does and how settling goes: what the process counts itself, and, read anew at each
 * scrape, what the tables say.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { formatEther } from "viem";
import type { EndpointState } from "../chain/endpoints.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { type Figures, readFigures } from "./figures.ts";

export interface Metrics {
  /** @param route As it was declared: what a client sends is no label. */
  answered(route: string | undefined, method: string, status: number, seconds: number): void;
  counted(what: string, by: number): void;
  /** In Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface MetricsContext {
  db: Database;
  clock: Clock;
  endpoints: { states(): EndpointState[] };
}

/** Any other is called `other`: a label for each word that a stranger sends would fill the memory. */
const METHODS = new Set(["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"]);

export function openMetrics({ db, clock, endpoints }: MetricsContext): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });

  const requests = new Counter({
    name: "luxxon_http_requests_total",
    help: "Requests that this process has answered",
    labelNames: ["route", "method", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "luxxon_http_request_seconds",
    help: "How long this process took to answer",
    labelNames: ["route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const done = new Counter({
    name: "luxxon_done_total",
    help: "What relayer and watcher of this process have done: batches, sent, replaced, refused, confirmed, reorganisations, takenBack, events",
    labelNames: ["what"],
    registers,
  });
  const isIn = new Gauge({
    name: "luxxon_endpoint_in",
    help: "1 while the endpoint of the chain is asked, 0 while it is left out",
    labelNames: ["endpoint", "why"],
    registers,
  });

  const gauge = (name: string, help: string) => new Gauge({ name: `luxxon_${name}`, help, registers });
  const labelled = (name: string, help: string, label: string) =>
    new Gauge({ name: `luxxon_${name}`, help, labelNames: [label], registers });
  const refused = labelled(
    "settlements_refused",
    "Settlements that the contract refuses now, by its reason",
    "refusal",
  );
  const alarms = labelled("alarms_open", "Alarms that nobody has closed, by kind", "kind");
  const database = gauge("database_up", "1 if the tables could be read for this scrape");
  const eth = (wei: bigint | undefined) => (wei === undefined ? undefined : Number(formatEther(wei)));
  /** Whatever has no value now is left out, rather than shown as it was. */
  const plain: [Gauge, (figures: Figures) => number | undefined][] = [
    [gauge("settlements_due", "Settlements that are due, refused ones included"), (it) => it.due],
    [
      gauge(
        "settlements_oldest_due_seconds",
        "Age of the oldest that the contract has not refused; 0 if there is none",
      ),
      (it) => it.oldestDueSeconds,
    ],
    [gauge("settlements_written_off", "Settlements that were given up"), (it) => it.writtenOff],
    [gauge("batches_in_flight", "Batches that are signed and not yet read from the chain"), (it) => it.inFlight],
    [gauge("relayer_paused", "1 while a person has paused the relayer"), (it) => Number(it.isPaused)],
    [gauge("relayer_at_work", "1 while some process holds the relayer's lease"), (it) => Number(it.isRelayerAtWork)],
    [gauge("read_lag_seconds", "How far the newest block that was read lies behind now"), (it) => it.readLagSeconds],
    [
      gauge("read_lag_blocks", "How far it lies behind the newest block that was seen"),
      (it) =>
        it.headBlock === undefined || it.readBlock === undefined ? undefined : Number(it.headBlock - it.readBlock),
    ],
    [gauge("signer_balance_eth", "What the relayer's wallet has"), (it) => eth(it.signer?.balanceWei)],
    [gauge("signer_needed_eth", "What a day takes of it"), (it) => eth(it.signer?.neededWei)],
    [gauge("signer_day_cost_eth", "What batches have cost within a day"), (it) => eth(it.signer?.dayCostWei)],
    [gauge("signer_day_budget_eth", "And may cost at most"), (it) => eth(it.signer?.dayBudgetWei)],
    [
      gauge("base_fee_gwei", "The chain's base fee"),
      (it) => (it.signer === undefined ? undefined : Number(it.signer.baseFeeWei) / 1e9),
    ],
    [
      gauge(
        "gas_per_session",
        "Gas of a session in the batches of the last hour; docs/gas.md has the least that it can be",
      ),
      (it) => (it.lastHour === undefined ? undefined : Number(it.lastHour.gas) / it.lastHour.sessions),
    ],
    [
      gauge("gas_per_session_eth", "What that has cost"),
      (it) => (it.lastHour === undefined ? undefined : Number(formatEther(it.lastHour.costWei)) / it.lastHour.sessions),
    ],
    [
      gauge("fee_per_session_usdc", "The platform's fee of a session in those batches: what the gas is paid from"),
      (it) => (it.lastHour === undefined ? undefined : Number(it.lastHour.feesMicroUsdc) / 1e6 / it.lastHour.sessions),
    ],
  ];

  const fill = (figures: Figures | undefined): void => {
    database.set(figures === undefined ? 0 : 1);
    refused.reset();
    alarms.reset();
    for (const [refusal, count] of figures?.refused ?? []) refused.set({ refusal }, count);
    for (const [kind, count] of figures?.alarms ?? []) alarms.set({ kind }, count);
    for (const [it, read] of plain) {
      const value = figures === undefined ? undefined : read(figures);
      if (value === undefined) it.remove();
      else it.set(value);
    }
    isIn.reset();
    for (const [i, { where, leftOut }] of endpoints.states().entries())
      isIn.set({ endpoint: `${i + 1}: ${where}`, why: leftOut ?? "" }, leftOut === undefined ? 1 : 0);
  };

  return {
    contentType: register.contentType,
    answered(route = "none", method, status, took) {
      requests.inc({ route, method: METHODS.has(method) ? method : "other", status });
      seconds.observe({ route }, took);
    },
    counted: (what, by) => done.inc({ what }, by),
    async text() {
      fill(await readFigures(db, clock.now()).catch(() => undefined));
      return await register.metrics();
    },
  };
}
