/** Follows what owner and guardian do to a contract, and Circle to its token, by the events that say so. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { Address, Hash } from "viem";
import { parseAbi } from "viem";
import { z } from "zod";
import type { DeploymentRecord } from "../deployments/record.ts";
import { hashSchema } from "../deployments/schema.ts";
import type { ReadClient } from "../rpc/client.ts";
import { type LogWindow, readInWindows } from "../rpc/logs.ts";
import { follow, type RangeStore, type Segment } from "./follow.ts";
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

const ADMIN_EVENTS = [
  "OwnershipTransferStarted",
  "OwnershipTransferred",
  "RelayerSet",
  "GuardianSet",
  "PlatformWalletSet",
  "DefaultDailyLimitSet",
  "PoolDailyLimitSet",
  "Paused",
  "Unpaused",
  "Rescued",
] as const;

type EventItem = Extract<(typeof luxxonSettlementAbi)[number], { type: "event" }>;
const contractEvents = luxxonSettlementAbi.filter(
  (item): item is Extract<EventItem, { name: (typeof ADMIN_EVENTS)[number] }> =>
    item.type === "event" && (ADMIN_EVENTS as readonly string[]).includes(item.name),
);
const tokenEvents = parseAbi(["event Upgraded(address implementation)"]);

/** @param head The last block to read. */
export function followAdminEvents(
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
  return follow({ from: BigInt(record.fromBlock), to: head.number, hashOf, read, store });
}

function readAdminEvents(
  client: ReadClient,
  { address, constructorArgs: { usdc } }: DeploymentRecord,
  fromBlock: bigint,
  toBlock: bigint,
): AsyncGenerator<LogWindow<AdminEvent>> {
  const read = async (from: bigint, to: bigint) => {
    const logs = await client.getLogs({
      address: [address, usdc],
      events: [...contractEvents, ...tokenEvents],
      fromBlock: from,
      toBlock: to,
      strict: true,
    });
    return logs
      .filter((log) => (log.eventName === "Upgraded") === (log.address.toLowerCase() === usdc.toLowerCase()))
      .map((log) => adminEventOf(log));
  };
  return readInWindows(read, fromBlock, toBlock);
}

/** An event of ours as viem decodes it: the union of the ABIs above. */
type AdminLog = { blockNumber: bigint; transactionHash: Hash; logIndex: number } & (
  | {
      eventName: "OwnershipTransferStarted" | "OwnershipTransferred";
      args: { previousOwner: Address; newOwner: Address };
    }
  | { eventName: "RelayerSet"; args: { oldRelayer: Address; newRelayer: Address } }
  | { eventName: "GuardianSet"; args: { oldGuardian: Address; newGuardian: Address } }
  | { eventName: "PlatformWalletSet"; args: { oldPlatformWallet: Address; newPlatformWallet: Address } }
  | { eventName: "DefaultDailyLimitSet" | "PoolDailyLimitSet"; args: { oldLimit: bigint; newLimit: bigint } }
  | { eventName: "Paused" | "Unpaused"; args: { account: Address } }
  | { eventName: "Rescued"; args: { token: Address; to: Address; amount: bigint } }
  | { eventName: "Upgraded"; args: { implementation: Address } }
);

function adminEventOf(log: AdminLog): AdminEvent {
  const { eventName: event, blockNumber, transactionHash, logIndex } = log;
  return { event, ...meaningOf(log), blockNumber, transactionHash, logIndex };
}

function meaningOf(log: AdminLog): Pick<AdminEvent, "subject" | "old" | "value"> {
  switch (log.eventName) {
    case "OwnershipTransferStarted":
      return { subject: "pendingOwner", value: log.args.newOwner };
    case "OwnershipTransferred":
      return { subject: "owner", old: log.args.previousOwner, value: log.args.newOwner };
    case "RelayerSet":
      return { subject: "relayer", old: log.args.oldRelayer, value: log.args.newRelayer };
    case "GuardianSet":
      return { subject: "guardian", old: log.args.oldGuardian, value: log.args.newGuardian };
    case "PlatformWalletSet":
      return { subject: "platformWallet", old: log.args.oldPlatformWallet, value: log.args.newPlatformWallet };
    case "DefaultDailyLimitSet":
      return { subject: "defaultDailyLimit", old: String(log.args.oldLimit), value: String(log.args.newLimit) };
    case "PoolDailyLimitSet":
      return { subject: "poolDailyLimit", old: String(log.args.oldLimit), value: String(log.args.newLimit) };
    case "Paused":
      return { subject: "paused", value: "true" };
    case "Unpaused":
      return { subject: "paused", value: "false" };
    case "Rescued":
      return { subject: "rescue", value: `${log.args.amount} of ${log.args.token} to ${log.args.to}` };
    case "Upgraded":
      return { subject: "USDC's code", value: log.args.implementation };
  }
}
