/** Reads an account's code hash and storage with proofs, and holds them against the state root of a block's header. */
import { followBranch } from "@luxxon/contracts-abi/receipt";
import { type Address, fromRlp, type Hash, type Hex, numberToHex } from "viem";
import type { Block } from "./blocks.ts";
import type { Endpoint } from "./endpoint.ts";
import { keccak256 } from "./keccak.ts";
import { contradiction } from "./problems.ts";

export interface ProvenAccount {
  readonly codeHash: Hash;
  /** By the slots that were asked for. */
  readonly words: ReadonlyMap<Hex, bigint>;
}

/** Slots of one request: an answer has some kilobytes for each. */
const AT_ONCE = 64;

/** As JSON-RPC shows it; what else it says is not believed, and not read. */
interface RawProof {
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly { readonly proof: readonly Hex[] }[];
}

/**
 * @param show Is told how many slots have been read at once.
 * @throws {RequestProblem} if the endpoint gives no proofs.
 * @throws {UsageError} if what it gives proves nothing.
 */
export async function readProven(
  endpoint: Endpoint,
  { number, stateRoot }: Block,
  address: Address,
  slots: readonly Hex[],
  show: (slots: number) => void = () => undefined,
): Promise<ProvenAccount> {
  const starts = Array.from({ length: Math.max(1, Math.ceil(slots.length / AT_ONCE)) }, (_, i) => i * AT_ONCE);
  const words = new Map<Hex, bigint>();
  const accounts = await endpoint.askAll(starts, async (start) => {
    const some = slots.slice(start, start + AT_ONCE);
    const answer = (await endpoint.ask("eth_getProof", [address, some, numberToHex(number)])) as RawProof;
    try {
      const hashOf = hashedOnce();
      const valueAt = (root: Hash, key: Hex, nodes: readonly Hex[]) =>
        root === EMPTY ? undefined : followBranch(root, key, nodes, NAMES, hashOf).value;
      const account = valueAt(stateRoot, keccak256(address), answer.accountProof);
      const [, , storageHash, codeHash] = fromRlp(account ?? "0x", "hex") as [Hex, Hex, Hash, Hash];
      for (const [i, slot] of some.entries()) {
        const value = valueAt(storageHash, keccak256(slot), answer.storageProof[i]?.proof ?? []);
        // A word of 0 is taken out of the tree; some simulators leave it there, without a digit.
        words.set(slot, numberIn(value === undefined ? "0x" : (fromRlp(value, "hex") as Hex)));
      }
      show(some.length);
      return { codeHash };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw contradiction(
        endpoint.where,
        `its proof of the state of ${address} in block ${number} does not hold (${why})`,
      );
    }
  });
  return { codeHash: (accounts[0] as { codeHash: Hash }).codeHash, words };
}

/** The root of a tree in which nothing stands. */
const EMPTY = keccak256("0x80");
const NAMES = { nodes: "node", key: "key" };

/** Hashes each node once: proofs from one tree share those at the top. */
function hashedOnce(): (node: Hex) => Hash {
  const hashes = new Map<Hex, Hash>();
  return (node) => {
    const hash = hashes.get(node) ?? keccak256(node);
    hashes.set(node, hash);
    return hash;
  };
}

function numberIn(field: Hex): bigint {
  return field === "0x" ? 0n : BigInt(field);
}
