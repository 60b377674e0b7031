/** `npm run demo -- --contract`: plays the life of a prepaid pool on a local Base, and tells it line by line. */
import { createServer } from "node:net";
import { numberOf } from "@luxxon/chain/command/flags";
import { UsageError } from "@luxxon/chain/usageError";
import { openLocalChain, serveLocalChain } from "@luxxon/local/chain";
import { setL1Fees } from "@luxxon/local/l1Fee";
import { parseGwei } from "viem";
import { checkBooks, readBooks } from "./books.ts";
import type { Prices } from "./cost.ts";
import type { WalkFlags } from "./flags.ts";
import { openMarket } from "./market.ts";
import { jsonAudience, textAudience } from "./print.ts";
import { playStory } from "./story.ts";

/** @returns The exit code. */
export async function walkThroughContract(values: WalkFlags): Promise<number> {
  if (values.port !== undefined && !values.keep) throw new UsageError("--port goes with --keep; see --help.");
  const port = numberOf("--port", values.port, { least: 1, most: 65_535 }) ?? 8545;
  const prices: Prices = {
    ethUsd: numberOf("--eth-usd", values["eth-usd"], { unit: "the price of 1 ETH in US dollars", decimals: 9 }),
    l2GasPriceWei: gweiIn("--l2-gas-gwei", values["l2-gas-gwei"]),
    l1BaseFeeWei: gweiIn("--l1-base-fee-gwei", values["l1-base-fee-gwei"]),
    l1BlobBaseFeeWei: gweiIn("--l1-blob-fee-gwei", values["l1-blob-fee-gwei"]),
  };
  if (values.keep && !(await isFree(port))) {
    throw new UsageError(
      `Port ${port} on 127.0.0.1 is in use: stop what listens there, or choose another with --port.`,
    );
  }

  const served = values.keep ? await serveLocalChain("localBase", port) : undefined;
  const chain = served?.chain ?? (await openLocalChain("localBase"));
  await setL1Fees(chain, { baseFeeWei: prices.l1BaseFeeWei, blobBaseFeeWei: prices.l1BlobBaseFeeWei });

  const audience = values.json ? jsonAudience(prices) : textAudience(prices);
  const market = await openMarket(chain);
  audience.begin(market);
  await playStory(market, audience);
  const books = await readBooks(market);
  const checks = checkBooks(books);
  audience.end(books, checks, served?.url);

  await served?.closed();
  return checks.every(({ agrees }) => agrees) ? 0 : 1;
}

function gweiIn(flag: string, text: string): bigint {
  numberOf(flag, text, { unit: "gwei, with at most nine decimals", decimals: 9 });
  return parseGwei(text);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
