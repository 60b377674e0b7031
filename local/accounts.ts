/**
 * The accounts of the local chains: those of Hardhat's own phrase, which everybody knows. Hardhat would stretch the phrase anew
 * for each of them, and for each chain: of the time that a chain takes to open, most.
 */
import { pbkdf2Sync } from "node:crypto";
import type { Hex } from "viem";
import { HDKey } from "viem/accounts";

const PHRASE = "test test test test test test test test test test test junk";
/** So many, unless somebody needs more. */
const COUNT = 140;
/** Of each, wei. */
const BALANCE = 10_000n * 10n ** 18n;

interface LocalAccount {
  privateKey: Hex;
  balance: bigint;
}

const byPath = new Map<string, { parent: HDKey; known: LocalAccount[] }>();

/**
 * @param path Of their parent, by BIP-44. Default: Hardhat's own.
 * @returns The first `count`, each with 10,000 ETH, as a network of Hardhat's takes them.
 */
export function localAccounts(count = COUNT, path = "m/44'/60'/0'/0"): LocalAccount[] {
  const { parent, known } = byPath.get(path) ?? { parent: parentAt(path), known: [] };
  byPath.set(path, { parent, known });
  while (known.length < count) {
    const { privateKey } = parent.deriveChild(known.length);
    known.push({ privateKey: `0x${Buffer.from(privateKey ?? []).toString("hex")}`, balance: BALANCE });
  }
  return known.slice(0, count);
}

/** BIP-39 makes the seed, BIP-32 the keys. */
function parentAt(path: string): HDKey {
  return HDKey.fromMasterSeed(pbkdf2Sync(PHRASE, "mnemonic", 2_048, 64, "sha512")).derive(path);
}
