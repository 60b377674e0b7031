/** Judges one settled session by the contract as it stood just before it: R3 to R9. */
import { MAX_CHARGEABLE_SECONDS, MAX_FEE_BPS, MAX_RATE_PER_SECOND } from "@luxxon/contracts-abi";
import { accountOf, allows, limitOf, room, type State, settled, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import { limit as limitText, money } from "../../words.ts";
import type { Finding, Rulings } from "../findings.ts";
import type { SettledEvent } from "../steps.ts";
import { sentence, session } from "../text.ts";

const BPS = 10_000n;

/** @param now Seconds since 1970. */
export function onSession(state: State, event: SettledEvent["args"], now: bigint): Rulings {
  const { sessionId, from, toAmount, feeAmount, ratePerSecond, chargeableSeconds } = event;
  const { pool } = state;
  const total = toAmount + feeAmount;
  const meter = ratePerSecond * chargeableSeconds;
  const account = accountOf(state, from);
  const limit = limitOf(account, state.defaultDailyLimit);
  // Names are only looked for if they are needed.
  const name = () => session(sessionId);
  const itWas = (what: string) => `${sentence(name())} ${what}`;
  return {
    R3: !settled(state, sessionId) || {
      message: itWas("was settled a second time."),
      expected: "one settlement",
      found: "another one",
    },
    R4: total <= meter || {
      message: itWas(`was charged more than its meter of ${chargeableSeconds} s at ${money(ratePerSecond)} a second.`),
      expected: `at most ${money(meter)}`,
      found: money(total),
    },
    R5: withinCeilings(state, event),
    R6: feeAmount * BPS <= total * BigInt(MAX_FEE_BPS) || {
      message: `The fee of ${name()} is over the cap of ${Number(MAX_FEE_BPS) / 100} % of ${money(total)}.`,
      expected: `at most ${money((total * BigInt(MAX_FEE_BPS)) / BPS)}`,
      found: money(feeAmount),
    },
    R7: total <= account.balance || {
      message: itWas(`was charged more than ${from} had in the pool.`),
      expected: `at most ${money(account.balance)}`,
      found: money(total),
      account: from,
    },
    // Without a limit there is nothing to hold against anything.
    R8:
      limit === 0n
        ? undefined
        : allows(account, limit, now, total) || {
            message: itWas(
              `took ${from} over ${account.dailyLimit === 0n ? "the default limit" : "its own limit"}, ${limitText(limit)}.`,
            ),
            expected: `at most ${money(room(account, limit, now) ?? 0n)} at that moment`,
            found: money(total),
            account: from,
          },
    R9:
      pool.dailyLimit === 0n
        ? undefined
        : allows(pool, pool.dailyLimit, now, total) || {
            message: itWas(`took the whole pool over its limit, ${limitText(pool.dailyLimit)}.`),
            expected: `at most ${money(room(pool, pool.dailyLimit, now) ?? 0n)} at that moment`,
            found: money(total),
          },
  };
}

/** R5, of which the first that is broken is named. */
function withinCeilings(state: State, event: SettledEvent["args"]): true | Finding {
  const { sessionId, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds } = event;
  const broken = (expected: string, found: string) => ({
    message: `${sentence(session(sessionId))} was settled although the contract refuses such a session.`,
    expected,
    found,
  });
  if (to === ZERO_ADDRESS || to === state.address) return broken("a payee that can be paid", to);
  if (toAmount + feeAmount === 0n) return broken("an amount", money(0n));
  if (ratePerSecond > MAX_RATE_PER_SECOND)
    return broken(`at most ${money(MAX_RATE_PER_SECOND)} a second`, `${money(ratePerSecond)} a second`);
  if (chargeableSeconds > MAX_CHARGEABLE_SECONDS)
    return broken(`at most ${MAX_CHARGEABLE_SECONDS} s`, `${chargeableSeconds} s`);
  return true;
}
