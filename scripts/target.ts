/** Finds the contract that a command is about: its chain, what is recorded of it and intended for it, and a way to read it. */
import { join } from "node:path";
import { BASE_CHAINS, type BaseChain } from "@luxxon/chain/baseChains";
import { oneOf } from "@luxxon/chain/command/flags";
import { type Parameters, readParameters } from "@luxxon/chain/deployments/parameters";
import { type DeploymentRecord, readRecords } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { clientOf, type ReadClient } from "@luxxon/chain/rpc/client";
import { openEndpointOf } from "@luxxon/chain/rpc/endpoint";
import { type AdminEvent, adminEventSchema, followAdminEvents } from "@luxxon/chain/settlement/adminEvents";
import { RangeFile } from "@luxxon/chain/settlement/rangeFile";
import type { Block } from "@luxxon/chain/settlement/state";
import { UsageError } from "@luxxon/chain/usageError";
import { rpcUrlOf } from "./endpoint.ts";
import { openProgress } from "./progress.ts";

export interface Target {
  base: BaseChain;
  client: ReadClient;
  /** `deployments/`, or what stands for it. */
  folder: string;
  /** Every contract of the chain, oldest first; the last is the active one. */
  records: DeploymentRecord[];
  active: DeploymentRecord;
  /** What the team intends for the active contract. */
  parameters: Parameters;
}

/** The flags by which every command of this kind is told where to look. */
export const TARGET_FLAGS = {
  network: { type: "string" },
  deployments: { type: "string", default: "deployments" },
} as const;

/** The chain that `--network` names. @throws {UsageError} if it names none. */
export function baseChainOf(network: string | undefined): BaseChain {
  return oneOf("--network", network, Object.values(BASE_CHAINS), ({ name }) => name);
}

/** @throws {UsageError} if the network, a file or the endpoint cannot be used; the endpoint is asked last. */
export async function openTarget(flags: { network?: string | undefined; deployments: string }): Promise<Target> {
  const base = baseChainOf(flags.network);
  const files = await readTargetFiles(base, flags.deployments);
  const endpoint = await openEndpointOf(base, await rpcUrlOf(base));
  return { base, client: clientOf(endpoint), ...files };
}

/** The part of a target that is in files. */
export async function readTargetFiles(base: BaseChain, folder: string): Promise<Omit<Target, "base" | "client">> {
  const records = await readRecords(folder, base.chainId);
  const active = records.at(-1);
  if (active === undefined) {
    throw new UsageError(
      `${join(folder, `${base.chainId}.json`)} is missing: no deployment on ${base.title} is recorded.`,
    );
  }
  return { folder, records, active, parameters: await readParameters(folder, base.name) };
}

const CACHE = join(ROOT, "cache", "check");

/**
 * All that owner and guardian have ever done to a contract, and Circle to its token.
 *
 * @param head The last block to read.
 * @param folder Where what was read once is kept, so that the next look reads only the blocks since.
 */
export async function readAdminEvents(
  { base, client }: Pick<Target, "base" | "client">,
  record: DeploymentRecord,
  head: Block,
  folder = CACHE,
): Promise<AdminEvent[]> {
  const { address, constructorArgs } = record;
  const fromBlock = BigInt(record.fromBlock);
  const contract = { chainId: base.chainId, address, usdc: constructorArgs.usdc, fromBlock };
  const store = new RangeFile(folder, contract, adminEventSchema);
  const progress = openProgress("Reading events");
  const began = Date.now();
  const events: AdminEvent[] = [];
  try {
    for await (const { to, items } of followAdminEvents(client, record, head, store)) {
      events.push(...items);
      // Most looks are over before anybody could read how far they are.
      if (Date.now() - began < 1_000) continue;
      const share = Number(to - fromBlock + 1n) / Number(head.number - fromBlock + 1n);
      progress.show(share, `block ${to} of ${head.number}`);
    }
  } finally {
    progress.end();
  }
  return events;
}
