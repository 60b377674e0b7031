/**
 * Fills a proof file with the contract's own text. The whole contract is too much for the solver (even `assert(true)`
 * runs out of resources), so a proof takes only the declarations that it names, word for word:
 *
 *     // source: Refusal BPS _check        these declarations, cut out by the compiler's own syntax tree
 *     // loop: settleBatch 1               the body of this function's first `for`, without its braces
 *
 * Private becomes internal and external becomes public, so that a proof can call it. Other changes are made only where a
 * proof asks for them, because the checker is blind there:
 *
 *     // keyed: account                    the account's key in `_accounts` instead of a pointer to it
 *     // pool: account                     `_pool` itself instead of a pointer to it
 *     // casts: uint80 uint56              narrowing casts as functions of the proof, `_uint80(…)`, which note whether the
 *                                          value fits: the checker cannot reason about truncation
 *     // bits: bit                         the bit by its number instead of its mask, and `&`, `|` with it as functions of
 *                                          the proof, `_has` and `_with`: the solver has no answer for 256-bit masks
 *     // guards: noted                     `require(…)` and checked subtraction as functions of the proof, `_guard` and
 *                                          `_minus`, which note a failure and go on: a revert is no violation
 *     // token: _USDC                      calls of the token as functions of the proof, `_safeTransfer(…)`
 *
 * What such a change misses does not compile in the proof, so it cannot pass for proved.
 */
import { readFileSync } from "node:fs";
import { type AstNode, childrenOf, textOf } from "../../contract/ast.ts";
import { treeOf } from "../solc.ts";

const SOURCES = ["contracts/LuxxonSettlement.sol", "contracts/interfaces/ILuxxonSettlement.sol"];

/** What a proof can take: declarations by name, and the bodies of loops as `settleBatch 1`. */
export type Declarations = Map<string, string>;

/** Every declaration of the contract and its interface, by name, without its documentation. */
export function declarations(root: string): Declarations {
  const found: Declarations = new Map();
  // The contract first: where it implements what the interface declares, the implementation counts.
  for (const path of SOURCES) {
    const text = readFileSync(`${root}/${path}`, "utf8");
    const contracts = childrenOf(treeOf(path, text, "parsing"));
    for (const node of contracts.flatMap(({ nodes }) => (nodes ?? []) as AstNode[])) {
      const name = String(node.name);
      if (node.name === undefined || found.has(name)) continue;
      // A variable's range stops before its semicolon.
      found.set(name, textOf(node, text) + (node.nodeType === "VariableDeclaration" ? ";" : ""));
      const statements = ((node.body as AstNode | null | undefined)?.statements ?? []) as AstNode[];
      const loops = statements.filter(({ nodeType }) => nodeType === "ForStatement");
      for (const [index, { body }] of loops.entries()) {
        found.set(
          `${name} ${index + 1}`,
          textOf(body as AstNode, text)
            .slice(1, -1)
            .trim(),
        );
      }
    }
  }
  return found;
}

export function fill(proof: string, found: Declarations): string {
  const asked = (name: string): string[] => new RegExp(`^ *// ${name}: (.+)$`, "m").exec(proof)?.[1]?.split(" ") ?? [];
  const [keyed] = asked("keyed");
  const [pool] = asked("pool");
  const [bit] = asked("bits");
  const casts = asked("casts");
  const noted = asked("guards")[0] === "noted";
  const [token] = asked("token");

  function take(name: string): string {
    let text = found.get(name);
    if (text === undefined) throw new Error(`the contract declares no ${name}`);
    text = withinReach(text);
    if (keyed !== undefined) text = withKeys(text, keyed);
    if (pool !== undefined) text = withPool(text, pool);
    if (bit !== undefined) text = withNumberedBit(text, bit, name);
    if (token !== undefined) text = withNamedTransfers(text, token);
    if (noted) text = withNotedGuards(text, name);
    return withNamedCasts(text, casts);
  }

  return proof
    .replace(/^ *\/\/ source: (.+)$/gm, (_, names: string) => names.split(" ").map(take).join("\n"))
    .replace(/^ *\/\/ loop: (.+)$/gm, (_, loop: string) => take(loop));
}

