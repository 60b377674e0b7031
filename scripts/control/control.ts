/**
 * Proves that the Safe controls the contract. That the contract names it as owner says nothing about whether its signers can
 * still sign, so they are asked for one call that changes nothing.
 *
 * The call is `setGuardian` with the guardian that is there. It leaves an event in which old and new are the same, which
 * no other occasion has. And should the file be executed late, after a real change, it brings back a guardian: the role that
 * can do the least. A limit or a relayer set back by mistake would cost more.
 */
import { isDeepStrictEqual } from "node:util";
import {
  type ControlProof,
  hasSameSigners,
  proofOf,
  readProofs,
  writeProof,
} from "@luxxon/chain/deployments/controlProof";
import {
  type BuilderFile,
  calldataOf,
  makeBuilderFile,
  readBuilderFiles,
  writeBuilderFile,
} from "@luxxon/chain/safe/builderFile";
import { type Safe, type SafeHashes, safeHashes } from "@luxxon/chain/safe/safe";
import type { AdminEvent } from "@luxxon/chain/settlement/adminEvents";
import { type ContractState, readRecorded } from "@luxxon/chain/settlement/state";
import { UsageError } from "@luxxon/chain/usageError";
import { type Address, getEventSelector, type Hex, isAddressEqual, zeroAddress } from "viem";
import { readAdminEvents, type Target } from "../target.ts";

export type Control =
  | { proven: true; safe: Safe; proof: ControlProof; file: string }
  /** The file waits to be executed. */
  | { proven: false; safe: Safe; guardian: Address; data: Hex; hashes: SafeHashes; file: string; written: boolean };

/** Finds the proof and records it, or else writes the file by which the Safe gives it. */
export async function proveControl(target: Target): Promise<Control> {
  const { base, client, folder, active } = target;
  const { block, state } = await readRecorded(client, active);
  const safe = safeThatOwns(target, state);

  // Signers who have come since have shown nothing: of a Safe that has changed, a newer execution is wanted.
  const known = proofOf(await readProofs(folder, base.name), active.address, safe.address);
  const history = await readAdminEvents(target, active, block);
  const proof =
    known !== undefined && hasSameSigners(known, safe)
      ? known
      : await findProof(target, safe, history, known?.blockNumber ?? 0);
  if (proof !== undefined) return { proven: true, safe, proof, file: await writeProof(folder, base.name, proof) };
  return askForProof(target, safe, state.guardian);
}

function safeThatOwns({ active, base, parameters }: Target, { owner, safe }: ContractState): Safe {
  if (!isAddressEqual(owner, parameters.owner))
    throw new UsageError(`The owner of ${active.address} is ${owner}; the parameters say ${parameters.owner}.`);
  if (safe === undefined)
    throw new UsageError(`The owner ${owner} is no Safe on ${base.title}: there is nothing to prove.`);
  return safe;
}

/** `ExecutionSuccess(bytes32 txHash, uint256 payment)`, by which a Safe says that its signers' transaction went through. */
const EXECUTION_SUCCESS = getEventSelector("ExecutionSuccess(bytes32,uint256)");

/** @param after Only later blocks count. */
async function findProof({ client, active }: Target, safe: Safe, history: AdminEvent[], after: number) {
  const candidates = history
    .filter(({ event, old, value }) => event === "GuardianSet" && old === value)
    .filter(({ transactionHash, blockNumber }) => transactionHash !== active.txHash && blockNumber > after);
  for (const { transactionHash: txHash, blockNumber } of candidates.reverse()) {
    const { logs } = await client.getTransactionReceipt({ hash: txHash });
    // Only the owner of then can have called. That this Safe was it, and that its signers asked for it and not one of its
    // modules, is what the Safe says itself.
    const success = logs.find(
      ({ address, topics }) => isAddressEqual(address, safe.address) && topics[0] === EXECUTION_SUCCESS,
    );
    if (success === undefined) continue;
    const { timestamp } = await client.getBlock({ blockNumber });
    return {
      contract: active.address,
      safe: safe.address,
      safeVersion: safe.version,
      threshold: safe.threshold,
      owners: safe.owners,
      event: "GuardianSet",
      blockNumber: Number(blockNumber),
      time: new Date(Number(timestamp) * 1000).toISOString(),
      txHash,
      // Indexed since Safe 1.4.0, in the data before.
      safeTxHash: success.topics[1] ?? (success.data.slice(0, 66) as Hex),
    } satisfies ControlProof;
  }
  return undefined;
}

async function askForProof({ base, folder, active }: Target, safe: Safe, guardian: Address): Promise<Control> {
  const file = makeBuilderFile({
    chainId: base.chainId,
    safe: safe.address,
    contract: active.address,
    name: "LuxxonSettlement: proof of control",
    description: `Sets the guardian that is there (${guardian === zeroAddress ? "nobody" : guardian}) and changes nothing.`,
    calls: [{ functionName: "setGuardian", args: [guardian] }],
  });
  const [data] = file.transactions.map(calldataOf);
  if (data === undefined) throw new Error("a Builder file has a transaction");
  const { address, nonce } = safe;
  const hashes = safeHashes({ chainId: base.chainId, safe: address, to: active.address, data, nonce });
  // One file is enough, however often this is asked.
  const request = ({ meta, transactions }: BuilderFile) => [meta.createdFromSafeAddress, transactions];
  const written = [...(await readBuilderFiles(folder, base.name))];
  const [before] = written.find(([, it]) => isDeepStrictEqual(request(it), request(file))) ?? [];
  const path = before ?? (await writeBuilderFile(folder, base.name, "control", file));
  return { proven: false, safe, guardian, data, hashes, file: path, written: before === undefined };
}
