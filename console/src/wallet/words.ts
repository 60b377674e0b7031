/** Says in words, to the pool's owner, what the contract says no with, which is bytes. */
import { decodeSettlementError } from "@luxxon/contracts-abi/viem";
import { problem } from "../api/remedies.ts";

export async function inWords<T>(movement: Promise<T>): Promise<T> {
  try {
    return await movement;
  } catch (error) {
    throw said(error);
  }
}

function said(error: unknown): unknown {
  const decoded = decodeSettlementError(error);
  if (decoded === undefined) return error;
  switch (decoded.name) {
    case "HeldUntil":
      return problem(
        `You hold this pool until ${asTime(decoded.args.until)}.`,
        "Wait until then: before, nothing can be withdrawn, and the daily limit can only be raised.",
      );
    case "HoldNotLater":
      return problem(
        `You hold this pool until ${asTime(decoded.args.standing)} already.`,
        "Hold it for longer than that, or leave it as it is: a hold cannot be shortened.",
      );
    case "HoldNeedsLimit":
      return problem("A hold needs a daily limit of your own.", "Set one first: no session can take more in a day.");
    default:
      return problem(decoded.happened, decoded.remedy);
  }
}

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

/** A second of the chain's clock as the time here. */
export function asTime(second: bigint): string {
  return TIME.format(new Date(Number(second) * 1_000));
}
