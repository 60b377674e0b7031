/**
 * A browser wallet for tests: announced by EIP-6963 as any other, with a local key, and the local chain's own node behind it.
 * It says yes to everything unless a test has it say otherwise.
 */
import type { BrowserContext, Page } from "playwright-core";
import { type Address, createWalletClient, type Hex, http, numberToHex } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";

export interface TestWallet {
  account: PrivateKeyAccount;
  /** What was asked of it that a person had to confirm. */
  confirmed: string[];
  /** Answers a method in the wallet's place; undefined: the wallet does it as ever. An error is thrown at the page. */
  answer: Map<string, (params: readonly unknown[]) => unknown>;
  /** Chooses another account, or none (locked). */
  choose(page: Page, account: PrivateKeyAccount | undefined): Promise<void>;
  /** Moves to another chain. */
  moveTo(page: Page, chainId: number): Promise<void>;
}

/** An error as wallets give it. */
export class WalletError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
export const rejected = () => new WalletError(4001, "User rejected the request.");

interface Options {
  rpcUrl: string;
  chainId: number;
  key?: Hex;
  name?: string;
}

export async function addWallet(
  context: BrowserContext,
  { rpcUrl, chainId: atFirst, key = generatePrivateKey(), name = "Test Wallet" }: Options,
): Promise<TestWallet> {
  const first = privateKeyToAccount(key);
  let account: PrivateKeyAccount | undefined = first;
  let chainId = atFirst;
  /** Until it is asked to connect, a wallet shows its accounts to no page. */
  let isConnected = false;

  const wallet: TestWallet = {
    account: first,
    confirmed: [],
    answer: new Map(),
    async choose(page, next) {
      account = next;
      await emit(page, "accountsChanged", next === undefined ? [] : [next.address]);
    },
    async moveTo(page, next) {
      chainId = next;
      await emit(page, "chainChanged", numberToHex(next));
    },
  };
  const emit = (page: Page, event: string, value: unknown) =>
    page.evaluate(
      ([name, event, value]) =>
        window.dispatchEvent(new CustomEvent(`test wallet ${name}`, { detail: { event, value } })),
      [name, event, value] as const,
    );
  const ask = async (method: string, params: readonly unknown[]) => {
    const response = await fetch(rpcUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await response.json()) as {
      result?: unknown;
      error?: { code: number; message: string };
    };
    if (error !== undefined)
      throw Object.assign(new WalletError(error.code, error.message), { data: Reflect.get(error, "data") });
    return result;
  };

  const request = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const instead = wallet.answer.get(method)?.(params);
    if (instead instanceof Error) throw instead;
    if (instead !== undefined) return await instead;
    switch (method) {
      case "eth_requestAccounts":
      case "wallet_requestPermissions":
        if (account === undefined) throw rejected();
        isConnected = true;
        return method === "eth_requestAccounts" ? [account.address] : [{ parentCapability: "eth_accounts" }];
      case "eth_accounts":
        return isConnected && account !== undefined ? [account.address] : [];
      case "eth_chainId":
        return numberToHex(chainId);
      case "wallet_switchEthereumChain":
        wallet.confirmed.push(method);
        chainId = Number((params[0] as { chainId: Hex }).chainId);
        return null;
      case "personal_sign":
        wallet.confirmed.push(method);
        return await signer().signMessage({ message: { raw: params[0] as Hex } });
      case "eth_signTypedData_v4":
        wallet.confirmed.push(method);
        return await signer().signTypedData(JSON.parse(params[1] as string));
      case "eth_sendTransaction": {
        wallet.confirmed.push(method);
        const { to, data } = params[0] as { to: Address; data: Hex };
        const client = createWalletClient({ account: signer(), transport: http(rpcUrl) });
        return await client.sendTransaction({ to, data, chain: null });
      }
      default:
        return await ask(method, params);
    }
  };
  const signer = () => {
    if (account === undefined || !isConnected) throw new WalletError(4100, "The wallet is locked.");
    return account;
  };

  await context.exposeFunction(`ask ${name}`, async (method: string, params: unknown[]) => {
    try {
      return { result: await request(method, params) };
    } catch (error) {
      const { code = -32603, message, data } = error as { code?: number; message: string; data?: unknown };
      return { error: { code: typeof code === "number" ? code : -32603, message, data } };
    }
  });
  await context.addInitScript((name) => {
    const listeners = new Map<string, Set<(value: unknown) => void>>();
    type Ask = (method: string, params: unknown) => Promise<{ result: unknown; error?: { message: string } }>;
    const ask = Reflect.get(window, `ask ${name}`) as Ask;
    const provider = {
      async request({ method, params = [] }: { method: string; params?: unknown[] }) {
        const { result, error } = await ask(method, params);
        if (method === "wallet_switchEthereumChain" && error === undefined)
          for (const listener of listeners.get("chainChanged") ?? [])
            listener((params as { chainId: string }[])[0]?.chainId);
        if (error !== undefined) throw Object.assign(new Error(error.message), error);
        return result;
      },
      on(event: string, listener: (value: unknown) => void) {
        listeners.set(event, (listeners.get(event) ?? new Set()).add(listener));
      },
      removeListener(event: string, listener: (value: unknown) => void) {
        listeners.get(event)?.delete(listener);
      },
    };
    window.addEventListener(`test wallet ${name}`, (it) => {
      const { event, value } = (it as CustomEvent<{ event: string; value: unknown }>).detail;
      for (const listener of listeners.get(event) ?? []) listener(value);
    });
    const icon = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>";
    const info = { uuid: crypto.randomUUID(), name, icon, rdns: `test.${name.toLowerCase().replaceAll(" ", "-")}` };
    const announce = () =>
      window.dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
    window.addEventListener("eip6963:requestProvider", announce);
    announce();
  }, name);
  return wallet;
}
