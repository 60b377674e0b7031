/**
 * Installs the older Nodes that clients run the package on. They come from npm as the bare programs that its package `node`
 * would install, and have a lockfile of their own: in the project's own node_modules they would take over its `node`.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { runNpm } from "../../../scripts/abi/package.ts";

const FOLDER = join(ROOT, "test/abi/nodes");

/** Major versions, beside the one that the tests run on. */
export const OLDER_NODES = [20, 22] as const;

export type OlderNode = (typeof OLDER_NODES)[number];

/** What npm says if there is no way to a registry, and not if it is there and refuses. */
const OFFLINE = /\b(ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ENOTCACHED)\b/;

/** Whether npm could not reach its registry. */
export function isOffline(error: unknown): boolean {
  return error instanceof Error && OFFLINE.test(error.message);
}

/**
 * Installs what is not there yet: some 100 MB the first time.
 *
 * @returns false if there is no network to get them from.
 * @throws if they cannot be had for any other reason.
 */
export async function installNodes(): Promise<boolean> {
  const missing = () => OLDER_NODES.filter((version) => !existsSync(programOf(version)));
  if (missing().length === 0) return true;
  await runNpm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"], FOLDER);
  if (missing().length === 0) return true;
  // Each is optional, since it is for one platform only, so npm does not say why it left one out.
  const unreachable = await runNpm(["ping", "--fetch-retries=0"], FOLDER).then(() => false, isOffline);
  if (unreachable) return false;
  throw new Error(`npm has no Node ${missing().join(" and ")} for ${process.platform} on ${process.arch}`);
}

/** Where a Node is. */
export function programOf(version: OlderNode): string {
  return join(FOLDER, `node_modules/node-${version}-${process.platform}-${process.arch}/bin/node`);
}
