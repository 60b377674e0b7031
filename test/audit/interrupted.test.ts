import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { auditListed, type Listed } from "./support/listed.ts";
import { type Scene, theScene } from "./support/scene.ts";
import { serve } from "./support/serve.ts";

const KEEPING = fileURLToPath(new URL("support/keepingAudit.ts", import.meta.url));

describe("an audit that does not come to its end", function () {
  this.timeout(60_000);
  let scene: Scene;
  let truth: Listed;
  let folder: string;

  before(async () => {
    scene = await theScene();
    truth = await audit(scene.send, undefined);
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-audit-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  function audit(send: Send, cacheFolder: string | undefined): Promise<Listed> {
    return auditListed({
      endpoints: [new Endpoint("http://endpoint", send, { attempts: 1 })],
      wanted: scene.wanted,
      announcedFeeBps: 1_500,
      cacheFolder,
    });
  }

  /** The first block of a question for logs; of any other undefined. */
  function fromBlockOf(method: string, params: readonly unknown[]): bigint | undefined {
    return method === "eth_getLogs" ? BigInt((params[0] as { fromBlock: string }).fromBlock) : undefined;
  }

  /** The endpoint shows ten blocks at a time. */
  const inSmallParts: Send = (method, params) => {
    if (method === "eth_getLogs") {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      if (BigInt(toBlock) - BigInt(fromBlock) >= 10n) throw Object.assign(new Error("block range"), { code: -32602 });
    }
    return scene.send(method, params);
  };

  /** An endpoint that says nothing any more when it is asked for the logs of a late block. */
  function stalling(from: bigint) {
    let stalled: () => void;
    const hasStalled = new Promise<void>((resolve) => {
      stalled = resolve;
    });
    const send: Send = async (method, params) => {
      if ((fromBlockOf(method, params) ?? 0n) < from) return inSmallParts(method, params);
      stalled();
      return new Promise(() => undefined);
    };
    return { send, hasStalled };
  }

  /** An audit in a process of its own. @param limits What the shell sets before. */
  function start(url: string, limits = ""): ChildProcess {
    const { address, fromBlock, toBlock } = scene.wanted;
    const words = [process.execPath, KEEPING, url, address, `${fromBlock}`, `${toBlock}`, folder];
    return spawn("sh", ["-c", `${limits} exec "$@"`, "sh", ...words], { stdio: ["ignore", "pipe", "pipe"] });
  }

  async function ended(child: ChildProcess) {
    const said = { stdout: "", stderr: "" };
    child.stdout?.on("data", (text) => {
      said.stdout += text;
    });
    child.stderr?.on("data", (text) => {
      said.stderr += text;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { status, ...said };
  }

  it("because its process is killed leaves what it had verified, and the next goes on there", async () => {
    const late = scene.wanted.fromBlock + 30n;
    const { send, hasStalled } = stalling(late);
    const server = await serve(send);
    const child = start(server.url);
    await hasStalled;
    child.kill("SIGKILL");
    await ended(child);
    server.close();

    const asked: bigint[] = [];
    const found = await audit(async (method, params) => {
      const from = fromBlockOf(method, params);
      if (from !== undefined) asked.push(from);
      return scene.send(method, params);
    }, folder);
    expect(found).to.deep.equal(truth);
    expect(asked.length).to.be.above(0);
    expect(asked.filter((from) => from < scene.wanted.fromBlock + 10n)).to.deep.equal([]);
  });

  it("keeps another from the same store meanwhile, in one line, and is not disturbed by it", async () => {
    let go: (() => void) | undefined;
    const mayGo = new Promise<void>((resolve) => {
      go = resolve;
    });
    let reached: (() => void) | undefined;
    const isThere = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const first = audit(async (method, params) => {
      if ((fromBlockOf(method, params) ?? 0n) > 0n) {
        reached?.();
        await mayGo;
      }
      return scene.send(method, params);
    }, folder);
    await isThere;
    const refusal = await audit(scene.send, folder).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
    expect((refusal as Error).message).to.match(
      /^Another audit of this contract is being made, and keeps what it reads in .*\.sqlite: wait for it, or use --no-cache\.$/,
    );
    go?.();
    expect(await first).to.deep.equal(truth);
    expect(await audit(scene.send, folder)).to.deep.equal(truth);
  });

  it("because the disk takes no more says so in one line, exit code 2, and the store is whole", async () => {
    const server = await serve(scene.send);
    const refused = await ended(start(server.url, "ulimit -f 64;"));
    server.close();
    expect(refused.status).to.equal(2);
    expect(refused.stderr).to.match(
      /^What was read cannot be kept in .*\.sqlite: (the disk is full|the disk cannot be read or written)\.\n$/,
    );
    expect(await audit(scene.send, folder)).to.deep.equal(truth);
  });

  it("because nothing can be written there says so in one line", async () => {
    const refusal = await audit(scene.send, "/dev/null/audit").catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
    expect((refusal as Error).message).to.match(
      /^Nothing can be written to \/dev\/null\/audit: a part of the path is a file\.$/,
    );
  });
});
