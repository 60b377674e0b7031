/**
 * Reads and writes `deployments/<chain id>.json`: where the contract stands, one file a chain. A deployment writes it;
 * clients, checks and audits start from it, so a file that says anything wrong is refused.
 *
 * Each file is a list, oldest first: the contract is replaced and never upgraded, and old pools stay withdrawable.
 */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readAs, readJson, replaceJson } from "../files.ts";
import { addressSchema, hashSchema, limitSchema } from "./schema.ts";

/** The constructor's arguments, by name and in its order. Limits in µUSDC, 0 for none. */
export const constructorArgsSchema = z.strictObject({
  usdc: addressSchema,
  owner: addressSchema,
  relayer: addressSchema,
  guardian: addressSchema,
  platformWallet: addressSchema,
  defaultDailyLimit: limitSchema,
  poolDailyLimit: limitSchema,
});

/** Explorers are on https; a rehearsal has its own on this machine. */
const pageSchema = z.string().regex(/^(https:\/\/|http:\/\/127\.0\.0\.1:\d+\/)\S+$/);

const recordSchema = z.strictObject({
  address: addressSchema,
  version: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/)
    .meta({ description: "`LuxxonSettlement.version()`." }),
  status: z.enum(["active", "withdraw-only"]),
  fromBlock: z.int().positive().meta({ description: "The block that holds the deployment: where an indexer starts." }),
  txHash: hashSchema,
  deployer: addressSchema.meta({ description: "Who sent it. It has no right in the contract." }),
  constructorArgs: constructorArgsSchema,
  codeHash: hashSchema.meta({ description: "keccak256 of the code at the address." }),
  maskedCodeHash: hashSchema.meta({
    description: "The same with immutables set to zero: what a build of the sources gives on every chain.",
  }),
  compilerInputHash: hashSchema.meta({ description: "keccak256 of the standard JSON input that solc was given." }),
  sourceCommit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .meta({ description: "Commit of the sources." }),
  verified: z
    .partialRecord(z.enum(["sourcify", "blockscout", "basescan"]), pageSchema)
    .meta({ description: "Pages that show the verified sources, by explorer." }),
});

export const recordsSchema = z
  .array(recordSchema)
  .min(1)
  .superRefine((records, context) => {
    records.forEach(({ status }, i) => {
      const wanted = i === records.length - 1 ? "active" : "withdraw-only";
      if (status !== wanted)
        context.addIssue({ code: "custom", path: [i, "status"], message: `"${wanted}" is needed; the last is active` });
    });
  });

export type DeploymentRecord = z.output<typeof recordSchema>;
export type ConstructorArgs = z.output<typeof constructorArgsSchema>;
export type Deployments = Map<number, DeploymentRecord[]>;

/** Reads every chain's file in a folder that need not be there: before the first deployment there is none. */
export async function readDeployments(folder: string): Promise<Deployments> {
  if (!existsSync(folder)) return new Map();
  const files = (await readdir(folder)).filter((file) => /^\d+\.json$/.test(file));
  const chains = files.map((file) => Number.parseInt(file, 10)).sort((a, b) => a - b);
  return new Map(await Promise.all(chains.map(async (id) => [id, await readRecords(folder, id)] as const)));
}

/** One chain's records, oldest first; empty if there is no file. */
export function readRecords(folder: string, chainId: number): Promise<DeploymentRecord[]> {
  const name = `${chainId}.json`;
  return readJson(recordsSchema, join(folder, name), { name, absent: () => [] });
}

/** Writes one chain's file as a whole or not at all. */
export async function writeRecords(folder: string, chainId: number, records: DeploymentRecord[]): Promise<void> {
  const name = `${chainId}.json`;
  await replaceJson(join(folder, name), checkRecords(records, name));
}

/** @throws {UsageError} if anything in a chain's file is missing, malformed or unknown, or if not exactly the last is active. */
export function checkRecords(records: unknown, file: string): DeploymentRecord[] {
  return readAs(recordsSchema, records, file);
}
