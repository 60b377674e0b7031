/** Follows a branch of a Merkle-Patricia tree from its root, which is known, to one value, which then is known too. */
import { fromRlp, type Hex, keccak256, toRlp } from "viem";
import { ReceiptAlteredError } from "./altered.ts";

/** What RLP encodes: bytes, or a list. */
export type Rlp = Hex | readonly Rlp[];

/** What messages call the nodes, and what the key comes from. */
export interface TrieNames {
  nodes: string;
  key: string;
}

/**
 * The value at `key` in the tree whose root is `root`.
 *
 * @param key As the tree has it: of receipts and transactions {@link indexKey}, of accounts keccak256 of the address.
 * @param nodes The branch, each node encoded, from the root down; not one more than the way needs.
 * @throws {ReceiptAlteredError} The nodes do not lead there.
 */
export function provenValue(root: Hex, key: Hex, nodes: readonly Hex[], names: TrieNames): Hex {
  const { value, used, end } = followBranch(root, key, nodes, names);
  if (value === undefined) throw new ReceiptAlteredError(names.key, end);
  if (used < nodes.length) throw new ReceiptAlteredError(`${names.nodes}[${used}]`, "is not part of the way");
  return value;
}

export interface Followed {
  /** Undefined: the nodes show that nothing stands there. */
  value: Hex | undefined;
  /** How many of the nodes the way needs. */
  used: number;
  /** How it ends where it leads to nothing. */
  end: string;
}

/**
 * Goes where the nodes lead: to a value, or to the place at which the tree shows that there is none.
 *
 * @param hashOf For whoever has a faster keccak256 than viem's.
 * @throws {ReceiptAlteredError} They lead to neither.
 */
export function followBranch(
  root: Hex,
  key: Hex,
  nodes: readonly Hex[],
  names: TrieNames,
  hashOf: (node: Hex) => Hex = keccak256,
): Followed {
  const path = nibblesOf(key);
  let at = 0;
  let reference: Rlp = root;
  let used = 0;
  /** The hashes that the node above names: the way may lead past all but one of them. */
  let beside: readonly Rlp[] = [];
  const found = (value: Rlp | undefined): Followed => {
    const isThere = typeof value === "string" && value !== "0x";
    return { value: isThere ? value : undefined, used, end: "nothing stands there in the block" };
  };
  const elsewhere = (): Followed => ({ value: undefined, used, end: "the nodes lead elsewhere" });
  for (;;) {
    let node: readonly Rlp[];
    if (reference === "0x" && used > 0) return nodes[used] === undefined ? found(undefined) : elsewhere();
    if (typeof reference === "string") {
      const encoded = nodes[used];
      const place = `${names.nodes}[${used}]`;
      if (encoded === undefined) throw new ReceiptAlteredError(place, "is missing");
      const hash = hashOf(encoded);
      if (hash !== reference) {
        if (beside.some((one) => one === hash)) throw new ReceiptAlteredError(names.key, elsewhere().end);
        throw new ReceiptAlteredError(place, `its hash is ${hash}, not ${reference}`);
      }
      node = listOf(encoded, place);
      used++;
    } else node = reference;

    if (node.length === 17) {
      beside = node;
      const nibble = path[at];
      if (nibble === undefined) return found(node[16]);
      reference = node[nibble] as Rlp;
      at++;
    } else if (node.length === 2) {
      const { nibbles, isLeaf } = readCompact(node[0] as Hex);
      if (nibbles.some((nibble, i) => path[at + i] !== nibble)) return elsewhere();
      at += nibbles.length;
      beside = [];
      if (isLeaf) return at === path.length ? found(node[1]) : elsewhere();
      reference = node[1] as Rlp;
    } else throw new ReceiptAlteredError(`${names.nodes}[${used - 1}]`, "is no node of a tree");
  }
}

/** Where the transaction with this index, or its receipt, stands in the block's tree. */
export function indexKey(index: number): Hex {
  return toRlp(numberField(index));
}

/** A number as RLP has it: without leading zeros, and 0 without a digit. */
export function numberField(value: bigint | number | string): Hex {
  const digits = BigInt(value).toString(16);
  return digits === "0" ? "0x" : `0x${digits.length % 2 === 0 ? "" : "0"}${digits}`;
}

/** Hex-prefix: before the nibbles one that says whether it is a leaf, and whether their number is odd. */
function readCompact(key: Hex): { nibbles: number[]; isLeaf: boolean } {
  const [flag = 0, ...rest] = nibblesOf(key);
  return { nibbles: flag % 2 === 1 ? rest : rest.slice(1), isLeaf: flag >= 2 };
}

export function nibblesOf(bytes: Hex): number[] {
  return [...bytes.slice(2)].map((digit) => Number.parseInt(digit, 16));
}

/** @throws {ReceiptAlteredError} It is no encoded list. */
export function listOf(encoded: Hex, place: string): readonly Rlp[] {
  let decoded: unknown;
  try {
    decoded = fromRlp(encoded, "hex");
  } catch {
    // Told below, as bytes are that hold no list.
  }
  if (!Array.isArray(decoded)) throw new ReceiptAlteredError(place, "is no encoded list");
  return decoded;
}
