/** The pieces that the report's page and the statements are put together from. */
import type { Address, Hash, Hex } from "viem";
import { type Explored, explorerUrl } from "../report/explorer.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLE } from "./style.ts";
import { count, sessionName, short, usdc } from "./text.ts";

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

const CENT = 10_000n;

/** µUSDC as USDC; the last four decimals are there but stand back, unless they are all that there is. */
export function money(microUsdc: bigint): Html {
  const text = usdc(microUsdc);
  if (microUsdc !== 0n && microUsdc < CENT && microUsdc > -CENT) return html`${text}`;
  return html`${text.slice(0, -4)}<span class="rest">${text.slice(-4)}</span>`;
}

/** Something on the chain, with a link where an explorer shows it. */
function onChain(chainId: number, what: Explored, which: string | bigint, text: string): Html {
  const url = explorerUrl(chainId, what, which);
  const shown = what === "block" ? html`${text}` : html`<span class="hex">${text}</span>`;
  return url === undefined ? shown : html`<a href="${url}">${shown}</a>`;
}

export function addressLink(chainId: number, address: Address): Html {
  return onChain(chainId, "address", address, address);
}

export function transactionLink(chainId: number, hash: Hash): Html {
  return html`<span title="${hash}">${onChain(chainId, "tx", hash, short(hash))}</span>`;
}

export function fullTransactionLink(chainId: number, hash: Hash): Html {
  return onChain(chainId, "tx", hash, hash);
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

export interface Column {
  title: string;
  /** Aligned to the right, digits under digits. */
  number?: boolean;
  /** A class of style.ts for its cells. */
  cell?: string;
}

/** A table, with words instead where it would have no row. */
export function table(
  columns: Column[],
  rows: (Html | string)[][],
  options: { none: string; foot?: (Html | string)[] },
) {
  if (rows.length === 0) return html`<p class="muted">${options.none}</p>`;
  const classOf = ({ number, cell }: Column) => (number ? "number" : (cell ?? ""));
  const cells = (row: (Html | string)[]) =>
    row.map((cell, i) => html`<td class="${classOf(columns[i] ?? { title: "" })}">${cell}</td>`);
  const foot = options.foot === undefined ? "" : html`<tfoot><tr>${cells(options.foot)}</tr></tfoot>`;
  return html`<div class="table"><table>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row)}</tr>\n`)}</tbody>
${foot}</table></div>`;
}

/** Names with what they are. */
export function facts(pairs: [string, Html | string][]): Html {
  return html`<dl class="facts">${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}
