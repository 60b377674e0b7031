/** Sends what is written down, and understands what a node says to it. */
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import type { Hash } from "viem";
import type { Work } from "./context.ts";
import type { Version } from "./versions.ts";

/** Taken before, or used by now: all is well. */
const KNOWN = /already (known|imported|exists)|known transaction|nonce too low|nonce.*lower/i;
const UNDERPRICED = /replacement|underpriced/i;
const NO_ETH = /insufficient funds/i;
const OVERTOOK = /nonce too high|nonce.*gap/i;
/** What a node says of a transaction that it may well take later. */
const PASSES = /less than block base fee|fee cap|pool is full|limit reached|in-?flight|queue/i;

export interface Sending {
  /** Whatever is answered, the bytes stay what they are. */
  send(batch: bigint, version: Version): Promise<void>;
  /** Whether a node has called it so. */
  isUnderpriced(version: Version): boolean;
}

export function openSending({ db, chain, clock, signer, log, onCount, alarm }: Work): Sending {
  const underpriced = new Set<Hash>();

  const understand = async (batch: bigint, hash: Hash, error: unknown): Promise<void> => {
    const problem = causeOf(error, RequestProblem);
    const said = problem?.details ?? String(error);
    if (KNOWN.test(said)) return;
    log.warn({ batch: batch.toString(), hash, said }, "not taken, and sent again");
    if (UNDERPRICED.test(said)) underpriced.add(hash);
    else if (NO_ETH.test(said))
      await alarm("signer.empty", signer.address, "The relayer's wallet has too little ETH to send.");
    else if (OVERTOOK.test(said))
      // It overtook the one before: again in the next turn, in their order.
      await db.rows`update batch_transactions set sent_at = null where hash = ${hash}`;
    else if (problem?.kind === "refused" && !PASSES.test(said))
      await alarm("signer.refused", hash, `The chain does not take transaction ${hash}: ${said}`);
  };

  return {
    isUnderpriced: ({ hash }) => underpriced.has(hash),
    async send(batch, { hash, raw }) {
      await db.rows`update batch_transactions set sent_at = ${clock.now()} where hash = ${hash}`;
      onCount?.("sent", 1);
      try {
        await chain.ask("eth_sendRawTransaction", [raw]);
      } catch (error) {
        await understand(batch, hash, error);
      }
    },
  };
}
