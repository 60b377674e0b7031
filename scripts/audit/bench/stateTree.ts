/** Builds the tree in which a chain keeps its state, or an account its storage, and shows branches of it as proofs. */
import { keccak256 } from "@luxxon/chain/rpc/keccak";
import { type Rlp, toRlp } from "@luxxon/chain/rpc/rlp";
import type { Hash, Hex } from "viem";

interface Leaf {
  /** keccak256 of the key, without 0x. */
  readonly path: string;
  readonly value: Hex;
}

/** Of fewer bytes a node stands in its parent; a longer one is named by its hash. */
const SHORTEST_NAMED = 32;

export class StateTree {
  readonly root: Hash;
  readonly #nodes = new Map<Hash, { readonly encoded: Hex; readonly node: readonly Rlp[] }>();

  /** @param entries Values as they stand in the tree, by their keys. */
  constructor(entries: Iterable<readonly [key: Hex, value: Hex]>) {
    const leaves = [...entries].map(([key, value]): Leaf => ({ path: keccak256(key).slice(2), value }));
    leaves.sort((one, other) => (one.path < other.path ? -1 : 1));
    const top = this.#build(leaves, 0);
    this.root = keccak256(toRlp(top));
    this.#nodes.set(this.root, { encoded: toRlp(top), node: top as readonly Rlp[] });
  }

  /** The nodes from the root towards a key: to its value, or to where it would be. */
  proofOf(key: Hex): Hex[] {
    const path = keccak256(key).slice(2);
    const proof: Hex[] = [];
    let at = 0;
    for (let reference: Rlp = this.root; reference !== "0x"; ) {
      const known = typeof reference === "string" ? this.#nodes.get(reference as Hash) : undefined;
      if (known !== undefined) proof.push(known.encoded);
      const node = known?.node ?? (reference as readonly Rlp[]);
      if (node.length === 17) {
        reference = node[Number.parseInt(path.charAt(at++), 16)] as Rlp;
        continue;
      }
      const [head, below] = node as [Hex, Rlp];
      const flag = Number.parseInt(head.charAt(2), 16);
      const shared = head.slice(flag % 2 === 1 ? 3 : 4);
      if (flag >= 2 || !path.startsWith(shared, at)) break;
      at += shared.length;
      reference = below;
    }
    return proof;
  }

  /** @param leaves In order, all alike in their first `depth` digits. */
  #build(leaves: readonly Leaf[], depth: number): Rlp {
    const [first, last] = [leaves[0], leaves.at(-1)];
    if (first === undefined || last === undefined) return "0x";
    if (first === last) return [compact(first.path.slice(depth), true), first.value];
    let shared = depth;
    while (first.path[shared] === last.path[shared]) shared++;
    if (shared > depth) return [compact(first.path.slice(depth, shared), false), this.#refer(leaves, shared)];
    const branches: Rlp[] = [];
    let from = 0;
    for (let digit = 0; digit < 16; digit++) {
      let to = from;
      while (Number.parseInt(leaves[to]?.path[depth] ?? "", 16) === digit) to++;
      branches.push(from === to ? "0x" : this.#refer(leaves.slice(from, to), depth + 1));
      from = to;
    }
    return [...branches, "0x"];
  }

  #refer(leaves: readonly Leaf[], depth: number): Rlp {
    const node = this.#build(leaves, depth) as readonly Rlp[];
    const encoded = toRlp(node);
    if (encoded.length / 2 - 1 < SHORTEST_NAMED) return node;
    const hash = keccak256(encoded);
    this.#nodes.set(hash, { encoded, node });
    return hash;
  }
}

/** Hex-prefix: before the nibbles one that says whether it is a leaf, and whether their number is odd. */
function compact(nibbles: string, isLeaf: boolean): Hex {
  const flag = isLeaf ? 2 : 0;
  return nibbles.length % 2 === 1 ? `0x${flag + 1}${nibbles}` : `0x${flag}0${nibbles}`;
}
