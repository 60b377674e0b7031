/** Asks the checker inside solc about one proof file. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { compile, type Message } from "../solc.ts";
import { answerQuestions } from "../workers.ts";
import { type Place, plant } from "./plant.ts";
import { declarations, fill } from "./source.ts";

export type Solver = "soljson" | "z3";

export interface Question {
  /** The proof file. */
  file: string;
  /** The project's folder. */
  root: string;
  solver: Solver;
  /** That a query to the z3 on the PATH may take. */
  seconds: number;
}

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

function prove(question: Question): Verdict {
  try {
    return check(question);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { asserts: 0, proved: 0, refuted: 0, reached: 0, errors: [said] };
  }
}

function check({ file, root, solver, seconds }: Question): Verdict {
  const name = basename(file, ".sol");
  const path = `proofs/${name}.sol`;
  const found = declarations(root);
  const { text, places } = plant(fill(readFileSync(file, "utf8"), found));

  /** What a proof imports: packages and the contracts as they are, what stands in for something with its gaps filled. */
  function source(wanted: string) {
    const own = wanted.startsWith("proofs/");
    const place = own
      ? join(dirname(file), wanted.slice("proofs/".length))
      : join(root, wanted.startsWith("@") ? "node_modules" : "", wanted);
    if (!existsSync(place)) return { error: `there is no ${wanted}` };
    const contents = readFileSync(place, "utf8");
    return { contents: own ? fill(contents, found) : contents };
  }

  function askZ3(query: string) {
    const { stdout } = spawnSync("z3", ["-smt2", "-in", `-T:${seconds}`], { input: query, encoding: "utf8" });
    return { contents: stdout };
  }

  const { errors = [] } = compile(
    {
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
    { import: source, smtSolver: askZ3 },
  );
  return verdictOn(path, places, errors);
}

function verdictOn(path: string, places: Place[], messages: Message[]): Verdict {
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

const answers = { prove };
export type Checker = typeof answers;
answerQuestions(answers);
