/** The tools that start a platform, ended by whoever watches them: nothing of it stays behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "@luxxon/chain/root";
import { noBrowser } from "@luxxon/local/browser";
import { expect } from "chai";

/** Only Linux tells what a process was started with. */
const cannot = existsSync("/proc/self/environ") ? undefined : "there is no /proc here";

const COMMANDS = {
  load: ["platform/test/load/command.ts", "--only", "api"],
  chaos: ["platform/test/chaos/command.ts", "--kills", "50"],
  "fuzz:api": ["platform/test/fuzz/command.ts", "--calls", "100000"],
  conformance: ["platform/test/conformance/command.ts", "--check"],
  simulate: ["platform/test/simulation/command.ts", "--seeds", "100000", "--steps", "1"],
  video: ["platform/test/media/command.ts", "--seconds", "3"],
};
type Name = keyof typeof COMMANDS;

/** What is there of a tool that runs: its folder's files, and what it has said. */
interface Seen {
  files(): string[];
  said: string;
}

const has = (pattern: RegExp) => (seen: Seen) => seen.files().some((file) => pattern.test(file));
const says = (pattern: RegExp) => (seen: Seen) => pattern.test(seen.said);

describe("a tool that starts a platform, interrupted", function () {
  this.timeout(120_000);
  let temporary: string;
  let child: ChildProcess | undefined;

  before(function () {
    if (cannot !== undefined) this.skip();
  });
  beforeEach(() => (temporary = mkdtempSync(join(tmpdir(), "luxxon-interrupted-"))));
  afterEach(async () => {
    // A test that fails leaves nothing either.
    for (const pid of processesOf(temporary)) process.kill(pid, "SIGKILL");
    while (processesOf(temporary).length > 0) await sleep(20);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Runs a tool as a terminal does, in a process group of its own, until it has come so far; then does something to it. */
  async function interrupt(name: Name, isSoFar: (seen: Seen) => boolean, act: (tool: Tool) => void) {
    const running = spawn(process.execPath, ["scripts/run.mjs", ...COMMANDS[name]], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary, npm_lifecycle_script: "" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    child = running;
    const seen: Seen = { files: () => filesBelow(temporary), said: "" };
    for (const stream of [running.stdout, running.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (seen.said += text));
    const ended = new Promise<number | null>((resolve) => running.on("exit", resolve));
    while (!isSoFar(seen)) {
      if (running.exitCode !== null) throw new Error(`it has ended by itself: ${seen.said}`);
      await sleep(20);
    }
    const { pid = 0 } = running;
    act({
      signal: (signal) => process.kill(-pid, signal),
      hangUp: () => [running.stdout, running.stderr].forEach((stream) => void stream.destroy()),
    });
    return { status: await ended, alive: processesOf(temporary).map(commandOf), left: leftIn(temporary) };
  }

  const WHOLE = { alive: [], left: [] };

  // Of one each moment; the others begin and end by the same frame.
  for (const [name, when, isSoFar] of [
    ["load", "as soon as there is a folder", has(/^luxxon-load-/)],
    ["load", "while Postgres counts statements", has(/postgres\.pid$/)],
    ["load", "while the contracts are deployed", has(/chain\.pid$/)],
    ["load", "while sessions are played", says(/Whole sessions through the API/)],
    ["chaos", "while the chain starts", has(/chain\.pid$/)],
    // The first may be of two at once.
    ["chaos", "after the first kill", says(/kill \d+\//)],
    ["fuzz:api", "while SpiceDB starts", has(/spicedb\.pid$/)],
    ["conformance", "while it asks for every status", says(/generated\/\w+\.ts is/)],
    ["simulate", "while worlds are played", says(/\d+ of 100000 worlds/)],
    ["video", "while the camera is on", says(/LIVE/)],
  ] as const)
    it(`npm run ${name}: ends whole by Ctrl-C ${when}`, async function () {
      if (name === "video" && noBrowser !== undefined) this.skip();
      // The terminal's reaches every process of the group.
      const ended = await interrupt(name, isSoFar, ({ signal }) => signal("SIGINT"));
      expect(ended).to.deep.equal({ status: 130, ...WHOLE });
    });

  it("ends whole by Ctrl-C again and again", async () => {
    let again: NodeJS.Timeout | undefined;
    const ended = await interrupt("load", has(/chain\.pid$/), ({ signal }) => {
      again = setInterval(() => {
        if (child?.exitCode === null) signal("SIGINT");
      }, 100);
    });
    clearInterval(again);
    expect(ended).to.deep.equal({ status: 130, ...WHOLE });
  });

  it("ends whole when it is told to end", async () => {
    const ended = await interrupt("chaos", has(/postgres\.pid$/), ({ signal }) => signal("SIGTERM"));
    expect(ended).to.deep.equal({ status: 143, ...WHOLE });
  });

  it("ends whole when its reader has seen enough", async () => {
    const ended = await interrupt("chaos", says(/^seed /m), ({ hangUp }) => hangUp());
    expect(ended).to.deep.equal({ status: 0, ...WHOLE });
  });
});

interface Tool {
  signal(signal: NodeJS.Signals): void;
  /** As `| head` does, of both. */
  hangUp(): void;
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    // Something was deleted while it was read.
    return [];
  }
}

/** The browser stays unpacked: the next one to start it needs it again. */
function leftIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => !/^luxxon-chromium-[\d.]+$/.test(name));
}

/** Those that were started with this folder in their arguments or their environment, or work in it. */
function processesOf(folder: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      const texts = [readOf(pid, "cmdline"), readOf(pid, "environ"), cwdOf(pid)];
      return texts.some((text) => text.includes(folder));
    });
}

function readOf(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}

function commandOf(pid: number): string {
  return readOf(pid, "cmdline").replaceAll("\0", " ").slice(0, 200);
}
