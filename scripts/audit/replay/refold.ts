/** Holds the fees of what was read before against another announced share: that needs no chain. */
import type { BookedDay } from "../books.ts";
import { Findings } from "../findings.ts";
import { announcedFee, onFee } from "../rules/fees.ts";
import type { Store } from "../store/store.ts";
import { dateOf } from "../text.ts";
import type { Kept } from "./kept.ts";

/** Violations that are written at a time. */
const AT_ONCE = 1_000;

/** @returns What is kept now. */
export function refold(store: Store, kept: Kept | undefined, announcedFeeBps: number | undefined): Kept | undefined {
  if (kept === undefined || announcedFeeBps === undefined || kept.announcedFeeBps === announcedFeeBps) return kept;
  const fees = new Findings();
  const days = new Map<string, BookedDay>(
    [...store.days.entries()].map(([date, day]) => [date, { ...day, announced: 0n }]),
  );
  return store.keepAnew(({ part, oldest }) => {
    store.violations.fees.cut(0);
    let news = 0;
    for (const settlement of store.settlements.rows()) {
      const { timestamp, toAmount, feeAmount, sessionId, blockNumber, transactionHash: hash } = settlement;
      fees.add(onFee(settlement, announcedFeeBps), { transaction: { blockNumber, hash }, sessionId });
      const day = days.get(dateOf(timestamp)) as BookedDay;
      day.announced += announcedFee(toAmount + feeAmount, announcedFeeBps);
      if (++news % AT_ONCE === 0) store.violations.fees.add(fees.take());
    }
    store.violations.fees.add(fees.take());
    for (const [date, day] of days) store.days.put(date, day, part, oldest);
    return { ...kept, tallies: { ...kept.tallies, fees: fees.tallies }, announcedFeeBps };
  });
}
