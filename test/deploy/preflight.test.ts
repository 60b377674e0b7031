import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { impersonate } from "@luxxon/local/impersonate";
import { expect } from "chai";
import { type Address, concat, type Hex, numberToHex, pad, zeroAddress } from "viem";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { hashesOf } from "../../scripts/contract/production.ts";
import { checkBalance, checkChainId } from "../../scripts/deploy/checks/chain.ts";
import { checkLimits, checkOwner, checkRoles } from "../../scripts/deploy/checks/roles.ts";
import { checkBuild, checkBytecode, checkCoverage, checkGit, checkSize } from "../../scripts/deploy/checks/sources.ts";
import { checkUsdc } from "../../scripts/deploy/checks/usdc.ts";
import { argumentsOf, connect, type Deployment } from "../../scripts/deploy/deployment.ts";
import { estimateCost } from "../../scripts/deploy/deploymentCost.ts";
import type { CheckResult } from "../../scripts/deploy/outcome.ts";
import { CHECK_NAMES, readAllowed } from "../../scripts/deploy/preflight.ts";
import { openStage, type Stage } from "../../scripts/rehearse/stage.ts";
import { base, baseSepolia } from "./support.ts";

describe("The preflight", () => {
  let stage: Stage;
  let deployment: Deployment;

  before(async function () {
    this.timeout(120_000);
    stage = await openStage(baseSepolia);
    const compiled = await readCompiled();
    const build = await hashesOf(compiled);
    deployment = {
      base: baseSepolia,
      folder: stage.folder,
      repository: ROOT,
      rpcUrl: stage.rpcUrl,
      chain: await connect(baseSepolia, stage.rpcUrl),
      deployer: stage.deployer,
      args: argumentsOf(baseSepolia, stage.parameters),
      listed: {},
      code: compiled.code,
      build: { current: build, committed: build },
    };
  });
  after(() => stage.close());

  const withArgs = (change: Partial<Deployment["args"]>): Deployment => ({
    ...deployment,
    args: { ...deployment.args, ...change },
  });
  const onMainnet = (change: Partial<Deployment["args"]> = {}): Deployment => ({
    ...withArgs(change),
    base: { ...base },
  });
  const fails = (result: CheckResult, why: string) => {
    expect(result.detail).to.contain(why);
    expect(result.outcome).to.equal("failed");
  };
  const outcomeOf = async (result: CheckResult | Promise<CheckResult>) => (await result).outcome;
  const setCode = (address: Address, code: Hex) =>
    stage.twin.provider.request({ method: "hardhat_setCode", params: [address, code] });

  describe("chain-id", () => {
    it("passes on the chain that is meant", async () => {
      expect(await outcomeOf(checkChainId(deployment))).to.equal("passed");
    });
    it("fails on another", async () => {
      fails(await checkChainId(onMainnet()), "BASE_RPC_URL serves chain 84532, not Base (8453)");
    });
  });

  describe("usdc", () => {
    it("passes where Circle's token stands: its domain separator is read, computed and known", async () => {
      expect(await outcomeOf(checkUsdc(deployment))).to.equal("passed");
    });
    it("fails where nothing stands", async () => {
      fails(await checkUsdc(onMainnet()), "there is no code at 0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");
    });
    it("fails if the token is called otherwise", async () => {
      const usdc = { ...baseSepolia.usdc, name: "USD Coin" };
      fails(
        await checkUsdc({ ...deployment, base: { ...baseSepolia, usdc } as unknown as Deployment["base"] }),
        'is called "USDC", not "USD Coin"',
      );
    });
    it("fails if the domain separator is not the one that is known", async () => {
      const usdc = { ...baseSepolia.usdc, domainSeparator: base.usdc.domainSeparator };
      fails(
        await checkUsdc({ ...deployment, base: { ...baseSepolia, usdc } as unknown as Deployment["base"] }),
        `not ${base.usdc.domainSeparator}`,
      );
    });
  });

  describe("owner", () => {
    it("passes if it is a Safe that needs two signatures", async () => {
      const { outcome, detail } = await checkOwner(deployment);
      expect(outcome).to.equal("passed");
      expect(detail).to.match(/is a Safe of 3 that needs 2$/);
    });
    it("fails without code", async () => {
      fails(await checkOwner(withArgs({ owner: deployment.args.relayer })), "has no code on Base Sepolia");
    });
    it("fails if it is a key that has delegated to code", async () => {
      const owner: Address = "0x5555555555555555555555555555555555555555";
      await setCode(owner, concat(["0xef0100", pad("0x1234", { size: 20 })]));
      fails(await checkOwner(withArgs({ owner })), "is a key that has delegated to code");
    });
    it("is warned of if it is a contract but no Safe", async () => {
      expect(await outcomeOf(checkOwner(withArgs({ owner: baseSepolia.usdc.address })))).to.equal("warned");
    });

    describe("a Safe that needs one signature", () => {
      let owner: Address;
      before(async () => {
        const signers = stage.signers.map(({ address }) => address);
        owner = (await stage.twin.viem.deployContract("TestSafe", [signers, 1n])).address;
      });
      it("is warned of on a testnet", async () => {
        expect(await outcomeOf(checkOwner(withArgs({ owner })))).to.equal("warned");
      });
      it("fails on mainnet", async () => {
        fails(await checkOwner(onMainnet({ owner })), "one stolen key would own it; raise its threshold to 2");
      });
    });

    describe("a Safe with a module", () => {
      let owner: Address;
      const module: Address = "0x4444444444444444444444444444444444444444";
      before(async () => {
        const safe = await stage.twin.viem.deployContract("TestSafe", [
          stage.signers.map(({ address }) => address),
          2n,
        ]);
        owner = safe.address;
        // As by a transaction that its signers have signed.
        const from = { account: await impersonate(stage.twin, owner).then(({ account }) => account) };
        await safe.write.enableModule([module], from);
      });
      it("is warned of on a testnet", async () => {
        expect(await outcomeOf(checkOwner(withArgs({ owner })))).to.equal("warned");
      });
      it("fails on mainnet: the module can do alone what its signers can together", async () => {
        fails(await checkOwner(onMainnet({ owner })), `its module ${module} can do alone all that its signers can`);
      });
      it("passes if the parameters name it", async () => {
        const listed = { ownerModules: [module] };
        expect(await outcomeOf(checkOwner({ ...onMainnet({ owner }), listed }))).to.equal("passed");
      });
    });
  });

  describe("roles", () => {
    it("pass if they are all different accounts", () => {
      expect(checkRoles(deployment).outcome).to.equal("passed");
    });
    const pairs = [
      ["owner", "guardian"],
      ["relayer", "platformWallet"],
      ["relayer", "guardian"],
    ] as const;
    for (const [one, other] of pairs) {
      it(`fail if ${one} and ${other} are the same`, () => {
        fails(checkRoles(withArgs({ [other]: deployment.args[one] })), `${one} and ${other} are the same account`);
      });
    }
    it("fail if the deployer holds one", () => {
      fails(checkRoles(withArgs({ relayer: stage.deployer.address })), "relayer and deployer are the same account");
    });
    it("fail if one but the guardian is nobody", () => {
      fails(checkRoles(withArgs({ relayer: zeroAddress })), "relayer is the zero address");
    });
    it("fail if one is USDC", () => {
      fails(checkRoles(withArgs({ platformWallet: baseSepolia.usdc.address })), "platformWallet is USDC itself");
    });
    it("are warned of if nobody is guardian", () => {
      expect(checkRoles(withArgs({ guardian: zeroAddress })).outcome).to.equal("warned");
    });
  });

  describe("limits", () => {
    it("pass if a consumer's is within the pool's", () => {
      expect(checkLimits(deployment).outcome).to.equal("passed");
    });
    it("fail if a consumer's is above the pool's", () => {
      fails(checkLimits(withArgs({ poolDailyLimit: "49999999" })), "is above the whole pool's");
    });
    it("are warned of if there is none", () => {
      const { outcome, detail } = checkLimits(withArgs({ poolDailyLimit: "0" }));
      expect(outcome).to.equal("warned");
      expect(detail).to.contain("no limit for the pool: a stolen relayer key could take all");
    });
  });

  describe("git", () => {
    let repository: string;
    const git = (...args: string[]) => {
      const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
      const { status, stderr } = spawnSync("git", [...identity, ...args], { cwd: repository, encoding: "utf8" });
      if (status !== 0) throw new Error(stderr);
    };
    const write = (path: string) => {
      mkdirSync(join(repository, path, ".."), { recursive: true });
      writeFileSync(join(repository, path), "{}");
    };
    const check = () => checkGit({ base: baseSepolia, repository, folder: join(repository, "deployments") });

    beforeEach(() => {
      repository = mkdtempSync(join(tmpdir(), "luxxon-git-"));
      git("init", "--quiet");
      write("contracts/A.sol");
      git("add", "--all");
      git("commit", "--quiet", "--message", "first");
    });
    afterEach(() => rmSync(repository, { recursive: true }));

    it("passes if everything is committed", async () => {
      expect((await check()).outcome).to.equal("passed");
    });
    it("fails if a source is not", async () => {
      write("contracts/B.sol");
      fails(await check(), "uncommitted: contracts/B.sol");
    });
    it("fails if the parameters are not", async () => {
      write("deployments/parameters/base-sepolia.json");
      fails(await check(), "uncommitted: deployments/parameters/base-sepolia.json");
    });
    it("does not mind the journal of a deployment that is to be finished", async () => {
      write("deployments/base-sepolia-4.0.0/journal.jsonl");
      write("deployments/84532.json");
      expect((await check()).outcome).to.equal("passed");
    });
    it("fails outside a repository", async () => {
      rmSync(join(repository, ".git"), { recursive: true });
      fails(await check(), "git cannot say what is committed");
    });
  });

  describe("coverage, build, bytecode and size", () => {
    const marked = () => ({
      ...deployment.code,
      creationCode: concat([deployment.code.creationCode, `0x${"c0be".repeat(10)}`]),
    });

    it("pass on what the project compiles to", async function () {
      this.timeout(120_000);
      const found = [
        checkCoverage(deployment),
        await checkBuild(deployment),
        checkBytecode(deployment),
        checkSize(deployment),
      ];
      expect(found.map(({ outcome }) => outcome)).to.deep.equal(["passed", "passed", "passed", "passed"]);
    });
    it("coverage fails on instrumented code", () => {
      const creationCode = concat([deployment.code.creationCode, `0x${"c0bec0be".repeat(5)}`]);
      fails(checkCoverage({ code: { ...deployment.code, creationCode } }), "was compiled for a coverage run");
    });
    it("build fails if the production profile gives other code", async () => {
      fails(await checkBuild({ code: marked() }), "is not what the production profile compiles to");
    });
    for (const name of ["compiler", "compilerInputHash", "creationCodeHash", "maskedCodeHash"] as const) {
      it(`bytecode fails if ${name} is not the committed one`, () => {
        const committed = { ...deployment.build.current, [name]: "other" };
        fails(checkBytecode({ build: { current: deployment.build.current, committed } }), `${name} is `);
      });
    }
    it("size fails on code over EIP-170's limit", () => {
      const runtimeCode = `0x${"00".repeat(24_577)}` as const;
      fails(checkSize({ args: deployment.args, code: { ...deployment.code, runtimeCode } }), "24577 bytes of code");
    });
    it("size fails on creation code over EIP-3860's limit", () => {
      const creationCode = `0x${"00".repeat(49_152)}` as const;
      fails(
        checkSize({ args: deployment.args, code: { ...deployment.code, creationCode } }),
        "to create it (at most 49152)",
      );
    });
  });

  describe("balance", () => {
    const setBalance = (wei: bigint) =>
      stage.twin.provider.request({
        method: "hardhat_setBalance",
        params: [stage.deployer.address, numberToHex(wei)],
      });

    it("counts gas and the L1 fee", async () => {
      const { gas, l1Wei, l2Wei, totalWei } = await estimateCost(deployment);
      expect(gas > 2_000_000n && l1Wei > 0n).to.equal(true);
      expect(totalWei).to.equal(l1Wei + l2Wei);
    });
    it("counts what the chain's operator takes, where it takes anything", async () => {
      const before = await estimateCost(deployment);
      const snapshot = await stage.twin.networkHelpers.takeSnapshot();
      // As Base would set it: a scalar of 3,000,000 is 3 wei for each gas, and a constant of 777 wei.
      const [l1Block, fees] = ["0x4200000000000000000000000000000000000015", (3_000_000n << 64n) | 777n] as const;
      await stage.twin.networkHelpers.setStorageAt(l1Block, 8, numberToHex(fees, { size: 32 }));
      const { gas, l2Wei } = await estimateCost(deployment);
      expect(l2Wei).to.equal(before.l2Wei + 3n * gas + 777n);
      await snapshot.restore();
    });
    it("fails without money, and says how much is needed", async () => {
      await setBalance(0n);
      fails(await checkBalance(deployment), "has 0 ETH, and needs ");
    });
    it("fails if there is no margin", async () => {
      await setBalance((await estimateCost(deployment)).totalWei);
      fails(await checkBalance(deployment), "and 50 % more): send it some");
    });
    it("passes with the margin", async () => {
      await setBalance((await estimateCost(deployment)).totalWei * 2n);
      expect(await outcomeOf(checkBalance(deployment))).to.equal("passed");
    });
  });

  describe("--allow", () => {
    it("takes names of checks", () => expect(readAllowed("git,owner", baseSepolia)).to.deep.equal(["git", "owner"]));
    it("may be left out", () => expect(readAllowed(undefined, base)).to.deep.equal([]));
    it("refuses what is no check", () => {
      expect(() => readAllowed("git,weather", baseSepolia)).to.throw(
        /^--allow takes usdc, .* or balance, not "weather"\.$/,
      );
    });
    it("refuses chain-id: every other answer would be about another chain", () => {
      expect(CHECK_NAMES).to.include("chain-id");
      expect(() => readAllowed("chain-id", baseSepolia)).to.throw('not "chain-id"');
    });
    it("is refused on mainnet", () => {
      expect(() => readAllowed("git", base)).to.throw("--allow is for testnets: on Base every check must pass.");
    });
  });
});
