import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { checkRecords, type DeploymentRecord, type Deployments } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { deployCode, type Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import hre from "hardhat";
import { type Abi, type BaseError, ContractFunctionRevertedError } from "viem";
import { luxxonSettlementAbi } from "../../abi/src/generated/abi.ts";
import { luxxonSettlementAddress, luxxonSettlementDeployments } from "../../abi/src/generated/deployments.ts";
import { getLuxxonSettlementAddress, getLuxxonSettlementDeployments, getUsdcAddress } from "../../abi/src/lookup.ts";
import { renderAddresses, renderAddressLibrary } from "../../scripts/abi/addresses.ts";
import { readContract, refuseCoverage, sortAbi } from "../../scripts/abi/contract.ts";
import { outdated } from "../../scripts/abi/generated.ts";
import { renderAbi, renderDeployments } from "../../scripts/abi/render.ts";
import { docOf, signatureOf } from "../../scripts/contract/natspec.ts";
import { chainNamed } from "../support/situation.ts";

const BASE_SEPOLIA = 84532;
const OLD = "0x7777777777777777777777777777777777777777";

const record: DeploymentRecord = {
  address: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
  version: "4.0.0",
  status: "active",
  fromBlock: 33_000_000,
  txHash: `0x${"1".repeat(64)}`,
  deployer: "0x4200000000000000000000000000000000000006",
  constructorArgs: {
    usdc: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
    owner: "0x4200000000000000000000000000000000000006",
    relayer: "0x4200000000000000000000000000000000000006",
    guardian: "0x0000000000000000000000000000000000000000",
    platformWallet: "0x4200000000000000000000000000000000000006",
    defaultDailyLimit: "0",
    poolDailyLimit: "72057594037927935",
  },
  codeHash: `0x${"2".repeat(64)}`,
  maskedCodeHash: `0x${"3".repeat(64)}`,
  compilerInputHash: `0x${"4".repeat(64)}`,
  sourceCommit: "a".repeat(40),
  verified: { sourcify: "https://repo.sourcify.dev/84532/0x036CbD53842c5426634e7929541eC2318f3dCF7e" },
};

describe("what is generated into the ABI package", () => {
  it("is what the contract and the deployments say (else: npm run abi)", async () => {
    expect([...(await outdated()).keys()]).to.deep.equal([]);
  });

  it("holds every item of the ABI once, by kind and name", async () => {
    const { abi } = await readContract();
    expect(luxxonSettlementAbi).to.deep.equal(abi);
    const names = luxxonSettlementAbi.map((item) => `${item.type} ${"name" in item ? item.name : ""}`);
    expect(names).to.deep.equal([...names].sort());
    expect(new Set(names).size).to.equal(names.length);
  });

  it("does not depend on the order of the sources", async () => {
    const { abi } = await readContract();
    expect(sortAbi([...abi].reverse())).to.deep.equal(abi);
  });

  it("carries the contract's own words", async () => {
    const text = renderAbi(await readContract());
    expect(text).to.contain("function `withdraw(uint256)`: Moves `amount` µUSDC from the caller's pool to the caller.");
    expect(text).to.contain("@param deadline Last second at which USDC takes the permit.");
    expect(text).to.contain("@returns settledBitmap: Bit i is set if `entries[i]` was settled.");
    expect(text).to.contain("event `SettlementSkipped(bytes32,uint8)`: An entry of a batch was passed over");
    expect(text).to.contain("error `NotRelayer(address)`: `caller` is not the relayer.");
  });

  it("says something of every item", async () => {
    const contract = await readContract();
    const silent = contract.abi.filter((item) => Object.keys(docOf(contract, item)).length === 0);
    // What OpenZeppelin itself leaves without a word.
    expect(silent.map((item) => "name" in item && item.name)).to.deep.equal([
      "OwnershipTransferStarted",
      "OwnershipTransferred",
    ]);
  });

  it("never comes from a coverage run", () => {
    expect(() => refuseCoverage(`0x6001${"c0be".repeat(10)}6002`)).to.throw("compiled for a coverage run");
    expect(() => refuseCoverage("0x60016002")).not.to.throw();
  });
});

describe("the interface for other contracts", () => {
  it("compiles alone, and has the ABI of the contract's own interface", async () => {
    const text = readFileSync(`${ROOT}/abi/solidity/ILuxxonSettlement.sol`, "utf8");
    const caller = `pragma solidity >=0.8.4; import {ILuxxonSettlement} from "I.sol";
      contract Caller { function top(ILuxxonSettlement it) external { it.deposit(it.deposits(address(this))); } }`;
    const { compile } = createRequire(import.meta.url)("solc") as { compile(input: string): string };
    const input = {
      language: "Solidity",
      sources: { "I.sol": { content: text }, "Caller.sol": { content: caller } },
      settings: { outputSelection: { "*": { "*": ["abi"] } } },
    };
    const { errors = [], contracts } = JSON.parse(compile(JSON.stringify(input)));
    expect(errors.filter(({ severity }: { severity: string }) => severity === "error")).to.deep.equal([]);
    const own = (await hre.artifacts.readArtifact("ILuxxonSettlement")).abi as Abi;
    const signatures = (abi: Abi) => abi.map((item) => `${item.type} ${signatureOf(item)}`);
    expect(signatures(contracts["I.sol"].ILuxxonSettlement.abi)).to.deep.equal(signatures(own));
  });
});

describe("the addresses for whoever does not use TypeScript", () => {
  const none: Deployments = new Map();
  const one: Deployments = new Map([[BASE_SEPOLIA, [{ ...record, address: OLD, status: "withdraw-only" }, record]]]);
  const usdc = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";

  it("are null in JSON where nothing is deployed", () => {
    const chains = JSON.parse(renderAddresses(none)) as Record<string, object>;
    expect(Object.keys(chains)).to.deep.equal(["8453", "84532"]);
    expect(chains[BASE_SEPOLIA]).to.deep.equal({ name: "base-sepolia", usdc, luxxonSettlement: null, deployments: [] });
  });

  it("are in JSON the active deployment, and all of them, oldest first", () => {
    const chains = JSON.parse(renderAddresses(one)) as Record<string, object>;
    const { address, version, fromBlock } = record;
    expect(chains[BASE_SEPOLIA]).to.deep.equal({
      name: "base-sepolia",
      usdc,
      luxxonSettlement: address,
      deployments: [
        { address: OLD, version, status: "withdraw-only", fromBlock },
        { address, version, status: "active", fromBlock },
      ],
    });
  });

  describe("in Solidity", () => {
    /** Compiles the library and a contract that asks it, and asks that. */
    async function ask(deployments: Deployments, name: "settlement" | "usdc", chainId: number): Promise<string> {
      const { compile } = createRequire(import.meta.url)("solc") as { compile(input: string): string };
      const asker = `pragma solidity >=0.8.4; import {LuxxonAddresses} from "L.sol";
        contract Asker {
          function settlement(uint256 chainId) external pure returns (address) { return LuxxonAddresses.settlement(chainId); }
          function usdc(uint256 chainId) external pure returns (address) { return LuxxonAddresses.usdc(chainId); }
        }`;
      const input = {
        language: "Solidity",
        sources: { "L.sol": { content: renderAddressLibrary(deployments) }, "Asker.sol": { content: asker } },
        settings: { evmVersion: "prague", outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } } },
      };
      const { errors = [], contracts } = JSON.parse(compile(JSON.stringify(input)));
      expect(errors.filter(({ severity }: { severity: string }) => severity === "error")).to.deep.equal([]);
      const { abi, evm } = contracts["Asker.sol"].Asker;
      const errorsOf = contracts["L.sol"].LuxxonAddresses.abi as Abi;
      const chain = await chainNamed("localOsaka");
      const [wallet] = await chain.viem.getWalletClients();
      const address = await deployCode(chain, wallet as Wallet, `0x${evm.bytecode.object}`);
      const client = await chain.viem.getPublicClient();
      const call = { address, abi: [...abi, ...errorsOf], functionName: name, args: [BigInt(chainId)] };
      return client.readContract(call).then(String, (error: BaseError) => {
        const { data } = error.walk(
          (it) => it instanceof ContractFunctionRevertedError,
        ) as ContractFunctionRevertedError;
        return `${data?.errorName}(${data?.args})`;
      });
    }

    it("are those of USDC on each chain", async () => {
      expect(await ask(none, "usdc", BASE_SEPOLIA)).to.equal(usdc);
      expect(await ask(none, "usdc", 8453)).to.equal("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913");
    });
    it("are the active deployment's", async () => {
      expect(await ask(one, "settlement", BASE_SEPOLIA)).to.equal(record.address);
    });
    it("revert, and are never zero, where nothing is deployed", async () => {
      expect(await ask(none, "settlement", BASE_SEPOLIA)).to.equal("NotDeployed(84532)");
      expect(await ask(one, "settlement", 8453)).to.equal("NotDeployed(8453)");
      expect(await ask(one, "usdc", 1)).to.equal("NotDeployed(1)");
    });
  });
});

