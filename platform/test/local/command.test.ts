/** Runs `npm start` as people do: starts it twice, kills it, stops it, and starts it where it cannot. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@luxxon/local/ports";
import { expect } from "chai";
import { askChain } from "../../src/local/rpc.ts";
import { PARTS } from "../../src/local/state.ts";
import {
  type Answer,
  cleanUp,
  isAlive,
  kill,
  occupyPort,
  pidOf,
  type Started,
  startCommand,
  temporaryState,
} from "./support.ts";

describe("npm start", () => {
  let folder: string;
  let port = 0;
  let started: Started;
  let answer: Answer;
  const pids = () => PARTS.map((part) => pidOf(folder, part));
  const start = (options?: { directly: boolean }) => {
    return startCommand(folder, ["--json", "--port", String(port)], options);
  };

  async function readied({ ready, ended }: Started): Promise<Answer> {
    const said = await ready;
    if (said === undefined) throw new Error((await ended).stderr);
    return said;
  }

  before(async () => {
    folder = temporaryState();
    port = await freePort();
    started = start();
    answer = await readied(started);
  });
  after(cleanUp);

  it("starts the platform from nothing, and says where it is", async () => {
    expect(answer).to.include({ url: `http://127.0.0.1:${port}`, pid: started.child.pid });
    expect(pidOf(folder, "platform")).to.equal(answer.pid);
    expect((await fetch(`${answer.url}/api/v1/health/live`)).status).to.equal(200);
    expect(answer.wallets).to.have.length(2);
    expect(pids().every(isAlive)).to.equal(true);
  });

  it("finds it running, and starts again what of it has died", async () => {
    const [postgres, spicedb, chain] = pids();
    await kill(spicedb ?? 0);
    const second = start();
    expect(await readied(second)).to.deep.equal(answer);
    expect([pidOf(folder, "postgres"), pidOf(folder, "chain")]).to.deep.equal([postgres, chain]);
    expect(isAlive(pidOf(folder, "spicedb"))).to.equal(true);
    await kill(second.child.pid ?? 0);
    expect(isAlive(answer.pid)).to.equal(true);
  });

  it("takes the parts that a killed one has left", async () => {
    const before = pids();
    await kill(answer.pid);
    expect(before.every(isAlive)).to.equal(true);
    // Through the script that npm starts, for what follows.
    started = start({ directly: false });
    answer = await readied(started);
    expect(pids()).to.deep.equal(before);
  });

  it("is not taken for another program that has its number by now", async () => {
    writeFileSync(join(folder, "platform.pid"), `${process.pid}\n`);
    const other = startCommand(folder, ["--json", "--port", String(port)]);
    const { status, stderr } = await other.ended;
    // The platform has its port; as far as the pid file says it is somebody else.
    expect([status, stderr]).to.deep.equal([
      2,
      `Port ${port} is in use by another program: end it, or name another with --port.\n`,
    ]);
    expect(pids().every(isAlive)).to.equal(true);
    writeFileSync(join(folder, "platform.pid"), `${answer.pid}\n`);
  });

  it("stops all of it when it is asked to end, however often", async () => {
    const all = [...pids(), answer.pid];
    started.child.kill("SIGINT");
    started.child.kill("SIGTERM");
    const again = setInterval(() => started.child.kill("SIGINT"), 100);
    const { status } = await started.ended;
    clearInterval(again);
    expect(status).to.equal(0);
    expect(all.filter(isAlive)).to.deep.equal([]);
  });

  it("starts with its port or not at all, and then leaves nothing behind", async () => {
    const { port: taken, close } = await occupyPort();
    const { status, stderr, stdout } = await startCommand(folder, ["--json", "--port", String(taken)]).ended;
    close();
    expect([status, stdout]).to.deep.equal([2, ""]);
    expect(stderr).to.equal(`Port ${taken} is in use by another program: end it, or name another with --port.\n`);
    expect(() => pidOf(folder, "chain")).to.throw("ENOENT");
  });

  describe("where a kill has left the chain's file", () => {
    const chainFile = () => join(folder, "chain/state.json");
    const killAll = () => Promise.all(pids().map(kill));

    before(async () => {
      const again = start();
      answer = await readied(again);
      while (!existsSync(`${chainFile()}.kept`)) await sleep(100);
      await kill(again.child.pid ?? 0);
      await killAll();
    });

    /** Starts it, and kills the platform alone. */
    async function startAgain(): Promise<Answer> {
      const again = start();
      const said = await readied(again);
      await kill(again.child.pid ?? 0);
      return said;
    }

    it("half, goes on from seconds before, at the same address; also twice, with nothing kept in between", async () => {
      for (let times = 0; times < 2; times++) {
        truncateSync(chainFile(), Math.floor(statSync(chainFile()).size / 2));
        const { settlement, rpcUrl } = await startAgain();
        expect({ settlement, rpcUrl }).to.deep.equal({ settlement: answer.settlement, rpcUrl: answer.rpcUrl });
        await killAll();
      }
    });

    it("with accounts that are ahead of its blocks, goes on from seconds before: no account has sent what nobody can see", async () => {
      const text = readFileSync(chainFile(), "utf8");
      const [, sender = ""] = text.match(/"transaction_index":\d+,"from":"(0x\w+)"/) ?? [];
      const sent = Number(text.match(new RegExp(`"${sender}":\\{"nonce":(\\d+)`))?.[1]);
      expect(sent).to.be.greaterThan(0);
      // As anvil leaves it where a transaction was mined between its writing of the blocks and of the accounts.
      writeFileSync(chainFile(), text.replace(`"${sender}":{"nonce":${sent}`, `"${sender}":{"nonce":${sent + 1}`));
      const { rpcUrl } = await startAgain();
      expect(Number(await askChain(rpcUrl, "eth_getTransactionCount", [sender, "latest"]))).to.equal(sent);
      await killAll();
    });

    it("half, with nothing kept, points to --fresh, and stops what it has started", async () => {
      rmSync(`${chainFile()}.kept`, { force: true });
      writeFileSync(chainFile(), '{"block"');
      const { status, stderr } = await start().ended;
      expect(status).to.equal(2);
      expect(stderr).to.match(/^The local chain's .*state\.json is broken: npm start -- --fresh makes all anew\.\n$/);
      for (const part of PARTS) expect(() => pidOf(folder, part), part).to.throw("ENOENT");
    });
  });
});

