/** Follows what owner and guardian do to a contract, and Circle to its token, by the events that say so. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type AbiEvent, type Address, isAddressEqual, parseAbiItem } from "viem";
import { z } from "zod";
import type { DeploymentRecord } from "../deployments/record.ts";
import { hashSchema } from "../deployments/schema.ts";
import type { ReadClient } from "../rpc/client.ts";
import { type LogWindow, readInWindows } from "../rpc/logs.ts";
import { follow, type RangeStore, type Segment } from "./follow.ts";
import type { EventNamed, PastEvent } from "./history.ts";
import type { Block } from "./state.ts";

/** The subjects of events; those that the parameters name are called as there. */
const SUBJECTS = [
  "owner",
  "pendingOwner",
  "relayer",
  "guardian",
  "platformWallet",
  "defaultDailyLimit",
  "poolDailyLimit",
  "paused",
  "rescue",
  "USDC's code",
] as const;

export type Subject = (typeof SUBJECTS)[number];

export const adminEventSchema = z.strictObject({
  /** The event's name in the ABI. */
  event: z.string(),
  subject: z.enum(SUBJECTS),
  /** What it was before, if the event says so. */
  old: z.string().optional(),
  /** What it is since. Addresses with checksum, limits in µUSDC. */
  value: z.string(),
  blockNumber: z.coerce.bigint(),
  transactionHash: hashSchema,
  logIndex: z.int().nonnegative(),
});

export type AdminEvent = z.output<typeof adminEventSchema>;

type Meaning = Pick<AdminEvent, "subject" | "old" | "value">;

/** What each event says; those about money and about one consumer's own limit are everybody's. */
const MEANINGS: {
  [Name in Exclude<PastEvent["eventName"], EventOfEverybody>]: (args: EventNamed<Name>["args"]) => Meaning;
} & { Upgraded: (args: { implementation: Address }) => Meaning } = {
  OwnershipTransferStarted: ({ newOwner }) => ({ subject: "pendingOwner", value: newOwner }),
  OwnershipTransferred: ({ previousOwner, newOwner }) => ({ subject: "owner", old: previousOwner, value: newOwner }),
  RelayerSet: ({ oldRelayer, newRelayer }) => ({ subject: "relayer", old: oldRelayer, value: newRelayer }),
  GuardianSet: ({ oldGuardian, newGuardian }) => ({ subject: "guardian", old: oldGuardian, value: newGuardian }),
  PlatformWalletSet: ({ oldPlatformWallet: old, newPlatformWallet: value }) => ({
    subject: "platformWallet",
    old,
    value,
  }),
  DefaultDailyLimitSet: ({ oldLimit, newLimit }) => limitSet("defaultDailyLimit", oldLimit, newLimit),
  PoolDailyLimitSet: ({ oldLimit, newLimit }) => limitSet("poolDailyLimit", oldLimit, newLimit),
  Paused: () => ({ subject: "paused", value: "true" }),
  Unpaused: () => ({ subject: "paused", value: "false" }),
  Rescued: ({ token, to, amount }) => ({ subject: "rescue", value: `${amount} of ${token} to ${to}` }),
  Upgraded: ({ implementation }) => ({ subject: "USDC's code", value: implementation }),
};

type EventOfEverybody =
  | "Deposited"
  | "Withdrawn"
  | "Settled"
  | "SettlementSkipped"
  | "PayoutCredited"
  | "CreditClaimed"
  | "DailyLimitSet"
  | "Held";

function limitSet(subject: Subject, oldLimit: bigint, newLimit: bigint): Meaning {
  return { subject, old: String(oldLimit), value: String(newLimit) };
}

const EVENTS: readonly AbiEvent[] = [
  ...luxxonSettlementAbi.filter((item) => item.type === "event").filter(({ name }) => name in MEANINGS),
  parseAbiItem("event Upgraded(address implementation)"),
];

/**
 * The last blocks, five minutes of Base, are read at every look and not kept: an endpoint may show a block before it has indexed
 * its logs, and what was swapped and swapped back in it would never be seen.
 */
export const UNSETTLED = 150n;

/** @param head The last block to read. */
export async function* followAdminEvents(
  client: ReadClient,
  record: DeploymentRecord,
  head: Block,
  store: RangeStore<AdminEvent>,
): AsyncGenerator<Segment<AdminEvent>> {
  // That the head is known before its logs are read is of use: should it be replaced meanwhile, its hash tells the next time.
  const hashOf = async (block: bigint) =>
    block === head.number ? head.hash : (await client.getBlock({ blockNumber: block })).hash;
  async function* read(first: bigint, last: bigint) {
    for await (const { from, to, logs: items } of readAdminEvents(client, record, first, last)) {
      yield { from, to, toHash: await hashOf(to), items };
    }
  }
  const from = BigInt(record.fromBlock);
  const kept = head.number - UNSETTLED;
  if (kept >= from) yield* follow({ from, to: kept, hashOf, read, store });
  yield* read(kept >= from ? kept + 1n : from, head.number);
}

function readAdminEvents(
  client: ReadClient,
  { address, constructorArgs: { usdc } }: DeploymentRecord,
  fromBlock: bigint,
  toBlock: bigint,
): AsyncGenerator<LogWindow<AdminEvent>> {
  const read = async (from: bigint, to: bigint) => {
    const range = { fromBlock: from, toBlock: to };
    const logs = await client.getLogs({ address: [address, usdc], events: EVENTS, ...range, strict: true });
    return logs
      .filter((log) => (log.eventName === "Upgraded") === isAddressEqual(log.address, usdc))
      .map(({ eventName: event, args, blockNumber, transactionHash, logIndex }): AdminEvent => {
        const meaning = MEANINGS[event as keyof typeof MEANINGS](args as never);
        return { event, ...meaning, blockNumber, transactionHash, logIndex };
      });
  };
  return readInWindows(read, fromBlock, toBlock);
}
