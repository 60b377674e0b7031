/** Writes addresses with their checksum as viem does, and remembers it: the same few come again and again. */
import { type Address, getAddress, type Hex } from "viem";

const REMEMBERED = 20_000;
const known = new Map<Hex, Address>();

export function checksummed(address: Hex): Address {
  const found = known.get(address);
  if (found !== undefined) return found;
  if (known.size >= REMEMBERED) known.clear();
  const written = getAddress(address);
  known.set(address, written);
  return written;
}
