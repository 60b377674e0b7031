/** Works out a change of roles or limits in full before anything is written: what would be signed, and what it does. */

import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import type { Parameters } from "@luxxon/chain/deployments/parameters";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { type BuilderFile, calldataOf, makeBuilderFile } from "@luxxon/chain/safe/builderFile";
import { readSafe, type Safe, type SafeHashes, safeHashes, unlisted } from "@luxxon/chain/safe/safe";
import { type ContractState, readRecorded } from "@luxxon/chain/settlement/state";
import { UsageError } from "@luxxon/chain/usageError";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { decodeSettlementError } from "@luxxon/contracts-abi/viem";
import { type Address, decodeFunctionData, type Hex, parseEther, zeroAddress } from "viem";
import { limitInWords, SETTERS, SETTINGS } from "../settings.ts";
import type { Target } from "../target.ts";
import { type Change, changesFor, FLAGS_OF_THE_ACTIVE, type Wanted, warningsFor, withChanges } from "./changes.ts";

/** One call, read back from the calldata that a Safe would send. */
export interface DecodedCall {
  data: Hex;
  functionName: string;
  args: { name: string; value: string }[];
}

export interface Plan {
  record: DeploymentRecord;
  /** Who has to sign; undefined: a plain key, or a contract that is no Safe. */
  safe: Safe | undefined;
  signer: Address;
  changes: Change[];
  calls: DecodedCall[];
  /** For the signers' wallets; undefined if the Safe would bundle several calls, or there is no Safe. */
  hashes: SafeHashes | undefined;
  warnings: string[];
  /** undefined: the chain needs no call. */
  file: BuilderFile | undefined;
  /** What the parameters are to say; undefined: as before. */
  parameters: Parameters | undefined;
}

/**
 * @param contract The address of a recorded contract; default: the active one.
 * @throws {UsageError} if a value cannot be used, or a call would be reverted.
 */
export async function planChanges(target: Target, wanted: Wanted, contract: string | undefined): Promise<Plan> {
  const { base, client, parameters } = target;
  const record = recordOf(target, contract);
  const { block, state } = await readRecorded(client, record);
  // A simulation from the zero address would pass for the owner's.
  if (state.owner === zeroAddress)
    throw new UsageError(`${record.address} has no owner: nobody can change it any more.`);

  const isActive = record === target.active;
  if (!isActive) refuseAllButPauseAndOwner(wanted, record);
  const changes = changesFor(wanted, state, isActive ? parameters : { ...parameters, paused: true });
  const after = isActive ? withChanges(parameters, changes) : parameters;
  const warnings = [
    ...(isActive ? warningsFor(changes, after, state) : []),
    ...(isActive ? strayFrom(state, parameters, changes) : []),
    ...(await ownerWarnings(target, changes)),
  ];

  const signer = wanted["accept-ownership"] ? state.pendingOwner : state.owner;
  const safe = await readSafe(client, signer, block.number);
  warnings.push(...strangeIn(safe, signer, parameters));
  if (safe === undefined) warnings.push(`${signer}, who has to sign, is no Safe: the Builder file is of no use to it.`);
  const calls = changes.flatMap(({ call }) => (call === undefined ? [] : [call]));
  const names = calls.map(({ functionName }) => functionName).join(", ");
  const file =
    calls.length === 0
      ? undefined
      : makeBuilderFile({
          chainId: base.chainId,
          safe: signer,
          contract: record.address,
          name: `LuxxonSettlement: ${names}`,
          description: changes.map(({ subject, now, wanted: next }) => `${subject}: ${now} to ${next}`).join("; "),
          calls,
        });
  const decoded = (file?.transactions ?? []).map((transaction) => decode(calldataOf(transaction)));
  for (const call of decoded) await simulate(target, record.address, signer, call);
  const [single] = decoded;
  const hashes =
    safe !== undefined && single !== undefined && decoded.length === 1
      ? safeHashes({
          chainId: base.chainId,
          safe: signer,
          to: record.address,
          data: single.data,
          nonce: safe.nonce,
        })
      : undefined;
  const unchanged = JSON.stringify(after) === JSON.stringify(parameters);
  return {
    record,
    safe,
    signer,
    changes,
    calls: decoded,
    hashes,
    warnings,
    file,
    parameters: unchanged ? undefined : after,
  };
}

