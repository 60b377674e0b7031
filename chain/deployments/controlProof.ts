/**
 * Reads and writes `deployments/<network>/control.json`: the proof that the owner's signers have made the contract do
 * something. Every check holds the Safe against the signers of then, since a Safe whose threshold has fallen to one is a
 * key like any other.
 */
import { join } from "node:path";
import type { Address } from "viem";
import { z } from "zod";
import { readAs, readJson, replaceJson } from "../files.ts";
import type { Safe } from "../safe/safe.ts";
import { addressSchema, hashSchema } from "./schema.ts";

const proofSchema = z.strictObject({
  contract: addressSchema,
  safe: addressSchema,
  safeVersion: z.string(),
  threshold: z.int().positive(),
  owners: z.array(addressSchema).min(1),
  event: z.literal("GuardianSet").meta({ description: "Old and new guardian are the same." }),
  blockNumber: z.int().positive(),
  time: z.iso.datetime(),
  txHash: hashSchema,
  safeTxHash: hashSchema.meta({ description: "What the signers signed." }),
});

const proofsSchema = z.array(proofSchema);

/** The proof that a Safe controlled a contract at one moment. */
export type ControlProof = z.output<typeof proofSchema>;

function pathOf(folder: string, network: string): string {
  return join(folder, network, "control.json");
}

/** @throws {UsageError} if the file says anything wrong. None is an empty list. */
export function readProofs(folder: string, network: string): Promise<ControlProof[]> {
  return readJson(proofsSchema, pathOf(folder, network), { absent: () => [] });
}

/** The last proof that `safe` controls `contract`. */
export function proofOf(proofs: ControlProof[], contract: Address, safe: Address): ControlProof | undefined {
  return proofs.findLast((proof) => proof.contract === contract && proof.safe === safe);
}

/** Whether a Safe has the threshold and the signers that it had when it was proven. */
export function hasSameSigners(
  proof: ControlProof,
  { threshold, owners }: Pick<Safe, "threshold" | "owners">,
): boolean {
  return proof.threshold === threshold && proof.owners.join() === owners.join();
}

/** Writes a proof unless it is there. @returns The file. */
export async function writeProof(folder: string, network: string, proof: ControlProof): Promise<string> {
  const path = pathOf(folder, network);
  const proofs = await readProofs(folder, network);
  const known = proofs.some((it) => JSON.stringify(it) === JSON.stringify(proof));
  if (known) return path;
  await replaceJson(path, readAs(proofsSchema, [...proofs, proof], path));
  return path;
}
