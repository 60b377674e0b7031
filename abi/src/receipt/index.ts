/** `@luxxon/contracts-abi/receipt`: checks a settled session's receipt offline, with a block's hash and viem's keccak256 and RLP. */
export { ReceiptAlteredError } from "./altered.ts";
export { type LuxxonReceipt, RECEIPT_FORMAT, RECEIPT_FORMAT_VERSION, type SettledFields } from "./file.ts";
export { followBranch, indexKey, numberField, provenValue, type Rlp } from "./trie.ts";
export {
  type AlteredReceipt,
  type ProvenReceipt,
  type VerifyReceiptOptions,
  type VerifyReceiptReturnType,
  verifyReceipt,
} from "./verifyReceipt.ts";
