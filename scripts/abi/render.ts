/** Renders TypeScript, JSON and Solidity for clients, from what the compiler and the deployments say. */

import type { Deployments } from "@luxxon/chain/deployments/record";
import type { Abi } from "viem";
import type { Compiled } from "../contract/compiled.ts";
import { type Doc, docOf, signatureOf } from "../contract/natspec.ts";
import { HEADER } from "./header.ts";
import { replaced } from "./replaced.ts";

const WIDTH = 118;

/** `abi/src/generated/abi.ts`: the ABI, typed literally, with the contract's own words on each item. */
export function renderAbi(contract: Pick<Compiled, "abi" | "userdoc" | "devdoc">): string {
  const items = contract.abi.map((item) => `${docComment(item, docOf(contract, item))}  ${JSON.stringify(item)},\n`);
  return `${HEADER}
/** ABI of LuxxonSettlement: sorted by kind and name, and typed literally, so that viem and wagmi infer every call. */
export const luxxonSettlementAbi = [
${items.join("")}] as const;
`;
}

/** `abi/src/generated/deployments.ts`: where the contract stands. Only chains that have it are keys. */
export function renderDeployments(deployments: Deployments): string {
  const addresses = [...deployments].map(([chainId, records]) => `  ${chainId}: "${records.at(-1)?.address}",\n`);
  const histories = [...deployments].map(([chainId, records]) => {
    const list = records.map(({ fromBlock, ...record }) => {
      const rest = JSON.stringify(record).slice(1);
      return `    { "fromBlock": ${fromBlock}n, ${rest},\n`;
    });
    return `  ${chainId}: [\n${list.join("")}  ],\n`;
  });
  return `${HEADER}
/** The active LuxxonSettlement of each chain that has one. A chain without one is a compile error. */
export const luxxonSettlementAddress = ${object(addresses)} as const;

/** Every LuxxonSettlement of each chain, oldest first. Old ones stay withdrawable. */
export const luxxonSettlementDeployments = ${object(histories)} as const;
`;
}

/** `abi/src/generated/bytecode.ts`: apart from all else, so that no browser loads it by accident. */
export function renderBytecode({ code }: Pick<Compiled, "code">): string {
  return `${HEADER}
/** Creation code of LuxxonSettlement, for tests and local chains. The constructor's arguments follow it. */
export const luxxonSettlementBytecode: \`0x\${string}\` = "${code.creationCode}";
`;
}

/** `abi/json/LuxxonSettlement.json`: ABI and code for whatever is not TypeScript. */
export function renderJson({ abi, code }: Pick<Compiled, "abi" | "code">): string {
  const items = abi.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  return `{
  "contractName": "LuxxonSettlement",
  "abi": [
${items}
  ],
  "bytecode": "${code.creationCode}",
  "deployedBytecode": "${code.runtimeCode}"
}
`;
}

/**
 * `abi/solidity/ILuxxonSettlement.sol`: the interface for other contracts. It stands alone and takes any compiler since
 * custom errors, so a token is an address, as it is in the ABI.
 */
export function renderSolidity(source: string): string {
  const changes: [from: RegExp, to: string][] = [
    [/^pragma solidity [^;]*;$/m, `${HEADER}pragma solidity >=0.8.4;`],
    [/^import [^;]*IERC20\.sol";\n\n/m, ""],
    [/\bIERC20 token\b/, "address token"],
  ];
  return replaced(source, changes, "the interface");
}

function object(entries: string[]): string {
  return entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
}

/** NatSpec as JSDoc, indented for a list. */
function docComment(item: Abi[number], doc: Doc): string {
  const title = item.type === "constructor" ? "constructor" : `${item.type} \`${signatureOf(item)}\``;
  const paragraphs = [`${title}${doc.notice === undefined ? "" : `: ${doc.notice}`}`];
  if (doc.details !== undefined) paragraphs.push(doc.details);
  const tags = [
    ...Object.entries(doc.params ?? {}).map(([name, text]) => `@param ${name} ${text}`),
    // An unnamed result is `_0` to the compiler, and needs no name here.
    ...Object.entries(doc.returns ?? {}).map(([name, text]) => `@returns ${name === "_0" ? "" : `${name}: `}${text}`),
  ];
  const lines = paragraphs.flatMap((text, i) => [...(i === 0 ? [] : [""]), ...wrap(text)]);
  if (tags.length > 0) lines.push("", ...tags.flatMap(wrap));
  return `  /**\n${lines.map((line) => `   *${line === "" ? "" : ` ${line}`}\n`).join("")}   */\n`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.replaceAll("*/", "*\u200b/").split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 6 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
