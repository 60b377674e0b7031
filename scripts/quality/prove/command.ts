/** `npm run prove`: proves properties of the contract's source with the checker inside solc. */
import { readdirSync } from "node:fs";
import { numberOf, oneOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { toJson } from "@luxxon/chain/json";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { runChild } from "../../child.ts";
import { openProgress } from "../../progress.ts";
import type { Solver } from "./askChecker.ts";
import { proveAll } from "./proveAll.ts";

const HELP = `Proves what stands in proofs/ about the source of the contract, with solc's SMTChecker.

  npm run prove [-- --only name] [--solver soljson|z3|both] [--timeout seconds] [--json]

  --only      one property: the name of its file, without .sol
  --solver    the z3 inside soljson (the default), the z3 on the PATH, or both
  --timeout   seconds for each file, from outside; 600 if not given
  --json      the results as JSON
  --help      this text

Exit code 1 if a property is lost, if a file does not compile, or if what must not be provable is.`;

await runCommand(async () => {
  const { only, solver, timeout, json } = readFlags(HELP, {
    only: { type: "string" },
    solver: { type: "string", default: "soljson" },
    timeout: { type: "string", default: "600" },
    json: { type: "boolean", default: false },
  }).values;
  const seconds = numberOf("--timeout", timeout, { unit: "whole seconds", least: 1 });
  const solvers = await solversOf(oneOf("--solver", solver, ["soljson", "z3", "both"]));
  const names = readdirSync(`${ROOT}/proofs`).filter((name) => name.endsWith(".sol"));
  const chosen = names.filter((name) => only === undefined || name === `${only}.sol`);
  if (chosen.length === 0) throw new UsageError(`There is no proof ${only} in proofs/.`);

  const jobs = solvers.flatMap((each) => chosen.map((name) => ({ file: `${ROOT}/proofs/${name}`, solver: each })));
  const progress = openProgress("Proving");
  let done = 0;
  const results = await proveAll(jobs, ROOT, seconds, ({ property, outcome }) => {
    done++;
    progress.show(done / jobs.length, `${done} of ${jobs.length}, ${property}: ${outcome}`);
  }).finally(() => progress.end());
  const passed = results.filter((result) => result.passed).length;
  if (json) {
    console.log(toJson(results));
  } else {
    const width = Math.max(...results.map(({ property }) => property.length));
    console.log();
    for (const { property, solver, seconds, outcome } of results) {
      console.log(`${property.padEnd(width)}  ${solver.padEnd(7)}  ${seconds.toFixed(1).padStart(6)} s  ${outcome}`);
    }
    for (const { property, counterexample } of results.filter(({ passed }) => !passed)) {
      if (counterexample !== undefined) console.log(`\n${property} ${counterexample}`);
    }
    console.log(`\n${passed} passed, ${results.length - passed} failed`);
  }
  return passed === results.length ? 0 : 1;
});

async function solversOf(wanted: Solver | "both"): Promise<Solver[]> {
  if (wanted === "soljson") return ["soljson"];
  if ((await runChild(["z3", "--version"], { cwd: ROOT })).status !== 0) {
    throw new UsageError("There is no z3 on the PATH: install it (Debian: z3), or leave --solver away.");
  }
  return wanted === "z3" ? ["z3"] : ["soljson", "z3"];
}
