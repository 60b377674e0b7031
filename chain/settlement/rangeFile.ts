/**
 * What has been read of a chain, kept on disk so that the next audit reads only what is new: one file a contract, one
 * line a range of blocks. Each range carries the hash of its last block, which stands for all blocks before it: as long
 * as the chain still has that block, nothing in the range can have changed.
 */
import { createReadStream, existsSync } from "node:fs";
import { appendFile, mkdir, truncate, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Address, Hash } from "viem";
import { z } from "zod";
import { hashSchema } from "../deployments/schema.ts";
import type { KeptLog } from "./logs.ts";
import type { KeptTransaction } from "./transactions.ts";

/** A range of blocks that has been read. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly toHash: Hash;
}

/** And what is in it. */
export interface Segment extends Range {
  readonly logs: readonly KeptLog[];
  readonly transactions: readonly KeptTransaction[];
}

/** What the lines of a file are about. Another layout, another number. */
export interface CacheKey {
  readonly chainId: number;
  readonly address: Address;
  readonly usdc: Address;
  readonly fromBlock: number;
}

const LAYOUT = 1;

/** The outline of a line; what a log and a transaction are is this program's own affair. */
const segmentSchema = z.object({
  from: z.int(),
  to: z.int(),
  toHash: hashSchema,
  logs: z.array(z.object({ blockNumber: z.int(), topics: z.array(z.string()), data: z.string() }).loose()),
  transactions: z.array(z.object({ hash: hashSchema, blockNumber: z.int() }).loose()),
});

export class Cache {
  readonly #file: string;
  readonly #head: string;
  /** Where each line that is good ends, in bytes; the first is the head. */
  #ends: number[] = [];

  constructor(folder: string, key: CacheKey) {
    this.#file = `${folder}/${key.chainId}-${key.address.toLowerCase()}-${key.fromBlock}.jsonl`;
    this.#head = JSON.stringify({ layout: LAYOUT, ...key });
  }

  /** The ranges that are there, one after the other from the first block on. A line that was cut short ends them. */
  async outline(): Promise<Range[]> {
    const ranges: Range[] = [];
    this.#ends = [];
    let end = 0;
    for await (const line of this.#lines()) {
      end += Buffer.byteLength(line) + 1;
      if (this.#ends.length === 0) {
        if (line !== this.#head) break;
      } else {
        const segment = segmentSchema.safeParse(parsed(line));
        const before = ranges.at(-1);
        if (!segment.success || (before !== undefined && segment.data.from !== before.to + 1)) break;
        const { from, to, toHash } = segment.data;
        ranges.push({ from, to, toHash });
      }
      this.#ends.push(end);
    }
    return ranges;
  }

  /** The first `count` ranges with what is in them, each read when it is asked for. */
  async *segments(count: number): AsyncGenerator<Segment> {
    let index = -1;
    for await (const line of this.#lines()) {
      if (index >= 0) yield parsed(line) as Segment;
      if (++index === count) return;
    }
  }

  /** Keeps the first `count` ranges and forgets the rest. */
  async keep(count: number): Promise<void> {
    const end = this.#ends[count];
    this.#ends.length = Math.min(this.#ends.length, count + 1);
    if (end === undefined) await this.#begin();
    else await truncate(this.#file, end);
  }

  async append(segment: Segment): Promise<void> {
    if (this.#ends.length === 0) await this.#begin();
    const line = `${JSON.stringify(segment)}\n`;
    await appendFile(this.#file, line);
    this.#ends.push((this.#ends.at(-1) ?? 0) + Buffer.byteLength(line));
  }

  async *#lines(): AsyncGenerator<string> {
    if (!existsSync(this.#file)) return;
    yield* createInterface({ input: createReadStream(this.#file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  }

  async #begin(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(this.#file, `${this.#head}\n`);
    this.#ends = [Buffer.byteLength(this.#head) + 1];
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
