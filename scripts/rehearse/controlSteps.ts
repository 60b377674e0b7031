/**
 * Rehearses what comes after the deployment: the Safe shows that it controls the contract, makes a change in the intended
 * way, is then turned against the contract by whoever has stolen its signers' keys, and the check sees it, also after the
 * thieves have put everything back.
 */
import { existsSync } from "node:fs";
import { readProofs } from "@luxxon/chain/deployments/controlProof";
import { readBuilderFile } from "@luxxon/chain/safe/builderFile";
import { luxxonSettlementAbi as abi } from "@luxxon/contracts-abi";
import { type Address, encodeFunctionData, getAddress, type Hex, keccak256, toHex } from "viem";
import { readTargetFiles } from "../target.ts";
import type { RehearsalContext, Step } from "./rehearsal.ts";
import { executeBuilderFile, executeCall, type LocalSafe, walletAt } from "./signers.ts";
import type { Stage } from "./stage.ts";

/** Accounts that nobody has a key of. */
const NEW_RELAYER = nobody("the next relayer");
const THIEF = nobody("the thieves' relayer");
/** Enough for the Safe. */
const THRESHOLD = 2;

export const controlSteps: Step[] = [
  {
    title: "The Safe is asked to show that it controls the contract",
    async play({ run, expect }) {
      const { status, stdout } = await run("control");
      expect("the exit code is 1: control is not proven yet", status === 1);
      expect("the file to sign is there", existsSync(fileIn(stdout, "control")));
      expect("what the signers' wallets must show is printed", /SafeTx hash +0x[0-9a-f]{64}/.test(stdout));
    },
  },
  {
    title: "Its signers execute the file, and control is proven",
    async play({ stage, run, expect }) {
      const file = fileIn((await run("control")).stdout, "control");
      const alone = await execute(stage, file, 1).catch(() => undefined);
      expect("one signer alone executes nothing", alone === undefined);
      await execute(stage, file);
      const { status, stdout } = await run("control");
      expect("the exit code is 0: control is proven", status === 0 && stdout.includes("✓"));
      const [proof] = await readProofs(stage.folder, stage.base.name);
      expect(`the proof is recorded: ${THRESHOLD} of 3`, proof?.threshold === THRESHOLD && proof.owners.length === 3);
      const check = await run("check");
      expect("the check is clean", check.status === 0 && check.stdout.includes("No difference."));
    },
  },
  {
    title: "The relayer rotates, by a file that the Safe executes",
    async play({ stage, run, expect }) {
      const { status, stdout } = await run("roles", ["--relayer", NEW_RELAYER]);
      expect("the exit code is 0", status === 0);
      expect("the calldata is shown, decoded", stdout.includes(`decoded: setRelayer(newRelayer = ${NEW_RELAYER})`));
      expect("until it is executed the check asks for it", (await differences(run)) === "relayer");
      await execute(stage, fileIn(stdout, "setRelayer"));
      expect("then the check is clean", (await differences(run)) === "");
    },
  },
  {
    title: "Thieves with the signers' keys appoint a relayer of their own and lift the limit",
    async play({ stage, run, expect }) {
      await setBySafe(stage, THIEF, 0n);
      expect(
        "the check finds relayer, limit and both events",
        (await differences(run)) === "relayer, poolDailyLimit, event RelayerSet, event PoolDailyLimitSet",
      );
    },
  },
  {
    title: "They put everything back, and the check still finds it",
    async play({ stage, run, expect }) {
      const { parameters } = await readTargetFiles(stage.base, stage.folder);
      await setBySafe(stage, parameters.relayer, BigInt(parameters.poolDailyLimit));
      const found = await differences(run);
      expect("the check finds both events", found === "event RelayerSet, event PoolDailyLimitSet");
    },
  },
  {
    title: "Once it has been looked into, the check is clean again",
    async play({ run, expect }) {
      const reason = "rehearsal: the signers' keys were stolen, and have been replaced";
      const { status, stdout } = await run("check", ["--acknowledge", reason]);
      expect("the exit code is 0", status === 0);
      expect("no event is unexpected any more", /✓ events +\d+ in all, none unexpected/.test(stdout));
    },
  },
];

/** The Builder file that a command has named. */
function fileIn(stdout: string, what: string): string {
  return new RegExp(`(\\S+/safe/\\S+-${what}(-\\d+)?\\.json)`).exec(stdout)?.[1] ?? "";
}

/** What the check finds, by name. */
async function differences(run: RehearsalContext["run"]): Promise<string> {
  const { stdout } = await run("check", ["--json"]);
  const { differences: found } = JSON.parse(stdout) as { differences: { what: string }[] };
  return found.map(({ what }) => what).join(", ");
}

async function execute(stage: Stage, path: string, signers = THRESHOLD) {
  return executeBuilderFile(await openSafe(stage, signers), await readBuilderFile(path));
}

/** Sets relayer and limit by the signers' keys, past every file and review. */
async function setBySafe(stage: Stage, relayer: Address, limit: bigint): Promise<void> {
  const safe = await openSafe(stage, THRESHOLD);
  const { active } = await readTargetFiles(stage.base, stage.folder);
  const call = (data: Hex) => executeCall(safe, active.address, data);
  await call(encodeFunctionData({ abi, functionName: "setRelayer", args: [relayer] }));
  await call(encodeFunctionData({ abi, functionName: "setPoolDailyLimit", args: [limit] }));
}

async function openSafe({ twinUrl, safe, signers }: Stage, count: number): Promise<LocalSafe> {
  const [executor] = await walletAt(twinUrl, THIEF).getAddresses();
  if (executor === undefined) throw new Error("the twin's node holds no keys");
  return { rpcUrl: twinUrl, address: safe.address, signers: signers.slice(0, count), executor };
}

function nobody(name: string): Address {
  return getAddress(`0x${keccak256(toHex(name)).slice(-40)}`);
}
