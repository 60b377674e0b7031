/** A sequence: plain data that says all there is to say, so that it can be cut, printed and played again. */
import type { Address, BatchEntry, Call, Hex } from "@luxxon/contracts-abi/model";
import type { Signed, UsdcCall } from "./usdc.ts";

interface Common {
  /** Seconds since the step before. */
  wait: bigint;
  sender: Address;
  /** Made before the call, of which it becomes the last argument. */
  sign?: Signed;
  /** Given to `checkSettlement` after the call. */
  probe?: BatchEntry;
}

/** One transaction: to the contract, or to USDC. */
export type Step = Common & ({ to: "settlement"; call: Call } | { to: "usdc"; call: UsdcCall });

/** When every sequence starts. The chain's own clock is never used, so that a sequence is the same in every run. */
export const START = 2_000_000_000n;

/** The step with the signature that it asks for. */
export function signedStep(step: Step, signature: Hex): Step {
  const args = [...step.call.args.slice(0, -1), signature];
  return { ...step, call: { ...step.call, args } } as unknown as Step;
}

/** The ids that a step names. */
export function idsOf({ to, call, probe }: Step): Hex[] {
  const ids: Hex[] = [];
  if (to === "settlement" && call.functionName === "settleFromPool") ids.push(call.args[0]);
  if (to === "settlement" && call.functionName === "settleBatch") ids.push(...call.args[0].map((one) => one.sessionId));
  if (probe !== undefined) ids.push(probe.sessionId);
  return ids;
}

/** Any value as one line, the same for equal values. */
export function show(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}` : part)) ?? "nothing";
}
