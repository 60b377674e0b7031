/** The deployment, with everything that can come between. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRecords } from "@luxxon/chain/deployments/record";
import type { Address } from "viem";
import { journalOf } from "../deploy/problems.ts";
import type { RehearsalContext, Step } from "./context.ts";
import type { Stage } from "./stage.ts";

/** The sources are usually being worked on where this is rehearsed. On mainnet nothing may be allowed. */
const DEPLOY = ["--network", "base-sepolia", "--allow", "git"];

export const deploySteps: Step[] = [
  { title: "A deployer without money is stopped before anything is sent", run: withoutMoney },
  { title: "The simulation shows everything, and sends nothing", run: simulated },
  { title: "The deployer's machine goes down between sending and writing it down", run: killed },
  { title: "The same command finishes, without a second transaction", run: finished },
  { title: "Once more, there is nothing to do", run: nothingToDo },
];

async function withoutMoney({ stage, run, expect }: RehearsalContext) {
  const { status, stdout } = await run("scripts/deploy/command.ts", DEPLOY);
  expect("the check of the balance fails", /✗ balance /.test(stdout));
  expect("the exit code is 2", status === 2);
  expect("nothing was sent", sentCount(stage) === 0);
}

async function simulated({ stage, run, expect }: RehearsalContext) {
  await stage.fund(stage.deployer.address, "1");
  const { status, stdout } = await run("scripts/deploy/command.ts", [...DEPLOY, "--eth-usd", "3000"]);
  expect("it ends with exit code 0", status === 0);
  expect("a session was settled on the fork", /✓ session /.test(stdout));
  expect("it prints address, gas and cost", /address +0x[\s\S]*gas +\d+[\s\S]*cost .* ETH[\s\S]*\$\d/.test(stdout));
  expect("nothing was sent", sentCount(stage) === 0);
  expect("nothing was written", !existsSync(journalOf(stage)));
}

async function killed({ stage, run, expect }: RehearsalContext) {
  const { status } = await run("scripts/deploy/command.ts", [...DEPLOY, "--broadcast"], (kill) => {
    // The chain has the transaction, and the deployer has not been told.
    stage.hooks.after = ({ method }) => {
      if (method === "eth_sendRawTransaction") kill();
    };
  });
  stage.hooks.after = undefined;
  const journal = readFileSync(join(journalOf(stage), "journal.jsonl"), "utf8");
  expect("the process was killed", status === null);
  expect("the chain has its transaction", (await nonceOf(stage)) === 1);
  expect("the journal does not know that it was sent", !journal.includes('"TRANSACTION_SEND"'));
  expect("nothing is recorded", (await recordsOf(stage)).length === 0);
}

async function finished({ stage, run, expect }: RehearsalContext) {
  const { status, stdout } = await run("scripts/deploy/command.ts", [...DEPLOY, "--broadcast"]);
  expect("it ends with exit code 0", status === 0);
  expect("the deployer has sent one transaction in all", (await nonceOf(stage)) === 1);
  const [record, ...others] = await recordsOf(stage);
  expect("one deployment is recorded", record !== undefined && others.length === 0);
  const client = await stage.twin.viem.getPublicClient();
  const made = record && (await client.getTransactionReceipt({ hash: record.txHash }));
  const fits =
    made?.contractAddress === record?.address.toLowerCase() && Number(made?.blockNumber) === record?.fromBlock;
  expect("the record names the transaction and the block that made the contract", fits);
  expect(
    "code, version, roles, limits and books were read back",
    (stdout.match(/ ✓ (code|version|roles|limits|books) /g) ?? []).length >= 5,
  );
}

async function nothingToDo({ stage, run, expect }: RehearsalContext) {
  const { status, stdout } = await run("scripts/deploy/command.ts", [...DEPLOY, "--broadcast"]);
  expect("it says so, with exit code 0", status === 0 && stdout.includes("Already deployed and recorded"));
  expect("the deployer has sent one transaction in all", (await nonceOf(stage)) === 1);
}

/** How many transactions have reached the chain through the endpoint. */
function sentCount({ counts }: Stage): number {
  return counts.get("eth_sendRawTransaction") ?? 0;
}

async function nonceOf({ twin, deployer }: Stage): Promise<number> {
  const address: Address = deployer.address;
  return (await twin.viem.getPublicClient()).getTransactionCount({ address });
}

function recordsOf({ folder, base }: Stage) {
  return readRecords(folder, base.chainId);
}
