/** Tells what became of one session, with every check on it: for support and for disputes. */

import { MAX_CHARGEABLE_SECONDS, MAX_FEE_BPS, MAX_RATE_PER_SECOND } from "@luxxon/contracts-abi";
import type { Address, Hex } from "viem";
import { count, usdcWords } from "../../words.ts";
import { missingOf } from "../report/belowMeter.ts";
import { REFUSALS } from "../report/refusals.ts";
import { percent, percentOfBps, sameHex, uuidOf } from "../text.ts";
import { type Audit, narrowed, type Rows, type Settlement, type Skipped, type Violation } from "../types.ts";
import { type AuditBehind, auditBehind } from "./auditBehind.ts";

/** Something that must hold for a session, in its own figures. */
export interface SessionCheck {
  title: string;
  /** "1000 µUSDC × 60 s = 0.06 USDC; charged 0.06 USDC" */
  figures: string;
  holds: boolean;
}

/** What became of an id: `unknown` if no transaction up to the last block ever named it. */
export type SessionStatus = "settled" | "skipped" | "unknown";

export interface SessionStatement {
  sessionId: Hex;
  /** undefined if the id is not a UUID's. */
  uuid: string | undefined;
  status: SessionStatus;
  /** One, unless the history breaks the rule that an id settles once. */
  settlements: Settlement[];
  /** Each time that it was passed over, in order; before it was settled, or after. */
  skipped: Skipped[];
  checks: SessionCheck[];
  /** Contracts through which it was submitted, if it was not sent to LuxxonSettlement itself. */
  through: Address[];
  /** µUSDC that were not charged of rate × seconds, and never can be, since the id is closed: operator and platform lose it. */
  belowMeter: bigint;
  /** What the audit found wrong with it. */
  violations: Violation[];
  target: Audit["target"];
  audit: AuditBehind;
}

export function sessionStatement(audit: Audit, sessionId: Hex): SessionStatement {
  const ofThis = (one: { sessionId: Hex | undefined }) =>
    one.sessionId !== undefined && sameHex(one.sessionId, sessionId);
  const those = <T extends { sessionId: Hex | undefined }>(rows: Rows<T>) =>
    Iterator.from(narrowed(rows, "sessionId", sessionId))
      .filter(ofThis)
      .toArray();
  const settlements = those(audit.settlements);
  const skipped = those(audit.skipped);
  const hashes = new Set([...settlements, ...skipped].map(({ transactionHash }) => transactionHash));
  const through = [...hashes].flatMap((hash) =>
    Iterator.from(narrowed(audit.transactions, "transactionHash", hash))
      .filter(({ transactionHash }) => transactionHash === hash)
      .flatMap((one) => (one.through === undefined ? [] : [one.through]))
      .toArray(),
  );
  return {
    sessionId,
    uuid: uuidOf(sessionId),
    status: settlements.length > 0 ? "settled" : skipped.length > 0 ? "skipped" : "unknown",
    settlements,
    skipped,
    checks: settlements.length === 0 ? [] : checksOf(settlements, audit),
    through: [...new Set(through)],
    belowMeter: settlements.reduce((sum, one) => sum + missingOf(one), 0n),
    violations: those(audit.violations),
    target: audit.target,
    audit: auditBehind(audit),
  };
}

/** Settled or not: nothing about it is wrong. */
export function isClean({ checks, violations }: SessionStatement): boolean {
  return violations.length === 0 && checks.every(({ holds }) => holds);
}

