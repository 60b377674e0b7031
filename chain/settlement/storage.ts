/** Knows where version 4.0.0 keeps what in its storage, and where Circle's USDC keeps balances. */
import { type Address, concatHex, getAddress, type Hex, keccak256, numberToHex, pad } from "viem";
import type { StoredAccount } from "./state.ts";

/** A variable's slot, its first byte there from the lowest, and how many it has. */
export type Place = readonly [slot: number, byte: number, bytes: number];

/** By the contract's own names. A test holds both tables against what the compiler says. */
export const VARIABLES = {
  _owner: [0, 0, 20],
  _pendingOwner: [1, 0, 20],
  relayer: [2, 0, 20],
  _paused: [2, 20, 1],
  defaultDailyLimit: [2, 21, 8],
  platformWallet: [3, 0, 20],
  guardian: [4, 0, 20],
  totalCredits: [5, 0, 32],
  credits: [6, 0, 32],
  _pool: [7, 0, 32],
  _accounts: [8, 0, 32],
  _settledBits: [9, 0, 32],
} as const satisfies Record<string, Place>;

export const ACCOUNT = {
  balance: [0, 0, 10],
  dailyLimit: [0, 10, 7],
  drawn: [0, 17, 7],
  drawnAt: [0, 24, 4],
  heldUntil: [0, 28, 4],
} as const satisfies Record<keyof StoredAccount, Place>;

/** `balanceAndBlacklistStates` of FiatTokenV2_2: the balance, and above it a bit for the denylist. */
const USDC_BALANCES = 9;
const USDC_BALANCE_BITS = 255;

/** A variable that is no mapping. */
export function slotOf(name: keyof typeof VARIABLES): Hex {
  return numberToHex(VARIABLES[name][0], { size: 32 });
}

/** An entry of a mapping. @param key An address, or a word's number. */
export function slotIn(mapping: "credits" | "_accounts" | "_settledBits", key: Hex): Hex {
  return inMapping(VARIABLES[mapping][0], key);
}

export function usdcBalanceSlot(owner: Address): Hex {
  return inMapping(USDC_BALANCES, owner);
}

export function usdcBalanceIn(word: bigint): bigint {
  return BigInt.asUintN(USDC_BALANCE_BITS, word);
}

export function numberAt([, byte, bytes]: Place, word: bigint): bigint {
  return BigInt.asUintN(bytes * 8, word >> BigInt(byte * 8));
}

export function addressAt(place: Place, word: bigint): Address {
  return getAddress(numberToHex(numberAt(place, word), { size: 20 }));
}

export function accountIn(word: bigint): StoredAccount {
  const fields = Object.entries(ACCOUNT).map(([name, place]) => [name, numberAt(place, word)]);
  return Object.fromEntries(fields) as unknown as StoredAccount;
}

function inMapping(mapping: number, key: Hex): Hex {
  return keccak256(concatHex([pad(key), numberToHex(mapping, { size: 32 })]));
}
