/** Signs a batch's transaction, writes it down, and reads what was written: a batch has one nonce and a version or more. */
import { keccak256 } from "@luxxon/chain/rpc/keccak";
import type { Address, Hash, Hex } from "viem";
import type { Chain, Head } from "../chain/chain.ts";
import type { Clock } from "../clock.ts";
import type { Queries, Transaction } from "../db/database.ts";
import type { Fees } from "./fees.ts";
import type { Signer } from "./signature.ts";

/** What is sent: large, and read only for that. */
export interface Bytes {
  hash: Hash;
  raw: Hex;
}

export interface Signed extends Bytes {
  batch: bigint;
}

export interface Version extends Fees {
  hash: Hash;
  version: number;
  gas: bigint;
  signedAt: Date;
  signedBlock: bigint;
  sentAt: Date | null;
}

export interface OpenBatch {
  id: bigint;
  nonce: bigint;
  minedBlock: bigint | null;
  versions: Version[];
}

export interface Wanted extends Fees {
  nonce: bigint;
  to: Address;
  data: Hex;
  gas: bigint;
  /** 1 of a new batch, and one more of each replacement. */
  version: number;
}

/** Nothing but a signature: whoever sends it has to write it down first. */
export async function signVersion(
  { signer, chainId, clock }: { signer: Signer; chainId: number; clock: Clock },
  { nonce, to, data, gas, version, maxFeePerGas, maxPriorityFeePerGas }: Wanted,
  head: Head,
): Promise<Version & Bytes> {
  const signedAt = clock.now();
  const fees = { maxFeePerGas, maxPriorityFeePerGas };
  const raw = await signer.sign({ type: "eip1559", chainId, to, data, nonce: Number(nonce), gas, value: 0n, ...fees });
  return { ...fees, hash: keccak256(raw), raw, version, gas, signedAt, signedBlock: head.number, sentAt: null };
}

/** Before any of them is sent. */
export async function writeVersions(
  tx: Transaction,
  versions: readonly { batch: bigint; version: Version & Bytes }[],
): Promise<void> {
  const column = <T>(of: (version: Version & Bytes) => T) => versions.map(({ version }) => of(version));
  await tx.rows`
    insert into batch_transactions (batch_id, hash, version, raw, max_fee_per_gas, max_priority_fee_per_gas, gas, signed_at, signed_block)
    select * from unnest(${versions.map(({ batch }) => batch)}::bigint[], ${column(({ hash }) => hash)}::text[],
      ${column(({ version }) => version)}::integer[], ${column(({ raw }) => raw)}::text[], ${column(({ maxFeePerGas }) => maxFeePerGas)}::bigint[],
      ${column(({ maxPriorityFeePerGas }) => maxPriorityFeePerGas)}::bigint[], ${column(({ gas }) => gas)}::bigint[],
      ${column(({ signedAt }) => signedAt)}::timestamptz[], ${column(({ signedBlock }) => signedBlock)}::bigint[])`;
}

/** Batches whose sessions wait for them, in the order of their nonces. */
export async function openBatches(db: Queries, signer: Address): Promise<OpenBatch[]> {
  const rows = await db.rows<Version & Omit<OpenBatch, "versions">>`
    select b.id, b.nonce, b.mined_block, x.hash, x.version, x.gas, x.max_fee_per_gas, x.max_priority_fee_per_gas, x.signed_at, x.signed_block, x.sent_at
    from batches b join batch_transactions x on x.batch_id = b.id
    where b.signer = ${signer} and not b.is_done order by b.nonce, x.version`;
  const batches = new Map<bigint, OpenBatch>();
  for (const row of rows) {
    const batch = batches.get(row.id) ?? { id: row.id, nonce: row.nonce, minedBlock: row.minedBlock, versions: [] };
    batch.versions.push(row);
    batches.set(row.id, batch);
  }
  return [...batches.values()];
}

/** The very bytes that were signed, in the order of nonces. */
export async function readSigned(db: Queries, versions: readonly Version[]): Promise<Signed[]> {
  if (versions.length === 0) return [];
  return await db.rows<Signed>`
    select x.batch_id as batch, x.hash, x.raw from batch_transactions x join batches b on b.id = x.batch_id
    where x.hash = any (${versions.map(({ hash }) => hash)}::text[]) order by b.nonce`;
}

export function lastVersion({ versions }: OpenBatch): Version {
  return versions.at(-1) as Version;
}

/** Of what was ever signed. */
export async function highestNonce(db: Queries, signer: Address): Promise<bigint | undefined> {
  const row = await db.row<{ nonce: bigint | null }>`
    select max(nonce) as nonce from batches where signer = ${signer}`;
  return row?.nonce ?? undefined;
}

/** How many nonces the newest block has seen used. */
export async function chainNonce(chain: Chain, signer: Address): Promise<bigint> {
  return BigInt((await chain.ask("eth_getTransactionCount", [signer, "latest"])) as Hex);
}
