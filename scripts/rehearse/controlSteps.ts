/**
 * What comes after the deployment: the Safe shows that it controls the contract and makes a change in the intended way;
 * then whoever has stolen its signers' keys turns it against the contract, and the check sees it, also after the thief
 * has covered the traces.
 */
import { type Address, encodeFunctionData, getAddress, type Hex } from "viem";
import { luxxonSettlementAbi } from "../../abi/src/generated/abi.ts";
import { readTargetFiles } from "../chain/settlement.ts";
import { readBuilderFile } from "../safe/builderFile.ts";
import type { RehearsalContext, Step } from "./context.ts";
import { executeBuilderFile, executeCall } from "./safe.ts";
import { keyHolder, type Stage } from "./stage.ts";

const NETWORK = ["--network", "base-sepolia"];

export const controlSteps: Step[] = [
  { title: "The Safe's signers show that they control the contract", run: control },
  { title: "The relayer rotates, by a file that the Safe executes", run: rotation },
  { title: "Stolen signers appoint a relayer of their own and lift the pool's limit", run: attack },
  { title: "They put everything back as it was", run: coverUp },
  { title: "The events are looked into and acknowledged", run: acknowledged },
];

async function control({ stage, run, expect }: RehearsalContext) {
  const asked = await run("scripts/control.ts", [...NETWORK, "--json"]);
  const { file } = JSON.parse(asked.stdout) as { file: string };
  expect("a file waits for the signers, with exit code 1", asked.status === 1 && file.endsWith(".json"));
  for (const { address } of stage.signers) await stage.fund(address, "1");
  await execute(stage, file);
  const { status, stdout } = await run("scripts/control.ts", NETWORK);
  expect("the Safe has executed it: control is proven and recorded", status === 0 && /✓ .*control/.test(stdout));
  await expectClean({ run, expect });
}

async function rotation({ stage, run, expect }: RehearsalContext) {
  const relayer = keyHolder("next relayer").address;
  const planned = await run("scripts/roles.ts", [...NETWORK, "--relayer", relayer, "--json"]);
  const { files } = JSON.parse(planned.stdout) as { files: string[] };
  const [file = ""] = files;
  expect("a file for the Safe and the new parameters are written", planned.status === 0 && files.length === 2);
  await expectDifferences({ run, expect }, ["relayer"], "until it is executed, the check finds the old relayer");
  await execute(stage, file);
  await expectClean({ run, expect });
}

async function attack({ stage, run, expect }: RehearsalContext) {
  await steal(stage, call("setRelayer", [keyHolder("thief").address]));
  await steal(stage, call("setPoolDailyLimit", [0n]));
  const wanted = ["relayer", "poolDailyLimit", "event RelayerSet", "event PoolDailyLimitSet"];
  await expectDifferences({ run, expect }, wanted, "the check finds both, and the events");
}

async function coverUp({ stage, run, expect }: RehearsalContext) {
  const { relayer, poolDailyLimit } = (await readTargetFiles(stage.base, stage.folder)).parameters;
  await steal(stage, call("setRelayer", [relayer]));
  await steal(stage, call("setPoolDailyLimit", [BigInt(poolDailyLimit)]));
  await expectDifferences({ run, expect }, ["event RelayerSet", "event PoolDailyLimitSet"], "the events stay found");
}

async function acknowledged({ run, expect }: RehearsalContext) {
  const why = "the signers' keys were stolen, and have been replaced";
  const { status } = await run("scripts/check.ts", [...NETWORK, "--acknowledge", why]);
  expect("with the reason on record, the check is clean", status === 0);
}

async function execute({ twinUrl, twin, safe, signers }: Stage, path: string): Promise<void> {
  const client = await twin.viem.getPublicClient();
  await executeBuilderFile(
    client,
    twinUrl,
    { address: getAddress(safe.address), signers },
    await readBuilderFile(path),
  );
}

/** What the signers are made to sign past every file and review. */
async function steal({ base, folder, twinUrl, twin, safe, signers }: Stage, data: Hex): Promise<void> {
  const { active } = await readTargetFiles(base, folder);
  const client = await twin.viem.getPublicClient();
  await executeCall(client, twinUrl, { address: getAddress(safe.address), signers }, active.address, data);
}

function call(...[functionName, args]: ["setRelayer", [Address]] | ["setPoolDailyLimit", [bigint]]): Hex {
  // Each pair is one of the contract's own; viem infers them one at a time only.
  return functionName === "setRelayer"
    ? encodeFunctionData({ abi: luxxonSettlementAbi, functionName, args })
    : encodeFunctionData({ abi: luxxonSettlementAbi, functionName, args });
}

type Checking = Pick<RehearsalContext, "run" | "expect">;

async function expectClean(checking: Checking): Promise<void> {
  await expectDifferences(checking, [], "the check finds no difference");
}

/** @param wanted What the differences are about, exactly these. */
async function expectDifferences({ run, expect }: Checking, wanted: string[], fact: string): Promise<void> {
  const { status, stdout } = await run("scripts/check.ts", [...NETWORK, "--json"]);
  const { differences } = JSON.parse(stdout) as { differences: { what: string }[] };
  const found = differences.map(({ what }) => what);
  expect(fact, status === (wanted.length === 0 ? 0 : 1) && found.join() === wanted.join());
}
