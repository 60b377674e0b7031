/** Asks the chain's other LuxxonSettlement contracts which sessions of this one they have settled too. */
import type { Block } from "@luxxon/chain/rpc/blocks";
import { RequestProblem } from "@luxxon/chain/rpc/problems";
import { readProven } from "@luxxon/chain/rpc/stateProof";
import { bitsIn, byWord } from "@luxxon/chain/settlement/bits";
import type { Endpoints } from "@luxxon/chain/settlement/followHistory";
import { slotIn } from "@luxxon/chain/settlement/storage";
import { type Address, type Hex, numberToHex } from "viem";
import type { Elsewhere } from "../history.ts";
import { KNOWN_VERSION } from "./identify.ts";

/** Another contract, as its record has it. */
export interface OtherContract {
  readonly address: Address;
  readonly version: string;
}

/** @param ids Those that this contract has settled. */
export async function readElsewhere(
  endpoints: Endpoints,
  end: Block,
  others: readonly OtherContract[],
  ids: readonly Hex[],
): Promise<Elsewhere[]> {
  if (others.length === 0) return [];
  const words = [...byWord(ids)];
  const found: Elsewhere[] = [];
  for (const { address, version } of others) {
    // Others keep their ids elsewhere in their storage.
    if (version !== KNOWN_VERSION) {
      found.push({ address, version, settled: undefined });
      continue;
    }
    const slots = words.map(([number]) => slotIn("_settledBits", number));
    const values = await wordsAt(endpoints, end, address, slots);
    const marked = words.flatMap(([number, its], i) => bitsIn(number, values.get(slots[i] as Hex) ?? 0n, its));
    found.push({ address, version, settled: new Set(marked.flatMap(([id, isSettled]) => (isSettled ? [id] : []))) });
  }
  return found;
}

/** With proofs, if one of the endpoints gives them; else as the first says. */
async function wordsAt(
  endpoints: Endpoints,
  end: Block,
  address: Address,
  slots: readonly Hex[],
): Promise<ReadonlyMap<Hex, bigint>> {
  for (const endpoint of endpoints) {
    try {
      return (await readProven(endpoint, end, address, slots)).words;
    } catch (error) {
      if (!(error instanceof RequestProblem)) throw error;
    }
  }
  const [endpoint] = endpoints;
  const answers = await endpoint.askAll(slots, async (slot): Promise<[Hex, bigint]> => {
    const word = (await endpoint.ask("eth_getStorageAt", [address, slot, numberToHex(end.number)])) as Hex;
    return [slot, BigInt(word)];
  });
  return new Map(answers);
}
