/** Puts each change of a role, a limit or the pause in words, and judges it: R17, R18 and R28. */

import type { ConstructorArgs } from "@luxxon/chain/deployments/record";
import type { ConstructorArguments, State } from "@luxxon/contracts-abi/model";
import { ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import { limit } from "../../words.ts";
import type { Ruling, Rulings } from "../findings.ts";
import type { SettingEvent } from "../steps.ts";
import { moment, sentence } from "../text.ts";

/** What a change changes, from what the history knows to what the event says. */
interface Described {
  readonly what: string;
  /** As the history has it. */
  readonly known: string;
  /** As the event says it was; undefined: it does not say. */
  readonly said: string | undefined;
  readonly becomes: string;
}

function describeChange(state: State, event: SettingEvent): Described {
  switch (event.eventName) {
    case "RelayerSet":
      return role("relayer", state.relayer, event.args.oldRelayer, event.args.newRelayer);
    case "GuardianSet":
      return role("guardian", state.guardian, event.args.oldGuardian, event.args.newGuardian);
    case "PlatformWalletSet":
      return role("platform wallet", state.platformWallet, event.args.oldPlatformWallet, event.args.newPlatformWallet);
    case "OwnershipTransferStarted":
      return { ...role("owner", state.owner, event.args.previousOwner, event.args.newOwner), what: "next owner" };
    case "OwnershipTransferred":
      return role("owner", state.owner, event.args.previousOwner, event.args.newOwner);
    case "DefaultDailyLimitSet":
      return amount("default daily limit", state.defaultDailyLimit, event.args.oldLimit, event.args.newLimit);
    case "PoolDailyLimitSet":
      return amount("pool's daily limit", state.pool.dailyLimit, event.args.oldLimit, event.args.newLimit);
    case "DailyLimitSet": {
      const { consumer, limit: newLimit } = event.args;
      const known = limit(state.accounts.get(consumer)?.dailyLimit ?? 0n);
      return { what: `daily limit of ${consumer}`, known, said: undefined, becomes: limit(newLimit) };
    }
    case "Held": {
      const { consumer, until } = event.args;
      const before = state.accounts.get(consumer)?.heldUntil ?? 0n;
      const known = before === 0n ? "none" : `until ${moment(before)}`;
      return { what: `hold of ${consumer}`, known, said: undefined, becomes: `until ${moment(until)}` };
    }
    case "Paused":
    case "Unpaused": {
      const known = state.paused ? "paused" : "not paused";
      const becomes = event.eventName === "Paused" ? "paused" : "not paused";
      return { what: "contract", known, said: becomes === "paused" ? "not paused" : "paused", becomes };
    }
  }
}

/** "relayer 0x… → 0x…" */
export function changeInWords(state: State, event: SettingEvent): string {
  const { what, known, said, becomes } = describeChange(state, event);
  return `${what}: ${said ?? known} → ${becomes}`;
}

/** R17 */
export function onChange(state: State, event: SettingEvent): Rulings {
  const { what, known, said } = describeChange(state, event);
  const follows =
    said === undefined
      ? undefined
      : said === known || {
          message: `A change of the ${what} says that it was ${said} before; the history says ${known}.`,
          expected: known,
          found: said,
        };
  if (event.eventName !== "OwnershipTransferred") return { R17: follows };
  const { previousOwner, newOwner } = event.args;
  const isBeginningOrEnd = previousOwner === ZERO_ADDRESS || newOwner === ZERO_ADDRESS;
  const wasNamed = newOwner === state.pendingOwner ||
    isBeginningOrEnd || {
      message: `${newOwner} became the owner without having been named before.`,
      expected: state.pendingOwner,
      found: newOwner,
      account: newOwner,
    };
  return { R17: [follows, wasNamed] };
}

/** R18: deposits and settlements stop while the contract is paused; nothing else does. */
export function whilePaused({ paused }: State, what: string): Rulings {
  return {
    R18: !paused || {
      message: `${sentence(what)} went through while the contract was paused.`,
      expected: "nothing",
      found: what,
    },
  };
}

/** R28 @param created What the constructor was given, as its events say it. */
export function onCreation(created: ConstructorArguments, recorded: ConstructorArgs | undefined): Rulings {
  if (recorded === undefined) return {};
  const found: Record<keyof ConstructorArgs, string> = {
    ...created,
    defaultDailyLimit: String(created.defaultDailyLimit),
    poolDailyLimit: String(created.poolDailyLimit),
  };
  const R28 = (Object.keys(found) as (keyof ConstructorArgs)[]).map(
    (name): Ruling =>
      recorded[name] === found[name] || {
        message: `The contract was created with another ${name} than its record says.`,
        expected: recorded[name],
        found: found[name],
      },
  );
  return { R28 };
}

function role(what: string, known: string, said: string, becomes: string): Described {
  return { what, known: nobody(known), said: nobody(said), becomes: nobody(becomes) };
}

function amount(what: string, known: bigint, said: bigint, becomes: bigint): Described {
  return { what, known: limit(known), said: limit(said), becomes: limit(becomes) };
}

function nobody(address: string): string {
  return address === ZERO_ADDRESS ? "nobody" : address;
}
