/**
 * Gives USDC on a fork without a key of Circle's, in three ways. All of them work the same on forks of a live chain and of
 * its twin: who may mint and who holds how much is read from the fork.
 */

import { usdcAbi } from "@luxxon/chain/usdc";
import type { Address, Hex } from "viem";
import { encodeAbiParameters, getAddress, hexToBigInt, keccak256, numberToHex } from "viem";
import type { LocalChain } from "../chain.ts";
import { impersonate } from "../impersonate.ts";
import type { Usdc } from "../usdc.ts";

/** Mints, by impersonating the token's master minter, which makes itself a minter. */
export async function mintUsdc(fork: LocalChain, usdc: Usdc, to: Address, amount: bigint): Promise<void> {
  const minter = await impersonate(fork, await usdc.read.masterMinter());
  const by = { account: minter.account };
  await usdc.write.configureMinter([minter.account.address, amount], by);
  await usdc.write.mint([to, amount], by);
}

/** Takes it from somebody who has that much, by impersonation. */
export async function takeUsdc(fork: LocalChain, usdc: Usdc, to: Address, amount: bigint): Promise<void> {
  const holder = await impersonate(fork, await findHolder(fork, usdc, amount));
  await usdc.write.transfer([to, amount], { account: holder.account });
}

/** How far back a holder is looked for, in blocks, and among how many: every one of them costs requests. */
const LONGEST_SEARCH = 10_000n;
const MOST_CANDIDATES = 30;

/** Somebody of the original chain who received USDC lately, still has `amount`, and may send it. */
async function findHolder(fork: LocalChain, usdc: Usdc, amount: bigint): Promise<Address> {
  const publicClient = await fork.viem.getPublicClient();
  const head = await publicClient.getBlockNumber();
  const own = (await fork.viem.getWalletClients()).map(({ account }) => getAddress(account.address));
  const seen = new Set<Address>(own);
  // USDC moves often on Base and rarely on Base Sepolia: begin with few blocks, and double.
  let toBlock = head;
  for (let window = 20n; head - toBlock < LONGEST_SEARCH && toBlock >= 0n; window *= 2n) {
    const fromBlock = toBlock >= window ? toBlock - window + 1n : 0n;
    const logs = await publicClient.getContractEvents({
      address: usdc.address,
      abi: usdcAbi,
      eventName: "Transfer",
      fromBlock,
      toBlock,
    });
    for (const { args } of logs.reverse()) {
      const to = args.to === undefined ? undefined : getAddress(args.to);
      if (to === undefined || seen.has(to)) continue;
      seen.add(to);
      if ((await usdc.read.balanceOf([to])) >= amount && !(await usdc.read.isBlacklisted([to]))) return to;
      if (seen.size - own.length >= MOST_CANDIDATES) throw nobodyHolds(amount);
    }
    toBlock = fromBlock - 1n;
  }
  throw nobodyHolds(amount);
}

function nobodyHolds(amount: bigint): Error {
  return new Error(`nobody was found who holds ${amount} µUSDC`);
}

/** FiatTokenV2_2's storage: balances (bit 255: denylisted) and allowances by account, and their total. */
const BALANCES = 9n;
const ALLOWANCES = 10n;
const TOTAL_SUPPLY = 11n;
const DENYLISTED = 1n << 255n;

/** Writes a balance into the token's storage, and the total with it. */
export async function writeUsdcBalance(fork: LocalChain, usdc: Usdc, account: Address, amount: bigint): Promise<void> {
  const { networkHelpers } = fork;
  const slot = balanceSlot(account);
  const stored = hexToBigInt((await networkHelpers.getStorageAt(usdc.address, slot)) as Hex);
  const supply = hexToBigInt((await networkHelpers.getStorageAt(usdc.address, numberToHex(TOTAL_SUPPLY))) as Hex);
  const before = stored & ~DENYLISTED;
  const write = (at: Hex, value: bigint) =>
    networkHelpers.setStorageAt(usdc.address, at, numberToHex(value, { size: 32 }));
  await write(slot, (stored & DENYLISTED) | amount);
  await write(numberToHex(TOTAL_SUPPLY), supply + amount - before);
  if ((await usdc.read.balanceOf([account])) !== amount) throw new Error("USDC keeps its balances elsewhere by now");
}

/** Where the token keeps an account's balance. */
export function balanceSlot(account: Address): Hex {
  return mappingSlot(account, numberToHex(BALANCES, { size: 32 }));
}

/** Where the token keeps what `spender` may take from `owner`. */
export function allowanceSlot(owner: Address, spender: Address): Hex {
  return mappingSlot(spender, mappingSlot(owner, numberToHex(ALLOWANCES, { size: 32 })));
}

function mappingSlot(key: Address, slot: Hex): Hex {
  return keccak256(encodeAbiParameters([{ type: "address" }, { type: "bytes32" }], [key, slot]));
}
