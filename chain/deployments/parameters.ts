/**
 * Reads and writes `deployments/parameters/<network>.json`: who holds which role, and the pool's limits. It is what the
 * team intends: a deployment takes it, and afterwards every check holds the chain against it.
 */
import { join } from "node:path";
import { z } from "zod";
import { readAs, readJson, replaceJson } from "../files.ts";
import { UsageError } from "../usageError.ts";
import { addressSchema, limitSchema } from "./schema.ts";

export const parametersSchema = z.strictObject({
  $schema: z.string().optional(),
  owner: addressSchema.meta({ description: "The Safe that owns the contract." }),
  ownerModules: z.array(addressSchema).optional().meta({
    description: "Modules of the owner's Safe: each can do alone all that its signers can together. Default: none.",
  }),
  ownerGuards: z.array(addressSchema).optional().meta({
    description: "Guards of the owner's Safe: each can refuse what its signers have signed. Default: none.",
  }),
  relayer: addressSchema.meta({ description: "The platform's key that submits settlements." }),
  guardian: addressSchema.meta({ description: "May pause, and nothing else. The zero address: nobody." }),
  platformWallet: addressSchema.meta({ description: "Receives the fees." }),
  defaultDailyLimit: limitSchema.meta({
    description: "µUSDC a day that one consumer can be charged at most, if it has set no limit itself; 0: no limit.",
  }),
  poolDailyLimit: limitSchema.meta({
    description: "µUSDC a day that all consumers together can be charged at most; 0: no limit.",
  }),
  paused: z
    .boolean()
    .optional()
    .meta({ description: "Whether the contract is meant to be paused. A deployment never is; default: false." }),
});

export type Parameters = z.output<typeof parametersSchema>;

/** @throws {UsageError} if the file is missing or says anything wrong. */
export function readParameters(folder: string, network: string): Promise<Parameters> {
  const name = `parameters/${network}.json`;
  const absent = () => {
    throw new UsageError(`deployments/${name} is missing: copy deployments/parameters/example.json and fill it in.`);
  };
  return readJson(parametersSchema, join(folder, name), { name, absent });
}

/** Writes a network's file as a whole or not at all. */
export async function writeParameters(folder: string, network: string, parameters: Parameters): Promise<string> {
  const file = `parameters/${network}.json`;
  readAs(parametersSchema, parameters, file);
  await replaceJson(join(folder, file), parameters);
  return join(folder, file);
}
