import { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { readInWindows } from "@luxxon/chain/rpc/logs";
import { expect } from "chai";
import { type Hex, numberToHex } from "viem";

/** Reads stretches of blocks through an endpoint; tests hand in what it does with each. */
function reader(answer: (from: bigint, to: bigint) => unknown) {
  const send = async (_: string, params: readonly unknown[]) => {
    const { fromBlock, toBlock } = params[0] as { fromBlock: Hex; toBlock: Hex };
    return answer(BigInt(fromBlock), BigInt(toBlock));
  };
  const endpoint = new Endpoint("http://endpoint", send, { attempts: 6, firstPauseMs: 1 });
  return (from: bigint, to: bigint) =>
    endpoint.ask("eth_getLogs", [{ fromBlock: numberToHex(from), toBlock: numberToHex(to) }]) as Promise<bigint[]>;
}

const limited = () => Object.assign(new Error("over rate limit"), { code: -32016 });

/** Reads blocks 1 to `last` from an endpoint that gives at most `limit` at a time; every tenth block has an event. */
async function readFrom(limit: bigint, last = 100_000n, first?: bigint) {
  const asked: bigint[] = [];
  const events: bigint[] = [];
  let refused = 0;
  const read = reader((from, to) => {
    asked.push(to - from + 1n);
    if (to - from + 1n > limit) {
      refused++;
      throw new Error("query returned too much");
    }
    const found: bigint[] = [];
    for (let block = from; block <= to; block++) if (block % 10n === 0n) found.push(block);
    return found;
  });
  let end = 0n;
  for await (const { to, logs } of readInWindows(read, 1n, last, first)) {
    events.push(...logs);
    end = to;
  }
  return { asked, events, refused, end };
}

describe("Reading events", () => {
  it("asks once, where the endpoint allows it", async () => {
    expect((await readFrom(100_000n)).asked).to.deep.equal([100_000n]);
  });

  for (const limit of [50_000n, 10_000n, 2_000n, 999n, 1n]) {
    it(`finds every event once and in order, where an endpoint gives at most ${limit} blocks`, async () => {
      const last = limit === 1n ? 100n : 100_000n;
      const { events, end } = await readFrom(limit, last);
      expect(events).to.deep.equal(Array.from({ length: Number(last / 10n) }, (_, i) => BigInt(i + 1) * 10n));
      expect(end).to.equal(last);
    });
  }

  it("finds the endpoint's limit, and asks in vain less than one time in four", async () => {
    const { asked, refused } = await readFrom(2_000n);
    expect(asked.length).to.be.below(70);
    expect(refused * 4).to.be.below(asked.length);
  });

  it("asks for nothing where there is nothing new", async () => {
    const windows = [];
    for await (const window of readInWindows(async () => [1], 5n, 4n)) windows.push(window);
    expect(windows).to.deep.equal([]);
  });

  it("gives up where one block alone is refused, and names it", async () => {
    const refused = readFrom(0n, 10n).catch((error: Error) => error.message);
    expect(await refused).to.equal("http://endpoint refuses the logs of block 1: query returned too much.");
  });

  it("begins with as many blocks as it is told, and asks for more where there is little in them", async () => {
    const { asked, end } = await readFrom(100_000n, 100_000n, 100n);
    expect(asked.slice(0, 4)).to.deep.equal([100n, 200n, 400n, 800n]);
    expect(end).to.equal(100_000n);
  });

  it("asks for less where an answer is larger than comfortable", async () => {
    const asked: bigint[] = [];
    const read = reader((from, to) => {
      asked.push(to - from + 1n);
      return Array.from({ length: Number(to - from + 1n) * 200 }, () => from);
    });
    for await (const { logs } of readInWindows(read, 1n, 300n, 100n)) expect(logs.length).to.be.at.most(20_000);
    expect(asked).to.deep.equal([100n, 50n, 50n, 50n, 50n]);
  });

  it("asks for less where there was no answer in time", async () => {
    const asked: bigint[] = [];
    const read = reader((from, to) => {
      asked.push(to - from + 1n);
      if (to - from > 50n) throw Object.assign(new Error("does not answer within 1 s"), { name: "TimeoutError" });
      return [];
    });
    for await (const _ of readInWindows(read, 1n, 100n));
    expect(asked).to.deep.equal([100n, 50n, 50n]);
  });

  it("does not ask for less where the endpoint no longer has the blocks, and names them", async () => {
    const read = reader(() => {
      throw Object.assign(new Error("pruned history unavailable"), { code: 4444 });
    });
    const failure = await readInWindows(read, 1n, 100n).next().catch(String);
    expect(failure).to.match(/^UsageError: http:\/\/endpoint no longer has the logs of blocks 1 to 100 \(/);
  });

  it("leaves a fault of its own alone", async () => {
    const fault = new TypeError("undefined is not a log");
    const read = () => Promise.reject(fault);
    expect(
      await readInWindows(read, 1n, 100n)
        .next()
        .catch((error: unknown) => error),
    ).to.equal(fault);
  });

  it("waits where it is asked to, and then goes on with as many blocks as before", async () => {
    const asked: bigint[] = [];
    const read = reader((from, to) => {
      asked.push(to - from + 1n);
      // Whoever has answered before is waited for longer.
      if (from > 50n && asked.length <= 4) throw limited();
      return [to];
    });
    const windows = [];
    for await (const window of readInWindows(read, 1n, 100n, 50n)) windows.push(window);
    expect(windows).to.deep.equal([
      { from: 1n, to: 50n, logs: [50n] },
      { from: 51n, to: 100n, logs: [100n] },
    ]);
    expect(asked).to.deep.equal([50n, 50n, 50n, 50n, 50n]);
  });

  it("gives up where it is asked to wait again and again", async () => {
    let asked = 0;
    const read = reader((_, to) => {
      if (asked++ > 0) throw limited();
      return [to];
    });
    const windows = readInWindows(read, 1n, 100n, 50n);
    await windows.next();
    expect(await windows.next().catch(String)).to.equal(
      "UsageError: http://endpoint limits the rate of requests (“over rate limit”): wait a while, or use an endpoint of your own.",
    );
    expect(asked).to.equal(1 + 6);
  });

  it("gives up soon where nobody answers, and does not ask for less", async () => {
    const asked: bigint[] = [];
    const read = reader((from, to) => {
      asked.push(to - from + 1n);
      throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    });
    const failure = await readInWindows(read, 1n, 100_000n).next().catch(String);
    expect(failure).to.equal("UsageError: http://endpoint cannot be reached (ECONNREFUSED).");
    expect(asked).to.deep.equal([100_000n, 100_000n, 100_000n]);
  });
});
