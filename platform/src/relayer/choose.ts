/** Chooses what goes into a batch: the one that has waited longest always, then whoever makes it cheapest. */

export interface Due {
  sessionId: string;
  consumerWallet: string;
  operatorWallet: string;
  ratePerSecond: bigint;
  chargeableSeconds: number;
  toAmount: bigint;
  feeAmount: bigint;
  urgent: boolean;
  dueAt: Date;
}

/**
 * Entries of one payee share a transfer, and ids of one run a storage slot: so after the oldest and the urgent come the
 * payees with the most entries, and of each the ids in their order.
 *
 * @param due Oldest first, the urgent before all.
 * @returns At most `most`, sorted by payee and id.
 */
export function choose(due: readonly Due[], most: number): Due[] {
  if (due.length > most) {
    const oldest = due.reduce((old, entry) => (entry.dueAt < old.dueAt ? entry : old));
    const first = [oldest, ...due.filter((entry) => entry.urgent && entry !== oldest)].slice(0, most);
    const taken = new Set(first);
    const byPayee = new Map<string, Due[]>();
    for (const entry of due) {
      if (taken.has(entry)) continue;
      const ofPayee = byPayee.get(entry.operatorWallet) ?? [];
      ofPayee.push(entry);
      byPayee.set(entry.operatorWallet, ofPayee);
    }
    // Who is in the batch already comes first: its transfer is paid for.
    const isIn = new Set(first.map(({ operatorWallet }) => operatorWallet));
    const payees = [...byPayee].sort(
      ([a, as], [b, bs]) => Number(isIn.has(b)) - Number(isIn.has(a)) || bs.length - as.length || (a < b ? -1 : 1),
    );
    for (const [, entries] of payees) {
      for (const entry of entries.sort(byId)) {
        if (first.length === most) return sorted(first);
        first.push(entry);
      }
    }
    return sorted(first);
  }
  return sorted([...due]);
}

function sorted(entries: Due[]): Due[] {
  return entries.sort((a, b) =>
    a.operatorWallet < b.operatorWallet ? -1 : a.operatorWallet > b.operatorWallet ? 1 : byId(a, b),
  );
}

function byId(a: Due, b: Due): number {
  return a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0;
}
