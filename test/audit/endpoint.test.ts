import { encodeHeader, type RawBlock } from "@luxxon/chain/rpc/blocks";
import { Endpoint, openEndpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { type Hex, keccak256, numberToHex } from "viem";
import type { Wanted } from "../../scripts/audit/collect/identify.ts";
import { Forger } from "./support/forger.ts";
import { auditListed, type Listed } from "./support/listed.ts";
import { recordOf, type Scene, theScene } from "./support/scene.ts";
import { serve } from "./support/serve.ts";

/** An error as JSON-RPC has it. */
class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

describe("an audit, by an endpoint", () => {
  let scene: Scene;
  let truth: Listed;

  before(async function () {
    this.timeout(60_000);
    scene = await theScene();
    truth = await audit(scene.send);
  });

  function auditBy(endpoint: Endpoint, wanted: Partial<Wanted> = {}): Promise<Listed> {
    const all = { ...scene.wanted, ...wanted };
    return auditListed({ endpoints: [endpoint], wanted: all, announcedFeeBps: 1_500, cacheFolder: undefined });
  }

  const endpointOf = (send: Send) => new Endpoint("http://endpoint", send, { firstPauseMs: 1, longestPauseMs: 1 });

  const audit = (send: Send, wanted: Partial<Wanted> = {}) => auditBy(endpointOf(send), wanted);

  /** The chain's own answers, but for one method's. */
  function but(method: string, answer: (ask: () => Promise<unknown>, params: readonly unknown[]) => unknown): Send {
    return async (asked, params) => {
      const ask = () => scene.send(asked, params);
      return asked === method ? answer(ask, params) : ask();
    };
  }

  /** The line that the command prints before it ends with exit code 2. */
  async function refusalOf(endpoint: Endpoint, wanted: Partial<Wanted> = {}): Promise<string> {
    try {
      await auditBy(endpoint, wanted);
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error("the audit went through");
  }

  const refusal = (send: Send, wanted: Partial<Wanted> = {}) => refusalOf(endpointOf(send), wanted);

  /** Each request has its turn once, whatever comes between. */
  const firstTimes = () => {
    const seen = new Set<string>();
    return (method: string, params: unknown) => {
      const asked = JSON.stringify([method, params]);
      if (seen.has(asked)) return false;
      seen.add(asked);
      return true;
    };
  };

  const rangeOf = (params: readonly unknown[]) => {
    const { fromBlock, toBlock } = params[0] as { fromBlock: Hex; toBlock: Hex };
    return Number(BigInt(toBlock) - BigInt(fromBlock)) + 1;
  };

  describe("that has limits", () => {
    for (const [what, refuses, error] of [
      ["of blocks", (blocks: number) => blocks > 5, new RpcError(-32602, "range 45 exceeds limit of 5")],
      ["of results", (_: number, logs: number) => logs > 3, new RpcError(-32005, "query returned more than 3 results")],
      ["of time", (blocks: number) => blocks > 9, new RpcError(-32000, "query timeout exceeded")],
    ] as const) {
      it(`${what}, comes to the same end`, async () => {
        const send = but("eth_getLogs", async (ask, params) => {
          const logs = (await ask()) as RawLog[];
          if (rangeOf(params) > 1 && refuses(rangeOf(params), logs.length)) throw error;
          return logs;
        });
        expect(await audit(send)).to.deep.equal(truth);
      });
    }

    it("of the rate of requests, waits as long as it is told to, and comes to the same end", async () => {
      const isNew = firstTimes();
      let refused = 0;
      const server = await serve(scene.send, (body) => {
        const { method, params } = JSON.parse(body) as { method: string; params: unknown };
        if (!isNew(method, params)) return undefined;
        refused++;
        return { status: 429, headers: { "retry-after": "0" } };
      });
      const found = await auditBy(openEndpoint("--rpc", server.url, { firstPauseMs: 60_000 }));
      server.close();
      expect(refused).to.be.greaterThan(3);
      expect(found).to.deep.equal(truth);
    });

    it("of the rate of requests, and never lets up, says so", async () => {
      const send = but("eth_getLogs", () => {
        throw new RpcError(-32005, "daily request limit exceeded");
      });
      expect(await refusal(send)).to.equal(
        "http://endpoint limits the rate of requests (“daily request limit exceeded”): wait a while, or use an endpoint of your own. What has been read is kept.",
      );
    });
  });

  describe("that has bad moments", () => {
    it("tries again", async () => {
      const isNew = firstTimes();
      const send: Send = (method, params) => {
        if (isNew(method, params)) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
        return scene.send(method, params);
      };
      expect(await audit(send)).to.deep.equal(truth);
    });

    it("gives up when it cannot be reached", async () => {
      const send: Send = () => {
        throw Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
      };
      expect(await refusal(send)).to.equal("http://endpoint cannot be reached (ECONNREFUSED).");
    });
  });

  describe("that is none", () => {
    const answers: [what: string, status: number, body: string, says: string][] = [
      ["a page", 200, "<html>", "does not answer with JSON-RPC (HTTP 200)."],
      ["JSON of another kind", 200, "{}", "does not answer with JSON-RPC (HTTP 200)."],
      ["a door that is shut", 401, "", "does not answer with JSON-RPC (HTTP 401)."],
    ];
    for (const [what, status, body, says] of answers) {
      it(`but ${what}, is told in one line`, async () => {
        const server = await serve(scene.send, () => ({ status, headers: {}, body }));
        const line = await refusalOf(openEndpoint("--rpc", server.url));
        server.close();
        expect(line).to.equal(`${server.url} ${says}`);
      });
    }
  });

  describe("that has thrown history away", () => {
    it("says which blocks it does not have any more", async () => {
      const send = but("eth_getLogs", () => {
        throw new RpcError(4444, "pruned history unavailable");
      });
      const { fromBlock, toBlock } = scene.wanted;
      expect(await refusal(send)).to.equal(
        `http://endpoint no longer has the logs of blocks ${fromBlock} to ${toBlock} (it says “pruned history unavailable”): use an endpoint that keeps the whole history.`,
      );
    });

    it("and does not say so, notices that the beginning is missing", async () => {
      const send = but("eth_getLogs", async (ask) =>
        ((await ask()) as RawLog[]).filter(({ blockNumber }) => BigInt(blockNumber) > scene.wanted.fromBlock + 5n),
      );
      expect(await refusal(send)).to.match(/^The history from block \d+ does not begin with the creation of 0x/);
    });

    it("of the contract's state, says so", async () => {
      const send = but("eth_getCode", () => {
        throw new RpcError(-32000, "missing trie node 5f3a (path )");
      });
      expect(await refusal(send)).to.match(/^http:\/\/endpoint no longer has the state of block \d+ /);
    });
  });

  describe("that can less than others", () => {
    it("goes to the latest block where it does not know which is safe, and says so", async () => {
      const send = but("eth_getBlockByNumber", (ask, [which]) => {
        if (which === "safe") throw new RpcError(-32602, "invalid block tag");
        return ask();
      });
      const { target, notes } = await audit(send, { toBlock: undefined });
      expect(target.toBlock).to.equal(scene.wanted.toBlock);
      expect(notes?.[0]).to.contain("does not say which block is safe");
    });

    it("is as good where headers have fields beside their own: what they have gives their hash", async () => {
      const send = but("eth_getBlockByNumber", async (ask) => ({
        ...((await ask()) as object),
        timestampMs: "0x1",
      }));
      expect(await audit(send)).to.deep.equal(truth);
    });

    it("is as good where it has the receipts of a block only one by one, or all at once", async () => {
      const send: Send = async (method, params) => {
        if (method !== "eth_getBlockReceipts") return scene.send(method, params);
        const block = (await scene.send("eth_getBlockByNumber", [params[0], true])) as {
          transactions: { hash: Hex }[];
        };
        return Promise.all(block.transactions.map(({ hash }) => scene.send("eth_getTransactionReceipt", [hash])));
      };
      expect(await audit(send)).to.deep.equal(truth);
    });

    it("says which other contract of the chain could not be asked for the same sessions", async () => {
      const others = [{ address: scene.other.address, version: "3.0.0" }];
      const { notes, rules } = await audit(scene.send, { others });
      expect(notes).to.deep.equal([
        `Whether sessions were settled in ${scene.other.address} too was not checked: it is of version 3.0.0, whose storage is not known here.`,
      ]);
      expect(rules.find(({ id }) => id === "R32")?.checked).to.equal(0);
    });

    it("believes what the contract says where the state is not proved, and says so", async () => {
      const send = but("eth_getProof", () => {
        throw new RpcError(-32601, "the method eth_getProof does not exist/is not available");
      });
      const { reach, ...found } = await audit(send);
      const { reach: proved, ...same } = truth;
      expect(found).to.deep.equal(same);
      const believed = reach.filter(({ basis }, i) => basis === "believed" && proved[i]?.basis === "proved");
      expect(believed.map(({ fact }) => fact)).to.deep.equal([
        "The contract's code",
        "Deposits, credits, limits, holds, settled bits, settings",
        "The USDC that the contract holds",
      ]);
    });

    it("goes by the events alone where it cannot trace what came through another contract, and says so", async () => {
      const send = but("debug_traceTransaction", () => {
        throw new RpcError(-32601, "the method debug_traceTransaction does not exist/is not available");
      });
      const { violations, notes, rules } = await audit(send);
      expect(violations).to.deep.equal([]);
      expect(notes?.[0]).to.match(/^1 of 40 transactions came through another contract/);
      const checked = (all: Listed["rules"]) => all.find(({ id }) => id === "R15")?.checked ?? 0;
      expect(checked(rules)).to.equal(checked(truth.rules) - 1);
    });
  });

  describe("where there is nothing to audit, says so:", () => {
    it("another chain", async () => {
      expect(await refusal(scene.send, { chainId: 8453 })).to.equal(
        "http://endpoint serves chain 84532, not Base (8453).",
      );
    });

    it("no contract", async () => {
      const address = scene.stranger.account.address;
      expect(await refusal(scene.send, { address })).to.equal(
        `There is no contract at ${address} in block ${scene.wanted.toBlock} of http://endpoint.`,
      );
    });

    it("another contract", async () => {
      const { address } = scene.usdc;
      expect(await refusal(scene.send, { address })).to.equal(`The contract at ${address} is no LuxxonSettlement.`);
    });

    it("another version", async () => {
      const other = `${numberToHex(32, { size: 32 })}${numberToHex(5, { size: 32 }).slice(2)}${"342e312e30".padEnd(64, "0")}`;
      let calls = 0;
      const send = but("eth_call", (ask) => (calls++ === 0 ? other : ask()));
      expect(await refusal(send)).to.contain("says that it is version 4.1.0; the rules known here are those of 4.0.0");
    });

    it("other code than the record's", async () => {
      const record = { ...(await recordOf(scene)), codeHash: `0x${"1".repeat(64)}` as const };
      expect(await refusal(scene.send, { record })).to.match(
        /is not the code that deployments\/84532\.json records\.$/,
      );
    });

    it("a block that is not there yet", async () => {
      expect(await refusal(scene.send, { toBlock: 1_000_000n })).to.match(/^--to-block is 1000000; the last block of/);
    });

    it("not the first block", async () => {
      const fromBlock = scene.wanted.fromBlock + 1n;
      expect(await refusal(scene.send, { fromBlock })).to.contain("does not begin with the creation");
    });
  });

  describe("that lies, notices", () => {
    const lies: Record<string, [send: () => Send | Promise<Send>, says: RegExp]> = {
      "a log of another contract": [
        () => altersLogs((log) => ({ ...log, address: scene.stranger.account.address })),
        /among the contract's logs it shows a log of 0x/,
      ],
      "a transfer between others": [
        () =>
          but("eth_getLogs", async (ask, params) => {
            const logs = (await ask()) as RawLog[];
            const [other] = (await scene.send("eth_getLogs", [
              { address: scene.usdc.address, fromBlock: "0x0", toBlock: "latest" },
            ])) as RawLog[];
            const isOfUsdc = (params[0] as { topics?: unknown }).topics !== undefined;
            return isOfUsdc ? [...logs, { ...other, blockNumber: numberToHex(scene.wanted.fromBlock) }] : logs;
          }),
        /it shows a transfer that does not concern the contract/,
      ],
      "a log of a block that was not asked for": [
        () => altersLogs((log) => ({ ...log, blockNumber: "0x1" })),
        /it shows a log of block 1\./,
      ],
      "a log that a reorganisation removed": [() => altersLogs((log) => ({ ...log, removed: true })), /removed\. /],
      "two logs at one place": [
        () => altersLogs((log) => ({ ...log, logIndex: "0x0" })),
        /has two different logs at place 0/,
      ],
      "a log of a block that is not the chain's": [
        () => altersLogs((log) => ({ ...log, blockHash: `0x${"1".repeat(64)}` })),
        /a log is of block 0x1111/,
      ],
      "a log that the contract cannot emit": [() => cutLogs(), /has a log of 0x\w+ that the contract cannot emit/],
      "a block at another time": [
        () => but("eth_getBlockByNumber", async (ask) => ({ ...((await ask()) as object), timestamp: "0x5" })),
        /block \d+ does not have the hash 0x\w+ that it shows/,
      ],
      "another block than the one that was asked for": [
        () =>
          but("eth_getBlockByNumber", (ask, [which]) =>
            which === numberToHex(scene.wanted.toBlock as bigint)
              ? scene.send("eth_getBlockByNumber", ["0x1", false])
              : ask(),
          ),
        /asked for block \d+, it shows 1\./,
      ],
      "logs without the block": [
        () => but("eth_getBlockByNumber", (ask, [, full]) => (full === true ? null : ask())),
        /it shows logs of block \d+, but not the block/,
      ],
      "a block without its transactions": [
        () => altersBlocks((block) => ({ ...block, transactions: [] })),
        /the transactions of block \d+ are not those that its header names/,
      ],
      "transactions of another block": [
        () =>
          but("eth_getBlockByNumber", async (ask, [which, full]) => {
            const block = (await ask()) as RawBlock;
            if (full !== true) return block;
            const before = numberToHex(BigInt(which as Hex) - 1n);
            const { transactions } = (await scene.send("eth_getBlockByNumber", [before, true])) as RawBlock;
            return { ...block, transactions };
          }),
        /the transactions of block \d+ are not those that its header names/,
      ],
      "a transaction that is none": [
        () => altersBlocks((block) => ({ ...block, transactions: [null] })),
        /transaction undefined of block \d+, of type undefined, does not have the hash/,
      ],
      "a block without its receipts": [
        () => but("eth_getTransactionReceipt", () => null),
        /it does not show all receipts of block \d+/,
      ],
      "receipts that are none": [
        () => but("eth_getTransactionReceipt", () => ({ logs: 1 })),
        /the receipts of block \d+ are not those that its header names/,
      ],
      "a transaction that failed, and has logs": [
        () => but("eth_getTransactionReceipt", async (ask) => ({ ...((await ask()) as object), status: "0x0" })),
        /the receipts of block \d+ are not those that its header names/,
      ],
      "a receipt with a log less": [
        () =>
          but("eth_getTransactionReceipt", async (ask) => {
            const receipt = (await ask()) as { logs: RawLog[] };
            return { ...receipt, logs: receipt.logs.slice(1) };
          }),
        /the receipts of block \d+ are not those that its header names/,
      ],
      "a block that is none": [
        () => altersBlocks(() => ({ number: 1 })),
        /what it shows as a block is none: \{"number":1\}/,
      ],
      "a block without a hash": [
        () => altersBlocks(({ hash: _, ...block }) => block),
        /block \d+ does not have the hash undefined that it shows/,
      ],
    };

    function altersBlocks(alter: (block: RawBlock) => RawBlock | object): Send {
      return but("eth_getBlockByNumber", async (ask, [, full]) => {
        const block = (await ask()) as RawBlock;
        return full === true ? alter(block) : block;
      });
    }

    function altersLogs(alter: (log: RawLog) => RawLog): Send {
      return but("eth_getLogs", async (ask) => ((await ask()) as RawLog[]).map(alter));
    }

    /** A chain that was made up as a whole, with data that ends too early. */
    async function cutLogs(): Promise<Send> {
      const forger = await Forger.open(scene);
      const first = forger.find("Deposited");
      forger.cut(first);
      return forger.send;
    }

    for (const [lie, [send, says]] of Object.entries(lies)) {
      it(lie, async () => {
        const line = await refusal(await send());
        expect(line).to.match(/^http:\/\/endpoint contradicts itself: .*\. Nothing that it says can be relied on\.$/);
        expect(line).to.match(says);
      });
    }

    it("that the last block was replaced meanwhile", async () => {
      let isRead = false;
      const send: Send = async (method, params) => {
        // The history has been read by then.
        if (method === "eth_getProof") isRead = true;
        const answer = await scene.send(method, params);
        if (!isRead || method !== "eth_getBlockByNumber") return answer;
        const other = { ...(answer as RawBlock), extraData: "0x01" };
        return { ...other, hash: keccak256(encodeHeader(other)) };
      };
      expect(await refusal(send)).to.match(
        /^The chain has replaced block \d+ while it was read: run the audit again\.$/,
      );
    });
  });
});
