/** Asks the chain's other LuxxonSettlement contracts which sessions of this one they have settled too. */
import type { Block } from "@luxxon/chain/rpc/blocks";
import { RequestProblem } from "@luxxon/chain/rpc/problems";
import { readProven } from "@luxxon/chain/rpc/stateProof";
import { numberOf } from "@luxxon/chain/settlement/bits";
import type { Endpoints } from "@luxxon/chain/settlement/readHistory";
import { slotIn } from "@luxxon/chain/settlement/storage";
import { type Address, type Hex, numberToHex } from "viem";
import type { Elsewhere } from "../history.ts";
import { KNOWN_VERSION } from "./identify.ts";

/** Another contract, as its record has it. */
export interface OtherContract {
  readonly address: Address;
  readonly version: string;
}

export function openElsewhere(endpoints: Endpoints, end: Block, others: readonly OtherContract[]): Elsewhere[] {
  return others.map(({ address, version }) => {
    // Others keep their ids elsewhere in their storage.
    if (version !== KNOWN_VERSION) return { address, version, readWords: undefined };
    return {
      address,
      version,
      async readWords(words) {
        const slots = words.map((word) => slotIn("_settledBits", numberOf(word)));
        const values = await wordsAt(endpoints, end, address, slots);
        return new Map(words.map((word, i) => [word, values.get(slots[i] as Hex) ?? 0n]));
      },
    };
  });
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
