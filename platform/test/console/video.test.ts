/** Live video in the console: the operator's page shows a camera, the consumer's plays it. */
import { expect } from "chai";
import type { Page } from "playwright-core";
import { call } from "../support/person.ts";
import { enter, withConsole } from "./support.ts";

describe("the console with live video", function () {
  const console_ = withConsole(this, { MEDIA_BACKEND: "webrtc" });

  it("publishes the camera from one page, plays it on the other, and both end with the session", async () => {
    const [consumer, operator] = [await console_.window(), await console_.window()];
    for (const { wallet } of [consumer, operator])
      await call(console_.platform, "POST", "/faucet", { body: { address: wallet.account.address } });
    await enter(consumer, ["Consumer"]);
    const place = await enter(operator, ["Supplier"]);
    await consumer.page.getByRole("button", { name: "Top up pool" }).click();
    await consumer.page.getByLabel("Amount").fill("5");
    await consumer.page.getByRole("button", { name: "Deposit" }).click();
    await consumer.page.getByLabel("Pool balance").getByText("5.00 USDC").waitFor();
    await consumer.page.getByRole("button", { name: "Open session" }).click();
    await consumer.page.getByRole("button", { name: "Cancel session" }).waitFor();
    const id = new URL(consumer.page.url()).pathname.split("/").at(-1) ?? "";

    await operator.page.goto(`/w/${place}/operator`);
    await operator.page.getByLabel("Session").fill(id);
    await operator.page.getByRole("button", { name: "Accept" }).click();
    await operator.page.getByRole("button", { name: "Start" }).click();
    await operator.page.getByRole("button", { name: "Show camera" }).click();

    await consumer.page.getByText("LIVE", { exact: true }).waitFor();
    const shown = (page: Page) =>
      page.waitForFunction(() => {
        const video = document.querySelector<HTMLVideoElement>("video[aria-label='What the operator shows now']");
        return video !== null && video.videoWidth > 0 && video.currentTime > 0.5;
      });
    await shown(consumer.page);
    await operator.page.getByRole("button", { name: "End" }).click();
    for (const { page } of [consumer, operator]) {
      await page.getByText("CONFIRMED", { exact: true }).waitFor();
      expect(await page.locator("video").count()).to.equal(0);
    }
    expect([...consumer.complaints, ...operator.complaints]).to.deep.equal([]);
  });
});