function recordOf({ records, active, base }: Target, contract: string | undefined): DeploymentRecord {
  if (contract === undefined) return active;
  const record = records.find(({ address }) => address === contract);
  if (record !== undefined) return record;
  throw new UsageError(`--contract: ${contract} is not recorded on ${base.title}.`);
}

/** Of a contract from which consumers only withdraw, the pause and the owner are all that still matters. */
function refuseAllButPauseAndOwner(wanted: Wanted, { address }: DeploymentRecord): void {
  if (FLAGS_OF_THE_ACTIVE.every((flag) => wanted[flag] === undefined || wanted[flag] === false)) return;
  throw new UsageError(
    `Consumers only withdraw from ${address}: it takes --pause and another owner, and nothing else.`,
  );
}

/** What stands on the chain and is not what the parameters say, although nobody asks for a change of it. */
function strayFrom(state: ContractState, parameters: Parameters, changes: Change[]): string[] {
  return SETTINGS.filter((subject) => subject !== "paused")
    .filter((subject) => String(state[subject]) !== parameters[subject])
    .filter((subject) => !changes.some((change) => change.subject === subject && change.wanted === parameters[subject]))
    .map((subject) => `${subject} is ${state[subject]} on the chain; the parameters say ${parameters[subject]}.`);
}

/** A new owner without code is a key that one person holds; on the real chain that is refused. */
async function ownerWarnings({ base, client, parameters }: Target, changes: Change[]): Promise<string[]> {
  const change = changes.find(({ subject, call }) => subject === "owner" && call !== undefined);
  if (change === undefined) return [];
  const safe = await readSafe(client, change.wanted as Address);
  if (safe === undefined) {
    const problem = `The new owner ${change.wanted} is no Safe on ${base.title}`;
    if (base.chainId === BASE_CHAINS.base.chainId) throw new UsageError(`${problem}.`);
    return [`${problem}: whoever has its key can do all that an owner can.`];
  }
  const strange = strangeIn(safe, change.wanted as Address, parameters);
  return safe.threshold === 1 ? [`One signature is enough for the new owner ${change.wanted}.`, ...strange] : strange;
}

/** What in a Safe can act, or keep it from acting, and is not in the parameters. */
function strangeIn(safe: Safe | undefined, address: Address, parameters: Parameters): string[] {
  return safe === undefined ? [] : unlisted(safe, parameters).map((what) => `Of the Safe ${address}, ${what}.`);
}

/** What calldata says, as anybody with the ABI reads it. */
function decode(data: Hex): DecodedCall {
  const { functionName, args = [] } = decodeFunctionData({ abi: luxxonSettlementAbi, data });
  const item = luxxonSettlementAbi.find((it) => it.type === "function" && it.name === functionName);
  const inputs = item !== undefined && "inputs" in item ? item.inputs : [];
  const values = args as readonly unknown[];
  return { data, functionName, args: inputs.map(({ name }, i) => ({ name, value: String(values[i]) })) };
}

/** A decoded call in words: limits in USDC too. */
export function callInWords({ functionName, args }: DecodedCall): string {
  const isLimit = functionName === SETTERS.defaultDailyLimit || functionName === SETTERS.poolDailyLimit;
  const words = args.map(({ name, value }) => `${name} = ${isLimit ? limitInWords(BigInt(value)) : value}`);
  return `${functionName}(${words.join(", ")})`;
}

/** Asks the chain what the call would do if the owner sent it now. */
async function simulate({ client }: Target, to: Address, from: Address, { data, functionName }: DecodedCall) {
  try {
    // A Safe need not hold ether, and some nodes want the fees of a call that nobody pays for.
    await client.call({ account: from, to, data, stateOverride: [{ address: from, balance: parseEther("1") }] });
  } catch (error) {
    const decoded = decodeSettlementError(error);
    if (decoded === undefined) throw error;
    throw new UsageError(`${functionName} would be reverted: ${decoded.name}. ${decoded.remedy}`);
  }
}
