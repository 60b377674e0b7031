/** Finds what contracts/ must not hold, and where a reason is missing that it must give. */
import { type AstNode, lineOf, nodesOf, textOf } from "../../scripts/contract/ast.ts";

/** Members that are refused on a value of these types. */
const REFUSED_MEMBERS = [
  { member: "origin", of: /^t_magic_transaction$/, name: "tx.origin" },
  // Base makes five blocks a second that share one timestamp.
  { member: "number", of: /^t_magic_block$/, name: "block.number" },
  { member: "delegatecall", of: /^t_address/, name: "delegatecall" },
];

/** Every use of assembly, delegatecall, selfdestruct, tx.origin and block.number: the line, and what it is. */
export function refusedIdioms(unit: AstNode, source: string): string[] {
  const idiom = (node: AstNode) => {
    if (node.nodeType === "InlineAssembly") return "assembly";
    if (node.nodeType === "Identifier") return node.name === "selfdestruct" ? "selfdestruct" : undefined;
    if (node.nodeType !== "MemberAccess") return undefined;
    const of = (node.expression as AstNode).typeDescriptions as { typeIdentifier?: string };
    const found = REFUSED_MEMBERS.find((one) => one.member === node.memberName && one.of.test(of.typeIdentifier ?? ""));
    return found?.name;
  };
  return nodesOf(unit).flatMap((node) => {
    const found = idiom(node);
    return found === undefined ? [] : [`${lineOf(node, source)}: ${found}`];
  });
}

/** The lines of `unchecked` blocks that do not say why they cannot overflow: in them, or on the line before. */
export function uncheckedWithoutReason(unit: AstNode, source: string): number[] {
  const lines = source.split("\n");
  return nodesOf(unit, "UncheckedBlock")
    .filter((node) => {
      const before = lines[lineOf(node, source) - 2]?.trim() ?? "";
      return !before.startsWith("//") && !/\/\/ *\w/.test(textOf(node, source));
    })
    .map((node) => lineOf(node, source));
}

/** The events or errors that a source declares and that no other node refers to. */
export function unused(kind: "EventDefinition" | "ErrorDefinition", declaring: AstNode, using: AstNode[]): string[] {
  const used = new Set(using.flatMap((unit) => nodesOf(unit)).map((node) => node.referencedDeclaration));
  return nodesOf(declaring, kind).flatMap((node) => (used.has(node.id) ? [] : [String(node.name)]));
}
