/** Opens a local chain with as many settled sessions as wanted: batches of a hundred, each session of another consumer. */

import { serveLocalChain } from "@luxxon/local/chain";
import { entryOf, openSettlement } from "@luxxon/local/settlement";
import { USDC } from "@luxxon/local/usdc";
import { type Address, numberToHex } from "viem";
import { openProgress } from "../../progress.ts";

const BATCH = 100;
const OPERATORS = 10;
/** Enough for a batch; an estimate would take longer than the batch. */
const GAS = 10_000_000n;

export interface BenchChain {
  readonly url: string;
  readonly address: Address;
  /** Settles until there are that many sessions in all. */
  growTo(sessions: number): Promise<void>;
  close(): void;
}

export async function openBenchChain(): Promise<BenchChain> {
  const { chain, url, close } = await serveLocalChain("localBase", 0);
  const { settlement, relayer, others, fund } = await openSettlement({
    chain,
    // Limits that hold for everybody and stop nobody.
    defaultDailyLimit: 10n * USDC,
    poolDailyLimit: 1_000n * USDC,
  });
  const operators = others.slice(0, OPERATORS).map(({ account }) => account.address);
  const consumers = others.slice(OPERATORS, OPERATORS + BATCH);
  for (const consumer of consumers) await fund(consumer, 10n * USDC);
  let settled = 0;
  return {
    url,
    address: settlement.address,
    async growTo(sessions) {
      const progress = openProgress("Settling");
      for (; settled < sessions; settled += BATCH) {
        progress.show(settled / sessions, `${settled} of ${sessions} sessions`);
        const entries = consumers.map(({ account }, i) =>
          entryOf({
            sessionId: numberToHex(BigInt(settled + i) + (1n << 64n), { size: 32 }),
            from: account.address,
            // The payee changes with every entry, so each is paid by a transfer of its own: the most logs that a batch can have.
            to: operators[i % OPERATORS] as Address,
            ratePerSecond: 50n,
          }),
        );
        await settlement.write.settleBatch([entries], { account: relayer.account, gas: GAS });
      }
      progress.end();
    },
    close,
  };
}
