/**
 * Stand-ins for Sourcify, Blockscout and Basescan on this machine: as much of each one's API as hardhat-verify uses. They
 * take nothing on trust: see `submission.ts`.
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

export async function serveExplorers(client: PublicClient, chainId: number) {
  const down = new Set<Explorer>();
  const books: Record<Explorer, Book> = {
    sourcify: openBook(client),
    blockscout: openBook(client),
    basescan: openBook(client),
  };

  const endpoint = await serve((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const explorer = url.pathname.split("/")[1] as Explorer;
    if (books[explorer] === undefined || down.has(explorer)) {
      request.socket.destroy();
      return;
    }
    const answer =
      explorer === "sourcify"
        ? asSourcify(books.sourcify, request, url, chainId)
        : asEtherscan(books[explorer], request, url, explorer === "basescan" ? chainId : undefined);
    answer.then(
      ({ status, body }) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      (error: unknown) =>
        response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ message: String(error) })),
    );
  });
  return {
    /** Its explorers are `${url}/sourcify`, `${url}/blockscout` and `${url}/basescan`. */
    url: endpoint.url,
    /** Those that do not answer. */
    down,
    /** The addresses whose sources an explorer shows. */
    verified: (explorer: Explorer) => [...books[explorer].verified],
    close: endpoint.close,
  };
}

/** What one explorer knows. */
interface Book {
  verified: Set<Address>;
  /** Begins to check, and gives a ticket to ask by. */
  submit(submission: Submission): string;
  /** What came of it: undefined if all is well, the reason if not; waits for it. */
  outcome(ticket: string): Promise<string | undefined>;
}

function openBook(client: PublicClient): Book {
  const verified = new Set<Address>();
  const jobs = new Map<string, Promise<string | undefined>>();
  return {
    verified,
    submit(submission) {
      const ticket = randomUUID();
      const job = refusalOf(submission, client).catch((error: unknown) => String(error));
      jobs.set(
        ticket,
        job.then((refusal) => {
          if (refusal === undefined) verified.add(getAddress(submission.address));
          return refusal;
        }),
      );
      return ticket;
    },
    async outcome(ticket) {
      return jobs.has(ticket) ? jobs.get(ticket) : "there is no such ticket";
    },
  };
}

/** Sourcify's API, version 2. */
async function asSourcify(book: Book, request: IncomingMessage, url: URL, chainId: number): Promise<Answer> {
  const [, , , what, first = "", second = ""] = url.pathname.split("/");
  const match = (address: string) => {
    const found = book.verified.has(address as Address) ? "exact_match" : null;
    return { match: found, creationMatch: found, runtimeMatch: found, chainId: first, address };
  };
  if (second !== "" && first !== String(chainId)) {
    return {
      status: 404,
      body: { customCode: "unsupported_chain", message: `no chain ${first}`, errorId: randomUUID() },
    };
  }
  if (what === "contract")
    return { status: book.verified.has(getAddress(second)) ? 200 : 404, body: match(getAddress(second)) };
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
  const common = { isJobCompleted: true, verificationId: first, jobStartTime: new Date().toISOString() };
  const found = refusal === undefined ? "exact_match" : null;
  const contract = { match: found, creationMatch: found, runtimeMatch: found, chainId: String(chainId), address: "" };
  const error =
    refusal === undefined ? {} : { error: { customCode: "no_match", message: refusal, errorId: randomUUID() } };
  return { status: 200, body: { ...common, contract, ...error } };
}

/** Etherscan's API, which Blockscout speaks too. Etherscan's own asks for a key, and for the chain: it serves them all. */
async function asEtherscan(
  book: Book,
  request: IncomingMessage,
  url: URL,
  chainId: number | undefined,
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
