/** One proof file in a process of its own, because nothing inside can stop z3. Prints a `Verdict` as JSON. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { compile, type Message } from "../solc.ts";
import { type Place, plant } from "./plant.ts";
import { declarations, fill } from "./source.ts";

export interface Verdict {
  /** Asserts in `prove`. */
  asserts: number;
  /** Those that hold for all values. */
  proved: number;
  /** Those for which there are values that break them; what is neither proved nor refuted had no answer. */
  refuted: number;
  /** Those that are reached by some values, and by each witness that the proof names. */
  reached: number;
  /** The values that break the first assert that was refuted. */
  counterexample?: string;
  /** What kept the file from compiling. */
  errors: string[];
}

const PROVED = "2961";
const REFUTED = "4661";
const NO_ANSWER = "7812";

const [file = "", root = "", solver = "soljson", seconds = "60"] = process.argv.slice(2);

const name = basename(file, ".sol");
const path = `proofs/${name}.sol`;
let verdict: Verdict = { asserts: 0, proved: 0, refuted: 0, reached: 0, errors: [] };
try {
  const found = declarations(root);
  const { text, places } = plant(fill(readFileSync(file, "utf8"), found));
  const { errors = [] } = compile(
    {
      language: "Solidity",
      sources: { [path]: { content: text } },
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
    { import: (wanted) => source(wanted, (proof) => fill(proof, found)), smtSolver: askZ3 },
  );
  verdict = verdictOn(places, errors);
} catch (error) {
  verdict.errors.push(error instanceof Error ? error.message : String(error));
}
console.log(JSON.stringify(verdict));

function verdictOn(places: Place[], messages: Message[]): Verdict {
  const said = (code: string, start: number) =>
    messages.find(({ errorCode, sourceLocation }) => {
      return errorCode === code && sourceLocation?.file === path && sourceLocation.start === start;
    });
  const count = (test: (place: Place) => boolean) => places.filter(test).length;
  const broken = places.map(({ own }) => said(REFUTED, own)).find((message) => message !== undefined);
  const counterexample = broken?.secondarySourceLocations?.find(({ message }) => message.startsWith("Counterexample"));
  return {
    asserts: places.length,
    proved: count(({ own }) => said(PROVED, own) !== undefined && !said(REFUTED, own) && !said(NO_ANSWER, own)),
    refuted: count(({ own }) => said(REFUTED, own) !== undefined),
    reached: count(({ planted }) => planted.every((at) => said(REFUTED, at) !== undefined)),
    ...(counterexample === undefined ? {} : { counterexample: counterexample.message }),
    errors: messages.filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage),
  };
}

/** What a proof imports: packages and the contracts as they are, what stands in for something with its gaps filled. */
function source(wanted: string, filled: (text: string) => string) {
  const where = join(root, wanted.startsWith("@") ? "node_modules" : "", wanted);
  const own = wanted.startsWith("proofs/");
  const place = own ? join(dirname(file), wanted.slice("proofs/".length)) : where;
  if (!existsSync(place)) return { error: `there is no ${wanted}` };
  const text = readFileSync(place, "utf8");
  return { contents: own ? filled(text) : text };
}

function askZ3(query: string) {
  const { stdout } = spawnSync("z3", ["-smt2", "-in", `-T:${seconds}`], { input: query, encoding: "utf8" });
  return { contents: stdout };
}
