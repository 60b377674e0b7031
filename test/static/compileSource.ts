/** Compiles a contract that stands in a test, to show that a rule sees what it shall see. */
import solc from "solc";
import type { AstNode } from "../../scripts/contract/ast.ts";

/** @returns The syntax tree of `source`, which imports nothing. */
export function astOf(source: string): AstNode {
  const settings = { outputSelection: { "*": { "": ["ast"] } } };
  const input = { language: "Solidity", sources: { "Test.sol": { content: source } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as {
    errors?: { severity: string; formattedMessage: string }[];
    sources: Record<string, { ast: AstNode }>;
  };
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  const ast = output.sources["Test.sol"]?.ast;
  if (errors.length > 0 || ast === undefined) throw new Error(errors.map((one) => one.formattedMessage).join("\n"));
  return ast;
}
