/**
 * All that owner and guardian have ever done to a contract. What was read once is kept in `cache/`, so that the next look
 * reads only the blocks since; the file can be deleted at any time, and one that belongs to another chain is not used.
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { DeploymentRecord } from "../deployments/record.ts";
import { hashSchema } from "../deployments/schema.ts";
import { replaceFile } from "../files.ts";
import { toJsonLine } from "../json.ts";
import { ROOT } from "../root.ts";
import type { ReadClient } from "../rpc/client.ts";
import { type AdminEvent, adminEventSchema, readAdminEvents } from "./adminEvents.ts";
import type { Block } from "./state.ts";

const memorySchema = z.strictObject({
  /** The last block that was read, and its hash: a chain that has another block there is not the one that was read. */
  block: z.coerce.bigint(),
  hash: hashSchema,
  events: z.array(adminEventSchema),
});

type Memory = z.output<typeof memorySchema>;

/** Between two lines about a long read, milliseconds. */
const NEWS_EVERY_MS = 5_000;

/** Where a contract's history is kept. */
export function memoryFile(chainId: number, { address }: DeploymentRecord): string {
  return join(ROOT, "cache", "check", `${chainId}-${address}.json`);
}

/** @param head The last block to read. */
export async function readHistory(
  client: ReadClient,
  chainId: number,
  record: DeploymentRecord,
  head: Block,
): Promise<AdminEvent[]> {
  const file = memoryFile(chainId, record);
  const memory = await recall(client, file, record, head);
  const events = memory?.events ?? [];
  const from = memory === undefined ? BigInt(record.fromBlock) : memory.block + 1n;

  let told = Date.now();
  for await (const { to, logs } of readAdminEvents(client, record, from, head.number)) {
    events.push(...logs);
    if (to === head.number || Date.now() - told < NEWS_EVERY_MS) continue;
    // A read of years through small windows is long, and what has been read shall not be read again.
    told = Date.now();
    const { hash } = await client.getBlock({ blockNumber: to });
    await remember(file, { block: to, hash, events });
    const share = Number(((to - from) * 100n) / (head.number - from + 1n));
    process.stderr.write(`Reading events since block ${from}: ${share} %\n`);
  }
  await remember(file, { block: head.number, hash: head.hash, events });
  return events;
}

async function recall(client: ReadClient, file: string, record: DeploymentRecord, head: Block) {
  const memory = await readFile(file, "utf8").then(parse, () => undefined);
  if (memory === undefined || memory.block < BigInt(record.fromBlock) || memory.block > head.number) return undefined;
  if (memory.block === head.number) return memory.hash === head.hash ? memory : undefined;
  const { hash } = await client.getBlock({ blockNumber: memory.block });
  return hash === memory.hash ? memory : undefined;
}

/** What cannot be read is as good as nothing: it is only a copy of what the chain says. */
function parse(text: string): Memory | undefined {
  try {
    return memorySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function remember(file: string, memory: Memory): Promise<void> {
  return replaceFile(file, toJsonLine(memory));
}
