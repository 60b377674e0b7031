/** Waits for what a wallet was told to send, by the wallet's own provider: until it is mined, replaced, refused or lost. */
import { type Client, type Hash, TransactionNotFoundError, type TransactionReceipt } from "viem";
import { getTransaction, getTransactionReceipt, waitForTransactionReceipt } from "viem/actions";
import { problem } from "../api/remedies.ts";

/** How often the wallet's node is asked, ms. */
const EVERY_MS = 1_000;
/** A transaction that the wallet's own node has not known for so long is lost, ms. */
const DROPPED_AFTER_MS = 20_000;
/** When a person is told that it takes long, ms. */
const SLOW_AFTER_MS = 15_000;
/** When the page stops to look; the transaction may be mined even so. */
const GIVE_UP_AFTER_MS = 15 * 60_000;

export interface Told {
  onSlow?: () => void;
}

/**
 * Also finds the transaction that took the place of one which the person sped up in the wallet.
 *
 * @throws what happened instead, with what to do about it.
 */
export async function mined(client: Client, hash: Hash, { onSlow }: Told = {}): Promise<TransactionReceipt> {
  const over = new AbortController();
  const slow = setTimeout(() => onSlow?.(), SLOW_AFTER_MS);
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
    return receipt;
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
