/** One proof file in a process of its own, because nothing inside can stop z3. Prints a `Verdict` as JSON. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { compile } from "./solc.ts";
import { declarations, fill } from "./source.ts";

export interface Verdict {
  /** Asserts in the file. */
  asserts: number;
  proved: number;
  /** What kept the file from compiling. */
  errors: string[];
}

const PROVED = "2961";

const [file = "", root = "", solver = "soljson", seconds = "60"] = process.argv.slice(2);

const name = basename(file, ".sol");
const path = `proofs/${name}.sol`;
let verdict: Verdict = { asserts: 0, proved: 0, errors: [] };
try {
  const proof = readFileSync(file, "utf8");
  const code = proof.replace(/\/\/.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, "");
  const { errors = [] } = compile(
    {
      language: "Solidity",
      sources: { [path]: { content: fill(proof, declarations(root)) } },
      settings: {
        evmVersion: "prague",
        outputSelection: {},
        // No `timeout` here: with it, the z3 inside soljson dies.
        modelChecker: {
          engine: "bmc",
          targets: ["assert"],
          contracts: { [path]: [name] },
          solvers: [solver === "z3" ? "smtlib2" : "z3"],
          showProvedSafe: true,
          showUnproved: true,
        },
      },
    },
    { import: source, smtSolver: askZ3 },
  );
  const proved = errors.filter(({ errorCode }) => errorCode === PROVED);
  verdict = {
    asserts: code.match(/\bassert\(/g)?.length ?? 0,
    proved: new Set(proved.map(({ sourceLocation }) => sourceLocation?.start)).size,
    errors: errors.filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage),
  };
} catch (error) {
  verdict.errors.push(error instanceof Error ? error.message : String(error));
}
console.log(JSON.stringify(verdict));

function source(wanted: string) {
  const where = join(root, wanted.startsWith("@") ? "node_modules" : "", wanted);
  return existsSync(where) ? { contents: readFileSync(where, "utf8") } : { error: `there is no ${wanted}` };
}

function askZ3(query: string) {
  const { stdout } = spawnSync("z3", ["-smt2", "-in", `-T:${seconds}`], { input: query, encoding: "utf8" });
  return { contents: stdout };
}
