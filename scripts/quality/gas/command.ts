/** `npm run gas`: measures every transaction, writes the snapshot and the tables of docs/gas.md. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { replaceFile, replaceJson } from "@luxxon/chain/files";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { budgets } from "../../../test/gas/budgets.ts";
import type { Snapshot } from "../../../test/gas/measure.ts";
import { budgetTable, comparisonTable, grown, partsTable, updatePage } from "../../../test/gas/tables.ts";
import { buildContracts } from "../../contract/compile.ts";
import { columns } from "../../words.ts";

const HELP = `Measures gas as whole transactions against Circle's USDC, and writes test/gas/snapshot.json and docs/gas.md.

  npm run gas [-- --json | --check]

  --json    print what was measured as JSON, and write nothing
  --check   compare with the snapshot, and write nothing: exit code 1 if a number has grown by more than 1 %
  --help    this text

Exit code 1 also if a budget is exceeded.`;

const SNAPSHOT = join(ROOT, "test/gas/snapshot.json");
const PAGE = join(ROOT, "docs/gas.md");

await runCommand(async () => {
  const flags = { json: { type: "boolean", default: false }, check: { type: "boolean", default: false } } as const;
  const { json, check } = readFlags(HELP, flags).values;
  if (json && check) throw new UsageError("--json and --check go one without the other; see --help.");
  await buildContracts();
  const { measure } = await import("../../../test/gas/measure.ts");
  const measured = await measure();

  if (json) {
    console.log(toJson(measured));
  } else {
    for (const table of [budgetTable(measured), comparisonTable(measured), partsTable(measured)]) {
      console.log(`${plain(table)}\n`);
    }
  }
  const exceeded = Object.entries(budgets).filter(
    ([key, { must, sessions }]) => !((measured.transactions[key] ?? Number.NaN) / sessions <= must),
  );
  for (const [key, { must }] of exceeded) console.error(`Over budget: ${key} must be at most ${must}.`);

  let tooMuch: string[] = [];
  if (check) {
    tooMuch = grown(JSON.parse(await readFile(SNAPSHOT, "utf8")) as Snapshot, measured);
    for (const line of tooMuch) console.error(`Grown by more than 1 %: ${line}.`);
    if (tooMuch.length === 0) console.error("No number has grown by more than 1 %.");
  } else if (!json) {
    await replaceJson(SNAPSHOT, measured);
    await replaceFile(PAGE, updatePage(await readFile(PAGE, "utf8"), measured));
    console.log("Written: test/gas/snapshot.json, docs/gas.md.");
  }
  return exceeded.length + tooMuch.length === 0 ? 0 : 1;
});

/** A Markdown table for the terminal. */
function plain(table: string): string {
  const rows = table.split("\n").filter((line) => !line.startsWith("| ---"));
  return columns(rows.map((line) => line.slice(2, -2).split(" | "))).replaceAll("**", "  ");
}
