/** Rehearses the deployment, with everything that can come between. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readRecords } from "@luxxon/chain/deployments/record";
import { journalOf } from "../deploy/problems.ts";
import type { Step } from "./rehearsal.ts";
import type { Stage } from "./stage.ts";

/** The sources are usually being worked on where this is rehearsed. On mainnet nothing may be allowed. */
const ALLOW = ["--allow", "git"];
const BROADCAST = [...ALLOW, "--broadcast"];

export const deploySteps: Step[] = [
  {
    title: "A deployer without money is stopped before anything is sent",
    async play({ stage, run, expect }) {
      const { status, stdout } = await run("deploy", ALLOW);
      expect("the check of the balance fails", /✗ balance /.test(stdout));
      expect("the exit code is 2", status === 2);
      expect("nothing was sent", sentCount(stage) === 0);
    },
  },
  {
    title: "The simulation shows everything, and sends nothing",
    async play({ stage, run, expect }) {
      await stage.fund(stage.deployer.address, "1");
      const { status, stdout } = await run("deploy", [...ALLOW, "--eth-usd", "3000"]);
      expect("it ends with exit code 0", status === 0);
      expect("a session was settled on the fork", /✓ session /.test(stdout));
      expect("it prints address, gas and cost", /address +0x[\s\S]*gas +\d+[\s\S]*cost .* ETH[\s\S]*\$\d/.test(stdout));
      expect("nothing was sent", sentCount(stage) === 0);
      expect("nothing was written", !existsSync(journalOf(stage)));
    },
  },
  {
    title: "The deployer's machine goes down between sending and writing it down",
    async play({ stage, run, expect }) {
      const { status } = await run("deploy", BROADCAST, (kill) => {
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
    },
  },
  {
    title: "The same command finishes, without a second transaction",
    async play({ stage, run, expect }) {
      const { status, stdout } = await run("deploy", BROADCAST);
      expect("it ends with exit code 0", status === 0);
      expect("the deployer has sent one transaction in all", (await nonceOf(stage)) === 1);
      const [record, ...others] = await recordsOf(stage);
      expect("one deployment is recorded", record !== undefined && others.length === 0);
      const client = await stage.twin.viem.getPublicClient();
      const made = record && (await client.getTransactionReceipt({ hash: record.txHash }));
      expect(
        "the record names the transaction and the block that made the contract",
        made?.contractAddress === record?.address.toLowerCase() && Number(made?.blockNumber) === record?.fromBlock,
      );
      expect(
        "code, version, roles, limits and books were read back",
        (stdout.match(/ ✓ (code|version|roles|limits|books) /g) ?? []).length >= 5,
      );
    },
  },
  {
    title: "Once more, there is nothing to do",
    async play({ stage, run, expect }) {
      const { status, stdout } = await run("deploy", BROADCAST);
      expect("it says so, with exit code 0", status === 0 && stdout.includes("Already deployed and recorded"));
      expect("the deployer has sent one transaction in all", (await nonceOf(stage)) === 1);
    },
  },
];

/** How many transactions have reached the chain through the endpoint. */
function sentCount({ counts }: Stage): number {
  return counts.get("eth_sendRawTransaction") ?? 0;
}

async function nonceOf({ twin, deployer }: Stage): Promise<number> {
  return (await twin.viem.getPublicClient()).getTransactionCount({ address: deployer.address });
}

function recordsOf({ folder, base }: Stage) {
  return readRecords(folder, base.chainId);
}
