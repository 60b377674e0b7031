/**
 * Makes and reads files that the Safe app's Transaction Builder imports, as the app itself exports them. Its signers see
 * each call by name and values, because a file gives the method and no calldata; the app encodes it.
 */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type AbiFunction, type Address, encodeFunctionData, getAbiItem, type Hex, keccak256, toHex } from "viem";
import { z } from "zod";
import { addressSchema, hashSchema } from "../deployments/schema.ts";
import { makeFolder, readJson } from "../files.ts";
import { toJson } from "../json.ts";
import { UsageError } from "../usageError.ts";

const inputSchema = z.strictObject({ internalType: z.string(), name: z.string(), type: z.string() });

const transactionSchema = z.strictObject({
  to: addressSchema,
  value: z.string().regex(/^\d+$/),
  data: z.null(),
  contractMethod: z.strictObject({ inputs: z.array(inputSchema), name: z.string(), payable: z.boolean() }),
  // Never numbers: the app refuses them.
  contractInputsValues: z.record(z.string(), z.string()),
});

const builderFileSchema = z.strictObject({
  version: z.literal("1.0"),
  chainId: z.string().regex(/^\d+$/),
  createdAt: z.int().positive().meta({ description: "Milliseconds since 1970." }),
  meta: z.strictObject({
    name: z.string(),
    description: z.string(),
    txBuilderVersion: z.string(),
    createdFromSafeAddress: addressSchema,
    createdFromOwnerAddress: z.literal(""),
    checksum: hashSchema,
  }),
  transactions: z.array(transactionSchema).min(1),
});

export type BuilderFile = z.output<typeof builderFileSchema>;
export type BuilderTransaction = BuilderFile["transactions"][number];

/** The version of the app whose format this is. */
const TX_BUILDER_VERSION = "1.18.2";

/** One call of the contract's owner. */
export interface OwnerCall {
  functionName: OwnerFunction;
  args: readonly (Address | bigint)[];
}

export type OwnerFunction =
  | "setRelayer"
  | "setGuardian"
  | "setPlatformWallet"
  | "setDefaultDailyLimit"
  | "setPoolDailyLimit"
  | "transferOwnership"
  | "acceptOwnership"
  | "pause"
  | "unpause";

export interface BuilderFileRequest {
  chainId: number;
  safe: Address;
  contract: Address;
  /** What the app shows as the batch's name. */
  name: string;
  description: string;
  calls: OwnerCall[];
  /** Milliseconds since 1970; default: now. */
  createdAt?: number;
}

export function makeBuilderFile(request: BuilderFileRequest): BuilderFile {
  const { chainId, safe, contract, name, description, calls, createdAt = Date.now() } = request;
  const file = {
    version: "1.0" as const,
    chainId: String(chainId),
    createdAt,
    meta: {
      name,
      description,
      txBuilderVersion: TX_BUILDER_VERSION,
      createdFromSafeAddress: safe,
      createdFromOwnerAddress: "" as const,
    },
    transactions: calls.map((call) => transactionOf(contract, call)),
  };
  return { ...file, meta: { ...file.meta, checksum: checksumOf(file) } };
}

function transactionOf(to: Address, { functionName, args }: OwnerCall): BuilderTransaction {
  const { inputs } = getAbiItem({ abi: luxxonSettlementAbi, name: functionName }) as AbiFunction;
  return {
    to,
    value: "0",
    data: null,
    contractMethod: {
      inputs: inputs.map(({ internalType = "", name = "", type }) => ({ internalType, name, type })),
      name: functionName,
      payable: false,
    },
    contractInputsValues: Object.fromEntries(inputs.map(({ name = "" }, i) => [name, String(args[i])])),
  };
}

/** What the app makes of a transaction: its calldata, encoded from what the file says and from nothing else. */
export function calldataOf({ contractMethod: { name, inputs }, contractInputsValues }: BuilderTransaction): Hex {
  const method: AbiFunction = { type: "function", name, inputs, outputs: [], stateMutability: "nonpayable" };
  const args = inputs.map(({ name: input, type }) => {
    const value = contractInputsValues[input];
    if (value === undefined) throw new UsageError(`A Builder file gives no ${input} for ${name}.`);
    if (type === "address") return value;
    if (/^uint\d*$/.test(type)) return BigInt(value);
    throw new UsageError(`A Builder file calls ${name} with a ${type}, which no owner's call takes.`);
  });
  return encodeFunctionData({ abi: [method], functionName: name, args });
}

/**
 * The app's checksum: keccak256 of the file in its own serialisation, without the checksum and with null for the name,
 * which a signer may change. With a wrong one the app warns that the file was modified.
 */
export function checksumOf(file: { meta: Record<string, unknown> } & Record<string, unknown>): Hex {
  const { checksum: _, ...meta } = file.meta;
  return keccak256(toHex(serialize({ ...file, meta: { ...meta, name: null } })));
}

/** Keys sorted, then all keys, then all values: `{["a","b"]1,2,}`. */
function serialize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(serialize).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const keys = Object.keys(value).sort();
  const values = keys.map((key) => `${serialize((value as Record<string, unknown>)[key])},`);
  return `{${JSON.stringify(keys)}${values.join("")}}`;
}

/** Where a network's Builder files are. */
export function builderFolder(folder: string, network: string): string {
  return join(folder, network, "safe");
}

/** @returns The file's path: a time, and what it does. */
export async function writeBuilderFile(
  folder: string,
  network: string,
  what: string,
  file: BuilderFile,
): Promise<string> {
  const home = builderFolder(folder, network);
  await makeFolder(home);
  const time = new Date(file.createdAt).toISOString().replace(/[-:]|\.\d+/g, "");
  const text = `${toJson(file)}\n`;
  // Two files of one second do not replace each other.
  for (let n = 1; ; n++) {
    const path = join(home, `${time}-${what}${n === 1 ? "" : `-${n}`}.json`);
    try {
      await writeFile(path, text, { flag: "wx" });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** @throws {UsageError} if the file is missing, malformed, or was changed since it was written. */
export async function readBuilderFile(path: string): Promise<BuilderFile> {
  const absent = () => {
    throw new UsageError(`There is no Builder file ${path}.`);
  };
  const file = await readJson(builderFileSchema, path, { absent });
  if (checksumOf(file) !== file.meta.checksum) {
    throw new UsageError(`${path} has a wrong checksum: it was changed since it was written.`);
  }
  return file;
}

/** Every Builder file of a network, oldest first, by path. */
export async function readBuilderFiles(folder: string, network: string): Promise<Map<string, BuilderFile>> {
  const home = builderFolder(folder, network);
  const names = await readdir(home).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return [];
  });
  const files = new Map<string, BuilderFile>();
  for (const name of names.filter((it) => it.endsWith(".json")).sort()) {
    files.set(join(home, name), await readBuilderFile(join(home, name)));
  }
  return files;
}
