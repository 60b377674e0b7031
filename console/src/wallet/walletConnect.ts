/**
 * Wallets on other devices, by WalletConnect: only where the platform names a project, and loaded only when it is chosen.
 * The wallet is asked for signatures alone; the chain is read at the endpoint that the platform names.
 */
import type { SignClient as Library } from "@walletconnect/sign-client";
import {
  type Address,
  getAddress,
  type Hex,
  http,
  numberToHex,
  SwitchChainError,
  UserRejectedRequestError,
} from "viem";
import { createConnector } from "wagmi";
import { HERE } from "../api/client.ts";
import type { PlatformConfig } from "../api/queries.ts";
import { problem } from "../api/remedies.ts";

type Client = Awaited<ReturnType<NonNullable<typeof Library>["init"]>>;
type Session = ReturnType<Client["session"]["getAll"]>[number];

export const WALLET_CONNECT = "walletConnect";
/** What the emitter's message is called that has the link for the wallet. */
export const LINK = "link";

/** What only the person at the wallet can do; everything else is asked of the chain's endpoint. */
const ASKED = ["eth_sendTransaction", "personal_sign", "eth_signTypedData_v4"];
const EVENTS = ["accountsChanged", "chainChanged"];
/** How long the relay may take to answer, ms. */
const RELAY_MS = 15_000;

export function walletConnect(settings: NonNullable<PlatformConfig["walletConnect"]>) {
  return createConnector((config) => {
    const [chain] = config.chains;
    const scope = `eip155:${chain.id}`;
    const node = http(chain.rpcUrls.default.http[0])({ chain });
    let loading: Promise<Client> | undefined;

    /** The library, at the relay. */
    const client = () => {
      loading ??= load();
      loading.catch(() => {
        loading = undefined;
      });
      return loading;
    };
    async function load(): Promise<Client> {
      const { SignClient } = await import("@walletconnect/sign-client");
      if (SignClient === undefined)
        throw problem("This page was built without WalletConnect.", "Use a wallet in this browser; tell the operator.");
      const metadata = { name: "Luxxon", description: "Live video by the second", url: HERE.href, icons: [] };
      const client = await SignClient.init({ ...settings, metadata, logger: "silent", telemetryEnabled: false });
      client.on("session_delete", () => config.emitter.emit("disconnect"));
      client.on("session_update", () => config.emitter.emit("change", { accounts: accountsOf(sessionOf(client)) }));
      return client;
    }
    const sessionOf = (client: Client): Session | undefined =>
      client.session.getAll().findLast(({ namespaces }) => accountsIn(namespaces).length > 0);
    const accountsIn = (namespaces: Session["namespaces"]): Address[] =>
      Object.values(namespaces)
        .flatMap(({ accounts }) => accounts)
        .filter((account) => account.startsWith(`${scope}:`))
        .map((account) => getAddress(account.slice(scope.length + 1)));
    const accountsOf = (session: Session | undefined) => (session === undefined ? [] : accountsIn(session.namespaces));

    /** A new session: shows the link, and waits for the wallet. */
    async function pair(client: Client): Promise<Session> {
      const eip155 = { chains: [scope], methods: ASKED, events: EVENTS };
      const { uri, approval } = await inTime(client.connect({ optionalNamespaces: { eip155 } }));
      config.emitter.emit("message", { type: LINK, data: uri });
      return await approval().catch(refused);
    }

    const provider = {
      async request({ method, params = [] }: { method: string; params?: unknown }): Promise<unknown> {
        if (method === "eth_chainId") return numberToHex(chain.id);
        if (!ASKED.includes(method)) return await node.request({ method, params } as never);
        const it = await client();
        const session = sessionOf(it);
        if (session === undefined) throw problem("The wallet has ended the connection.", "Connect it again.");
        const asked = it.request<Hex>({ topic: session.topic, chainId: scope, request: { method, params } });
        return await asked.catch(refused);
      },
    };

    return {
      id: WALLET_CONNECT,
      name: "WalletConnect",
      type: WALLET_CONNECT,
      async connect({ isReconnecting } = {}) {
        const it = await client();
        const session = sessionOf(it) ?? (isReconnecting ? undefined : await pair(it));
        const accounts = accountsOf(session);
        if (accounts.length === 0)
          throw problem(`The wallet has no account on ${chain.name}.`, "Add the network to it, then connect again.");
        return { accounts: accounts as never, chainId: chain.id };
      },
      async disconnect() {
        const it = await client();
        const reason = { code: 6_000, message: "disconnected" };
        for (const { topic } of it.session.getAll()) await it.disconnect({ topic, reason }).catch(() => undefined);
      },
      getAccounts: async () => accountsOf(sessionOf(await client())),
      getChainId: async () => chain.id,
      getProvider: async () => provider,
      /** Nobody loads the library who has not used it before. */
      isAuthorized: async () =>
        (await config.storage?.getItem("recentConnectorId")) === WALLET_CONNECT &&
        sessionOf(await client()) !== undefined,
      async switchChain() {
        throw new SwitchChainError(new Error("a connection is for one chain"));
      },
      onAccountsChanged() {},
      onChainChanged() {},
      onDisconnect() {
        config.emitter.emit("disconnect");
      },
    };
  });
}

/** Wallets say no by WalletConnect's number for it, where those of the browser have 4001. */
function refused(error: unknown): never {
  const { code, message = "" } = error as { code?: number; message?: string };
  if (code === 5_000 || /rejected/i.test(message)) throw new UserRejectedRequestError(error as Error);
  if (/expired/i.test(message)) throw problem("The wallet has not answered in time.", "Try it again.");
  throw error;
}

async function inTime<T>(doing: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(reject, RELAY_MS, NOBODY_THERE);
  });
  return await Promise.race([doing, over]).finally(() => clearTimeout(timer));
}

const NOBODY_THERE = problem(
  "WalletConnect's relay does not answer.",
  "Look at your connection, or use a wallet in this browser.",
);
