import { spawn } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import type { Send } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import { Forger } from "./support/forger.ts";
import { ID, type Scene, theScene } from "./support/scene.ts";
import { serve } from "./support/serve.ts";

describe("npm run audit", function () {
  this.timeout(60_000);
  let scene: Scene;

  before(async () => {
    scene = await theScene();
  });

  /** Runs the command against an endpoint that answers so. */
  async function run(send: Send, ...args: string[]) {
    const server = await serve(send);
    const { address, fromBlock, toBlock } = scene.wanted;
    const where = ["--rpc", server.url, "--address", address, "--from-block", `${fromBlock}`];
    if (!args.includes("--to-block")) where.push("--to-block", `${toBlock}`);
    const child = spawn(process.execPath, ["scripts/audit/command.ts", ...args, ...where, "--no-cache"], { cwd: ROOT });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => {
      output.stdout += text;
    });
    child.stderr.on("data", (text) => {
      output.stderr += text;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    server.close();
    return { status, ...output };
  }

  it("prints every rule, and ends with exit code 0 if all adds up", async () => {
    const { status, stdout, stderr } = await run(scene.send, "--fee-bps", "1500");
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout.match(/^ {2}[✓–] R\d+ /gm)).to.have.length(33);
    expect(stdout).to.include("\n✓ Everything adds up\n");
  });

  it("prints every discrepancy with where it is, and ends with exit code 1", async () => {
    const forger = await Forger.open(scene);
    const log = forger.find("SettlementSkipped", { sessionId: ID.poor });
    forger.alter(log, { reason: 10 });
    const { status, stdout, stderr } = await run(forger.send);
    expect({ status, stderr }).to.deep.equal({ status: 1, stderr: "" });
    expect(stdout).to.contain("R14  Session 00000000-0000-0000-0000-000000000104 was skipped as PoolLimitExceeded");
    expect(stdout).to.match(/expected +InsufficientPool\n +found +PoolLimitExceeded\n/);
    expect(stdout).to.contain(
      `    transaction  ${log.raw.transactionHash}\n    block        ${BigInt(log.raw.blockNumber)}\n`,
    );
    expect(stdout).to.contain("\n✗ 1 violation of 1 rule (R14)\n");
  });

  it("prints one line, and ends with exit code 2, if the endpoint lies", async () => {
    const forger = await Forger.open(scene);
    forger.alterAnswer("eth_getTransactionReceipt", () => null);
    const { status, stdout, stderr } = await run(forger.send);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/^http:\/\/127\.0\.0\.1:\d+ contradicts itself: .*\n$/);
  });

  it("says how old the last block is, and ends with exit code 1, if it is older than it may be", async () => {
    // The history goes on for days after this block, which was made a moment ago.
    const early = ["--to-block", `${scene.wanted.fromBlock + 12n}`];
    const { status, stdout, stderr } = await run(scene.send, ...early, "--max-age", "0");
    expect(status).to.equal(1);
    expect(stderr).to.match(/^The last block is \d+ minutes? old: what came since was not audited\. /);
    expect(stdout).to.include("\n✓ Everything adds up\n");
    expect(await run(scene.send, ...early)).to.include({ status: 0, stderr: "" });
  });

  it("says what it rests on, and the last block's hash, in its first lines", async () => {
    const { stdout } = await run(scene.send);
    const first = stdout.split("\n").slice(0, 8).join("\n");
    const { hash } = await scene.publicClient.getBlock({ blockNumber: scene.wanted.toBlock as bigint });
    expect(first).to.include(hash);
    expect(first).to.match(/rests on +9 kinds of facts: 5 proved, 4 believed from one endpoint/);
  });

  it("prints JSON, amounts as decimal digits", async () => {
    const { status, stdout } = await run(scene.send, "--json");
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.nested.include({ "target.chainId": 84_532, "end.surplus": "4000000" });
  });
});
