/**
 * Keeps every signed transaction on disk before it is sent. If the process dies between the sending and Ignition's note of it, the
 * next run sends the very same transaction again, which no chain takes twice, instead of making another.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashSchema } from "@luxxon/chain/deployments/schema";
import { isCut } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import { type EIP1193Provider, trackTransaction } from "@nomicfoundation/ignition-core";
import {
  type Address,
  getContractAddress,
  type Hash,
  type Hex,
  hexToBigInt,
  hexToNumber,
  keccak256,
  type TransactionSerializable,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { z } from "zod";

const FILE = "sent.jsonl";
const JOURNAL = "journal.jsonl";

const sentSchema = z.strictObject({
  nonce: z.int().nonnegative(),
  hash: hashSchema,
  raw: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]+$/)]),
});

export type Sent = z.output<typeof sentSchema>;

interface TransactionRequest {
  to?: Address | null;
  data?: Hex;
  value?: Hex;
  nonce: Hex;
  gas: Hex;
  gasPrice?: Hex;
  maxFeePerGas?: Hex;
  maxPriorityFeePerGas?: Hex;
}

/**
 * A provider that signs for one account, here, and keeps what it signed in the folder. All that it ever signs for a folder
 * has the same nonce, so that never more than one of it can be mined.
 */
export function signingProvider(
  provider: EIP1193Provider,
  { account, chainId, folder }: { account: PrivateKeyAccount; chainId: number; folder: string },
): EIP1193Provider {
  return {
    async request({ method, params }) {
      if (method === "eth_accounts") return [account.address];
      if (method !== "eth_sendTransaction") return provider.request({ method, params });
      const [{ to, data, ...request }] = params as [TransactionRequest];
      const nonce = hexToNumber(request.nonce);
      const raw = await account.signTransaction({
        chainId,
        nonce,
        to,
        data,
        gas: hexToBigInt(request.gas),
        value: quantity(request.value),
        gasPrice: quantity(request.gasPrice),
        maxFeePerGas: quantity(request.maxFeePerGas),
        maxPriorityFeePerGas: quantity(request.maxPriorityFeePerGas),
      } as TransactionSerializable);
      const before = readOutbox(folder).at(-1);
      if (before !== undefined && before.nonce !== nonce) {
        await refuseUsedNonce(provider, account.address, before, folder);
        throw new Error(`the deployment's nonce is ${before.nonce}, and Ignition asks for ${nonce}`);
      }
      mkdirSync(folder, { recursive: true });
      const sent: Sent = { nonce, hash: keccak256(raw), raw };
      appendFileSync(join(folder, FILE), `${JSON.stringify(sent)}\n`, { flush: true });
      return hand(provider, sent);
    },
  };
}

/**
 * Hands it to the chain. Whoever is handed it a second time, since the first answer was lost, says that it is known already,
 * or that its nonce is used: what the chain shows counts, whatever was said.
 *
 * @throws what was said, if the chain does not have it.
 */
async function hand(provider: EIP1193Provider, sent: Sent): Promise<Hash> {
  try {
    await provider.request({ method: "eth_sendRawTransaction", params: [sent.raw] });
  } catch (error) {
    if (isCut(error) || (await findKnown(provider, [sent])) === undefined) throw error;
  }
  return sent.hash;
}

const quantity = (hex: Hex | undefined) => (hex === undefined ? undefined : hexToBigInt(hex));

/** What was signed so far, oldest first. */
export function readOutbox(folder: string): Sent[] {
  return readLines(join(folder, FILE)).map((line) => sentSchema.parse(line));
}

/** Reads a file that one line is appended to at a time. A last line that is cut off was never finished: it goes. */
function readLines(file: string): unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const last = lines.pop();
  const values = lines.map((line) => JSON.parse(line) as unknown);
  if (last === undefined) return values;
  try {
    return [...values, JSON.parse(last)];
  } catch {
    writeLines(file, values);
    return values;
  }
}

