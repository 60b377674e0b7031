/** `npm run check`: holds the chain against what is recorded and intended, once or again and again. */
import process from "node:process";
import { numberOf, readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { acknowledge } from "@luxxon/chain/deployments/acknowledged";
import { toJson, toJsonLine } from "@luxxon/chain/json";
import { UsageError } from "@luxxon/chain/usageError";
import { openTarget, TARGET_FLAGS, type Target } from "../target.ts";
import { counted } from "../words.ts";
import { inspect } from "./inspect.ts";
import { differenceLine, printExposure, printReport } from "./printReport.ts";
import { type News, watch } from "./watch.ts";

const HELP = `Holds the contract on a chain against what is recorded of it (deployments/<chain id>.json) and what is
intended for it (deployments/parameters/<network>.json): code, roles, limits, solvency, Circle's token, the Safe's
signers, and every event of owner and guardian since the deployment.

  npm run check [-- flags]

  --network            base-sepolia or base; always needed
  --exposure           what each key can cost if it is stolen, from the limits and deposits of now
  --acknowledge text   record that the unexpected events found now have been looked into, and why they are no alarm
  --watch              repeat until Ctrl-C, and report changes only; also when a consumer or the pool has drawn 80 % of its
                       daily limit, or one consumer half of the pool's
  --every 60           seconds between two looks of --watch
  --json               print one JSON document, amounts in µUSDC; with --watch one object a line
  --deployments        the folder of records and parameters; default: deployments
  --help               this text

BASE_SEPOLIA_RPC_URL or BASE_RPC_URL, an endpoint of the chain, comes from the environment or from Hardhat's keystore.
Exit code: 0 if everything is as it should be, 1 if not, 2 if it could not be looked at. With --watch: as the last look.`;

const FLAGS = {
  ...TARGET_FLAGS,
  exposure: { type: "boolean", default: false },
  acknowledge: { type: "string" },
  watch: { type: "boolean", default: false },
  every: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  if (values.every !== undefined && !values.watch) throw new UsageError("--every goes with --watch; see --help.");
  if (values.watch && (values.exposure || values.acknowledge !== undefined))
    throw new UsageError("--watch goes with neither --exposure nor --acknowledge; see --help.");
  if (values.acknowledge?.trim() === "") throw new UsageError("--acknowledge takes the reason why it is no alarm.");
  const seconds = numberOf("--every", values.every, { unit: "seconds", least: 1, most: 86_400, decimals: 3 }) ?? 60;

  const target = await openTarget(values);
  if (values.watch) return watchUntilInterrupted(target, seconds, values.json);
  let report = await inspect(target);
  if (values.acknowledge !== undefined) {
    const events = report.contracts.flatMap(({ unexpected }) => unexpected);
    if (events.length === 0) throw new UsageError("There is no unexpected event to acknowledge.");
    const file = await acknowledge(target.folder, target.base.name, events, values.acknowledge);
    console.error(`Acknowledged: ${counted(events.length, "event")}, in ${file}.`);
    report = await inspect(target);
  }
  if (values.json) console.log(toJson(report));
  else if (values.exposure) printExposure(report);
  else printReport(report);
  return report.differences.length === 0 ? 0 : 1;
});

async function watchUntilInterrupted(target: Target, seconds: number, json: boolean): Promise<number> {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.abort());
  const tell = (news: News) => console.log(json ? newsAsJson(news) : newsInWords(news));
  return (await watch(target, seconds * 1000, tell, ended.signal)) === 0 ? 0 : 1;
}

function newsInWords(news: News): string {
  const now = new Date().toISOString();
  switch (news.kind) {
    case "started": {
      const { report, differences } = news;
      const found = differences.map((it) => `\n${now}  differs    ${differenceLine(it)}`).join("");
      const count = counted(differences.length, "difference");
      return `${now}  watching   ${report.chainTitle} from block ${report.block.number}: ${count}${found}`;
    }
    case "appeared":
      return `${now}  differs    ${differenceLine(news.difference)}`;
    case "gone":
      return `${now}  as before  ${news.difference.contract} ${news.difference.what}: no longer ${news.difference.found}`;
    case "warned":
      return `${now}  much       ${news.warning.contract} ${news.warning.what}: ${news.warning.found}`;
    case "calm":
      return `${now}  calm       ${news.warning.contract} ${news.warning.what}: no longer much`;
    case "failing":
      return `${now}  failing    ${news.problem}`;
    case "answering":
      return `${now}  answering  again, at block ${news.report.block.number}`;
  }
}

function newsAsJson(news: News): string {
  const { report, ...rest } = "report" in news ? news : { ...news, report: undefined };
  const line = { time: new Date().toISOString(), ...rest, block: report?.block.number };
  return toJsonLine(line);
}
