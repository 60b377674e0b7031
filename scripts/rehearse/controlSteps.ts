/**
 * The part of the rehearsal that begins where the contract stands and is recorded: the Safe shows that it controls the
 * contract, makes a change in the intended way, is then turned against the contract by whoever has stolen its signers'
 * keys, and the check sees it, also after the thieves have put everything back.
 */
import { existsSync } from "node:fs";
import { readProofs } from "@luxxon/chain/deployments/controlProof";
import { clientOf } from "@luxxon/chain/rpc/client";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { readBuilderFile } from "@luxxon/chain/safe/builderFile";
import { luxxonSettlementAbi as abi } from "@luxxon/contracts-abi";
import { type Address, encodeFunctionData, getAddress, type Hex, keccak256, toHex } from "viem";
import { readTargetFiles } from "../target.ts";
import type { RehearsalContext, Step } from "./context.ts";
import { executeBuilderFile, executeCall, type LocalSafe, walletAt } from "./signers.ts";
import type { Stage } from "./stage.ts";

/** Each step begins where the one before it ended. */
export const controlSteps: Step[] = [
  { title: "The Safe is asked to show that it controls the contract", run: askedForControl },
  { title: "Its signers execute the file, and control is proven", run: controlProven },
  { title: "The relayer rotates, by a file that the Safe executes", run: relayerRotated },
  { title: "Thieves with the signers' keys appoint a relayer of their own and lift the limit", run: attacked },
  { title: "They put everything back, and the check still finds it", run: putBack },
  { title: "Once it has been looked into, the check is clean again", run: acknowledged },
];

/** Accounts that nobody has a key of. */
const NEW_RELAYER = nobody("the next relayer");
const THIEF = nobody("the thieves' relayer");
/** Enough for the Safe. */
const THRESHOLD = 2;

async function askedForControl({ stage, run, expect }: RehearsalContext) {
  const { status, stdout } = await run("scripts/control/command.ts", networkOf(stage));
  expect("the exit code is 1: control is not proven yet", status === 1);
  expect("the file to sign is there", existsSync(fileIn(stdout, "control")));
  expect("what the signers' wallets must show is printed", /SafeTx hash +0x[0-9a-f]{64}/.test(stdout));
}

async function controlProven({ stage, run, expect }: RehearsalContext) {
  const asked = await run("scripts/control/command.ts", networkOf(stage));
  const file = fileIn(asked.stdout, "control");
  const alone = await execute(stage, file, 1).catch(() => undefined);
  expect("one signer alone executes nothing", alone === undefined);
  await execute(stage, file);
  const { status, stdout } = await run("scripts/control/command.ts", networkOf(stage));
  expect("the exit code is 0: control is proven", status === 0 && stdout.includes("✓"));
  const [proof] = await readProofs(stage.folder, stage.base.name);
  expect(`the proof is recorded: ${THRESHOLD} of 3`, proof?.threshold === THRESHOLD && proof.owners.length === 3);
  const check = await run("scripts/check/command.ts", networkOf(stage));
  expect("the check is clean", check.status === 0 && check.stdout.includes("No difference."));
}

async function relayerRotated({ stage, run, expect }: RehearsalContext) {
  const { status, stdout } = await run("scripts/roles/command.ts", [...networkOf(stage), "--relayer", NEW_RELAYER]);
  expect("the exit code is 0", status === 0);
  expect("the calldata is shown, decoded", stdout.includes(`decoded: setRelayer(newRelayer = ${NEW_RELAYER})`));
  expect("until it is executed the check asks for it", (await differences(run, stage)) === "relayer");
  await execute(stage, fileIn(stdout, "setRelayer"));
  expect("then the check is clean", (await differences(run, stage)) === "");
}

async function attacked({ stage, run, expect }: RehearsalContext) {
  await bySafe(stage, encodeFunctionData({ abi, functionName: "setRelayer", args: [THIEF] }));
  await bySafe(stage, encodeFunctionData({ abi, functionName: "setPoolDailyLimit", args: [0n] }));
  const found = await differences(run, stage);
  expect(
    "the check finds relayer, limit and both events",
    found === "relayer, poolDailyLimit, event RelayerSet, event PoolDailyLimitSet",
  );
}

async function putBack({ stage, run, expect }: RehearsalContext) {
  const { parameters } = await readTargetFiles(stage.base, stage.folder);
  const limit = BigInt(parameters.poolDailyLimit);
  await bySafe(stage, encodeFunctionData({ abi, functionName: "setRelayer", args: [parameters.relayer] }));
  await bySafe(stage, encodeFunctionData({ abi, functionName: "setPoolDailyLimit", args: [limit] }));
  const found = await differences(run, stage);
  expect("the check finds both events", found === "event RelayerSet, event PoolDailyLimitSet");
}

async function acknowledged({ stage, run, expect }: RehearsalContext) {
  const reason = "rehearsal: the signers' keys were stolen, and have been replaced";
  const { status, stdout } = await run("scripts/check/command.ts", [...networkOf(stage), "--acknowledge", reason]);
  expect("the exit code is 0", status === 0);
  expect("no event is unexpected any more", /✓ events +\d+ in all, none unexpected/.test(stdout));
}

function networkOf({ base }: Stage): string[] {
  return ["--network", base.name];
}

/** The Builder file that a command has named. */
function fileIn(stdout: string, what: string): string {
  return new RegExp(`(\\S+/safe/\\S+-${what}(-\\d+)?\\.json)`).exec(stdout)?.[1] ?? "";
}

/** What the check finds, by name. */
async function differences(run: RehearsalContext["run"], stage: Stage): Promise<string> {
  const { stdout } = await run("scripts/check/command.ts", [...networkOf(stage), "--json"]);
  const { differences: found } = JSON.parse(stdout) as { differences: { what: string }[] };
  return found.map(({ what }) => what).join(", ");
}

async function execute(stage: Stage, path: string, signers = THRESHOLD) {
  const { client, safe } = await openSafe(stage, signers);
  return executeBuilderFile(client, stage.twinUrl, safe, await readBuilderFile(path));
}

/** What the signers' keys are used for past every file and review. */
async function bySafe(stage: Stage, data: Hex): Promise<void> {
  const { client, safe } = await openSafe(stage, THRESHOLD);
  const { active } = await readTargetFiles(stage.base, stage.folder);
  await executeCall(client, stage.twinUrl, safe, active.address, data);
}

async function openSafe({ twinUrl, safe, signers }: Stage, count: number) {
  const [executor] = await walletAt(twinUrl, THIEF).getAddresses();
  if (executor === undefined) throw new Error("the twin's node holds no keys");
  const local: LocalSafe = { address: safe.address, signers: signers.slice(0, count), executor };
  return { client: clientOf(openEndpoint("the twin", twinUrl)), safe: local };
}

function nobody(name: string): Address {
  return getAddress(`0x${keccak256(toHex(name)).slice(-40)}`);
}
