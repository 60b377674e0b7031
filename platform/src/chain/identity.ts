/** Holds the database to the one chain that it belongs to. */
import { UsageError } from "@luxxon/chain/usageError";
import type { Address } from "viem";
import type { Database } from "../db/database.ts";
import type { Chain } from "./chain.ts";

export interface Identity {
  chainId: number;
  settlement: Address;
  deploymentBlock: bigint;
}

/** @throws {UsageError} if the database is another chain's. */
export async function claimDatabase(
  db: Database,
  chain: Chain,
  {
    chainId,
    settlement,
    deploymentBlock,
    isLocal,
    log,
  }: Identity & { isLocal: boolean; log: { warn(what: object, message: string): void } },
): Promise<void> {
  const block = await chain.block(deploymentBlock);
  if (block === undefined) throw new UsageError(`DEPLOYMENT_BLOCK: the chain has no block ${deploymentBlock}.`);
  await db.rows`
    insert into chain_identity (chain_id, settlement, deployment_block, deployment_hash)
    values (${chainId}::bigint, ${settlement}, ${deploymentBlock}, ${block.hash}) on conflict do nothing`;
  const mine = await db.row<{
    chainId: bigint;
    settlement: string;
    deploymentBlock: bigint;
    deploymentHash: string;
  }>`select * from chain_identity`;
  const isSame =
    mine?.chainId === BigInt(chainId) && mine.settlement === settlement && mine.deploymentHash === block.hash;
  if (!isSame)
    throw new UsageError(
      `The database belongs to the contract ${mine?.settlement} on another chain (id ${mine?.chainId}, deployed in block ${mine?.deploymentHash}): use a database of its own for this one.`,
    );
  const kept = await db.row<{ toBlock: bigint }>`select to_block from chain_windows order by to_block desc limit 1`;
  const head = await chain.head();
  if (isLocal && kept !== undefined && head.number < kept.toBlock)
    log.warn(
      { head: head.number.toString(), known: kept.toBlock.toString() },
      "the local chain came back some blocks older: what it lost is taken back",
    );
}
