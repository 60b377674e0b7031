import { causeOf, isCut, type ProblemKind, RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";

/** What nodes and providers say, each in its own words. */
const SAID: Record<Exclude<ProblemKind, "refused" | "slow" | "foreign">, [code: number | string, message: string][]> = {
  range: [
    [-32602, "range 1000000 exceeds limit of 10000"],
    [-32005, "query returned more than 10000 results. Try with this block range [0x1, 0x2]."],
    [-32000, "query block range exceeds server limit, narrow your filter: 1000"],
    [-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range"],
    [-32614, "eth_getLogs is limited to a 10,000 range"],
    [35, "ranges over 10000 blocks are not supported on freetier"],
    [-32000, "exceed maximum block range: 50000"],
    [-32000, "query returns too many logs, narrow your filter: 20000"],
    [-32002, "request timed out"],
  ],
  rate: [
    [-32016, "over rate limit"],
    [-32007, "50/second request limit reached - reduce calls per second or upgrade your account"],
    [429, "Your app has exceeded its compute units per second capacity"],
    [-32005, "daily request count exceeded, request rate limited"],
    [-32000, "Too Many Requests"],
  ],
  pruned: [
    [4444, "pruned history unavailable"],
    [-32000, "Receipt not available for From block 14319330."],
    [-32000, "missing trie node 5f3a (path ) state 0x5f3a is not available"],
    [-32000, "required historical state unavailable (reexec=128)"],
    [-32000, "seek with txNum=1962853355 but data before txNum=2662500000 is not available"],
    [-32000, "this request requires an archive node"],
  ],
  method: [
    [-32601, "the method debug_traceTransaction does not exist/is not available"],
    [-32004, "Method eth_getBlockReceipts is not supported"],
  ],
  transient: [
    ["ECONNRESET", "socket hang up"],
    ["ETIMEDOUT", "connect ETIMEDOUT"],
    ["UND_ERR_CONNECT_TIMEOUT", "Connect Timeout Error (attempted address: 192.0.2.1:443, timeout: 10000ms)"],
    ["CERT_HAS_EXPIRED", "certificate has expired"],
    [-32000, "header not found"],
    [-32011, "no backend is currently healthy to serve traffic"],
  ],
};

const WHERE = "http://endpoint";
const ADDRESS = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913";
const SLOT = "0x7050c9e0f4ca769c69bd3a8ef740bc37934f8e2c036e5a723fd8ee048ed3f8c3";

describe("what an endpoint says", () => {
  for (const [kind, all] of Object.entries(SAID)) {
    for (const [code, message] of all) {
      it(`“${message}” is understood as ${kind}`, () => {
        expect(
          new RequestProblem(WHERE, { method: "eth_getLogs", params: [] }, Object.assign(new Error(message), { code })),
        ).to.have.property("kind", kind);
      });
    }
  }

  it("anything else is taken as a refusal, in its own words", () => {
    const { kind, details, message } = new RequestProblem(
      WHERE,
      { method: "eth_call", params: [] },
      Object.assign(new Error("execution reverted."), { code: 3 }),
    );
    expect({ kind, details, message }).to.deep.equal({
      kind: "refused",
      details: "execution reverted",
      message: "http://endpoint refuses eth_call: execution reverted.",
    });
  });

  it("the words of the request, in which anything may stand, are not taken for the answer's", () => {
    const wrapped = Object.assign(new Error("URL: https://archive.example/pruned"), {
      shortMessage: "RPC Request failed.",
      details: "execution reverted",
    });
    expect(new RequestProblem(WHERE, { method: "eth_call", params: [] }, wrapped).kind).to.equal("refused");
  });

  it("how long to wait stands in the header, in seconds or as a date", () => {
    const wait = (value: string) =>
      new RequestProblem(
        WHERE,
        { method: "eth_call", params: [] },
        { status: 429, headers: new Headers({ "retry-after": value }) },
      ).retryAfterMs;
    expect(wait("7")).to.equal(7_000);
    expect(wait(new Date(Date.now() + 60_000).toUTCString())).to.be.within(55_000, 60_000);
    expect(wait("soon")).to.equal(undefined);
  });

  for (const [kind, said, method, params, what] of [
    [
      "refused",
      "corrupt",
      "eth_getLogs",
      [{ fromBlock: "0x5", toBlock: "0x5" }],
      "refuses the logs of block 5: corrupt.",
    ],
    [
      "refused",
      "corrupt",
      "eth_getLogs",
      [{ fromBlock: "0x5", toBlock: "0x7" }],
      "refuses the logs of blocks 5 to 7: corrupt.",
    ],
    ["pruned", "archive", "eth_getStorageAt", [ADDRESS, SLOT, "0x10"], "no longer has the state of block 16 ("],
    ["pruned", "archive", "eth_call", [{ to: "0x1" }, "latest"], "no longer has eth_call ("],
    ["pruned", "archive", "eth_getTransactionByHash", ["0x1"], "no longer has eth_getTransactionByHash ("],
  ] as const) {
    it(`${what.split(":")[0]?.replace(/ \($/, "")}, is told as that`, () => {
      const problem = new RequestProblem(WHERE, { method, params }, new Error(said));
      expect(problem.kind).to.equal(kind);
      expect(problem.message).to.satisfy((line: string) => line.startsWith(`${WHERE} ${what}`));
    });
  }

  it("is found however deep it was wrapped, and is for the user to put right", () => {
    const problem = new RequestProblem(WHERE, { method: "eth_call", params: [] }, new Error("no"));
    const wrapped = new Error("the call failed", { cause: new Error("the request failed", { cause: problem }) });
    expect(causeOf(wrapped, RequestProblem)).to.equal(problem);
    expect(causeOf(wrapped, UsageError)).to.equal(problem);
    expect(causeOf(new Error("a fault"), UsageError)).to.equal(undefined);
  });

  for (const [what, error, expected] of [
    ["a connection that was cut", Object.assign(new Error("read"), { code: "ECONNRESET" }), true],
    ["one that was cut in mid-answer", new Error("", { cause: new Error("other side closed") }), true],
    ["one that Hardhat could not make", new Error('HHE703: Cannot connect to the network "base".\nPlease …'), true],
    ["one that Hardhat found too slow", new Error("", { cause: new Error("HHE704: Network connection …") }), true],
    ["a file that is not there", Object.assign(new Error("no such file"), { code: "ENOENT" }), false],
    ["a refusal", new Error("execution reverted"), false],
  ] as const) {
    it(`${what} is ${expected ? "" : "not "}taken for a connection that was cut`, () => {
      expect(isCut(error)).to.equal(expected);
    });
  }
});
