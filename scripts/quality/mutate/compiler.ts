/** What the build knows: the compiler's input, the syntax trees, and which contracts a file ends up in. */
import { readFile } from "node:fs/promises";
import hre from "hardhat";
import solc from "solc";
import { type AstNode, type Source, string, walk } from "./ast.ts";

/** The compiler's own form of a compilation; only what is used here. */
export interface CompilerInput {
  language: string;
  sources: Record<string, { content: string }>;
  settings: Record<string, unknown>;
}

interface CompilerOutput {
  errors?: { severity: string; formattedMessage: string }[];
  contracts?: Record<string, Record<string, { evm: { bytecode: Code; deployedBytecode: Code } }>>;
  sources?: Record<string, { ast: AstNode }>;
}

interface Code {
  object: string;
}

/** Creation and runtime code of a contract, as `0x…`. */
export interface Compiled {
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
  const id = await hre.artifacts.getBuildInfoId("contracts/LuxxonSettlement.sol:LuxxonSettlement");
  const inputPath = id === undefined ? undefined : await hre.artifacts.getBuildInfoPath(id);
  const outputPath = id === undefined ? undefined : await hre.artifacts.getBuildInfoOutputPath(id);
  if (inputPath === undefined || outputPath === undefined) throw new Error("LuxxonSettlement has not been compiled");
  const { input } = JSON.parse(await readFile(inputPath, "utf8")) as { input: CompilerInput };
  const { output } = JSON.parse(await readFile(outputPath, "utf8")) as { output: CompilerOutput };

  const trees = Object.entries(output.sources ?? {}).filter(([name]) => name.startsWith(PROJECT));
  const files = trees.map(([name, { ast }]) => ({
    file: name.slice(PROJECT.length),
    text: input.sources[name]?.content ?? "",
    ast,
  }));
  const importsOf = new Map(files.map(({ file, ast }) => [file, importsIn(ast)]));

  function isPartOf(file: string, whole: string, seen = new Set<string>()): boolean {
    if (file === whole) return true;
    seen.add(whole);
    return [...(importsOf.get(whole) ?? [])].some((next) => !seen.has(next) && isPartOf(file, next, seen));
  }

  return {
    input,
    sources: files.filter(({ file }) => file.startsWith("contracts/")).sort((a, b) => (a.file < b.file ? -1 : 1)),
    contractsWith: (file) =>
      files
        .filter((one) => /^(test\/)?contracts\//.test(one.file) && isPartOf(file, one.file))
        .flatMap((one) => contractsIn(one.ast).map((name) => `${one.file}:${name}`)),
  };
}

/** Compiles these contracts with one file changed, as the build does. `undefined`: that is no Solidity. */
export function compileWith(
  input: CompilerInput,
  contracts: readonly string[],
  file: string,
  content: string,
): Map<string, Compiled> | undefined {
  const wanted = contracts.map((contract) => contract.split(":") as [string, string]);
  const outputSelection: Record<string, Record<string, string[]>> = {};
  for (const [source, name] of wanted) {
    outputSelection[PROJECT + source] = { [name]: ["evm.bytecode.object", "evm.deployedBytecode.object"] };
  }
  const { errors, contracts: compiled } = compile({
    ...input,
    sources: { ...input.sources, [PROJECT + file]: { content } },
    // Notes on where code comes from cost a tenth of the time and change no code.
    settings: { ...input.settings, debug: { debugInfo: [] }, outputSelection },
  });
  if (errors?.some(({ severity }) => severity === "error")) return undefined;
  return new Map(
    wanted.map(([source, name]) => {
      const evm = compiled?.[PROJECT + source]?.[name]?.evm;
      if (evm === undefined) throw new Error(`the compiler has left out ${name}`);
      return [name, { bytecode: `0x${evm.bytecode.object}`, deployedBytecode: `0x${evm.deployedBytecode.object}` }];
    }),
  );
}

/** The syntax tree of a text that imports nothing. */
export function parse(file: string, text: string): Source {
  const { errors, sources } = compile({
    language: "Solidity",
    sources: { [file]: { content: text } },
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  });
  const error = errors?.find(({ severity }) => severity === "error");
  const ast = sources?.[file]?.ast;
  if (error !== undefined || ast === undefined) throw new Error(error?.formattedMessage ?? "the compiler said nothing");
  return { file, text, ast };
}

/** Code without the metadata at its end, which changes with every letter of the source. */
export function withoutMetadata({ deployedBytecode, bytecode }: Compiled): string {
  const length = Number.parseInt(deployedBytecode.slice(-4), 16) + 2;
  const metadata = deployedBytecode.slice(-2 * length);
  // In the creation code it stands in the middle, behind the runtime code.
  return bytecode.replace(metadata, "");
}

function compile(input: CompilerInput): CompilerOutput {
  return JSON.parse(solc.compile(JSON.stringify(input)) as string) as CompilerOutput;
}

function importsIn(ast: AstNode): Set<string> {
  const nodes = [...walk(ast)].map(([node]) => node).filter(({ nodeType }) => nodeType === "ImportDirective");
  const paths = nodes.map((node) => string(node, "absolutePath")).filter((path) => path.startsWith(PROJECT));
  return new Set(paths.map((path) => path.slice(PROJECT.length)));
}

/** The contracts in a file that can be deployed. Libraries without external functions are part of others. */
function contractsIn(ast: AstNode): string[] {
  return [...walk(ast)]
    .map(([node]) => node)
    .filter((node) => node.nodeType === "ContractDefinition" && node.contractKind === "contract" && !node.abstract)
    .map((node) => string(node, "name"));
}
