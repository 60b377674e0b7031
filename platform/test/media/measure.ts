/** Measures live video on this machine: glass to glass, packets, how old `/frame` is, and what the server's CPU does per stream. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { unless } from "@luxxon/chain/command/interrupt";
import { openBrowser } from "@luxxon/local/browser";
import { freePort } from "@luxxon/local/ports";
import type { Browser } from "playwright-core";
import { readConfig } from "../../src/config.ts";
import { startParts, stopParts } from "../../src/local/parts.ts";
import { openState } from "../../src/local/state.ts";
import { runPlatform } from "../../src/main.ts";
import { newPerson } from "../support/person.ts";
import type { Reachable } from "../support/platform.ts";
import { CAMERA_FLAGS, openAudience, openCamera, openSite, openViewer, timeIn } from "./pages.ts";

export interface Measured {
  viewers: number;
  seconds: number;
  /** From `start` to LIVE, ms. */
  liveAfterMs: number;
  /** From drawn to shown by another page, while all play, ms. */
  glassToGlassMs: { median: number; p99: number };
  packets: number;
  lost: number;
  /** How old the picture of `/frame` is when it has arrived, ms. */
  frameAgeMs: { median: number; most: number };
  frameMs: { median: number; most: number };
  /** Of twenty times that `/frame` was asked for, how often there was none. */
  framesMissing: number;
  /** Of the server's process, % of a core: without video, with a camera, with a viewer, with all. */
  cpuPercent: { idle: number; camera: number; oneViewer: number; allViewers: number };
}

export interface MeasureOptions {
  viewers: number;
  seconds: number;
  say(line: string): void;
  /** Gives up: all of it is stopped, and deleted. */
  interrupt?: AbortSignal;
}

export async function measure(options: MeasureOptions): Promise<Measured> {
  options.say("starting the platform and a browser");
  const stage = await openStage(options.interrupt);
  try {
    return await unless(options.interrupt, measureOn(stage, options));
  } finally {
    await stage.close();
  }
}

interface Stage {
  platform: Reachable;
  browser: Browser;
  /** Another origin than the platform's. */
  site: string;
  close(): Promise<void>;
}

async function openStage(interrupt?: AbortSignal): Promise<Stage> {
  const state = await openState(await mkdtemp(join(tmpdir(), "luxxon-video-")));
  // What was started last is stopped first.
  const closing: (() => unknown)[] = [
    () => stopParts(state),
    () => rm(state.folder, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const close = async () => {
    for (const one of closing) await one();
  };
  try {
    const parts = await startParts({ state, ...(interrupt === undefined ? {} : { signal: interrupt }) });
    const port = String(await freePort());
    const env = {
      ...parts.env,
      LOG_LEVEL: "fatal",
      MEDIA_BACKEND: "webrtc",
      PORT: port,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    };
    const server = await runPlatform(readConfig(env));
    closing.unshift(() => server.close());
    const site = await openSite();
    closing.unshift(() => site.close());
    interrupt?.throwIfAborted();
    const browser = await openBrowser({ flags: CAMERA_FLAGS, isClosedByCaller: interrupt !== undefined });
    closing.unshift(() => browser.close());
    interrupt?.throwIfAborted();
    return { platform: { api: `http://127.0.0.1:${port}/api/v1`, parts, env }, browser, site: site.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function measureOn(stage: Stage, { viewers: count, seconds, say }: MeasureOptions): Promise<Measured> {
  const context = await stage.browser.newContext({ locale: "en-US" });

  const ada = await newPerson(stage.platform);
  await ada.signUp();
  await ada.fund(5_000_000n);
  const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 600 } });
  const { id } = made.data;
  await ada.call("POST", `/sessions/${id}/accept`);
  const idle = await cpuOver(seconds);
  const { data } = await ada.call("POST", `/sessions/${id}/start`);
  const begun = Date.now();
  await openCamera(context, stage.site, data.whipUrl);
  for (;;) {
    const now = await ada.call("GET", `/sessions/${id}`);
    if (now.data.state === "LIVE") break;
    if (Date.now() - begun > 20_000) throw new Error("the session never became LIVE");
    await sleep(20);
  }
  const liveAfterMs = Date.now() - begun;
  say("LIVE");
  const camera = await cpuOver(seconds);
  const viewer = await openViewer(context, stage.site, data.whepUrl);
  await sleep(1_000);
  const oneViewer = await cpuOver(seconds);
  say("one viewer");
  const audience = await openAudience(context, stage.site, data.whepUrl, count - 1);
  await sleep(2_000);
  await viewer.latencies();
  const both = () => Promise.all([viewer.counts(), audience.counts()]);
  const before = await both();
  const allViewers = await cpuOver(seconds);
  say(`${count} viewers`);
  const latencies = await viewer.latencies();
  const counts = await both();
  const ages: number[] = [];
  const took: number[] = [];
  let framesMissing = 0;
  for (let i = 0; i < 20; i++) {
    const asked = Date.now();
    const response = await fetch(`${stage.platform.api}/sessions/${id}/frame`, {
      headers: { authorization: `Bearer ${ada.apiKey}` },
    });
    const jpeg = Buffer.from(await response.arrayBuffer());
    const arrived = Date.now();
    if (response.status !== 200) {
      framesMissing++;
      continue;
    }
    ages.push(arrived - (await timeIn(jpeg, arrived)));
    took.push(arrived - asked);
    await sleep(137);
  }
  await ada.call("POST", `/sessions/${id}/end`);
  const sum = (of: "packets" | "lost", all = counts) => all.reduce((total, it) => total + it[of], 0);
  return {
    viewers: count,
    seconds,
    liveAfterMs,
    glassToGlassMs: { median: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    packets: sum("packets") - sum("packets", before),
    lost: sum("lost"),
    frameAgeMs: { median: quantile(ages, 0.5), most: Math.max(...ages) },
    frameMs: { median: quantile(took, 0.5), most: Math.max(...took) },
    framesMissing,
    cpuPercent: { idle, camera, oneViewer, allViewers },
  };
}

/** % of a core that this process takes while it does nothing but serve. */
async function cpuOver(seconds: number): Promise<number> {
  const before = process.cpuUsage();
  const begun = process.hrtime.bigint();
  await sleep(seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  return Math.round(((user + system) * 1_000 * 1_000) / Number(process.hrtime.bigint() - begun)) / 10;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
