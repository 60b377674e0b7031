/** Holds what the history adds up to against what the contract says at the end: R19 to R25. */

import { type Account, type Address, accountOf, credits, type Hex } from "@luxxon/contracts-abi/model";
import { limit, money } from "../../words.ts";
import type { Sums } from "../books.ts";
import type { Findings, Ruling, Rulings } from "../findings.ts";
import type { Replayed, StateOnChain } from "../history.ts";
import { sentence, session } from "../text.ts";

export function onEnd(replayed: Replayed, chain: StateOnChain, findings: Findings): void {
  const { accounts } = replayed.books;
  for (const [account, sums] of accounts) findings.add(onAccount(account, sums, replayed, chain), { account });
  findings.add(onTotals(replayed, chain));
  for (const [sessionId, isSettled] of replayed.ids) {
    findings.add(onSessionBit(sessionId, isSettled, chain), { sessionId });
  }
  // Others of the same words, which nobody has submitted.
  for (const [sessionId, isSettled] of chain.settled) {
    if (isSettled && !replayed.ids.has(sessionId)) findings.add(onSessionBit(sessionId, false, chain), { sessionId });
  }
}

function onAccount(account: Address, sums: Sums, { state }: Replayed, { accounts }: StateOnChain): Rulings {
  const found = accounts.get(account);
  if (found === undefined) throw new Error(`${account} was not read`);
  const { deposited, withdrawn, charged, credited, claimed } = sums;
  const deposits = deposited - withdrawn - charged;
  const owed = credited - claimed;
  const [drawn, drawnOnChain] = [bucket(accountOf(state, account)), bucket(found)];
  return {
    R19: (found.balance === deposits && found.deposits === deposits) || {
      message: `${account} paid in ${money(deposited)}, withdrew ${money(withdrawn)} and was charged ${money(charged)}; the contract says something else of what is left.`,
      expected: money(deposits),
      found: money(found.balance === deposits ? found.deposits : found.balance),
    },
    R20: found.credits === owed || {
      message: `${account} was credited ${money(credited)} and claimed ${money(claimed)}; the contract says something else of what it is owed.`,
      expected: money(owed),
      found: money(found.credits),
    },
    R21: drawn === drawnOnChain || {
      message: `The daily limit of ${account}, what is drawn of it, or its hold is not what the history gives.`,
      expected: drawn,
      found: drawnOnChain,
    },
  };
}

function onTotals({ state, books, held }: Replayed, { end }: StateOnChain): Rulings {
  const { usdcBalance, totalDeposits, totalCredits } = end;
  let [deposits, owed] = [0n, 0n];
  for (const [account, { deposited, withdrawn, charged }] of books.accounts) {
    deposits += deposited - withdrawn - charged;
    owed += credits(state, account);
  }
  const surplus = usdcBalance - totalDeposits - totalCredits;
  const settings: Record<string, [history: string, chain: string]> = {
    owner: [state.owner, end.owner],
    "next owner": [state.pendingOwner, end.pendingOwner],
    relayer: [state.relayer, end.relayer],
    guardian: [state.guardian, end.guardian],
    "platform wallet": [state.platformWallet, end.platformWallet],
    pause: [String(state.paused), String(end.paused)],
    "default daily limit": [limit(state.defaultDailyLimit), limit(end.defaultDailyLimit)],
    "pool's daily limit and what is drawn of it": [bucket(state.pool), bucket(end.pool)],
  };
  return {
    R22: [
      totalDeposits === deposits || {
        message: "The contract's totalDeposits is not the sum of all consumers' deposits.",
        expected: money(deposits),
        found: money(totalDeposits),
      },
      totalCredits === owed || {
        message: "The contract's totalCredits is not the sum of all payees' credits.",
        expected: money(owed),
        found: money(totalCredits),
      },
    ],
    R23: [
      usdcBalance === held || {
        message: "The contract does not hold the USDC that came in less what left.",
        expected: money(held),
        found: money(usdcBalance),
      },
      surplus >= 0n || {
        message: "The contract owes more than it holds.",
        expected: `at least ${money(totalDeposits + totalCredits)}`,
        found: money(usdcBalance),
      },
      end.surplus === (surplus < 0n ? undefined : surplus) || {
        message: "surplus() is not what the contract holds less what it owes.",
        expected: surplus < 0n ? "no answer" : money(surplus),
        found: end.surplus === undefined ? "no answer" : money(end.surplus),
      },
    ],
    R24: Object.entries(settings).map(
      ([what, [expected, found]]): Ruling =>
        expected === found || {
          message: `The ${what} is not what the history of its changes gives.`,
          expected,
          found,
        },
    ),
  };
}

function onSessionBit(sessionId: Hex, isSettled: boolean, { settled }: StateOnChain): Rulings {
  const found = settled.get(sessionId);
  return {
    R25: found === isSettled || {
      message: `${sentence(session(sessionId))} was ${isSettled ? "" : "never "}settled, and the contract says the opposite.`,
      expected: isSettled ? "settled" : "not settled",
      found: found === true ? "settled" : "not settled",
    },
  };
}

/** What an account has beside its balance. */
function bucket({ dailyLimit, drawn, drawnAt, heldUntil }: Omit<Account, "balance">): string {
  const held = heldUntil === 0n ? "" : `, held until second ${heldUntil}`;
  return `${limit(dailyLimit)}, ${money(drawn)} drawn at second ${drawnAt}${held}`;
}
