/** Runs one campaign of the Solidity tests: so many runs of so many calls, from one seed. */
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { numberToHex } from "viem";
import config from "../../../hardhat.config.ts";
import { answerQuestions } from "../workers.ts";

export interface CampaignOptions {
  runs: number;
  /** Calls a run. */
  depth: number;
  seed: number;
}

export interface CampaignResult {
  success: boolean;
  calls: number;
  /** What failed, in the test's words, and the calls that lead there. */
  failures: { test: string; reason: string; calls: string[] }[];
}

/** What EDR tells of a test, as far as it is read here. */
interface EdrTestResult {
  name: string;
  status: string;
  reason?: string;
  kind: { calls?: bigint };
  counterexample?: { sequence?: EdrCall[] } & EdrCall;
}

interface EdrCall {
  signature?: string;
  args?: string;
}

/** Runs the invariant tests once. They must be compiled. */
async function runCampaign({ runs, depth, seed }: CampaignOptions): Promise<CampaignResult> {
  const { solidity, ...otherTests } = config.test ?? {};
  const own = {
    ...solidity,
    fuzz: { seed: numberToHex(seed, { size: 32 }) },
    invariant: { ...(solidity !== undefined && "invariant" in solidity ? solidity.invariant : {}), runs, depth },
  };
  const hre = await createHardhatRuntimeEnvironment({ ...config, test: { ...otherTests, solidity: own } });
  type Outcome = { suiteResults: { testResults: EdrTestResult[] }[] };
  const { value, error } = (await hre.tasks.getTask(["test", "solidity"]).run({
    testFiles: ["test/invariant/Invariants.t.sol"],
    noCompile: true,
  })) as { value?: Outcome; error?: Outcome };
  const results = ((value ?? error)?.suiteResults ?? []).flatMap(({ testResults }) => testResults);
  return {
    success: results.length !== 0 && results.every(({ status }) => status === "Success"),
    calls: results.reduce((sum, { kind }) => sum + Number(kind.calls ?? 0n), 0),
    failures: results
      .filter(({ status }) => status !== "Success")
      .map(({ name, reason, counterexample }) => ({
        test: name,
        reason: reason ?? "no reason given",
        calls: (counterexample?.sequence ?? []).map(({ signature = "", args = "" }) =>
          signature.replace(/\(.*/, `(${args.replace(/ .*/, "")})`),
        ),
      })),
  };
}

const answers = { runCampaign };
export type Campaigner = typeof answers;
answerQuestions(answers);
