/**
 * Proves that a receipt is one of a block's: the block's header names the root of a tree of all its receipts, and a branch
 * of that tree shows one of them. Who knows the block's hash needs nobody's word for the rest.
 */
import { fromRlp, type Hash, type Hex, keccak256, numberToHex, toRlp } from "viem";
import { numberField } from "./blocks.ts";

/** As `eth_getBlockReceipts` answers, as far as it is encoded. */
export interface RawReceipt {
  readonly type?: Hex;
  readonly status?: Hex;
  readonly root?: Hex;
  readonly cumulativeGasUsed: Hex;
  readonly logsBloom: Hex;
  readonly logs: readonly { readonly address: Hex; readonly topics: readonly Hex[]; readonly data: Hex }[];
  /** Of deposits from the chain below. */
  readonly depositNonce?: Hex;
  readonly depositReceiptVersion?: Hex;
}

export interface ReceiptProof {
  readonly root: Hash;
  /** The encoded receipt. */
  readonly receipt: Hex;
  /** From the root to the receipt, each node encoded. */
  readonly nodes: readonly Hex[];
}

type Rlp = Hex | readonly Rlp[];
interface Entry {
  readonly path: readonly number[];
  readonly value: Hex;
}

/** EIP-2718: the type's byte before what is encoded, but for the oldest type. */
export function encodeReceipt(receipt: RawReceipt): Hex {
  const { type = "0x0", logs, depositNonce, depositReceiptVersion } = receipt;
  const body: Rlp[] = [
    receipt.status === undefined ? (receipt.root ?? "0x") : numberField(receipt.status),
    numberField(receipt.cumulativeGasUsed),
    receipt.logsBloom,
    logs.map(({ address, topics, data }) => [address, topics, data]),
    ...[depositNonce, depositReceiptVersion].filter((it) => it !== undefined && it !== null).map(numberField),
  ];
  const encoded = encode(body);
  const kind = Number(BigInt(type));
  return kind === 0 ? encoded : `0x${kind.toString(16).padStart(2, "0")}${encoded.slice(2)}`;
}

/** The proof of one of a block's receipts, which are all given in their order. */
export function proveReceipt(receipts: readonly RawReceipt[], index: number): ReceiptProof {
  const entries = receipts.map((receipt, i) => ({ path: pathOf(i), value: encodeReceipt(receipt) }));
  const table = new Map<Hex, Hex>();
  const root = encode(build(entries, 0, table));
  const nodes: Hex[] = [];
  walk(root, pathOf(index), (node) => nodes.push(node), inlineOrIn(table));
  return { root: keccak256(root), receipt: entries[index]?.value ?? "0x", nodes };
}

/** The encoded receipt that `nodes` show at `index` under `root`; undefined if they do not. */
export function provenReceipt(root: Hash, index: number, nodes: readonly Hex[]): Hex | undefined {
  const known = new Map(nodes.map((node) => [keccak256(node), node]));
  const first = known.get(root);
  if (first === undefined) return undefined;
  return walk(first, pathOf(index), () => undefined, inlineOrIn(known));
}

/** Follows a path down. @returns The value at its end. */
function walk(
  first: Hex,
  path: readonly number[],
  onNode: (node: Hex) => void,
  nodeOf: (reference: Rlp) => Hex | undefined,
): Hex | undefined {
  let node: Hex | undefined = first;
  let at = 0;
  while (node !== undefined) {
    onNode(node);
    const parts = fromRlp(node, "hex") as Rlp[];
    if (parts.length === 17) {
      if (at === path.length) return parts[16] as Hex;
      node = nodeOf(parts[path[at] ?? 0] as Rlp);
      at++;
      continue;
    }
    const { nibbles, isLeaf } = readCompact(parts[0] as Hex);
    if (!nibbles.every((nibble, i) => path[at + i] === nibble)) return undefined;
    at += nibbles.length;
    if (isLeaf) return at === path.length ? (parts[1] as Hex) : undefined;
    node = nodeOf(parts[1] as Rlp);
  }
  return undefined;
}

/** A node of fewer than 32 bytes stands in its parent; a longer one is named by its hash. */
function inlineOrIn(known: ReadonlyMap<Hex, Hex>) {
  return (reference: Rlp): Hex | undefined =>
    typeof reference === "string" ? known.get(reference as Hex) : encode(reference);
}

/** @param table Is given every node below by its hash. */
function build(entries: readonly Entry[], depth: number, table: Map<Hex, Hex>): Rlp {
  const [first] = entries;
  if (first === undefined) return "0x";
  if (entries.length === 1) return [compact(first.path.slice(depth), true), first.value];
  let shared = 0;
  while (
    entries.every(
      ({ path }) => path[depth + shared] !== undefined && path[depth + shared] === first.path[depth + shared],
    )
  )
    shared++;
  if (shared > 0) {
    const child = refer(build(entries, depth + shared, table), table);
    return [compact(first.path.slice(depth, depth + shared), false), child];
  }
  const branches = Array.from({ length: 16 }, (_, nibble) => {
    const below = entries.filter(({ path }) => path[depth] === nibble);
    return below.length === 0 ? "0x" : refer(build(below, depth + 1, table), table);
  });
  return [...branches, entries.find(({ path }) => path.length === depth)?.value ?? "0x"];
}

function refer(node: Rlp, table: Map<Hex, Hex>): Rlp {
  const encoded = encode(node);
  if ((encoded.length - 2) / 2 < 32) return node;
  const hash = keccak256(encoded);
  table.set(hash, encoded);
  return hash;
}

/** Where a receipt stands in the tree: the nibbles of its encoded index. */
function pathOf(index: number): number[] {
  return nibblesOf(toRlp(index === 0 ? "0x" : numberField(numberToHex(index))));
}

/** Hex-prefix: a nibble that says whether it is a leaf and whether their number is odd, before the nibbles. */
function compact(nibbles: readonly number[], isLeaf: boolean): Hex {
  const flag = isLeaf ? 2 : 0;
  const head = nibbles.length % 2 === 1 ? [flag + 1] : [flag, 0];
  return `0x${[...head, ...nibbles].map((nibble) => nibble.toString(16)).join("")}`;
}

function readCompact(key: Hex): { nibbles: number[]; isLeaf: boolean } {
  const [flag = 0, ...rest] = nibblesOf(key);
  return { nibbles: flag % 2 === 1 ? rest : rest.slice(1), isLeaf: flag >= 2 };
}

function nibblesOf(bytes: Hex): number[] {
  return [...bytes.slice(2)].map((digit) => Number.parseInt(digit, 16));
}

function encode(node: Rlp): Hex {
  return toRlp(node as Hex);
}
