/** What goes wrong for people with wallets, and what the console says and does then. */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { type Address, createPublicClient, createWalletClient, type Hex, http, toHex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { call } from "../support/person.ts";
import { openPlatform } from "../support/platform.ts";
import { enter, type Window, withConsole } from "./support.ts";
import { rejected, WalletError } from "./wallet.ts";

describe("the console, when something goes wrong", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";

  before(async () => {
    window = await console_.window();
    // It runs as ever, until a test lets it run ahead.
    await window.page.clock.install();
    slug = await enter(window);
    await call(console_.platform, "POST", "/faucet", { body: { address: window.wallet.account.address } });
  });
  afterEach(() => window?.wallet.answer.clear());

  const go = (page: string) => window.page.goto(`/w/${slug}/${page}`);
  const see = (text: string | RegExp) => window.page.getByText(text).first().waitFor();
  /** Lets the page's clock run ahead until it shows this. */
  const seeInTime = async (text: string) => {
    while (!(await window.page.getByText(text).first().isVisible())) {
      await window.page.clock.fastForward(5_000);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  const chain = () => createPublicClient({ transport: http(console_.platform.env.RPC_URL) });
  const sender = () =>
    createWalletClient({ account: window.wallet.account, transport: http(console_.platform.env.RPC_URL) });
  const settlement = () => console_.platform.parts.contracts.settlement as Address;

  async function openPool(): Promise<void> {
    await go("wallet");
    await window.page.getByRole("button", { name: "Top up pool" }).click();
    await window.page.getByText("In your wallet:").waitFor();
  }
  async function deposit(amount: string): Promise<void> {
    await window.page.getByLabel("Amount").fill(amount);
    await window.page.getByRole("button", { name: "Deposit" }).click();
  }

  describe("with the wallet", () => {
    it("a signature that is refused moves nothing, and can be asked for again", async () => {
      const other = await console_.window();
      await other.page.goto("/");
      await other.page.getByRole("button", { name: "Connect wallet" }).click();
      other.wallet.answer.set("personal_sign", rejected);
      await other.page.getByRole("button", { name: "Sign in" }).click();
      await other.page.getByText("You said no in your wallet.").waitFor();
      other.wallet.answer.clear();
      await other.page.getByRole("button", { name: "Sign in" }).click();
      await other.page.getByRole("button", { name: "New workspace" }).waitFor();
      await other.page.context().close();
    });

    it("a wallet on another chain is offered the switch", async () => {
      await go("wallet");
      // It is back, and heard.
      await see("by your wallet's own node");
      await window.wallet.moveTo(window.page, 1);
      await see("Your wallet is on another chain.");
      await window.page.getByRole("button", { name: "Switch chain" }).click();
      await window.page.getByText("Your wallet is on another chain.").waitFor({ state: "detached" });
      expect(window.wallet.confirmed).to.include("wallet_switchEthereumChain");
    });

    it("an account that is changed in the middle is noticed, and its money left alone", async () => {
      await openPool();
      await window.wallet.choose(window.page, privateKeyToAccount(generatePrivateKey()));
      await see("Your wallet is on another account than the one that you signed in with.");
      window.wallet.confirmed.length = 0;
      await deposit("1");
      await see("choose that account in your wallet.");
      expect(window.wallet.confirmed).to.deep.equal([]);
      await window.wallet.choose(window.page, window.wallet.account);
      await see("In your wallet:");
    });

    it("a wallet that is locked in the middle is asked for again, and goes on when it is unlocked", async () => {
      await go("wallet");
      await window.page.getByText("What the contract says").waitFor();
      await window.wallet.choose(window.page, undefined);
      await window.page.getByRole("button", { name: "Connect wallet" }).waitFor();
      await window.wallet.choose(window.page, window.wallet.account);
      await see("Available now");
    });

    it("one whose network of this number is another chain is told which RPC URL it needs", async () => {
      window.wallet.answer.set("eth_getCode", () => "0x");
      await go("wallet");
      await window.page.getByRole("button", { name: "Top up pool" }).click();
      await see("Your wallet asks another chain under the number 84532");
      await see(console_.platform.env.RPC_URL ?? "");
    });
  });

  describe("with a transaction", () => {
    it("one that is refused moves nothing", async () => {
      await openPool();
      window.wallet.answer.set("eth_sendTransaction", rejected);
      await deposit("1");
      await see("You said no in your wallet.");
    });

    it("more than the wallet has is said before anything is signed", async () => {
      await openPool();
      window.wallet.confirmed.length = 0;
      await deposit("1000");
      await see("The wallet has 10.00 USDC, less than 1,000.00.");
      expect(window.wallet.confirmed).to.deep.equal([]);
    });

    it("what is no amount is said at the field", async () => {
      await openPool();
      for (const text of ["", "0", "-1", "1,5", "1e3", "0.0000001", "Infinity"]) {
        await deposit(text);
        await see("An amount above zero");
      }
    });

    it("a wallet that cannot sign a permit approves first and deposits then; later it deposits alone", async () => {
      await openPool();
      window.wallet.answer.set("eth_signTypedData_v4", () => new WalletError(-32601, "no such method"));
      window.wallet.confirmed.length = 0;
      await deposit("1");
      await see("1.00 USDC are in the pool.");
      expect(window.wallet.confirmed).to.deep.equal(["eth_sendTransaction", "eth_sendTransaction"]);
      window.wallet.confirmed.length = 0;
      await deposit("2");
      await see("2.00 USDC are in the pool.");
      expect(window.wallet.confirmed).to.deep.equal(["eth_sendTransaction"]);
    });

    it("one that the wallet's node does not know any more is lost, and the page says so", async () => {
      await openPool();
      window.wallet.answer.set("eth_sendTransaction", () => toHex(crypto.getRandomValues(new Uint8Array(32))));
      await deposit("1");
      await see("Waiting until it is mined …");
      await seeInTime("The transaction is lost: your wallet's node no longer knows it.");
    });

    describe("that is slow", () => {
      const fees = { maxFeePerGas: 10_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n, gas: 300_000n, chain: null };
      const more = { maxFeePerGas: 20_000_000_000n, maxPriorityFeePerGas: 2_000_000_000n };
      let nonce = 0;
      let sent: { to: Address; data: Hex };

      /** It waits for the one before it, which is not there yet. */
      async function depositSlowly(): Promise<void> {
        await openPool();
        nonce = await chain().getTransactionCount({ address: window.wallet.account.address });
        window.wallet.answer.set("eth_sendTransaction", ([request]) => {
          sent = request as { to: Address; data: Hex };
          return sender().sendTransaction({ ...fees, to: sent.to, data: sent.data, nonce: nonce + 1 });
        });
        await deposit("1");
        await see("Waiting until it is mined …");
        await seeInTime("Not mined yet.");
      }
      const sendInstead = async (instead: { to: Address; data?: Hex }) => {
        await sender().sendTransaction({ ...fees, ...more, ...instead, nonce: nonce + 1 });
        await sender().sendTransaction({ ...fees, to: window.wallet.account.address, nonce });
      };

      it("is said to be; one that is cancelled in the wallet has moved nothing", async () => {
        await depositSlowly();
        await sendInstead({ to: window.wallet.account.address });
        await seeInTime("You cancelled the transaction in your wallet.");
      });

      it("is followed when the wallet speeds it up", async () => {
        await depositSlowly();
        await sendInstead({ to: sent.to, data: sent.data });
        await seeInTime("1.00 USDC are in the pool.");
      });
    });
  });

  describe("with the platform", () => {
    it("a number that the platform has not read anew for 30 s is called old", async () => {
      await go("wallet");
      await see("As of block");
      await seeInTime("old, the platform has not read the chain since");
    });

    it("a slug that is taken is said at the field, and another one is taken", async () => {
      const { page } = window;
      await page.goto("/");
      await page.getByRole("button", { name: "New workspace" }).click();
      await page.getByLabel("Slug").fill(slug);
      await page.getByLabel("Name").fill("Another");
      await page.getByRole("button", { name: "Create workspace" }).click();
      await see("This one is taken: choose another.");
      await page.getByLabel("Slug").fill(`${slug}-2`);
      await page.getByRole("button", { name: "Create workspace" }).click();
      await page.getByRole("heading", { name: "Another" }).waitFor();
    });

    it("two tabs act for two workspaces, each for its own", async () => {
      const { page } = window;
      const second = await page.context().newPage();
      const open = async (tab: typeof page, of: string) => {
        await tab.goto(`/w/${of}/sessions`);
        await tab.getByRole("button", { name: "Open session" }).click();
        await tab.getByRole("button", { name: "Cancel session" }).waitFor();
      };
      await open(page, slug);
      await open(second, `${slug}-2`);
      for (const tab of [page, second]) {
        await tab.getByRole("button", { name: "Cancel session" }).click();
        await tab.getByText("CANCELLED").first().waitFor();
      }
      await second.close();
    });

    it("a sign-in that ends in the middle comes back to the same place, with what was typed there", async () => {
      const { page } = window;
      await go("keys");
      await page.getByLabel("Label").fill("half typed");
      await page.context().clearCookies();
      await page.getByRole("dialog", { name: "You are signed out" }).waitFor();
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      expect(new URL(page.url()).pathname).to.equal(`/w/${slug}/keys`);
      expect(await page.getByLabel("Label").inputValue()).to.equal("half typed");
    });

    it("a platform that is away is said to be, and the page goes on when it is back", async () => {
      await go("keys");
      await window.page.getByLabel("Label").fill("still here");
      await console_.platform.close();
      await see("The platform does not answer.");
      console_.platform = await openPlatform(console_.platform.env);
      await window.page.getByText("The platform does not answer.").waitFor({ state: "detached" });
      await window.page.getByRole("button", { name: "Mint key" }).click();
      await see("Save this key now.");
    });

    it("a pool that runs dry ends the session, and the page says why", async () => {
      const { page } = window;
      await go("sessions");
      await page.getByRole("button", { name: "Open session" }).click();
      await page.getByRole("button", { name: "Accept" }).click();
      await page.getByRole("button", { name: "Start" }).click();
      await page.getByText("LIVE", { exact: true }).waitFor();
      await sender().writeContract({
        address: settlement(),
        abi: luxxonSettlementAbi,
        functionName: "withdrawAll",
        chain: null,
      });
      await see("The pool ran dry.");
    });
  });
});
