/** Finds the contract's own words on an item of its ABI. */
import { AbiItem } from "ox";
import type { Abi } from "viem";

/** NatSpec of one item of the ABI. */
export interface Doc {
  notice?: string;
  details?: string;
  params?: Record<string, string>;
  returns?: Record<string, string>;
}

/** As solc writes it: `userdoc` has the notices, `devdoc` the rest. */
export interface DocSet {
  methods?: Record<string, Doc | string>;
  events?: Record<string, Doc>;
  errors?: Record<string, Doc[]>;
}

/** `deposit(uint256)`, as NatSpec and selectors name it; a constructor is `constructor(…)`. */
export const signatureOf = (item: Abi[number]): string => AbiItem.getSignature(item);

export function docOf({ userdoc, devdoc }: { userdoc: DocSet; devdoc: DocSet }, item: Abi[number]): Doc {
  return { ...pick(devdoc, item), ...pick(userdoc, item) };
}

function pick(docs: DocSet, item: Abi[number]): Doc {
  const signature = signatureOf(item);
  if (item.type === "event") return docs.events?.[signature] ?? {};
  if (item.type === "error") return docs.errors?.[signature]?.[0] ?? {};
  const doc = docs.methods?.[item.type === "constructor" ? "constructor" : signature];
  // userdoc may give the notice alone.
  return typeof doc === "string" ? { notice: doc } : (doc ?? {});
}
