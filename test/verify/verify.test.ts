import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRecords } from "@luxxon/chain/deployments/record";
import { expect } from "chai";
import { EXPLORER_NAMES } from "../../scripts/verify/explorers.ts";
import { verifyDeployment } from "../../scripts/verify/verify.ts";
import { baseSepolia } from "../deploy/support.ts";

describe("npm run verify", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-verify-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const verify = () => {
    const options = {
      base: baseSepolia,
      folder,
      rpcUrl: "http://127.0.0.1:9",
      explorers: EXPLORER_NAMES,
      waitSeconds: 5,
    };
    return verifyDeployment(options)
      .next()
      .then(String, (error: Error) => error.message);
  };

  it("says what comes first if nothing is deployed", async () => {
    expect(await verify()).to.equal(
      "Nothing is recorded on Base Sepolia: npm run deploy -- --network base-sepolia comes first.",
    );
  });

  it("refuses a record that says anything wrong", async () => {
    writeFileSync(join(folder, "84532.json"), "[]");
    expect(await verify()).to.match(/^84532\.json: /);
  });

  it("asks for the commit that was deployed if the sources are others", async () => {
    const sourceCommit = "b".repeat(40);
    const someone = "0x1111111111111111111111111111111111111111" as const;
    const hash = `0x${"01".repeat(32)}` as const;
    await writeRecords(folder, baseSepolia.chainId, [
      {
        address: someone,
        version: "4.0.0",
        status: "active",
        fromBlock: 1,
        txHash: hash,
        deployer: someone,
        constructorArgs: {
          usdc: baseSepolia.usdc.address,
          owner: someone,
          relayer: someone,
          guardian: someone,
          platformWallet: someone,
          defaultDailyLimit: "0",
          poolDailyLimit: "0",
        },
        codeHash: hash,
        maskedCodeHash: hash,
        compilerInputHash: hash,
        sourceCommit,
        verified: {},
      },
    ]);
    expect(await verify()).to.equal(
      `What stands at ${someone} was built from other sources: git checkout ${sourceCommit}, and run again.`,
    );
  });
});
