/** Prints what a check has found for people to read. */

import { columns, counted, money } from "../words.ts";
import { TIMES, type Time } from "./exposure.ts";
import { type ContractReport, type Difference, eventInWords, type Report } from "./inspect.ts";

export function printReport(report: Report): void {
  const { chainTitle, block, contracts } = report;
  for (const contract of contracts) {
    const { address, version, status } = contract;
    const name = `LuxxonSettlement ${version} at ${address}${status === "active" ? "" : ", from which consumers only withdraw"}`;
    console.log(`${name}\n${chainTitle}, block ${block.number}, ${timeOf(block.timestamp)}\n`);
    printContract(contract);
  }
  console.log(verdictOn(report));
}

/** How many differences there are, in a line. */
function verdictOn({ differences }: Report): string {
  return differences.length === 0 ? "No difference." : `${counted(differences.length, "difference")}.`;
}

function printContract({ checks, events, unexpected, notices, state }: ContractReport): void {
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { what, ok, expected, found, note } of checks) {
    const tail = note === undefined ? "" : `  (${note})`;
    const name = what.padEnd(width);
    if (ok) console.log(`✓ ${name}  ${found}${tail}`);
    else console.log(`✗ ${name}  expected ${expected}\n  ${" ".repeat(width)}  found    ${found}${tail}`);
  }
  if (state !== undefined) {
    const bad = unexpected.length;
    console.log(
      `${bad === 0 ? "✓" : "✗"} ${"events".padEnd(width)}  ${events} in all, ${bad === 0 ? "none" : bad} unexpected`,
    );
  }
  for (const event of unexpected) {
    console.log(
      `  ${event.event} in block ${event.blockNumber}, ${timeOf(event.timestamp)}, transaction ${event.transactionHash}`,
    );
    console.log(`    ${eventInWords(event)}`);
  }
  for (const notice of notices) console.log(`! ${notice}`);
  console.log();
}

/** What can be lost, by key. */
export function printExposure(report: Report): void {
  for (const { state, exposure, address } of report.contracts) {
    if (state === undefined || exposure.length === 0) continue;
    console.log(`What a stolen key of ${address} can cost, if it goes unnoticed for …\n`);
    const times = Object.keys(TIMES) as Time[];
    const rows = exposure.map(({ key, by, loss }) => [key, ...times.map((time) => money(loss[time])), by]);
    const table = [["key", ...times, "how"], ...rows];
    console.log(`${columns(table, (column) => column === 0 || column > times.length)}\n`);
  }
  console.log(`${verdictOn(report)}${report.differences.length === 0 ? "" : " Run it without --exposure to see."}`);
}

/** A difference in one line, for a log. */
export function differenceLine({ contract, what, expected, found, note, blockNumber, txHash }: Difference): string {
  const where = blockNumber === undefined ? "" : ` (block ${blockNumber}, transaction ${txHash})`;
  const tail = note === undefined ? "" : ` (${note})`;
  return `${contract} ${what}: expected ${expected}, found ${found}${where}${tail}`;
}

function timeOf(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(".000", "");
}
