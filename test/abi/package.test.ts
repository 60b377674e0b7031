/** The ABI package as npm would publish it: every test here sees the tarball and nothing else. */

import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { build } from "esbuild";
import { keccak256 } from "viem";
import { luxxonSettlementBytecode } from "../../abi/src/generated/bytecode.ts";
import { renderDeployments } from "../../scripts/abi/render.ts";
import { type Consumer, clientsProject } from "./support/consumer.ts";

const execute = promisify(execFile);

/** Gzipped bytes that a bundle may get of one import. */
const BUDGETS = { usdcAddress: 140, luxxonSettlementAddress: 100, luxxonSettlementAbi: 2_500 } as const;

/**
 * The same for the address map once there are deployments. An address is 20 bytes of randomness, which no compression
 * makes smaller, in 40 digits; gzip's own frame takes 18 bytes, and the export's name 23. So one chain needs more than 100.
 */
const ADDRESS_MAP_BUDGETS = { 1: 120, 2: 155 } as const;

/** The model of the contract, which only its own entry needs whole. */
const isModel = /^dist\/(esm|cjs)\/model\//;

/** The check of receipts, likewise. */
const isReceipt = /^dist\/(esm|cjs)\/receipt\//;

/** The size of a bundle of a module's text, gzipped, as a browser would load it. */
async function bundled(
  contents: string,
  resolveDir: string,
  external: string[] = [],
): Promise<{ code: string; gzipped: number }> {
  const stdin = { contents, resolveDir, loader: "ts" } as const;
  const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", external, write: false });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild made nothing");
  return { code: file.text, gzipped: gzipSync(file.contents).length };
}

