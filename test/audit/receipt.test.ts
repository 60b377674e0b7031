/** `npm run audit -- receipt` and `-- verify`: a file from the chain, checked without it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { receiptSchema } from "@luxxon/chain/settlement/receiptFile";
import type { LuxxonReceipt } from "@luxxon/contracts-abi/receipt";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { ID, type Scene, theScene } from "./support/scene.ts";
import { serve } from "./support/serve.ts";

describe("npm run audit -- receipt", function () {
  this.timeout(60_000);
  let scene: Scene;
  let server: Awaited<ReturnType<typeof serve>>;
  let folder: string;

  before(async () => {
    scene = await theScene();
    server = await serve(scene.send);
    folder = mkdtempSync(join(tmpdir(), "luxxon-receipt-"));
  });
  after(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(...args: string[]) {
    const child = spawn(process.execPath, ["scripts/audit/command.ts", ...args], { cwd: ROOT });
    const output = { stdout: "", stderr: "" };
    child.stdout.on("data", (text) => {
      output.stdout += text;
    });
    child.stderr.on("data", (text) => {
      output.stderr += text;
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    return { status, ...output };
  }
  const where = () => {
    const { address, fromBlock, toBlock } = scene.wanted;
    return ["--rpc", server.url, "--address", address, "--from-block", `${fromBlock}`, "--to-block", `${toBlock}`];
  };
  const path = (name: string) => join(folder, name);
  const written = (name: string) => JSON.parse(readFileSync(path(name), "utf8")) as LuxxonReceipt;

  it("writes a receipt that verify proves offline, with exit code 0", async () => {
    const made = await run("receipt", ID.first, "--out", path("first.json"), ...where());
    expect({ status: made.status, stderr: made.stderr }).to.deep.equal({ status: 0, stderr: "" });
    const receipt = written("first.json");
    expect(made.stdout).to.contain(`--block-hash ${receipt.blockHash}`);
    expect(receiptSchema.safeParse(receipt).error).to.equal(undefined);

    const { status, stdout, stderr } = await run("verify", path("first.json"), "--block-hash", receipt.blockHash);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.match(
      /^✓ Proven, if the block 0x[0-9a-f]{64} is on the chain:\n {2}Session 00000000-0000-0000-0000-000000000100 was settled at /,
    );
    expect(stdout)
      .to.contain("0.06 USDC left the pool of ")
      .and.to.contain("\nNot proven:\n  That the block is on the chain");
  });

  it("finds sessions of batches and those that came through another contract", async () => {
    for (const [name, id] of Object.entries({ run: ID.run, through: ID.through })) {
      expect((await run("receipt", id, "--out", path(`${name}.json`), ...where())).status, name).to.equal(0);
      const { blockHash } = written(`${name}.json`);
      const { address } = scene.wanted;
      const { status, stdout } = await run(
        "verify",
        path(`${name}.json`),
        "--block-hash",
        blockHash,
        "--address",
        address,
        "--json",
      );
      expect(status, name).to.equal(0);
      expect(JSON.parse(stdout)).to.nested.include({ isProven: true, "session.sessionId": id, settlement: address });
    }
  });

  it("prints the receipt if no file is named", async () => {
    const { status, stdout } = await run("receipt", ID.first, ...where());
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal(written("first.json"));
  });

  it("ends with exit code 1 for a session that is not settled", async () => {
    const { status, stdout, stderr } = await run("receipt", ID.poor, ...where());
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    expect(stderr).to.match(
      /^Session 00000000-0000-0000-0000-000000000104 is not settled up to block \d+: there is no receipt of it\.\n$/,
    );
  });

  it("ends with exit code 1 where a receipt was altered, and names the place", async () => {
    const receipt = written("first.json");
    writeFileSync(path("forged.json"), JSON.stringify({ ...receipt, settled: { ...receipt.settled, toAmount: "99" } }));
    const { status, stdout } = await run("verify", path("forged.json"), "--block-hash", receipt.blockHash);
    expect(status).to.equal(1);
    expect(stdout).to.equal("✗ Not proven: settled.toAmount the receipt says 99, and it is 51000.\n");
    const { stdout: json } = await run("verify", path("forged.json"), "--block-hash", receipt.blockHash, "--json");
    expect(JSON.parse(json)).to.deep.include({ isProven: false, place: "settled.toAmount" });
  });

  it("is described by the schema that the package publishes", () => {
    const schema = JSON.parse(readFileSync(join(ROOT, "abi/json/receipt.schema.json"), "utf8"));
    const isReceipt = new Ajv2020({ strict: true }).compile(schema);
    expect(isReceipt(written("first.json")), JSON.stringify(isReceipt.errors)).to.equal(true);
    expect(isReceipt({ ...written("first.json"), proof: ["0x1"] })).to.equal(false);
  });
});
