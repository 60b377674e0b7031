/** What the page uses of WalletConnect's library, which is not installed with the rest: see docs/platform/console.md. */
declare module "@walletconnect/sign-client" {
  interface Namespace {
    accounts: string[];
  }
  interface Session {
    topic: string;
    namespaces: Record<string, Namespace>;
  }
  interface Client {
    connect(wanted: object): Promise<{ uri?: string; approval(): Promise<Session> }>;
    request<T>(asked: { topic: string; chainId: string; request: { method: string; params: unknown } }): Promise<T>;
    disconnect(said: { topic: string; reason: { code: number; message: string } }): Promise<void>;
    session: { getAll(): Session[] };
    on(event: string, listener: (said: { topic: string; params?: unknown }) => void): void;
  }
  /** undefined: this page was built without it. */
  export const SignClient: { init(options: object): Promise<Client> } | undefined;
}
