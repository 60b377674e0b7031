/** Makes mutants: small changes to the contracts' text, each of which a test should notice. */
import { type AstNode, rangeOf } from "../../contract/ast.ts";
import { fingerprint } from "../fingerprint.ts";
import { child, children, isDeclaration, nameOf, reachedFrom, type Source, string, Text, typeOf, walk } from "./ast.ts";

/** What is done to the text, by the name that ids and reports use. */
export const KINDS = {
  condition: "a condition always or never holds; that of a require is negated",
  comparison: "a comparison takes in or leaves out the edge, or is turned round",
  logic: "&& and || change places, or one side is dropped",
  operator: "an operator changes: + and -, * and /, & and |, << and >>, and what is assigned with them",
  constant: "a number is one more or one less, a text is empty, a truth is false",
  statement: "a statement, an event, a return or a first value is dropped",
  require: "a require is dropped",
  modifier: "a modifier is dropped",
  unwrap: "a call is replaced by its argument",
  arguments: "two neighbouring arguments of one type change places",
  sender: "msg.sender and another address change places",
} as const;

export type Kind = keyof typeof KINDS;

export interface Mutant {
  /** The same as long as the function, the text around the change and the change are the same. */
  id: string;
  kind: Kind;
  file: string;
  line: number;
  /** The function, modifier or state variable that is changed. */
  scope: string;
  /** The functions that anybody can call and through which the change is reached. */
  reachedFrom: string[];
  /** What is replaced, in bytes. */
  start: number;
  end: number;
  original: string;
  replacement: string;
}

/** The text of `source` with the mutant in it. */
export function mutate({ text }: Pick<Source, "text">, { start, end, replacement }: Mutant): string {
  return new Text(text).replaced(start, end, replacement);
}

/** All mutants of these files; what several kinds would change in the same way is there once. */
export function generate(sources: readonly Source[]): Mutant[] {
  const reached = reachedFrom(sources);
  return sources.flatMap((source) => {
    const text = new Text(source.text);
    const mutants = new Map<string, Mutant>();
    const used = new Map<string, number>();
    for (const [node, above] of walk(source.ast)) {
      const declaration = [...above, node].find(isDeclaration);
      if (declaration === undefined) continue;
      for (const { kind, start, end, replacement } of changesOf(node, above, text)) {
        const place = `${start}:${end}:${replacement}`;
        const original = text.slice(start, end);
        if (original === replacement || mutants.has(place)) continue;
        const scope = nameOf(declaration);
        const [from, to] = rangeOf(phraseOf(node, above));
        const parts = [source.file, scope, kind, text.slice(from, to), start - from, original, replacement];
        const hash = fingerprint(parts).slice(0, 8);
        // The same change to the same words twice in one function: told apart by their order.
        const count = (used.get(hash) ?? 0) + 1;
        used.set(hash, count);
        mutants.set(place, {
          id: `${scope}.${kind}.${hash}${count === 1 ? "" : `.${count}`}`,
          kind,
          file: source.file,
          line: text.lineAt(start),
          scope,
          reachedFrom: reached.get(declaration.id) ?? [],
          start,
          end,
          original,
          replacement,
        });
      }
    }
    return [...mutants.values()];
  });
}

interface Change {
  kind: Kind;
  start: number;
  end: number;
  replacement: string;
}

/** Operators that change places. */
const PAIRS: [Kind, string, string][] = [
  ["comparison", "<", "<="],
  ["comparison", ">", ">="],
  ["comparison", "==", "!="],
  ["logic", "&&", "||"],
  ["operator", "+", "-"],
  ["operator", "*", "/"],
  ["operator", "&", "|"],
  ["operator", "<<", ">>"],
];

/** What becomes of an operator. */
const SWAPPED: Record<string, [Kind, ...string[]]> = {
  ...Object.fromEntries(
    PAIRS.flatMap(([kind, a, b]) => [
      [a, [kind, b]],
      [b, [kind, a]],
    ]),
  ),
  "+=": ["operator", "-=", "="],
  "-=": ["operator", "+=", "="],
  "|=": ["operator", "="],
};

