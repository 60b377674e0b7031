/** R19 to R25: what the history adds up to, held against what the contract says at the end. */

import type { Address } from "@luxxon/contracts-abi/model";
import { accountOf, credits } from "@luxxon/contracts-abi/model";
import { limit, money } from "../../words.ts";
import type { Sums } from "../books.ts";
import type { Findings } from "../findings.ts";
import type { Replayed, StateOnChain } from "../history.ts";
import { sentence, session } from "../words.ts";

export interface EndFacts {
  readonly findings: Findings;
  readonly replayed: Replayed;
  readonly chain: StateOnChain;
}

export function checkEnd(facts: EndFacts): void {
  for (const [account, sums] of facts.replayed.books.accounts) {
    conservedDeposits(facts, account, sums);
    conservedCredits(facts, account, sums);
    storedLimits(facts, account);
  }
  totals(facts);
  holdings(facts);
  settings(facts);
  sessionBits(facts);
}

function conservedDeposits({ findings, chain }: EndFacts, account: Address, sums: Sums): void {
  const { balance, deposits } = onChain(chain, account);
  const sum = sums.deposited - sums.withdrawn - sums.charged;
  findings.check("R19", balance === sum && deposits === sum, () => ({
    message: `${account} paid in ${money(sums.deposited)}, withdrew ${money(sums.withdrawn)} and was charged ${money(sums.charged)}; the contract says something else of what is left.`,
    expected: money(sum),
    found: money(balance === sum ? deposits : balance),
    account,
  }));
}

function conservedCredits({ findings, chain }: EndFacts, account: Address, sums: Sums): void {
  const { credits: found } = onChain(chain, account);
  const sum = sums.credited - sums.claimed;
  findings.check("R20", found === sum, () => ({
    message: `${account} was credited ${money(sums.credited)} and claimed ${money(sums.claimed)}; the contract says something else of what it is owed.`,
    expected: money(sum),
    found: money(found),
    account,
  }));
}

function storedLimits({ findings, replayed, chain }: EndFacts, account: Address): void {
  const expected = accountOf(replayed.state, account);
  const found = onChain(chain, account);
  findings.check("R21", isSameBucket(expected, found), () => ({
    message: `The daily limit of ${account}, or what is drawn of it, is not what the history gives.`,
    expected: bucket(expected),
    found: bucket(found),
    account,
  }));
}

function totals({ findings, replayed: { state, books }, chain: { end } }: EndFacts): void {
  const sums = [...books.accounts.values()];
  const add = (amount: (one: Sums) => bigint) => sums.reduce((total, one) => total + amount(one), 0n);
  const deposits = add(({ deposited, withdrawn, charged }) => deposited - withdrawn - charged);
  const owed = [...books.accounts.keys()].reduce((total, account) => total + credits(state, account), 0n);
  findings.check("R22", end.totalDeposits === deposits, () => ({
    message: "The contract's totalDeposits is not the sum of all consumers' deposits.",
    expected: money(deposits),
    found: money(end.totalDeposits),
  }));
  findings.check("R22", end.totalCredits === owed, () => ({
    message: "The contract's totalCredits is not the sum of all payees' credits.",
    expected: money(owed),
    found: money(end.totalCredits),
  }));
}

function holdings({ findings, replayed: { held }, chain: { end } }: EndFacts): void {
  findings.check("R23", end.usdcBalance === held, () => ({
    message: "The contract does not hold the USDC that came in less what left.",
    expected: money(held),
    found: money(end.usdcBalance),
  }));
  const surplus = end.usdcBalance - end.totalDeposits - end.totalCredits;
  findings.check("R23", surplus >= 0n, () => ({
    message: "The contract owes more than it holds.",
    expected: `at least ${money(end.totalDeposits + end.totalCredits)}`,
    found: money(end.usdcBalance),
  }));
  findings.check("R23", end.surplus === (surplus < 0n ? undefined : surplus), () => ({
    message: "surplus() is not what the contract holds less what it owes.",
    expected: surplus < 0n ? "no answer" : money(surplus),
    found: end.surplus === undefined ? "no answer" : money(end.surplus),
  }));
}

function settings({ findings, replayed: { state }, chain: { end, pool } }: EndFacts): void {
  const expected: Record<string, [history: string, chain: string]> = {
    owner: [state.owner, end.owner],
    "next owner": [state.pendingOwner, end.pendingOwner],
    relayer: [state.relayer, end.relayer],
    guardian: [state.guardian, end.guardian],
    "platform wallet": [state.platformWallet, end.platformWallet],
    pause: [String(state.paused), String(end.paused)],
    "default daily limit": [limit(state.defaultDailyLimit), limit(end.defaultDailyLimit)],
    "pool's daily limit and what is drawn of it": [bucket(state.pool), bucket(pool)],
  };
  for (const [what, [history, chain]] of Object.entries(expected)) {
    findings.check("R24", history === chain, () => ({
      message: `The ${what} is not what the history of its changes gives.`,
      expected: history,
      found: chain,
    }));
  }
}

function sessionBits({ findings, replayed: { ids }, chain }: EndFacts): void {
  for (const [sessionId, isSettled] of ids) {
    const found = chain.settled.get(sessionId);
    findings.check("R25", found === isSettled, () => ({
      message: `${sentence(session(sessionId))} was ${isSettled ? "" : "never "}settled, and the contract says the opposite.`,
      expected: isSettled ? "settled" : "not settled",
      found: found === true ? "settled" : "not settled",
      sessionId,
    }));
  }
}

interface Bucket {
  readonly dailyLimit: bigint;
  readonly drawn: bigint;
  readonly drawnAt: bigint;
}

function isSameBucket(one: Bucket, other: Bucket): boolean {
  return one.dailyLimit === other.dailyLimit && one.drawn === other.drawn && one.drawnAt === other.drawnAt;
}

function bucket({ dailyLimit, drawn, drawnAt }: Bucket): string {
  return `${limit(dailyLimit)}, ${money(drawn)} drawn at second ${drawnAt}`;
}

function onChain({ accounts }: StateOnChain, account: Address) {
  const found = accounts.get(account);
  if (found === undefined) throw new Error(`${account} was not read`);
  return found;
}
