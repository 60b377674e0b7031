/** Reads the faults that are put into the contract on purpose: exact edits of its text, and which suites notice each. */
import { readFileSync } from "node:fs";
import { z } from "zod";

export const SUITES = ["unit", "invariants", "model", "proofs", "forks"] as const;
export type Suite = (typeof SUITES)[number];

const faultSchema = z.strictObject({
  name: z.string().regex(/^[a-z]+$/),
  /** In words. */
  fault: z.string().min(1),
  edits: z
    .array(z.strictObject({ file: z.string().startsWith("contracts/"), text: z.string().min(1), becomes: z.string() }))
    .min(1),
  noticedBy: z.array(z.enum(SUITES)).min(1),
});

export type Fault = z.infer<typeof faultSchema>;

export function readFaults(file: string): Fault[] {
  return z
    .array(faultSchema)
    .min(1)
    .parse(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * The files that a fault changes, as they are with it.
 *
 * @param read Gives the text of a file of the contract.
 * @throws {Error} if an edit does not fit: its text must stand there exactly once.
 */
export function applied({ name, edits }: Fault, read: (file: string) => string): Map<string, string> {
  const changed = new Map<string, string>();
  for (const { file, text, becomes } of edits) {
    const before = changed.get(file) ?? read(file);
    const count = before.split(text).length - 1;
    if (count !== 1) throw new Error(`The fault "${name}" no longer fits: its text stands ${count} times in ${file}.`);
    changed.set(
      file,
      before.replace(text, () => becomes),
    );
  }
  return changed;
}
