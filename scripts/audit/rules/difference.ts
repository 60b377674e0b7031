/** Says in words where two lists of events part. */
import type { ContractEvent, Hex } from "@luxxon/contracts-abi/model";
import { money } from "../../words.ts";
import type { Finding } from "../findings.ts";
import { session } from "../text.ts";
import { nameOf } from "./skips.ts";

/** The first event that is not the one that was to come. The reason of a skipped session has a rule of its own. */
export function differenceOf(expected: readonly ContractEvent[], found: readonly ContractEvent[]): Finding | undefined {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) {
    const [wanted, actual] = [expected[i], found[i]];
    if (wanted !== undefined && actual !== undefined && isSame(wanted, actual)) continue;
    const sessionId = sessionOf(actual) ?? sessionOf(wanted);
    const about = sessionId === undefined ? "" : ` (${session(sessionId)})`;
    return {
      message: `What the transaction submitted gives other events than the chain shows${about}.`,
      ...texts(wanted, actual),
      sessionId,
    };
  }
  return undefined;
}

function isSame(one: ContractEvent, other: ContractEvent): boolean {
  if (one.eventName !== other.eventName) return false;
  const names = Object.keys(one.args).filter((name) => name !== "reason");
  return names.every((name) => argumentOf(one, name) === argumentOf(other, name));
}

function argumentOf({ args }: ContractEvent, name: string): unknown {
  return (args as Record<string, unknown>)[name];
}

function sessionOf(event: ContractEvent | undefined): Hex | undefined {
  return event !== undefined && "sessionId" in event.args ? event.args.sessionId : undefined;
}

/** Both events, of two of one kind only what differs. */
function texts(wanted: ContractEvent | undefined, actual: ContractEvent | undefined) {
  const isSameKind = wanted !== undefined && actual !== undefined && wanted.eventName === actual.eventName;
  const names = isSameKind
    ? Object.keys(wanted.args).filter((name) => argumentOf(wanted, name) !== argumentOf(actual, name))
    : undefined;
  return { expected: textOf(wanted, names), found: textOf(actual, names) };
}

function textOf(event: ContractEvent | undefined, names: readonly string[] | undefined): string {
  if (event === undefined) return "no further event";
  if (event.eventName === "SettlementSkipped") return `skipped as ${nameOf(event.args.reason)}`;
  const shown = (names ?? Object.keys(event.args)).filter((name) => name !== "sessionId");
  return `${event.eventName} with ${shown.map((name) => `${name} ${valueText(name, argumentOf(event, name))}`).join(", ")}`;
}

/** Every number in an event is an amount but one. */
function valueText(name: string, value: unknown): string {
  return typeof value === "bigint" && name !== "chargeableSeconds" ? money(value) : String(value);
}
