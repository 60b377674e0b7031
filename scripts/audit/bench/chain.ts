/** A local chain with as many settled sessions as wanted: batches of a hundred, each session of another consumer. */

import { splitCharge } from "@luxxon/contracts-abi";
import { serveLocalChain } from "@luxxon/local/chain";
import { type Address, maxUint256, numberToHex } from "viem";
import { openMarket, USDC } from "../../demo/market.ts";
import { openProgress } from "../progress.ts";

const BATCH = 100;
const RATE_PER_SECOND = 50n;
const SECONDS = 60n;
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
  const { settlement, usdc, owner, relayer, consumers, operators } = await openMarket(chain);
  // Limits that hold for everybody and stop nobody.
  await settlement.write.setDefaultDailyLimit([10n * USDC], { account: owner.account });
  await settlement.write.setPoolDailyLimit([1_000n * USDC], { account: owner.account });
  for (const { account } of consumers) {
    await usdc.write.approve([settlement.address, maxUint256], { account });
    await settlement.write.deposit([10n * USDC], { account });
  }
  const shares = splitCharge(RATE_PER_SECOND * SECONDS, 1_500);
  let settled = 0;
  return {
    url,
    address: settlement.address,
    async growTo(sessions) {
      const progress = openProgress("Settling");
      for (; settled < sessions; settled += BATCH) {
        progress.show(settled / sessions, `${settled} of ${sessions} sessions`);
        const entries = consumers.slice(0, BATCH).map(({ account }, i) => ({
          sessionId: numberToHex(BigInt(settled + i) + (1n << 64n), { size: 32 }),
          from: account.address,
          // The payee changes with every entry, so each is paid by a transfer of its own: the most logs that a batch can have.
          to: (operators[i % operators.length] as (typeof operators)[number]).account.address,
          ratePerSecond: RATE_PER_SECOND,
          chargeableSeconds: SECONDS,
          ...shares,
        }));
        await settlement.write.settleBatch([entries], { account: relayer.account, gas: GAS });
      }
      progress.end();
    },
    close,
  };
}
