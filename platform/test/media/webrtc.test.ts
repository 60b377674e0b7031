/** Live video by WHIP and WHEP: who may, when a session is LIVE, what a picture shows, and what is charged of a silence. */
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import sharp from "sharp";
import { useH264 } from "werift";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { newOffer, play, post, publish } from "../support/video.ts";

const RED = { r: 200, g: 30, b: 30 };
const GREEN = { r: 30, g: 180, b: 30 };

describe("live video", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;
  let bob: Person;
  let eve: Person;

  const started = async () => {
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 60 } });
    const id = made.data.id as string;
    await bob.call("POST", `/sessions/${id}/accept`);
    const { data } = await bob.call("POST", `/sessions/${id}/start`);
    expect(data.state).to.equal("ASSIGNED");
    return { id, whipUrl: data.whipUrl as string, whepUrl: data.whepUrl as string };
  };
  const stateOf = async (id: string) => (await ada.call("GET", `/sessions/${id}`)).data;
  const until = async (is: () => Promise<boolean>, what: string) => {
    for (const end = Date.now() + 15_000; !(await is()); await sleep(50))
      if (Date.now() > end) throw new Error(`never: ${what}`);
  };
  const live = async () => {
    const session = await started();
    const camera = await publish(session.whipUrl);
    await until(async () => (await stateOf(session.id)).state === "LIVE", "LIVE");
    return { ...session, camera };
  };
  const frameOf = async (id: string) => {
    const headers = { authorization: `Bearer ${ada.apiKey}` };
    const response = await fetch(`${platform.api}/sessions/${id}/frame`, { headers });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, type: response.headers.get("content-type"), bytes };
  };
  const colourOf = async (jpeg: Buffer) => {
    const { channels } = await sharp(jpeg).stats();
    const [r = 0, g = 0, b = 0] = channels.map(({ mean }) => Math.round(mean));
    return { r, g, b };
  };
  const windowsOf = (id: string) =>
    db.rows<{ reason: string; openedAt: Date; closedAt: Date | null }>`
      select reason, opened_at, closed_at from disconnect_windows where session_id = ${id} order by opened_at`;
  const refused = async (response: Response) => {
    const body = (await response.json()) as { code: string; detail: string };
    return [response.status, body.code, body.detail];
  };

  before(async () => {
    platform = await openPlatform({ MEDIA_BACKEND: "webrtc" });
    db = openDatabase(platform.env.DATABASE_URL ?? "");
    [ada, bob, eve] = await Promise.all([newPerson(platform), newPerson(platform), newPerson(platform)]);
    await ada.signUp(["CONSUMER"]);
    await bob.signUp(["SUPPLIER"]);
    await eve.signUp();
    await ada.fund(9_000_000n);
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  describe("that is published", () => {
    it("makes its session LIVE by its first picture, and /frame shows what is there now", async () => {
      const { id, whipUrl } = await started();
      expect((await frameOf(id)).status).to.equal(404);
      const camera = await publish(whipUrl, RED);
      await until(async () => (await stateOf(id)).state === "LIVE", "LIVE");
      const { startedAt, whepUrl } = await stateOf(id);
      expect(Math.abs(Date.now() - new Date(startedAt).getTime())).to.be.below(15_000);
      expect(whepUrl).to.be.a("string");
      const red = await frameOf(id);
      expect([red.status, red.type]).to.deep.equal([200, "image/jpeg"]);
      expect(await colourOf(red.bytes)).to.satisfy(({ r, g, b }: typeof RED) => r > 150 && g < 90 && b < 90);
      await camera.show(GREEN);
      await sleep(1_000);
      expect(await colourOf((await frameOf(id)).bytes)).to.satisfy(({ r, g }: typeof RED) => g > 130 && r < 90);
      await ada.call("POST", `/sessions/${id}/end`);
      await camera.close();
    });

    it("is not LIVE by what cannot be decoded", async () => {
      const { id, whipUrl } = await started();
      const liar = await publish(whipUrl, null);
      // The head of a key frame of 320 × 240, and nothing behind it.
      for (let i = 0; i < 5; i++) {
        liar.send(Buffer.from("10020000009d012a4001f000ff", "hex"));
        await sleep(100);
      }
      await sleep(500);
      expect((await stateOf(id)).state).to.equal("ASSIGNED");
      expect((await frameOf(id)).status).to.equal(404);
      await liar.show(GREEN);
      await until(async () => (await stateOf(id)).state === "LIVE", "LIVE");
      await ada.call("POST", `/sessions/${id}/end`);
      await liar.close();
    });

    it("is published by one at a time: another is refused while the first is heard, and takes its place when it is not", async () => {
      const { id, whipUrl, camera } = await live();
      const { sdp, connection } = await newOffer("publish");
      expect(await refused(await post(whipUrl, sdp))).to.deep.equal([409, "CONFLICT", "media:published"]);
      camera.vanish();
      await sleep(2_100);
      const second = await publish(whipUrl, GREEN);
      await until(async () => (await frameOf(id)).status === 200, "a picture");
      expect((await colourOf((await frameOf(id)).bytes)).g).to.be.above(130);
      await ada.call("POST", `/sessions/${id}/end`);
      await Promise.all([camera.close(), second.close(), connection.close()]);
    });

    it("ends with its session: the peers are closed, the links are dead", async () => {
      const { id, whipUrl, whepUrl, camera } = await live();
      const viewer = await play(whepUrl);
      await until(async () => viewer.packets.length > 0, "a packet");
      await bob.call("POST", `/sessions/${id}/end`);
      await sleep(300);
      const seen = viewer.packets.length;
      await sleep(500);
      expect(viewer.packets.length).to.equal(seen);
      const { sdp, connection } = await newOffer("publish");
      for (const url of [whipUrl, whepUrl])
        expect(await refused(await post(url, sdp))).to.deep.equal([404, "NOT_FOUND", "media:ENDED"]);
      expect((await frameOf(id)).status).to.equal(404);
      await Promise.all([camera.close(), viewer.close(), connection.close()]);
    });

    it("ends with a session that another process ended", async () => {
      const { id, whepUrl, camera } = await live();
      const viewer = await play(whepUrl);
      await db.rows`update sessions set state = 'ENDED', ended_at = now(), video_backend_ref = null where id = ${id}`;
      await sleep(2_000);
      const seen = viewer.packets.length;
      await sleep(500);
      expect(viewer.packets.length).to.equal(seen);
      await Promise.all([camera.close(), viewer.close()]);
    });
  });

  describe("that goes away", () => {
    it("is not charged from the last packet to the first one after it", async () => {
      const { id, whipUrl, camera } = await live();
      await sleep(1_500);
      camera.vanish();
      const vanishedAt = Date.now();
      await until(async () => (await windowsOf(id)).length === 1, "a window");
      const [open] = await windowsOf(id);
      expect([open?.reason, open?.closedAt]).to.deep.equal(["NETWORK_ERROR", null]);
      expect((open?.openedAt.getTime() ?? 0) - vanishedAt).to.be.within(-300, 100);
      expect((await frameOf(id)).status).to.equal(404);
      const again = await publish(whipUrl);
      const backAt = Date.now();
      await until(async () => (await windowsOf(id))[0]?.closedAt != null, "closed");
      const [closed, ...more] = await windowsOf(id);
      expect(more).to.deep.equal([]);
      expect((closed?.closedAt?.getTime() ?? 0) - backAt).to.be.within(-1_000, 1_000);
      const { data } = await ada.call("POST", `/sessions/${id}/end`);
      const lasted = new Date(data.endedAt).getTime() - new Date(data.startedAt).getTime();
      const away = (closed?.closedAt?.getTime() ?? 0) - (closed?.openedAt.getTime() ?? 0);
      expect(data.cleanSeconds).to.equal(Math.floor((lasted - away) / 1_000));
      await Promise.all([camera.close(), again.close()]);
    });

    it("is not charged to the end where it does not come back, whether the silence was noticed before or not", async () => {
      const { id, camera } = await live();
      await sleep(1_200);
      camera.vanish();
      const vanishedAt = Date.now();
      await sleep(3_100);
      await db.rows`delete from disconnect_windows where session_id = ${id}`;
      await db.rows`update video_beats set is_away = false where session_id = ${id}`;
      const { data } = await ada.call("POST", `/sessions/${id}/end`);
      expect(data.cleanSeconds).to.equal(Math.floor((vanishedAt - new Date(data.startedAt).getTime()) / 1_000));
      await camera.close();
    });
  });

  describe("is played", () => {
    it("without a packet lost, by several, each from a key frame on", async () => {
      const { id, whepUrl, camera } = await live();
      const viewers = await Promise.all(Array.from({ length: 3 }, () => play(whepUrl)));
      await until(async () => viewers.every(({ packets }) => packets.length > 0), "packets");
      await sleep(1_000);
      for (const { packets, keyFrames } of viewers) {
        const numbers = packets.map(({ header }) => header.sequenceNumber);
        const gaps = numbers.slice(1).filter((number, i) => ((number - (numbers[i] ?? 0)) & 0xffff) !== 1);
        expect(gaps).to.deep.equal([]);
        expect(keyFrames()).to.be.above(0);
      }
      await ada.call("POST", `/sessions/${id}/end`);
      await Promise.all([camera.close(), ...viewers.map((viewer) => viewer.close())]);
    });

    it("by its two sides alone: links go to them, and a link is of one session and one side", async () => {
      const { id, whipUrl, whepUrl, camera } = await live();
      const other = await started();
      const { sdp, connection } = await newOffer("play");
      const offer = await newOffer("publish");
      for (const path of ["viewer-token", "producer-token", "frame"])
        expect((await eve.call("GET", `/sessions/${id}/${path}`)).status, path).to.equal(403);
      expect((await ada.call("GET", `/sessions/${id}/producer-token`)).status).to.equal(403);
      expect(await stateOf(id))
        .to.include({ whepUrl })
        .and.not.have.property("whipUrl");
      expect((await bob.call("GET", `/sessions/${id}/viewer-token`)).data.whepUrl).to.equal(whepUrl);

      const bare = whepUrl.split("?")[0] ?? "";
      const theirs = new URL(other.whepUrl).search;
      const viewers = new URL(whepUrl).search;
      expect(await refused(await post(bare, sdp))).to.deep.equal([401, "NOT_AUTHENTICATED", "media:token"]);
      expect(await refused(await post(bare + theirs, sdp))).to.deep.equal([403, "NOT_AUTHORIZED", "media:playDenied"]);
      expect(await refused(await post((whipUrl.split("?")[0] ?? "") + viewers, offer.sdp))).to.deep.equal([
        403,
        "NOT_AUTHORIZED",
        "media:publishDenied",
      ]);
      await ada.call("POST", `/sessions/${id}/end`);
      await ada.call("DELETE", `/sessions/${other.id}`);
      await Promise.all([camera.close(), connection.close(), offer.connection.close()]);
    });
  });

  describe("speaks WHIP and WHEP", () => {
    it("an offer is 201 with an answer and a Location, which DELETE ends; there is no PATCH", async () => {
      const { id, whipUrl, whepUrl } = await started();
      for (const [url, side] of [
        [whipUrl, "publish"],
        [whepUrl, "play"],
      ] as const) {
        const { sdp, connection } = await newOffer(side);
        const response = await post(url, sdp, { "content-type": "application/sdp; charset=utf-8" });
        expect([response.status, response.headers.get("content-type")]).to.deep.equal([201, "application/sdp"]);
        const answer = await response.text();
        expect(answer)
          .to.match(/^v=0\r\n/)
          .and.include("a=candidate:")
          .and.include("a=ice-lite");
        const location = response.headers.get("location") ?? "";
        expect(new URL(location).pathname.startsWith(`${new URL(url).pathname}/`)).to.equal(true);
        const patched = await fetch(location, { method: "PATCH" });
        expect([patched.status, patched.headers.get("allow")]).to.deep.equal([405, "DELETE, OPTIONS"]);
        expect((await fetch(location, { method: "DELETE" })).status).to.equal(200);
        expect((await fetch(location, { method: "DELETE" })).status).to.equal(404);
        await connection.close();
      }
      await ada.call("DELETE", `/sessions/${id}`);
    });

    it("GET is 405; OPTIONS names what is taken; pages of any origin may, without cookies", async () => {
      const { id, whipUrl } = await started();
      expect((await fetch(whipUrl)).status).to.equal(405);
      const asked = await fetch(whipUrl, { method: "OPTIONS" });
      expect([asked.status, asked.headers.get("allow"), asked.headers.get("accept-post")]).to.deep.equal([
        204,
        "POST, OPTIONS",
        "application/sdp",
      ]);
      const origin = "https://viewer.example";
      const preflight = await fetch(whipUrl, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" },
      });
      const posted = await fetch(whipUrl, {
        method: "POST",
        headers: { origin, "content-type": "application/sdp" },
        body: "x",
      });
      for (const { headers } of [preflight, posted])
        expect([
          headers.get("access-control-allow-origin"),
          headers.get("access-control-allow-credentials"),
        ]).to.deep.equal(["*", null]);
      expect(posted.headers.get("access-control-expose-headers")).to.include("location");
      await ada.call("DELETE", `/sessions/${id}`);
    });

    it("takes SDP alone, of one video that can be shown, from whoever can be reached", async () => {
      const { id, whipUrl, whepUrl } = await started();
      const [{ sdp, connection }, h264, viewer] = await Promise.all([
        newOffer("publish"),
        newOffer("publish", useH264()),
        newOffer("play"),
      ]);
      const video = sdp.slice(sdp.indexOf("m=video"));
      const wrong: [string, string, string][] = [
        ["nothing", "", "offer:sdp"],
        ["text", "hello", "offer:sdp"],
        ["JSON", '{"sdp":"v=0"}', "offer:sdp"],
        ["no video", sdp.slice(0, sdp.indexOf("m=video")), "offer:media"],
        ["two videos", sdp + video, "offer:media"],
        ["data", `${sdp}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n`, "offer:media"],
        ["H.264 alone", h264.sdp, "offer:codec"],
        ["no fingerprint", sdp.replace(/a=fingerprint:.*\r\n/g, ""), "offer:transport"],
        ["a viewer's offer", viewer.sdp, "offer:direction"],
        ["too many lines", sdp + "a=x\r\n".repeat(3_000), "offer:sdp"],
      ];
      for (const [what, offer, detail] of wrong)
        expect(await refused(await post(whipUrl, offer)), what).to.deep.equal([400, "INVALID_INPUT", detail]);
      expect(await refused(await post(whepUrl, sdp))).to.deep.equal([400, "INVALID_INPUT", "offer:direction"]);
      expect((await refused(await post(whipUrl, sdp, { "content-type": "application/json" })))[0]).to.equal(415);
      expect((await refused(await post(whipUrl, "a".repeat(70_000))))[0]).to.equal(413);
      // None of them is in the way of who can.
      const camera = await publish(whipUrl);
      await ada.call("DELETE", `/sessions/${id}`);
      await Promise.all([camera.close(), connection.close(), h264.connection.close(), viewer.connection.close()]);
    });
  });

  describe("under attack", () => {
    it("answers broken offers by 400, and goes on", async () => {
      const { id, whipUrl } = await started();
      const { sdp, connection } = await newOffer("publish");
      const lines = sdp.split("\r\n");
      const statuses = new Map<number, number>();
      const broken = fc.array(
        fc.tuple(
          fc.nat(lines.length - 1),
          fc.oneof(
            fc.constant(""),
            fc.string(),
            fc.constantFrom(...lines),
            fc.string().map((text) => `a=${text}`),
          ),
        ),
        { minLength: 1, maxLength: 6 },
      );
      for (const changes of fc.sample(broken, { numRuns: 120, seed: 7 })) {
        const changed = [...lines];
        for (const [at, line] of changes) changed[at] = line;
        const { status } = await post(whipUrl, changed.join("\r\n"));
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect([...statuses.keys()].every((status) => status === 201 || status === 400 || status === 409)).to.equal(true);
      expect(statuses.get(400)).to.be.above(50);
      await sleep(2_100);
      const camera = await publish(whipUrl);
      await until(async () => (await stateOf(id)).state === "LIVE", "LIVE");
      await ada.call("POST", `/sessions/${id}/end`);
      await Promise.all([camera.close(), connection.close()]);
    });

    it("forwards on while strangers send anything to its ports", async () => {
      const { id, whepUrl, camera } = await live();
      const viewer = await play(whepUrl);
      const socket = createSocket("udp4");
      const ports = [camera, viewer].flatMap(({ answer }) => [...answer.matchAll(/ 127\.0\.0\.1 (\d+) typ host/g)]);
      // What looks like STUN, DTLS, RTP, and RTCP by its first byte, and nothing after it does.
      for (let i = 0; i < 400; i++) {
        const bytes = randomBytes((i % 40) + 1);
        bytes[0] = [0, 1, 20, 22, 23, 64, 128, 144, 200, 255][i % 10] ?? 0;
        for (const [, port] of ports) socket.send(bytes, Number(port), "127.0.0.1");
        if (i % 50 === 0) await sleep(10);
      }
      await sleep(300);
      const seen = viewer.packets.length;
      await sleep(700);
      expect(ports).to.have.length(2);
      expect(viewer.packets.length).to.be.above(seen);
      socket.close();
      await ada.call("POST", `/sessions/${id}/end`);
      await Promise.all([camera.close(), viewer.close()]);
    });
  });

  describe("whose process dies", () => {
    it("is published to the same link again, and what was between is not charged", async () => {
      const { id, whipUrl, camera } = await live();
      await sleep(1_000);
      await platform.close();
      const closedAt = Date.now();
      camera.vanish();
      await sleep(1_500);
      const { DATABASE_URL = "", PORT = "", PUBLIC_URL = "" } = platform.env;
      platform = await openPlatform({ MEDIA_BACKEND: "webrtc", DATABASE_URL, PORT, PUBLIC_URL });
      const again = await publish(whipUrl);
      const backAt = Date.now();
      await until(async () => (await windowsOf(id))[0]?.closedAt != null, "a window");
      const [away] = await windowsOf(id);
      expect((away?.openedAt.getTime() ?? 0) - closedAt).to.be.within(-1_500, 200);
      expect((away?.closedAt?.getTime() ?? 0) - backAt).to.be.within(-1_000, 1_000);
      await ada.call("POST", `/sessions/${id}/end`);
      await Promise.all([camera.close(), again.close()]);
    });
  });
});
