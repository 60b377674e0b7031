/** Gives the sources to explorers, which compile them and compare: to each on its own, and as often as one likes. */

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
}

/**
 * Has the active contract's sources verified, and enters the pages into its record.
 *
 * @returns What each explorer says, as soon as it has: it passes if it shows them now.
 * @throws {UsageError} if there is no record, or the sources here are not those of the record.
 */
export async function* verifyDeployment({ base, folder, rpcUrl, explorers }: VerifyOptions): AsyncGenerator<Check> {
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
    const result = await verifyAt(name, active, environment)
      .then(async () => {
        const page = pageOf(name, base, active, environment);
        await enter(base, folder, active, { [name]: page });
        return passed(page);
      })
      .catch((error: unknown) => failed(reasonOf(error)));
    yield { name, ...result };
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
  const { log } = console;
  console.log = () => undefined;
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
  } finally {
    console.log = log;
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

/** Hardhat's numbers for a variable that is nowhere or empty, and for an explorer that does not answer. */
const NO_KEY = [7, 80029];
const UNREACHABLE = 80001;

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const number = "number" in error ? Number(error.number) : 0;
  if (NO_KEY.includes(number)) {
    return "ETHERSCAN_API_KEY is not set: npx hardhat keystore set ETHERSCAN_API_KEY, or set it in the environment";
  }
  const message = error.message.split("\n").join(" ").trim();
  return number === UNREACHABLE ? `cannot be reached: ${/message "([^"]*)"/.exec(message)?.[1] ?? message}` : message;
}
