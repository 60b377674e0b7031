/** Reads what the contract said in a window of blocks, and USDC of allowances for it, and believes it only as one whole. */
import { sameHex } from "@luxxon/chain/rpc/hex";
import { readInWindows } from "@luxxon/chain/rpc/logs";
import { decodeLog } from "@luxxon/chain/settlement/decode";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { uuidFromSessionId } from "@luxxon/contracts-abi";
import { type Address, getAddress, type Hash, type Hex, numberToHex, pad, toEventSelector } from "viem";
import type { Chain, Head } from "../chain/chain.ts";

export interface ChainEvent {
  blockHash: Hash;
  logIndex: number;
  blockNumber: bigint;
  blockTimestamp: number;
  txHash: Hash;
  name: string;
  consumer: Address | null;
  operator: Address | null;
  /** Undefined of ids that are no UUID: the contract takes any. */
  sessionId: string | null;
  amount: bigint | null;
  args: Record<string, string | number>;
}

export interface ReadWindow {
  from: bigint;
  to: Head;
  events: ChainEvent[];
}

/** The endpoint's answers do not belong to one chain: somebody else asks again. */
export class Moved extends Error {}

const APPROVAL = toEventSelector("Approval(address,address,uint256)");
/** Blocks asked for at first: ten minutes of Base. */
const FIRST = 3_000n;

/**
 * Reads from `from` to `head`, in windows.
 *
 * @throws {Moved} if the chain was replaced while it was read.
 */
export async function* readEvents(chain: Chain, usdc: Address, from: bigint, head: Head): AsyncGenerator<ReadWindow> {
  const read = async (first: bigint, last: bigint) => {
    const range = { fromBlock: numberToHex(first), toBlock: numberToHex(last) };
    const answers = await Promise.all([
      chain.ask("eth_getLogs", [{ ...range, address: chain.settlement }]),
      chain.ask("eth_getLogs", [{ ...range, address: usdc, topics: [APPROVAL, null, pad(chain.settlement)] }]),
    ]);
    return (answers as RawLog[][]).flat();
  };
  for await (const { from: first, to: last, logs } of readInWindows(read, from, head.number, FIRST)) {
    const to = last === head.number ? head : await chain.block(last);
    // Asked after the logs: a node that knows this block by now has had it, or another, when it gave them.
    const again = await chain.block(last);
    if (to === undefined || again === undefined || again.hash !== to.hash)
      throw new Moved(`block ${last} was replaced`);
    const timestamps = await timestampsOf(chain, logs, to);
    const events = logs.filter(isFirst()).map((log) => eventOf(chain, usdc, log, timestamps));
    const strange = events.find((event) => event.blockNumber === to.number && event.blockHash !== to.hash);
    if (strange !== undefined) throw new Moved(`block ${last} was replaced`);
    events.sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.logIndex - b.logIndex);
    yield { from: first, to, events };
  }
}

/** Some nodes say a thing twice. */
function isFirst(): (log: RawLog) => boolean {
  const places = new Set<string>();
  return ({ blockHash, logIndex }) => {
    const place = `${blockHash}/${Number(logIndex)}`;
    return !places.has(place) && places.add(place) !== undefined;
  };
}

/** Not every node says it with the log. */
async function timestampsOf(chain: Chain, logs: readonly RawLog[], to: Head): Promise<Map<Hash, number>> {
  const timestamps = new Map<Hash, number>([[to.hash, to.timestamp]]);
  for (const log of logs as (RawLog & { blockTimestamp?: Hex })[]) {
    if (timestamps.has(log.blockHash)) continue;
    if (log.blockTimestamp !== undefined) timestamps.set(log.blockHash, Number(BigInt(log.blockTimestamp)));
    else {
      const block = await chain.block(BigInt(log.blockNumber));
      if (block?.hash !== log.blockHash) throw new Moved(`block ${BigInt(log.blockNumber)} was replaced`);
      timestamps.set(log.blockHash, block.timestamp);
    }
  }
  return timestamps;
}

function eventOf(chain: Chain, usdc: Address, log: RawLog, timestamps: ReadonlyMap<Hash, number>): ChainEvent {
  const base = {
    blockHash: log.blockHash,
    logIndex: Number(log.logIndex),
    blockNumber: BigInt(log.blockNumber),
    blockTimestamp: timestamps.get(log.blockHash) ?? 0,
    txHash: log.transactionHash,
  };
  if (log.removed === true) throw new Moved(`block ${base.blockNumber} was replaced`);
  if (sameHex(log.address, usdc) && log.topics[0] === APPROVAL && sameHex(log.topics[2], pad(chain.settlement))) {
    const amount = BigInt(log.data);
    return {
      ...base,
      name: "Approval",
      consumer: addressIn(log.topics[1]),
      operator: null,
      sessionId: null,
      amount,
      args: { amount: amount.toString() },
    };
  }
  const entry = sameHex(log.address, chain.settlement)
    ? decodeLog({ isUsdc: false, topics: log.topics, data: log.data, logIndex: base.logIndex })
    : undefined;
  if (entry === undefined || !("args" in entry))
    throw new Error(`block ${base.blockNumber} has a log that nobody asked for, or that the contract cannot emit`);
  const args = entry.args as Record<string, string | number | bigint>;
  const text = Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  );
  const isSettled = entry.eventName === "Settled";
  return {
    ...base,
    name: entry.eventName,
    consumer: (isSettled ? args.from : (args.consumer ?? null)) as Address | null,
    operator: (isSettled ? args.to : (args.payee ?? null)) as Address | null,
    sessionId: uuidOf(args.sessionId as Hex | undefined),
    amount: isSettled
      ? (args.toAmount as bigint) + (args.feeAmount as bigint)
      : typeof args.amount === "bigint"
        ? args.amount
        : null,
    args: text,
  };
}

function uuidOf(sessionId: Hex | undefined): string | null {
  return sessionId !== undefined && /^0x0{32}/.test(sessionId) ? uuidFromSessionId(sessionId) : null;
}

function addressIn(topic: Hex | undefined): Address {
  return getAddress(`0x${topic?.slice(26)}`);
}
