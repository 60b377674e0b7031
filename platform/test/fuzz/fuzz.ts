/** Sends drawn requests to a platform, and says where an answer is not what the published document promises. */
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import fc from "fast-check";
import { documentedAnswer, publishedBy } from "../support/document.ts";
import type { Reachable } from "../support/platform.ts";
import { type Document, type Drawn, requests } from "./requests.ts";
import { newWorld, VIDEO, type World } from "./world.ts";

/** Settings of a platform that is to be asked everything. */
export const SETTINGS = {
  VIDEO_EVENTS_TOKEN: VIDEO.token,
  VIDEO_EVENTS_SECRET: VIDEO.secret,
  // Each call comes from an address of its own: no limit hides what is behind it.
  TRUSTED_PROXIES: "127.0.0.1",
};

/** Calls that are drawn from one seed; then comes the next seed, and people whom nothing has happened to yet. */
const CALLS_A_SEED = 500;

export interface Fault {
  seed: number;
  what: string;
  /** The request, as a command. */
  curl: string;
  answer: string;
}

export interface Fuzzed {
  calls: number;
  /** How often each operation answered with each status. */
  answered: Map<string, number>;
  faults: Fault[];
}

export interface FuzzOptions {
  seed: number;
  calls: number;
  onCall?: (calls: number, faults: number) => void;
}

export async function fuzz(platform: Reachable, { seed, calls, onCall }: FuzzOptions): Promise<Fuzzed> {
  const agent = new Agent({ keepAlive: true });
  const document = (await publishedBy(platform.api)).document as unknown as Document;
  const result: Fuzzed = { calls: 0, answered: new Map(), faults: [] };
  const any = requests(document);
  let world = await newWorld(platform);
  for (let left = calls, next = seed; left > 0; left -= CALLS_A_SEED, next++) {
    if (!(await world.isWhole())) world = await newWorld(platform, world.people);
    for (const drawn of fc.sample(any, { seed: next, numRuns: Math.min(left, CALLS_A_SEED) })) {
      const { status, faults, curl, answer } = await ask(platform, agent, world, drawn);
      result.calls++;
      const line = `${drawn.operation.method} ${drawn.operation.path} ${status}`;
      result.answered.set(line, (result.answered.get(line) ?? 0) + 1);
      for (const what of faults) result.faults.push({ seed: next, what, curl, answer });
      onCall?.(result.calls, result.faults.length);
    }
  }
  agent.destroy();
  return result;
}

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  text: string;
}

let address = 0;

async function ask(platform: Reachable, agent: Agent, world: World, drawn: Drawn) {
  const { method, operation } = drawn;
  const target = await world.fill(operation.path, drawn.target);
  const body = drawn.body === undefined ? undefined : await world.fill(operation.path, drawn.body);
  const headers = { ...drawn.headers, ...world.credentialsOf(drawn.caller) };
  const { origin } = new URL(platform.api);
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const curl = [
    `curl --path-as-is -g -X ${method} ${quoted(origin + target)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-raw ${quoted(body.length > 2_000 ? `${body.slice(0, 2_000)}…` : body)}`]),
  ].join(" ");
  const from = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address++ & 255}`;
  let answer: Answer;
  try {
    answer = await send(origin, agent, method, target, { ...headers, "x-forwarded-for": from }, body);
  } catch (error) {
    return { status: 0, faults: [`no answer: ${(error as Error).message}`], curl, answer: "" };
  }
  const faults = await faultsOf(platform.api, drawn, target, answer);
  const { data } = answer.text.startsWith("{") ? (JSON.parse(answer.text) as { data?: unknown }) : {};
  await world.learn(operation.path, method, answer.status, data);
  return { status: answer.status, faults, curl, answer: `${answer.status} ${answer.text.slice(0, 1_000)}` };
}

function send(
  origin: string,
  agent: Agent,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: string | undefined,
): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body, "utf8");
    const length = bytes === undefined ? {} : { "content-length": String(bytes.length) };
    const latin = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Buffer.from(value, "utf8").toString("latin1")]),
    );
    const request = httpRequest(
      { hostname, port, method, path, agent, headers: { ...latin, ...length }, timeout: 20_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
        response.on("error", reject);
      },
    );
    request.on("timeout", () => request.destroy(new Error("not within 20 s")));
    request.on("error", reject);
    request.end(bytes);
  });
}

/** 503 is an answer to a request only where it speaks of operators; every part is there. */
const OF_OPERATORS = ["NO_COVERAGE", "UNAVAILABLE"];

async function faultsOf(api: string, drawn: Drawn, target: string, answer: Answer): Promise<string[]> {
  const { status, headers, text } = answer;
  const { operation, method } = drawn;
  const faults: string[] = [];
  const isJson = (headers["content-type"] ?? "").startsWith("application/json");
  let body: Record<string, unknown> = {};
  if (isJson && method !== "HEAD")
    try {
      body = JSON.parse(text);
    } catch {
      faults.push("its body is no JSON");
    }
  const needs = (name: string) => {
    if (headers[name] === undefined) faults.push(`${status} has no ${name}`);
  };

  needs("x-request-id");
  if (headers["x-content-type-options"] !== "nosniff") faults.push("it can be sniffed");
  if (status === 503 && !OF_OPERATORS.includes(String(body.code))) faults.push(`503 ${body.code}`);
  if (status >= 500 && status !== 503) faults.push(`${status}`);
  if (/node_modules|\n\s+at |\.ts:\d|(?:Type|Reference|Syntax)Error/.test(text) && status >= 400)
    faults.push("it shows our inside");
  if (status >= 400 && method !== "HEAD" && body.requestId !== headers["x-request-id"])
    faults.push("its request id is another than the header's");
  if (status === 401) needs("www-authenticate");
  if (status === 429 || status === 503) needs("retry-after");
  if (status === 405) needs("allow");
  if (method === "HEAD" && text !== "") faults.push("HEAD has a body");

  const path = target.split("?")[0] ?? "";
  if (method !== "HEAD" && method !== "OPTIONS" && method !== "TRACE")
    faults.push(...(await documentedAnswer(api, method, path, { status, type: headers["content-type"] }, body)));
  // The document tells the whole of what is taken: what it describes is refused for a reason other than its form.
  if (drawn.isDescribed && status === 400 && body.code === "INVALID_INPUT" && !isOfMeaning(body.detail))
    faults.push(`described, and refused: ${body.message}`);
  return faults.map((fault) => `${method} ${operation.path}: ${fault}`);
}

/** Details of INVALID_INPUT that no schema of a body can tell: they are of what there is, of a header, of several fields. */
function isOfMeaning(detail: unknown): boolean {
  return (
    /:/.test(String(detail)) ||
    ["workspaceNotSelected", "environment", "expiresAt", "Idempotency-Key", "url"].includes(String(detail))
  );
}
