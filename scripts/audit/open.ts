/** Finds the contract that was asked for, and the endpoint that it is read from. */

import { join } from "node:path";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { readBuildFile } from "@luxxon/chain/deployments/build";
import { type DeploymentRecord, readRecords } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import type { Endpoints } from "@luxxon/chain/settlement/readHistory";
import { UsageError } from "@luxxon/chain/usageError";
import type { Hash } from "viem";
import { rpcUrlOf } from "../endpoint.ts";
import type { Wanted } from "./collect/identify.ts";
import type { Source } from "./request.ts";

const DEPLOYMENTS = join(ROOT, "deployments");

export interface Opened {
  readonly endpoints: Endpoints;
  readonly wanted: Wanted;
}

/** @throws {UsageError} if the contract is not recorded, or no endpoint is set. */
export async function openSource(source: Source, toBlock: bigint | undefined): Promise<Opened> {
  const others = (source.others ?? []).map((url) => openEndpoint("--rpc", url));
  const builds = await readBuilds();
  if (source.kind === "rpc") {
    const { url, address, fromBlock } = source;
    const wanted = { address, fromBlock, toBlock, chainId: undefined, record: undefined, builds };
    checkOrder(wanted);
    return { endpoints: [openEndpoint("--rpc", url), ...others], wanted };
  }
  const { chain } = source;
  const records = await readRecords(DEPLOYMENTS, chain.chainId);
  const record = chooseRecord(records, source);
  const wanted = {
    address: record.address,
    fromBlock: BigInt(record.fromBlock),
    toBlock,
    chainId: chain.chainId,
    record,
    builds,
    others: records.filter((one) => one !== record),
  };
  checkOrder(wanted);
  return { endpoints: [openEndpoint(chain.rpcUrlVariable, await rpcUrlOf(chain)), ...others], wanted };
}

/** Of the code that was published: this commit's, and whatever was deployed. */
export async function readBuilds(): Promise<Hash[]> {
  const deployed = await Promise.all(
    Object.values(BASE_CHAINS).map(({ chainId }) => readRecords(DEPLOYMENTS, chainId)),
  );
  const { maskedCodeHash } = await readBuildFile();
  return [maskedCodeHash, ...deployed.flat().map((record) => record.maskedCodeHash)];
}

/** The active contract, or an older one by its address: pools stay there, and so do questions about them. */
function chooseRecord(
  records: readonly DeploymentRecord[],
  { chain, address }: Extract<Source, { kind: "network" }>,
): DeploymentRecord {
  const record = address === undefined ? records.at(-1) : records.find((one) => one.address === address);
  if (record !== undefined) return record;
  const what = address === undefined ? "no deployment" : `no deployment at ${address}`;
  throw new UsageError(
    `deployments/ records ${what} on ${chain.title}: use --rpc with --address and --from-block for one that is not recorded.`,
  );
}

function checkOrder({ fromBlock, toBlock }: Wanted): void {
  if (toBlock === undefined || toBlock >= fromBlock) return;
  throw new UsageError(`--to-block ${toBlock} is before the contract's first block, ${fromBlock}.`);
}
