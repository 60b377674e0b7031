/**
 * Finds state that is written and never read. Such state means that a check or a payee has been lost: nobody asks any
 * more whether the id is used, nobody pays the treasury.
 *
 * A read is a use in the body of a function or a modifier. `a -= b` is one, since checked arithmetic compares the two;
 * `a = b`, `a += b`, `++a` and `delete a` are none. Neither is a use in an `emit`: saying what a value is decides nothing.
 */
import { type AstNode, childrenOf, nodesOf } from "../../scripts/contract/ast.ts";

/** @returns The names of all state variables and struct members that nothing reads: `Contract.name`, `Struct.name`. */
export function neverRead(units: AstNode[]): string[] {
  const bodies = units.flatMap((unit) =>
    [...nodesOf(unit, "FunctionDefinition"), ...nodesOf(unit, "ModifierDefinition")].map((node) => node.body),
  );
  const read = new Set<unknown>();
  for (const body of bodies) collectReads(body, read);
  return units
    .flatMap((unit) => [...declared(unit)])
    .filter(([id]) => !read.has(id))
    .map(([, name]) => name)
    .sort();
}

function declared(unit: AstNode): Map<unknown, string> {
  const variablesOf = (node: AstNode, list: unknown) =>
    (list as AstNode[])
      .filter((member) => member.nodeType === "VariableDeclaration" && member.mutability !== "constant")
      .map((member) => [member.id, `${String(node.name)}.${String(member.name)}`] as const);
  return new Map([
    ...nodesOf(unit, "ContractDefinition").flatMap((node) => variablesOf(node, node.nodes)),
    ...nodesOf(unit, "StructDefinition").flatMap((node) => variablesOf(node, node.members)),
  ]);
}

function collectReads(value: unknown, read: Set<unknown>): void {
  const node = value as AstNode | null | undefined;
  if (node === null || node === undefined) return;
  switch (node.nodeType) {
    case "EmitStatement":
      return;
    case "Assignment":
      if (node.operator === "-=") collectReads(node.leftHandSide, read);
      else collectReadsOfTarget(node.leftHandSide as AstNode, read);
      collectReads(node.rightHandSide, read);
      return;
    case "UnaryOperation":
      if (node.operator === "++" || node.operator === "delete") {
        collectReadsOfTarget(node.subExpression as AstNode, read);
        return;
      }
      break;
    case "Identifier":
    case "MemberAccess":
      read.add(node.referencedDeclaration);
      break;
  }
  for (const child of childrenOf(node)) collectReads(child, read);
}

/** Of what is assigned to, only the indices are read. */
function collectReadsOfTarget(node: AstNode, read: Set<unknown>): void {
  switch (node.nodeType) {
    case "Identifier":
      return;
    case "MemberAccess":
      collectReadsOfTarget(node.expression as AstNode, read);
      return;
    case "IndexAccess":
      collectReads(node.indexExpression, read);
      collectReadsOfTarget(node.baseExpression as AstNode, read);
      return;
    case "TupleExpression":
      for (const child of childrenOf(node)) collectReadsOfTarget(child, read);
      return;
    default:
      collectReads(node, read);
  }
}
