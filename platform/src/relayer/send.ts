/** Sends what is written down, and understands what a node says to it. */
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import type { Hash } from "viem";
import type { Work } from "./context.ts";
import type { Signed, Version } from "./versions.ts";

/** Taken before, or used by now: all is well. */
const KNOWN = /already (known|imported|exists)|known transaction|nonce too low|nonce.*lower/i;
const UNDERPRICED = /replacement|underpriced/i;
const NO_ETH = /insufficient funds/i;
const OVERTOOK = /nonce too high|nonce.*gap/i;
/** What a node says of a transaction that it may well take later. */
const PASSES = /less than block base fee|fee cap|pool is full|limit reached|in-?flight|queue/i;

export interface Sending {
  /** In this order, one after the other. Whatever is answered, the bytes stay what they are. */
  send(transactions: readonly Signed[]): Promise<void>;
  /** Whether a node has called it so. */
  isUnderpriced(version: Version): boolean;
}

export function openSending({ db, chain, clock, signer, log, onCount, alarm }: Work): Sending {
  const underpriced = new Set<Hash>();

  /** @returns Whether it overtook the one before: then it is sent again in the next turn, in their order. */
  const understand = async ({ batch, hash }: Signed, error: unknown): Promise<boolean> => {
    const problem = causeOf(error, RequestProblem);
    const said = problem?.details ?? String(error);
    if (KNOWN.test(said)) return false;
    log.warn({ batch: batch.toString(), hash, said }, "not taken, and sent again");
    if (UNDERPRICED.test(said)) underpriced.add(hash);
    else if (NO_ETH.test(said))
      await alarm("signer.empty", signer.address, "The relayer's wallet has too little ETH to send.");
    else if (OVERTOOK.test(said)) return true;
    else if (problem?.kind === "refused" && !PASSES.test(said))
      await alarm("signer.refused", hash, `The chain does not take transaction ${hash}: ${said}`);
    return false;
  };

  return {
    isUnderpriced: ({ hash }) => underpriced.has(hash),
    async send(transactions) {
      if (transactions.length === 0) return;
      const overtook: Hash[] = [];
      for (const signed of transactions) {
        onCount?.("sent", 1);
        try {
          await chain.ask("eth_sendRawTransaction", [signed.raw]);
        } catch (error) {
          if (await understand(signed, error)) overtook.push(signed.hash);
        }
      }
      // Afterwards: whoever dies before this has them sent once more, and that changes nothing.
      await db.rows`
        update batch_transactions set sent_at = case when hash = any (${overtook}::text[]) then null else ${clock.now()}::timestamptz end
        where hash = any (${transactions.map(({ hash }) => hash)}::text[])`;
    },
  };
}
