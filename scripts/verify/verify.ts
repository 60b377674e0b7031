/** Gives the sources to explorers, which compile them and compare: to each on its own, and as often as one likes. */

import { setTimeout as sleep } from "node:timers/promises";
import type { BaseChain } from "@luxxon/chain/baseChains";
import { type DeploymentRecord, readRecords, writeRecords } from "@luxxon/chain/deployments/record";
import { ROOT } from "@luxxon/chain/root";
import { openEndpointOf } from "@luxxon/chain/rpc/endpoint";
import { UsageError } from "@luxxon/chain/usageError";
import { verifyContract } from "@nomicfoundation/hardhat-verify/verify";
import hre from "hardhat";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatUserConfig } from "hardhat/types/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { FULL_NAME, readCompiled } from "../contract/compiled.ts";
import { hashesOf } from "../contract/production.ts";
import { constructorValues } from "../deploy/deployment.ts";
import { type Check, failed, passed } from "../deploy/outcome.ts";
import { EXPLORERS, type Explorer } from "./explorers.ts";

export interface VerifyOptions {
  base: BaseChain;
  folder: string;
  rpcUrl: string;
  explorers: readonly Explorer[];
  /** How long to wait for each, seconds. */
  waitSeconds: number;
  /** Is told now and then that an explorer has not answered yet. */
  onWaiting?: (name: Explorer, seconds: number) => void;
}

/** How often somebody who waits is told so, seconds. */
const TELL_SECONDS = 15;

/**
 * Has the active contract's sources verified, and enters the pages into its record.
 *
 * @returns What each explorer says, as soon as it has: it passes if it shows them now.
 * @throws {UsageError} if there is no record, or the sources here are not those of the record.
 */
export async function* verifyDeployment(options: VerifyOptions): AsyncGenerator<Check> {
  const { base, folder, rpcUrl, explorers } = options;
  const active = await activeRecord(base, folder);
  const { compilerInputHash } = await hashesOf(await readCompiled());
  if (active.compilerInputHash !== compilerInputHash) {
    throw new UsageError(
      `What stands at ${active.address} was built from other sources: git checkout ${active.sourceCommit}, and run again.`,
    );
  }
  await openEndpointOf(base, rpcUrl);
  const environment = await readOnlyEnvironment(base, rpcUrl);
  for (const name of explorers) {
    const result = await patiently(name, () => verifyAt(name, active, environment), options)
      .then(async () => {
        const page = pageOf(name, base, active, environment);
        await enter(base, folder, active, { [name]: page });
        return passed(page);
      })
      .catch((error: unknown) => failed(reasonOf(error)));
    yield { name, ...result };
  }
}

/** An explorer's job may stay pending for ever, and hardhat-verify asks for it as long. What it prints meanwhile is not shown. */
async function patiently(name: Explorer, ask: () => Promise<void>, options: VerifyOptions): Promise<void> {
  const { waitSeconds, onWaiting } = options;
  const started = Date.now();
  const telling = setInterval(
    () => onWaiting?.(name, Math.round((Date.now() - started) / 1_000)),
    TELL_SECONDS * 1_000,
  );
  const ended = new AbortController();
  const late = sleep(waitSeconds * 1_000, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`did not say within ${waitSeconds} s what comes of the sources: it may still, so ask again later`);
  });
  const { log } = console;
  console.log = () => undefined;
  try {
    await Promise.race([ask(), late]);
  } finally {
    console.log = log;
    clearInterval(telling);
    ended.abort();
    late.catch(() => undefined);
  }
}

async function activeRecord(base: BaseChain, folder: string): Promise<DeploymentRecord> {
  const active = (await readRecords(folder, base.chainId)).at(-1);
  if (active !== undefined) return active;
  throw new UsageError(`Nothing is recorded on ${base.title}: npm run deploy -- --network ${base.name} comes first.`);
}

/** Hardhat as hardhat-verify wants it: with the chain as its default network. Nobody is asked for the deployer's key. */
async function readOnlyEnvironment(base: BaseChain, rpcUrl: string): Promise<HardhatRuntimeEnvironment> {
  const { userConfig } = hre;
  const chain = userConfig.networks?.[base.network];
  const config = {
    ...userConfig,
    networks: { ...userConfig.networks, [base.network]: { ...chain, url: rpcUrl, accounts: "remote" } },
  } as HardhatUserConfig;
  const options = { network: base.network, buildProfile: "production" };
  return createHardhatRuntimeEnvironment(config, options, ROOT);
}

/** hardhat-verify asks first whether it is done already, so that asking again is harmless. */
async function verifyAt(explorer: Explorer, record: DeploymentRecord, environment: HardhatRuntimeEnvironment) {
  const { address, constructorArgs, txHash } = record;
  try {
    const provider = EXPLORERS[explorer];
    await verifyContract(
      {
        address,
        contract: FULL_NAME,
        constructorArgs: [...constructorValues(constructorArgs)],
        provider,
        ...(provider === "sourcify" ? { creationTxHash: txHash } : {}),
      },
      environment,
    );
  } catch (error) {
    // Its own list was behind.
    if (numberOf(error) !== ALREADY_VERIFIED) throw error;
  }
}

/** The public Sourcify; Hardhat knows the others by chain. */
const SOURCIFY = "https://sourcify.dev/server";

function pageOf(
  explorer: Explorer,
  { chainId }: BaseChain,
  { address }: DeploymentRecord,
  { config }: HardhatRuntimeEnvironment,
) {
  const provider = EXPLORERS[explorer];
  if (provider === "sourcify") return `${config.verify.sourcify.apiUrl ?? SOURCIFY}/repo-ui/${chainId}/${address}`;
  const url = config.chainDescriptors.get(BigInt(chainId))?.blockExplorers[provider]?.url;
  if (url === undefined) throw new Error("hardhat.config.ts knows no page of it");
  return `${url}/address/${address}#code`;
}

/** Reads the file anew each time: explorers take their time, and somebody may have written meanwhile. */
async function enter(
  base: BaseChain,
  folder: string,
  { address }: DeploymentRecord,
  pages: DeploymentRecord["verified"],
) {
  const records = await readRecords(folder, base.chainId);
  const changed = records.map((record) =>
    record.address === address ? { ...record, verified: { ...record.verified, ...pages } } : record,
  );
  await writeRecords(folder, base.chainId, changed);
}

/** Hardhat's numbers for a variable that is nowhere or empty, for an explorer that does not answer, and for one that has the sources. */
const NO_KEY = [7, 80029];
const UNREACHABLE = 80001;
const ALREADY_VERIFIED = 80022;

function numberOf(error: unknown): number {
  return error instanceof Error && "number" in error ? Number(error.number) : 0;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const number = numberOf(error);
  if (NO_KEY.includes(number)) {
    return "ETHERSCAN_API_KEY is not set: npx hardhat keystore set ETHERSCAN_API_KEY, or set it in the environment";
  }
  const message = error.message.split("\n").join(" ").trim();
  if (number === UNREACHABLE && /not valid JSON|Unexpected token/.test(message))
    return "answers with a page for people where programs ask, perhaps to keep them off: try later, or from elsewhere";
  return number === UNREACHABLE ? `cannot be reached: ${/message "([^"]*)"/.exec(message)?.[1] ?? message}` : message;
}
