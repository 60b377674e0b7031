/** The demo, ended by whoever watches it: nothing of it stays behind. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

describe("the demo, interrupted", function () {
  this.timeout(120_000);
  let temporary: string;

  beforeEach(() => (temporary = mkdtempSync(join(tmpdir(), "luxxon-interrupted-"))));
  afterEach(() => rmSync(temporary, { recursive: true, force: true }));

  /** What has left a pid in the platform's folder so far. */
  const pids = () =>
    readdirSync(temporary, { recursive: true, encoding: "utf8" })
      .filter((file) => /^luxxon-demo-[^/]+\/state\/[a-z]+\.pid$/.test(file))
      .map((file) => Number(readFileSync(join(temporary, file), "utf8")));

  /** Runs the demo in a process group of its own, as a terminal does, until it prints `moment`; then `act`. */
  const interrupt = (moment: string, act: (demo: { pid: number; hangUp(): void }) => void) =>
    new Promise<{ status: number | null; alive: number[]; left: string[] }>((resolve) => {
      const demo = spawn(process.execPath, ["scripts/run.mjs", "scripts/demo/command.ts"], {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: temporary },
        stdio: ["ignore", "pipe", "ignore"],
        detached: true,
      });
      let printed = "";
      let started: number[] = [];
      demo.stdout.setEncoding("utf8").on("data", (text: string) => {
        const before = printed;
        printed += text;
        if (!printed.includes(moment) || before.includes(moment)) return;
        started = pids();
        act({ pid: demo.pid as number, hangUp: () => demo.stdout.destroy() });
      });
      demo.on("exit", (status) =>
        resolve({
          status,
          alive: started.filter(isAlive),
          left: readdirSync(temporary).filter((name) => name.startsWith("luxxon-demo-")),
        }),
      );
    });

  for (const [when, moment] of [
    ["while the platform starts", "Starting the platform"],
    ["in the middle of a session", "Accept, start, end"],
    ["during the audit", "GET /wallet says what the contract says"],
  ] as const)
    it(`ends whole by Ctrl-C ${when}`, async () => {
      // The terminal's reaches every process of the group.
      const ended = await interrupt(moment, ({ pid }) => process.kill(-pid, "SIGINT"));
      expect(ended).to.deep.equal({ status: 130, alive: [], left: [] });
    });

  it("ends whole when its reader has seen enough", async () => {
    const ended = await interrupt("Create the workspace", ({ hangUp }) => hangUp());
    expect(ended).to.deep.equal({ status: 0, alive: [], left: [] });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync("/proc") || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
