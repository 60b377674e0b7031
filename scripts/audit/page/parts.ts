/** Makes the pieces that the report's page and the statements are put together from. */
import type { Address, Hash, Hex } from "viem";
import { base, baseSepolia } from "viem/chains";
import { count, usdc } from "../../words.ts";
import type { Made } from "../made.ts";
import { sessionName, utc } from "../text.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";

/** What stands in a table, or beside a name. */
export type Cell = Html | string;

/** How a page was made: for its foot. */
export function madeBy({ version, command }: Made): Html {
  return html`<p>Made by ${version}: <code>${command}</code></p>`;
}

/** A whole page that asks nobody for anything: no script, and no address that a browser would fetch. */
export function page(title: string, body: Html): string {
  const head = html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${trusted(STYLE)}</style>`;
  return html`<!doctype html>
<html lang="en">
<head>
${head}
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.text;
}

/** Which chain is meant, and how much of it was read. */
export function lead({ chainTitle, toTimestamp }: { chainTitle: string; toTimestamp: number }): Html {
  return html`<p class="lead">${chainTitle}, up to ${utc(toTimestamp)} UTC</p>`;
}

/** Large figures side by side: each with its name and its unit. */
export function tiles(all: readonly [name: string, value: Cell, unit: string][], classes = "tiles"): Html {
  const tile = ([name, value, unit]: (typeof all)[number]) =>
    html`<div class="tile"><dt>${name}</dt><dd>${value} <small>${unit}</small></dd></div>\n`;
  return html`<dl class="${classes}">${all.map(tile)}</dl>`;
}

const CENT = 10_000n;

/** µUSDC as USDC; the last four decimals are there but stand back, unless they are all that there is. */
export function money(microUsdc: bigint): Html {
  const text = usdc(microUsdc);
  if (microUsdc !== 0n && microUsdc < CENT && microUsdc > -CENT) return html`${text}`;
  return html`${text.slice(0, -4)}<span class="rest">${text.slice(-4)}</span>`;
}

/** Something on the chain, with a link where an explorer shows it. */
function onChain(chainId: number, what: "address" | "tx" | "block", which: string | bigint, text: string): Html {
  const shown = what === "block" ? html`${text}` : html`<span class="hex">${text}</span>`;
  const chain = [base, baseSepolia].find(({ id }) => id === chainId);
  if (chain === undefined) return shown;
  return html`<a href="${chain.blockExplorers.default.url}/${what}/${String(which)}">${shown}</a>`;
}

export function addressLink(chainId: number, address: Address): Html {
  return onChain(chainId, "address", address, address);
}

export function transactionLink(chainId: number, hash: Hash): Html {
  return onChain(chainId, "tx", hash, hash);
}

/** For a table: the hash is there as a whole, to copy and on paper; on a wide screen the eye sees how it begins. */
export function shortTransactionLink(chainId: number, hash: Hash): Html {
  return html`<span class="hash">${transactionLink(chainId, hash)}</span>`;
}

export function blockLink(chainId: number, blockNumber: bigint): Html {
  return onChain(chainId, "block", blockNumber, count(blockNumber));
}

export function sessionText(sessionId: Hex): Html {
  return html`<span class="hex">${sessionName(sessionId)}</span>`;
}

/** A sentence in which addresses and hashes are set as such. */
export function withHex(text: string): Html {
  // Splitting by a group puts what it found at the odd places.
  return html`${text.split(/(0x[0-9a-fA-F]{40,64})/).map((part, i) => (i % 2 === 0 ? part : html`<span class="hex">${part}</span>`))}`;
}

/**
 * `style`: a class of style.ts. Numbers and quantities stand on the right, digits under digits. On a telephone, where a row
 * becomes a few lines, its head comes first, then its outcome and its numbers, then the rest.
 */
export type Column<Row> = readonly [
  title: string,
  style: "" | "head" | "outcome" | "number" | "quantity" | "nowrap" | "text" | "wide-text" | "wide-row",
  cell: (row: Row) => Cell | undefined,
];

/** A table, with words instead where it would have no row. `feet`: rows of sums below it. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  none: string,
  feet: readonly Row[] = [],
): Html {
  if (rows.length === 0) return html`<p class="muted">${none}</p>`;
  const cells = (row: Row) =>
    columns.map(([title, style, cell]) => {
      // What says by itself what it is needs no name beside it on a telephone.
      const name = ["", "number", "quantity"].includes(style) ? html` data-name="${title}"` : "";
      return style === "head"
        ? html`<th scope="row" class="head">${cell(row)}</th>`
        : html`<td class="${style}"${name}>${cell(row)}</td>`;
    });
  return html`<div class="table"><table>
<thead><tr>${columns.map(([title, style]) => html`<th scope="col" class="${style}">${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
${feet.length === 0 ? "" : html`<tfoot>${feet.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tfoot>`}</table></div>`;
}

/** A part under its heading. On a telephone it is folded away until somebody opens it; elsewhere, and on paper, it is open. */
export function fold(heading: string, part: Html): Html {
  return html`<details class="fold"><summary><h2>${heading}</h2></summary>
${part}</details>`;
}

/** Names with what they are; undefined: there is no such thing. */
export function facts(pairs: readonly [name: string, value: Cell | undefined][]): Html {
  const known = pairs.filter(([, value]) => value !== undefined);
  return html`<dl class="facts">${known.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** Good or bad, in the page's colours. */
export function judged(text: string, isGood: boolean): Html {
  return html`<span class="${isGood ? "good-text" : "bad-text"}">${text}</span>`;
}
