import { spawn } from "node:child_process";
import { copyFile, rm } from "node:fs/promises";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { writeRecords } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { clientOf } from "@luxxon/chain/rpc/client";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import { type News, watch } from "../../scripts/check/watch.ts";
import { USDC } from "../support/session.ts";
import { pause, setPoolDailyLimit, setRelayer, unpause } from "./support/calls.ts";
import { BASE, type Operations, runScript } from "./support/situation.ts";
import { apart, operations } from "./support/twin.ts";

/** An endpoint in front of the twin, which can fail as endpoints do. */
class Endpoint {
  fails: undefined | "refuses" | "limits" = undefined;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async inFrontOf(url: string): Promise<Endpoint> {
    const server = createServer((incoming, answer) => {
      if (endpoint.fails === "refuses") return void incoming.socket.destroy();
      if (endpoint.fails === "limits") return void answer.writeHead(429).end("too many requests");
      const headers = { "content-type": "application/json" };
      const onward = request(url, { method: "POST", headers }, (reply) => reply.pipe(answer));
      incoming.pipe(onward);
    });
    const endpoint = new Endpoint(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Watches, and lets a test wait for news. */
async function watching(situation: Operations, url = situation.url) {
  const endpoint = openEndpoint(BASE.rpcUrlVariable, url, { attempts: 2, firstPauseMs: 1 });
  const target = { ...(await situation.target()), client: clientOf(endpoint) };
  const ended = new AbortController();
  const all: string[] = [];
  let heard: () => void = () => undefined;
  const tell = (news: News) => {
    all.push(inBrief(news));
    heard();
  };
  const end = watch(target, 20, tell, ended.signal);
  return {
    /** Everything told so far, once there are so many. */
    async news(count: number): Promise<string[]> {
      while (all.length < count) await new Promise<void>((resolve) => (heard = resolve));
      return all;
    },
    /** @returns How many differences the last look found. */
    stop(): Promise<number> {
      ended.abort();
      return end;
    },
  };
}

function inBrief(news: News): string {
  switch (news.kind) {
    case "started":
      return `started: ${news.differences.map(({ what }) => what).join(", ") || "clean"}`;
    case "appeared":
    case "gone":
      return `${news.kind}: ${news.difference.what}`;
    case "warned":
    case "calm":
      return `${news.kind}: ${news.warning.what}, ${news.warning.found}`;
    case "failing":
      return `failing: ${news.problem}`;
    case "answering":
      return "answering";
  }
}

describe("A watch", () => {
  it(
    "tells what differs at the start, then what appears and what goes, and nothing in between",
    apart(async (situation) => {
      const { guardian, relayer, stranger } = situation.people;
      const { news, stop } = await watching(situation);
      expect(await news(1)).to.deep.equal(["started: clean"]);
      await situation.send(guardian, pause);
      expect((await news(3)).slice(1)).to.deep.equal(["appeared: paused", "appeared: event Paused"]);
      await situation.bySafe(unpause);
      expect((await news(4)).slice(3)).to.deep.equal(["gone: paused"]);
      await situation.bySafe(setRelayer(stranger));
      await news(6);
      await situation.bySafe(setRelayer(relayer));
      expect((await news(7)).slice(4)).to.deep.equal([
        "appeared: relayer",
        "appeared: event RelayerSet",
        "gone: relayer",
      ]);
      // Two events stay until they are acknowledged.
      expect(await stop()).to.equal(2);
    }),
  );

  it(
    "takes parameters that have changed since it started",
    apart(async (situation) => {
      const { news, stop } = await watching(situation);
      await news(1);
      await situation.intend({ ...(await situation.parameters()), relayer: situation.people.stranger });
      expect((await news(2))[1]).to.equal("appeared: relayer");
      await stop();
    }),
  );

  it(
    "goes on after files that cannot be read",
    apart(async (situation) => {
      const good = await situation.parameters();
      const { news, stop } = await watching(situation);
      await news(1);
      await situation.intend({ ...good, relayer: "0x12" });
      expect((await news(2))[1]).to.match(/^failing: parameters\/base-sepolia\.json/);
      await situation.intend(good);
      expect((await news(3))[2]).to.equal("answering");
      await stop();
    }),
  );

  for (const [fails, line] of [
    ["refuses", "cannot be reached (UND_ERR_SOCKET)."],
    ["limits", "limits the rate of requests (HTTP 429): wait a while, or use an endpoint of your own."],
  ] as const) {
    it(
      `goes on after an endpoint that ${fails} for a while, and says so once`,
      apart(async (situation) => {
        const endpoint = await Endpoint.inFrontOf(situation.url);
        const { news, stop } = await watching(situation, endpoint.url);
        await news(1);
        endpoint.fails = fails;
        expect((await news(2))[1]).to.equal(`failing: BASE_SEPOLIA_RPC_URL: ${endpoint.url} ${line}`);
        endpoint.fails = undefined;
        expect((await news(3))[2]).to.equal("answering");
        expect(await stop()).to.equal(0);
        endpoint.close();
      }),
    );
  }
});

describe("A watch of daily limits", () => {
  it(
    "warns when a consumer has drawn 80 % of its limit, and says when it has drained",
    apart(async (situation) => {
      const { alice } = situation.people;
      const { news, stop } = await watching(situation);
      await news(1);
      // The default is 50 USDC a day.
      await situation.settle(alice, 39n * USDC);
      await situation.settle(alice, 3n * USDC);
      const what = `the daily limit of consumer ${alice}`;
      const warning = (await news(2))[1] ?? "";
      // It drains from the first second on.
      expect(warning.replace("84 %", "83 %")).to.equal(`warned: ${what}, 83 % of 50 USDC a day are drawn`);
      await situation.cheats.increaseTime({ seconds: 3_600 });
      await situation.cheats.mine({ blocks: 1 });
      expect((await news(3))[2]).to.contain(`calm: ${what}`);
      // A warning is no difference.
      expect(await stop()).to.equal(0);
    }),
  );

  it(
    "warns when the pool's limit is nearly drawn, and when one consumer has half of it",
    apart(async (situation) => {
      const { alice } = situation.people;
      await situation.bySafe(setPoolDailyLimit(40n * USDC));
      await situation.intend({ ...(await situation.parameters()), poolDailyLimit: String(40n * USDC) });
      await situation.settle(alice, 21n * USDC);
      const { news, stop } = await watching(situation);
      const alone = `the pool's daily limit, by consumer ${alice} alone`;
      expect(await news(2)).to.deep.equal(["started: clean", `warned: ${alone}, 52 % of 40 USDC a day are drawn`]);
      await situation.settle(alice, 13n * USDC);
      expect((await news(3))[2]).to.match(/^warned: the pool's daily limit, 8[45] % of 40 USDC a day are drawn$/);
      await stop();
    }),
  );
});

describe("npm run check -- --watch", () => {
  it("ends at Ctrl-C, with the exit code of the last look", async () => {
    const { url, folder } = await operations();
    const args = ["scripts/check/command.ts", "--network", BASE.name, "--deployments", folder, "--watch", "--json"];
    const env = { ...process.env, BASE_SEPOLIA_RPC_URL: url };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stderr.on("data", (chunk) => (stderr += chunk));
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
      child.kill("SIGINT");
    });
    const ended = await new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
    expect(ended).to.deep.equal({ code: 0, signal: null });
    expect(stderr).to.equal("");
    expect(JSON.parse(stdout)).to.deep.include({ kind: "started", differences: [] });
  });
});

describe("An endpoint that cannot be used", () => {
  const check = async (network: string, rpcUrl: string) => {
    const { folder } = await operations();
    return runScript("scripts/check/command.ts", ["--network", network, "--deployments", folder], rpcUrl);
  };
  const refusal = (line: string) => ({ status: 2, stdout: "", errors: [line] });

  it("is none at all", async () => {
    const { status, stdout, errors } = await check("base-sepolia", "");
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(errors.join("\n")).to.match(
      /^This is not set:\s+BASE_SEPOLIA_RPC_URL {3}a JSON-RPC endpoint of Base Sepolia\n/,
    );
  });

  it("is one that is down", async () => {
    expect(await check("base-sepolia", "http://127.0.0.1:9/key")).to.deep.equal(
      refusal("BASE_SEPOLIA_RPC_URL: http://127.0.0.1:9 cannot be reached (bad port)."),
    );
  });

  it(
    "is one of another chain",
    apart(async ({ url, folder, record }) => {
      await writeRecords(folder, 8453, [record]);
      await copyFile(`${folder}/parameters/base-sepolia.json`, `${folder}/parameters/base.json`);
      const found = await check("base", url);
      await rm(`${folder}/8453.json`);
      await rm(`${folder}/parameters/base.json`);
      expect(found).to.deep.equal(refusal(`BASE_RPC_URL: ${url} serves chain 84532, not Base (8453).`));
    }),
  );

  it("is asked for nothing if no deployment is recorded", async () => {
    const { folder } = await operations();
    expect(await check("base", "http://127.0.0.1:9")).to.deep.equal(
      refusal(`${folder}/8453.json is missing: no deployment on Base is recorded.`),
    );
  });
});