describe("npm start, where it cannot", () => {
  after(cleanUp);

  async function refusal(state: string, ...args: string[]): Promise<string> {
    const { status, stdout, stderr } = await startCommand(state, args).ended;
    expect([status, stdout], stderr).to.deep.equal([2, ""]);
    expect(stderr.trim().split("\n")).to.have.length(1);
    return stderr;
  }

  it("refuses a folder of another version", async () => {
    const folder = temporaryState();
    mkdirSync(folder);
    writeFileSync(join(folder, "version"), "luxxon-state 0\n");
    expect(await refusal(folder)).to.contain("is of another version");
  });

  it("refuses, and never empties, a folder that is not its own", async () => {
    const folder = temporaryState();
    mkdirSync(folder);
    writeFileSync(join(folder, "letter.txt"), "Dear Ada");
    expect(await refusal(folder, "--fresh")).to.contain("is not a state folder");
  });

  it("refuses a folder that is half there", async () => {
    const folder = temporaryState();
    mkdirSync(join(folder, "postgres/data"), { recursive: true });
    writeFileSync(join(folder, "version"), "luxxon-state 1\n");
    expect(await refusal(folder)).to.contain("lacks its secrets.json");
  });

  it("refuses a folder that it cannot write", async () => {
    expect(await refusal("/proc/luxxon")).to.contain("cannot be made");
    // Root may write everywhere.
    if (process.getuid?.() === 0) return;
    const folder = temporaryState();
    mkdirSync(folder, { mode: 0o500 });
    expect(await refusal(folder)).to.contain("cannot be written");
    chmodSync(folder, 0o700);
  });

  it("refuses flags that it does not know, and values that they do not take", async () => {
    const folder = temporaryState();
    const refusals = await Promise.all([
      refusal(folder, "--prot", "1"),
      refusal(folder, "--port", "0"),
      refusal(folder, "--role", "api,cook"),
    ]);
    expect(refusals).to.deep.equal([
      "Unknown option '--prot'; see --help.\n",
      '--port takes a number from 1 to 65535, not "0".\n',
      '--role takes some of api, relayer, watcher, clock, not "cook".\n',
    ]);
  });
});
