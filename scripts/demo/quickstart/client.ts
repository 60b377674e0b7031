/** Speaks to the API, and shows each request as the `curl` that would send it. */

export interface Sent {
  method: string;
  path: string;
  /** As it goes over the wire; undefined: none. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Flags of curl that have no part in what is sent: `-c cookies.txt`. */
  flags?: string[];
  /** curl's own content type, which it sends when none is given. */
  isForm?: boolean;
}

export interface Answered {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what is in it is for each step to know.
  data: any;
  body: unknown;
}

export async function send(api: string, { method, path, body, headers = {}, isForm = false }: Sent): Promise<Answered> {
  const type: Record<string, string> =
    body === undefined ? {} : { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" };
  const response = await fetch(api + path, {
    method,
    headers: { ...type, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  const answer = isJson ? ((await response.json()) as { data?: unknown }) : await response.arrayBuffer();
  return {
    status: response.status,
    headers: response.headers,
    body: answer,
    data: isJson ? (answer as { data?: unknown }).data : answer,
  };
}

/** The same as a line for a shell. */
export function curlOf({ method, path, body, headers = {}, flags = [], isForm = false }: Sent): string {
  const parts = [
    `curl ${method === "GET" ? "" : `-X ${method} `}$API${path}`,
    ...Object.entries(headers)
      .filter(([name]) => name !== "cookie")
      .map(
        ([name, value]) =>
          `-H "${name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())}: ${value.replace(/^Bearer .*/, "Bearer $KEY")}"`,
      ),
    ...(body === undefined || isForm ? [] : ['-H "Content-Type: application/json"']),
    ...flags,
    ...(body === undefined ? [] : [`-d '${JSON.stringify(body)}'`]),
  ];
  return parts.join(" \\\n    ");
}
