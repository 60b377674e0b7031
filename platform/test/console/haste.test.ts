/** People in haste: who clicks twice, holds a key down, or clicks again because no answer came. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { call } from "../support/person.ts";
import { enter, type Window, withConsole } from "./support.ts";

describe("the console in hasty hands", function () {
  const console_ = withConsole(this);
  let window: Window;
  let slug = "";

  before(async () => {
    window = await console_.window({ viewport: { width: 390, height: 844 } });
    slug = await enter(window);
    const { page, wallet } = window;
    await call(console_.platform, "POST", "/faucet", { body: { address: wallet.account.address } });
    await page.getByRole("button", { name: "Top up pool" }).click();
    await page.getByLabel("Amount").fill("1");
    await page.getByRole("button", { name: "Deposit" }).click();
    await page.getByLabel("Pool balance").getByText("1.00 USDC").waitFor();
  });

  const open = async (name: string) => {
    await window.page.goto(`/w/${slug}/${name}`);
    await window.page.getByRole("heading", { level: 1 }).waitFor();
  };
  const button = (name: string | RegExp) => window.page.getByRole("button", { name });
  /** What there is of something, asked as the page asks. */
  const listed = (what: "api-keys" | "webhooks") =>
    window.page.evaluate(async (what) => {
      const data = async (path: string) => (await (await fetch(`/api/v1/${path}`)).json()).data;
      const { workspaces } = await data("me");
      return (await data(`workspaces/${workspaces[0].id}/${what}`)) as { id: string; revokedAt?: string | null }[];
    }, what);
  /** Lets the first request of this kind reach the platform, and loses its answer. */
  const loseAnswer = async (path: RegExp) => {
    await window.page.route(
      path,
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
  };

  it("a double click on what asks once more has not answered it", async () => {
    await open("keys");
    await window.page.getByLabel("Label").fill("to stay");
    await button("Mint key").click();
    await button("I have saved it").click();
    await button(/^Revoke …/).dblclick();
    await button("Revoke now").waitFor();
    expect((await listed("api-keys")).map(({ revokedAt }) => revokedAt)).to.deep.equal([null]);
  });

  it("a double click mints one key, and it is the one that is shown", async () => {
    await open("keys");
    const before = await listed("api-keys");
    await window.page.getByLabel("Label").fill("double");
    await button("Mint key").dblclick();
    await button("I have saved it").waitFor();
    expect(await listed("api-keys")).to.have.length(before.length + 1);
  });

  it("who clicks before the wallet has come back makes a workspace all the same", async () => {
    const { page, wallet } = window;
    wallet.answer.set("eth_accounts", () => sleep(1_500, [wallet.account.address]));
    await page.goto("/");
    await button("New workspace").click();
    await page.getByLabel("Slug").fill(`${slug}-soon`);
    await page.getByLabel("Name").fill("Made Soon");
    await button("Create workspace").click();
    await page.getByRole("heading", { level: 1, name: "Made Soon" }).waitFor();
    wallet.answer.delete("eth_accounts");
  });

  it("Enter held down adds one webhook", async () => {
    await open("webhooks");
    await window.page.getByLabel("URL").fill("https://example.org/held");
    for (let presses = 0; presses < 3; presses++) await window.page.keyboard.down("Enter");
    await window.page.keyboard.up("Enter");
    await button("I have saved it").waitFor();
    expect(await listed("webhooks")).to.have.length(1);
  });

  describe("when an answer is lost, the second click", () => {
    const again = async (name: string) => {
      await button(name).click();
      await window.page.getByText("The platform does not answer.").first().waitFor();
      await button(name).click();
    };

    it("shows the key that the first one minted", async () => {
      await open("keys");
      const before = await listed("api-keys");
      await window.page.getByLabel("Label").fill("lost");
      await loseAnswer(/api-keys$/);
      await again("Mint key");
      await button("I have saved it").waitFor();
      expect(await listed("api-keys")).to.have.length(before.length + 1);
    });

    it("shows the secret of the webhook that the first one added", async () => {
      await open("webhooks");
      const before = await listed("webhooks");
      await window.page.getByLabel("URL").fill("https://example.org/lost");
      await loseAnswer(/webhooks$/);
      await again("Add webhook");
      await button("I have saved it").waitFor();
      expect(await listed("webhooks")).to.have.length(before.length + 1);
    });

    it("is told that the workspace is there, in the list", async () => {
      await window.page.goto("/");
      await button("New workspace").click();
      await window.page.getByLabel("Slug").fill(`${slug}-lost`);
      await window.page.getByLabel("Name").fill("Made Unheard");
      await loseAnswer(/workspaces$/);
      await again("Create workspace");
      await window.page.getByText("It is your own: see the list.").waitFor();
      await window.page.getByRole("link", { name: "Made Unheard" }).waitFor();
    });

    it("comes to the session that the first one opened", async () => {
      await open("sessions");
      await loseAnswer(/\/sessions$/);
      await again("Open session");
      await button("Cancel session").waitFor();
      await open("sessions");
      const rows = window.page.getByRole("list", { name: "All sessions" }).getByRole("listitem");
      await rows.first().waitFor();
      expect(await rows.count()).to.equal(1);
    });
  });
});
