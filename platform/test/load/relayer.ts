/**
 * How fast the relayer settles what is due already, and how fast the same chain takes full batches that were signed before
 * from a script that does nothing but send them: both with as many in flight, on blocks like Base's.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { luxxonSettlementAbi, MAX_BATCH, sessionIdFromUuid } from "@luxxon/contracts-abi";
import { type Address, encodeFunctionData, type Hex, numberToHex } from "viem";
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

/** Base's blocks: so often one, ms, and of so much gas. */
const BLOCK_MS = 200;
const BLOCK_GAS = 40_000_000n;
/** Batches in flight, of both: the platform's setting as it is by default. */
const PIPELINE = 8;

/** Nothing of the platform runs yet, and nothing is due. */
export async function measureRelayer(stage: Stage, people: People, sessions: number): Promise<RelayerFigures> {
  const blocks = await makeBlocksLikeBase(stage);
  try {
    const platform = await platformSpeed(stage, people, sessions);
    const bare = await bareSpeed(stage, people, sessions);
    return { ...bare, platform, ratio: platform / bare.bare };
  } finally {
    await blocks.stop();
  }
}

/** The local chain mines each transaction at once, as no chain does. */
async function makeBlocksLikeBase({ chain }: Stage): Promise<{ stop(): Promise<void> }> {
  await chain.ask("evm_setAutomine", [false]);
  await chain.ask("evm_setIntervalMining", [0]);
  await chain.ask("evm_setBlockGasLimit", [numberToHex(BLOCK_GAS)]);
  let isOn = true;
  const mining = (async () => {
    for (let next = Date.now(); isOn; next += BLOCK_MS) {
      await sleep(Math.max(0, next - Date.now()));
      await chain.ask("evm_mine", []);
    }
  })();
  return {
    async stop() {
      isOn = false;
      await mining;
    },
  };
}

async function platformSpeed(stage: Stage, people: People, sessions: number): Promise<number> {
  const { db } = stage;
  await writeSessions(db, people, sessions, "ENDED", new Date());
  const last = await db.row<{ id: bigint }>`select coalesce(max(id), 0) as id from batches`;
  const nonce = await nonceOf(stage);
  // Apart, as in production.
  const servers = await Promise.all(["relayer", "watcher"].map((role) => stage.start(role)));
  const end = await reached(stage, nonce + Math.ceil(sessions / MAX_BATCH));
  const first = await db.row<{ at: Date }>`select min(created_at) as at from batches where id > ${last?.id}`;
  await allConfirmed(db);
  for (const server of servers) await server.stop();
  return sessions / ((end - (first as { at: Date }).at.getTime()) / 1_000);
}

/** Of sessions that nobody else knows: the ids are new, the amounts and people the same. */
async function bareSpeed(stage: Stage, people: People, sessions: number) {
  const { chain, parts } = stage;
  const entries = entriesOf(people, sessions);
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
          args: [entries.slice(i * MAX_BATCH, (i + 1) * MAX_BATCH)],
        }),
        nonce: nonce + i,
        gas: 11_200_000n,
        maxFeePerGas: baseFeePerGas * 4n + 1_000_000n,
        maxPriorityFeePerGas: 1_000_000n,
      }),
    );
  const began = Date.now();
  const hashes: unknown[] = [];
  for (const [i, raw] of signed.entries()) {
    if (i >= PIPELINE) await reached(stage, nonce + i - PIPELINE + 1);
    hashes.push(await chain.ask("eth_sendRawTransaction", [raw]));
  }
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
