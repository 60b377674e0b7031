import { clientOf } from "@luxxon/chain/rpc/client";
import { chainIdOf, Endpoint, openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { type Endpoint as Served, serve } from "@luxxon/local/fork/relay";
import { expect } from "chai";
import { encodeErrorResult, parseAbi, zeroAddress } from "viem";
import { serveAlways, serveAnswers } from "../support/endpoints.ts";

describe("An endpoint over HTTP", () => {
  const served: Served[] = [];
  after(() => {
    for (const { close } of served) close();
  });

  async function at(server: Promise<Served>) {
    served.push(await server);
    return (await server).url;
  }

  for (const [what, server, says] of [
    ["a busy node says so, not in JSON", () => serveAlways(429, "slow down"), /limits .* \(HTTP 429\): wait a while/],
    [
      "a busy node says so, in JSON that is none",
      () =>
        serve((_, response) => void response.writeHead(429, { "content-type": "application/json" }).end("slow down")),
      /limits the rate of requests \(HTTP 429\): wait a while/,
    ],
    ["a gateway has nobody behind it", () => serveAlways(503, "<html>"), /cannot be reached \(HTTP 503\)\.$/],
    ["there is no such page", () => serveAlways(404, "<html>"), /does not answer with JSON-RPC \(HTTP 404\)\.$/],
    ["an answer has neither result nor error", () => serveAlways(200, "[]"), /with JSON-RPC \(HTTP 200\)\.$/],
    ["a key is wrong", () => serveAlways(403, '{"error":"invalid key"}'), /refuses eth_chainId: invalid key\.$/],
    ["an error says nothing", () => serveAlways(200, '{"error":{"code":-32000}}'), /it does not say why\.$/],
  ] as const) {
    it(`says it in one line, without the key in its path, if ${what}`, async () => {
      const url = await at(server());
      const endpoint = openEndpoint("BASE_RPC_URL", `${url}/v1/secret`, { attempts: 1 });
      const failure = await endpoint.ask("eth_chainId", []).catch(String);
      expect(failure)
        .to.match(says)
        .and.satisfy((line: string) => line.startsWith(`UsageError: BASE_RPC_URL: ${url} `))
        .and.not.to.contain("secret");
    });
  }

  it("takes null for an answer, and an error beside a result for none", async () => {
    const url = await at(serveAnswers({ eth_a: { result: null }, eth_b: { result: "0x1", error: null } }));
    const endpoint = openEndpoint("--rpc", url);
    expect([await endpoint.ask("eth_a", []), await endpoint.ask("eth_b", [])]).to.deep.equal([null, "0x1"]);
  });

  it("is given up if an answer begins and does not end in time", async () => {
    const url = await at(serve((_, response) => void response.write("{")));
    const failure = await openEndpoint("--rpc", url, { timeoutMs: 100 }).ask("eth_chainId", []).catch(String);
    expect(failure).to.equal(`UsageError: ${url} does not answer within 0.1 s.`);
  });

  it("is tried again if it cuts the connection in mid-answer", async () => {
    let asked = 0;
    const url = await at(
      serve((_, response) => {
        if (asked++ === 0) response.write("{", () => response.destroy());
        else response.end('{"result":"0x1"}');
      }),
    );
    expect(await openEndpoint("--rpc", url, { firstPauseMs: 1 }).ask("eth_chainId", [])).to.equal("0x1");
    expect(asked).to.equal(2);
  });
});

describe("The id of an endpoint's chain", () => {
  const ask = (answer: unknown) => chainIdOf(new Endpoint("http://endpoint", async () => answer));

  it("is a number", async () => expect(await ask("0x14a34")).to.equal(84_532));

  for (const answer of [null, "", "0x", "base", 8453, {}, [], true]) {
    it(`is not ${JSON.stringify(answer)}, which is said in one line`, async () => {
      const error = await ask(answer).catch((error: unknown) => error);
      expect(error).to.be.instanceOf(UsageError);
      expect((error as Error).message).to.equal(
        `http://endpoint answers eth_chainId with ${JSON.stringify(answer)}: that is no Ethereum node.`,
      );
    });
  }
});

describe("An endpoint's patience", () => {
  const busy = () => Object.assign(new Error("over rate limit"), { code: -32016 });

  async function triesOf(answers: number): Promise<number> {
    let asked = 0;
    const send = async () => {
      if (asked++ < answers) return "0x1";
      throw busy();
    };
    const endpoint = new Endpoint("http://endpoint", send, { firstPauseMs: 1 });
    for (let i = 0; i < answers; i++) await endpoint.ask("eth_chainId", []);
    await endpoint.ask("eth_chainId", []).catch(() => undefined);
    return asked - answers;
  }

  it("is short while it has never answered: more likely it is mistyped than busy", async () => {
    expect(await triesOf(0)).to.equal(3);
  });

  it("is long once it has answered", async () => {
    expect(await triesOf(1)).to.equal(8);
  });
});

describe("What a node does not know yet that another behind the same address has shown", () => {
  const HASH = `0x${"12".repeat(32)}`;
  const asked = async (answers: unknown[], method: string, params: unknown[], options = {}) => {
    let times = 0;
    const send = async () => {
      const answer = answers[Math.min(times++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const endpoint = new Endpoint("http://endpoint", send, { firstPauseMs: 1, ...options });
    const answer = await endpoint.ask(method, params).catch((error: unknown) => error);
    return { answer, times };
  };

  for (const [method, params] of [
    ["eth_getBlockByNumber", ["0x10", false]],
    ["eth_getBlockByHash", [HASH, true]],
    ["eth_getBlockReceipts", ["0x10"]],
    ["eth_getTransactionByHash", [HASH]],
    ["eth_getTransactionReceipt", [HASH]],
  ] as const)
    it(`is asked for again: ${method} was null twice`, async () => {
      expect(await asked([null, null, { hash: HASH }], method, [...params])).to.deep.equal({
        answer: { hash: HASH },
        times: 3,
      });
    });

  it("is nothing if it stays so", async () => {
    expect(await asked([null], "eth_getTransactionReceipt", [HASH])).to.deep.equal({ answer: null, times: 5 });
  });

  it("is nothing at once to whoever has nobody's word that it is there", async () => {
    const options = { nullAttempts: 1 };
    expect(await asked([null], "eth_getTransactionReceipt", [HASH], options)).to.deep.equal({ answer: null, times: 1 });
  });

  it("is no tag's block: a chain that calls none safe says so", async () => {
    expect(await asked([null], "eth_getBlockByNumber", ["safe", false])).to.deep.equal({ answer: null, times: 1 });
  });

  const internal = Object.assign(new Error("Internal error"), { code: -32_603 });
  it("is asked for again after an error without a reason, and that is a refusal if it stays", async () => {
    expect(await asked([internal, internal, "0x1"], "eth_getLogs", [{}])).to.deep.equal({ answer: "0x1", times: 3 });
    const { answer, times } = await asked([internal], "eth_getLogs", [{}]);
    expect([(answer as RequestProblem).kind, times]).to.deep.equal(["refused", 3]);
  });

  it("is a call that reverts at once, whatever its code", async () => {
    const reverts = Object.assign(new Error("Internal error: execution reverted"), {
      code: -32_603,
      data: "0x12345678",
    });
    expect((await asked([reverts], "eth_call", [{}])).times).to.equal(1);
  });

  for (const message of ["transaction indexing is in progress", "node is still indexing"])
    it(`is waited for: ${message}`, async () => {
      const indexing = Object.assign(new Error(message), { code: -32_000 });
      expect(await asked(["0x1", indexing, "0x2"].slice(1), "eth_getTransactionReceipt", [HASH])).to.deep.include({
        answer: "0x2",
        times: 2,
      });
    });
});

describe("A client of an endpoint", () => {
  const abi = parseAbi(["function f() view returns (uint256)", "error NotNow(uint256 until)"]);
  const call = { address: zeroAddress, abi, functionName: "f" } as const;

  const clientThat = (send: () => Promise<unknown>) =>
    clientOf(new Endpoint("http://endpoint", send, { firstPauseMs: 1 }));

  it("has its patience", async () => {
    let asked = 0;
    const client = clientThat(async () => {
      if (asked++ < 2) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
      return `0x${"0".repeat(63)}7`;
    });
    expect(await client.readContract(call)).to.equal(7n);
  });

  it("has its words, under what viem makes of them", async () => {
    const client = clientThat(() => Promise.reject(new Error("no trie today")));
    const failure = await client.readContract(call).catch((error: unknown) => error);
    expect(causeOf(failure, RequestProblem)?.message).to.equal("http://endpoint refuses eth_call: no trie today.");
  });

  for (const [of, code, message] of [
    ["most nodes", 3, "execution reverted"],
    ["others", -32000, "execution reverted"],
    ["Hardhat", -32603, "VM Exception while processing transaction: reverted with a custom error"],
  ] as const) {
    it(`decodes why a call reverts, from the error of ${of}`, async () => {
      const data = encodeErrorResult({ abi, errorName: "NotNow", args: [9n] });
      const client = clientThat(() => Promise.reject(Object.assign(new Error(message), { code, data })));
      const failure = await client.readContract(call).catch(String);
      expect(failure).to.contain("Error: NotNow(uint256 until)").and.contain("(9)");
    });
  }
});
