/** `npm run audit -- receipt` and `-- verify`: writes one session's receipt, and checks one offline. */
import { writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { readJson } from "@luxxon/chain/files";
import { toJson } from "@luxxon/chain/json";
import { UsageError } from "@luxxon/chain/usageError";
import { type VerifyReceiptReturnType, verifyReceipt } from "@luxxon/contracts-abi/receipt";
import type { Hash } from "viem";
import { z } from "zod";
import type { Opened } from "../open.ts";
import { writeFiles } from "../page/files.ts";
import { addressOf, type Values } from "../request.ts";
import { sentence, session } from "../text.ts";
import { makeReceipt, type Sought } from "./makeReceipt.ts";

/**
 * @param out The file to write; undefined: print the receipt.
 * @returns The exit code: 1 if the session is not settled.
 */
export async function giveReceipt(
  { endpoints: [endpoint], wanted }: Opened,
  sessionId: Sought["sessionId"],
  out?: string,
): Promise<number> {
  const { receipt, toBlock } = await makeReceipt(endpoint, { ...wanted, sessionId });
  if (receipt === undefined) {
    console.error(`${sentence(session(sessionId))} is not settled up to block ${toBlock}: there is no receipt of it.`);
    return 1;
  }
  if (out === undefined) {
    console.log(toJson(receipt));
    return 0;
  }
  await writeFiles(dirname(out), { [basename(out)]: (path) => writeFile(path, `${toJson(receipt)}\n`) });
  const { blockHash } = receipt;
  console.log(verdictText(verifyReceipt(receipt, { blockHash })));
  console.log(`\nWritten: ${out}. Whoever has the block's hash from elsewhere checks it offline:`);
  console.log(`  npm run audit -- verify ${out} --block-hash ${blockHash}`);
  return 0;
}

/** @returns The exit code: 1 if the file does not prove what it says. */
export async function verifyFile([file, ...rest]: readonly string[], values: Values): Promise<number> {
  const { "block-hash": blockHash, address, json } = values;
  if (file === undefined || rest.length > 0) throw new UsageError("verify takes the file of one receipt; see --help.");
  if (blockHash === undefined)
    throw new UsageError("verify takes --block-hash, the hash of the receipt's block from a source that you trust.");
  if (!/^0x[0-9a-f]{64}$/i.test(blockHash))
    throw new UsageError(`--block-hash takes 32 bytes of hex, not "${blockHash}".`);
  const settlement = address === undefined ? undefined : addressOf("--address", address);
  const verdict = verifyReceipt(await readJson(z.unknown(), file), { blockHash: blockHash as Hash, settlement });
  console.log(json ? toJson(verdict) : verdictText(verdict));
  return verdict.isProven ? 0 : 1;
}

function verdictText(verdict: VerifyReceiptReturnType): string {
  if (!verdict.isProven) return `✗ Not proven: ${verdict.place} ${verdict.problem}.`;
  const lines = (some: readonly string[]) => some.map((one) => `  ${one}`);
  return [
    `✓ Proven, if the block ${verdict.block.hash} is on the chain:`,
    ...lines(verdict.proves),
    "",
    "Not proven:",
    ...lines(verdict.doesNotProve),
  ].join("\n");
}
