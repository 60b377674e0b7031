/** Who calls, and what there is to call about: fills in what the drawn requests leave open, and learns from the answers. */
import { makeKey } from "../../src/keys/plaintext.ts";
import { newPerson, type Person } from "../support/person.ts";
import type { Reachable } from "../support/platform.ts";
import type { CallerName } from "./requests.ts";

export const VIDEO = { token: "video-token", secret: "video-secret" };

const NOBODY = "00000000-0000-8000-8000-000000000000";

export type World = Awaited<ReturnType<typeof newWorld>>;

/** @param again Those of a world in which they have lost their rights: they begin anew, with what money they have. */
export async function newWorld(platform: Reachable, again?: Person[]) {
  const [ada, bob, carl] = again ?? [await newPerson(platform), await newPerson(platform), await newPerson(platform)];
  if (ada === undefined || bob === undefined || carl === undefined) throw new Error("a world of three");
  if (again === undefined) await ada.fund(20_000_000n);
  await ada.signUp();
  await bob.signUp();
  await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/members`, {
    body: { walletAddress: carl.address, role: "VIEWER" },
  });
  const narrow = await ada.mintKey(["wallet:read"]);
  const revoked = await ada.mintKey();
  const { data: keys } = await ada.byCookie("GET", `/workspaces/${ada.workspaceId}/api-keys`);
  const { id } = keys.find(({ prefix }: { prefix: string }) => revoked.startsWith(prefix));
  await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys/${id}/revoke`, { body: { immediate: true } });
  const madeUp = makeKey("TEST", NOBODY, (length) => crypto.getRandomValues(new Uint8Array(length)));

  const bearer = (key: string) => ({ authorization: `Bearer ${key}`, "cf-webhook-auth": VIDEO.secret });
  const callers: Record<CallerName, () => Record<string, string>> = {
    nobody: () => ({}),
    wallet: () => ({ cookie: ada.cookie, "cf-webhook-auth": VIDEO.secret }),
    key: () => bearer(ada.apiKey),
    "narrow key": () => bearer(narrow),
    "other's key": () => bearer(bob.apiKey),
    "other's wallet": () => ({ cookie: bob.cookie }),
    "revoked key": () => bearer(revoked),
    "made-up key": () => bearer(madeUp),
    "tampered cookie": () => ({ cookie: ada.cookie.replace(/..$/, (end) => (end === "AA" ? "BB" : "AA")) }),
    "odd header": () => ({ authorization: "Basic eDp5", cookie: 'lx_session="; a=b; lx_session=' }),
  };

  /** By kind, the newest first. */
  const there: Record<string, string[]> = {
    workspace: [ada.workspaceId, bob.workspaceId, NOBODY],
    wallet: [ada.address, carl.address, bob.address],
    session: [NOBODY],
    quote: [NOBODY],
    key: [NOBODY],
    webhook: [NOBODY],
    nonce: ["0".repeat(32)],
    input: ["nothing"],
    videoToken: [VIDEO.token],
  };
  const learn = (kind: string, value: unknown) => {
    const known = there[kind];
    if (typeof value === "string" && !known?.includes(value)) there[kind] = [value, ...(known ?? [])].slice(0, 3);
  };

  return {
    people: [ada, bob, carl],
    credentialsOf: (name: CallerName) => callers[name](),
    /** Puts in what there is; for a sign-in, a challenge and what ada answers to it. */
    async fill(path: string, text: string): Promise<string> {
      if (text.includes("<signature-")) {
        const signed = await ada.signed(path.endsWith("/login") ? "/auth/wallet/challenge" : "/workspaces/challenge");
        for (const field of ["nonce", "signature"] as const)
          text = text.replaceAll(new RegExp(`<${field}-\\d>`, "g"), signed[field]);
      }
      return text.replaceAll(/<(\w+)-(\d)>/g, (_all, kind: string, n: string) => {
        const known = there[kind] ?? [NOBODY];
        return known[Number(n) % known.length] ?? NOBODY;
      });
    },
    /** What a call made or told is there for the next. */
    async learn(path: string, method: string, status: number, data: unknown): Promise<void> {
      if (status >= 300) return;
      const made = (data ?? {}) as Record<string, unknown>;
      if (method === "POST" && path.endsWith("/sessions")) learn("session", made.id);
      if (method === "POST" && path.endsWith("/api-keys")) learn("key", made.id);
      if (method === "POST" && path.endsWith("/webhooks")) learn("webhook", made.id);
      learn("quote", made.quoteId);
      learn("input", made.videoBackendRef);
      // Whoever signed out, or changed who she is, comes back as herself.
      if (path.endsWith("/auth/logout")) for (const one of [ada, bob]) await signedIn(one);
    },
    /** Whether ada still owns what the requests are about. */
    async isWhole(): Promise<boolean> {
      await signedIn(ada);
      const { data } = await ada.byCookie("GET", "/me");
      // Without data where she is no member any more, and so could not sign in to it.
      return data?.activeRole === "OWNER" && (await ada.call("GET", "/me")).status === 200;
    },
  };
}

async function signedIn(person: Person): Promise<void> {
  if ((await person.byCookie("GET", "/me")).status === 401) await person.login();
}
