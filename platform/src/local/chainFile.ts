/**
 * Tells whether a file of the local chain can be gone on with. anvil writes it over the one before, so that it may be half;
 * and it notes its blocks first and its accounts after them, while the chain goes on: what was mined in between has been done
 * then, and is in no block. Nobody would ever see an event of it.
 */
import { createReadStream } from "node:fs";

/** What anvil writes last. */
const END = '"historical_states":null}';
/** Longer than any of the pieces that are looked for. */
const PIECE = 200;

/** In the order of the file: the accounts, the last block, and the transactions of all blocks. */
const PIECES = new RegExp(
  [
    // Whoever has code has a nonce that grows by other things too: what it makes, and EIP-7702's authorisations.
    /"(?<account>0x[0-9a-f]{40})":\{"nonce":(?<used>\d+),"balance":"0x[0-9a-f]*","code":"0x"/,
    /"best_block_number":(?<best>\d+)/,
    /"transaction_index":\d+,"from":"(?<from>0x[0-9a-f]{40})"/,
    /"nonce":(?<nonce>\d+),"gas_used":/,
    /"block_hash":"0x[0-9a-f]{64}","block_number":(?<block>\d+)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** @returns Whether the file is whole, and no account has sent what is in no block. */
export async function isSound(file: string): Promise<boolean> {
  const used = new Map<string, number>();
  const inBlocks = new Map<string, number>();
  const transaction = { from: "", nonce: 0 };
  let best = 0;
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "latin1", highWaterMark: 1 << 20 })) {
    const text: string = rest + chunk;
    let read = 0;
    for (const { index, 0: piece, groups = {} } of text.matchAll(PIECES)) {
      read = index + piece.length;
      const { account, from, nonce, block } = groups;
      if (account !== undefined) used.set(account, Number(groups.used));
      else if (from !== undefined) transaction.from = from;
      else if (nonce !== undefined) transaction.nonce = Number(nonce);
      else if (block === undefined) best = Number(groups.best);
      else if (Number(block) <= best) {
        const next = transaction.nonce + 1;
        inBlocks.set(transaction.from, Math.max(next, inBlocks.get(transaction.from) ?? 0));
      }
    }
    rest = text.slice(Math.max(read, text.length - PIECE));
  }
  if (!rest.endsWith(END)) return false;
  return [...inBlocks].every(([account, next]) => (used.get(account) ?? 0) <= next);
}
