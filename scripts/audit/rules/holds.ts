/** Holds what a consumer does against its own promise to stay, and each promise against the one before: R29 to R31. */

import type { PastEvent } from "@luxxon/chain/settlement/history";
import { MAX_HOLD } from "@luxxon/contracts-abi";
import { accountOf, isHeld, type State } from "@luxxon/contracts-abi/model";
import { limit as limitText, money } from "../../words.ts";
import type { Ruling, Rulings } from "../findings.ts";
import { moment } from "../text.ts";

/** @param state The contract just before the event. @param now Seconds since 1970. */
export function onHolds(state: State, event: PastEvent, now: bigint): Rulings {
  switch (event.eventName) {
    case "Withdrawn": {
      const { consumer, amount } = event.args;
      const found = `a withdrawal of ${money(amount)}`;
      return { R29: kept(state, consumer, now, { did: "withdrew", expected: "no withdrawal", found }) };
    }
    case "DailyLimitSet": {
      const { consumer, limit } = event.args;
      const own = accountOf(state, consumer).dailyLimit;
      const broken = { did: "lowered its limit", expected: `at least ${limitText(own)}`, found: limitText(limit) };
      return { R30: kept(state, consumer, now, limit >= own ? undefined : broken) };
    }
    case "Held":
      return { R31: onHold(state, event.args, now) };
    default:
      return {};
  }
}

/** @param broken What the consumer did that it has promised not to do, if it stands by that promise. */
function kept(
  state: State,
  consumer: `0x${string}`,
  now: bigint,
  broken: { did: string; expected: string; found: string } | undefined,
): Ruling {
  const { heldUntil } = accountOf(state, consumer);
  // Whoever has never promised anything has nothing to keep.
  if (heldUntil === 0n) return undefined;
  if (broken === undefined || !isHeld(state, consumer, now)) return true;
  const { did, expected, found } = broken;
  return {
    message: `${consumer} ${did} although it had promised to stay.`,
    expected: `${expected} before ${moment(heldUntil)}`,
    found: `${found} on ${moment(now)}`,
    account: consumer,
  };
}

/** R31, of which the first that is broken is named. Who has sent it is seen by the replay of the calls. */
function onHold(
  state: State,
  { consumer, until }: Extract<PastEvent, { eventName: "Held" }>["args"],
  now: bigint,
): Ruling {
  const { heldUntil, dailyLimit } = accountOf(state, consumer);
  const most = now + MAX_HOLD;
  const standing = heldUntil > now ? heldUntil : now;
  const broken = (expected: string, found: string) => ({
    message: `${consumer} promised to stay in a way that the contract refuses.`,
    expected,
    found,
    account: consumer,
  });
  if (until > most) return broken(`at most a day ahead, until ${moment(most)}`, `until ${moment(until)}`);
  if (until <= standing) return broken(`later than ${moment(standing)}`, `until ${moment(until)}`);
  return dailyLimit !== 0n || broken("a consumer with a daily limit of its own", limitText(dailyLimit));
}
