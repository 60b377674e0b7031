import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

const KEY = `0x${"11".repeat(32)}`;
const URL = "http://127.0.0.1:9";

/** Runs a command with nothing set but what is given; CI never looks into anybody's keystore. */
function run(script: string, args: string[], variables: Record<string, string>) {
  const { PATH = "" } = process.env;
  const env = { PATH, CI: "true", HOME: tmpdir(), ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

describe("Without what a deployment needs", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-access-"));
    mkdirSync(join(folder, "parameters"));
    writeFileSync(join(folder, "parameters/base.json"), "{}");
  });
  after(() => rmSync(folder, { recursive: true }));

  const deploy = (network: string, variables: Record<string, string>) =>
    run("scripts/deploy/command.ts", ["--network", network, "--deployments", folder], variables);

  it("the user reads what is missing and how to set it, with exit code 2", () => {
    const { status, stdout, stderr } = run("scripts/deploy/command.ts", ["--network", "base-sepolia"], {});
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.equal(`These are not set:

  BASE_SEPOLIA_RPC_URL   a JSON-RPC endpoint of Base Sepolia
  DEPLOYER_KEY           the private key that deploys and pays; it gets no right in the contract

Keep them encrypted on this machine (each value is asked for):

  npx hardhat keystore set BASE_SEPOLIA_RPC_URL
  npx hardhat keystore set DEPLOYER_KEY

or set them in the environment, which wins over the keystore:

  export BASE_SEPOLIA_RPC_URL=…
  export DEPLOYER_KEY=…

deployments/parameters/base-sepolia.json is missing too: copy deployments/parameters/example.json and fill it in.
`);
  });

  it("what is set is not asked for", () => {
    const { status, stderr } = deploy("base", { BASE_RPC_URL: URL });
    expect(status).to.equal(2);
    expect(stderr).to.contain("DEPLOYER_KEY").and.not.to.contain("BASE_RPC_URL");
    expect(stderr).not.to.contain("parameters");
  });

  it("a variable that is set to nothing is not set", () => {
    expect(deploy("base", { BASE_RPC_URL: URL, DEPLOYER_KEY: "" }).stderr).to.contain("export DEPLOYER_KEY=…");
  });

  it("spaces and line breaks around a value are none of it", () => {
    const { status, stderr } = deploy("base-sepolia", { BASE_SEPOLIA_RPC_URL: ` ${URL}\n`, DEPLOYER_KEY: `${KEY}\n` });
    expect(status).to.equal(2);
    expect(stderr).to.match(/^deployments\/parameters\/base-sepolia.json is missing/);
    expect(deploy("base", { BASE_RPC_URL: URL, DEPLOYER_KEY: " \n" }).stderr).to.contain("export DEPLOYER_KEY=…");
  });

  it("a key that is none is refused, and not shown", () => {
    expect(deploy("base", { BASE_RPC_URL: URL, DEPLOYER_KEY: "0xsecret" })).to.deep.equal({
      status: 2,
      stdout: "",
      stderr: "DEPLOYER_KEY is no private key: it takes 0x and 64 hexadecimal digits.\n",
    });
  });

  it("the parameters are named if they alone are missing", () => {
    const { status, stderr } = deploy("base-sepolia", { BASE_SEPOLIA_RPC_URL: URL, DEPLOYER_KEY: KEY });
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      "deployments/parameters/base-sepolia.json is missing: copy deployments/parameters/example.json and fill it in.\n",
    );
  });

  it("a verification asks for the endpoint, and for no key of a deployer", () => {
    const { status, stderr } = run("scripts/verify/command.ts", ["--network", "base"], {});
    expect(status).to.equal(2);
    expect(stderr).to.contain("BASE_RPC_URL").and.not.to.contain("DEPLOYER_KEY");
  });
});
