/**
 * The part of the rehearsal that begins where the contract stands and is recorded: the Safe shows that it controls the
 * contract, makes a change in the intended way, is then turned against the contract by whoever has stolen its signers'
 * keys, and the check sees it, also after the thief has covered the traces.
 */
import { type Address, encodeFunctionData, type Hex } from "viem";
import { luxxonSettlementAbi } from "../../abi/src/generated/abi.ts";
import type { BaseChain } from "../baseChains.ts";
import type { ReadClient } from "../chain/client.ts";
import { readTargetFiles, type Target } from "../chain/settlement.ts";
import { acknowledge } from "../check/acknowledged.ts";
import { type Difference, differencesIn, inspect } from "../check/inspect.ts";
import { proveControl } from "../control/control.ts";
import { applyPlan } from "../roles/apply.ts";
import type { Wanted } from "../roles/changes.ts";
import { planChanges } from "../roles/plan.ts";
import { readBuilderFile } from "../safe/builderFile.ts";
import { describeSafe } from "../safe/safe.ts";
import { executeBuilderFile, executeCall, type LocalSafe } from "./safe.ts";

export interface ControlRehearsal {
  base: BaseChain;
  client: ReadClient;
  rpcUrl: string;
  /** Stands for `deployments/`: holds the chain's record and the network's parameters. */
  folder: string;
  /** Owns the contract. */
  safe: LocalSafe;
  /** Takes over from the relayer. */
  newRelayer: Address;
  thief: Address;
}

export interface RehearsalStep {
  title: string;
  /** @returns What was seen, in a line. @throws if it is not what it has to be. */
  run(rehearsal: ControlRehearsal): Promise<string>;
}

const NOTHING: Wanted = { "accept-ownership": false, pause: false, unpause: false };

/** Each step begins where the one before it ended. */
export const controlSteps: RehearsalStep[] = [
  {
    title: "control: a file for the Safe to execute",
    async run(rehearsal) {
      const control = await proveControl(await targetOf(rehearsal));
      if (control.proven) throw new Error("control counts as proven before the Safe has done anything");
      return `${control.file}, SafeTx hash ${control.hashes.safeTxHash}`;
    },
  },
  {
    title: "control: the Safe executes it",
    async run(rehearsal) {
      const control = await proveControl(await targetOf(rehearsal));
      const [hash] = await executeFile(rehearsal, control.file);
      return `transaction ${hash}`;
    },
  },
  {
    title: "control: proven and recorded",
    async run(rehearsal) {
      const control = await proveControl(await targetOf(rehearsal));
      if (!control.proven) throw new Error("the Safe has executed the file, and control is not proven");
      return `${describeSafe(control.safe)}, recorded in ${control.file}`;
    },
  },
  { title: "check: clean", run: (rehearsal) => expectClean(rehearsal) },
  {
    title: "roles: the relayer rotates, by a file that the Safe executes",
    async run(rehearsal) {
      const target = await targetOf(rehearsal);
      const plan = await planChanges(target, { ...NOTHING, relayer: rehearsal.newRelayer }, undefined);
      const [file] = await applyPlan(target, plan);
      if (file === undefined) throw new Error("roles wrote no file");
      await expectDifferences(rehearsal, ["relayer"]);
      await executeFile(rehearsal, file);
      return `${file}; ${await expectClean(rehearsal)}`;
    },
  },
  {
    title: "hostile: stolen signers appoint a relayer of their own and lift the pool's limit",
    async run(rehearsal) {
      await byTheSafe(rehearsal, setRelayer(rehearsal.thief));
      await byTheSafe(rehearsal, setPoolDailyLimit(0n));
      return expectDifferences(rehearsal, ["relayer", "poolDailyLimit", "event RelayerSet", "event PoolDailyLimitSet"]);
    },
  },
  {
    title: "hostile: they put everything back as it was",
    async run(rehearsal) {
      const { parameters } = await targetOf(rehearsal);
      await byTheSafe(rehearsal, setRelayer(parameters.relayer));
      await byTheSafe(rehearsal, setPoolDailyLimit(BigInt(parameters.poolDailyLimit)));
      return expectDifferences(rehearsal, ["event RelayerSet", "event PoolDailyLimitSet"]);
    },
  },
  {
    title: "check: clean once the events are looked into and acknowledged",
    async run(rehearsal) {
      const target = await targetOf(rehearsal);
      const events = (await inspect(target)).contracts.flatMap(({ unexpected }) => unexpected);
      await acknowledge(target.folder, target.base.name, events, "rehearsal: signers' keys stolen, since replaced");
      return expectClean(rehearsal);
    },
  },
];

async function targetOf({ base, client, folder }: ControlRehearsal): Promise<Target> {
  return { base, client, ...(await readTargetFiles(base, folder)) };
}

async function executeFile({ client, rpcUrl, safe }: ControlRehearsal, path: string) {
  return executeBuilderFile(client, rpcUrl, safe, await readBuilderFile(path));
}

/** What the signers are made to sign past every file and review. */
async function byTheSafe(rehearsal: ControlRehearsal, data: Hex): Promise<void> {
  const { client, rpcUrl, safe } = rehearsal;
  const { active } = await targetOf(rehearsal);
  await executeCall(client, rpcUrl, safe, active.address, data);
}

const abi = luxxonSettlementAbi;
const setRelayer = (relayer: Address) => encodeFunctionData({ abi, functionName: "setRelayer", args: [relayer] });
const setPoolDailyLimit = (limit: bigint) =>
  encodeFunctionData({ abi, functionName: "setPoolDailyLimit", args: [limit] });

async function expectClean(rehearsal: ControlRehearsal): Promise<string> {
  return expectDifferences(rehearsal, []);
}

/** @param wanted What the differences are about, exactly these. */
async function expectDifferences(rehearsal: ControlRehearsal, wanted: string[]): Promise<string> {
  const differences = differencesIn(await inspect(await targetOf(rehearsal)));
  const found = differences.map(({ what }: Difference) => what);
  if (found.join("; ") !== wanted.join("; "))
    throw new Error(`the check finds ${found.join("; ") || "nothing"}, not ${wanted.join("; ") || "nothing"}`);
  return found.length === 0 ? "the check finds no difference" : `the check finds: ${found.join("; ")}`;
}
