/** The quickstart's five steps by hand, in a browser: from a wallet that nobody knows to a session that the chain has settled. */
import { expect } from "chai";
import { call } from "../support/person.ts";
import { enter, keepPicture, type Window, withConsole } from "./support.ts";

describe("a person with a browser wallet, from nothing", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";
  let key = "";

  before(async () => {
    window = await console_.window();
  });

  const balance = () => window.page.getByLabel("Pool balance");
  const becomes = (text: string) => window.page.getByText(text, { exact: true }).first().waitFor();

  it("connects the wallet, signs in and makes a workspace with two signatures", async () => {
    slug = await enter(window);
    expect(window.wallet.confirmed).to.deep.equal(["personal_sign", "personal_sign"]);
    expect(new URL(window.page.url()).pathname).to.equal(`/w/${slug}`);
  });

  it("mints a key, which is shown once and good from then on", async () => {
    const { page } = window;
    await page.getByLabel("Label").fill("first-key");
    await page.getByRole("button", { name: "Mint key" }).click();
    key = (await page.locator(".plaintext").textContent()) ?? "";
    expect(key).to.match(/^lxxn_test_/);
    await page.getByRole("button", { name: "I have saved it" }).click();
    await page.getByLabel("Label").waitFor();
    expect(await page.content()).to.not.contain(key);
    const me = await call(console_.platform, "GET", "/me", { headers: { authorization: `Bearer ${key}` } });
    expect(me.status).to.equal(200);
  });

  it("gets test money on a local chain", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Top up pool" }).click();
    await page.getByRole("button", { name: "Get 10 test USDC and gas" }).click();
    await page.getByText("10.00 USDC").first().waitFor();
  });

  it("tops up the pool with one signature and one transaction", async () => {
    const { page, wallet } = window;
    wallet.confirmed.length = 0;
    await page.getByLabel("Amount").fill("5");
    await page.getByRole("button", { name: "Deposit" }).click();
    await becomes("5.00 USDC are in the pool.");
    await page.getByLabel("Pool balance").getByText("5.00 USDC").waitFor();
    expect(wallet.confirmed).to.deep.equal(["eth_signTypedData_v4", "eth_sendTransaction"]);
    expect(await balance().getAttribute("title")).to.equal("5,000,000 µUSDC");
    await keepPicture(page, "steps-topped-up");
  });

  it("takes some of it back", async () => {
    const { page } = window;
    await page.getByLabel("Amount").fill("1.5");
    await page.getByRole("button", { name: "Withdraw" }).click();
    await becomes("1.50 USDC are back in your wallet.");
    await balance().getByText("3.50 USDC").waitFor();
  });

  it("opens a session, takes it, watches it, ends it, and sees the contract pay it", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Open session" }).click();
    await page.getByRole("button", { name: "Accept" }).click();
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByAltText("What the operator shows now").waitFor();
    await page.getByText("2 s", { exact: true }).waitFor();
    await keepPicture(page, "steps-live");
    await page.getByRole("button", { name: "End" }).click();
    await page.getByText("CONFIRMED", { exact: true }).waitFor();
  });

  it("verifies the settlement by the wallet's own node", async () => {
    const { page } = window;
    await page.getByRole("button", { name: "Verify here" }).click();
    await page.getByText("Verified", { exact: true }).waitFor();
    const said = await page.locator(".proven").innerText();
    expect(said).to.contain("Your wallet's own node has block").and.contain(window.wallet.account.address);
    await keepPicture(page, "steps-settled");
  });

  it("asked no other host all along, and broke no policy", () => {
    expect([...new Set(window.asked.map((url) => new URL(url).origin))]).to.deep.equal([console_.url]);
    expect(window.complaints).to.deep.equal([]);
  });
});
