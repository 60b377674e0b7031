/** What the console says of the network's fee before anybody signs, held against what the chain then takes. */

import { depositWithPermit } from "@luxxon/contracts-abi/viem";
import { openLocalChain } from "@luxxon/local/chain";
import { setL1Fees } from "@luxxon/local/l1Fee";
import { expect } from "chai";
import {
  type Address,
  createTestClient,
  type Hex,
  http,
  type PrivateKeyAccount,
  parseAbi,
  publicActions,
  serializeTransaction,
  walletActions,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";
import { call } from "../support/person.ts";
import { enter, type Window, withConsole } from "./support.ts";
import { WalletError } from "./wallet.ts";

/** Where OP chains tell what they take for Ethereum, and what that is reckoned from. */
const ORACLE = "0x420000000000000000000000000000000000000F";
const L1_BLOCK = "0x4200000000000000000000000000000000000015";

describe("the network's fee, before the wallet is asked", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";

  before(async () => {
    window = await console_.window();
    slug = await enter(window);
    // The contract's very first deposit is dearer than anybody else's first.
    const somebody = privateKeyToAccount(generatePrivateKey());
    for (const { address } of [window.wallet.account, somebody])
      await call(console_.platform, "POST", "/faucet", { body: { address } });
    const settlement = console_.platform.parts.contracts.settlement as Address;
    const hash = await depositWithPermit(chain(somebody), { settlement, amount: 1_000_000n });
    await chain().waitForTransactionReceipt({ hash });
  });
  beforeEach(async () => {
    await window.page.goto(`/w/${slug}/wallet`);
    await window.page.getByRole("button", { name: "Top up pool" }).click();
    await see("In your wallet:");
    window.wallet.confirmed.length = 0;
  });
  afterEach(() => window?.wallet.answer.clear());

  const see = (text: string | RegExp) => window.page.getByText(text).first().waitFor();
  const press = (name: string) => window.page.getByRole("button", { name, exact: true }).click();
  const type = (label: string, text: string) => window.page.getByLabel(label).fill(text);
  const chain = (account: PrivateKeyAccount = window.wallet.account) =>
    createTestClient({
      mode: "anvil",
      account,
      chain: baseSepolia,
      transport: http(console_.platform.env.RPC_URL),
    })
      .extend(publicActions)
      .extend(walletActions);
  /** As it stands there, to the wei. */
  async function feeShown(to: string): Promise<bigint> {
    const line = window.page.locator(".fee", { hasText: `Network fee ${to}: about` });
    const [exact] = /^\d+/.exec((await line.locator("[title]").first().getAttribute("title")) ?? "") ?? [];
    return BigInt(exact ?? -1);
  }
  /** What was in the wallet less than before. */
  async function weiFor(doing: () => Promise<void>): Promise<bigint> {
    const { address } = window.wallet.account;
    const before = await chain().getBalance({ address });
    await doing();
    return before - (await chain().getBalance({ address }));
  }
  /** At least what was taken, and less than twice that. */
  function expectCovers(estimate: bigint, taken: bigint): void {
    expect(taken > 0n && taken <= estimate && estimate < 2n * taken, `${estimate} for ${taken}`).to.equal(true);
  }

  it("is shown with the amount, and nobody has been asked for anything", async () => {
    await type("Amount", "2");
    await see(/Network fee to deposit: about 0\.\d+ ETH, of \d+(\.\d+)? ETH in the wallet/);
    expect(window.wallet.confirmed).to.deep.equal([]);
  });

  it("covers a first deposit by a permit, which no node can try before it is signed", async () => {
    await type("Amount", "2");
    const estimate = await feeShown("to deposit");
    const taken = await weiFor(async () => {
      await press("Deposit");
      await see("2.00 USDC are in the pool.");
    });
    expectCovers(estimate, taken);
  });

  it("covers approval and deposit together", async () => {
    await window.page.getByLabel("Let the contract take later top-ups too").check();
    await type("Amount", "1");
    const estimate = await feeShown("to approve and deposit");
    const taken = await weiFor(async () => {
      await press("Deposit");
      await see("1.00 USDC are in the pool.");
    });
    expectCovers(estimate, taken);
  });

  it("of what the contract would refuse there is none, and the page says why", async () => {
    await type("Amount", "9");
    await see("Network fee to withdraw: no estimate. The pool holds less than was asked for.");
    await press("Withdraw");
    await see("Ask for at most the balance, or withdraw all.");
    expect(window.wallet.confirmed).to.deep.equal([]);
  });

  it("covers a deposit alone, a withdrawal, a limit and a hold", async () => {
    const steps = [
      ["Amount", "1", "to deposit", "Deposit", "1.00 USDC are in the pool."],
      ["Amount", "0.5", "to withdraw", "Withdraw", "0.50 USDC are back in your wallet."],
      ["Daily limit", "20", "to set the limit", "Set limit", "Sessions may take at most 20.00 USDC a day."],
      ["Hold for", "1", "to hold", "Hold pool", /You hold this pool until .*: no withdrawal before/],
    ] as const;
    for (const [label, text, to, button, done] of steps) {
      await type(label, text);
      const estimate = await feeShown(to);
      const taken = await weiFor(async () => {
        await press(button);
        await see(done);
      });
      expectCovers(estimate, taken);
    }
  });

  it("that the wallet's node does not tell keeps nobody from anything", async () => {
    window.wallet.answer.set("eth_gasPrice", () => new WalletError(-32000, "the node is out of order"));
    await type("Amount", "0.25");
    await see("Network fee to deposit: no estimate.");
    await press("Deposit");
    await see("0.25 USDC are in the pool.");
  });

  it("that is more than the wallet has is said to be", async () => {
    window.wallet.answer.set("eth_getBalance", () => "0x1");
    await type("Amount", "0.25");
    await see(/Network fee to deposit: about 0\.\d+ ETH, more than the 0\.0+1 ETH in the wallet/);
  });

  describe("on a chain that takes Ethereum's part too", () => {
    /** By the very code of Base's predeploys, which this chain does not have: taken from one that does. */
    before(async () => {
      const base = await openLocalChain("localBase");
      await setL1Fees(base, { baseFeeWei: 30_000_000_000n, blobBaseFeeWei: 5_000_000_000n });
      const ask = (method: string, ...params: unknown[]) => base.provider.request({ method, params }) as Promise<Hex>;
      for (const address of [ORACLE, L1_BLOCK] as Address[]) {
        await chain().setCode({ address, bytecode: await ask("eth_getCode", address, "latest") });
        for (const index of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
          const value = await ask("eth_getStorageAt", address, `0x${index.toString(16)}`, "latest");
          await chain().setStorageAt({ address, index, value });
        }
      }
    });
    after(async () => {
      for (const address of [ORACLE, L1_BLOCK] as Address[]) await chain().setCode({ address, bytecode: "0x" });
    });

    it("says both together, Ethereum's as the chain itself reckons it for what is then sent", async () => {
      // So that nothing else moves the fee.
      window.wallet.answer.set("eth_gasPrice", () => "0x3b9aca00");
      await type("Daily limit", "30");
      const both = await feeShown("to set the limit");
      let forEthereum = -1n;
      window.wallet.answer.set("eth_sendTransaction", async ([asked]) => {
        const { to, data } = asked as { to: Address; data: Hex };
        const request = await chain().prepareTransactionRequest({ to, data, type: "eip1559" });
        forEthereum = await chain().readContract({
          address: ORACLE,
          abi: parseAbi(["function getL1Fee(bytes) view returns (uint256)"]),
          functionName: "getL1Fee",
          args: [serializeTransaction(request)],
        });
        return await chain().sendTransaction({ to, data });
      });
      await press("Set limit");
      await see("Sessions may take at most 30.00 USDC a day.");
      await chain().setCode({ address: ORACLE, bytecode: "0x" });
      await window.page.reload();
      await type("Daily limit", "40");
      const apart = both - (await feeShown("to set the limit"));
      expect(forEthereum > 0n).to.equal(true);
      // Of another nonce, another limit and other fees: some bytes.
      expect(
        apart > (forEthereum * 8n) / 10n && apart < (forEthereum * 12n) / 10n,
        `${apart}, ${forEthereum}`,
      ).to.equal(true);
    });
  });
});
