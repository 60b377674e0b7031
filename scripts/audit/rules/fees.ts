/** Holds fees against the share that the platform announces: session by session, R26, and as a finance team does, R27. */

import { money } from "../../words.ts";
import type { BookedDay } from "../books.ts";
import type { Ruling, Rulings } from "../findings.ts";
import { session } from "../text.ts";
import type { Settlement } from "../types.ts";

const BPS = 10_000n;

/** The platform's part of a charge; the operator's is the rest. */
export function announcedFee(total: bigint, bps: number): bigint {
  return (total * BigInt(bps)) / BPS;
}

/** @param bps In 1/10,000. */
export function onFee({ sessionId, toAmount, feeAmount }: Settlement, bps: number): Rulings {
  const total = toAmount + feeAmount;
  const fee = announcedFee(total, bps);
  return {
    R26: feeAmount === fee || {
      message: `The fee of ${session(sessionId)} is not ${bps / 100} % of ${money(total)}, rounded down.`,
      expected: `${money(fee)} to the platform, ${money(total - fee)} to the operator`,
      found: `${money(feeAmount)} to the platform, ${money(toAmount)} to the operator`,
    },
  };
}

export function onDays(days: Iterable<BookedDay>, bps: number): Rulings {
  const paid = [...days].filter(({ sessions }) => sessions > 0);
  const R27 = paid.map(
    ({ date, fees, announced }): Ruling =>
      fees === announced || {
        message: `The fees of ${date} are not ${bps / 100} % of what was settled that day, session by session and rounded down.`,
        expected: money(announced),
        found: money(fees),
      },
  );
  return { R27 };
}
