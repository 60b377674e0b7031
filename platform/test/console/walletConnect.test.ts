/**
 * WalletConnect in the console: nothing of it where it is not configured. Where its library is installed
 * (`npm install --no-save @walletconnect/sign-client@2.21.8`), a wallet behind a relay on this machine goes the way of any other.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createWalletClient, type Hex, http } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { readConfig } from "../../src/config.ts";
import { consoleBuilder } from "../../src/local/console.ts";
import { call } from "../support/person.ts";
import { openRelay, type Relay } from "./relay.ts";
import { keepPicture, withConsole } from "./support.ts";

const PROJECT = "0123456789abcdef0123456789abcdef";
const build = consoleBuilder();
const hasLibrary = isInstalled("@walletconnect/sign-client");

function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

describe("WALLETCONNECT_PROJECT_ID", () => {
  const read = (id: string, consoleDir: string) => () =>
    readConfig({ WALLETCONNECT_PROJECT_ID: id, CONSOLE_DIR: consoleDir, DATABASE_URL: "postgres://x/y" });

  it("has to be one", async function () {
    this.timeout(60_000);
    const folder = await build();
    for (const id of ["mine", PROJECT.slice(1), `${PROJECT}0`, "'; connect-src *"])
      expect(read(id, folder), id).to.throw("WALLETCONNECT_PROJECT_ID takes 32 hexadecimal digits.");
  });

  it("needs a console that was built with the library, and says how to come by one", () => {
    const without = mkdtempSync(join(tmpdir(), "luxxon-console-"));
    try {
      writeFileSync(join(without, "index.html"), "<!doctype html>");
      expect(read(PROJECT, without)).to.throw(
        /WALLETCONNECT_PROJECT_ID needs a console with WalletConnect in it: npm install --no-save @walletconnect\/sign-client/,
      );
    } finally {
      rmSync(without, { recursive: true, force: true });
    }
  });
});

describe("the console without WalletConnect configured", function () {
  const console_ = withConsole(this);

  it("does not offer it, and connects the only wallet at once", async () => {
    const { page, asked } = await console_.window();
    await page.goto("/");
    await page.getByRole("button", { name: "Connect wallet" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await page.getByText("WalletConnect").count()).to.equal(0);
    expect([...new Set(asked.map((url) => new URL(url).origin))]).to.deep.equal([console_.url]);
    const { data } = await call(console_.platform, "GET", "/config");
    expect(data?.walletConnect).to.equal(null);
  });
});

describe("the console with WalletConnect configured", function () {
  const settings: Record<string, string> = { WALLETCONNECT_PROJECT_ID: PROJECT };
  let marked = "";
  let relay: Relay;
  before(async function openMarked() {
    this.timeout(60_000);
    relay = await openRelay();
    settings.WALLETCONNECT_RELAY = relay.url;
    // What a console is that says of itself that the library is in it, whether it is or not.
    marked = mkdtempSync(join(tmpdir(), "luxxon-console-"));
    cpSync(await build(), marked, { recursive: true });
    writeFileSync(join(marked, "walletconnect"), "");
    settings.CONSOLE_DIR = marked;
  });
  const console_ = withConsole(this, settings);
  after(async () => {
    await relay.close();
    rmSync(marked, { recursive: true, force: true });
  });

  const openChoice = async () => {
    const window = await console_.window();
    await window.page.goto("/");
    await window.page.getByRole("button", { name: "Connect wallet" }).click();
    await window.page.getByRole("button", { name: "WalletConnect" }).waitFor();
    return window;
  };

  it("may ask the relay and the chain's endpoint besides its own server, and nobody else", async () => {
    const policy = (await fetch(console_.url)).headers.get("content-security-policy") ?? "";
    const { data } = await call(console_.platform, "GET", "/config");
    const endpoint = new URL(String(data?.rpcUrl)).origin;
    expect(policy.split("; ")).to.include(`connect-src 'self' ${relay.url} ${endpoint}`);
    expect(policy).to.not.match(/unsafe|\*/);
  });

  it("offers it beside the wallet of the browser, which needs nothing of it", async () => {
    const { page, asked } = await openChoice();
    await page.getByRole("button", { name: "Test Wallet" }).click();
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "New workspace" }).waitFor();
    expect([...new Set(asked.map((url) => new URL(url).origin))]).to.deep.equal([console_.url]);
    expect(relay.projects).to.deep.equal([]);
    await page.context().close();
  });

  if (!hasLibrary)
    it("says so where the library is not there after all, and the other wallet can still be chosen", async () => {
      const { page } = await openChoice();
      await page.getByRole("button", { name: "WalletConnect" }).click();
      await page.getByText("This page was built without WalletConnect.").waitFor();
      await page.getByRole("button", { name: "Test Wallet" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await page.context().close();
    });

  (hasLibrary ? describe : describe.skip)("and its library installed", () => {
    const account = privateKeyToAccount(generatePrivateKey());
    // biome-ignore lint/suspicious/noExplicitAny: the library of the wallet's side is not installed with the rest.
    let wallet: any;
    let answer: "yes" | "no" = "yes";

    before(async () => {
      const { SignClient } = await import("@walletconnect/sign-client");
      const metadata = { name: "Far Wallet", description: "", url: "https://wallet.example", icons: [] };
      wallet = await SignClient?.init({ projectId: PROJECT, relayUrl: relay.url, metadata, logger: "silent" });
      relay.projects.length = 0;
      wallet.on("session_proposal", async ({ id, params }: { id: number; params: Proposal }) => {
        if (answer === "no") return await wallet.reject({ id, reason: { code: 5_000, message: "User rejected." } });
        const { chains = [], methods, events } = params.optionalNamespaces.eip155;
        const accounts = chains.map((chain) => `${chain}:${account.address}`);
        await wallet.approve({ id, namespaces: { eip155: { accounts, chains, methods, events } } });
      });
      wallet.on("session_request", async ({ topic, id, params }: { topic: string; id: number; params: Wanted }) => {
        const { method, params: given } = params.request;
        const said =
          answer === "no"
            ? { error: { code: 5_000, message: "User said no." } }
            : { result: await does(method, given) };
        await wallet.respond({ topic, response: { id, jsonrpc: "2.0", ...said } });
      });
    });
    after(async () => {
      await wallet?.core.relayer.transportClose();
      await wallet?.core.heartbeat.stop?.();
    });

    const does = async (method: string, given: string[]) => {
      if (method === "personal_sign") return await account.signMessage({ message: { raw: given[0] as Hex } });
      if (method === "eth_signTypedData_v4") return await account.signTypedData(JSON.parse(given[1] ?? ""));
      const { to, data } = given[0] as unknown as { to: Hex; data: Hex };
      const client = createWalletClient({ account, transport: http(console_.platform.env.RPC_URL) });
      return await client.sendTransaction({ to, data, chain: null });
    };
    /** As a camera would read it: from the link that the code shows. */
    const scan = async (page: Awaited<ReturnType<typeof openChoice>>["page"]) => {
      await page.getByRole("button", { name: "WalletConnect" }).click();
      await page.getByRole("img", { name: "A code to scan with the wallet" }).waitFor();
      await keepPicture(page, `scan-${answer}`);
      const uri = await page.getByRole("link", { name: "Open a wallet on this device" }).getAttribute("href");
      await wallet.core.pairing.pair({ uri });
    };

    it("a wallet that says no is said to have, and another way can be taken", async () => {
      answer = "no";
      const { page } = await openChoice();
      await scan(page);
      await page.getByText("You said no in your wallet.").waitFor();
      await page.getByRole("button", { name: "Test Wallet" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await page.context().close();
    });

    it("a wallet on another device says no, signs in, tops up, and is still there when the page is loaded again", async () => {
      answer = "yes";
      const { page, asked } = await openChoice();
      await scan(page);
      await page.getByText("WalletConnect is connected:").waitFor();
      answer = "no";
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByText("You said no in your wallet.").waitFor();
      answer = "yes";
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("button", { name: "New workspace" }).click();
      await page.getByLabel("Slug").fill(`far-${process.pid}`);
      await page.getByLabel("Name").fill("Far Away");
      await page.getByRole("button", { name: "Create workspace" }).click();
      await page.getByRole("button", { name: "Top up pool" }).click();
      await page.getByRole("button", { name: "Get 10 test USDC and gas" }).click();
      await page.getByText("10.00 USDC").first().waitFor();
      await page.getByLabel("Amount").fill("3");
      await page.getByRole("button", { name: "Deposit" }).click();
      await page.getByText("3.00 USDC are in the pool.").waitFor();
      await page.reload();
      await page.getByRole("button", { name: "Top up pool" }).click();
      await page.getByText("In your wallet:").waitFor();
      expect(relay.projects.every((project) => project === PROJECT)).to.equal(true);
      const endpoint = new URL(console_.platform.env.RPC_URL ?? "").origin;
      expect([...new Set(asked.map((url) => new URL(url).origin))].sort()).to.deep.equal(
        [console_.url, endpoint].sort(),
      );
      await page.context().close();
    });

    it("a relay that does not answer is said to be away, and the wallet of the browser can be chosen", async () => {
      await relay.close();
      const { page } = await openChoice();
      await page.clock.install();
      await page.getByRole("button", { name: "WalletConnect" }).click();
      const said = page.getByText("WalletConnect's relay does not answer.");
      while (!(await said.isVisible())) {
        await page.clock.fastForward(1_000);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      await page.getByRole("button", { name: "Test Wallet" }).click();
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await page.context().close();
      relay = await openRelay();
    });
  });
});

interface Proposal {
  optionalNamespaces: { eip155: { chains?: string[]; methods: string[]; events: string[] } };
}
interface Wanted {
  request: { method: string; params: string[] };
}
