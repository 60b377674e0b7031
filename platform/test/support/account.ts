/** An organisation with an account, which speaks to the account API; and the operator who decides about it. */
import { type Decision, decide } from "../../src/accounts/accounts.ts";
import type { Scope } from "../../src/accounts/checks.ts";
import { systemClock } from "../../src/clock.ts";
import { openDatabase } from "../../src/db/database.ts";
import type { TestPlatform } from "./platform.ts";

/** What an answer holds is for each test to say. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Loose = any;

export interface AccountAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined if the body is empty. */
  body: Loose;
}

export interface AccountCall {
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Where the account API's paths begin. */
export function rootOf({ api }: Pick<TestPlatform, "api">): string {
  return new URL(api).origin;
}

export async function ask(
  platform: Pick<TestPlatform, "api">,
  method: string,
  path: string,
  { body, raw, headers = {} }: AccountCall = {},
): Promise<AccountAnswer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const type: Record<string, string> = sent === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(rootOf(platform) + path, {
    method,
    headers: { ...type, ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** The Authorization header of an email and a password. */
export function basic(email: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${email}:${password}`).toString("base64")}` };
}

/** Decides as `npm run accounts` does. */
export async function decideAbout(platform: Pick<TestPlatform, "env">, decision: Decision, email: string) {
  const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
  try {
    return await decide(db, { clock: systemClock }, decision, email);
  } finally {
    await db.close();
  }
}

export const PASSWORD = "TestPass123";
let emails = 0;

/** One that nobody has used yet. */
export function newEmail(): string {
  return `ops-${process.pid}-${emails++}@example.com`;
}

export interface NewAccount {
  email?: string;
  password?: string;
  scope?: Scope;
  /** What the operator decides, in turn; default: approved. */
  decisions?: Decision[];
}

/** An account that has signed up, and been approved unless it is said otherwise. */
export async function newAccount(
  platform: TestPlatform,
  { email = newEmail(), password = PASSWORD, scope = {}, decisions = ["approve"] }: NewAccount = {},
) {
  const { status, text } = await ask(platform, "POST", "/user/signup", {
    body: { email, password, org: "Test Organization", scope },
  });
  if (status !== 202) throw new Error(`sign-up: ${status} ${text}`);
  for (const decision of decisions) await decideAbout(platform, decision, email);
  const credentials = basic(email, password);
  return {
    email,
    credentials,
    ask: (method: string, path: string, options: AccountCall = {}) =>
      ask(platform, method, path, { ...options, headers: { ...credentials, ...options.headers } }),
    /** @returns A new key, and its id. */
    async newKey(label = "Test API Key") {
      const made = await ask(platform, "POST", "/user/api-keys", { body: { label }, headers: credentials });
      if (made.status !== 201) throw new Error(`new key: ${made.status} ${made.text}`);
      return made.body as { keyId: string; label: string; apiKey: string };
    },
  };
}
