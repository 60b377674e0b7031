/** Compiles the contracts with a change in them as the build does, and knows which contracts a file ends up in. */
import { nodesOf } from "../../contract/ast.ts";
import { readCompiled } from "../../contract/compiled.ts";
import { type CompilerInput, compile, errorIn, treeOf } from "../solc.ts";
import { type Source, string } from "./ast.ts";

/** Creation and runtime code of a contract, as `0x…`. */
export interface Code {
  bytecode: string;
  deployedBytecode: string;
}

export interface Build {
  input: CompilerInput;
  /** The files of `contracts/`. */
  sources: Source[];
  /** The contracts whose code a file is part of, by the names under which tests deploy them. */
  contractsWith(file: string): string[];
}

const PROJECT = "project/";

/** Reads what `npm run compile` has left: the compilation that the tests use. */
export async function readBuild(): Promise<Build> {
  const { sources, settings } = await readCompiled();
  const files = Object.entries(sources)
    .filter(([name]) => name.startsWith(PROJECT))
    .map(([name, { content, ast }]) => ({ file: name.slice(PROJECT.length), text: content, ast }));
  const importsOf = new Map(files.map((source) => [source.file, importsIn(source)]));

  function withImports(file: string, found = new Set<string>()): Set<string> {
    if (found.has(file)) return found;
    found.add(file);
    for (const next of importsOf.get(file) ?? []) withImports(next, found);
    return found;
  }

  const texts = Object.entries(sources).map(([name, { content }]) => [name, { content }] as const);
  return {
    input: { sources: Object.fromEntries(texts), settings },
    sources: files.filter(({ file }) => file.startsWith("contracts/")).sort((a, b) => (a.file < b.file ? -1 : 1)),
    contractsWith: (file) =>
      files
        .filter((one) => /^(test\/)?contracts\//.test(one.file) && withImports(one.file).has(file))
        .flatMap((one) => contractsIn(one).map((name) => `${one.file}:${name}`)),
  };
}

/** Compiles these contracts with one file changed. `undefined`: that is no Solidity. */
export function compileWith(
  { sources, settings }: CompilerInput,
  contracts: readonly string[],
  file: string,
  content: string,
): Map<string, Code> | undefined {
  const wanted = contracts.map((contract) => contract.split(":") as [source: string, name: string]);
  const code = ["evm.bytecode.object", "evm.deployedBytecode.object"];
  const outputSelection = Object.fromEntries(wanted.map(([source, name]) => [PROJECT + source, { [name]: code }]));
  const output = compile({
    sources: { ...sources, [PROJECT + file]: { content } },
    // Notes on where code comes from cost a tenth of the time and change no code.
    settings: { ...settings, debug: { debugInfo: [] }, outputSelection },
  });
  if (errorIn(output) !== undefined) return undefined;
  return new Map(
    wanted.map(([source, name]) => {
      const evm = output.contracts?.[PROJECT + source]?.[name]?.evm;
      if (evm === undefined) throw new Error(`the compiler has left out ${name}`);
      return [name, { bytecode: `0x${evm.bytecode.object}`, deployedBytecode: `0x${evm.deployedBytecode.object}` }];
    }),
  );
}

/** A text that imports nothing, with its syntax tree. */
export function parse(file: string, text: string): Source {
  return { file, text, ast: treeOf(file, text) };
}

/** Code without the metadata at its end, which changes with every letter of the source. */
export function withoutMetadata({ deployedBytecode, bytecode }: Code): string {
  const length = Number.parseInt(deployedBytecode.slice(-4), 16) + 2;
  const metadata = deployedBytecode.slice(-2 * length);
  // In the creation code it stands in the middle, behind the runtime code.
  return bytecode.replace(metadata, "");
}

function importsIn({ ast }: Source): string[] {
  const paths = nodesOf(ast, "ImportDirective").map((node) => string(node, "absolutePath"));
  return paths.filter((path) => path.startsWith(PROJECT)).map((path) => path.slice(PROJECT.length));
}

/** The contracts in a file that can be deployed. Libraries without external functions are part of others. */
function contractsIn({ ast }: Source): string[] {
  return nodesOf(ast, "ContractDefinition")
    .filter(({ contractKind, abstract }) => contractKind === "contract" && !abstract)
    .map((node) => string(node, "name"));
}
