/** Reads `deployments/build.json`: what the build of this commit is, in three hashes. */
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../files.ts";
import { ROOT } from "../root.ts";
import { hashSchema } from "./schema.ts";

export const buildSchema = z.strictObject({
  $schema: z.string().optional(),
  compiler: z
    .string()
    .regex(/^\d+\.\d+\.\d+\+commit\.[0-9a-f]{8}$/)
    .meta({ description: "The version of solc." }),
  compilerInputHash: hashSchema.meta({
    description: "keccak256 of the standard JSON input that solc is given for this contract alone.",
  }),
  creationCodeHash: hashSchema.meta({ description: "keccak256 of the creation code, without arguments." }),
  maskedCodeHash: hashSchema.meta({ description: "keccak256 of the runtime code with immutables set to zero." }),
});

export type Build = z.output<typeof buildSchema>;

/** The committed one. */
export const BUILD_FILE = join(ROOT, "deployments", "build.json");

export function readBuildFile(file = BUILD_FILE): Promise<Build> {
  return readJson(buildSchema, file, { name: "build.json" });
}
