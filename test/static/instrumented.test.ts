import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCoverageLibrary } from "@nomicfoundation/edr/coverage";
import { expect } from "chai";
import { instrumentedArtifacts, isInstrumented } from "../../scripts/contract/instrumented.ts";

const CALL = "73c0bec0bec0bec0bec0bec0bec0bec0bec0bec0be5afa50";

describe("code that a coverage run has instrumented", () => {
  it("is known by the address that it calls, however that is written", () => {
    expect(isInstrumented(`0x6080${CALL}00`)).to.equal(true);
    expect(isInstrumented(`0x6080${CALL.toUpperCase()}00`)).to.equal(true);
  });

  it("is not taken for what only looks like it", () => {
    expect(isInstrumented("0x")).to.equal(false);
    expect(isInstrumented("0x6080c0bec0bec0bec0be00")).to.equal(false);
  });

  it("calls the address that Hardhat's own library has", () => {
    const address = /0x[0-9a-fA-F]{40}/.exec(getCoverageLibrary().content)?.[0] ?? "";
    expect(isInstrumented(address)).to.equal(true);
  });
});

describe("a folder of artifacts", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-"));
    mkdirSync(join(folder, "contracts"));
    mkdirSync(join(folder, "build-info"));
    const artifact = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
    artifact("contracts/Clean.json", { bytecode: "0x6080", deployedBytecode: "0x6080" });
    artifact("contracts/Created.json", { bytecode: `0x${CALL}`, deployedBytecode: "0x" });
    artifact("contracts/Deployed.json", { bytecode: "0x", deployedBytecode: `0x${CALL}` });
    artifact("build-info/input.json", { bytecode: `0x${CALL}` });
    writeFileSync(join(folder, "contracts/types.d.ts"), CALL);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("is searched for creation code and runtime code", async () => {
    expect(await instrumentedArtifacts(folder)).to.deep.equal([
      join(folder, "contracts/Created.json"),
      join(folder, "contracts/Deployed.json"),
    ]);
  });
});
