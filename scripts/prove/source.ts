/**
 * Fills a proof file with the contract's own text. The whole contract is too much for the solver (even `assert(true)`
 * runs out of resources), so a proof takes only the declarations that it names, word for word:
 *
 *     // source: Refusal BPS _check        these declarations, cut out by the compiler's own syntax tree
 *     // storage: account                  a state variable instead of the parameter `Account storage account`
 *
 *     // casts: uint88 uint64              narrowing casts as functions of the proof, `_uint88(…)`, which assert that the
 *                                       value fits and then keep it: the checker cannot reason about truncation
 *
 * The second is a change in the parameter list alone: the checker forgets everything
 * when a storage pointer is written. The function then works on that account, which may hold anything.
 */
import { readFileSync } from "node:fs";
import { compile } from "./solc.ts";

const SOURCES = ["contracts/LuxxonSettlement.sol", "contracts/interfaces/ILuxxonSettlement.sol"];

interface Node {
  name?: string;
  src: string;
  nodeType: string;
  nodes?: Node[];
}

/** Every declaration of the contract and its interface, by name, without its documentation. */
export function declarations(root: string): Map<string, string> {
  const found = new Map<string, string>();
  // The contract first: where it implements what the interface declares, the implementation counts.
  for (const path of SOURCES) {
    const text = readFileSync(`${root}/${path}`);
    const { sources } = compile({
      language: "Solidity",
      sources: { [path]: { content: text.toString() } },
      settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
    });
    const unit = sources?.[path]?.ast as Node | undefined;
    if (unit === undefined) throw new Error(`${path} does not parse`);
    for (const contract of unit.nodes ?? []) {
      for (const { name, src, nodeType } of contract.nodes ?? []) {
        if (name === undefined || found.has(name)) continue;
        const [start = 0, length = 0] = src.split(":").map(Number);
        // Offsets count bytes. A variable's range stops before its semicolon.
        const cut = text.subarray(start, start + length).toString();
        found.set(name, nodeType === "VariableDeclaration" ? `${cut};` : cut);
      }
    }
  }
  return found;
}

export function fill(proof: string, found: Map<string, string>): string {
  const pointer = /^ *\/\/ storage: (\w+)$/m.exec(proof)?.[1];
  const casts = /^ *\/\/ casts: (.+)$/m.exec(proof)?.[1]?.split(" ") ?? [];
  const filled = proof.replace(/^ *\/\/ source: (.+)$/gm, (_, names: string) =>
    names
      .split(" ")
      .map((name) => {
        const text = found.get(name);
        if (text === undefined) throw new Error(`the contract declares no ${name}`);
        return withNamedCasts(pointer === undefined ? text : withoutPointer(text, pointer), casts);
      })
      .join("\n"),
  );
  return pointer === undefined ? filled : filled.replace(/^ *\/\/ storage: .+$/m, `Account internal ${pointer};`);
}

function withoutPointer(text: string, pointer: string): string {
  return text.replace(new RegExp(`\\(\\s*Account storage ${pointer},\\s*`), "(");
}

function withNamedCasts(text: string, casts: string[]): string {
  return casts.reduce((so, cast) => so.replaceAll(new RegExp(`\\b${cast}\\(`, "g"), `_${cast}(`), text);
}
