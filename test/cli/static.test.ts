import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

/** The commands of docs/verification/static.md. What they do takes minutes; how they are used does not. */
const COMMANDS = ["coverage", "slither", "forge", "snapshot"];

function run(file: string, args: string[], input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    input,
  });
  return { status, stdout, stderr };
}

for (const command of COMMANDS) {
  describe(`npm run ${command}`, () => {
    it("says in one line that it does not know a flag, with exit code 2", () => {
      expect(run(`scripts/quality/${command}/command.ts`, ["--fast"])).to.deep.equal({
        status: 2,
        stdout: "",
        stderr: "Unknown option '--fast'; see --help.\n",
      });
    });

    it("explains itself", () => {
      const { status, stdout, stderr } = run(`scripts/quality/${command}/command.ts`, ["--help"]);
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(stdout).to.contain(`npm run ${command}`);
      expect(stdout).to.match(/--help +this text/);
    });
  });
}

describe("tools/solc, the compiler as a program", () => {
  it("tells its version as forge asks for it", () => {
    const { status, stdout, stderr } = run("tools/solc", ["--version"]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    expect(stdout).to.match(/^solc, the solidity compiler commandline interface\nVersion: 0\.8\.37\+commit\.\w+/);
  });

  it("compiles standard JSON from stdin", () => {
    const sources = {
      "A.sol": { content: "// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\ncontract A {}\n" },
    };
    const settings = { outputSelection: { "*": { "*": ["abi"] } } };
    const { status, stdout } = run(
      "tools/solc",
      ["--standard-json"],
      JSON.stringify({ language: "Solidity", sources, settings }),
    );
    expect(status).to.equal(0);
    expect(JSON.parse(stdout).contracts["A.sol"].A.abi).to.deep.equal([]);
  });

  it("refuses what it does not know, with exit code 2", () => {
    expect(run("tools/solc", ["--gas"])).to.deep.equal({
      status: 2,
      stdout: "",
      stderr: 'tools/solc takes --version or --standard-json, not "--gas".\n',
    });
  });
});
