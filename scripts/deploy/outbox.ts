/**
 * Every signed transaction, on disk before it is sent. If the process dies between the sending and Ignition's note of it, the
 * next run sends the very same transaction again, which no chain takes twice, instead of making another.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type EIP1193Provider, trackTransaction } from "@nomicfoundation/ignition-core";
import {
  type Address,
  getContractAddress,
  type Hex,
  hexToBigInt,
  hexToNumber,
  keccak256,
  parseTransaction,
  type RecoverTransactionAddressParameters,
  recoverTransactionAddress,
} from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { z } from "zod";
import { UsageError } from "../cli.ts";
import { hashSchema } from "../deployments/schema.ts";

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

/** A provider that signs for one account, here, and keeps what it signed in the folder. */
export function signingProvider(
  provider: EIP1193Provider,
  { account, chainId, folder }: { account: PrivateKeyAccount; chainId: number; folder: string },
): EIP1193Provider {
  return {
    async request({ method, params }) {
      if (method === "eth_accounts") return [account.address];
      if (method !== "eth_sendTransaction") return provider.request({ method, params });
      const [request] = params as [TransactionRequest];
      const nonce = hexToNumber(request.nonce);
      const common = {
        chainId,
        nonce,
        gas: hexToBigInt(request.gas),
        to: request.to ?? undefined,
        data: request.data,
        value: hexToBigInt(request.value ?? "0x0"),
      };
      const raw = await account.signTransaction(
        request.maxFeePerGas === undefined || request.maxPriorityFeePerGas === undefined
          ? { ...common, type: "legacy", gasPrice: hexToBigInt(request.gasPrice ?? "0x0") }
          : {
              ...common,
              type: "eip1559",
              maxFeePerGas: hexToBigInt(request.maxFeePerGas),
              maxPriorityFeePerGas: hexToBigInt(request.maxPriorityFeePerGas),
            },
      );
      mkdirSync(folder, { recursive: true });
      const sent: Sent = { nonce, hash: keccak256(raw), raw };
      appendFileSync(join(folder, FILE), `${JSON.stringify(sent)}\n`, { flush: true });
      return provider.request({ method: "eth_sendRawTransaction", params: [raw] });
    },
  };
}

/** What was signed so far, oldest first. */
export function readOutbox(folder: string): Sent[] {
  return wholeLines(join(folder, FILE)).map((line) => sentSchema.parse(line));
}

/** The lines of a file that one line is appended to at a time. A last one that is cut off was never finished: it goes. */
function wholeLines(file: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  const lines = text.split("\n").filter((line) => line !== "");
  const last = lines.at(-1);
  if (last !== undefined && !isJson(last)) {
    lines.pop();
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  }
  return lines.map((line) => JSON.parse(line) as unknown);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** How often a node is asked for a transaction that it was just given, and how long between, in milliseconds. */
const ATTEMPTS = 10;
const PAUSE_MS = 500;

/**
 * Brings a deployment that broke off to where Ignition can take over: the last transaction is known to the chain, and the
 * journal knows of it.
 *
 * @throws {UsageError} if the chain has used the transaction's nonce for something else.
 */
export async function finishSending(
  provider: EIP1193Provider,
  { sender, data, folder }: { sender: Address; data: Hex; folder: string },
): Promise<void> {
  const journal = wholeLines(join(folder, JOURNAL)) as { type?: string; nonce?: number }[];
  const last = readOutbox(folder).at(-1);
  if (last === undefined || journal.some(({ type }) => type === "TRANSACTION_CONFIRM")) return;
  // What was signed is not what is meant now: Ignition will say so, and until then nothing must be sent.
  if (parseTransaction(last.raw).data !== data) return;
  if (
    (await recoverTransactionAddress({
      serializedTransaction: last.raw as RecoverTransactionAddressParameters["serializedTransaction"],
    })) !== sender
  )
    return;
  // With more than one the fees were raised: any of them may be the one that counts.
  const candidates = readOutbox(folder).filter(({ nonce }) => nonce === last.nonce);
  let known = await findKnown(provider, candidates);
  if (known === undefined) {
    // The node may have it already, or the nonce may be gone: what it answers shows in the next lines.
    await provider.request({ method: "eth_sendRawTransaction", params: [last.raw] }).catch(() => undefined);
    for (let i = 0; i < ATTEMPTS && known === undefined; i++) {
      known = await findKnown(provider, candidates);
      if (known === undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  if (known === undefined) return refuseUsedNonce(provider, sender, last, folder);
  const noted = journal.some(({ type, nonce }) => type === "TRANSACTION_SEND" && nonce === last.nonce);
  if (!noted) await trackTransaction(folder, known.hash, provider);
}

async function findKnown(provider: EIP1193Provider, candidates: Sent[]): Promise<Sent | undefined> {
  for (const sent of candidates) {
    const found = await provider.request({ method: "eth_getTransactionByHash", params: [sent.hash] });
    if (found !== null && found !== undefined) return sent;
  }
  return undefined;
}

async function refuseUsedNonce(provider: EIP1193Provider, sender: Address, { nonce, hash }: Sent, folder: string) {
  const count = (await provider.request({ method: "eth_getTransactionCount", params: [sender, "latest"] })) as Hex;
  if (hexToNumber(count) <= nonce) return;
  const address = getContractAddress({ from: sender, nonce: BigInt(nonce) });
  const code = await provider.request({ method: "eth_getCode", params: [address, "latest"] });
  throw new UsageError(
    code === "0x"
      ? `${sender} used nonce ${nonce}, which was the deployment's, for something else: nothing was deployed. Move ${folder} away and run again.`
      : `There is a contract at ${address}, and the endpoint does not know the transaction ${hash} that made it: use another endpoint.`,
  );
}
