/** Writes a planned change: the file to sign and the parameters that ask for it, so that one diff shows both. */

import { writeParameters } from "@luxxon/chain/deployments/parameters";
import { writeBuilderFile } from "@luxxon/chain/safe/builderFile";
import type { Target } from "../target.ts";
import type { Plan } from "./plan.ts";

/** @returns The files written, the one to sign first. */
export async function applyPlan({ base, folder }: Target, { file, calls, parameters }: Plan): Promise<string[]> {
  const files: string[] = [];
  if (file !== undefined) {
    const what = calls.map(({ functionName }) => functionName).join("-");
    files.push(await writeBuilderFile(folder, base.name, what, file));
  }
  if (parameters !== undefined) files.push(await writeParameters(folder, base.name, parameters));
  return files;
}
