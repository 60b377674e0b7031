/** Walks solc's syntax tree. */

/** A node. What a kind of node holds besides is in solc's documentation. */
export interface AstNode {
  id: number;
  nodeType: string;
  /** Where it is in its source: `start:length:file`. */
  src: string;
  [property: string]: unknown;
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === "object" && value !== null && typeof (value as AstNode).nodeType === "string";
}

/** The nodes directly below one, in the order of the tree. */
export function childrenOf(node: AstNode): AstNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

/** A node and all below it; of one kind, if a kind is named. */
export function nodesOf(node: AstNode | undefined, nodeType?: string): AstNode[] {
  if (node === undefined) return [];
  const below = childrenOf(node).flatMap((child) => nodesOf(child, nodeType));
  return nodeType === undefined || node.nodeType === nodeType ? [node, ...below] : below;
}

/** Where a node stands in its source. solc counts bytes of UTF-8. */
export function rangeOf({ src }: AstNode): [start: number, end: number] {
  const [start = 0, length = 0] = src.split(":").map(Number);
  return [start, start + length];
}

/** The part of its source that a node stands for. */
export function textOf(node: AstNode, source: string): string {
  return Buffer.from(source).toString("utf8", ...rangeOf(node));
}

/** The line, counted from 1, on which a node begins. */
export function lineOf(node: AstNode, source: string): number {
  return Buffer.from(source).toString("utf8", 0, rangeOf(node)[0]).split("\n").length;
}