/** What came of it in a sentence. */
export function outcomeOf({ status, settlements, skipped, belowMeter, target }: SessionStatement): string {
  const [first] = settlements;
  if (first !== undefined) {
    const more =
      settlements.length === 1 ? "" : ` It was settled ${settlements.length} times, which must never happen.`;
    const below =
      belowMeter === 0n
        ? ""
        : ` That is ${usdcWords(belowMeter)} below its meter: the contract allows it, but the id is closed, and operator and platform lose the rest.`;
    return `Settled: ${usdcWords(first.toAmount + first.feeAmount)} were charged.${below}${more}`;
  }
  const last = skipped.at(-1);
  if (status === "skipped" && last !== undefined) {
    const times = skipped.length === 1 ? "once" : `${count(skipped.length)} times`;
    return `Not settled: it was skipped ${times}, the last time for: ${REFUSALS[last.reason]} (${last.reason}). Nothing was charged, and it may still be settled.`;
  }
  return `Unknown: no transaction up to block ${count(target.toBlock)} names it. Nothing was charged.`;
}

/** What the relayer had submitted of an entry that was skipped. */
export function submittedText({ toAmount, feeAmount }: Skipped): string {
  return `operator ${usdcWords(toAmount)} + fee ${usdcWords(feeAmount)}`;
}

function checksOf(settlements: Settlement[], { announcedFeeBps }: Audit): SessionCheck[] {
  const checks = settlements.flatMap((settlement) => checksOfOne(settlement, announcedFeeBps));
  const times = settlements.length;
  checks.push({ title: "settled once", figures: times === 1 ? "once" : `${times} times`, holds: times === 1 });
  return checks;
}

function checksOfOne(settlement: Settlement, announcedFeeBps: number | undefined): SessionCheck[] {
  const { toAmount, feeAmount, ratePerSecond, chargeableSeconds } = settlement;
  const total = toAmount + feeAmount;
  const meter = ratePerSecond * chargeableSeconds;
  const ceiling = (total * BigInt(MAX_FEE_BPS)) / 10_000n;
  const checks: SessionCheck[] = [
    {
      title: "operator's part + fee = what was charged",
      figures: `operator ${usdcWords(toAmount)} + fee ${usdcWords(feeAmount)} = ${usdcWords(total)}`,
      holds: toAmount >= 0n && feeAmount >= 0n && total > 0n,
    },
    {
      title: "charged at most rate × seconds",
      figures: `${count(ratePerSecond)} µUSDC × ${count(chargeableSeconds)} s = ${usdcWords(meter)}; charged ${usdcWords(total)}`,
      holds: total <= meter,
    },
    {
      title: `rate at most ${usdcWords(MAX_RATE_PER_SECOND)} a second`,
      figures: `${usdcWords(ratePerSecond)} a second`,
      holds: ratePerSecond <= MAX_RATE_PER_SECOND,
    },
    {
      title: `at most ${count(MAX_CHARGEABLE_SECONDS)} s`,
      figures: `${count(chargeableSeconds)} s`,
      holds: chargeableSeconds <= MAX_CHARGEABLE_SECONDS,
    },
    {
      title: `fee at most ${percentOfBps(MAX_FEE_BPS)}`,
      figures: `${usdcWords(feeAmount)} of at most ${usdcWords(ceiling)} (${percent(feeAmount, total, 4)})`,
      holds: feeAmount * 10_000n <= total * BigInt(MAX_FEE_BPS),
    },
  ];
  if (announcedFeeBps !== undefined) {
    const announced = (total * BigInt(announcedFeeBps)) / 10_000n;
    checks.push({
      title: `fee is the announced ${percentOfBps(announcedFeeBps)}, rounded down`,
      figures: `${usdcWords(feeAmount)}; announced ${usdcWords(announced)}`,
      holds: feeAmount === announced,
    });
  }
  for (const [part, amount, paid] of [
    ["operator's part", toAmount, settlement.operatorPaid],
    ["fee", feeAmount, settlement.platformPaid],
  ] as const) {
    checks.push({
      title: `${part} paid or credited`,
      figures: `${usdcWords(amount)} ${PAID[paid]}`,
      holds: (amount === 0n) === (paid === "nothing"),
    });
  }
  return checks;
}

const PAID: Record<Settlement["operatorPaid"], string> = {
  transferred: "transferred in the same transaction",
  credited: "credited, because USDC refused the transfer; the payee can claim it",
  nothing: "were due, so nothing moved",
};
