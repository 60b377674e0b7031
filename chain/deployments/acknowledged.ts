/**
 * Reads and writes `deployments/<network>/acknowledged.json`: events that nobody had planned, and why they are no alarm any
 * more. It is under version control, so that whoever silences an alarm has it reviewed.
 */
import { join } from "node:path";
import { z } from "zod";
import { readJson, replaceJson } from "../files.ts";
import type { AdminEvent } from "../settlement/adminEvents.ts";
import { hashSchema } from "./schema.ts";

const acknowledgedSchema = z.array(
  z.strictObject({
    txHash: hashSchema,
    logIndex: z.int().nonnegative(),
    event: z.string().meta({ description: "For readers: what it was." }),
    reason: z.string().min(1),
  }),
);

export type Acknowledged = z.output<typeof acknowledgedSchema>;

function pathOf(folder: string, network: string): string {
  return join(folder, network, "acknowledged.json");
}

/** @throws {UsageError} if the file says anything wrong. None is an empty list. */
export function readAcknowledged(folder: string, network: string): Promise<Acknowledged> {
  return readJson(acknowledgedSchema, pathOf(folder, network), { absent: () => [] });
}

export async function acknowledge(folder: string, network: string, events: AdminEvent[], reason: string) {
  const list = await readAcknowledged(folder, network);
  for (const { transactionHash: txHash, logIndex, event, value } of events) {
    list.push({ txHash, logIndex, event: `${event} ${value}`, reason });
  }
  const path = pathOf(folder, network);
  await replaceJson(path, list);
  return path;
}

export function isAcknowledged(list: Acknowledged, { transactionHash, logIndex }: AdminEvent): boolean {
  return list.some((it) => it.txHash === transactionHash && it.logIndex === logIndex);
}
