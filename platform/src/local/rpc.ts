/** Asks the local chain before anybody has a client for it. */

/** @throws if nobody answers in time, or with an error. */
export async function askChain(
  url: string,
  method: string,
  params: unknown[] = [],
  withinMs = 5_000,
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    signal: AbortSignal.timeout(withinMs),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new Error(error.message);
  return result;
}
