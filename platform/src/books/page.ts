/** The books as a page for people: no script, nothing from elsewhere. */
import { formatUnits } from "viem";
import type { Books, Sum } from "./books.ts";

export interface PageFacts {
  chainName: string;
  settlement: string;
  explorerUrl: string;
}

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem;color:#1b2430;background:#fff}" +
  "h1{font-size:1.6rem}table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #dde3ea}" +
  "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#b3261e;font-weight:600}code{font-size:.9em;overflow-wrap:anywhere}" +
  "@media(prefers-color-scheme:dark){body{color:#e4e9f0;background:#12161c}th,td{border-color:#2c3440}.bad{color:#ff8a80}a{color:#8ab4f8}}";

export function booksPage(books: Books, { chainName, settlement, explorerUrl }: PageFacts): string {
  const { agreedUpToBlock, readUpToBlock, readAt, settled, confirmed, differing, open, writtenOff } = books;
  const verdict =
    agreedUpToBlock === null
      ? "The chain has not been read yet."
      : differing.sessions === 0
        ? `Every session that the contract settled up to block ${agreedUpToBlock} stands in the platform's books with the same parties and amounts.`
        : `<span class="bad">From block ${agreedUpToBlock + 1n} on the books and the chain differ in ${differing.sessions} sessions.</span>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Luxxon: the books</title>
<style>${STYLE}</style>
</head>
<body>
<h1>The books</h1>
<p>${verdict}</p>
<p>Contract <a href="${text(explorerUrl)}/address/${text(settlement)}"><code>${text(settlement)}</code></a> on ${text(chainName)};
read up to block ${readUpToBlock ?? "–"}${readAt === null ? "" : ` at <time>${readAt.toISOString()}</time>`}.</p>
<table>
<thead><tr><th></th><th class="n">sessions</th><th class="n">USDC</th></tr></thead>
<tbody>
${row("Settled on chain as charged", settled)}
${row("– of those confirmed for good", confirmed)}
<tr><td>– paid to operators</td><td></td><td class="n">${usdc(settled.toOperatorsMicroUsdc)}</td></tr>
<tr><td>– fees</td><td></td><td class="n">${usdc(settled.feesMicroUsdc)}</td></tr>
${row("Settled otherwise than charged", differing)}
${row("Charged, not on chain yet", open)}
${open.byRefusal.map(({ refusal, ...it }) => row(refusal === null ? "– waiting for their turn" : `– refused so far: ${refusal}`, it)).join("\n")}
${writtenOff.map(({ by, reason, ...it }) => row(`Written off by ${by}: ${reason}`, it)).join("\n")}
</tbody>
</table>
<p>${open.oldestEndedAt === null ? "Nothing waits." : `The oldest that waits ended at <time>${open.oldestEndedAt.toISOString()}</time>.`}</p>
<p>The same as JSON: <a href="/api/v1/books">/api/v1/books</a>.</p>
</body>
</html>
`;
}

function row(title: string, { sessions, amountMicroUsdc }: Sum): string {
  return `<tr><td>${text(title)}</td><td class="n">${sessions}</td><td class="n">${usdc(amountMicroUsdc)}</td></tr>`;
}

function usdc(amount: bigint): string {
  const [whole = "0", part = ""] = formatUnits(amount, 6).split(".");
  return `${whole}.${part.padEnd(6, "0")}`;
}

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
