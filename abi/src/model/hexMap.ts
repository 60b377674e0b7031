/** Maps hex strings without ever changing: `set` returns another map, which shares all but a few nodes with the first. */

interface Leaf<V> {
  readonly key: string;
  readonly value: V;
}
/** By the next digit of the key, from its end, where the keys of a map differ most. */
type Branch<V> = readonly (Node<V> | undefined)[];
type Node<V> = Leaf<V> | Branch<V>;

const isBranch = <V>(node: Node<V>): node is Branch<V> => Array.isArray(node);

/**
 * From hex strings, all of one length, to values. A copy of a `Map` for each call would make a replay of n sessions cost
 * n²; here a call costs what it touches.
 */
export class HexMap<V> {
  readonly #root: Node<V> | undefined;

  constructor(root?: Node<V>) {
    this.#root = root;
  }

  get(key: string): V | undefined {
    const wanted = key.toLowerCase();
    let node = this.#root;
    for (let depth = 0; node !== undefined && isBranch(node); depth++) node = node[digit(wanted, depth)];
    return node?.key === wanted ? node.value : undefined;
  }

  set(key: string, value: V): HexMap<V> {
    return new HexMap(insert(this.#root, { key: key.toLowerCase(), value }, 0));
  }

  /** Keys in lower case, in no particular order. */
  *entries(): Generator<readonly [key: string, value: V]> {
    yield* leaves(this.#root);
  }
}

function digit(key: string, depth: number): number {
  const index = key.length - 1 - depth;
  // Past "0x" two different keys could only be of different lengths.
  if (index < 2) throw new RangeError(`HexMap: ${key} is not as long as the other keys`);
  return Number.parseInt(key.charAt(index), 16);
}

function insert<V>(node: Node<V> | undefined, leaf: Leaf<V>, depth: number): Node<V> {
  if (node === undefined) return leaf;
  const children: (Node<V> | undefined)[] = [];
  if (isBranch(node)) {
    children.push(...node);
  } else {
    if (node.key === leaf.key) return leaf;
    children.push(...Array.from({ length: 16 }, () => undefined));
    children[digit(node.key, depth)] = node;
  }
  const at = digit(leaf.key, depth);
  children[at] = insert(children[at], leaf, depth + 1);
  return children;
}

function* leaves<V>(node: Node<V> | undefined): Generator<readonly [string, V]> {
  if (node === undefined) return;
  if (isBranch(node)) for (const child of node) yield* leaves(child);
  else yield [node.key, node.value];
}
