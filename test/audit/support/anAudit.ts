/** Makes up audits without a chain: from a seed, consistent in themselves, as large as a test wants them. */

import { type Refusal, refusals, sessionIdFromUuid, splitCharge, uuidRuns } from "@luxxon/contracts-abi";
import { randomFrom } from "@luxxon/local/random";
import { type Address, type Hash, keccak256, numberToHex, toHex } from "viem";
import type { Made } from "../../../scripts/audit/made.ts";
import type {
  AccountTotals,
  Change,
  Day,
  Movement,
  Position,
  Settlement,
  SettlingTransaction,
  Skipped,
  Violation,
} from "../../../scripts/audit/types.ts";
import type { Listed } from "./listed.ts";

export interface Shape {
  sessions?: number;
  days?: number;
  consumers?: number;
  operators?: number;
  seed?: number;
  chainId?: number;
  chainTitle?: string;
}

/** How the pages of the tests were made. */
export const MADE: Made = {
  version: "luxxon-settlement 1.2.3, commit 0123456789ab",
  command: "npm run audit -- --demo",
};

/** The first of September 2026. */
export const START = Date.UTC(2026, 8, 1) / 1_000;
export const DAY = 86_400;
const USDC = 1_000_000n;

/** An address that looks like one. The same name, the same address. */
export function addressOf(name: string): Address {
  return `0x${keccak256(toHex(name)).slice(-40)}`;
}

const REASONS = refusals.filter((reason) => reason !== "None");

