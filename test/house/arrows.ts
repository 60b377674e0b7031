/** Reads who imports whom: static and dynamic imports, types too, and the scripts that a file starts by their URL. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import ts from "typescript-5.9";

export interface Arrow {
  /** The importing file, from the project's folder. */
  from: string;
  /** The imported file from the project's folder; of an installed package its name. */
  to: string;
  /** As it is written. */
  specifier: string;
}

/** What is installed, compiled or written by a command: no file of the house. */
const MADE = [
  "**/{node_modules,dist,counterexamples}/**",
  "{artifacts,cache,coverage,types,report,statements,.venv,abi/package}/**",
];

/** Every file that can import, wherever it is: also in a folder that is new, which has no floor yet. */
export function filesOfTheHouse(): string[] {
  return globSync("**/*.{ts,tsx,mts,cts,mjs}", { cwd: ROOT, exclude: MADE }).sort();
}

/** Every import of every file. */
export function readArrows(): Arrow[] {
  return filesOfTheHouse().flatMap((from) => {
    return specifiersIn(readFileSync(join(ROOT, from), "utf8")).map((specifier) => {
      return { from, to: targetOf(from, specifier), specifier };
    });
  });
}

/** What a text imports, or names as the URL of a script beside it. */
function specifiersIn(text: string): string[] {
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const started = [...text.matchAll(/new URL\(\s*"(?:\.\/)?([^"]+\.ts)",\s*import\.meta\.url\s*\)/g)];
  return [...imported, ...started.map(([, path = ""]) => (path.startsWith(".") ? path : `./${path}`))];
}

/** The project's own packages: their folders, by name. */
const PACKAGES = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).workspaces.map((folder: string) => {
  return { folder, name: JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")).name };
}) as { folder: string; name: string }[];

function targetOf(from: string, specifier: string): string {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const own = PACKAGES.find(({ name }) => specifier === name || specifier.startsWith(`${name}/`));
  return own === undefined ? specifier : join(own.folder, specifier.slice(own.name.length + 1));
}

/** These files, what they import, and what that imports in its turn; installed packages among them. */
export function reachedFrom(files: readonly string[], arrows: readonly Arrow[]): Set<string> {
  const byFile = new Map<string, string[]>();
  for (const { from, to } of arrows) byFile.set(from, [...(byFile.get(from) ?? []), to]);
  const reached = new Set(files);
  // A set is gone through with what is added to it on the way; exports of packages leave the extension away.
  for (const file of reached)
    for (const to of byFile.get(file) ?? []) reached.add(byFile.has(`${to}.ts`) ? `${to}.ts` : to);
  return reached;
}

/** How many dynamic imports of a text do not name their module. */
export function unnamedImportsIn(text: string): number {
  const isUnnamed = (node: ts.Node) => {
    if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword) return false;
    const [module] = node.arguments;
    return module === undefined || !ts.isStringLiteralLike(module);
  };
  if (!/\bimport\s*\(/.test(text)) return 0;
  const nodes = (node: ts.Node): ts.Node[] => [node, ...node.getChildren(source).flatMap(nodes)];
  const source = ts.createSourceFile("it.ts", text, ts.ScriptTarget.Latest, true);
  return nodes(source).filter(isUnnamed).length;
}
