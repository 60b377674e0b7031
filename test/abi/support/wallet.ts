/** Speaks EIP-5792, as a wallet, in front of a node that does not: it sends the calls of a batch one after the other. */
import type { EIP1193Parameters, EIP1193RequestFn, Hex } from "viem";

interface Batch {
  chainId: Hex;
  from: Hex;
  calls: { to: Hex; data?: Hex; value?: Hex }[];
}

/** @param node The node's own `request`. */
export function walletInFrontOf(node: EIP1193RequestFn): EIP1193RequestFn {
  const batches = new Map<string, { chainId: Hex; hashes: Hex[] }>();
  const request = async ({ method, params }: EIP1193Parameters) => {
    if (method === "wallet_sendCalls") {
      const [{ chainId, from, calls }] = params as [Batch];
      const id = `batch-${batches.size}`;
      const hashes: Hex[] = [];
      batches.set(id, { chainId, hashes });
      for (const call of calls)
        hashes.push((await node({ method: "eth_sendTransaction", params: [{ from, ...call }] })) as Hex);
      return { id };
    }
    if (method === "wallet_getCallsStatus") {
      const [id] = params as [string];
      const { chainId, hashes } = batches.get(id) ?? { chainId: "0x0", hashes: [] };
      const receipts = [];
      for (const hash of hashes) receipts.push(await node({ method: "eth_getTransactionReceipt", params: [hash] }));
      return { version: "2.0.0", id, chainId, status: receipts.includes(null) ? 100 : 200, atomic: false, receipts };
    }
    return node({ method, params } as Parameters<EIP1193RequestFn>[0]);
  };
  return request as EIP1193RequestFn;
}
