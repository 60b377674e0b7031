/** `npm run roles`: changes what the team intends, and writes what the Safe's signers have to sign; sends nothing. */
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { openTarget, TARGET_FLAGS } from "../target.ts";
import { applyPlan } from "./apply.ts";
import { CHANGE_FLAGS } from "./changes.ts";
import { planChanges } from "./plan.ts";
import { planAsJson, printPlan } from "./printPlan.ts";

const HELP = `Prepares a change of roles, limits or pause: prints old and new value and the exact calldata, decoded again;
simulates it; writes a file for the Safe's Transaction Builder, and the new value into the parameters. It holds no key and
sends nothing: the Safe's signers do.

  npm run roles [-- flags]

  --network                 base-sepolia or base; always needed
  --relayer 0x…             the key that settles; addresses need their checksum
  --guardian 0x…            the key that may pause; the zero address for none
  --platform-wallet 0x…     receives the fees
  --default-daily-limit 50  USDC a day for each consumer without a limit of its own; 0: no limit
  --pool-daily-limit 50000  USDC a day for all consumers together; 0: no limit
  --pause, --unpause        the owner's pause, which suspends every hold
  --transfer-ownership 0x…  offers the ownership to another Safe, which has to accept it:
  --accept-ownership        … the file for that other Safe
  --contract 0x…            another recorded contract than the active one; it takes --pause and another owner
  --dry-run                 write nothing
  --json                    print one JSON document, amounts in µUSDC
  --deployments             the folder of records and parameters; default: deployments
  --help                    this text

BASE_SEPOLIA_RPC_URL or BASE_RPC_URL, an endpoint of the chain, comes from the environment or from Hardhat's keystore.
Exit code: 0 if the files are written (or would be), 2 for a value that cannot be used or a call that would be reverted.`;

const FLAGS = {
  ...TARGET_FLAGS,
  ...CHANGE_FLAGS,
  contract: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const target = await openTarget(values);
  const plan = await planChanges(target, values, values.contract);
  const files = values["dry-run"] ? [] : await applyPlan(target, plan);
  if (values.json) {
    console.log(planAsJson(plan, files));
    return 0;
  }
  printPlan(plan, target.base.title);
  console.log();
  for (const file of files) console.log(`Written: ${file}`);
  if (values["dry-run"]) console.log("Nothing was written (--dry-run).");
  else if (plan.file !== undefined)
    console.log("Next: review and commit the files, then import the first in the Safe app (Transaction Builder).");
  return 0;
});
