/** Reads the contract as the package shows it to clients. */
import type { Abi } from "viem";
import { type Compiled, readCompiled } from "../contract/compiled.ts";
import { isInstrumented } from "../contract/instrumented.ts";
import { signatureOf } from "../contract/natspec.ts";

/** @throws if it was compiled for a coverage run. */
export async function readContract(): Promise<Compiled> {
  const compiled = await readCompiled();
  refuseCoverage(compiled.code.creationCode);
  return { ...compiled, abi: sortAbi(compiled.abi) };
}

/** @throws if the code was compiled for a coverage run: it is for measuring, never for clients. */
export function refuseCoverage(creationCode: string): void {
  if (isInstrumented(creationCode))
    throw new Error("the artifacts were compiled for a coverage run: run `npm run compile -- --force` first");
}

/** By kind and then by signature, so that a change of the sources' order changes nothing for clients. */
export function sortAbi(abi: Abi): Abi {
  const key = (item: Abi[number]) => `${item.type} ${signatureOf(item)}`;
  return [...abi].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
