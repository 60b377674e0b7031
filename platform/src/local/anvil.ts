/** Runs the lasting local chain: anvil with Base's rules, whose blocks outlive its process. */
import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { UsageError } from "@luxxon/chain/usageError";
import { isSound } from "./chainFile.ts";
import { keepSound, takeKept } from "./keptChain.ts";
import type { Started } from "./postgres.ts";
import {
  type Detached,
  endProcess,
  lastLineOf,
  processesWithArgument,
  startDetached,
  startMarkOf,
  waitFor,
} from "./processes.ts";
import { askChain } from "./rpc.ts";
import { forgetProcess, keptPortOf, portOf, processOf, rememberProcess, type State } from "./state.ts";

/** The test network's: whoever mistakes one for the other loses nothing. */
export const CHAIN_ID = BASE_CHAINS.baseSepolia.chainId;

/**
 * What tells one local chain from the next: the block in which the contract was deployed. Block 0 does not: anvil makes
 * one at each start, and after a few nobody can say whose it shows.
 */
export interface ChainIdentity {
  deploymentBlock: number;
  deploymentBlockHash: string;
}

const FLAGS = [
  ...["--host", "127.0.0.1", "--chain-id", String(CHAIN_ID), "--network", "optimism", "--hardfork", "jovian"],
  // `safe` and `finalized` move with every block; a transaction is mined at once, and a block comes without any.
  ...["--slots-in-an-epoch", "1", "--mixed-mining", "--block-time", "2"],
  // Memory and disk for the states of this many blocks: older ones cannot be asked.
  ...["--state-interval", "1", "--max-persisted-states", "200", "--quiet"],
];

/**
 * Finds the chain alive, or starts it.
 *
 * @param expected The chain that belongs to this state; nothing: whatever is there makes room for a new one.
 */
export async function startChain(
  state: State,
  expected: ChainIdentity | undefined,
  signal?: AbortSignal,
): Promise<Started & { url: string }> {
  if (expected === undefined) {
    await stopChain(state);
    await rm(state.path("chain"), { recursive: true, force: true });
  }
  const found = await findAlive(state, expected);
  if (found !== undefined) return { url: found, startedHere: false };
  if (expected !== undefined && !existsSync(stateFileOf(state))) {
    throw new UsageError(`The local chain's ${stateFileOf(state)} is gone: npm start -- --fresh makes all anew.`);
  }

  if (expected !== undefined && !(await isSound(stateFileOf(state)))) await takeKept(stateFileOf(state));

  const anvil = findAnvil();
  await emptyHome(state);
  const log = state.path("logs", "chain.log");
  for (let tries = 0; ; tries++) {
    const port = await portOf(state, "chain", { another: tries > 0 });
    const url = urlAt(port);
    const child = await startDetached([anvil, "--port", String(port), "--state", stateFileOf(state), ...FLAGS], {
      cwd: state.folder,
      environment: { PATH: process.env.PATH ?? "", HOME: homeOf(state) },
      log,
    });
    await rememberProcess(state, "chain", child.pid);
    const outcome = await waitFor("The local chain", () => look(child, url, expected), { withinMs: 30_000, signal });
    if (outcome === "ours") return { url, startedHere: true };
    if (outcome === "another") {
      await stopChain(state);
      throw new UsageError(`${stateFileOf(state)} holds another chain: npm start -- --fresh makes all anew.`);
    }
    await forgetProcess(state, "chain");
    const said = await child.said();
    if (/failed to parse json file|invalid value .* for '--state/.test(said)) {
      throw new UsageError(`The local chain's ${stateFileOf(state)} is broken: npm start -- --fresh makes all anew.`);
    }
    if (!/in use/i.test(said) || tries === 5) {
      throw new UsageError(`The local chain does not start: ${lastLineOf(said)} (${log}).`);
    }
  }
}

/** While the chain runs, whoever starts it: so that a kill at any moment costs seconds of it. @returns Ends that. */
export function keepChain(state: State): () => void {
  return keepSound(stateFileOf(state));
}

/** Stops the chain, which writes its state before it ends. */
export async function stopChain(state: State): Promise<void> {
  const pid = processOf(state, "chain");
  const all = new Set([...(pid === undefined ? [] : [pid]), ...processesWithArgument(stateFileOf(state))]);
  await Promise.all([...all].map((one) => endProcess(one, [["SIGTERM", 20_000]])));
  await forgetProcess(state, "chain");
}

/** Waits until a block is on the disk: what a killed chain has lost is never below it. */
export async function waitUntilKept(state: State, block: number, signal?: AbortSignal): Promise<void> {
  await waitFor(
    "The local chain's state on the disk",
    async () => {
      try {
        const kept = JSON.parse(await readFile(stateFileOf(state), "utf8")) as { best_block_number: number };
        return kept.best_block_number >= block ? true : undefined;
      } catch {
        // Not there yet, or just being written.
        return undefined;
      }
    },
    { withinMs: 15_000, signal },
  );
}

async function findAlive(state: State, expected: ChainIdentity | undefined): Promise<string | undefined> {
  const pid = processOf(state, "chain");
  const port = keptPortOf(state, "chain");
  if (expected !== undefined && pid !== undefined && port !== undefined) {
    const url = urlAt(port);
    const lives = () => startMarkOf(pid) !== undefined;
    const ask = () => look({ lives }, url, expected);
    const outcome = await waitFor("The local chain", ask, { withinMs: 10_000 }).catch(() => "ended" as const);
    if (outcome === "ours") return url;
  }
  // Those too that a killed start has left without a pid file: two would write one file.
  const left = new Set([...(pid === undefined ? [] : [pid]), ...processesWithArgument(stateFileOf(state))]);
  await Promise.all([...left].map((one) => endProcess(one, [])));
  return undefined;
}

/**
 * Whose chain answers there. A port says nothing: another node may have it, while one's own has ended.
 *
 * @returns Nothing if one has to ask again.
 */
async function look(
  { lives }: Pick<Detached, "lives">,
  url: string,
  expected: ChainIdentity | undefined,
): Promise<"ours" | "another" | "ended" | undefined> {
  if (!lives()) return "ended";
  try {
    const number = `0x${(expected?.deploymentBlock ?? 0).toString(16)}`;
    const [chainId, block] = await Promise.all([
      askChain(url, "eth_chainId"),
      askChain(url, "eth_getBlockByNumber", [number, false]) as Promise<{ hash: string } | null>,
    ]);
    if (!lives()) return "ended";
    const isOurs = expected === undefined || block?.hash === expected.deploymentBlockHash;
    return Number(chainId) === CHAIN_ID && isOurs ? "ours" : "another";
  } catch {
    return undefined;
  }
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function stateFileOf({ path }: State): string {
  return path("chain", "state.json");
}

function homeOf({ path }: State): string {
  return path("chain", "home");
}

/** A chain that was killed leaves the states of its old blocks there, and never looks at them again. */
async function emptyHome(state: State): Promise<void> {
  await rm(homeOf(state), { recursive: true, force: true });
  await mkdir(homeOf(state), { recursive: true });
}

function findAnvil(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`))), "bin", "anvil");
  } catch {
    throw new UsageError(`There is no anvil for this machine: ${name} is not installed.`);
  }
}
