/** Holds a chain against what is recorded and intended. */

import { type Acknowledged, readAcknowledged } from "@luxxon/chain/deployments/acknowledged";
import { type ControlProof, proofOf, readProofs } from "@luxxon/chain/deployments/controlProof";
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { type BuilderFile, readBuilderFiles } from "@luxxon/chain/safe/builderFile";
import { describeSafe, type Safe } from "@luxxon/chain/safe/safe";
import type { AdminEvent } from "@luxxon/chain/settlement/adminEvents";
import {
  type Block,
  type ContractState,
  headOf,
  readCode,
  readState,
  refuseEarlier,
} from "@luxxon/chain/settlement/state";
import type { Address, Hex } from "viem";
import { getAddress, zeroAddress } from "viem";
import { intentionsOf, SETTINGS, valueInWords } from "../settings.ts";
import { readAdminEvents, type Target } from "../target.ts";
import { money } from "../words.ts";
import { type Intentions, unexpectedEvents, waitingFor } from "./expected.ts";
import { type Exposure, exposureOf } from "./exposure.ts";

/** One thing that was looked at. */
export interface Comparison {
  what: string;
  ok: boolean;
  expected: string;
  found: string;
  /** What a reader should know besides. */
  note?: string;
}

export interface UnexpectedEvent extends AdminEvent {
  /** Who sent the transaction; for a Safe, whoever executed it. */
  sender: Address;
  /** Of the block, seconds since 1970. */
  timestamp: bigint;
}

export interface ContractReport {
  address: Address;
  version: string;
  status: DeploymentRecord["status"];
  checks: Comparison[];
  /** How many events of owner, guardian and Circle's upgrades there are in all. */
  events: number;
  unexpected: UnexpectedEvent[];
  /** undefined: what stands at the address is another contract, or none. */
  state: ContractState | undefined;
  exposure: Exposure[];
  notices: string[];
}

export interface Report {
  chainId: number;
  chainTitle: string;
  block: Block;
  /** The active contract first, then those from which consumers only withdraw, newest first. */
  contracts: ContractReport[];
  /** Everything that is not as it should be. */
  differences: Difference[];
}

/** One thing that is not as it should be: a comparison, or an event. */
export interface Difference extends Omit<Comparison, "ok"> {
  contract: Address;
  blockNumber?: bigint;
  txHash?: Hex;
}

/** Everything that is in files beside record and parameters. */
interface Files {
  builderFiles: Map<string, BuilderFile>;
  proofs: ControlProof[];
  acknowledged: Acknowledged;
}

/** Looks at every contract of the chain, all at the block that is the last one now. */
export async function inspect(target: Target): Promise<Report> {
  const { base, client, folder, records } = target;
  const files: Files = {
    builderFiles: await readBuilderFiles(folder, base.name),
    proofs: await readProofs(folder, base.name),
    acknowledged: await readAcknowledged(folder, base.name),
  };
  const block = await headOf(client);
  const contracts: ContractReport[] = [];
  for (const record of [...records].reverse()) contracts.push(await inspectContract(target, record, block, files));
  const differences = contracts.flatMap(differencesOf);
  return { chainId: base.chainId, chainTitle: base.title, block, contracts, differences };
}

/** What is meant to hold for a contract. Of one from which consumers only withdraw: the owner, and that nothing else goes on. */
function intentionsFor({ parameters }: Target, { status }: DeploymentRecord): Intentions {
  return status === "active" ? intentionsOf(parameters) : { owner: parameters.owner, paused: "true" };
}

async function inspectContract(
  target: Target,
  record: DeploymentRecord,
  block: Block,
  files: Files,
): Promise<ContractReport> {
  refuseEarlier(record, block);
  const { base, client } = target;
  const { address, version, status } = record;
  const report = { address, version, status, events: 0, unexpected: [], exposure: [], notices: [] };
  const code = await readCode(client, record, block.number);
  const checks = [
    check("code", record.codeHash, code.codeHash ?? "no code"),
    check("code without immutables", record.maskedCodeHash, code.maskedCodeHash ?? "no code"),
  ];
  if (checks.some(({ ok }) => !ok)) {
    const notices = ["This is not the contract that was recorded, so nothing else of it was read."];
    return { ...report, checks, state: undefined, notices };
  }

  const state = await readState(client, record, block.number);
  const intentions = intentionsFor(target, record);
  const history = await readAdminEvents(target, record, block);
  const unexpected = unexpectedEvents(history, record, intentions, files.builderFiles.values(), files.acknowledged);
  const proof = proofOf(files.proofs, address, state.owner);
  return {
    ...report,
    checks: [
      ...checks,
      check("version", version, state.version),
      check("usdc", record.constructorArgs.usdc, state.usdc),
      ...settingChecks(state, intentions, (change) =>
        waitingFor(files.builderFiles, address, change, ofThis(history, record)),
      ),
      ...(proof === undefined ? [] : [signersCheck(proof, state)]),
      ...powersChecks(target, state),
      solvencyCheck(state),
      check("USDC is paused", "no", state.token.paused ? "yes" : "no"),
      check("the contract is on Circle's denylist", "no", state.token.contractDenylisted ? "yes" : "no"),
      check("the platform wallet is on Circle's denylist", "no", state.token.platformWalletDenylisted ? "yes" : "no"),
    ],
    events: history.length,
    unexpected: await withSenders(target, unexpected),
    state,
    exposure: exposureOf(state, status),
    notices: [
      ...(proof === undefined && status === "active" ? [controlNotice(base.name, state)] : []),
      ...(state.safe?.threshold === 1 ? ["One signature is enough for the owner's Safe."] : []),
    ],
  };
}

