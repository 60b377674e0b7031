/**
 * Tells which events were to be expected. A setting may be what it should be now and have been something else for a minute: a
 * swap that was swapped back. So every change must be one that the team can be seen to have wanted:
 *
 * - it was made by the deployment itself, or
 * - a Builder file under version control makes that very call; each file accounts for one event, or
 * - its value is the one that the parameters name, or
 * - it puts back what was there before a change that nobody wanted, or
 * - it has been looked into and acknowledged.
 */

import { type Acknowledged, isAcknowledged } from "@luxxon/chain/deployments/acknowledged";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import type { BuilderFile, BuilderTransaction } from "@luxxon/chain/safe/builderFile";
import type { AdminEvent, Subject } from "@luxxon/chain/settlement/adminEvents";
import { type Address, zeroAddress } from "viem";
import { SETTABLE, SETTERS } from "../settings.ts";

/** What a setting is meant to be; a subject that is left out may be anything, as long as each change to it was planned. */
export type Intentions = Partial<Record<Subject, string>>;

/**
 * The events that nobody can be seen to have wanted.
 *
 * @param events All of them, in order.
 */
export function unexpectedEvents(
  events: AdminEvent[],
  record: DeploymentRecord,
  intentions: Intentions,
  builderFiles: Iterable<BuilderFile>,
  acknowledged: Acknowledged,
): AdminEvent[] {
  const planned = plannedChanges(record.address, builderFiles);
  /** What each subject was when it last was what somebody wanted. */
  const wanted = new Map<Subject, string>([
    ["paused", "false"],
    ["pendingOwner", zeroAddress],
  ]);
  return events.filter((event) => {
    const { subject, value, old } = event;
    if (wanted.get(subject) === value) {
      // Back to what it had been: the event before is the one to look into. A call that changed nothing, as the proof of
      // control is one, has used up its file, which is no leave to make that call again later.
      if (old === value) takePlan(event, planned);
      return false;
    }
    if (isWanted(event, record, intentions, planned)) {
      wanted.set(subject, value);
      return false;
    }
    return !isAcknowledged(acknowledged, event);
  });
}

/** @param planned How many files still account for each change; one less, if this event takes one. */
function isWanted(event: AdminEvent, record: DeploymentRecord, intentions: Intentions, planned: Map<string, number>) {
  if (event.transactionHash === record.txHash) return true;
  return takePlan(event, planned) || isIntended(event, intentions);
}

/** Takes the file that accounts for an event, if there is one left. */
function takePlan({ subject, value }: AdminEvent, planned: Map<string, number>): boolean {
  const key = `${subject} ${value}`;
  const left = planned.get(key) ?? 0;
  if (left > 0) planned.set(key, left - 1);
  return left > 0;
}

function isIntended({ subject, value }: AdminEvent, intentions: Intentions): boolean {
  // An offer of the ownership to nobody takes back an offer, and changes no owner.
  if (subject === "pendingOwner") return value === zeroAddress || value === intentions.owner;
  return intentions[subject] === value;
}

/** The newest file that plans a change, by its path, unless each such file has been executed. */
export function waitingFor(
  files: Map<string, BuilderFile>,
  contract: Address,
  { subject, value }: Pick<AdminEvent, "subject" | "value">,
  history: AdminEvent[],
): string | undefined {
  const paths = [...files].filter(([, file]) => plannedChanges(contract, [file]).has(`${subject} ${value}`));
  const done = history.filter((event) => event.subject === subject && event.value === value).length;
  return paths.length > done ? paths.at(-1)?.[0] : undefined;
}

/** How many files plan each change, by subject and value. */
function plannedChanges(contract: Address, files: Iterable<BuilderFile>): Map<string, number> {
  const planned = new Map<string, number>();
  for (const { transactions } of files) {
    for (const transaction of transactions.filter(({ to }) => to === contract)) {
      for (const key of changesBy(transaction)) planned.set(key, (planned.get(key) ?? 0) + 1);
    }
  }
  return planned;
}

function changesBy({ contractMethod: { name }, contractInputsValues }: BuilderTransaction): string[] {
  const [value] = Object.values(contractInputsValues);
  const setting = SETTABLE.find((it) => SETTERS[it] === name);
  if (setting !== undefined) return [`${setting} ${value}`];
  if (name === "pause" || name === "unpause") return [`paused ${name === "pause"}`];
  // The new owner's acceptance is the second half of the same plan.
  return name === "transferOwnership" ? [`pendingOwner ${value}`, `owner ${value}`] : [];
}
