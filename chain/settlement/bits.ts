/**
 * Reads the bits by which the contract marks settled sessions straight from its storage: 256 ids that share their first 31
 * bytes share a word, and the platform issues ids in such runs, so that one request answers for many sessions.
 */

import { type Address, concatHex, type Hex, keccak256, numberToHex } from "viem";
import type { Endpoint } from "../rpc/endpoint.ts";

/** Where version 4.0.0 keeps `_settledBits`; test/static/storageLayout.json has the whole layout. */
export const SETTLED_BITS_SLOT = 9;

/** Fewer ids of one word are asked for by `settled`, many in one request. */
const WORTH_A_REQUEST = 8;

export interface Words {
  /** By a word's number. */
  readonly full: ReadonlyMap<Hex, readonly Hex[]>;
  /** Ids whose words have few others. */
  readonly rest: readonly Hex[];
}

export function wordsOf(ids: readonly Hex[]): Words {
  const words = new Map<Hex, Hex[]>();
  for (const id of ids) {
    const number: Hex = `0x00${id.slice(2, 64)}`;
    const others = words.get(number);
    if (others === undefined) words.set(number, [id]);
    else others.push(id);
  }
  const all = [...words];
  return {
    full: new Map(all.filter(([, its]) => its.length >= WORTH_A_REQUEST)),
    rest: all.flatMap(([, its]) => (its.length < WORTH_A_REQUEST ? its : [])),
  };
}

/**
 * @param block At its end.
 * @param show Called with how many ids have been read at once.
 */
export async function readWords(
  endpoint: Endpoint,
  address: Address,
  block: bigint,
  words: Words["full"],
  show: (ids: number) => void,
): Promise<[id: Hex, isSettled: boolean][]> {
  const answers = await endpoint.askAll([...words], async ([number, ids]) => {
    const key = keccak256(concatHex([number, numberToHex(SETTLED_BITS_SLOT, { size: 32 })]));
    const bits = BigInt((await endpoint.ask("eth_getStorageAt", [address, key, numberToHex(block)])) as Hex);
    show(ids.length);
    return ids.map((id): [Hex, boolean] => [id, ((bits >> BigInt(`0x${id.slice(64)}`)) & 1n) === 1n]);
  });
  return answers.flat();
}
