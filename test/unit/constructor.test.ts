import { expect } from "chai";
import type { Abi, AbiEvent, AbiFunction, Address, Hex } from "viem";
import { hexToBytes, parseEventLogs, size, toEventSelector, toFunctionSelector, zeroAddress } from "viem";
import { USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** A deployment with limits, 5 USDC a day for a consumer and 500 for the pool; change what matters. */
function deploy({ viem, usdc, owner, relayer, guardian, platform }: Situation, changes: Partial<Arguments> = {}) {
  const args = {
    usdc: usdc.address,
    owner: owner.account.address,
    relayer: relayer.account.address,
    guardian: guardian.account.address,
    platformWallet: platform.account.address,
    defaultDailyLimit: 5n * USDC,
    poolDailyLimit: 500n * USDC,
    ...changes,
  };
  return viem.sendDeploymentTransaction("LuxxonSettlement", [
    args.usdc,
    args.owner,
    args.relayer,
    args.guardian,
    args.platformWallet,
    args.defaultDailyLimit,
    args.poolDailyLimit,
  ]);
}

interface Arguments {
  usdc: Address;
  owner: Address;
  relayer: Address;
  guardian: Address;
  platformWallet: Address;
  defaultDailyLimit: bigint;
  poolDailyLimit: bigint;
}

async function refusesZero(situation: Situation, changes: Partial<Arguments>) {
  const { viem, settlement } = situation;
  await viem.assertions.revertWithCustomErrorWithArgs(
    deploy(situation, changes).then(({ deploymentTransaction }) => deploymentTransaction.hash),
    settlement,
    "ZeroAddress",
    [],
  );
}

function functionNamed({ settlement }: Situation, name: string): AbiFunction {
  const found = (settlement.abi as Abi).filter((item) => item.type === "function" && item.name === name);
  expect(found.length, `functions named ${name}`).to.equal(1);
  return found[0] as AbiFunction;
}

function eventNamed({ settlement }: Situation, name: string): AbiEvent {
  const found = (settlement.abi as Abi).filter((item) => item.type === "event" && item.name === name);
  expect(found.length, `events named ${name}`).to.equal(1);
  return found[0] as AbiEvent;
}

/** The opcodes in runtime code: without what is pushed, and without the metadata, whose length stands at the end. */
function opcodesOf(code: Hex): Set<number> {
  const bytes = hexToBytes(code);
  const metadata = ((bytes.at(-2) ?? 0) << 8) + (bytes.at(-1) ?? 0) + 2;
  const opcodes = new Set<number>();
  for (let at = 0; at < bytes.length - metadata; at += 1) {
    const opcode = bytes[at] ?? 0;
    opcodes.add(opcode);
    const isPush = opcode >= 0x60 && opcode <= 0x7f;
    if (isPush) at += opcode - 0x5f;
  }
  return opcodes;
}

onEachChain("constructor", (given) => {
  describe("an address that must not be zero", () => {
    it("refuses zero for the token", async () => {
      await refusesZero(await given.fresh(), { usdc: zeroAddress });
    });

    it("refuses zero for the owner", async () => {
      await refusesZero(await given.fresh(), { owner: zeroAddress });
    });

    it("refuses zero for the relayer", async () => {
      await refusesZero(await given.fresh(), { relayer: zeroAddress });
    });

    it("refuses zero for the platform wallet", async () => {
      await refusesZero(await given.fresh(), { platformWallet: zeroAddress });
    });

    it("allows zero for the guardian: then there is none", async () => {
      const { contract } = await deploy(await given.fresh(), { guardian: zeroAddress });
      expect(await contract.read.guardian()).to.equal(zeroAddress);
    });
  });

  describe("a new contract", () => {
    it("knows its token", async () => {
      const situation = await given.fresh();
      const { contract } = await deploy(situation);
      expect(await contract.read.usdc()).to.equal(situation.usdc.address);
    });

    it("knows its owner, and nobody is about to become it", async () => {
      const situation = await given.fresh();
      const { contract } = await deploy(situation);
      expect(await contract.read.owner()).to.equal(situation.owner.account.address);
      expect(await contract.read.pendingOwner()).to.equal(zeroAddress);
    });

    it("knows its relayer, guardian and platform wallet", async () => {
      const situation = await given.fresh();
      const { contract } = await deploy(situation);
      expect(await contract.read.relayer()).to.equal(situation.relayer.account.address);
      expect(await contract.read.guardian()).to.equal(situation.guardian.account.address);
      expect(await contract.read.platformWallet()).to.equal(situation.platform.account.address);
    });

    it("has the limits it was given", async () => {
      const { contract } = await deploy(await given.fresh());
      expect(await contract.read.defaultDailyLimit()).to.equal(5n * USDC);
      expect((await contract.read.pool()).dailyLimit).to.equal(500n * USDC);
    });

    it("has no limits if it was given 0", async () => {
      const { contract } = await deploy(await given.fresh(), { defaultDailyLimit: 0n, poolDailyLimit: 0n });
      expect(await contract.read.defaultDailyLimit()).to.equal(0n);
      expect((await contract.read.pool()).dailyLimit).to.equal(0n);
    });

    it("is not paused", async () => {
      const { contract } = await deploy(await given.fresh());
      expect(await contract.read.paused()).to.equal(false);
    });

    it("holds nothing for anybody", async () => {
      const { contract } = await deploy(await given.fresh());
      expect(await contract.read.totalDeposits()).to.equal(0n);
      expect(await contract.read.totalCredits()).to.equal(0n);
      expect(await contract.read.surplus()).to.equal(0n);
    });

    it("starts with empty buckets", async () => {
      const { contract } = await deploy(await given.fresh());
      expect(await contract.read.pool()).to.deep.equal({
        balance: 0n,
        dailyLimit: 500n * USDC,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
    });

    it("has said who holds which role and which limits hold", async () => {
      const situation = await given.fresh();
      const { owner, relayer, guardian, platform, publicClient } = situation;
      const { contract, deploymentTransaction } = await deploy(situation);
      const { logs } = await publicClient.waitForTransactionReceipt({ hash: deploymentTransaction.hash });
      const events = parseEventLogs({ abi: contract.abi as Abi, logs }).map(({ eventName, args }) => ({
        eventName,
        args: args as unknown,
      }));
      expect(logs.length).to.equal(6);
      expect(events).to.deep.equal([
        {
          eventName: "OwnershipTransferred",
          args: { previousOwner: zeroAddress, newOwner: owner.account.address },
        },
        { eventName: "RelayerSet", args: { oldRelayer: zeroAddress, newRelayer: relayer.account.address } },
        { eventName: "GuardianSet", args: { oldGuardian: zeroAddress, newGuardian: guardian.account.address } },
        {
          eventName: "PlatformWalletSet",
          args: { oldPlatformWallet: zeroAddress, newPlatformWallet: platform.account.address },
        },
        { eventName: "DefaultDailyLimitSet", args: { oldLimit: 0n, newLimit: 5n * USDC } },
        { eventName: "PoolDailyLimitSet", args: { oldLimit: 0n, newLimit: 500n * USDC } },
      ]);
    });

    it("fits the 24,576 bytes of EIP-170", async () => {
      const { settlement, publicClient } = await given.fresh();
      const code = (await publicClient.getCode({ address: settlement.address })) ?? "0x";
      expect(size(code)).to.be.within(1, 24_576 - 1);
    });
  });

  describe("its code", () => {
    it("has no delegatecall, callcode or selfdestruct: it cannot be exchanged or removed", async () => {
      const { settlement, publicClient } = await given.fresh();
      const used = opcodesOf((await publicClient.getCode({ address: settlement.address })) ?? "0x");
      const names = { CALL: 0xf1, CALLCODE: 0xf2, DELEGATECALL: 0xf4, SELFDESTRUCT: 0xff };
      const found = Object.entries(names).filter(([, opcode]) => used.has(opcode));
      // CALL shows that the reading works: the contract does call its token.
      expect(found.map(([name]) => name)).to.deep.equal(["CALL"]);
    });
  });

  describe("the constants", () => {
    it("allow at most 100 entries in a batch", async () => {
      const { settlement } = await given.fresh();
      expect(await settlement.read.MAX_BATCH()).to.equal(100n);
    });

    it("allow at most 30 % of a charge as fee", async () => {
      const { settlement } = await given.fresh();
      expect(await settlement.read.MAX_FEE_BPS()).to.equal(3_000n);
    });

    it("allow at most 1 USDC a second", async () => {
      const { settlement } = await given.fresh();
      expect(await settlement.read.MAX_RATE_PER_SECOND()).to.equal(1n * USDC);
    });

    it("allow at most one day in a session", async () => {
      const { settlement } = await given.fresh();
      expect(await settlement.read.MAX_CHARGEABLE_SECONDS()).to.equal(86_400n);
    });

    it("name the version", async () => {
      const { settlement } = await given.fresh();
      expect(await settlement.read.version()).to.equal("4.0.0");
    });
  });

  // Clients of version 3 call by selector and filter by topic; none of them shall notice version 4.
  describe("a client written for version 3", () => {
    it("finds deposit(uint256) at 0xb6b55f25", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "deposit"))).to.equal("0xb6b55f25");
    });

    it("finds withdraw(uint256) at 0x2e1a7d4d", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "withdraw"))).to.equal("0x2e1a7d4d");
    });

    it("finds deposits(address) at 0xfc7e286d", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "deposits"))).to.equal("0xfc7e286d");
    });

    it("finds settled(bytes32) at 0xd945af1d", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "settled"))).to.equal("0xd945af1d");
    });

    it("finds settleFromPool(…) at 0xb7bd737b", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "settleFromPool"))).to.equal("0xb7bd737b");
    });

    it("finds platformWallet() under its name", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "platformWallet"))).to.equal(
        toFunctionSelector("platformWallet()"),
      );
    });

    it("finds settleBatch under its name, with an array of seven fields", async () => {
      expect(toFunctionSelector(functionNamed(await given.fresh(), "settleBatch"))).to.equal(
        toFunctionSelector("settleBatch((bytes32,address,address,uint256,uint256,uint256,uint256)[])"),
      );
    });

    it("finds Settled at topic 0x3c2f1f2d…", async () => {
      expect(toEventSelector(eventNamed(await given.fresh(), "Settled"))).to.equal(
        "0x3c2f1f2d0b72345a6485430cb4ac8fd6f0750636b3b793aa4976a0008d8c8079",
      );
    });

    it("can filter Settled by session, consumer and operator", async () => {
      const { inputs } = eventNamed(await given.fresh(), "Settled");
      expect(inputs.map(({ name, indexed }) => [name, indexed])).to.deep.equal([
        ["sessionId", true],
        ["from", true],
        ["to", true],
        ["toAmount", false],
        ["feeAmount", false],
        ["ratePerSecond", false],
        ["chargeableSeconds", false],
      ]);
    });

    it("knows what settleFromPool takes by name", async () => {
      const { inputs, outputs } = functionNamed(await given.fresh(), "settleFromPool");
      expect(inputs.map(({ name, type }) => `${type} ${name}`)).to.deep.equal([
        "bytes32 sessionId",
        "address from",
        "address to",
        "uint256 ratePerSecond",
        "uint256 chargeableSeconds",
        "uint256 toAmount",
        "uint256 feeAmount",
      ]);
      expect(outputs).to.deep.equal([]);
    });
  });
});
