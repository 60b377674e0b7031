/** Sends JSON-RPC over HTTP, one request at a time, and throws with all that tells why there is no result. */

/** Plenty for 20,000 logs, and little enough that the answer is no danger. */
const LARGEST_ANSWER = 128 * 1024 * 1024;

export function overHttp(url: URL, timeoutMs: number) {
  const { bare, headers } = withoutUser(url);
  return async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(bare, { method: "POST", headers, body, signal });
      return resultIn(response, await textOf(response));
    } catch (error) {
      if (!signal.aborted) throw error;
      throw Object.assign(new Error(`does not answer within ${timeoutMs / 1_000} s`), { name: "TimeoutError" });
    }
  };
}

/** fetch refuses URLs with a user part; endpoints take the same as a header. */
function withoutUser(url: URL): { bare: URL; headers: Record<string, string> } {
  const { username, password } = url;
  const bare = new URL(url);
  bare.username = bare.password = "";
  const headers = { "content-type": "application/json" };
  if (username === "") return { bare, headers };
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { bare, headers: { ...headers, authorization: `Basic ${Buffer.from(user).toString("base64")}` } };
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw Object.assign(new Error("the answer is too large"), { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

interface Answer {
  result?: unknown;
  error?: { code?: unknown; message?: unknown; data?: unknown } | string | null;
}

function resultIn({ ok, status, headers }: Response, text: string): unknown {
  const { result, error } = parse(text);
  if (ok && result !== undefined) return result;
  const said = typeof error === "string" ? { message: error } : (error ?? { message: "" });
  const { message = "it does not say why", code, data } = said;
  // A web page that was asked for nothing may hold any word; what comes with a failure is about it.
  const body = ok ? "" : text.slice(0, 1_000);
  throw Object.assign(new Error(String(message)), { status, headers, code, data, body });
}

function parse(text: string): Answer {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === "object" && answer !== null ? answer : {};
  } catch {
    return {};
  }
}
