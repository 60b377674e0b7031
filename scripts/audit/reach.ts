/** Says how far a verdict reaches: for each kind of fact whether it is proved, agreed by several endpoints, or believed from one. */
import { counted } from "../words.ts";
import type { EndOnChain, Evidence, History, Replayed } from "./history.ts";
import type { Basis, Reach } from "./types.ts";

export function reachOf({ target, evidence }: History, { traced }: Replayed, chain: EndOnChain): Reach[] {
  const { isEveryBlockRead } = evidence;
  const said = saidBy(evidence);
  const state = (isProved: boolean): Pick<Reach, "basis" | "by"> =>
    isProved ? { basis: "proved", by: "eth_getProof, against the last block's state root" } : ONE;
  return [
    { fact: `The last block is ${target.toBlockHash}`, ...said },
    {
      fact: "The blocks with events lead up to it",
      ...(isEveryBlockRead ? { basis: "proved", by: "each header names the one before" } : said),
    },
    {
      fact: "No event was left out",
      ...(isEveryBlockRead ? { basis: "proved", by: "the blooms of all blocks, and all receipts behind them" } : said),
    },
    {
      fact: "What was submitted, and by whom",
      basis: "proved",
      by: "signatures, and the transactions' root of its block",
    },
    { fact: "What came of it: events, transfers, gas", basis: "proved", by: "the receipts' root of its block" },
    { fact: "What reached the contract through others", ...tracedBy(traced) },
    { fact: "The contract's code", ...state(chain.isProved) },
    { fact: "Deposits, credits, limits, holds, settled bits, settings", ...state(chain.isProved) },
    { fact: "The USDC that the contract holds", ...state(chain.isBalanceProved) },
  ];
}

function saidBy({ endpoints }: Evidence): { basis: Basis; by: string } {
  return endpoints.length > 1 ? { basis: "agreed", by: counted(endpoints.length, "endpoint") } : ONE;
}

const ONE = { basis: "believed", by: "one endpoint" } as const;

/** Nothing in a block proves a trace, so the fewest that have shown one count. */
function tracedBy(all: Replayed["traced"]): { basis: Basis; by: string } {
  if (all.size === 0) return { basis: "proved", by: "nothing did" };
  const untraced = all.get(0) ?? 0;
  if (untraced > 0) return { basis: "unchecked", by: `${counted(untraced, "transaction")} of which there is no trace` };
  const fewest = Math.min(...all.keys());
  return fewest > 1
    ? { basis: "agreed", by: `traces by ${counted(fewest, "endpoint")}` }
    : { basis: "believed", by: "a trace by one endpoint" };
}
