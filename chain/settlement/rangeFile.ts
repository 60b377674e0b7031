/** Keeps what was read of a contract's past in a file: a line a range of blocks. It can be deleted at any time. */
import { createReadStream } from "node:fs";
import { appendFile, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Address } from "viem";
import { z } from "zod";
import { hashSchema } from "../deployments/schema.ts";
import { makeFolder } from "../files.ts";
import { toJsonLine } from "../json.ts";
import type { Range, RangeStore, Segment } from "./follow.ts";

/** Whose past is kept, from the block of the deployment on. */
export interface Contract {
  readonly chainId: number;
  readonly address: Address;
  readonly usdc: Address;
  readonly fromBlock: bigint;
}

/** Of the lines. A file of another layout counts for nothing. */
const LAYOUT = 3;

/**
 * A last range with nothing in it is joined with the one that follows, up to so many blocks: whoever looks every minute
 * would else add half a million lines a year. Joined ranges are read again together, if one of their blocks is replaced.
 */
const JOINED_BLOCKS = 10_000n;

interface Line {
  readonly range: Range;
  readonly isEmpty: boolean;
  /** Where it ends, in bytes. */
  readonly end: number;
}

export class RangeFile<Item> implements RangeStore<Item> {
  readonly #file: string;
  readonly #head: string;
  readonly #schema: z.ZodType<Segment<Item>>;
  /** Whether the file is there, and begins with its head. */
  #isBegun = false;
  #lines: Line[] = [];

  constructor(folder: string, { chainId, address, usdc, fromBlock }: Contract, item: z.ZodType<Item>) {
    this.#file = join(folder, `${chainId}-${address.toLowerCase()}-${fromBlock}.jsonl`);
    this.#head = `${toJsonLine({ layout: LAYOUT, chainId, address, usdc, fromBlock })}\n`;
    const block = z.coerce.bigint();
    this.#schema = z.object({ from: block, to: block, toHash: hashSchema, items: z.array(item) });
  }

  /** A line that was cut short, or is none of this file, ends what is there. */
  async outline(): Promise<Range[]> {
    this.#lines = [];
    this.#isBegun = false;
    const size = await sizeOf(this.#file);
    for await (const text of this.#texts()) {
      if (!this.#isBegun) {
        if (`${text}\n` !== this.#head || this.#end() > size) break;
        this.#isBegun = true;
        continue;
      }
      const segment = this.#parse(text);
      const before = this.#lines.at(-1)?.range;
      const end = this.#end() + Buffer.byteLength(text) + 1;
      if (segment === undefined || end > size || (before !== undefined && segment.from !== before.to + 1n)) break;
      this.#remember(segment, end);
    }
    return this.#lines.map(({ range }) => range);
  }

  async *segments(count: number): AsyncGenerator<Segment<Item>> {
    /** Of a range; the head comes before all of them. */
    let index = -1;
    for await (const text of this.#texts()) {
      const segment = index < 0 ? undefined : this.#parse(text);
      // Another process has cut the file meanwhile: what is missing is read from the chain.
      if (index >= 0 && segment === undefined) return;
      if (segment !== undefined) yield segment;
      if (++index === count) return;
    }
  }

  async keep(count: number): Promise<void> {
    this.#lines = this.#lines.slice(0, count);
    if (this.#isBegun) return truncate(this.#file, this.#end());
    await makeFolder(dirname(this.#file));
    await writeFile(this.#file, this.#head);
    this.#isBegun = true;
  }

  async append(segment: Segment<Item>): Promise<void> {
    const last = this.#lines.at(-1);
    const isJoined = last?.isEmpty === true && segment.to - last.range.from < JOINED_BLOCKS;
    if (isJoined) await this.keep(this.#lines.length - 1);
    const { to, toHash, items } = segment;
    const whole = { from: isJoined ? last.range.from : segment.from, to, toHash, items };
    const text = `${toJsonLine(whole)}\n`;
    await appendFile(this.#file, text);
    this.#remember(whole, this.#end() + Buffer.byteLength(text));
  }

  #remember({ from, to, toHash, items }: Segment<Item>, end: number): void {
    this.#lines.push({ range: { from, to, toHash }, isEmpty: items.length === 0, end });
  }

  #end(): number {
    return this.#lines.at(-1)?.end ?? Buffer.byteLength(this.#head);
  }

  #parse(text: string): Segment<Item> | undefined {
    try {
      return this.#schema.safeParse(JSON.parse(text)).data;
    } catch {
      return undefined;
    }
  }

  async *#texts(): AsyncGenerator<string> {
    if ((await sizeOf(this.#file)) === 0) return;
    yield* createInterface({ input: createReadStream(this.#file, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return { size: 0 };
  });
  return found.size;
}