/** Takes off what a process had no time to finish writing, or Ignition could not read its journal. */
export function mend(folder: string): void {
  readLines(join(folder, JOURNAL));
}

/** Replaces the file as a whole or not at all. */
function writeLines(file: string, lines: unknown[]): void {
  writeFileSync(`${file}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(""), { flush: true });
  renameSync(`${file}.new`, file);
}

/**
 * Brings a deployment that broke off while it was sending to where Ignition can take over: either the chain has its
 * transaction and the journal knows of it, or there is none and the journal announces none.
 *
 * @throws {UsageError} if the chain has used the transaction's nonce for something else.
 */
export async function finishSending(provider: EIP1193Provider, sender: Address, folder: string): Promise<void> {
  const journal = readLines(join(folder, JOURNAL)) as Message[];
  const outbox = readOutbox(folder);
  const last = outbox.at(-1);
  // It is signed and written down before it is sent: what is not in the outbox was never sent.
  if (last === undefined) return withdrawAnnouncement(folder, journal);
  const known = (await findKnown(provider, outbox)) ?? (await sendAgain(provider, last, outbox));
  if (known !== undefined) return void (await trackTransaction(folder, known.hash, provider));
  await refuseUsedNonce(provider, sender, last, folder);
  // The chain does not take it (its fee is too low by now, say). The next one will have the same nonce.
  return withdrawAnnouncement(folder, journal);
}

/** As much as is read here of what Ignition journals. */
interface Message {
  type?: string;
  nonce?: number;
}

/** Takes back that a transaction was about to be sent, where the journal does not know of its sending. */
function withdrawAnnouncement(folder: string, journal: Message[]): void {
  const sent = new Set(journal.filter(({ type }) => type === "TRANSACTION_SEND").map(({ nonce }) => nonce));
  const kept = journal.filter(
    ({ type, nonce }) => type !== "TRANSACTION_PREPARE_SEND" || nonce === undefined || sent.has(nonce),
  );
  if (kept.length < journal.length) writeLines(join(folder, JOURNAL), kept);
}

async function sendAgain(provider: EIP1193Provider, { raw }: Sent, candidates: Sent[]): Promise<Sent | undefined> {
  // The node may have it already, or the nonce may be gone: what it answers shows in the next line.
  await provider.request({ method: "eth_sendRawTransaction", params: [raw] }).catch(() => undefined);
  return findKnown(provider, candidates);
}

/** The first that the chain has. A node may not know yet what another was just given: the provider asks again by itself. */
async function findKnown(provider: EIP1193Provider, candidates: Sent[]): Promise<Sent | undefined> {
  for (const sent of candidates) {
    const found = await provider.request({ method: "eth_getTransactionByHash", params: [sent.hash] });
    if (found !== null && found !== undefined) return sent;
  }
  return undefined;
}

async function refuseUsedNonce(provider: EIP1193Provider, sender: Address, { nonce, hash }: Sent, folder: string) {
  const count = async (tag: "latest" | "pending") =>
    hexToNumber((await provider.request({ method: "eth_getTransactionCount", params: [sender, tag] })) as Hex);
  const [latest, pending] = [await count("latest"), await count("pending")];
  if (pending <= nonce) return;
  if (latest <= nonce) {
    throw new UsageError(
      `${sender} has a transaction with nonce ${nonce} under way: wait until it is mined, then run again.`,
    );
  }
  const address = getContractAddress({ from: sender, nonce: BigInt(nonce) });
  const code = await provider.request({ method: "eth_getCode", params: [address, "latest"] });
  throw new UsageError(
    code === "0x"
      ? `${sender} used nonce ${nonce}, which was the deployment's, for something else: nothing was deployed. Move ${folder} away and run again.`
      : `There is a contract at ${address}, and the endpoint does not know the transaction ${hash} that made it: use another endpoint.`,
  );
}
