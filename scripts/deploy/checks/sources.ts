/** Checks that anybody who compiles the commit gets what would be sent. */
import { relative } from "node:path";
import { size } from "viem";
import { runChild } from "../../child.ts";
import { isInstrumented } from "../../contract/instrumented.ts";
import { compileForProduction } from "../../contract/production.ts";
import { type Deployment, deployData } from "../deployment.ts";
import { type CheckResult, failed, passed } from "../outcome.ts";

/** The commit that is checked out. */
export async function headOf(repository: string): Promise<string> {
  return (await git(repository, ["rev-parse", "HEAD"])).trim();
}

/** Journal and record are what the deployment itself leaves behind: one that is resumed must not trip over them. */
export async function checkGit({
  repository,
  folder,
  base,
}: Pick<Deployment, "repository" | "folder" | "base">): Promise<CheckResult> {
  const inside = relative(repository, folder);
  const own = [`${inside}/${base.name}-*/**`, `${inside}/${base.chainId}.json`];
  const except = inside.startsWith("..") ? [] : own.map((path) => `:(exclude,glob)${path}`);
  let changed: string[];
  try {
    const status = await git(repository, ["status", "--porcelain", "--untracked-files=all", "--", ".", ...except]);
    changed = status.split("\n").filter((line) => line !== "");
  } catch (error) {
    return failed(`git cannot say what is committed: ${(error as Error).message}`);
  }
  if (changed.length === 0) return passed(`nothing is uncommitted at ${(await headOf(repository)).slice(0, 12)}`);
  const rest = changed.length === 1 ? "" : ` and ${changed.length - 1} more`;
  return failed(`uncommitted: ${changed[0]?.slice(3)}${rest}; commit, so that the record can name what was deployed`);
}

async function git(repository: string, args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runChild(["git", ...args], { cwd: repository });
  if (status !== 0) throw new Error(stderr.split("\n")[0] || "git cannot be run");
  return stdout;
}

/** The two profiles must give the same code: the tests ran on one, and explorers compile the other. */
export async function checkBuild({ code }: Pick<Deployment, "code">): Promise<CheckResult> {
  const production = await compileForProduction();
  if (production.creationCode !== code.creationCode) {
    return failed("artifacts/ is not what the production profile compiles to: npm run compile -- --force");
  }
  return passed("the production profile, and the contract compiled alone, give the code in artifacts/");
}

export function checkCoverage({ code }: Pick<Deployment, "code">): CheckResult {
  if (!isInstrumented(code.creationCode)) return passed("no coverage instrumentation in the code");
  return failed("the code was compiled for a coverage run: npm run compile -- --force");
}

export function checkBytecode({ build: { current, committed } }: Pick<Deployment, "build">): CheckResult {
  const names = ["compiler", "compilerInputHash", "creationCodeHash", "maskedCodeHash"] as const;
  const other = names.find((name) => current[name] !== committed[name]);
  if (other === undefined) return passed("code and compiler input are deployments/build.json's");
  return failed(
    `${other} is ${current[other]}, in deployments/build.json ${committed[other]}: compile the commit that is meant, or npm run snapshot`,
  );
}

/** EIP-170 and EIP-3860, in bytes. */
const MOST_CODE = 24_576;
const MOST_INITCODE = 49_152;

export function checkSize({ code, args }: Pick<Deployment, "code" | "args">): CheckResult {
  const [runtime, creation] = [size(code.runtimeCode), size(deployData({ code, args }))];
  const found = `${runtime} bytes of code (at most ${MOST_CODE}), ${creation} to create it (at most ${MOST_INITCODE})`;
  return runtime <= MOST_CODE && creation <= MOST_INITCODE ? passed(found) : failed(found);
}
