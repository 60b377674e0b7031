/** Asks npm's solc, in memory. */
import solc from "solc";
import type { AstNode } from "../contract/ast.ts";

export interface CompilerInput {
  sources: Record<string, { content: string }>;
  settings: object;
}

export interface Message {
  severity: "error" | "warning" | "info";
  errorCode?: string;
  message: string;
  formattedMessage: string;
  sourceLocation?: { file: string; start: number };
  secondarySourceLocations?: { message: string }[];
}

/** Only what is used here. */
export interface CompilerOutput {
  errors?: Message[];
  sources?: Record<string, { ast: AstNode }>;
  contracts?: Record<string, Record<string, { evm: Record<"bytecode" | "deployedBytecode", { object: string }> }>>;
}

type Callback = (asked: string) => { contents: string } | { error: string };

export function compile(
  input: CompilerInput,
  callbacks: { import?: Callback; smtSolver?: Callback } = {},
): CompilerOutput {
  return JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", ...input }), callbacks)) as CompilerOutput;
}

/** What keeps the sources from compiling, in the compiler's words. */
export function errorIn({ errors }: CompilerOutput): string | undefined {
  return errors?.find(({ severity }) => severity === "error")?.formattedMessage;
}

/** The syntax tree of one file. @param stopAfter "parsing" for a file whose imports are not there: nothing is resolved. */
export function treeOf(file: string, content: string, stopAfter?: "parsing"): AstNode {
  const settings = { stopAfter, outputSelection: { "*": { "": ["ast"] } } };
  const output = compile({ sources: { [file]: { content } }, settings });
  const ast = output.sources?.[file]?.ast;
  const error = errorIn(output);
  if (error !== undefined || ast === undefined) throw new Error(error ?? `${file} does not parse`);
  return ast;
}