function check(what: string, expected: string, found: string, note?: string): Comparison {
  return { what, ok: expected === found, expected, found, ...(note === undefined ? {} : { note }) };
}

/** What has happened to a contract since its deployment. */
function ofThis(history: AdminEvent[], { txHash }: DeploymentRecord): AdminEvent[] {
  return history.filter(({ transactionHash }) => transactionHash !== txHash);
}

/** @param fileFor The file that asks for a change and has not been executed. */
function settingChecks(
  state: ContractState,
  intentions: Intentions,
  fileFor: (change: Pick<AdminEvent, "subject" | "value">) => string | undefined,
): Comparison[] {
  const checks = SETTINGS.flatMap((subject) => {
    const wanted = intentions[subject];
    if (wanted === undefined) return [];
    const found = String(state[subject]);
    const line = check(subject, valueInWords(subject, wanted), valueInWords(subject, found));
    if (line.ok)
      return subject === "owner" && state.safe !== undefined ? [{ ...line, note: describeSafe(state.safe) }] : [line];
    if (subject === "owner" && state.pendingOwner === wanted)
      return [{ ...line, note: "offered to it, and not accepted yet: npm run roles -- --accept-ownership" }];
    const file = fileFor({ subject, value: wanted });
    return [file === undefined ? line : { ...line, note: `${file} asks for it, and waits to be executed` }];
  });
  // An ownership on its way to where it is meant to be is no news beside the owner that is not the right one yet.
  const pending = state.pendingOwner === intentions.owner ? zeroAddress : state.pendingOwner;
  return [...checks, check("pending owner", "nobody", valueInWords("pendingOwner", pending))];
}

function signersCheck(proof: ControlProof, { safe }: ContractState): Comparison {
  const words = ({ threshold, owners }: Pick<Safe, "threshold" | "owners">) =>
    `${threshold} of ${owners.length}: ${owners.join(", ")}`;
  const found = safe === undefined ? "no Safe" : words(safe);
  return check("the owner's signers", words(proof), found, "as when control was proven");
}

/** What else can act for the owner, or keep it from acting: modules and guards of its Safe. */
function powersChecks({ parameters }: Target, { safe }: ContractState): Comparison[] {
  if (safe === undefined) return [];
  const { ownerModules = [], ownerGuards = [] } = parameters;
  const words = (some: readonly Address[]) => (some.length === 0 ? "none" : [...some].sort().join(", "));
  return [
    check("the owner's modules", words(ownerModules), words(safe.modules)),
    check("the owner's guards", words(ownerGuards), words(safe.guards)),
  ];
}

function solvencyCheck({ usdcBalance, totalDeposits, totalCredits }: ContractState): Comparison {
  const surplus = usdcBalance - totalDeposits - totalCredits;
  const owed = `${money(totalDeposits + totalCredits)} (deposits ${money(totalDeposits)}, credits ${money(totalCredits)})`;
  const holds = `holds ${money(usdcBalance)}`;
  return {
    what: "solvency",
    ok: surplus >= 0n,
    expected: `at least ${owed}`,
    found: surplus < 0n ? holds : `${holds}, owes ${owed}`,
  };
}

function controlNotice(network: string, { safe }: ContractState): string {
  return safe === undefined
    ? "The owner is no Safe: one key can do all that an owner can."
    : `Nobody has shown yet that the Safe's signers control the contract: npm run control -- --network ${network}`;
}

async function withSenders({ client }: Target, events: AdminEvent[]): Promise<UnexpectedEvent[]> {
  return Promise.all(
    events.map(async (event) => {
      const [{ from }, { timestamp }] = await Promise.all([
        client.getTransaction({ hash: event.transactionHash }),
        client.getBlock({ blockNumber: event.blockNumber }),
      ]);
      return { ...event, sender: getAddress(from), timestamp };
    }),
  );
}

function differencesOf({ address: contract, checks, unexpected }: ContractReport): Difference[] {
  return [
    ...checks.flatMap(({ ok, ...rest }) => (ok ? [] : [{ contract, ...rest }])),
    ...unexpected.map((event) => ({
      contract,
      what: `event ${event.event}`,
      expected: "only changes that parameters or Builder files ask for",
      found: eventInWords(event),
      blockNumber: event.blockNumber,
      txHash: event.transactionHash,
    })),
  ];
}

/** What an event changed, and who sent it. */
export function eventInWords({ subject, old, value, sender }: UnexpectedEvent): string {
  const before = old === undefined ? "" : `${valueInWords(subject, old)} → `;
  return `${subject}: ${before}${valueInWords(subject, value)}, sent by ${sender}`;
}
