/** Where a block explorer shows something; undefined for a chain that no explorer knows. */
import { base, baseSepolia } from "viem/chains";

export type Explored = "address" | "tx" | "block";

export function explorerUrl(chainId: number, what: Explored, which: string | bigint): string | undefined {
  const chain = [base, baseSepolia].find(({ id }) => id === chainId);
  return chain === undefined ? undefined : `${chain.blockExplorers.default.url}/${what}/${which}`;
}
