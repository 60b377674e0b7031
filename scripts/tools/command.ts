/** `npm run lint`, `format`, `format:check`, `typecheck`, `changeset`, `release:version`: runs other people's tools, one after the other. */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { readFlags } from "@luxxon/chain/command/flags";
import { runCommand } from "@luxxon/chain/command/run";
import { ROOT } from "@luxxon/chain/root";

const SOLIDITY = "{contracts,proofs,test}/**/*.sol";

interface Verb {
  what: string;
  /** Each as `scripts/run.mjs` takes it; the first that fails is the last. */
  steps: readonly (readonly string[])[];
}

const VERBS: Record<string, Verb> = {
  lint: {
    what: "Looks for faults of style in TypeScript and Solidity; a warning is an error.",
    steps: [
      ["biome", "lint", "--error-on-warnings", "."],
      ["solhint", "--max-warnings", "0", "--noPoster", SOLIDITY],
    ],
  },
  format: {
    what: "Formats TypeScript, JSON and Solidity, and writes the files.",
    steps: [
      ["biome", "check", "--write", "--linter-enabled=false", "."],
      ["prettier", "--write", SOLIDITY],
    ],
  },
  "format:check": {
    what: "Says which files are not formatted, and writes none.",
    steps: [
      ["biome", "check", "--linter-enabled=false", "."],
      ["prettier", "--check", SOLIDITY],
    ],
  },
  typecheck: {
    what: "Compiles the contracts, then checks all types.",
    steps: [["scripts/compile/command.ts"], ["node_modules/typescript/bin/tsc", "-p", "."]],
  },
  changeset: {
    what: "Asks how far a change of the ABI package goes for its clients, and writes it into .changeset/.",
    steps: [["changeset"]],
  },
  "release:version": {
    what: "Turns what stands in .changeset/ into the ABI package's next version, and records its ABI. Writes files.",
    steps: [
      ["changeset", "version"],
      ["scripts/abi/command.ts", "--release"],
    ],
  },
};

await runCommand(async () => {
  const [name = ""] = process.argv.splice(2, 1);
  const verb = VERBS[name];
  if (verb === undefined) throw new Error(`scripts/tools/command.ts knows no ${name}`);
  readFlags(`${verb.what}\n\n  npm run ${name}\n\n  --help    this text`, {});
  for (const step of verb.steps) {
    const run = ["scripts/run.mjs", ...step];
    const { status } = spawnSync(process.execPath, run, { cwd: ROOT, stdio: "inherit" });
    if (status !== 0) return status ?? 1;
  }
  return 0;
});
