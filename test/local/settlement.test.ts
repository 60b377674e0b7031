import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { ROOT } from "@luxxon/chain/root";
import { type LocalChain, openLocalChain, peopleOf } from "@luxxon/local/chain";
import { entryOf, openSettlement } from "@luxxon/local/settlement";
import { installUsdc, USDC } from "@luxxon/local/usdc";
import { expect } from "chai";
import { numberToHex } from "viem";

describe("openSettlement", () => {
  let chain: LocalChain;

  beforeEach(async () => {
    chain = await openLocalChain("localBase");
  });
  afterEach(() => chain.close());

  it("gives the roles to the first accounts, names to the next, and sets no limit", async () => {
    const opened = await openSettlement({ chain, people: ["alice", "bob"] });
    const { settlement, usdc, owner, relayer, guardian, platform, circle, alice, bob, others } = opened;
    expect(await settlement.read.owner()).to.equal(owner.account.address);
    expect(await settlement.read.relayer()).to.equal(relayer.account.address);
    expect(await settlement.read.guardian()).to.equal(guardian.account.address);
    expect(await settlement.read.platformWallet()).to.equal(platform.account.address);
    expect(await settlement.read.defaultDailyLimit()).to.equal(0n);
    expect((await settlement.read.pool()).dailyLimit).to.equal(0n);
    expect(usdc.address).to.equal(BASE_CHAINS.baseSepolia.usdc.address);
    const named = [circle, owner, relayer, guardian, platform, alice, bob].map(({ account }) => account.address);
    const all = [...named, ...others.map(({ account }) => account.address)];
    expect(new Set(all).size).to.equal(140);
  });

  it("sets the limits that it is given", async () => {
    const { settlement } = await openSettlement({ chain, defaultDailyLimit: 5n, poolDailyLimit: 7n });
    expect(await settlement.read.defaultDailyLimit()).to.equal(5n);
    expect((await settlement.read.pool()).dailyLimit).to.equal(7n);
  });

  it("takes USDC that is there already", async () => {
    const { circle } = (await peopleOf(chain, ["circle"])).people;
    const usdc = await installUsdc(chain, { circle, name: "USD Coin" });
    const { settlement, fund, alice } = await openSettlement({ chain, usdc, people: ["alice"] });
    await fund(alice, USDC);
    expect(await settlement.read.usdc()).to.equal(usdc.address);
    expect(await usdc.read.balanceOf([settlement.address])).to.equal(USDC);
  });

  it("deploys the code that it is given", async () => {
    const error = await openSettlement({ chain, creationCode: "0xfe" }).catch((error: Error) => error);
    expect(String(error)).to.include("invalid opcode");
  });

  it("refuses a chain with too few accounts", async () => {
    const people = Array.from({ length: 136 }, (_, i) => `person ${i}`);
    const error = await openSettlement({ chain, people }).catch((error: Error) => error);
    expect(String(error)).to.equal("Error: the chain has too few accounts");
  });
});

describe("entryOf", () => {
  const id = { sessionId: numberToHex(1, { size: 32 }), from: "0x01", to: "0x02" } as const;

  it("charges 60 seconds at 1,000 µUSDC, and takes 15 % of it", () => {
    const meter = { ratePerSecond: 1_000n, chargeableSeconds: 60n };
    expect(entryOf(id)).to.deep.equal({ ...id, ...meter, toAmount: 51_000n, feeAmount: 9_000n });
  });

  it("splits what another meter says, unless the amounts are given", () => {
    expect(entryOf({ ...id, ratePerSecond: 7n })).to.include({ toAmount: 357n, feeAmount: 63n });
    expect(entryOf({ ...id, toAmount: 1n, feeAmount: 0n })).to.include({ toAmount: 1n, feeAmount: 0n });
  });
});

describe("the example in local/README.md", () => {
  it("runs, and prints what it says", async () => {
    const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(ROOT, "local/README.md"), "utf8")) ?? [];
    // Below the root, so that it finds the workspaces.
    const folder = mkdtempSync(join(ROOT, "cache/example-"));
    try {
      const file = join(folder, "example.ts");
      writeFileSync(file, example);
      const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: ROOT });
      expect(stdout).to.equal(`${/\/\/ (\w+)$/m.exec(example)?.[1]}\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
