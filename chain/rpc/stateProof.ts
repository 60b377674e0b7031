/** Reads an account's code hash and storage with proofs, and holds them against the state root of a block's header. */
import { type Address, fromRlp, type Hash, type Hex, numberToHex } from "viem";
import type { Block } from "./blocks.ts";
import type { Endpoint } from "./endpoint.ts";
import { keccak256 } from "./keccak.ts";
import { contradiction } from "./problems.ts";
import type { Rlp } from "./rlp.ts";

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
      const nodes = new Nodes();
      const account = nodes.valueAt(stateRoot, keccak256(address), answer.accountProof);
      const [, , storageHash, codeHash] = fromRlp(account ?? "0x", "hex") as [Hex, Hex, Hash, Hash];
      for (const [i, slot] of some.entries()) {
        const value = nodes.valueAt(storageHash, keccak256(slot), answer.storageProof[i]?.proof ?? []);
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

/** Nodes of trees, each hashed once: proofs from one tree share those at the top. */
class Nodes {
  readonly #hashes = new Map<Hex, Hash>();

  /** @returns undefined if the nodes show that nothing stands there. @throws if they show neither. */
  valueAt(root: Hash, key: Hex, proof: readonly Hex[]): Hex | undefined {
    if (root === EMPTY) return undefined;
    const path = key.slice(2);
    const known = new Map(proof.map((node) => [this.#hashOf(node), node]));
    let reference: Rlp = root;
    let at = 0;
    for (;;) {
      if (reference === "0x") return undefined;
      const node: readonly Rlp[] = typeof reference === "string" ? decoded(known.get(reference)) : reference;
      if (node.length === 17) {
        reference = node[Number.parseInt(path.charAt(at), 16)] as Rlp;
        at++;
        continue;
      }
      const { nibbles, isLeaf } = readCompact(node[0] as Hex);
      // Another way begins here: nothing stands on ours.
      if (!path.startsWith(nibbles, at)) return undefined;
      at += nibbles.length;
      if (isLeaf) return at === path.length ? (node[1] as Hex) : undefined;
      reference = node[1] as Rlp;
    }
  }

  #hashOf(node: Hex): Hash {
    const known = this.#hashes.get(node);
    if (known !== undefined) return known;
    const hash = keccak256(node);
    this.#hashes.set(node, hash);
    return hash;
  }
}

/** The root of a tree in which nothing stands. */
const EMPTY = keccak256("0x80");

function decoded(node: Hex | undefined): readonly Rlp[] {
  const list = node === undefined ? undefined : fromRlp(node, "hex");
  if (Array.isArray(list) && (list.length === 17 || list.length === 2)) return list;
  throw new Error(node === undefined ? "a node is missing" : "a node is none");
}

/** Hex-prefix: before the nibbles one that says whether it is a leaf, and whether their number is odd. */
function readCompact(key: Hex): { nibbles: string; isLeaf: boolean } {
  const flag = Number.parseInt(key.charAt(2), 16);
  return { nibbles: key.slice(flag % 2 === 1 ? 3 : 4), isLeaf: flag >= 2 };
}

function numberIn(field: Hex): bigint {
  return field === "0x" ? 0n : BigInt(field);
}
