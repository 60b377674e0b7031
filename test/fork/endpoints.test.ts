/** What the user reads when an endpoint cannot be used, and what a fork puts up with. */

import { spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import process from "node:process";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { ROOT } from "@luxxon/chain/root";
import { chooseForkBlock } from "@luxxon/local/fork/forkBlock";
import { mintUsdc } from "@luxxon/local/fork/money";
import { openFork } from "@luxxon/local/fork/open";
import { type Endpoint, listening, relayTo, serve } from "@luxxon/local/fork/relay";
import { serveTwin } from "@luxxon/local/fork/twin";
import { usdcAt } from "@luxxon/local/usdc";
import { expect } from "chai";
import { serveAlways, serveAnswers } from "../support/endpoints.ts";
import { asSinceDenim, JOVIAN_EXTRA_DATA } from "./denim.ts";

const VARIABLES = Object.values(BASE_CHAINS).flatMap((base) => [base.rpcUrlVariable, base.forkBlockVariable]);
const { baseSepolia } = BASE_CHAINS;

/** Runs a command with these variables, and none of the others that name an endpoint. */
async function run(script: string, args: string[], variables: Record<string, string>) {
  const unset = VARIABLES.flatMap((name) => ["-u", name]);
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  // Not spawnSync: the endpoints are served by this very process.
  const child = spawn("env", [...unset, ...set, process.execPath, script, ...args], { cwd: ROOT });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      output[name] += String(chunk);
    });
  }
  const status = await new Promise<number | null>((resolve) => void child.on("close", resolve));
  return { status, stdout: output.stdout, errors: output.stderr.split("\n").filter((line) => line !== "") };
}

/** A server on a free port that answers no HTTP: it says `greeting`, or nothing at all. */
async function serveRaw(greeting: string | undefined): Promise<Endpoint & { server: Server }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (greeting !== undefined) socket.end(greeting);
  });
  return { server, url: await listening(server), close: () => void server.close() };
}

