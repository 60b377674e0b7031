/** Two web pages, as anybody would write them: one publishes a camera by WHIP, the other plays it by WHEP. */
import { createServer } from "node:http";
import type { BrowserContext, Page } from "playwright-core";
import sharp from "sharp";

/** A picture carries the time at which it was drawn: bits of it as black and white cells, and below each its opposite. */
const CODE = { bits: 20, cell: 16 } as const;
const SIZE = { width: 480, height: 360, framesPerSecond: 20 } as const;

export const CAMERA_FLAGS = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
];

export interface Counts {
  packets: number;
  lost: number;
  frames: number;
}

/** A site of its own: another origin than the platform's. */
export async function openSite(): Promise<{ url: string; close(): void }> {
  const server = createServer((_request, response) =>
    response.setHeader("content-type", "text/html").end("<!doctype html>"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { url: `http://localhost:${port}/`, close: () => void server.close().closeAllConnections() };
}

async function newPage(context: BrowserContext, site: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(site);
  return page;
}

/** A page that publishes its camera and microphone, with the time written over the picture. */
export async function openCamera(context: BrowserContext, site: string, whipUrl: string) {
  const page = await newPage(context, site);
  await page.evaluate(
    async ({ url, code, size }) => {
      const { width, height, framesPerSecond } = size;
      const camera = await navigator.mediaDevices.getUserMedia({ video: { width, height }, audio: true });
      const video = Object.assign(document.createElement("video"), { srcObject: camera, muted: true });
      await video.play();
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const draw = canvas.getContext("2d");
      if (draw === null) throw new Error("no canvas");
      setInterval(() => {
        const time = Date.now();
        draw.drawImage(video, 0, 0, width, height);
        for (let bit = 0; bit < code.bits; bit++)
          for (const row of [0, 1]) {
            draw.fillStyle = Math.floor(time / 2 ** bit) % 2 === row ? "#000" : "#fff";
            draw.fillRect(bit * code.cell, row * code.cell, code.cell, code.cell);
          }
      }, 1_000 / framesPerSecond);
      const connection = new RTCPeerConnection();
      const drawn = canvas.captureStream(framesPerSecond);
      for (const track of [...drawn.getVideoTracks(), ...camera.getAudioTracks()])
        connection.addTransceiver(track, { direction: "sendonly", streams: [drawn] });
      await connection.setLocalDescription();
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/sdp" },
        body: connection.localDescription?.sdp ?? "",
      });
      if (response.status !== 201) throw new Error(`WHIP: ${response.status} ${await response.text()}`);
      await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
    },
    { url: whipUrl, code: CODE, size: SIZE },
  );
  return page;
}

export interface ViewerPage {
  page: Page;
  /** What the pictures shown since the last call were late by, ms. */
  latencies(): Promise<number[]>;
  /** The time in the picture that is shown now. */
  time(): Promise<number>;
  counts(): Promise<Counts>;
}

interface Shown {
  latencies: number[];
  time: number;
  counts: () => Promise<Counts>;
}

