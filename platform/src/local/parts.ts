/** Starts all that the platform stands on (Postgres, SpiceDB, the chain with its contracts), each where it is dead. */
import { mkdir } from "node:fs/promises";
import { CHAIN_ID, stopChain } from "./anvil.ts";
import { type Contracts, startContracts } from "./contracts.ts";
import { type TestWallet, walletOf } from "./people.ts";
import { startPostgres, stopPostgres } from "./postgres.ts";
import { startSpiceDb, stopSpiceDb } from "./spicedb/process.ts";
import { openState, PARTS, type PartName, readSecrets, type State } from "./state.ts";

export interface PartsOptions {
  /** A state folder that is open, or the path of one. */
  state: State | string;
  /** Gives up: what has been started stays as it is, for `stopParts`. */
  signal?: AbortSignal;
}

export interface Parts {
  state: State;
  /** The platform's environment, as it would be set in production. */
  env: Record<string, string>;
  /** Have ETH, and USDC in hand. */
  wallets: TestWallet[];
  chainId: number;
  contracts: Contracts;
  /** Those that this call has started; the others were alive. */
  started: PartName[];
}

/**
 * Finds what is alive and starts what is not. Whoever calls it for a folder that others may use holds its lock
 * (`lockState`), until `stopParts` or its own death.
 *
 * @throws {UsageError} if a part cannot be had here; its message says which and why. Others may have started.
 */
export async function startParts({ state: where, signal }: PartsOptions): Promise<Parts> {
  const state = typeof where === "string" ? await openState(where) : where;
  await mkdir(state.path("logs"), { recursive: true });
  const { sessionSecret } = await readSecrets(state);

  const storage = startPostgres(state, signal).then(async (postgres) => {
    return { postgres, spicedb: await startSpiceDb(state, postgres.url, signal) };
  });
  // Each is waited for, also when another fails: nothing starts behind the caller's back.
  const [stored, chained] = await Promise.allSettled([storage, startContracts(state, signal)]);
  if (stored.status === "rejected") throw stored.reason;
  if (chained.status === "rejected") throw chained.reason;
  const [{ postgres, spicedb }, chain] = [stored.value, chained.value];

  return {
    state,
    env: {
      DATABASE_URL: postgres.url,
      SPICEDB_ENDPOINT: spicedb.endpoint,
      SPICEDB_TOKEN: spicedb.token,
      RPC_URL: chain.url,
      SETTLEMENT_ADDRESS: chain.contracts.settlement,
      DEPLOYMENT_BLOCK: String(chain.contracts.deploymentBlock),
      RELAYER_KEY: walletOf("relayer").privateKey,
      FAUCET_KEY: walletOf("circle").privateKey,
      SESSION_SECRET: sessionSecret,
    },
    wallets: [walletOf("ada"), walletOf("ben")],
    chainId: CHAIN_ID,
    contracts: chain.contracts,
    started: PARTS.filter((part) => ({ postgres, spicedb, chain })[part].startedHere),
  };
}

const STOP: Record<PartName, (state: State) => Promise<void>> = {
  postgres: stopPostgres,
  spicedb: stopSpiceDb,
  chain: stopChain,
};

/** Stops them in order: what they have taken is on the disk, and no process of theirs is left. */
export async function stopParts(state: State, which: readonly PartName[] = PARTS): Promise<void> {
  const outcomes = await Promise.allSettled(which.map((part) => STOP[part](state)));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
