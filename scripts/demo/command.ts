/** `npm run demo`: plays the whole quickstart against a platform that it starts; or, told to, the life of a pool on the contract alone. */
import process from "node:process";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { UsageError } from "@luxxon/chain/usageError";
import { WALK_FLAGS } from "./contract/flags.ts";

const HELP = `Plays the quickstart, from a wallet that nobody knows to a session that is settled on chain: starts the whole platform on
this machine (a local Base with Circle's real USDC, Postgres, SpiceDB, the server), does every step over HTTP as the
quickstart prints it, and holds meter, payload, event, balances and the audit's verdict against each other.

  npm run demo [-- flags]

  --url http://…          play it against a platform that runs already (npm start)
  --json                  print one JSON document instead of text; amounts in µUSDC
                          (npm run --silent demo -- --json, so that npm prints nothing of its own)
  --contract              the walk through the contract alone: the life of a pool on a local Base; with it go
    --keep                  leave the chain serving JSON-RPC on 127.0.0.1:8545 afterwards
    --port 8545             the port for --keep
    --eth-usd 3000          price of ETH, for the costs
    --l2-gas-gwei 0.002     price of L2 gas; Base's floor
    --l1-base-fee-gwei 1    Ethereum's base fee, for the L1 part of the costs
    --l1-blob-fee-gwei 0    Ethereum's blob base fee, likewise
  --help                  this text

Exit code: 0 if everything agrees at the end, 1 if not, 2 for a wrong flag, a busy port or a platform that is not there.`;

const FLAGS = {
  url: { type: "string" },
  json: { type: "boolean", default: false },
  contract: { type: "boolean", default: false },
  ...WALK_FLAGS,
} as const;

await runCommand(async () => {
  const { values } = readFlags(HELP, FLAGS);
  const ofTheWalk = Object.keys(WALK_FLAGS).find((flag) =>
    process.argv.some((argument) => argument === `--${flag}` || argument.startsWith(`--${flag}=`)),
  );
  if (!values.contract && ofTheWalk !== undefined)
    throw new UsageError(`--${ofTheWalk} goes with --contract; see --help.`);
  if (values.contract) {
    if (values.url !== undefined) throw new UsageError("--url goes without --contract; see --help.");
    // It brings Hardhat, which takes a second to load.
    const { walkThroughContract } = await import("./contract/walk.ts");
    return await walkThroughContract(values);
  }
  const { playQuickstart } = await import("./quickstart/play.ts");
  return await playQuickstart(values);
});