/** Proofs inherit what is private, and call what is external. */
function withinReach(text: string): string {
  const [head = ""] = text.split("{", 1);
  return head.replace(/\bprivate\b/, "internal").replace(/\bexternal\b/, "public") + text.slice(head.length);
}

/** The checker forgets everything when a storage pointer is written. */
function withKeys(text: string, pointer: string): string {
  return text
    .replace(parameter(pointer), `(address ${pointer}, `)
    .replace(new RegExp(`Account storage ${pointer} = _accounts\\[([\\w.]+)\\];`), `address ${pointer} = $1;`)
    .replaceAll(new RegExp(`\\b${pointer}\\.`, "g"), `_accounts[${pointer}].`);
}

function withPool(text: string, pointer: string): string {
  return text
    .replace(parameter(pointer), "(")
    .replaceAll(/\b(_load|_store)\(_pool, /g, "$1(")
    .replaceAll(new RegExp(`\\b${pointer}\\.`, "g"), "_pool.");
}

function parameter(pointer: string): RegExp {
  return new RegExp(`\\(\\s*Account storage ${pointer},\\s*`);
}

function withNumberedBit(text: string, bit: string, name: string): string {
  const numbered = text
    .replaceAll(new RegExp(`([\\w.]+(?:\\[\\w+\\])?) & ${bit} != 0`, "g"), `_has($1, ${bit})`)
    .replaceAll(new RegExp(`([\\w.]+(?:\\[\\w+\\])?) \\| ${bit}\\b`, "g"), `_with($1, ${bit})`)
    .replaceAll(new RegExp(`\\b${bit} = 1 << (.+);`, "g"), `${bit} = $1;`)
    .replaceAll(/(\w+) \|= 1 << (\w+);/g, "$1 = _with($1, $2);")
    .replaceAll(/(\w+) & \(1 << (\w+)\) == 0/g, "!_has($1, $2)")
    .replaceAll(/ >> 8\b/g, " / 256");
  // An operator that is left would take a bit's number for its mask.
  const left = /<<|>>|\^|~|(?<!&)&(?!&)|(?<!\|)\|(?!\|)/.exec(numbered.replace(/\/\/.*$/gm, ""));
  if (left !== null) throw new Error(`${name} has an operator ${left[0]} on bits, which bits: does not know`);
  return numbered;
}

function withNamedTransfers(text: string, token: string): string {
  return text
    .replaceAll("SafeERC20.safeTransfer(token, ", "_safeTransferOf(address(token), ")
    .replaceAll(new RegExp(`\\b${token}\\.(\\w+)\\(`, "g"), "_$1(");
}

function withNotedGuards(text: string, name: string): string {
  if (!text.startsWith("function ")) return text;
  // Whatever else can revert must not pass here for something that cannot.
  const code = text.replace(/\/\/.*$/gm, "");
  const other = /\b(revert|assembly|try|catch|new|for|while)\b|[*/%]|\+|\+\+|--|\*\*/.exec(code);
  if (other !== null) throw new Error(`${name} can revert by ${other[0]}, which guards: noted does not know`);
  return code
    .replaceAll(/\brequire\(([^;]*), \w+\([^;]*\)\);/g, "_guard($1);")
    .replaceAll(/([\w.[\]]+\.balance) -= ([^;]+);/g, "$1 = uint80(_minus($1, $2));")
    .replaceAll(/([\w.[\]]+) -= ([^;]+);/g, "$1 = _minus($1, $2);")
    .replaceAll(/(\w+) - (\w+)/g, "_minus($1, $2)");
}

function withNamedCasts(text: string, casts: string[]): string {
  const safe = text.replaceAll(/(\w*\([^;]*\)|\w+)\.(toUint\d+)\(\)/g, (whole, value: string, cast: string) =>
    casts.includes(cast) ? `_${cast}(${value})` : whole,
  );
  return (
    casts
      .reduce((so, cast) => so.replaceAll(new RegExp(`(?<![.\\w])${cast}\\(`, "g"), `_${cast}(`), safe)
      // To the checker an argument that underflows rules out the whole path, also one that has returned before.
      .replaceAll(/(_uint\d+)\((\w+) - (\w+)\)/g, "$1(_difference($2, $3))")
  );
}
