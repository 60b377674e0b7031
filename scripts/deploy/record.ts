/** Enters a deployment into `deployments/<chain id>.json`. */

import {
  type ConstructorArgs,
  type DeploymentRecord,
  readRecords,
  writeRecords,
} from "@luxxon/chain/deployments/record";
import { UsageError } from "@luxxon/chain/usageError";
import { keccak256 } from "viem";
import type { Sending } from "./broadcast.ts";
import { headOf } from "./checks/sources.ts";
import { type Deployment, VERSION } from "./deployment.ts";
import { stays } from "./patience.ts";

/**
 * The record of this version on this chain, if there is one.
 *
 * @throws {UsageError} if it says that the version was deployed with other arguments.
 */
export async function findRecord({
  base,
  folder,
  args,
}: Pick<Deployment, "base" | "folder" | "args">): Promise<DeploymentRecord | undefined> {
  const record = (await readRecords(folder, base.chainId)).findLast(({ version }) => version === VERSION);
  if (record === undefined) return undefined;
  const names = Object.keys(args) as (keyof ConstructorArgs)[];
  const other = names.find((name) => record.constructorArgs[name] !== args[name]);
  if (other === undefined) return record;
  throw new UsageError(
    `${VERSION} is already deployed on ${base.title}, at ${record.address}; it was made with another ${other}, ${record.constructorArgs[other]} and not ${args[other]}. ` +
      "What changes afterwards goes by npm run roles, and npm run check compares it with the chain.",
  );
}

/** Older contracts keep their pools: what is in them can be withdrawn for ever. */
export async function record(deployment: Deployment, { address, receipt }: Sending): Promise<DeploymentRecord> {
  const { base, folder, repository, args, build, chain } = deployment;
  const code = await stays(
    () => chain.client.getCode({ address }),
    (it) => it !== undefined,
  );
  if (code === undefined) throw new Error(`there is no code at ${address}`);
  const entry: DeploymentRecord = {
    address,
    version: VERSION,
    status: "active",
    fromBlock: Number(receipt.blockNumber),
    txHash: receipt.transactionHash,
    deployer: deployment.deployer.address,
    constructorArgs: args,
    codeHash: keccak256(code),
    maskedCodeHash: build.current.maskedCodeHash,
    compilerInputHash: build.current.compilerInputHash,
    sourceCommit: await headOf(repository),
    verified: {},
  };
  const older = (await readRecords(folder, base.chainId)).map((it) => ({ ...it, status: "withdraw-only" as const }));
  await writeRecords(folder, base.chainId, [...older, entry]);
  return entry;
}
