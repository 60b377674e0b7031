/** Says how a check came out, in a form for people and for machines. */

/** `warned`: it stands, and somebody should know. `allowed`: it failed, and the user said that it may. */
export type Outcome = "passed" | "warned" | "allowed" | "failed";

export interface Check {
  /** Short and stable: what `--allow` takes. */
  name: string;
  outcome: Outcome;
  /** What was found; why, and what to do, if it failed. */
  detail: string;
}

export type CheckResult = Omit<Check, "name">;

export const passed = (detail: string): CheckResult => ({ outcome: "passed", detail });
export const warned = (detail: string): CheckResult => ({ outcome: "warned", detail });
export const failed = (detail: string): CheckResult => ({ outcome: "failed", detail });

export const hasFailed = ({ outcome }: CheckResult): boolean => outcome === "failed";

const MARKS: Record<Outcome, string> = { passed: "✓", warned: "!", allowed: "✗", failed: "✗" };

const NAME_WIDTH = 10;

/** `  ✓ usdc       …` */
export function checkLine({ name, outcome, detail }: Check): string {
  return `  ${MARKS[outcome]} ${name.padEnd(NAME_WIDTH)} ${outcome === "allowed" ? "allowed to fail: " : ""}${detail}`;
}
