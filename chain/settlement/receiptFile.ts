/** Describes a settled session's receipt: what the platform sends, what files hold, and the JSON Schema that is published of it. */
import { type LuxxonReceipt, RECEIPT_FORMAT, RECEIPT_FORMAT_VERSION } from "@luxxon/contracts-abi/receipt";
import { z } from "zod";

const hex = (pattern: string) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^${pattern}$`))]);
const hash = hex("[0-9a-f]{64}");
const address = hex("[0-9a-fA-F]{40}");
const bytes = hex("([0-9a-f]{2})*");
const digits = z.string().regex(/^(0|[1-9]\d*)$/);
const index = z.int().min(0);
const nodes = z.array(bytes);

export const receiptSchema = z
  .strictObject({
    format: z.literal(RECEIPT_FORMAT),
    formatVersion: z.literal(RECEIPT_FORMAT_VERSION),
    sessionId: z.string().describe("A UUID; 32 bytes of hex for an id that stands for none"),
    chainId: index,
    settlementAddress: address.describe("The contract"),
    blockNumber: digits,
    blockHash: hash,
    settled: z
      .strictObject({
        from: address.describe("The consumer, out of whose pool it was paid"),
        to: address.describe("The operator"),
        toAmount: digits.describe("µUSDC for the operator"),
        feeAmount: digits.describe("µUSDC for the platform"),
        ratePerSecond: digits.describe("µUSDC a second"),
        chargeableSeconds: digits,
      })
      .describe("What the contract's event says"),
    header: bytes.describe("RLP; its keccak256 is blockHash, its sixth field receiptsRoot"),
    receiptsRoot: hash,
    transactionHash: hash,
    transactionIndex: index.describe("Its RLP is the key in the trees of receipts and transactions"),
    receiptLogIndex: index.describe("Which of the receipt's logs is the contract's Settled"),
    receipt: bytes.describe("EIP-2718"),
    proof: nodes.describe("Nodes of the tree of receipts, from its root"),
    transaction: bytes.describe("EIP-2718, signed; its keccak256 is transactionHash"),
    transactionProof: nodes.describe("Nodes of the tree of transactions, from its root: the header's fifth field"),
    codeHash: hash.optional().describe("keccak256 of the contract's code at the end of the block"),
    accountProof: nodes
      .optional()
      .describe("Nodes of the tree of accounts, from its root, the header's fourth field, to the contract's"),
  })
  .meta({
    title: "Receipt of a settled session",
    description:
      "Checked offline, with nothing but the block's hash, by verifyReceipt of @luxxon/contracts-abi/receipt.",
  }) satisfies z.ZodType<LuxxonReceipt, unknown>;

/** The JSON Schema of a receipt (draft 2020-12). */
export function receiptJsonSchema(): object {
  return z.toJSONSchema(receiptSchema);
}
