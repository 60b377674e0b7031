import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { openLocalChain } from "@luxxon/local/chain";
import { expect } from "chai";
import { type Address, concat, encodeAbiParameters, getAddress, type Hex } from "viem";
import { refusalOf, type Submission } from "../../scripts/rehearse/submission.ts";
import { baseSepolia } from "../deploy/support.ts";

/** A contract with an immutable, so that arguments matter; small, so that it compiles in no time. */
const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
contract Vault {
    uint256 public immutable limit;
    constructor(uint256 limit_) { limit = limit_; }
}`;
const settings = { outputSelection: { "*": { "*": ["evm.bytecode.object"] } } };
const standardJson = (content: string) => ({ language: "Solidity", sources: { "Vault.sol": { content } }, settings });

describe("A stand-in for an explorer", function () {
  this.timeout(60_000);
  let good: Submission;
  let refusal: (change: Partial<Submission>) => Promise<string | undefined>;
  let created: Hex;

  before(async () => {
    const solc = (args: string[], input = "") =>
      spawnSync(process.execPath, ["tools/solc", ...args], { cwd: ROOT, encoding: "utf8", input }).stdout;
    const { contracts } = JSON.parse(solc(["--standard-json"], JSON.stringify(standardJson(SOURCE)))) as {
      contracts: Record<string, Record<string, { evm: { bytecode: { object: string } } }>>;
    };
    const code: Hex = `0x${contracts["Vault.sol"]?.Vault?.evm.bytecode.object}`;
    const chain = await openLocalChain("localOsaka");
    const client = await chain.viem.getPublicClient();
    const [wallet] = await chain.viem.getWalletClients();
    const constructorArguments = encodeAbiParameters([{ type: "uint256" }], [7n]);
    created = (await wallet?.sendTransaction({ data: concat([code, constructorArguments]) })) as Hex;
    const { contractAddress } = await client.getTransactionReceipt({ hash: created });
    good = {
      address: getAddress(contractAddress as Address),
      input: standardJson(SOURCE),
      contractName: "Vault.sol:Vault",
      compilerVersion: `v${/Version: (\S+?)\.Emscripten/.exec(solc(["--version"]))?.[1]}`,
      constructorArguments,
    };
    refusal = (change) => refusalOf({ ...good, ...change }, client);
  });

  it("takes the sources that the code was compiled from, by the arguments", async () => {
    expect(await refusal({})).to.equal(undefined);
  });
  it("takes them by the transaction that made the contract", async () => {
    expect(await refusal({ constructorArguments: undefined, creationTxHash: created })).to.equal(undefined);
  });

  const refused: [string, () => Partial<Submission>, string][] = [
    ["other arguments", () => ({ constructorArguments: `0x${"08".padStart(64, "0")}` }), "is not what the sources"],
    ["sources that differ by a comment", () => ({ input: standardJson(`${SOURCE} // !`) }), "is not what the sources"],
    [
      "sources that differ, by the transaction",
      () => ({ input: standardJson(`${SOURCE} // !`), constructorArguments: undefined, creationTxHash: created }),
      "the transaction did not send what the sources compile to",
    ],
    ["sources that do not compile", () => ({ input: standardJson("contract {") }), "Error"],
    ["a contract that the sources do not have", () => ({ contractName: "Vault.sol:Safe" }), "no Vault.sol:Safe"],
    [
      "a compiler that it does not have",
      () => ({ compilerVersion: "v0.8.36+commit.00000000" }),
      "there is no compiler",
    ],
    ["an address without code", () => ({ address: baseSepolia.usdc.address }), "Unable to locate ContractCode"],
    ["neither arguments nor transaction", () => ({ constructorArguments: undefined }), "neither arguments nor"],
  ];
  for (const [what, change, why] of refused) {
    it(`refuses ${what}`, async () => expect(await refusal(change())).to.contain(why));
  }
});
