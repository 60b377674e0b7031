/** A part is away, killed or hanging: the right code, /health names it, and all goes on by itself afterwards. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@luxxon/local/ports";
import { expect } from "chai";
import { readConfig } from "../../src/config.ts";
import { type Parts, startParts, stopParts } from "../../src/local/parts.ts";
import { type PartName, processOf } from "../../src/local/state.ts";
import { type Platform, runPlatform } from "../../src/main.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import type { TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

describe("a platform of whose parts one", function () {
  this.timeout(120_000);
  let parts: Parts;
  let server: Platform;
  let platform: TestPlatform;
  let ada: Person;

  before(async () => {
    parts = await startParts({ state: await mkdtemp(join(tmpdir(), "luxxon-away-")) });
    const port = String(await freePort());
    const env = { ...parts.env, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, LOG_LEVEL: "silent" };
    server = await runPlatform(readConfig(env));
    platform = { api: `http://127.0.0.1:${port}/api/v1`, parts, env, close: () => server.close() };
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
    await call(platform, "GET", "/config");
  });
  after(async () => {
    await server?.close();
    await stopParts(parts.state);
    await rm(parts.state.folder, { recursive: true, force: true });
  });

  const pidOf = (part: PartName) => processOf(parts.state, part) as number;
  const childrenOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  const healthy = async () => {
    for (const end = Date.now() + 40_000; Date.now() < end; await sleep(200))
      if ((await call(platform, "GET", "/health")).status === 200) return;
    throw new Error("it does not go on by itself");
  };
  const expectAway = async (code: string, part: string) => {
    const [health, live] = [await call(platform, "GET", "/health"), await call(platform, "GET", "/health/live")];
    expectRefusal(health, 503, code);
    expect(String(health.body.detail).split(",")).to.include(part);
    expect(live.status).to.equal(200);
  };
  const expect503 = (answer: Awaited<ReturnType<typeof call>>, code: string) => {
    expectRefusal(answer, 503, code);
    expect(answer.headers.get("retry-after")).to.match(/^\d+$/);
  };
  const create = () => ada.call("POST", "/sessions", { body: { lat: 1, lng: 1, maxDurationSeconds: 5 } });

  for (const goesOn of [true, false])
    it(`hangs: SpiceDB. A workspace's Idempotency-Key that is sent again meanwhile is told what the first is told: ${goesOn ? 201 : 503}`, async () => {
      const ben = await newPerson(platform);
      const slug = `twin-${goesOn}`;
      const body = { slug, name: "Twin", roles: ["CONSUMER"], ...(await ben.signed("/workspaces/challenge")) };
      const make = () => call(platform, "POST", "/workspaces", { body, headers: { "idempotency-key": "twin" } });
      const pid = pidOf("spicedb");
      const signal = (it: NodeJS.Signals) => [pid, ...childrenOf(pid)].map((one) => process.kill(one, it));
      signal("SIGSTOP");
      try {
        const first = make();
        await sleep(500);
        const twin = make();
        await sleep(500);
        if (goesOn) signal("SIGCONT");
        const [one, other] = [await first, await twin];
        if (!goesOn) for (const answer of [one, other]) expect503(answer, "AUTHZ_ERROR");
        else {
          expect([one.status, other.status]).to.deep.equal([201, 201]);
          expect(one.data.consistencyToken).to.be.a("string").and.not.equal("");
          expect(other.data).to.deep.equal(one.data);
        }
      } finally {
        signal("SIGCONT");
      }
      await healthy();
      const { status } = await ben.createWorkspace(["CONSUMER"], { slug });
      expect(status, "who is told 503 finds the slug free").to.equal(goesOn ? 409 : 201);
    });

  for (const how of ["SIGSTOP", "SIGKILL"] as const) {
    const away = async (part: PartName, meanwhile: () => Promise<void>) => {
      const pid = pidOf(part);
      const children = childrenOf(pid);
      const pids = how === "SIGSTOP" ? [pid, ...children] : [pid];
      for (const it of pids) process.kill(it, how);
      // A thread that another processor runs at that moment still answers.
      if (how === "SIGSTOP") while (!pids.every(isStopped)) await sleep(5);
      // What it has started notices that in its own time, and answers until then.
      if (how === "SIGKILL") for (const it of children) while (existsSync(`/proc/${it}/fd`)) await sleep(20);
      try {
        await meanwhile();
      } finally {
        if (how === "SIGSTOP") for (const it of pids) process.kill(it, "SIGCONT");
        else await startParts({ state: parts.state });
      }
      await healthy();
    };
    const word = how === "SIGSTOP" ? "hangs" : "was killed";

    it(`${word}: SpiceDB. AUTHZ_ERROR; a workspace leaves nothing behind, and its slug is free`, async () => {
      const ben = await newPerson(platform);
      const slug = `away-${how.toLowerCase()}`;
      await away("spicedb", async () => {
        expect503(await ben.createWorkspace(["CONSUMER"], { slug }), "AUTHZ_ERROR");
        await expectAway("AUTHZ_ERROR", "authz");
        expect((await ada.call("GET", "/sessions")).status, "keys need none of it").to.equal(200);
      });
      expect((await ben.createWorkspace(["CONSUMER"], { slug })).status).to.equal(201);
    });

    it(`${word}: the chain. CHAIN_UNAVAILABLE for what asks it, and nothing else`, async () => {
      await away("chain", async () => {
        expect503(await create(), "CHAIN_UNAVAILABLE");
        expect((await ada.call("GET", "/sessions")).status).to.equal(200);
        await expectAway("CHAIN_UNAVAILABLE", "chain");
      });
      expect((await create()).status).to.equal(201);
    });

    it(`${word}: Postgres. DATABASE_ERROR`, async () => {
      await away("postgres", async () => {
        const answers = await Promise.all(Array.from({ length: 30 }, () => ada.call("GET", "/sessions")));
        for (const answer of answers) expect503(answer, "DATABASE_ERROR");
        await expectAway("DATABASE_ERROR", "database");
      });
      expect((await create()).status).to.equal(201);
    });
  }
});

function isStopped(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  // Its name, in parentheses, may hold anything; behind it stands what it does.
  return readdirSync(tasks).every((task) => /.*\) [TtZX] /s.test(readFileSync(join(tasks, task, "stat"), "utf8")));
}
