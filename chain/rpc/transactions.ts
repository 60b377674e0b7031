/** Encodes transactions as they stand in a block's tree, from what `eth_getBlockByHash` answers. */
import { numberField } from "@luxxon/contracts-abi/receipt";
import type { Hex } from "viem";
import { typed } from "./receipts.ts";
import { type Rlp, toRlp } from "./rlp.ts";

/** As JSON-RPC shows it: hex, lists of it, and for deposits a boolean. */
export type RawTransaction = Readonly<Record<string, unknown>> & { readonly hash: Hex; readonly type?: Hex };

type Field = (transaction: RawTransaction) => Rlp;

const number =
  (...names: string[]): Field =>
  (transaction) => {
    const name = names.find((one) => transaction[one] !== undefined && transaction[one] !== null);
    return numberField((name === undefined ? 0 : transaction[name]) as Hex);
  };
/** Bytes that keep their zeros; nothing where there are none, as of the address to which a creation goes. */
const bytes =
  (name: string): Field =>
  (transaction) =>
    (transaction[name] ?? "0x") as Hex;

const accessList: Field = ({ accessList: list }) =>
  ((list ?? []) as { address: Hex; storageKeys: Hex[] }[]).map(({ address, storageKeys }) => [address, storageKeys]);
const authorizations: Field = ({ authorizationList: list }) =>
  ((list ?? []) as RawTransaction[]).map((one) => [
    ...["chainId"].map((name) => number(name)(one)),
    bytes("address")(one),
    ...[number("nonce"), number("yParity", "v"), number("r"), number("s")].map((field) => field(one)),
  ]);
const blobHashes: Field = ({ blobVersionedHashes: hashes }) => (hashes ?? []) as Hex[];
const isSystem: Field = ({ isSystemTx }) => (isSystemTx === true ? "0x01" : "0x");

const price = [number("maxPriorityFeePerGas"), number("maxFeePerGas")];
const call = [number("gas"), bytes("to"), number("value"), bytes("input")];
const signature = [number("yParity", "v"), number("r"), number("s")];

/** The fields of each kind that Base and Ethereum have, in the order of their RLP. */
const FIELDS: Readonly<Record<number, readonly Field[]>> = {
  0: [number("nonce"), number("gasPrice"), ...call, number("v"), number("r"), number("s")],
  1: [number("chainId"), number("nonce"), number("gasPrice"), ...call, accessList, ...signature],
  2: [number("chainId"), number("nonce"), ...price, ...call, accessList, ...signature],
  3: [
    ...[number("chainId"), number("nonce"), ...price, ...call, accessList],
    ...[number("maxFeePerBlobGas"), blobHashes, ...signature],
  ],
  4: [number("chainId"), number("nonce"), ...price, ...call, accessList, authorizations, ...signature],
  // A deposit from the chain below, which nobody signs there.
  126: [
    ...[bytes("sourceHash"), bytes("from"), bytes("to"), number("mint"), number("value"), number("gas")],
    ...[isSystem, bytes("input")],
  ],
};

/** EIP-2718, signed: keccak256 of it is the transaction's hash. Undefined: of a kind that is not known here. */
export function encodeTransaction(transaction: RawTransaction): Hex | undefined {
  const { type = "0x0" } = transaction;
  const fields = FIELDS[Number(BigInt(type))];
  return fields === undefined ? undefined : typed(type, toRlp(fields.map((field) => field(transaction)) as never));
}