/** A history in which everything adds up. */
export function anAudit({
  sessions = 400,
  days = 30,
  consumers = 40,
  operators = 15,
  seed = 1,
  chainId = 31_337,
  chainTitle = "chain 31337",
}: Shape = {}): Listed {
  const random = randomFrom(seed);
  const uuids = uuidRuns(random.bytes);
  const platform = addressOf("platform wallet");
  const [owner, relayer, guardian] = [addressOf("owner"), addressOf("relayer"), addressOf("guardian")];
  const payers = Array.from({ length: consumers }, (_, i) => addressOf(`consumer ${i}`));
  const payees = Array.from({ length: operators }, (_, i) => addressOf(`operator ${i}`));

  const settlements: Settlement[] = [];
  const skipped: Skipped[] = [];
  const movements: Movement[] = [];
  const changes: Change[] = [];
  const transactions: SettlingTransaction[] = [];
  const byDay: Day[] = [];
  const accounts = new Map<Address, AccountTotals>();
  const total = { deposits: 0n, credits: 0n };

  function accountOf(account: Address): AccountTotals {
    let found = accounts.get(account);
    if (found === undefined) {
      const nothing = { deposited: 0n, withdrawn: 0n, charged: 0n, earned: 0n, claimed: 0n, deposits: 0n, credits: 0n };
      found = { account, ...nothing };
      accounts.set(account, found);
    }
    return found;
  }

  let blockNumber = 100n;
  let logIndex = 0;
  let timestamp = START;
  let transactionHash: Hash = keccak256("0x");
  /** The next transaction, in a block of its own. */
  function step(seconds: number): void {
    timestamp += seconds;
    blockNumber += 1n + BigInt(seconds) * 5n;
    transactionHash = keccak256(numberToHex(blockNumber));
    logIndex = 0;
  }
  const position = (): Position => ({ blockNumber, timestamp, transactionHash, logIndex: logIndex++ });

  function move(kind: Movement["kind"], account: Address, amount: bigint): void {
    movements.push({ ...position(), kind, account, amount });
    const books = accountOf(account);
    const day = byDay.at(-1) as Day;
    if (kind === "Deposited") {
      books.deposited += amount;
      books.deposits += amount;
      total.deposits += amount;
      day.deposited += amount;
    } else if (kind === "Withdrawn") {
      books.withdrawn += amount;
      books.deposits -= amount;
      total.deposits -= amount;
      day.withdrawn += amount;
    } else if (kind === "PayoutCredited") {
      books.credits += amount;
      total.credits += amount;
    } else if (kind === "CreditClaimed") {
      books.claimed += amount;
      books.credits -= amount;
      total.credits -= amount;
    }
  }

  /** Sessions of one transaction. */
  function settle(count: number, denylisted: Address | undefined): void {
    let paid = 0;
    let passed = 0;
    for (let i = 0; i < count; i++) {
      const from = random.pick(payers);
      const to = random.pick(payees);
      const ratePerSecond = BigInt(random.pick([500, 1_000, 1_001, 2_500]));
      const chargeableSeconds = BigInt(30 + random.whole(1_200));
      const sessionId = sessionIdFromUuid(uuids.next().value);
      const { toAmount, feeAmount } = splitCharge(ratePerSecond * chargeableSeconds, 1_500);
      const charge = toAmount + feeAmount;
      const books = accountOf(from);
      if (random.chance(0.04)) {
        const reason: Refusal = random.pick(REASONS);
        skipped.push({ ...position(), sessionId, reason, from, to, toAmount, feeAmount });
        (byDay.at(-1) as Day).skipped += 1;
        passed += 1;
        continue;
      }
      if (books.deposits < charge) move("Deposited", from, 25n * USDC);
      books.deposits -= charge;
      books.charged += charge;
      total.deposits -= charge;
      accountOf(to).earned += toAmount;
      accountOf(platform).earned += feeAmount;
      const operatorPaid = to === denylisted ? "credited" : "transferred";
      settlements.push({
        ...position(),
        sessionId,
        from,
        to,
        toAmount,
        feeAmount,
        ratePerSecond,
        chargeableSeconds,
        operatorPaid,
        platformPaid: feeAmount === 0n ? "nothing" : "transferred",
        feeTo: platform,
      });
      if (operatorPaid === "credited") move("PayoutCredited", to, toAmount);
      const day = byDay.at(-1) as Day;
      day.settled += charge;
      day.fees += feeAmount;
      day.sessions += 1;
      paid += 1;
    }
    const gasUsed =
      BigInt(count === 1 ? 87_474 : 78_000 + 11_000 * paid + 3_000 * passed) + BigInt(random.whole(6_000));
    transactions.push({ ...position(), relayer, settled: paid, skipped: passed, gasUsed });
  }

  for (let d = 0; d < days; d++) {
    timestamp = START + d * DAY;
    const date = new Date(timestamp * 1_000).toISOString().slice(0, 10);
    const none = { settled: 0n, fees: 0n, sessions: 0, skipped: 0, deposited: 0n, withdrawn: 0n };
    byDay.push({ date, ...none, totalDeposits: total.deposits, totalCredits: total.credits });
    step(60);
    for (const payer of payers) if (d === 0 || random.chance(0.05)) move("Deposited", payer, 20n * USDC);
    if (d === 3) {
      const text = `default daily limit 0 → 50000000 µUSDC`;
      changes.push({ ...position(), event: "DefaultDailyLimitSet", sender: owner, text });
    }
    if (d === 12) {
      changes.push({ ...position(), event: "Paused", sender: guardian, text: "deposits and settlements are paused" });
      step(3_600);
      changes.push({ ...position(), event: "Unpaused", sender: owner, text: "the pause has ended" });
    }
    // One operator is on Circle's denylist for some days and is paid afterwards; another is still on it at the end.
    const denylisted = d >= 9 && d < 15 ? payees[0] : d >= 27 ? payees[1] : undefined;
    const stuck = payees[0] as Address;
    if (d === 18 && accountOf(stuck).credits > 0n) move("CreditClaimed", stuck, accountOf(stuck).credits);
    let left = Math.floor((sessions * (d + 1)) / days) - Math.floor((sessions * d) / days);
    while (left > 0) {
      const count = Math.min(left, random.chance(0.4) ? 1 : 2 + random.whole(99));
      step(30);
      settle(count, denylisted);
      left -= count;
    }
    step(60);
    const leaver = accountOf(random.pick(payers));
    if (random.chance(0.6) && leaver.deposits > 0n) move("Withdrawn", leaver.account, leaver.deposits / 2n + 1n);
    Object.assign(byDay.at(-1) as Day, { totalDeposits: total.deposits, totalCredits: total.credits });
  }

  const count = settlements.length;
  return {
    target: {
      chainId,
      chainTitle,
      address: addressOf("LuxxonSettlement"),
      version: "4.0.0",
      usdc: addressOf("USDC"),
      codeHash: keccak256(toHex("code")),
      fromBlock: 100n,
      toBlock: blockNumber,
      toBlockHash: keccak256(numberToHex(blockNumber)),
      toTimestamp: timestamp,
    },
    announcedFeeBps: 1_500,
    rules: [
      { id: "R1", title: "What was charged is at most rate × seconds", checked: count, violations: 0, unchecked: 0 },
      { id: "R2", title: "The fee is at most 30 % of the charge", checked: count, violations: 0, unchecked: 0 },
      { id: "R3", title: "Each session is settled once", checked: count, violations: 0, unchecked: 0 },
      {
        id: "R4",
        title: "Every balance is what the history adds up to",
        checked: accounts.size,
        violations: 0,
        unchecked: 0,
      },
      { id: "R5", title: "Tokens rescued were surplus", checked: 0, violations: 0, unchecked: 0 },
    ],
    reach: [
      { fact: "What came of it: events, transfers, gas", basis: "proved", by: "the receipts' root of its block" },
      { fact: "No event was left out", basis: "believed", by: "one endpoint" },
    ],
    violations: [],
    settlements,
    skipped,
    movements,
    changes,
    transactions,
    accounts: [...accounts.values()].sort((one, other) => (one.account < other.account ? -1 : 1)),
    days: byDay,
    end: {
      totalDeposits: total.deposits,
      totalCredits: total.credits,
      surplus: 0n,
      usdcBalance: total.deposits + total.credits,
      poolDailyLimit: 5_000n * USDC,
      defaultDailyLimit: 50n * USDC,
      paused: false,
      owner,
      relayer,
      guardian,
      platformWallet: platform,
    },
  };
}

/** A contract to which nothing has happened yet. */
export function anEmptyAudit(): Listed {
  const audit = anAudit({ sessions: 0, days: 0 });
  return { ...audit, rules: audit.rules.map((rule) => ({ ...rule, checked: 0 })) };
}

/** The same audit, with this found wrong. */
export function withViolations(audit: Listed, violations: Partial<Violation>[]): Listed {
  const nowhere = { blockNumber: undefined, transactionHash: undefined, sessionId: undefined, account: undefined };
  const all = violations.map((violation) => ({
    rule: "R1",
    message: "A session was charged more than its meter.",
    expected: "60000 µUSDC",
    found: "60001 µUSDC",
    ...nowhere,
    ...violation,
  }));
  const rules = audit.rules.map((rule) => ({
    ...rule,
    violations: all.filter(({ rule: id }) => id === rule.id).length,
  }));
  return { ...audit, rules, violations: all };
}
