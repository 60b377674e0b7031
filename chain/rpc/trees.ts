/**
 * Builds the tree in which a block keeps its receipts, or its transactions, by their index. The header names its root; a
 * branch of it shows one of them to whoever knows the header.
 */
import { indexKey } from "@luxxon/contracts-abi/receipt";
import type { Hash, Hex } from "viem";
import { keccak256 } from "./keccak.ts";
import { type Rlp, toRlp } from "./rlp.ts";

export interface Branch {
  readonly root: Hash;
  /** From the root to the value, each node encoded. */
  readonly nodes: readonly Hex[];
}

interface Entry {
  readonly path: readonly number[];
  readonly value: Hex;
}

/** The branch of one of a block's values, which are all given in their order. */
export function branchOf(values: readonly Hex[], index: number): Branch {
  const entries = values.map((value, i) => ({ path: nibblesOf(indexKey(i)), value }));
  const nodes: Hex[] = [];
  const root = encode(build(entries, 0, nibblesOf(indexKey(index)), nodes));
  return { root: keccak256(root), nodes: [root, ...nodes] };
}

/**
 * @param wanted The path whose nodes are asked for, or undefined beside it.
 * @param nodes Is given those below this one that stand on their own, from the top down.
 */
function build(entries: readonly Entry[], depth: number, wanted: readonly number[] | undefined, nodes: Hex[]): Rlp {
  const [first] = entries;
  if (first === undefined) return "0x";
  if (entries.length === 1) return [compact(first.path.slice(depth), true), first.value];
  const refer = (below: readonly Entry[], at: number, isOnTheWay: boolean): Rlp => {
    const deeper: Hex[] = [];
    const node = build(below, at, isOnTheWay ? wanted : undefined, deeper);
    const encoded = encode(node);
    // A node of fewer than 32 bytes stands in its parent; a longer one is named by its hash.
    const isInline = (encoded.length - 2) / 2 < 32;
    if (isOnTheWay) nodes.push(...(isInline ? [] : [encoded]), ...deeper);
    return isInline ? node : keccak256(encoded);
  };
  const nibble = first.path[depth];
  if (nibble !== undefined && entries.every(({ path }) => path[depth] === nibble)) {
    let shared = 1;
    while (entries.every(({ path }) => path[depth + shared] === first.path[depth + shared])) shared++;
    return [
      compact(first.path.slice(depth, depth + shared), false),
      refer(entries, depth + shared, wanted !== undefined),
    ];
  }
  const branches = Array.from({ length: 16 }, (_, next) => {
    const below = entries.filter(({ path }) => path[depth] === next);
    return below.length === 0 ? "0x" : refer(below, depth + 1, wanted?.[depth] === next);
  });
  return [...branches, entries.find(({ path }) => path.length === depth)?.value ?? "0x"];
}

/** Hex-prefix: before the nibbles one that says whether it is a leaf, and whether their number is odd. */
function compact(nibbles: readonly number[], isLeaf: boolean): Hex {
  const flag = isLeaf ? 2 : 0;
  const head = nibbles.length % 2 === 1 ? [flag + 1] : [flag, 0];
  return `0x${[...head, ...nibbles].map((nibble) => nibble.toString(16)).join("")}`;
}

function nibblesOf(bytes: Hex): number[] {
  return [...bytes.slice(2)].map((digit) => Number.parseInt(digit, 16));
}

function encode(node: Rlp): Hex {
  return toRlp(node as Hex);
}