/** A page that plays, and reads the time in what it shows. */
export async function openViewer(context: BrowserContext, site: string, whepUrl: string): Promise<ViewerPage> {
  const page = await newPage(context, site);
  await page.evaluate(
    async ({ url, code, size }) => {
      const connection = new RTCPeerConnection();
      const stream = new MediaStream();
      connection.ontrack = ({ track }) => stream.addTrack(track);
      connection.addTransceiver("video", { direction: "recvonly" });
      connection.addTransceiver("audio", { direction: "recvonly" });
      await connection.setLocalDescription();
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/sdp" },
        body: connection.localDescription?.sdp ?? "",
      });
      if (response.status !== 201) throw new Error(`WHEP: ${response.status} ${await response.text()}`);
      await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
      const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
      document.body.append(video);
      const canvas = Object.assign(document.createElement("canvas"), {
        width: code.bits * code.cell,
        height: 2 * code.cell,
      });
      const draw = canvas.getContext("2d", { willReadFrequently: true });
      const shown: Shown = {
        latencies: [],
        time: 0,
        async counts() {
          const counts = { packets: 0, lost: 0, frames: 0 };
          for (const report of (await connection.getStats()).values())
            if (report.type === "inbound-rtp") {
              counts.packets += report.packetsReceived;
              counts.lost += report.packetsLost;
              counts.frames += report.framesDecoded ?? 0;
            }
          return counts;
        },
      };
      Object.assign(window, { shown });
      const read = () => {
        video.requestVideoFrameCallback(read);
        if (draw === null) return;
        // A sender that is short of time makes the picture smaller.
        const [width, height] = [
          canvas.width * (video.videoWidth / size.width),
          canvas.height * (video.videoHeight / size.height),
        ];
        draw.drawImage(video, 0, 0, width, height, 0, 0, canvas.width, canvas.height);
        const { data } = draw.getImageData(0, 0, canvas.width, canvas.height);
        const light = (bit: number, row: number) =>
          data[((row + 0.5) * code.cell * canvas.width + (bit + 0.5) * code.cell) * 4 + 1] ?? 0;
        let low = 0;
        for (let bit = 0; bit < code.bits; bit++) {
          if (Math.abs(light(bit, 0) - light(bit, 1)) < 60) return;
          if (light(bit, 0) > light(bit, 1)) low += 2 ** bit;
        }
        const now = Date.now();
        const late = (now - low + 2 ** code.bits) % 2 ** code.bits;
        shown.time = now - late;
        shown.latencies.push(late);
      };
      video.requestVideoFrameCallback(read);
      await video.play();
    },
    { url: whepUrl, code: CODE, size: SIZE },
  );
  const ask = <T>(act: (shown: Shown) => T | Promise<T>) =>
    page.evaluate(`(${act.toString()})(window.shown)`) as Promise<T>;
  return {
    page,
    latencies: () => ask((shown) => shown.latencies.splice(0)),
    time: () => ask((shown) => shown.time),
    counts: () => ask((shown) => shown.counts()),
  };
}

/** A page on which so many play at once, and nobody looks. */
export async function openAudience(context: BrowserContext, site: string, whepUrl: string, count: number) {
  const page = await newPage(context, site);
  await page.evaluate(
    async ({ url, count }) => {
      const connections = await Promise.all(
        Array.from({ length: count }, async () => {
          const connection = new RTCPeerConnection();
          connection.addTransceiver("video", { direction: "recvonly" });
          connection.addTransceiver("audio", { direction: "recvonly" });
          await connection.setLocalDescription();
          const headers = { "content-type": "application/sdp" };
          const response = await fetch(url, { method: "POST", headers, body: connection.localDescription?.sdp ?? "" });
          if (response.status !== 201) throw new Error(`WHEP: ${response.status} ${await response.text()}`);
          await connection.setRemoteDescription({ type: "answer", sdp: await response.text() });
          return connection;
        }),
      );
      const counts = async () => {
        const sum = { packets: 0, lost: 0, frames: 0 };
        for (const connection of connections)
          for (const report of (await connection.getStats()).values())
            if (report.type === "inbound-rtp") {
              sum.packets += report.packetsReceived;
              sum.lost += report.packetsLost;
              sum.frames += report.framesDecoded ?? 0;
            }
        return sum;
      };
      Object.assign(window, { counts });
    },
    { url: whepUrl, count },
  );
  return { counts: () => page.evaluate("window.counts()") as Promise<Counts> };
}

/** The time in a still picture. @throws if there is none in it. */
export async function timeIn(jpeg: Buffer, around: number): Promise<number> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const cell = (CODE.cell * info.width) / SIZE.width;
  const light = (bit: number, row: number) => {
    const [x, y] = [bit, row].map((place) => Math.floor((place + 0.5) * cell)) as [number, number];
    return data[(y * info.width + x) * info.channels + 1] ?? 0;
  };
  let low = 0;
  for (let bit = 0; bit < CODE.bits; bit++) {
    if (Math.abs(light(bit, 0) - light(bit, 1)) < 60) throw new Error("no time in the picture");
    if (light(bit, 0) > light(bit, 1)) low += 2 ** bit;
  }
  const late = (((around - low) % 2 ** CODE.bits) + 2 ** CODE.bits) % 2 ** CODE.bits;
  return late > 2 ** (CODE.bits - 1) ? around - late + 2 ** CODE.bits : around - late;
}
