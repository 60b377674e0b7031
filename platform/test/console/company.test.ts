/** Several people, several tabs: what each sees of what another has done, and of what is not for them. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { enter, type Window, withConsole } from "./support.ts";

describe("the console with several people and tabs", function () {
  const console_ = withConsole(this);
  let owner: Window;
  let other: Window;
  let slug = "";

  before(async () => {
    owner = await console_.window();
    slug = await enter(owner);
    other = await console_.window();
    await other.page.goto("/");
    await other.page.getByRole("button", { name: "Connect wallet" }).click();
    await other.page.getByRole("button", { name: "Sign in" }).click();
    await other.page.getByRole("button", { name: "New workspace" }).waitFor();
  });

  const see = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
  const roleOf = () => owner.page.getByLabel(`Role of ${other.wallet.account.address}`);

  it("who is let in is in the list, and the form is ready for the next", async () => {
    const { page } = owner;
    await page.goto(`/w/${slug}/members`);
    await page.getByLabel("Address").fill(other.wallet.account.address);
    await page.getByRole("button", { name: "Add member" }).click();
    await roleOf().waitFor();
    expect(await page.getByLabel("Address").inputValue()).to.equal("");
  });

  it("a viewer is told who may, in place of what is not for viewers", async () => {
    const { page } = other;
    for (const [path, words] of [
      ["sessions", "Owners and admins open sessions."],
      ["keys", "Owners and admins mint keys."],
      ["operator", "Owners and admins go online and take sessions."],
      ["members", "Owners and admins let people in."],
      ["webhooks", "Owners and admins add webhooks."],
    ] as const) {
      await page.goto(`/w/${slug}/${path}`);
      await see(page, words);
      if (path === "members") await see(page, "Leave …");
      expect(await page.locator("main").getByRole("button").allInnerTexts(), path).to.deep.equal(
        path === "members" ? ["Leave …"] : [],
      );
    }
  });

  it("who is an admin no longer sees so at the first thing that is refused", async () => {
    await roleOf().selectOption("ADMIN");
    await owner.page.locator(".state", { hasText: "ADMIN" }).waitFor();
    await other.page.goto(`/w/${slug}/keys`);
    await other.page.getByLabel("Label").fill("too late");
    await roleOf().selectOption("VIEWER");
    await owner.page.locator(".state", { hasText: "VIEWER" }).waitFor();
    await other.page.getByRole("button", { name: "Mint key" }).click();
    await see(other.page, "Owners and admins mint keys.");
  });

  it("who has been removed is out, wherever they are", async () => {
    await other.page.goto(`/w/${slug}/keys`);
    await see(other.page, "No key yet.");
    await owner.page.getByRole("button", { name: /^Remove …/ }).click();
    await owner.page.getByRole("button", { name: "Remove now" }).click();
    await see(other.page, "No such workspace");
  });

  it("going offline in one tab is offline in the other", async () => {
    const { page } = owner;
    await page.goto(`/w/${slug}/operator`);
    await page.getByRole("button", { name: "Go online" }).click();
    const second = await page.context().newPage();
    await second.goto(`/w/${slug}/operator`);
    await second.getByRole("button", { name: "Go offline" }).click();
    await page.getByRole("button", { name: "Go online" }).waitFor();
    await second.close();
  });

  it("each tab has the name of its page and its workspace", async () => {
    const { page } = owner;
    for (const [path, title] of [
      ["/", "Workspaces · Luxxon"],
      ["/platform", "Platform · Luxxon"],
      [`/w/${slug}/keys`, `Keys · ${slug} · Luxxon`],
      [`/w/${slug}/nothing`, `There is no such page · ${slug} · Luxxon`],
    ] as const) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      expect(await page.title()).to.equal(title);
    }
  });

  it("on a phone the page that one is on is among those in sight", async () => {
    const phone = await console_.window({ viewport: { width: 390, height: 844 } });
    const place = await enter(phone);
    await phone.page.goto(`/w/${place}/webhooks`);
    const link = phone.page.getByRole("navigation").getByRole("link", { name: "Webhooks" });
    await phone.page.getByRole("heading", { level: 1 }).waitFor();
    const box = await link.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).to.be.at.most(390);
  });

  it("a refusal for the sign-in that had ended goes with the next sign-in", async () => {
    const { page } = owner;
    await page.goto(`/w/${slug}/keys`);
    await page.getByLabel("Label").fill("after");
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Mint key" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.getByRole("alert").allInnerTexts()).to.deep.equal([]);
    expect(await page.getByLabel("Label").inputValue()).to.equal("after");
  });

  it("who signs out while the platform is away is told that it has not heard of it", async () => {
    const { page } = owner;
    await page.route(/logout$/, (route) => route.abort(), { times: 1 });
    await page.getByRole("button", { name: "Sign out" }).click();
    await see(page, "You are still signed in.");
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  });

  it("who signs out is at the beginning, and nothing of the workspace is left on the page", async () => {
    const leaver = await console_.window();
    const place = await enter(leaver);
    const { page } = leaver;
    await page.goto(`/w/${place}/members`);
    await see(page, "OWNER");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Live video by the second" }).waitFor();
    expect(await page.locator("body").innerText()).to.not.contain(place);
    expect(await page.getByRole("alert").count()).to.equal(0);
    expect(await page.getByRole("dialog").count()).to.equal(0);
  });

  it("a node that has no contract there is said to have none", async () => {
    const { page, wallet } = owner;
    await page.goto("/platform");
    wallet.answer.set("eth_getCode", () => "0x");
    await page.getByRole("button", { name: "Compare with my wallet's node" }).click();
    await see(page, "Your wallet's node has no contract at this address: do not deposit.");
    wallet.answer.clear();
  });

  it("a webhook's state stays in one line beside an address of any length", async () => {
    const { page } = owner;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`/w/${slug}/webhooks`);
    await page.getByLabel("URL").fill(`https://example.org/${"long-".repeat(60)}`);
    await page.getByRole("button", { name: "Add webhook" }).click();
    const box = await page.getByText("ON", { exact: true }).boundingBox();
    expect(box?.height).to.be.below(30);
  });
});
