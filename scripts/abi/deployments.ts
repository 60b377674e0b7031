/**
 * `deployments/<chain id>.json`: where the contract stands, one file a chain. A deployment writes it; this reads it, and
 * refuses a file that says anything wrong, because every client will trust it.
 *
 * Each file is a list, oldest first: the contract is replaced and never upgraded, and old pools stay withdrawable.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isAddress } from "viem";

export interface DeploymentRecord {
  address: `0x${string}`;
  /** `LuxxonSettlement.version()`. */
  version: string;
  status: "active" | "withdraw-only";
  /** The block that holds the deployment: where an indexer starts. */
  fromBlock: number;
  txHash: `0x${string}`;
  constructorArgs: readonly string[];
  /** keccak256 of the code at the address. */
  codeHash: `0x${string}`;
  /** Commit of the sources. */
  sourceCommit: string;
  /** Pages that show the verified sources, by explorer. */
  verified: Readonly<Record<string, string>>;
}

export type Deployments = Map<number, DeploymentRecord[]>;

const HASH = /^0x[0-9a-f]{64}$/;

const RULES: Record<keyof DeploymentRecord, (value: unknown) => boolean> = {
  address: (value) => typeof value === "string" && isAddress(value, { strict: true }) && /[A-F]/.test(value),
  version: (value) => typeof value === "string" && /^\d+\.\d+\.\d+$/.test(value),
  status: (value) => value === "active" || value === "withdraw-only",
  fromBlock: (value) => Number.isSafeInteger(value) && (value as number) > 0,
  txHash: (value) => typeof value === "string" && HASH.test(value),
  constructorArgs: (value) => Array.isArray(value) && value.length === 7 && value.every((it) => typeof it === "string"),
  codeHash: (value) => typeof value === "string" && HASH.test(value),
  sourceCommit: (value) => typeof value === "string" && /^[0-9a-f]{40}$/.test(value),
  verified: (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((it) => typeof it === "string" && it.startsWith("https://")),
};

/** Reads every chain's file in a folder that need not be there: before the first deployment there is none. */
export async function readDeployments(folder: string): Promise<Deployments> {
  const deployments: Deployments = new Map();
  if (!existsSync(folder)) return deployments;
  const files = (await readdir(folder)).filter((file) => /^\d+\.json$/.test(file));
  for (const file of files.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
    const records = checkRecords(JSON.parse(await readFile(join(folder, file), "utf8")), file);
    deployments.set(Number.parseInt(file, 10), records);
  }
  return deployments;
}

/** @throws if anything in a chain's file is missing, malformed or unknown, or if not exactly the last is active. */
export function checkRecords(records: unknown, file: string): DeploymentRecord[] {
  if (!Array.isArray(records) || records.length === 0) throw new Error(`${file}: a list of deployments is needed`);
  records.forEach((record: Record<string, unknown>, i) => {
    for (const [field, isRight] of Object.entries(RULES)) {
      if (!isRight(record[field])) throw new Error(`${file}[${i}].${field}: ${JSON.stringify(record[field])} is wrong`);
    }
    for (const field of Object.keys(record)) {
      if (!Object.hasOwn(RULES, field)) throw new Error(`${file}[${i}].${field}: there is no such field`);
    }
    const wanted = i === records.length - 1 ? "active" : "withdraw-only";
    if (record.status !== wanted)
      throw new Error(`${file}[${i}].status: "${wanted}" is needed; the last one is active`);
  });
  return records as DeploymentRecord[];
}
