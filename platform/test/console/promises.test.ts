/** What the owner of a pool promises in the console: a daily limit of its own, and a hold. */
import { getAccount } from "@luxxon/contracts-abi/viem";
import { expect } from "chai";
import { type Address, createPublicClient, http } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { call } from "../support/person.ts";
import { enter, type Window, withConsole } from "./support.ts";
import { rejected } from "./wallet.ts";

describe("the console's limit and hold", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";

  before(async () => {
    window = await console_.window();
    slug = await enter(window);
    await call(console_.platform, "POST", "/faucet", { body: { address: window.wallet.account.address } });
    await window.page.getByRole("button", { name: "Top up pool" }).click();
    await window.page.getByLabel("Amount").fill("5");
    await window.page.getByRole("button", { name: "Deposit" }).click();
    await see("5.00 USDC are in the pool.");
    await window.page.goto(`/w/${slug}/wallet`);
    await see("none: it can be withdrawn at any moment");
  });
  beforeEach(() => {
    window.wallet.confirmed.length = 0;
  });
  afterEach(() => window?.wallet.answer.clear());

  const see = (text: string | RegExp) => window.page.getByText(text).first().waitFor();
  const press = (name: string) => window.page.getByRole("button", { name, exact: true }).click();
  const limitTo = async (amount: string) => {
    await window.page.getByLabel("Daily limit").fill(amount);
    await press("Set limit");
  };
  const holdFor = async (minutes: string) => {
    await window.page.getByLabel("Hold for").fill(minutes);
    await press("Hold pool");
  };
  const account = () =>
    getAccount(createPublicClient({ transport: http(console_.platform.env.RPC_URL) }), {
      settlement: console_.platform.parts.contracts.settlement as Address,
      consumer: window.wallet.account.address,
    });

  it("a hold without a daily limit of one's own is said to need one, before the wallet is asked", async () => {
    await holdFor("60");
    await see("A hold needs a daily limit of your own. Set one first");
    expect(window.wallet.confirmed).to.deep.equal([]);
  });

  for (const text of ["", "0", "-1", "1,5", "1e3", "0.0000001", "ten"])
    it(`a limit of "${text}" is said to be none at the field, and nobody is asked`, async () => {
      await limitTo(text);
      await see("An amount above zero, such as 20 or 0.5; at most six decimals.");
      expect(window.wallet.confirmed).to.deep.equal([]);
    });

  it("a limit that the contract cannot keep likewise", async () => {
    await limitTo("72057594037.927936");
    await see("The contract keeps limits up to 72,057,594,037.927935 USDC.");
    expect(window.wallet.confirmed).to.deep.equal([]);
  });

  for (const text of ["", "0", "-5", "1.5", "1441", "99999999", "an hour"])
    it(`a hold for "${text}" minutes is said to be none at the field, and nobody is asked`, async () => {
      await holdFor(text);
      await see("A whole number of minutes from 1 to 1440, which is a day.");
      expect(window.wallet.confirmed).to.deep.equal([]);
    });

  it("a limit that is refused in the wallet changes nothing", async () => {
    window.wallet.answer.set("eth_sendTransaction", rejected);
    await limitTo("20");
    await see("You said no in your wallet.");
    expect((await account()).dailyLimit).to.equal(0n);
  });

  it("a limit is set with one transaction, and the page shows it as one's own", async () => {
    await limitTo("20");
    await see("Sessions may take at most 20.00 USDC a day.");
    await window.page.getByText("20.00 USDC, your own").waitFor();
    expect(window.wallet.confirmed).to.deep.equal(["eth_sendTransaction"]);
    expect((await account()).dailyLimit).to.equal(20_000_000n);
  });

  it("a hold is made with one transaction, an hour from the chain's clock on", async () => {
    const chain = createPublicClient({ transport: http(console_.platform.env.RPC_URL) });
    const before = (await chain.getBlock()).timestamp;
    await press("1 hour");
    await press("Hold pool");
    await see(/You hold this pool until .*: no withdrawal before\./);
    await window.page.getByText("no withdrawal before").first().waitFor();
    expect(window.wallet.confirmed).to.deep.equal(["eth_sendTransaction"]);
    const { heldUntil } = await account();
    expect(heldUntil).to.be.within(Number(before) + 3_600, Number((await chain.getBlock()).timestamp) + 3_600);
  });

  describe("while it holds", () => {
    it("a withdrawal is said to wait, and until when, before the wallet is asked", async () => {
      await press("Top up pool");
      await window.page.getByLabel("Amount").fill("1");
      await press("Withdraw");
      await see(/You hold this pool until .* Wait until then/);
      expect(window.wallet.confirmed).to.deep.equal([]);
      await press("Close");
    });

    it("the limit is not lowered, not to the default either, and the wallet is not asked", async () => {
      await limitTo("19");
      await see(/You hold this pool until .* the daily limit can only be raised\./);
      await press("Back to the default");
      await see(/You hold this pool until .* the daily limit can only be raised\./);
      expect(window.wallet.confirmed).to.deep.equal([]);
    });

    it("the limit is raised", async () => {
      await limitTo("25.5");
      await see("Sessions may take at most 25.50 USDC a day.");
      expect((await account()).dailyLimit).to.equal(25_500_000n);
    });

    it("a shorter hold is said to be none", async () => {
      await holdFor("30");
      await see(/You hold this pool until .* already\. .* a hold cannot be shortened\./);
      expect(window.wallet.confirmed).to.deep.equal([]);
    });

    it("a longer one takes its place, of a day at most", async () => {
      const { heldUntil } = await account();
      await holdFor("1440");
      await see(/You hold this pool until .*: no withdrawal before\./);
      expect((await account()).heldUntil - heldUntil).to.be.within(82_800, 82_900);
    });
  });

  it("another wallet than the owner's is told whose pool it is, and moves nothing", async () => {
    await window.wallet.choose(window.page, privateKeyToAccount(generatePrivateKey()));
    await see(`The pool is that of ${window.wallet.account.address}`);
    await limitTo("50");
    await see("choose that account in your wallet.");
    expect(window.wallet.confirmed).to.deep.equal([]);
    await window.wallet.choose(window.page, window.wallet.account);
  });
});
