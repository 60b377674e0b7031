/** Says in sentences what a receipt proves, and what it does not. */
import { uuidFromSessionId } from "../sessionId.ts";
import { formatUsdc } from "../units.ts";
import type { ProvenReceipt } from "./verifyReceipt.ts";

type Facts = Omit<ProvenReceipt, "isProven" | "proves" | "doesNotProve">;

interface Basis {
  /** The reader has named the contract. */
  isNamed: boolean;
  /** Of the contract, where this package knows it. */
  version: string | undefined;
  /** Fields of the file that are no part of a receipt. */
  others: string[];
}

export function proven(
  { session, settlement, block, transactionHash, chainId, codeHash }: Facts,
  basis: Basis,
): string[] {
  const { sessionId, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds } = session;
  const at = new Date(Number(block.timestamp) * 1_000).toISOString().replace("T", " ").replace(".000Z", " UTC");
  return [
    `Session ${nameOf(sessionId)} was settled at ${at}, in block ${block.number} (${block.hash}).`,
    `${formatUsdc(toAmount + feeAmount)} USDC left the pool of ${from}: ${formatUsdc(toAmount)} USDC for ${to}, ${formatUsdc(feeAmount)} USDC as the platform's fee.`,
    `The meter was ${ratePerSecond} µUSDC a second × ${chargeableSeconds} s = ${formatUsdc(ratePerSecond * chargeableSeconds)} USDC.`,
    `The contract ${settlement} said so, in transaction ${transactionHash}, which succeeded${chainId === undefined ? "" : ` and was signed for chain ${chainId}`}.`,
    ...(codeHash === undefined ? [] : [`At the end of that block the hash of the contract's code was ${codeHash}.`]),
    ...(basis.version === undefined
      ? []
      : [`That contract is LuxxonSettlement ${basis.version}, which this package records on the chain.`]),
  ];
}

export function notProven({ settlement, chainId, codeHash }: Facts, { isNamed, version, others }: Basis): string[] {
  const isKnown = isNamed || version !== undefined;
  return [
    "That the block is on the chain, for good: it rests on the hash that you gave.",
    ...(chainId === undefined ? ["Which chain the block is of: the transaction names none."] : []),
    ...(isKnown
      ? []
      : [
          `That ${settlement} is Luxxon's contract: compare it with an address that you trust; any contract can say such a thing.`,
        ]),
    ...(codeHash === undefined ? ["Which code the contract has: the receipt shows none."] : []),
    ...(codeHash !== undefined && version === undefined
      ? ["That the contract's code is Luxxon's: compare its hash with one that you trust."]
      : []),
    "That the payees have the USDC in their wallets: what USDC refuses to transfer is credited to them in the contract.",
    ...(others.length === 0 ? [] : [`Anything of ${others.join(", ")}: not part of a receipt.`]),
  ];
}

function nameOf(sessionId: `0x${string}`): string {
  return /^0x0{32}/.test(sessionId) ? uuidFromSessionId(sessionId) : sessionId;
}
