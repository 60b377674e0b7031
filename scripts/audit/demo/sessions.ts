/** Plays a day's sessions, good ones and such as the contract must skip, and submits them as the relayer does. */

import {
  MAX_BATCH,
  MAX_CHARGEABLE_SECONDS,
  MAX_FEE_BPS,
  MAX_RATE_PER_SECOND,
  sessionIdFromUuid,
  splitCharge,
} from "@luxxon/contracts-abi";
import type { BatchEntry } from "@luxxon/contracts-abi/model";
import type { Wallet } from "@luxxon/local/chain";
import { zeroAddress } from "viem";
import type { Town } from "./town.ts";

/** The fee that the platform announces. */
export const FEE_BPS = 1_500;

const RATES = [500n, 1_000n, 1_001n, 1_500n, 2_500n];
const HOUR = 3_600;

/** Of a hundred entries, these many are made so that the contract refuses them for a reason of their own. */
const FLAWED = 0.03;
/** Of a hundred batches, these many are sent once more. */
const RESENT = 0.08;

/** A session as the platform meters it: most last minutes, some a few seconds, and then the fee may be nothing. */
export function metered(town: Town, from: Wallet, to: Wallet): BatchEntry {
  const { random, uuids } = town;
  const seconds = random.chance(0.03) ? 1 + random.whole(5) : 60 + random.whole(1_500);
  const rate = seconds < 6 ? 1n : random.pick(RATES);
  return {
    sessionId: sessionIdFromUuid(uuids.next().value),
    from: from.account.address,
    to: to.account.address,
    ratePerSecond: rate,
    chargeableSeconds: BigInt(seconds),
    ...splitCharge(rate * BigInt(seconds), FEE_BPS),
  };
}

/** What a faulty meter, or a thief, might submit. */
const FLAWS: readonly ((entry: BatchEntry) => Partial<BatchEntry>)[] = [
  () => ({ to: zeroAddress }),
  () => ({ toAmount: 0n, feeAmount: 0n }),
  () => ({ ratePerSecond: MAX_RATE_PER_SECOND + 1n }),
  () => ({ chargeableSeconds: MAX_CHARGEABLE_SECONDS + 1n }),
  ({ toAmount }) => ({ toAmount: toAmount + 1n }),
  ({ toAmount, feeAmount }) => {
    const total = toAmount + feeAmount;
    const most = (total * BigInt(MAX_FEE_BPS)) / 10_000n;
    return { feeAmount: most + 1n, toAmount: total - most - 1n };
  },
];

/** Each flaw in its turn, so that none is missed. */
function perhapsFlawed(entry: BatchEntry, { random, turns }: Town): BatchEntry {
  if (!random.chance(FLAWED)) return entry;
  const flaw = FLAWS[turns.flaws % FLAWS.length];
  turns.flaws += 1;
  return { ...entry, ...flaw?.(entry) };
}

/** Plays so many sessions from now on, and settles them in batches through the day; some alone. */
export async function playSessions(town: Town, members: readonly Wallet[], sessions: number): Promise<void> {
  const { random, operators, roles } = town;
  let left = sessions;
  while (left > 0) {
    const size = Math.min(left, MAX_BATCH, random.chance(0.35) ? 1 : 2 + random.whole(Math.max(2, sessions)));
    left -= size;
    // A few operators have most of the customers.
    const popular = () => operators[Math.floor((random.whole(100) ** 2 / 10_000) * operators.length)] as Wallet;
    const entries = Array.from({ length: size }, () => {
      const from = random.pick(members);
      // One workspace may be on both sides, and the platform may sell something itself.
      const to = random.chance(0.01) ? from : random.chance(0.01) ? roles.platform : popular();
      return metered(town, from, to);
    });
    if (size === 1 && entries[0] !== undefined) await settleOne(town, entries[0]);
    else await settleBatch(town, entries);
  }
}

async function settleOne({ act, settlement, as, roles }: Town, entry: BatchEntry): Promise<void> {
  // Alone, a session that cannot be paid would revert: the relayer asks first.
  if ((await settlement.read.checkSettlement([entry])) !== 0) return;
  const { sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount } = entry;
  const args = [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] as const;
  await act(() => settlement.write.settleFromPool(args, { ...as(roles.relayer), gas: 1_000_000n }), 300);
}

/** @param resent How often the same batch is sent once more, to be safe: all that was settled is skipped then. */
export async function settleBatch(town: Town, clean: BatchEntry[], resent = RESENT): Promise<void> {
  const { act, settlement, as, roles, random } = town;
  // Sorted by payee, so that each is paid by one transfer.
  const entries = clean
    .map((entry) => perhapsFlawed(entry, town))
    .sort((one, other) => (one.to < other.to ? -1 : one.to > other.to ? 1 : 0));
  const send = () => settlement.write.settleBatch([entries], { ...as(roles.relayer), gas: 12_000_000n });
  await act(send, 60 + random.whole(HOUR));
  if (random.chance(resent)) await act(send);
}
