/** Live video between two web pages: a camera is published on one and played on the other, while `/frame` shows the same second. */
import { setTimeout as sleep } from "node:timers/promises";
import { noBrowser, openBrowser } from "@luxxon/local/browser";
import { expect } from "chai";
import type { Browser } from "playwright-core";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { CAMERA_FLAGS, openCamera, openSite, openViewer, timeIn } from "./pages.ts";

describe("two web pages", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let browser: Browser;
  let ada: Person;
  let site: Awaited<ReturnType<typeof openSite>>;

  before(async function () {
    if (noBrowser !== undefined) this.skip();
    [platform, browser] = await Promise.all([
      openPlatform({ MEDIA_BACKEND: "webrtc" }),
      openBrowser({ flags: CAMERA_FLAGS }),
    ]);
    site = await openSite();
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
  });
  after(async () => {
    await browser?.close();
    site?.close();
    await platform?.close();
  });

  it("publish and play a camera, and /frame shows the same second; ended, both are cut off", async () => {
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 60 } });
    const { id } = made.data;
    await ada.call("POST", `/sessions/${id}/accept`);
    const { data } = await ada.call("POST", `/sessions/${id}/start`);
    const context = await browser.newContext({ locale: "en-US" });
    const camera = await openCamera(context, site.url, data.whipUrl);
    const state = async () => (await ada.call("GET", `/sessions/${id}`)).data.state;
    for (const end = Date.now() + 15_000; (await state()) !== "LIVE" && Date.now() < end; ) await sleep(50);
    expect(await state()).to.equal("LIVE");
    const viewer = await openViewer(context, site.url, data.whepUrl);
    for (const end = Date.now() + 15_000; (await viewer.time()) === 0 && Date.now() < end; ) await sleep(50);

    const seen = await viewer.time();
    const response = await fetch(`${platform.api}/sessions/${id}/frame`, {
      headers: { authorization: `Bearer ${ada.apiKey}` },
    });
    expect(response.headers.get("content-type")).to.equal("image/jpeg");
    const taken = await timeIn(Buffer.from(await response.arrayBuffer()), Date.now());
    expect(Math.abs(taken - seen)).to.be.below(1_500);

    await sleep(500);
    const { packets, lost, frames } = await viewer.counts();
    expect([packets > 0, frames > 0, lost]).to.deep.equal([true, true, 0]);
    const ended = await ada.call("POST", `/sessions/${id}/end`);
    expect(ended.data.state).to.equal("ENDED");
    await sleep(300);
    const last = (await viewer.counts()).packets;
    await sleep(500);
    expect((await viewer.counts()).packets).to.equal(last);
    await camera.close();
  });
});
