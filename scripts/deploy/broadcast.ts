/** Sends the deployment, and waits until it is safe. The next run takes up what breaks off, without a second transaction. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readTag } from "@luxxon/chain/rpc/blocks";
import { UsageError } from "@luxxon/chain/usageError";
import { type Address, getAddress, type TransactionReceipt, TransactionReceiptNotFoundError } from "viem";
import type { Deployment } from "./deployment.ts";
import { runModule } from "./ignition.ts";
import { progressListener } from "./ignitionProgress.ts";
import { finishSending, mend, readOutbox, signingProvider } from "./outbox.ts";
import { isLost, journalOf } from "./problems.ts";

export interface Sending {
  address: Address;
  receipt: TransactionReceipt;
}

/** Tells whether the deployment's transaction was ever signed: it may have been paid, and its address may be taken. */
export function isSigned(deployment: Pick<Deployment, "base" | "folder">): boolean {
  return readOutbox(journalOf(deployment)).length > 0;
}

/** @param say Takes a line about how far it is. */
export async function broadcast(deployment: Deployment, say: (line: string) => void): Promise<Sending> {
  const { chain, base, deployer } = deployment;
  const folder = journalOf(deployment);
  if (existsSync(folder)) {
    say(`Going on with ${folder}.`);
    mend(folder);
  }
  const run = () =>
    runModule(deployment, {
      provider: signingProvider(chain.provider, { account: deployer, chainId: base.chainId, folder }),
      deploymentDir: folder,
      // Blocks come five a second and say little: what counts is waited for below.
      config: { requiredConfirmations: 1, blockPollingInterval: 300 },
      listener: progressListener(say),
    });
  let address: Address;
  try {
    address = await run();
  } catch (error) {
    // By now Ignition has found that the journal is of this deployment: nothing is sent before.
    if (!isLost(error)) throw error;
    await finishSending(chain.provider, deployer.address, folder);
    address = await run();
  }
  const receipt = await receiptOf(deployment, address);
  await untilSafe(deployment, receipt, say);
  // The same block must still hold it, or the record would be wrong.
  const again = await receiptOf(deployment, address);
  if (again.blockHash !== receipt.blockHash) {
    throw new UsageError("The chain has replaced the block of the deployment: run the same command again.");
  }
  return { address, receipt };
}

/** The receipt of the transaction that made the contract: the one of those signed that was mined. */
async function receiptOf(deployment: Deployment, address: Address): Promise<TransactionReceipt> {
  for (const { hash } of readOutbox(journalOf(deployment)).reverse()) {
    const receipt = await deployment.chain.client.getTransactionReceipt({ hash }).catch((error: unknown) => {
      if (error instanceof TransactionReceiptNotFoundError) return undefined;
      throw error;
    });
    const made = receipt?.contractAddress;
    if (receipt !== undefined && made && getAddress(made) === address) return receipt;
  }
  throw new UsageError(`The endpoint knows no transaction that made ${address}: use another endpoint and run again.`);
}

const POLL_MS = 2_000;
const SAY_EVERY_MS = 15_000;
/** So often in a row an endpoint may not know what is safe: a node that has just started does not, for a minute or so. */
const UNKNOWN_AT_MOST = 30;

/**
 * Waits for the chain to call the block safe: published on Ethereum, so that it stands or falls with that. A number of
 * blocks would say nothing, at 200 ms a block.
 */
async function untilSafe({ chain }: Deployment, { blockNumber }: TransactionReceipt, say: (line: string) => void) {
  let said = 0;
  let unknown = 0;
  for (;;) {
    const safe = await readTag(chain.endpoint, "safe");
    if (safe !== undefined && safe.number >= blockNumber) return say(`Block ${blockNumber} is safe.`);
    unknown = safe === undefined ? unknown + 1 : 0;
    if (unknown > UNKNOWN_AT_MOST) {
      throw new UsageError(
        `${chain.endpoint.where} does not say which block is safe: use another endpoint and run the same command again: nothing is sent twice.`,
      );
    }
    if (Date.now() - said > SAY_EVERY_MS) {
      said = Date.now();
      const where = safe === undefined ? "the endpoint does not say which is safe" : `safe is ${safe.number}`;
      say(`In block ${blockNumber}; ${where}. Waiting (some minutes; interrupting harms nothing) …`);
    }
    await sleep(POLL_MS);
  }
}