/** The changes that concern exactly this node. */
function* changesOf(node: AstNode, above: readonly AstNode[], text: Text): Generator<Change> {
  function change(kind: Kind, at: AstNode | [number, number], replacement: string): Change {
    const [start, end] = Array.isArray(at) ? at : rangeOf(at);
    return { kind, start, end, replacement };
  }
  const parent = above.at(-1);

  switch (node.nodeType) {
    case "IfStatement":
    case "Conditional": {
      const condition = child(node, "condition");
      if (condition === undefined) return;
      // Not its negation: tests that notice both of these notice that too.
      yield change("condition", condition, "true");
      yield change("condition", condition, "false");
      return;
    }

    case "ForStatement": {
      const condition = child(node, "condition");
      if (condition !== undefined) yield change("condition", condition, "false");
      return;
    }

    case "BinaryOperation":
    case "Assignment": {
      const isBinary = node.nodeType === "BinaryOperation";
      const left = child(node, isBinary ? "leftExpression" : "leftHandSide");
      const right = child(node, isBinary ? "rightExpression" : "rightHandSide");
      const operator = string(node, "operator");
      // As with conditions: always and never holding are there already.
      if (isEquality(node) && parent !== undefined && isBranchOn(parent, node)) return;
      const [kind, ...others] = SWAPPED[operator] ?? [];
      if (left === undefined || right === undefined || kind === undefined) return;
      const [, from] = rangeOf(left);
      const [to] = rangeOf(right);
      const start = from + Buffer.byteLength(text.slice(from, to).split(operator)[0] ?? "");
      for (const other of others) yield change(kind, [start, start + operator.length], other);
      if (kind === "logic") for (const side of [left, right]) yield change(kind, node, text.of(side));
      return;
    }

    case "UnaryOperation": {
      const operator = string(node, "operator");
      const [start] = rangeOf(node);
      if (operator === "++" && node.prefix === true) yield change("operator", [start, start + 2], "--");
      return;
    }

    case "Literal": {
      const value = text.of(node);
      if (node.kind === "bool") yield change("constant", node, value === "true" ? "false" : "true");
      if (node.kind === "string" && value !== '""') yield change("constant", node, '""');
      if (node.kind !== "number") return;
      const isPlain = /^[0-9_]+$/.test(value);
      const number = isPlain ? BigInt(value.replaceAll("_", "")) : undefined;
      yield change("constant", node, number === undefined ? `(${value} + 1)` : `${number + 1n}`);
      if (number !== 0n) yield change("constant", node, number === undefined ? `(${value} - 1)` : `${number - 1n}`);
      return;
    }

    case "ExpressionStatement":
    case "EmitStatement":
    case "Return":
    case "Continue":
    case "TryStatement": {
      // All that an `if` does: dropped when its condition never holds.
      if (parent?.nodeType === "IfStatement") return;
      const isStep = parent?.nodeType === "ForStatement" && child(parent, "loopExpression") === node;
      const kind = isCallOf(child(node, "expression"), "require") ? "require" : "statement";
      yield change(kind, isStep ? node : withSemicolon(node, text), isStep ? "" : "{}");
      return;
    }

    case "VariableDeclarationStatement": {
      const [variable, ...more] = node.declarations as (AstNode | null)[];
      const value = child(node, "initialValue");
      if (!variable || more.length > 0 || value === undefined || value.nodeType === "Literal") return;
      // A pointer cannot do without.
      if (variable.storageLocation !== "default") return;
      yield change("statement", [rangeOf(variable)[1], rangeOf(value)[1]], "");
      return;
    }

    case "ModifierInvocation":
      if (node.kind === "modifierInvocation") yield change("modifier", node, "");
      return;

    case "FunctionCall": {
      const [first, ...rest] = children(node, "arguments");
      if (first === undefined) return;
      if (isCallOf(node, "require") && !isEquality(first)) {
        yield change("condition", first, `!(${text.of(first)})`);
      }
      if (node.kind !== "functionCall") return;
      const isOfOneType = typeOf(first) === typeOf(node) && !isCallOf(node, "type");
      if (rest.length === 0 && isOfOneType) yield change("unwrap", node, text.of(first));
      let previous = first;
      for (const next of rest) {
        if (typeOf(previous) === typeOf(next) && text.of(previous) !== text.of(next)) {
          const between = text.slice(rangeOf(previous)[1], rangeOf(next)[0]);
          const range: [number, number] = [rangeOf(previous)[0], rangeOf(next)[1]];
          yield change("arguments", range, text.of(next) + between + text.of(previous));
        }
        previous = next;
      }
      return;
    }

    case "Identifier":
      if (typeOf(node) !== "address" || node.lValueRequested === true || isPure(above)) return;
      // Where it is written, not read.
      if (parent?.nodeType === "Assignment" && child(parent, "leftHandSide") === node) return;
      yield change("sender", node, "msg.sender");
      return;

    case "MemberAccess":
      if (text.of(node) === "msg.sender") yield change("sender", node, addressIn(above) ?? "address(this)");
      return;
  }
}

function isEquality(node: AstNode): boolean {
  return node.nodeType === "BinaryOperation" && ["==", "!="].includes(string(node, "operator"));
}

function isBranchOn(node: AstNode, condition: AstNode): boolean {
  return ["IfStatement", "Conditional"].includes(node.nodeType) && child(node, "condition") === condition;
}

function isCallOf(node: AstNode | undefined, name: string): boolean {
  const called = node?.nodeType === "FunctionCall" ? child(node, "expression") : undefined;
  return called?.nodeType === "Identifier" && string(called, "name") === name;
}

function isPure(above: readonly AstNode[]): boolean {
  return above.some((node) => node.nodeType === "FunctionDefinition" && node.stateMutability === "pure");
}

/** The first parameter that is an address. */
function addressIn(above: readonly AstNode[]): string | undefined {
  const parameters = above.find(({ nodeType }) => nodeType === "FunctionDefinition")?.parameters as AstNode | undefined;
  const all = parameters === undefined ? [] : children(parameters, "parameters");
  const found = all.find((parameter) => typeOf(parameter) === "address");
  return found === undefined ? undefined : string(found, "name");
}

/** solc's ranges of statements end before the semicolon, if there is one. */
function withSemicolon(node: AstNode, text: Text): [number, number] {
  const [start, end] = rangeOf(node);
  return [start, text.slice(end, end + 1) === ";" ? end + 1 : end];
}

/** The simple statement, or the condition of a compound one, that a node is part of. */
function phraseOf(node: AstNode, above: readonly AstNode[]): AstNode {
  const compound = new Set([
    "Block",
    "UncheckedBlock",
    "IfStatement",
    "ForStatement",
    "TryStatement",
    "TryCatchClause",
    "FunctionDefinition",
    "ModifierDefinition",
    "ContractDefinition",
  ]);
  const chain = [...above, node];
  const last = chain.findLastIndex(({ nodeType }) => compound.has(nodeType));
  // A compound statement is known by its first part, so that a change inside leaves it as it is.
  if (last === chain.length - 1) return child(node, "condition") ?? node;
  return chain[last + 1] ?? node;
}
