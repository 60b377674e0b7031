/** Reads from solc's syntax tree what mutants need besides: what stands above a node, and who refers to whom. */
import { type AstNode, childrenOf, isNode, nodesOf, rangeOf } from "../../contract/ast.ts";

/** A Solidity file with its tree. */
export interface Source {
  /** As the project names it: `contracts/LuxxonSettlement.sol`. */
  file: string;
  text: string;
  ast: AstNode;
}

export function child(node: AstNode, property: string): AstNode | undefined {
  const value = node[property];
  return isNode(value) ? value : undefined;
}

export function children(node: AstNode, property: string): AstNode[] {
  const value = node[property];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function string(node: AstNode, property: string): string {
  const value = node[property];
  return typeof value === "string" ? value : "";
}

/** The type that the compiler found, as it writes it: `uint256`, `address`, `int_const 0`. */
export function typeOf(node: AstNode): string {
  const descriptions = node.typeDescriptions as { typeString?: string | null } | undefined;
  return descriptions?.typeString ?? "";
}

/** Every node below `node`, itself first, each with the nodes above it, the nearest last. */
export function* walk(node: AstNode, above: readonly AstNode[] = []): Generator<[AstNode, readonly AstNode[]]> {
  yield [node, above];
  for (const below of childrenOf(node)) yield* walk(below, [...above, node]);
}

/** A file's text, addressed by the bytes that solc counts. */
export class Text {
  readonly #bytes: Buffer;

  constructor(text: string) {
    this.#bytes = Buffer.from(text);
  }

  slice(start: number, end: number): string {
    return this.#bytes.toString("utf8", start, end);
  }

  of(node: AstNode): string {
    return this.slice(...rangeOf(node));
  }

  lineAt(position: number): number {
    return this.slice(0, position).split("\n").length;
  }

  replaced(start: number, end: number, replacement: string): string {
    return this.slice(0, start) + replacement + this.slice(end, this.#bytes.length);
  }
}

/** What a mutant is part of: a function, a modifier or a state variable. */
export function isDeclaration(node: AstNode): boolean {
  return (
    node.nodeType === "FunctionDefinition" ||
    node.nodeType === "ModifierDefinition" ||
    (node.nodeType === "VariableDeclaration" && node.stateVariable === true)
  );
}

export function nameOf(declaration: AstNode): string {
  return declaration.kind === "constructor" ? "constructor" : string(declaration, "name");
}

/** For every declaration, by its id: the names of the functions that anybody can call and through which it is reached. */
export function reachedFrom(sources: readonly Source[]): Map<number, string[]> {
  const declarations = sources.flatMap(({ ast }) => nodesOf(ast).filter(isDeclaration));
  const ids = new Set(declarations.map(({ id }) => id));
  const references = new Map(
    declarations.map((declaration) => {
      const to = nodesOf(declaration).map(({ referencedDeclaration }) => referencedDeclaration as number);
      return [declaration.id, new Set(to.filter((id) => ids.has(id)))];
    }),
  );
  const reached = new Map<number, string[]>();
  for (const declaration of declarations) {
    const isEntry = ["external", "public"].includes(string(declaration, "visibility"));
    if (!isEntry && declaration.kind !== "constructor") continue;
    const seen = new Set<number>();
    const next = [declaration.id];
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      next.push(...(references.get(id) ?? []));
      reached.set(id, [...(reached.get(id) ?? []), nameOf(declaration)]);
    }
  }
  return reached;
}
