/** Holds what the contract stores, and answers its views (ILuxxonSettlement.sol). */
import { limitOf, room } from "./dailyLimit.ts";
import { HexMap } from "./hexMap.ts";
import { type Account, type Address, type Hex, ZERO_ADDRESS } from "./types.ts";

/** Everything that the contract stores. Nothing changes it: `apply` returns another one. */
export interface State {
  /** The contract's own address. */
  readonly address: Address;
  /** Circle's token; fixed for ever. */
  readonly usdc: Address;
  readonly owner: Address;
  /** Whom the owner has named, until it accepts; zero for nobody. */
  readonly pendingOwner: Address;
  readonly relayer: Address;
  /** Zero for none. */
  readonly guardian: Address;
  readonly platformWallet: Address;
  readonly paused: boolean;
  /** µUSDC a day; 0: no limit. */
  readonly defaultDailyLimit: bigint;
  /** µUSDC */
  readonly totalCredits: bigint;
  /** The whole pool's account: its balance is `totalDeposits`. */
  readonly pool: Account;
  /** By consumer. */
  readonly accounts: HexMap<Account>;
  /** By payee, µUSDC. */
  readonly credits: HexMap<bigint>;
  /** By a session id's first 31 bytes: bit n of the value is the id that ends in byte n. */
  readonly settledBits: HexMap<bigint>;
}

/** An account that nobody has used. */
export const EMPTY_ACCOUNT: Account = { balance: 0n, dailyLimit: 0n, drawn: 0n, drawnAt: 0n, heldUntil: 0n };

/** A contract before its constructor has run. */
export function blankState(address: Address, usdc: Address): State {
  return {
    address,
    usdc,
    owner: ZERO_ADDRESS,
    pendingOwner: ZERO_ADDRESS,
    relayer: ZERO_ADDRESS,
    guardian: ZERO_ADDRESS,
    platformWallet: ZERO_ADDRESS,
    paused: false,
    defaultDailyLimit: 0n,
    totalCredits: 0n,
    pool: EMPTY_ACCOUNT,
    accounts: new HexMap(),
    credits: new HexMap(),
    settledBits: new HexMap(),
  };
}

/** `accountOf`: as stored, the bucket as of `drawnAt`. */
export function accountOf(state: State, consumer: Address): Account {
  return state.accounts.get(consumer) ?? EMPTY_ACCOUNT;
}

/** `deposits`: what the consumer owns, µUSDC. */
export function deposits(state: State, consumer: Address): bigint {
  return accountOf(state, consumer).balance;
}

/** Whether a consumer's own hold stands at second `now`. A pause suspends it: nothing can be settled then. */
export function isHeld(state: State, consumer: Address, now: bigint): boolean {
  return accountOf(state, consumer).heldUntil > now && !state.paused;
}

/** `withdrawable`: what `withdrawAll` would pay at second `now`, µUSDC. */
export function withdrawable(state: State, consumer: Address, now: bigint): bigint {
  return isHeld(state, consumer, now) ? 0n : deposits(state, consumer);
}

/** `credits`: what the payee is owed from payouts that USDC has refused, µUSDC. */
export function credits(state: State, payee: Address): bigint {
  return state.credits.get(payee) ?? 0n;
}

/** `totalDeposits`: the sum of all deposits, µUSDC. */
export function totalDeposits(state: State): bigint {
  return state.pool.balance;
}

/** `surplus`: USDC held that belongs to nobody. `held` is the contract's USDC balance, µUSDC. */
export function surplus(state: State, held: bigint): bigint {
  return held - totalDeposits(state) - state.totalCredits;
}

/** `settled`: whether the session id's bit is set. */
export function settled(state: State, sessionId: Hex): boolean {
  const { word, bit } = bitOf(sessionId);
  return ((state.settledBits.get(word) ?? 0n) & bit) !== 0n;
}

/** The same state with the session id's bit set. */
export function withSettled(state: State, sessionId: Hex): State {
  const { word, bit } = bitOf(sessionId);
  return { ...state, settledBits: state.settledBits.set(word, (state.settledBits.get(word) ?? 0n) | bit) };
}

/** Replay: 256 ids that share their first 31 bytes share a word. */
function bitOf(sessionId: Hex): { word: string; bit: bigint } {
  return { word: sessionId.slice(0, -2), bit: 1n << BigInt(`0x${sessionId.slice(-2)}`) };
}

/**
 * `available`: the largest total that could be settled from the consumer at second `now`: the least of its balance, the
 * room in its daily limit and the room in the pool's, µUSDC. Says nothing of a pause.
 */
export function available(state: State, consumer: Address, now: bigint): bigint {
  const account = accountOf(state, consumer);
  const rooms = [
    room(account, limitOf(account, state.defaultDailyLimit), now),
    room(state.pool, state.pool.dailyLimit, now),
  ];
  return rooms.reduce<bigint>((least, one) => (one !== undefined && one < least ? one : least), account.balance);
}
