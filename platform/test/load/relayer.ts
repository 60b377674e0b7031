/**
 * How fast the relayer settles what is due already, and how fast the same chain takes full batches that were signed before
 * from a script that does nothing but send them.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { luxxonSettlementAbi, MAX_BATCH, sessionIdFromUuid } from "@luxxon/contracts-abi";
import { type Address, encodeFunctionData, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { walletOf } from "../../src/local/people.ts";
import type { People } from "./people.ts";
import { allConfirmed, newIds, RATE, SECONDS, writeSessions } from "./settled.ts";
import type { Stage } from "./stage.ts";

export interface RelayerFigures {
  /** Settled sessions a second. */
  platform: number;
  bare: number;
  ratio: number;
  /** Gas of a session in a full batch. */
  gasPerSession: number;
}

const RELAYER = privateKeyToAccount(walletOf("relayer").privateKey);

/** Nothing of the platform runs yet. */
export async function measureRelayer(stage: Stage, people: People, sessions: number): Promise<RelayerFigures> {
  const platform = await platformSpeed(stage, people, sessions);
  const bare = await bareSpeed(stage, people, sessions);
  return { ...bare, platform, ratio: platform / bare.bare };
}

async function platformSpeed(stage: Stage, people: People, sessions: number): Promise<number> {
  const { db } = stage;
  await writeSessions(db, people, sessions, "ENDED", new Date());
  const last = await db.row<{ id: bigint }>`select coalesce(max(id), 0) as id from batches`;
  const nonce = await nonceOf(stage);
  const server = await stage.start("relayer,watcher");
  const end = await reached(stage, nonce + Math.ceil(sessions / MAX_BATCH));
  const first = await db.row<{ at: Date }>`select min(created_at) as at from batches where id > ${last?.id}`;
  await allConfirmed(db);
  await server.stop();
  return sessions / ((end - (first as { at: Date }).at.getTime()) / 1_000);
}

/** Of sessions that nobody else knows: the ids are new, the amounts and people the same. */
async function bareSpeed(stage: Stage, people: People, sessions: number) {
  const { chain, parts } = stage;
  const written = entriesOf(people, sessions);
  const nonce = await nonceOf(stage);
  const { baseFeePerGas } = await chain.head();
  const signed: Hex[] = [];
  for (let i = 0; i * MAX_BATCH < sessions; i++)
    signed.push(
      await RELAYER.signTransaction({
        type: "eip1559",
        chainId: parts.chainId,
        to: chain.settlement,
        data: encodeFunctionData({
          abi: luxxonSettlementAbi,
          functionName: "settleBatch",
          args: [written.slice(i * MAX_BATCH, (i + 1) * MAX_BATCH)],
        }),
        nonce: nonce + i,
        gas: 11_200_000n,
        maxFeePerGas: baseFeePerGas * 4n + 1_000_000n,
        maxPriorityFeePerGas: 1_000_000n,
      }),
    );
  const began = Date.now();
  const hashes: unknown[] = [];
  for (const raw of signed) hashes.push(await chain.ask("eth_sendRawTransaction", [raw]));
  const end = await reached(stage, nonce + signed.length);
  const receipt = (await chain.ask("eth_getTransactionReceipt", [hashes.at(-1)])) as { status: Hex; gasUsed: Hex };
  if (BigInt(receipt.status) !== 1n) throw new Error("a batch of the bare script failed");
  return {
    bare: sessions / ((end - began) / 1_000),
    gasPerSession: Number(receipt.gasUsed) / (sessions % MAX_BATCH || MAX_BATCH),
  };
}

function entriesOf({ consumers, operators }: People, sessions: number) {
  const ids = newIds();
  const charged = RATE * BigInt(SECONDS);
  const feeAmount = (charged * 1_500n) / 10_000n;
  return Array.from({ length: sessions }, (_, i) => ({
    sessionId: sessionIdFromUuid(ids.next().value),
    from: consumers[i % consumers.length]?.address as Address,
    to: operators[i % operators.length]?.address as Address,
    ratePerSecond: RATE,
    chargeableSeconds: BigInt(SECONDS),
    toAmount: charged - feeAmount,
    feeAmount,
  }));
}

async function nonceOf({ chain }: Stage): Promise<number> {
  return Number(BigInt((await chain.ask("eth_getTransactionCount", [RELAYER.address, "latest"])) as Hex));
}

/** @returns When the relayer's nonce was so high. */
async function reached(stage: Stage, nonce: number): Promise<number> {
  for (const limit = Date.now() + 600_000; Date.now() < limit; await sleep(10))
    if ((await nonceOf(stage)) >= nonce) return Date.now();
  throw new Error("the batches are not mined");
}
