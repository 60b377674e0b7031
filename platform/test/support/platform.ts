/**
 * The whole platform for tests: real Postgres, SpiceDB and chain, started once a process in a temporary folder and stopped
 * at its end; the server in the test's own process, over HTTP on a free port.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@luxxon/local/ports";
import pg from "pg";
import { readConfig } from "../../src/config.ts";
import { stopChain } from "../../src/local/anvil.ts";
import { type Contracts, startContracts } from "../../src/local/contracts.ts";
import { type Parts, startParts, stopParts } from "../../src/local/parts.ts";
import { openState, type State } from "../../src/local/state.ts";
import { type Platform, runPlatform } from "../../src/main.ts";

let opened: Promise<Parts> | undefined;

/**
 * Postgres, SpiceDB and the chain, the same for all tests of this process.
 *
 * @param interrupt Of the first call: gives up.
 */
export function testParts(interrupt?: AbortSignal): Promise<Parts> {
  opened ??= (async () => {
    const state = await openState(await mkdtemp(join(tmpdir(), "luxxon-platform-")));
    try {
      return await startParts({ state, ...(interrupt === undefined ? {} : { signal: interrupt }) });
    } catch (error) {
      await deleteParts(state);
      throw error;
    }
  })();
  return opened;
}

export async function stopTestParts(): Promise<void> {
  const parts = await opened?.catch(() => undefined);
  if (parts !== undefined) await deleteParts(parts.state);
}

async function deleteParts(state: State): Promise<void> {
  await stopParts(state);
  await rm(state.folder, { recursive: true, force: true, maxRetries: 5 });
}

// A command that stands on these stops them itself.
if ("after" in globalThis)
  after(function stopPartsOfTests() {
    this.timeout(30_000);
    return stopTestParts();
  });

/** A platform, whoever runs it: where it is, and where its chain and contracts are. */
export interface Reachable {
  /** With `/api/v1`. */
  api: string;
  parts: { contracts: { usdc: string; settlement: string } };
  env: Record<string, string>;
}

export interface TestPlatform extends Reachable {
  parts: Parts;
  /** With METRICS_PORT alone. */
  metricsUrl?: string | undefined;
  close(): Promise<void>;
}

/** A chain for tests that the others' sessions, or their clock, would disturb; its contracts have the same addresses. */
export async function openOwnChain(): Promise<{
  url: string;
  env: Record<string, string>;
  contracts: Contracts;
  close(): Promise<void>;
}> {
  const state = await openState(await mkdtemp(join(tmpdir(), "luxxon-chain-")));
  const close = async () => {
    await stopChain(state);
    await rm(state.folder, { recursive: true, force: true });
  };
  try {
    const { url, contracts } = await startContracts(state);
    const env = {
      RPC_URL: url,
      SETTLEMENT_ADDRESS: contracts.settlement,
      DEPLOYMENT_BLOCK: String(contracts.deploymentBlock),
    };
    return { url, env, contracts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

let databases = 0;

/**
 * A platform of its own on the parts: with a database of its own unless `settings` names one, on a free port.
 *
 * @param settings Environment variables on top of what a local start has.
 */
export async function openPlatform(settings: Record<string, string> = {}): Promise<TestPlatform> {
  const parts = await testParts();
  const port = settings.PORT ?? String(await freePort());
  const env = {
    ...parts.env,
    DATABASE_URL: settings.DATABASE_URL ?? (await newDatabase(parts.env.DATABASE_URL ?? "")),
    PORT: port,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: "fatal",
    ...settings,
  };
  const platform: Platform = await runPlatform(readConfig(env));
  return {
    api: `http://127.0.0.1:${port}/api/v1`,
    parts,
    env,
    metricsUrl: platform.metricsUrl,
    close: () => platform.close(),
  };
}

/** An empty database in the same Postgres. */
export async function newDatabase(url: string): Promise<string> {
  const name = `test_${process.pid}_${databases++}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const next = new URL(url);
  next.pathname = `/${name}`;
  return next.href;
}
