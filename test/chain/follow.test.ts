import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { follow } from "@luxxon/chain/settlement/follow";
import { RangeFile } from "@luxxon/chain/settlement/rangeFile";
import { expect } from "chai";
import { keccak256, toHex } from "viem";
import { z } from "zod";

/** A chain is the names of its blocks, from block 1 on: a letter each, in capitals where something has happened. */
type Chain = string;

/** A block's hash stands for all blocks before it, too. */
const hashIn = (chain: Chain, block: bigint) => keccak256(toHex(chain.slice(0, Number(block))));

describe("Following a chain", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-follow-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const contract = { chainId: 1, address: "0x1", usdc: "0x2", fromBlock: 1n } as const;
  const open = () => new RangeFile(folder, contract, z.string());
  const file = async () => join(folder, (await readdir(folder))[0] as string);
  const lines = async () => (await readFile(await file(), "utf8")).split("\n").slice(1, -1);

  /** Follows a chain to its end, or to another block. @returns What is given and told, and which blocks were read. */
  async function look(chain: Chain, { to = BigInt(chain.length), parts = 2n, dies = 0n } = {}) {
    const read: string[] = [];
    const replaced: bigint[] = [];
    async function* reading(first: bigint, last: bigint) {
      for (let from = first; from <= last; from += parts) {
        if (dies !== 0n && from >= dies) throw new Error("died");
        const end = from + parts - 1n < last ? from + parts - 1n : last;
        const names = chain.slice(Number(from) - 1, Number(end));
        read.push(names);
        const items = [...names].filter((name) => name !== name.toLowerCase());
        yield { from, to: end, toHash: hashIn(chain, end), items };
      }
    }
    const segments = follow({
      from: 1n,
      to,
      hashOf: async (block) => hashIn(chain, block),
      read: reading,
      store: open(),
      onReplaced: (from) => replaced.push(from),
    });
    let given = "";
    let next = 1n;
    for await (const segment of segments) {
      expect(segment.from, "segments follow on each other").to.equal(next);
      next = segment.to + 1n;
      given += segment.items.join("");
    }
    expect(next, "everything is given").to.equal(to + 1n);
    return { given, read, replaced };
  }

  it("reads everything the first time, in parts", async () => {
    expect(await look("AbCdE")).to.deep.equal({ given: "ACE", read: ["Ab", "Cd", "E"], replaced: [] });
  });

  it("gives what was kept and is still there, and reads what is new", async () => {
    await look("AbCd");
    expect(await look("AbCd")).to.deep.equal({ given: "AC", read: [], replaced: [] });
    expect(await look("AbCdE")).to.deep.equal({ given: "ACE", read: ["E"], replaced: [] });
  });

  it("reads the last range again, if a block of it was replaced", async () => {
    await look("AbCdEf");
    expect(await look("AbCdEX")).to.deep.equal({ given: "ACEX", read: ["EX"], replaced: [5n] });
  });

  it("goes back to a range that is still there, if blocks below were replaced", async () => {
    await look("AbCdEf");
    expect(await look("AbCXYz")).to.deep.equal({ given: "ACXY", read: ["CX", "Yz"], replaced: [3n] });
  });

  it("reads everything again, if the first block was replaced", async () => {
    await look("AbCd");
    expect(await look("XbCd")).to.deep.equal({ given: "XC", read: ["Xb", "Cd"], replaced: [1n] });
  });

  it("keeps what it has read again", async () => {
    await look("AbCdEf");
    await look("AbCXYz");
    expect(await look("AbCXYz")).to.deep.equal({ given: "ACXY", read: [], replaced: [] });
  });

  it("leaves what is kept when it ends earlier than the last time", async () => {
    await look("AbCdEf");
    const before = await lines();
    expect(await look("AbCdEf", { to: 3n })).to.deep.equal({ given: "AC", read: ["C"], replaced: [] });
    expect(await lines()).to.deep.equal(before);
  });

  it("forgets what is kept beyond its end, if blocks before it were replaced", async () => {
    await look("AbCdEf");
    expect(await look("AXCdEf", { to: 4n })).to.deep.equal({ given: "AXC", read: ["AX", "Cd"], replaced: [1n] });
    expect(await look("AXCdEf")).to.deep.equal({ given: "AXCE", read: ["Ef"], replaced: [] });
  });

  it("goes on behind the last range that was kept, if it died in the middle", async () => {
    const died = await look("AbCdEf", { dies: 5n }).catch((error: Error) => error.message);
    expect(died).to.equal("died");
    expect(await look("AbCdEf")).to.deep.equal({ given: "ACE", read: ["Ef"], replaced: [] });
  });

  it("begins anew in a store that was begun at another block", async () => {
    const store = open();
    await store.keep(0);
    await store.append({ from: 2n, to: 3n, toHash: hashIn("AbC", 3n), items: ["C"] });
    expect(await look("AbC")).to.deep.equal({ given: "AC", read: ["Ab", "C"], replaced: [] });
  });

  describe("with a file", () => {
    for (const [what, cut] of [
      ["in the middle", 10],
      ["before its end", 1],
    ] as const) {
      it(`reads again what a line was to say that was cut short ${what}`, async () => {
        await look("AbCd");
        await truncate(await file(), (await readFile(await file())).length - cut);
        expect(await look("AbCd")).to.deep.equal({ given: "AC", read: ["Cd"], replaced: [] });
        expect((await look("AbCd")).read).to.deep.equal([]);
      });
    }

    for (const [what, change] of [
      ["that is none of its own", () => '{"from":"3"}'],
      ["with other things in it", (line: string) => line.replace('["C"]', "[3]")],
      ["that does not begin where the one before ended", (line: string) => line.replace('"from":"3"', '"from":"4"')],
    ] as const) {
      it(`ends at a line ${what}`, async () => {
        await look("AbCdEf");
        const [head, first, second = "", third] = (await readFile(await file(), "utf8")).split("\n");
        await writeFile(await file(), [head, first, change(second), third, ""].join("\n"));
        expect(await look("AbCdEf")).to.deep.equal({ given: "ACE", read: ["Cd", "Ef"], replaced: [] });
        expect((await look("AbCdEf")).read).to.deep.equal([]);
      });
    }

    it("reads everything, if the file is of another layout", async () => {
      await look("AbCd");
      await writeFile(await file(), ['{"layout":0}', ...(await lines()), ""].join("\n"));
      expect(await look("AbCd")).to.deep.equal({ given: "AC", read: ["Ab", "Cd"], replaced: [] });
      expect((await look("AbCd")).read).to.deep.equal([]);
    });

    it("goes on from what it was given, if another process cuts the file meanwhile", async () => {
      await look("AbCd");
      const store = open();
      expect(await store.outline()).to.have.length(2);
      await open().keep(0);
      const given: string[] = [];
      for await (const { items } of store.segments(2)) given.push(...items);
      expect(given).to.deep.equal([]);
    });

    it("adds no line at each look where nothing happens", async () => {
      for (const chain of ["Ab", "Abc", "Abcd", "Abcde"]) await look(chain);
      expect(await lines()).to.have.length(2);
      expect((await look("AbcdeF")).read).to.deep.equal(["F"]);
    });

    it("joins no more than ten thousand blocks, so that a late reorganisation costs no more than these", async () => {
      const quiet = "a".repeat(9_999);
      await look(quiet, { parts: 9_999n });
      await look(`${quiet}a`, { parts: 9_999n });
      await look(`${quiet}aa`, { parts: 9_999n });
      expect(await lines()).to.have.length(2);
    });
  });
});
