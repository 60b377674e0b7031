import { readInWindows } from "@luxxon/chain/rpc/logs";
import { expect } from "chai";
import { HttpRequestError } from "viem";

/** Reads blocks 1 to `last` from an endpoint that gives at most `limit` at a time; every tenth block has an event. */
async function readFrom(limit: bigint, last = 100_000n) {
  const asked: bigint[] = [];
  const events: bigint[] = [];
  let refused = 0;
  const read = async (from: bigint, to: bigint) => {
    asked.push(to - from + 1n);
    if (to - from + 1n > limit) {
      refused++;
      throw new Error("query returned too much");
    }
    const found: bigint[] = [];
    for (let block = from; block <= to; block++) if (block % 10n === 0n) found.push(block);
    return found;
  };
  let end = 0n;
  for await (const { to, logs } of readInWindows(read, 1n, last)) {
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

  it("gives up where one block alone is refused", async () => {
    const refused = readFrom(0n, 10n).catch((error: Error) => error.message);
    expect(await refused).to.equal("query returned too much");
  });

  it("waits where it is asked to, and then goes on with as many blocks as before", async () => {
    const asked: bigint[] = [];
    const read = async (from: bigint, to: bigint) => {
      asked.push(to - from + 1n);
      if (asked.length <= 3) throw new HttpRequestError({ url: "http://127.0.0.1", status: 429 });
      return [to];
    };
    const { value } = await readInWindows(read, 1n, 100n, 1).next();
    expect(value).to.deep.equal({ to: 100n, logs: [100n] });
    expect(asked).to.deep.equal([100n, 100n, 100n, 100n]);
  });

  it("gives up where it is asked to wait again and again", async () => {
    let asked = 0;
    const read = async () => {
      asked++;
      throw new HttpRequestError({ url: "http://127.0.0.1", status: 429 });
    };
    const refused = readInWindows(read, 1n, 100n, 1).next();
    expect(await refused.catch((error: Error) => error.name)).to.equal("HttpRequestError");
    expect(asked).to.equal(6);
  });

  it("gives up at once where nobody answers", async () => {
    let asked = 0;
    const read = async () => {
      asked++;
      throw new HttpRequestError({ url: "http://127.0.0.1", cause: new Error("ECONNREFUSED") });
    };
    const windows = readInWindows(read, 1n, 100_000n);
    expect(await windows.next().catch((error: Error) => error.name)).to.equal("HttpRequestError");
    expect(asked).to.equal(1);
  });
});