/** A URL on this machine where nothing listens any more. */
async function nowhere(): Promise<string> {
  const { server, url } = await serveRaw(undefined);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

/** An endpoint of Base Sepolia as far as it goes, at block 1000, with code at every address. */
const HEALTHY = {
  eth_chainId: { result: "0x14a34" },
  eth_blockNumber: { result: "0x3e8" },
  eth_getCode: { result: "0x00" },
};

describe("npm run test:fork says in one line, with exit code 2, that BASE_SEPOLIA_RPC_URL", () => {
  const endpoints: Endpoint[] = [];
  after(() => {
    for (const endpoint of endpoints) endpoint.close();
  });

  /** Starts an endpoint for the time of these tests. */
  async function started(endpoint: Promise<Endpoint>): Promise<string> {
    endpoints.push(await endpoint);
    return (await endpoint).url;
  }

  for (const [what, endpoint, line] of [
    ["is not a URL", async () => "sepolia.base.org", "$V takes an http or https URL; what it holds is no URL."],
    ["is not an HTTP URL", async () => "wss://127.0.0.1:1/v1/secret", "$V takes an http or https URL, not wss:"],
    ["leads nowhere", async () => `${await nowhere()}/v1/secret`, "$V: $ORIGIN cannot be reached (ECONNREFUSED)."],
    ["does not speak HTTP", () => started(serveRaw("220 mail ready\r\n")), "$V: $ORIGIN answers, but not in HTTP."],
    [
      "leads to a web page",
      () => started(serveAlways(200, "<html>")),
      "$V: $ORIGIN does not answer with JSON-RPC (HTTP 200).",
    ],
    ["lets nobody in", () => started(serveAlways(401, "")), "$V: $ORIGIN does not answer with JSON-RPC (HTTP 401)."],
    [
      "limits the rate",
      () => started(serveAlways(429, "")),
      "$V: $ORIGIN limits the rate of requests (HTTP 429): wait a while, or use an endpoint of your own.",
    ],
    [
      "limits the rate in JSON",
      () => started(serveAnswers({ eth_chainId: { error: { code: -32016, message: "over rate limit" } } })),
      "$V: $ORIGIN limits the rate of requests (“over rate limit”): wait a while, or use an endpoint of your own.",
    ],
    [
      "serves another chain",
      () => started(serveAnswers({ ...HEALTHY, eth_chainId: { result: "0x2105" } })),
      "$V: $ORIGIN serves chain 8453, not Base Sepolia (84532).",
    ],
    [
      "has no USDC",
      () => started(serveAnswers({ ...HEALTHY, eth_getCode: { result: "0x" } })),
      `$V: $ORIGIN has no USDC at ${baseSepolia.usdc.address} in block 400.`,
    ],
    [
      "has forgotten the block",
      () =>
        started(serveAnswers({ ...HEALTHY, eth_getCode: { error: { code: -32000, message: "missing trie node" } } })),
      "$V: $ORIGIN no longer has the state of block 400 (it says “missing trie node”): use an endpoint that keeps the whole history.",
    ],
  ] as const) {
    it(what, async () => {
      const url = await endpoint();
      const expected = line.replace("$V", "BASE_SEPOLIA_RPC_URL").replace("$ORIGIN", new URL(url, "http://x").origin);
      expect(await run("scripts/test/fork/command.ts", [], { BASE_SEPOLIA_RPC_URL: url })).to.deep.equal({
        status: 2,
        stdout: "",
        errors: [expected],
      });
    });
  }

  it("leads nowhere, to npm test as well", async () => {
    const url = await nowhere();
    const { status, errors } = await run("scripts/test/command.ts", [], { BASE_SEPOLIA_RPC_URL: url });
    expect([status, errors]).to.deep.equal([2, [`BASE_SEPOLIA_RPC_URL: ${url} cannot be reached (ECONNREFUSED).`]]);
  });

  it("never answers", async () => {
    const url = await started(serveRaw(undefined));
    const failure = await chooseForkBlock(baseSepolia, { rpcUrl: url, block: undefined }, { timeoutMs: 100 }).catch(
      String,
    );
    expect(failure).to.equal(`UsageError: BASE_SEPOLIA_RPC_URL: ${url} does not answer within 0.1 s.`);
  });

  for (const [what, variables, line] of [
    ["a word", { BASE_SEPOLIA_FORK_BLOCK: "latest" }, 'BASE_SEPOLIA_FORK_BLOCK takes a block number, not "latest".'],
    [
      "alone",
      { BASE_SEPOLIA_FORK_BLOCK: "7" },
      "BASE_SEPOLIA_FORK_BLOCK goes with BASE_SEPOLIA_RPC_URL, which is not set.",
    ],
  ] as const) {
    it(`cannot go with a fork block that is ${what}`, async () => {
      const { status, errors } = await run("scripts/test/fork/command.ts", [], variables);
      expect([status, errors]).to.deep.equal([2, [line]]);
    });
  }
});

describe("The block that a fork starts from", () => {
  let healthy: Endpoint;
  before(async () => {
    healthy = await serveAnswers(HEALTHY);
  });
  after(() => healthy.close());

  const choose = (block: bigint | undefined) => chooseForkBlock(baseSepolia, { rpcUrl: healthy.url, block });

  it("is 600 behind the head", async () => {
    expect(await choose(undefined)).to.equal(400n);
  });

  it("can be named", async () => {
    expect(await choose(872n)).to.equal(872n);
  });

  it("cannot be so late that Hardhat would not remember what it reads", async () => {
    expect(await choose(873n).catch(String)).to.equal(
      "UsageError: BASE_SEPOLIA_FORK_BLOCK is 873; it can be at most 872, 128 blocks behind the head.",
    );
  });

  it("is asked for with the user and password of the URL, which no message repeats", async () => {
    const headers: (string | undefined)[] = [];
    const guarded = await serve((request, response) => {
      headers.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    const rpcUrl = guarded.url.replace("//", "//ann:s%2Fecret@");
    const failure = await chooseForkBlock(baseSepolia, { rpcUrl, block: undefined }).catch(String);
    guarded.close();
    expect(headers).to.deep.equal([`Basic ${Buffer.from("ann:s/ecret").toString("base64")}`]);
    expect(failure).to.equal(
      `UsageError: BASE_SEPOLIA_RPC_URL: ${guarded.url} does not answer with JSON-RPC (HTTP 401).`,
    );
  });
});

describe("An endpoint that works", () => {
  let twin: Awaited<ReturnType<typeof serveTwin>>;
  before(async () => {
    twin = await serveTwin(baseSepolia);
  });
  after(() => twin.close());

  it("is forked although it turns away every tenth request", async () => {
    const relay = await relayTo(twin.url, { refuse: (index) => index % 10 === 0 });
    const fork = await openFork(baseSepolia, relay.url, undefined);
    const usdc = await usdcAt(fork, baseSepolia.usdc.address);
    expect(await usdc.read.DOMAIN_SEPARATOR()).to.equal(baseSepolia.usdc.domainSeparator);
    expect(relay.refused()).to.be.above(3);
    relay.close();
  });

  it("may serve blocks as Base makes them since Denim", async () => {
    const relay = await relayTo(twin.url, { dress: asSinceDenim });
    const fork = await openFork(baseSepolia, relay.url, undefined);
    const publicClient = await fork.viem.getPublicClient();
    const usdc = await usdcAt(fork, baseSepolia.usdc.address);
    const [wallet] = await fork.viem.getWalletClients();
    const head = await publicClient.getBlock({ includeTransactions: true });
    expect(head.extraData).to.equal(JOVIAN_EXTRA_DATA);
    expect(head.transactions.slice(0, 2).map(({ typeHex }) => typeHex)).to.deep.equal(["0x7e", "0x7e"]);
    // Blocks can be made on top of it.
    await mintUsdc(fork, usdc, wallet?.account.address ?? "0x", 7n);
    expect(await usdc.read.balanceOf([wallet?.account.address ?? "0x"])).to.equal(7n);
    relay.close();
  });

  it("is asked once for what a test reads again and again", async () => {
    const relay = await relayTo(twin.url, {});
    const fork = await openFork(baseSepolia, relay.url, undefined);
    const usdc = await usdcAt(fork, baseSepolia.usdc.address);
    await usdc.read.totalSupply();
    const asked = () => [...relay.counts.values()].reduce((sum, count) => sum + count, 0);
    const before = asked();
    for (let i = 0; i < 5; i++) await usdc.read.totalSupply();
    expect(asked()).to.equal(before);
    relay.close();
  });

  describe("and that BASE_SEPOLIA_RPC_URL names", () => {
    let relay: Awaited<ReturnType<typeof relayTo>>;
    let result: Awaited<ReturnType<typeof run>>;
    let block: bigint;

    before(async function () {
      this.timeout(300_000);
      relay = await relayTo(twin.url, {});
      block = await chooseForkBlock(baseSepolia, { rpcUrl: relay.url, block: undefined });
      result = await run("scripts/test/fork/command.ts", ["--grep", "on a fork of live Base Sepolia"], {
        BASE_SEPOLIA_RPC_URL: `${relay.url}/v1/secret`,
      });
    });
    after(() => relay.close());

    it("is announced without its key", () => {
      expect(result.errors).to.deep.equal([
        `Base Sepolia: the live chain at block ${block}, from ${relay.url}`,
        "Base: its offline twin, since BASE_RPC_URL is not set",
      ]);
    });

    it("is what every test of this folder that needs a chain runs on", () => {
      const passing = Number(/ (\d+) passing /.exec(result.stdout)?.[1]);
      expect(passing).to.be.above(50);
      expect(result.status).to.equal(0);
    });

    it("is asked fewer than 250 things by all of them together", () => {
      const requests = [...relay.counts.values()].reduce((sum, count) => sum + count, 0);
      expect(requests).to.be.within(50, 250);
    });
  });
});
