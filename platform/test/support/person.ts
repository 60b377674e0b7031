/** Somebody with a wallet, a workspace and a key, who speaks to the API as clients do. */

import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { type Address, createPublicClient, createWalletClient, custom, type Hex, http, maxUint256 } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { expectDocumented } from "./document.ts";
import type { Reachable } from "./platform.ts";

/** What an answer holds is for each test to say. */
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Loose = any;

export interface Answer<Data = Record<string, unknown>> {
  status: number;
  headers: Headers;
  /** The whole body. */
  body: Record<string, unknown>;
  data: Data;
}

/** Sends a request as it is told to, and reads what comes back as JSON. */
export async function call<Data = Loose>(
  { api }: Pick<Reachable, "api">,
  method: string,
  path: string,
  { body, headers = {}, raw }: { body?: unknown; headers?: Record<string, string>; raw?: string } = {},
): Promise<Answer<Data>> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const type: Record<string, string> = sent === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(api + path, {
    method,
    headers: { ...type, ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = text !== "" && (response.headers.get("content-type") ?? "").startsWith("application/json");
  const json = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  if (method !== "HEAD" && response.status !== 204) await expectDocumented(api, method, path, response, json);
  return { status: response.status, headers: response.headers, body: json, data: json.data as Data };
}

export type Person = Awaited<ReturnType<typeof newPerson>>;

let slugs = 0;

/** A new wallet. Nothing is known of it anywhere yet. */
export async function newPerson(platform: Reachable, key: Hex = generatePrivateKey()) {
  const account = privateKeyToAccount(key);
  // Asked at each call: a local chain that was killed may come back at another port.
  const transport = custom({ request: (body) => http(platform.env.RPC_URL)({}).request(body) }, { retryCount: 0 });
  const publicClient = createPublicClient({ transport, pollingInterval: 50, cacheTime: 0 });
  const wallet = createWalletClient({ account, transport });
  const usdc = platform.parts.contracts.usdc as Address;
  const settlement = platform.parts.contracts.settlement as Address;

  const person = {
    account,
    address: account.address,
    publicClient,
    /** What `login` got. */
    cookie: "",
    workspaceId: "",
    /** An API key with all scopes. */
    apiKey: "",
    call: <Data = Loose>(method: string, path: string, options: Parameters<typeof call>[3] = {}) =>
      call<Data>(platform, method, path, {
        ...options,
        headers: { authorization: `Bearer ${person.apiKey}`, ...options.headers },
      }),
    byCookie: <Data = Loose>(method: string, path: string, options: Parameters<typeof call>[3] = {}) =>
      call<Data>(platform, method, path, { ...options, headers: { cookie: person.cookie, ...options.headers } }),

    /** Answers a challenge. */
    async signed(path: "/workspaces/challenge" | "/auth/wallet/challenge") {
      const { data } = await call(platform, "POST", path, { body: { walletAddress: account.address } });
      return {
        walletAddress: account.address,
        nonce: data.nonce as string,
        signature: await account.signMessage({ message: data.message as string }),
      };
    },
    async createWorkspace(roles: string[] = ["CONSUMER", "SUPPLIER"], more: Record<string, unknown> = {}) {
      const slug = `test-${process.pid}-${slugs++}-${Date.now() % 100_000}`;
      const made = await call(platform, "POST", "/workspaces", {
        body: { slug, name: "Test", roles, ...(await person.signed("/workspaces/challenge")), ...more },
      });
      if (made.status === 201) person.workspaceId = made.data.id as string;
      return made;
    },
    async login() {
      const answer = await call(platform, "POST", "/auth/wallet/login", {
        body: await person.signed("/auth/wallet/challenge"),
      });
      person.cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
      if (person.workspaceId !== "") {
        const picked = await person.byCookie("POST", "/auth/workspace/select", {
          body: { workspaceId: person.workspaceId },
        });
        person.cookie = picked.headers.get("set-cookie")?.split(";")[0] ?? "";
      }
      return answer;
    },
    async mintKey(
      scopes: string[] = ["sessions:create", "sessions:read", "sessions:operate", "pricing:read", "wallet:read"],
    ) {
      const minted = await person.byCookie("POST", `/workspaces/${person.workspaceId}/api-keys`, {
        body: { label: "test", environment: "TEST", scopes },
      });
      if (minted.status !== 201) throw new Error(`no key: ${minted.status} ${JSON.stringify(minted.body)}`);
      return minted.data.plaintext as string;
    },
    /** Workspace, cookie and key at once. */
    async signUp(roles?: string[]) {
      await person.createWorkspace(roles);
      await person.login();
      person.apiKey = await person.mintKey();
      return person;
    },
    async send(request: {
      address: Address;
      abi: typeof usdcAbi | typeof luxxonSettlementAbi;
      functionName: string;
      args: readonly unknown[];
    }) {
      const hash = await wallet.writeContract({ ...request, chain: null, gas: 500_000n } as never);
      return await publicClient.waitForTransactionReceipt({ hash });
    },
    /** ETH and USDC from the faucet, and so many µUSDC into the pool. */
    async fund(amount: bigint) {
      for (let given = 0n; given < amount || given === 0n; given += 10_000_000n)
        await call(platform, "POST", "/faucet", { body: { address: account.address } });
      await person.send({ address: usdc, abi: usdcAbi, functionName: "approve", args: [settlement, maxUint256] });
      if (amount > 0n)
        await person.send({ address: settlement, abi: luxxonSettlementAbi, functionName: "deposit", args: [amount] });
    },
    withdraw: (amount: bigint) =>
      person.send({ address: settlement, abi: luxxonSettlementAbi, functionName: "withdraw", args: [amount] }),

    /** A session that was live for `seconds`, with this person on both sides. @returns Its id. */
    async session(seconds = 1, maxDurationSeconds = 60) {
      const made = await person.call("POST", "/sessions", { body: { lat: 4.71, lng: -74.07, maxDurationSeconds } });
      const id = made.data.id as string;
      await person.call("POST", `/sessions/${id}/accept`);
      await person.call("POST", `/sessions/${id}/start`);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      await person.call("POST", `/sessions/${id}/end`);
      return id;
    },
    /** Waits until a settlement is as it is wanted. */
    async settlement(id: string, state = "CONFIRMED", withinMs = 20_000) {
      for (const end = Date.now() + withinMs; ; await new Promise((resolve) => setTimeout(resolve, 100))) {
        const { data } = await person.call("GET", `/settlements/${id}`);
        if (data.state === state) return data;
        if (Date.now() > end) throw new Error(`the settlement of ${id} is ${data.state}, not ${state}`);
      }
    },
  };
  return person;
}
