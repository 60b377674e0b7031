/** Sends a transaction so that it is never left open whether it was sent: who sends a second one deposits twice. */
import type { Account, Client, Hash, Hex } from "viem";
import { keccak256 } from "viem";
import type { SendTransactionParameters, WriteContractParameters } from "viem/actions";
import { getTransaction, sendRawTransaction, sendTransaction, writeContract } from "viem/actions";
import { getAction } from "viem/utils";
import { SendingUnclearError } from "../errors.ts";

/** @throws {SendingUnclearError} No answer came, and the chain does not know the transaction, or cannot be asked. */
export async function send(client: Client, request: WriteContractParameters): Promise<Hash> {
  const account = (request.account ?? client.account) as Account | string | null;
  // A wallet or a smart account knows itself how it sends; it keeps the hash until it answers.
  if (typeof account !== "object" || account?.type !== "local")
    return await getAction(
      client,
      writeContract,
      "writeContract",
    )(request).catch((error) => {
      throw isCutOff(error) ? new SendingUnclearError(undefined, error) : error;
    });

  let hash: Hash | undefined;
  const watched = Object.assign(Object.create(client) as Client, {
    sendTransaction: (parameters: SendTransactionParameters) => sendTransaction(watched, parameters),
    // What is signed here has its hash before it is sent.
    sendRawTransaction: (parameters: { serializedTransaction: Hex }) => {
      hash = keccak256(parameters.serializedTransaction);
      return getAction(client, sendRawTransaction, "sendRawTransaction")(parameters as never);
    },
  });
  try {
    return await writeContract(watched, request);
  } catch (error) {
    const isUnclear = isCutOff(error) || isInternal(error);
    if (hash === undefined || !(isUnclear || wasSentBefore(error))) throw error;
    if (await isKnown(client, hash)) return hash;
    throw isUnclear ? new SendingUnclearError(hash, error) : error;
  }
}

function isKnown(client: Client, hash: Hash): Promise<boolean> {
  return getAction(
    client,
    getTransaction,
    "getTransaction",
  )({ hash }).then(
    () => true,
    () => false,
  );
}

/** Nobody said no: the connection broke, nothing came in time, or something between here and the node answered instead. */
function isCutOff(error: unknown): boolean {
  return causesOf(error).some(({ name = "", status }) =>
    name === "HttpRequestError"
      ? status === undefined || status >= 500
      : /^(Timeout|WebSocketRequest|SocketClosed)Error$/.test(name),
  );
}

/** Nodes say so of what they have taken, too. (Wallets say it of whatever they refuse.) */
function isInternal(error: unknown): boolean {
  return causesOf(error).some(({ code }) => code === -32603);
}

/** The node has it already, or its nonce is used: both are said of what was sent and whose answer was lost, too. */
function wasSentBefore(error: unknown): boolean {
  return causesOf(error).some(({ message }) => /already known|known transaction|nonce too low/i.test(message ?? ""));
}

interface Cause {
  name?: string;
  message?: string;
  status?: number;
  code?: number;
  cause?: unknown;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let at = error; typeof at === "object" && at !== null && causes.length < 12; at = (at as Cause).cause)
    causes.push(at);
  return causes;
}