describe("the deployments of the ABI package", () => {
  it("are looked up by chain id, and a chain without one gives nothing", () => {
    for (const chainId of [1, 0, -1, Number.NaN]) {
      expect(getLuxxonSettlementAddress(chainId)).to.equal(undefined);
      expect(getLuxxonSettlementDeployments(chainId)).to.deep.equal([]);
      expect(getUsdcAddress(chainId)).to.equal(undefined);
    }
  });

  it("name the active one of each chain", () => {
    for (const [chainId, address] of Object.entries<string>(luxxonSettlementAddress)) {
      expect(getLuxxonSettlementAddress(Number(chainId))).to.equal(address);
      expect(getLuxxonSettlementDeployments(Number(chainId)).at(-1)).to.include({ address, status: "active" });
    }
    expect(Object.keys(luxxonSettlementDeployments)).to.deep.equal(Object.keys(luxxonSettlementAddress));
  });

  it("come from one file a chain", () => {
    const old = { ...record, status: "withdraw-only", version: "3.0.0" } as const;
    const text = renderDeployments(new Map([[BASE_SEPOLIA, checkRecords([old, record], "84532.json")]]));
    expect(text).to.contain('luxxonSettlementAddress = {\n  84532: "0x036CbD53842c5426634e7929541eC2318f3dCF7e",\n}');
    expect(text).to.match(/"fromBlock": 33000000n, .*"version":"3.0.0","status":"withdraw-only"/);
    expect(text).to.match(/"fromBlock": 33000000n, .*"version":"4.0.0","status":"active"/);
  });

  for (const [field, value] of [
    ["address", record.address.toLowerCase()],
    ["address", "0x036cbD53842c5426634e7929541eC2318f3dCF7e"],
    ["version", "v4"],
    ["status", "withdraw-only"],
    ["fromBlock", 0],
    ["txHash", "0x1"],
    ["constructorArgs", []],
    ["constructorArgs", { ...record.constructorArgs, poolDailyLimit: "72057594037927936" }],
    ["constructorArgs", { ...record.constructorArgs, owner: undefined }],
    ["deployer", "0x42"],
    ["maskedCodeHash", "0x"],
    ["compilerInputHash", undefined],
    ["codeHash", undefined],
    ["sourceCommit", "main"],
    ["verified", { sourcify: true }],
    ["verified", { etherscan: "https://etherscan.io" }],
    ["verified", { sourcify: "http://example.org/" }],
  ] as const) {
    it(`are refused if ${field} is ${JSON.stringify(value)}`, () => {
      expect(() => checkRecords([{ ...record, [field]: value }], "84532.json")).to.throw(`84532.json[0].${field}`);
    });
  }

  it("are refused with a field that there is not", () => {
    expect(() => checkRecords([{ ...record, owner: "0x" }], "84532.json")).to.throw(
      '84532.json[0]: Unrecognized key: "owner"',
    );
  });
});
