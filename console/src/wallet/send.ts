/** Has a wallet send, and waits by the wallet's own provider: until it is mined, replaced, refused or lost. */
import { decodeSettlementError } from "@luxxon/contracts-abi/viem";
import { type Client, encodeFunctionData, type Hash, TransactionNotFoundError } from "viem";
import { call, getTransaction, getTransactionReceipt, waitForTransactionReceipt, writeContract } from "viem/actions";
import { problem } from "../api/remedies.ts";
import type { Planned } from "./fee.ts";
import type { OnStep, WalletClient } from "./pool.ts";

/** How often the wallet's node is asked, ms. */
const EVERY_MS = 1_000;
/** A transaction that the wallet's own node has not known for so long is lost, ms. */
const DROPPED_AFTER_MS = 20_000;
/** When a person is told that it takes long, ms. */
const SLOW_AFTER_MS = 15_000;
/** When the page stops to look; the transaction may be mined even so. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

/**
 * Sends what the contract is going to take: what it would refuse is said before the wallet is asked.
 *
 * @param what For whoever waits: "the withdrawal".
 * @returns The block in which it is.
 */
export async function sendTried(
  client: WalletClient,
  planned: Planned,
  { what, onStep }: { what: string; onStep: OnStep },
): Promise<bigint> {
  const { account } = client;
  await call(client, { account, to: planned.address, data: encodeFunctionData(planned) }).catch((error) => {
    // A node that cannot be asked refuses nothing.
    if (decodeSettlementError(error) !== undefined) throw error;
  });
  onStep(`Confirm ${what} in your wallet …`);
  return await mined(client, await writeContract(client, { ...planned, account, chain: client.chain }), onStep);
}

/**
 * Also finds the transaction that took the place of one which the person sped up in the wallet.
 *
 * @returns The block in which it is.
 * @throws what happened instead, with what to do about it.
 */
export async function mined(client: Client, hash: Hash, onStep: OnStep): Promise<bigint> {
  onStep("Waiting until it is mined …");
  const over = new AbortController();
  const slow = setTimeout(
    () => onStep("Not mined yet. You may leave this page: the balance follows by itself."),
    SLOW_AFTER_MS,
  );
  let replacement: string | undefined;
  try {
    const receipt = await Promise.race([
      waitForTransactionReceipt(client, {
        hash,
        pollingInterval: EVERY_MS,
        timeout: GIVE_UP_AFTER_MS,
        onReplaced: ({ reason }) => {
          replacement = reason;
        },
      }),
      lost(client, hash, over.signal),
    ]);
    if (replacement === "cancelled")
      throw problem("You cancelled the transaction in your wallet.", "Nothing has moved. Start again when you like.");
    if (replacement === "replaced")
      throw problem(
        "Your wallet sent another transaction in its place.",
        "Look there what it did; then start again if you still want to.",
      );
    if (receipt.status === "reverted")
      throw problem(
        "The chain refused the transaction.",
        "Only its gas was paid. Look at the balance, then start again.",
      );
    return receipt.blockNumber;
  } finally {
    clearTimeout(slow);
    over.abort();
  }
}

/** Never resolves; rejects once nobody knows the transaction any more. */
async function lost(client: Client, hash: Hash, signal: AbortSignal): Promise<never> {
  let unknownSince: number | undefined;
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const isKnown = await knows(client, hash);
    // A node that cannot be asked says nothing about the transaction.
    if (isKnown !== false) unknownSince = undefined;
    else unknownSince ??= Date.now();
    if (unknownSince !== undefined && Date.now() - unknownSince >= DROPPED_AFTER_MS)
      throw problem(
        "The transaction is lost: your wallet's node no longer knows it.",
        "Nothing has moved so far. If the wallet still shows it as pending, cancel it there; then start again.",
      );
  }
  return await new Promise(() => undefined);
}

async function knows(client: Client, hash: Hash): Promise<boolean | undefined> {
  try {
    await getTransaction(client, { hash });
    return true;
  } catch (error) {
    if (!(error instanceof TransactionNotFoundError)) return undefined;
    return await getTransactionReceipt(client, { hash }).then(
      () => true,
      () => false,
    );
  }
}