describe("the tarball of the ABI package", function () {
  this.timeout(180_000);
  let consumer: Consumer;

  before(async () => {
    consumer = await clientsProject();
  });

  const packed = () => join(consumer.folder, "node_modules/@luxxon/contracts-abi");
  const tool = (name: string, ...args: string[]) =>
    execute(process.execPath, [join(ROOT, "node_modules/.bin", name), ...args, consumer.tarball]);

  it("passes publint --strict", async () => {
    expect((await tool("publint", "run", "--strict")).stdout).to.contain("All good!");
  });

  it("gives code and its own types to every way of importing it (attw, no rule ignored)", async () => {
    const { stdout } = await tool("attw", "--format=json");
    const { analysis, problems } = JSON.parse(stdout) as {
      analysis: { problems: unknown[]; entrypoints: Record<string, { resolutions: Record<string, object> }> };
      problems: object;
    };
    expect(analysis.problems).to.deep.equal([]);
    expect(problems).to.deep.equal({});
    const { exports: entries } = JSON.parse(readFileSync(join(packed(), "package.json"), "utf8")) as {
      exports: object;
    };
    // The raw files behind the patterns are not for TypeScript.
    const importable = Object.keys(entries).filter((entry) => !entry.includes("*"));
    expect(Object.keys(analysis.entrypoints)).to.include.members(importable);
    for (const { resolutions } of Object.values(analysis.entrypoints))
      expect(Object.keys(resolutions)).to.have.members(["node10", "node16-cjs", "node16-esm", "bundler"]);
  });

  it("holds what a client needs and nothing else, in at most 600 kB, 120 kB for the model and 60 kB for receipts", () => {
    const files = readdirSync(packed(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(packed().length + 1));
    const tops = new Set(files.map((file) => file.split("/")[0]));
    expect([...tops]).to.have.members([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "dist",
      "erc7730",
      "json",
      "package.json",
      "solidity",
    ]);
    const bytesOf = (some: string[]) => some.reduce((sum, file) => sum + statSync(join(packed(), file)).size, 0);
    const [model, receipt] = [isModel, isReceipt].map((is) => files.filter((file) => is.test(file)));
    const rest = files.filter((file) => !isModel.test(file) && !isReceipt.test(file));
    expect(bytesOf(rest)).to.be.at.most(600_000);
    expect(bytesOf(model ?? [])).to.be.within(50_000, 120_000);
    expect(bytesOf(receipt ?? [])).to.be.within(20_000, 60_000);
  });

  it("names no file in its package.json that it does not hold", () => {
    const { exports: entries, ...rest } = JSON.parse(readFileSync(join(packed(), "package.json"), "utf8")) as {
      exports: object;
    };
    const named = JSON.stringify([entries, rest]).match(/"\.\/[^"*]*\.[^"*]+"/g) ?? [];
    expect(named).to.have.length.above(30);
    for (const path of named) expect(existsSync(join(packed(), JSON.parse(path))), path).to.equal(true);
  });

  it("depends on nothing, and what it may use beside it is optional", () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(
      readFileSync(join(packed(), "package.json"), "utf8"),
    ) as Record<string, Record<string, unknown>>;
    expect(dependencies).to.equal(undefined);
    for (const peer of Object.keys(peerDependencies ?? {}))
      expect(peerDependenciesMeta?.[peer]).to.deep.equal({ optional: true });
  });

  for (const [name, budget] of Object.entries(BUDGETS)) {
    it(`costs a bundle at most ${budget} gzipped bytes for ${name} alone`, async () => {
      const { gzipped } = await bundled(`export { ${name} } from "@luxxon/contracts-abi";`, consumer.folder);
      expect(gzipped).to.be.within(20, budget);
    });
  }

  it("costs a bundle at most 3,800 gzipped bytes for the model: its constructor and every call", async () => {
    const text = 'export { apply, construct } from "@luxxon/contracts-abi/model";';
    const { code, gzipped } = await bundled(text, consumer.folder);
    expect(code).not.to.contain("stateMutability");
    expect(gzipped).to.be.within(2_000, 3_800);
  });

  it("costs a bundle at most 4,400 gzipped bytes beyond viem for the check of receipts, and 11,000 with all that it needs", async () => {
    const text = 'export { verifyReceipt } from "@luxxon/contracts-abi/receipt";';
    const { code, gzipped } = await bundled(text, consumer.folder, ["viem"]);
    expect(code).not.to.contain("stateMutability");
    expect(gzipped).to.be.within(2_000, 4_400);
    expect((await bundled(text, consumer.folder)).gzipped).to.be.within(4_000, 11_000);
  });

  for (const [chains, budget] of Object.entries(ADDRESS_MAP_BUDGETS)) {
    it(`will cost at most ${budget} gzipped bytes for the address map of ${chains} deployed chains`, async () => {
      const addresses = ["0x036CbD53842c5426634e7929541eC2318f3dCF7e", "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"];
      const records = [84532, 8453].slice(0, Number(chains)).map((chainId, i) => {
        return [chainId, [{ address: addresses[i], fromBlock: 1, txHash: keccak256("0x") }]] as const;
      });
      const text = renderDeployments(new Map(records) as unknown as Parameters<typeof renderDeployments>[0]);
      const { code, gzipped } = await bundled(text.replace("export const luxxonSettlementDep", "const dep"), ROOT);
      expect(code).to.contain(addresses[0]).and.not.to.contain("fromBlock");
      expect(gzipped).to.be.within(60, budget);
    });
  }

  it("costs a bundle at most 4,000 gzipped bytes beyond viem for any one action, its ABI included", async () => {
    const names = Object.keys(await import(join(packed(), "dist/esm/viem/index.js")));
    const actions = readdirSync(join(packed(), "dist/esm/viem")).filter((file) => /^[a-z]\w*\.js$/.test(file));
    expect(names).to.have.length.above(actions.length);
    for (const name of names) {
      const text = `export { ${name} } from "@luxxon/contracts-abi/viem";`;
      const { gzipped } = await bundled(text, consumer.folder, ["viem"]);
      expect(gzipped, `${name} is too large`).to.be.within(20, 4_000);
    }
  });

  it("costs a bundle at most 4,000 gzipped bytes beyond ethers, and brings no creation code to who does not deploy", async () => {
    const start = luxxonSettlementBytecode.slice(0, 100);
    const text = (entry: string) => `export * from "@luxxon/contracts-abi/${entry}";`;
    const { code, gzipped } = await bundled(text("ethers"), consumer.folder, ["ethers"]);
    expect(code).not.to.contain(start).and.not.to.contain("viem");
    expect(gzipped).to.be.within(20, 4_000);
    expect((await bundled(text("ethers/deploy"), consumer.folder, ["ethers"])).code).to.contain(start);
  });
});
