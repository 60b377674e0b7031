import { expect } from "chai";
import hre from "hardhat";
import { size } from "viem";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { instrumentedArtifacts } from "../../scripts/contract/instrumented.ts";

const EIP_170 = 24_576;

const { code } = await readCompiled();

describe("the compiled contract", () => {
  const bytes = size(code.runtimeCode);

  it(`is ${bytes} bytes long, ${EIP_170 - bytes} below the limit of EIP-170`, () => {
    expect(bytes).to.be.within(1, EIP_170);
  });

  it("holds no code of a coverage run, nor does any other", async () => {
    expect(await instrumentedArtifacts(hre.config.paths.artifacts)).to.deep.equal([]);
  });
});

describe("the compiler", () => {
  it("is started once for all invariant tests: their settings are one object", () => {
    const { overrides } = hre.config.solidity.profiles.default ?? expect.fail("there is no such profile");
    expect(Object.keys(overrides).length).to.be.greaterThan(1);
    expect(new Set(Object.values(overrides)).size).to.equal(1);
  });
});
