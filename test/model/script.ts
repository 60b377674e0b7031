/** Writes a counterexample as a test file that plays exactly its steps. */

import { mkdir, writeFile } from "node:fs/promises";
import { ROOT } from "@luxxon/chain/root";
import type { LocalChainName } from "@luxxon/local/chain";
import type { Counterexample } from "./run.ts";
import type { Addresses } from "./scene.ts";

/** Git ignores this folder. */
const FOLDER = `${ROOT}/counterexamples`;

/** The text of a TypeScript file; `npm test -- <file>` runs it, from the folder `counterexamples`. */
export function scriptOf(
  chain: LocalChainName,
  { steps, difference, seed }: Counterexample,
  addresses: Addresses,
): string {
  const body = steps.map((step) => `  ${literal(step, addresses)},`).join("\n");
  const names = Object.keys(addresses).filter((name) => new RegExp(`\\b${name}\\b(?!["':])`).test(body));
  const comment = difference.what.split("\n").map((line) => ` *   ${line.replaceAll("*/", "* /")}`);
  return `/**
 * Sequence ${seed}, shrunk to ${steps.length} steps. After the last of them contract and model differed:
 *
${comment.join("\n")}
 */
import { replay } from "../test/model/replay.ts";

replay("${chain}", ({ ${names.join(", ")} }) => [
${body}
]);
`;
}

/** Writes the script. Returns its path, as `npm test` takes it. */
export async function writeScript(name: string, text: string): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${name}`, text);
  return `counterexamples/${name}`;
}

/** A value as TypeScript: plain data, with the names of those who have an address. */
function literal(value: unknown, addresses: Addresses): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "string") {
    const name = Object.entries(addresses).find(([, address]) => address === value)?.[0];
    return name ?? JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((part) => literal(part, addresses)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(([key, part]) => {
      const text = literal(part, addresses);
      return key === text ? key : `${key}: ${text}`;
    });
    return `{ ${parts.join(", ")} }`;
  }
  return String(value);
}
