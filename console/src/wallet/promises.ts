/** Sets what the owner of a pool promises of it: how much of it may go in a day, and until when it stays. */
import { holdCall, setDailyLimitCall } from "@luxxon/contracts-abi/viem";
import { getBlock } from "viem/actions";
import { feeOf } from "./fee.ts";
import type { Asking, Sending } from "./pool.ts";
import { sendTried } from "./send.ts";
import { inWords } from "./words.ts";

/** What the contract can keep of a daily limit, µUSDC. */
export const MOST_LIMIT = 2n ** 56n - 1n;

/** @param limit µUSDC a day; 0: the contract's default. */
type Limiting = { limit: bigint };
/** @param seconds From the chain's newest block on. */
type Holding = { seconds: bigint };

/** @returns The block in which it is. */
export async function limitTo({ client, contracts, limit, onStep }: Sending & Limiting): Promise<bigint> {
  const call = setDailyLimitCall(client, { ...contracts, limit });
  return await inWords(sendTried(client, call, { what: "the limit", onStep }));
}

export async function feeToLimit({ client, contracts, limit }: Asking & Limiting): Promise<bigint> {
  return await inWords(feeOf(client, [setDailyLimitCall(client, { ...contracts, limit })]));
}

/** @returns The block in which it is, and the second until which it holds. */
export async function holdFor({ client, contracts, seconds, onStep }: Sending & Holding) {
  const until = await after(client, seconds);
  const call = holdCall(client, { ...contracts, until });
  return { block: await inWords(sendTried(client, call, { what: "the hold", onStep })), until };
}

export async function feeToHold({ client, contracts, seconds }: Asking & Holding): Promise<bigint> {
  const until = await after(client, seconds);
  return await inWords(feeOf(client, [holdCall(client, { ...contracts, until })]));
}

/** By the chain's clock: this machine's may be wrong. */
async function after(client: Asking["client"], seconds: bigint): Promise<bigint> {
  return (await getBlock(client)).timestamp + seconds;
}
