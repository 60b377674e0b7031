/** Styles the report and the statements: on a screen, light or dark, wide or narrow, and on paper. */

const LIGHT = `
  --page: #ffffff; --card: #ffffff; --raised: #f6f7f9; --ink: #16181d; --muted: #5c6370; --faint: #6b7280;
  --grid: #e3e6eb; --link: #1d4ed8; --good: #0b6b4f; --good-page: #e9f6f1; --bad: #b42318; --bad-page: #fdecea;
  --deposited: #2f6fde; --settled: #12876a; --withdrawn: #d9822b; --credits: #a33bb3;`;

const DARK = `
  --page: #111317; --card: #171a20; --raised: #1d2129; --ink: #e8eaee; --muted: #a2a9b6; --faint: #949cab;
  --grid: #2d323c; --link: #8ab4ff; --good: #5fd3ab; --good-page: #12291f; --bad: #ff8f84; --bad-page: #341815;
  --deposited: #6ea1ff; --settled: #3fbf96; --withdrawn: #f0a35a; --credits: #d68ae2;`;

export const STYLE = `
:root { color-scheme: light dark;${LIGHT} }
@media (prefers-color-scheme: dark) { :root {${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
main { max-width: 1080px; margin: 0 auto; padding: 40px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 19px; line-height: 1.3; margin: 48px 0 12px; letter-spacing: -0.005em; }
h3 { font-size: 15px; line-height: 1.4; margin: 0 0 10px; font-weight: 600; }
p { margin: 0 0 12px; max-width: 74ch; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
code, .hex { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.88em; }
.hex { overflow-wrap: anywhere; user-select: all; }
.hash { display: inline-block; max-width: 11ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
.muted, figcaption, caption { color: var(--muted); }
.lead { color: var(--muted); margin-bottom: 20px; }
.verdict { background: var(--raised); border-radius: 10px; padding: 16px 20px; margin: 20px 0 24px; }
.verdict strong { display: block; font-size: 19px; line-height: 1.35; }
.verdict p { margin: 4px 0 0; color: var(--ink); }
.verdict.good { background: var(--good-page); } .verdict.good strong { color: var(--good); }
.verdict.bad { background: var(--bad-page); } .verdict.bad strong { color: var(--bad); }
.good-text { color: var(--good); } .bad-text { color: var(--bad); font-weight: 600; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(260px, 100%), 1fr)); gap: 12px; margin: 0 0 24px; padding: 0; }
.tiles.four { grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr)); }
.tile { background: var(--raised); border-radius: 10px; padding: 12px 16px; }
.tile dt { color: var(--muted); font-size: 13px; }
.tile dd { margin: 2px 0 0; font-size: 19px; font-variant-numeric: tabular-nums; }
.tile dd small { font-size: 12px; color: var(--muted); }
.rest { color: var(--faint); }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0 0 16px; }
dl.facts dt { color: var(--muted); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.equations { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); gap: 12px; margin: 0 0 20px; }
.equation { border: 1px solid var(--grid); border-radius: 10px; padding: 12px 16px; break-inside: avoid; }
.equation dl { margin: 0; } .equation p { margin: 4px 0 0; font-size: 13px; text-align: right; }
.equation dl div { display: flex; justify-content: space-between; gap: 12px; }
.equation dt { color: var(--muted); }
.equation dd { margin: 0; font-variant-numeric: tabular-nums; white-space: nowrap; }
.equation .sum { border-top: 1px solid var(--ink); margin-top: 4px; padding-top: 4px; font-weight: 600; }
.course { display: block; width: 200px; height: 22px; border-bottom: 1px solid var(--grid); }
.course .paid { fill: var(--settled); } .course .credited { fill: var(--credits); }
.key { display: inline-block; width: 0.7em; height: 0.7em; }
.key.paid { background: var(--settled); } .key.credited { background: var(--credits); }
.figures { display: grid; gap: 20px; }
figure { margin: 0; background: var(--card); border: 1px solid var(--grid); border-radius: 10px; padding: 18px 20px 14px; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; }
figure svg text { font-family: inherit; }
figure .narrow { display: none; }
figcaption { font-size: 13px; margin-top: 10px; max-width: 120ch; }
.table { overflow-x: auto; margin: 0 0 12px; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; font-size: 13px; padding: 0 0 6px; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 13px; vertical-align: bottom; }
th, td { padding: 6px 14px 6px 0; border-bottom: 1px solid var(--grid); }
td { vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
tfoot td { font-weight: 600; border-bottom: 0; }
.number, .quantity { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.nowrap, .head, .outcome { white-space: nowrap; }
tbody .head, tfoot .head { color: var(--ink); font-size: inherit; font-weight: inherit; vertical-align: top; }
.wide-text { min-width: 16em; overflow-wrap: anywhere; }
.spans { border-top: 1px solid var(--grid); margin: 0 0 16px; font-size: 14px; }
.span { border-bottom: 1px solid var(--grid); padding: 7px 0; }
.span > summary { cursor: pointer; }
.span:not(details) { padding-left: 16px; }
.span b { display: inline-block; min-width: 11ch; }
.sums { float: right; display: flex; gap: 0 18px; }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap; min-width: 17ch; text-align: right; }
.amount small { color: var(--muted); font-size: 12px; }
.total .amount { font-weight: 600; }
.inside small { color: var(--muted); } .inside .hex { font-size: 11px; }
.inside { padding: 8px 0 4px 16px; clear: both; }
.inside .span:last-child { border-bottom: 0; }
.fold > summary { list-style: none; }
.fold > summary::-webkit-details-marker { display: none; }
.violation { border: 1px solid var(--bad); border-radius: 10px; padding: 14px 18px 10px; margin: 0 0 12px; break-inside: avoid; }
.violation h3 { margin: 0 0 8px; }
.violation .rule { color: var(--bad); margin-right: 6px; }
.notes { margin: 14px 0 0; padding: 0 0 0 18px; color: var(--muted); max-width: 84ch; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--grid); color: var(--muted); font-size: 13px; }
@media print, (min-width: 641px) {
  .fold::details-content { content-visibility: visible; block-size: auto; }
}
@media (max-width: 640px) {
  .fold { border-top: 1px solid var(--grid); padding: 12px 0; }
  .fold > summary { cursor: pointer; }
  .fold > summary h2 { display: inline; margin: 0; }
  .fold > summary h2::before { content: "▸ "; color: var(--muted); }
  .fold[open] > summary h2::before { content: "▾ "; }
  main { padding: 24px 14px 48px; }
  h1 { font-size: 22px; }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.facts dd { margin-bottom: 8px; }
  .tiles, .tiles.four { display: flex; flex-wrap: wrap; gap: 8px; }
  .tile { flex: 1 0 calc(50% - 4px); padding: 10px 12px; }
  .tile dd { font-size: 16px; }
  .tile dd small { display: block; }
  .hash { display: inline; white-space: normal; }
  table, tbody, tfoot, td, th { display: block; min-width: 0; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 9px 0; border-bottom: 1px solid var(--grid); }
  tfoot tr:last-child { border-bottom: 0; }
  td, th, .quantity { padding: 0; border: 0; text-align: left; }
  .quantity { white-space: normal; } .quantity br { display: none; }
  td:empty { display: none; }
  td[data-name]::before { content: attr(data-name) " "; color: var(--muted); font-size: 12px; }
  tbody .head { order: -3; font-weight: 600; } .outcome { order: -2; } .number { order: -1; } td[class=""] { order: 1; }
  .sums { float: none; flex-wrap: wrap; padding: 2px 0 0 16px; }
  .amount { flex: 1 0 calc(50% - 9px); min-width: max-content; text-align: left; }
  .wide-text, .wide-row { flex-basis: 100%; } .course { width: 100%; }
  figure { padding: 14px 12px 12px; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
}
@media print {
  :root { color-scheme: light;${LIGHT} }
  @page { size: A4; margin: 16mm 14mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 26pt; break-after: avoid; }
  table { font-size: 7.5pt; }
  th { font-size: 7pt; } th.number, th.quantity { white-space: normal; }
  th, td { padding-right: 6pt; }
  .course { width: 110pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  .hash { display: inline; white-space: normal; }
  .table { overflow: visible; }
  .span::details-content { content-visibility: visible; block-size: auto; }
  .hex { font-size: 0.82em; }
  .spans { font-size: 8pt; } .sums { flex-wrap: wrap; gap: 0 6pt; } .amount { min-width: 0; } .amount small { font-size: 7pt; }
  .inside { padding-left: 0; } .inside table, .inside small { font-size: 7pt; } .inside .hex { font-size: 5.2pt; }
  .inside .hex { white-space: nowrap; } .inside .hash .hex { white-space: normal; }
  .inside .hash { display: inline-block; min-width: 33ch; max-width: 33ch; font-size: 5.2pt; font-family: ui-monospace, monospace; } .inside th, .inside td { padding: 2pt 4pt 2pt 0; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  .tiles.four { grid-template-columns: repeat(4, 1fr); }
  .tile dd { font-size: 12pt; }
  .verdict { border: 1px solid var(--grid); }
  a { color: inherit; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
