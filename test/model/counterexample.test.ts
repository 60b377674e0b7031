import { spawnSync } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { perform } from "./chain.ts";
import { playSteps } from "./play.ts";
import { Reached } from "./reached.ts";
import { type Counterexample, runSequences } from "./run.ts";
import { openScene, type Scene } from "./scene.ts";
import { scriptOf, writeScript } from "./script.ts";
import type { Step } from "./steps.ts";

const SEED = 7;

/** The scene on a machine that is busy: seconds have passed since it was opened, and none of them counts. */
async function openRight(): Promise<Scene> {
  const scene = await openScene("localOsaka");
  await scene.chain.provider.request({ method: "evm_increaseTime", params: [10] });
  return scene;
}

/** The same, where something is not as the model believes: USDC has denylisted the operator, and nobody has said so. */
async function openWrong(): Promise<Scene> {
  const scene = await openRight();
  const { circle, operator } = scene.addresses;
  const call = { functionName: "blacklist", args: [operator] } as const;
  await perform(scene, { wait: 0n, sender: circle, to: "usdc", call }, scene.model.timestamp);
  return scene;
}

function find(open: () => Promise<Scene>): Promise<Counterexample | undefined> {
  return runSequences({ open, sequences: 1, commands: 60, seed: SEED, reached: new Reached() });
}

describe("a counterexample", () => {
  let found: Counterexample;
  let addresses: Scene["addresses"];

  before(async () => {
    const counterexample = await find(openWrong);
    if (counterexample === undefined) throw new Error("no difference was found");
    found = counterexample;
    ({ addresses } = await openRight());
  });

  it("is found where contract and model differ, and nowhere else", async () => {
    expect(found.difference.what).to.match(/contract .*(PayoutCredited|blacklisted).*, (the )?model/);
    expect(await find(openRight)).to.equal(undefined);
  });

  it("is shrunk until none of its steps can go", async () => {
    expect(found.length).to.be.greaterThan(5);
    expect(found.steps.length).to.be.lessThanOrEqual(2);
    for (const index of found.steps.keys()) {
      const { difference } = await playSteps(await openWrong(), found.steps.toSpliced(index, 1));
      expect(difference).to.equal(undefined);
    }
  });

  it("differs again when its steps are played again, and only there", async () => {
    expect((await playSteps(await openWrong(), found.steps)).difference).to.deep.equal(found.difference);
    expect((await playSteps(await openRight(), found.steps)).difference).to.equal(undefined);
  });

  it("is printed as a file that names the people and says what differed", () => {
    const difference = { index: 3, what: "relayer: contract 1, model 2\nowner: contract 3, model 4" };
    const text = scriptOf("localOsaka", { ...found, steps: STEPS(addresses), difference }, addresses);
    expect(text).to.contain(" *   relayer: contract 1, model 2\n *   owner: contract 3, model 4\n */");
    expect(text).to.contain('import { replay } from "../test/model/replay.ts";');
    expect(text).to.contain(
      `replay("localOsaka", ({ alice, operator, relayer, circle, usdc }) => [
  { wait: 0n, sender: alice, to: "settlement", call: { functionName: "deposit", args: [5000000n] } },
  { wait: 60n, sender: circle, to: "usdc", call: { functionName: "blacklist", args: [operator] } },
  { wait: 0n, sender: relayer, to: "settlement", call: { functionName: "settleBatch", args: [[{ sessionId: "0x`,
    );
    expect(text).to.contain("from: alice, to: usdc, ratePerSecond: 1n");
  });

  it("is a test that runs by itself, with all that its steps need", async function () {
    this.timeout(120_000);
    const path = await writeScript(
      "printed.test.ts",
      scriptOf("localOsaka", { ...found, steps: STEPS(addresses) }, addresses),
    );
    try {
      expect(await readFile(`${ROOT}/${path}`, "utf8")).to.contain("replay(");
      const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/test/command.ts", path], {
        cwd: ROOT,
        encoding: "utf8",
      });
      expect(stdout).to.contain("contract and model agree after each of these steps on localOsaka");
      expect(stdout).to.contain("1 passing");
      expect(status, stderr).to.equal(0);
    } finally {
      await rm(`${ROOT}/${path}`);
    }
  });
});

/** Steps of every shape: a call to USDC, a batch, a signature, a wait. */
function STEPS({ alice, operator, relayer, circle, usdc }: Scene["addresses"]): Step[] {
  const entry = {
    sessionId: `0x${"00".repeat(31)}01`,
    from: alice,
    to: usdc,
    ratePerSecond: 1n,
    chargeableSeconds: 100n,
    toAmount: 70n,
    feeAmount: 30n,
  } as const;
  return [
    { wait: 0n, sender: alice, to: "settlement", call: { functionName: "deposit", args: [5_000_000n] } },
    { wait: 60n, sender: circle, to: "usdc", call: { functionName: "blacklist", args: [operator] } },
    {
      wait: 0n,
      sender: relayer,
      to: "settlement",
      call: { functionName: "settleBatch", args: [[entry]] },
      probe: entry,
    },
    {
      wait: 0n,
      sender: alice,
      to: "settlement",
      call: { functionName: "depositWithPermit", args: [9n, 3_000_000_000n, "0x"] },
      sign: { signer: alice, permit: { owner: alice, value: 9n, nonce: 0n, deadline: 3_000_000_000n } },
    },
  ];
}
