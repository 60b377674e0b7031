/** Finds who sent a transaction: by its signature, which nobody else can make, and not by what an endpoint says. */
import { numberField } from "@luxxon/contracts-abi/receipt";
import { type Address, concatHex, fromRlp, getAddress, type Hex, recoverAddress } from "viem";
import { keccak256 } from "./keccak.ts";
import { toRlp } from "./rlp.ts";

/** Comes from the chain below, where it was signed; who sends it stands in it. */
const DEPOSIT = 0x7e;
/** Types have their byte before the list; a list begins with a larger one. */
const FIRST_OF_LISTS = 0xc0;

/** @param encoded EIP-2718, signed. @throws if its signature is none. */
export async function senderOf(encoded: Hex): Promise<Address> {
  const first = Number.parseInt(encoded.slice(2, 4), 16);
  const isTyped = first < FIRST_OF_LISTS;
  const fields = fromRlp(isTyped ? `0x${encoded.slice(4)}` : encoded, "hex") as Hex[];
  if (first === DEPOSIT) return getAddress(fields[1] as Hex);
  const [v, r, s] = fields.slice(-3).map((field) => (field === "0x" ? 0n : BigInt(field))) as [bigint, bigint, bigint];
  const unsigned = fields.slice(0, -3);
  const payload = isTyped
    ? concatHex([`0x${encoded.slice(2, 4)}`, toRlp(unsigned)])
    : toRlp([...unsigned, ...replay(v)]);
  const yParity = isTyped ? v : v < 35n ? v - 27n : (v - 35n) % 2n;
  return recoverAddress({ hash: keccak256(payload), signature: { r: word(r), s: word(s), yParity: Number(yParity) } });
}

/** EIP-155: a transaction of the oldest type is signed with the chain's id, which its signature hides. */
function replay(v: bigint): Hex[] {
  return v < 35n ? [] : [numberField((v - 35n) / 2n), "0x", "0x"];
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, "0")}`;
}
