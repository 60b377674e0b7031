/** Holds what the history adds up to against what the contract says at the end: R19 to R25. */

import { bitOf, countIn, idsIn } from "@luxxon/chain/settlement/bits";
import type { Settings } from "@luxxon/chain/settlement/state";
import { type Account, type Address, accountOf, credits, type Hex, type State } from "@luxxon/contracts-abi/model";
import { limit, money } from "../../words.ts";
import type { Sums } from "../books.ts";
import { inChunks } from "../chunks.ts";
import type { Findings, Ruling, Rulings } from "../findings.ts";
import type { AccountOnChain, EndOnChain, Replayed } from "../history.ts";
import type { Place, Store, Word } from "../store/store.ts";
import { sentence, session } from "../text.ts";

/** What is read from the chain at a time. */
const AT_ONCE = 4_096;

/**
 * @param findings Is told what the rules say.
 * @param place Where in the store to note accounts of which the contract says something else.
 * @param write Is called now and then, so that violations need no memory.
 * @returns How many accounts there are.
 */
export async function onEnd(
  replayed: Replayed,
  store: Store,
  chain: EndOnChain,
  findings: Findings,
  place: Place,
  write: () => void,
): Promise<number> {
  let count = 0;
  const owed = { deposits: 0n, credits: 0n };
  for (const some of inChunks(store.sums.entries(), AT_ONCE)) {
    const found = await chain.readAccounts(some.map(([account]) => account));
    for (const [account, sums] of some) {
      const its = found.get(account);
      if (its === undefined) throw new Error(`${account} was not read`);
      const rulings = onAccount(account, sums, replayed.state, its);
      findings.add(rulings, { account });
      const { part, oldest } = place;
      if (rulings.R19 !== true || rulings.R20 !== true) {
        store.differing.put(account, { deposits: its.balance, credits: its.credits }, part, oldest);
      }
      owed.deposits += depositsOf(sums);
      owed.credits += credits(replayed.state, account);
    }
    count += some.length;
    write();
  }
  findings.add(onTotals(replayed, owed, chain.settings));
  for (const some of inChunks(store.words.entries(), AT_ONCE)) {
    const found = await chain.readWords(new Map(some.map(([word, { named }]) => [word, named])));
    for (const [word, its] of some) onWord(word, its, found.get(word) ?? 0n, findings);
    write();
  }
  return count;
}

/** What an account owns in the pool, as its events add up. */
export function depositsOf({ deposited, withdrawn, charged }: Sums): bigint {
  return deposited - withdrawn - charged;
}

function onAccount(account: Address, sums: Sums, state: State, found: AccountOnChain) {
  const { deposited, withdrawn, charged, credited, claimed } = sums;
  const deposits = depositsOf(sums);
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
  } satisfies Rulings;
}

/** @param owed To all accounts together, as the history adds up. */
function onTotals(
  { state, held }: Replayed,
  { deposits, credits: owed }: { deposits: bigint; credits: bigint },
  end: Settings,
): Rulings {
  const { usdcBalance, totalDeposits, totalCredits } = end;
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

/** Each id of a word that was submitted, and each other that the contract marks. */
function onWord(word: Hex, { settled, named }: Word, found: bigint, findings: Findings): void {
  const wrong = settled ^ found;
  findings.hold("R25", countIn((named | found) & ~wrong));
  for (const sessionId of idsIn(word, wrong)) {
    const isSettled = (settled & bitOf(sessionId)) !== 0n;
    const R25 = {
      message: `${sentence(session(sessionId))} was ${isSettled ? "" : "never "}settled, and the contract says the opposite.`,
      expected: isSettled ? "settled" : "not settled",
      found: isSettled ? "not settled" : "settled",
    };
    findings.add({ R25 }, { sessionId });
  }
}

/** What an account has beside its balance. */
function bucket({ dailyLimit, drawn, drawnAt, heldUntil }: Omit<Account, "balance">): string {
  const held = heldUntil === 0n ? "" : `, held until second ${heldUntil}`;
  return `${limit(dailyLimit)}, ${money(drawn)} drawn at second ${drawnAt}${held}`;
}
