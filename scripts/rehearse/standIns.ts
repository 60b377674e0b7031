/**
 * Stands in for Sourcify, Blockscout and Basescan on this machine, with as much of each one's API as hardhat-verify uses. It
 * takes nothing on trust: see `submission.ts`.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { serve } from "@luxxon/local/fork/relay";
import { type Address, getAddress, type Hex, type PublicClient } from "viem";
import type { Explorer } from "../verify/explorers.ts";
import { refusalOf, type Submission } from "./submission.ts";

/** What the stand-in for Basescan takes; the real one gives everybody a key of their own. */
export const API_KEY = "a-key-for-the-rehearsal";

interface Answer {
  status: number;
  body: object;
}

/**
 * How an explorer answers that is neither down nor well: by a page for people, which asks whether they are any; by a job that
 * stays pending; or by not showing sources of which it says, when it is given them, that it has them already.
 */
export type Mood = "challenge" | "pending" | "already";

export async function serveExplorers(client: PublicClient, chainId: number) {
  const down = new Set<Explorer>();
  const moods = new Map<Explorer, Mood>();
  const books = { sourcify: openBook(client), blockscout: openBook(client), basescan: openBook(client) };

  const endpoint = await serve((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const explorer = url.pathname.split("/")[1] as Explorer;
    if (books[explorer] === undefined || down.has(explorer)) {
      request.socket.destroy();
      return;
    }
    const mood = moods.get(explorer);
    if (mood === "challenge") {
      response.writeHead(200, { "content-type": "text/html" }).end("<!DOCTYPE html><title>Just a moment...</title>");
      return;
    }
    const answer =
      explorer === "sourcify"
        ? asSourcify(books.sourcify, request, url, chainId)
        : asEtherscan(books[explorer], request, url, explorer === "basescan" ? chainId : undefined, mood);
    void answer
      .catch((error: unknown): Answer => ({ status: 500, body: { message: String(error) } }))
      .then(({ status, body }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      );
  });
  return {
    /** Its explorers are `${url}/sourcify`, `${url}/blockscout` and `${url}/basescan`. */
    url: endpoint.url,
    /** Those that do not answer. */
    down,
    moods,
    /** The addresses whose sources an explorer shows. */
    verified: (explorer: Explorer) => [...books[explorer].verified],
    close: endpoint.close,
  };
}

type Book = ReturnType<typeof openBook>;

/** Keeps what one explorer knows. */
function openBook(client: PublicClient) {
  const verified = new Set<Address>();
  const jobs = new Map<string, Promise<string | undefined>>();
  const check = async (submission: Submission) => {
    const refusal = await refusalOf(submission, client);
    if (refusal === undefined) verified.add(getAddress(submission.address));
    return refusal;
  };
  return {
    verified,
    /** Begins to check, and gives a ticket to ask by. */
    submit(submission: Submission): string {
      const ticket = randomUUID();
      jobs.set(
        ticket,
        check(submission).catch((error: unknown) => String(error)),
      );
      return ticket;
    },
    /** Waits for what comes of it: undefined if all is well, the refusal if not. */
    async outcome(ticket: string): Promise<string | undefined> {
      return jobs.has(ticket) ? jobs.get(ticket) : "there is no such ticket";
    },
  };
}

/** Sourcify's API, version 2. */
async function asSourcify(book: Book, request: IncomingMessage, url: URL, chainId: number): Promise<Answer> {
  const [, , , what, first = "", second = ""] = url.pathname.split("/");
  const shown = (found: boolean, address: string) => {
    const match = found ? "exact_match" : null;
    return { match, creationMatch: match, runtimeMatch: match, chainId: String(chainId), address };
  };
  const objection = (customCode: string, message: string) => ({ customCode, message, errorId: randomUUID() });
  if (second !== "" && first !== String(chainId)) {
    return { status: 404, body: objection("unsupported_chain", `no chain ${first}`) };
  }
  if (what === "contract") {
    const address = getAddress(second);
    const found = book.verified.has(address);
    return { status: found ? 200 : 404, body: shown(found, address) };
  }
  if (request.method === "POST") {
    const { stdJsonInput, contractIdentifier, compilerVersion, creationTransactionHash } = JSON.parse(
      await text(request),
    ) as { stdJsonInput: object; contractIdentifier: string; compilerVersion: string; creationTransactionHash?: Hex };
    const ticket = book.submit({
      address: getAddress(second),
      input: stdJsonInput,
      contractName: contractIdentifier,
      compilerVersion,
      creationTxHash: creationTransactionHash,
    });
    return { status: 202, body: { verificationId: ticket } };
  }
  const refusal = await book.outcome(first);
  const job = { isJobCompleted: true, verificationId: first, jobStartTime: new Date().toISOString() };
  const contract = shown(refusal === undefined, "");
  const error = refusal === undefined ? {} : { error: objection("no_match", refusal) };
  return { status: 200, body: { ...job, contract, ...error } };
}

/** Etherscan's API, which Blockscout speaks too. Etherscan's own asks for a key, and for the chain: it serves them all. */
async function asEtherscan(
  book: Book,
  request: IncomingMessage,
  url: URL,
  chainId: number | undefined,
  mood: Mood | undefined,
): Promise<Answer> {
  const asked = url.searchParams;
  const answer = (status: "0" | "1", result: unknown): Answer => ({
    status: 200,
    body: { status, message: status === "1" ? "OK" : "NOTOK", result },
  });
  if (chainId !== undefined) {
    if (asked.get("apikey") !== API_KEY) return answer("0", "Invalid API Key");
    if (asked.get("chainid") !== String(chainId)) return answer("0", "Missing or unsupported chainid parameter");
  }
  switch (asked.get("action")) {
    case "getsourcecode": {
      const known = book.verified.has(getAddress(asked.get("address") ?? ""));
      return answer("1", [{ SourceCode: known ? "{…}" : "" }]);
    }
    case "verifysourcecode": {
      const form = new URLSearchParams(await text(request));
      if (mood === "already") return answer("0", "Contract source code already verified");
      if (mood === "pending") return answer("1", randomUUID());
      const field = (name: string) => form.get(name) ?? "";
      if (field("codeformat") !== "solidity-standard-json-input")
        return answer("0", "standard JSON is taken, nothing else");
      const ticket = book.submit({
        address: getAddress(field("contractaddress")),
        input: JSON.parse(field("sourceCode")) as object,
        contractName: field("contractname"),
        compilerVersion: field("compilerversion"),
        constructorArguments: `0x${field("constructorArguments")}`,
      });
      return answer("1", ticket);
    }
    case "checkverifystatus": {
      if (mood === "pending") return answer("0", "Pending in queue");
      const refusal = await book.outcome(asked.get("guid") ?? "");
      // Blockscout's status is of the request, and it gives no reason.
      if (refusal !== undefined && chainId === undefined) return answer("1", "Fail - Unable to verify");
      return refusal === undefined
        ? answer("1", "Pass - Verified")
        : answer("0", `Fail - Unable to verify. ${refusal}`);
    }
    default:
      return answer("0", "Missing or unsupported action");
  }
}
