/**
 * Starts what compose.yaml says, with its commands and settings and without containers, and kills each process of it in
 * turn while sessions are played.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "@luxxon/chain/root";
import { openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import { chainOver } from "../../src/chain/chain.ts";
import { ROLES, SETTINGS } from "../../src/config.ts";
import { openDatabase } from "../../src/db/database.ts";
import { type Parts, startParts, stopParts } from "../../src/local/parts.ts";
import { openState } from "../../src/local/state.ts";
import { type Check, checkAll, isQuiet } from "../chaos/check.ts";
import { closeConnections } from "../load/client.ts";
import { invite } from "../load/people.ts";
import { interpolate, neededVariables, platformServices } from "./compose.ts";
import { type Replica, replicasOf } from "./processes.ts";
import { openTraffic, type Traffic } from "./traffic.ts";

/** Read by AWS's own client. */
const OTHERS = ["AWS_REGION"];

describe("compose.yaml", () => {
  const services = Object.entries(platformServices());

  it("names no setting that the program does not know", () => {
    const named = new Set(services.flatMap(([, { environment }]) => Object.keys(environment)));
    const known = new Set([...Object.keys(SETTINGS), ...OTHERS]);
    expect([...named].filter((name) => !known.has(name))).to.deep.equal([]);
  });

  it("runs every role under its own name: several API processes, two relayers, one watcher, one clock", () => {
    expect(services.map(([name, { environment }]) => [name, environment.ROLES])).to.deep.equal(
      ROLES.map((role) => [role, role]),
    );
    expect(Object.fromEntries(services.map(([name, { replicas }]) => [name, replicas]))).to.deep.equal({
      api: 2,
      relayer: 2,
      watcher: 1,
      clock: 1,
    });
  });

  it("starts each as the image does, under NODE_ENV=production, and again when it ends", async () => {
    const image = await readFile(join(ROOT, "Dockerfile"), "utf8");
    const [, command = ""] = /^CMD (.*)$/m.exec(image) ?? [];
    for (const [name, service] of services) {
      expect(service.command, name).to.deep.equal(JSON.parse(command));
      expect(service.environment.NODE_ENV, name).to.equal("production");
      expect(service.isRestarted, name).to.equal(true);
    }
  });

  it("stops without what it needs, and the page names all of it", async () => {
    const [, { environment }] = services[0] as (typeof services)[number];
    expect(() => interpolate(environment.DATABASE_URL ?? "", {})).to.throw("POSTGRES_PASSWORD");
    const page = await readFile(join(ROOT, "docs/platform/production.md"), "utf8");
    const named = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string).sort();
    expect(named).to.include.members(neededVariables());
  });
});

describe("a production of six processes, each of which is killed in turn while sessions are played", function () {
  this.timeout(240_000);
  let parts: Parts;
  let logs: string;
  let replicas: Replica[];
  let traffic: Traffic;
  let checks: Check[];
  let fences: number;

  before(async () => {
    logs = await mkdtemp(join(tmpdir(), "luxxon-production-"));
    const state = await openState(join(logs, "state"));
    parts = await startParts({ state });
    const { env, contracts } = parts;
    const database = new URL(env.DATABASE_URL ?? "");
    replicas = await replicasOf({
      logs,
      hosts: { "postgres:5432": database.host, "spicedb:50051": env.SPICEDB_ENDPOINT ?? "" },
      variables: {
        POSTGRES_PASSWORD: database.password,
        SPICEDB_TOKEN: env.SPICEDB_TOKEN ?? "",
        RPC_URL: env.RPC_URL ?? "",
        SETTLEMENT_ADDRESS: contracts.settlement,
        DEPLOYMENT_BLOCK: String(contracts.deploymentBlock),
        SESSION_SECRET: env.SESSION_SECRET ?? "",
        PUBLIC_URL: "https://luxxon.example",
        RELAYER_KEY: env.RELAYER_KEY ?? "",
        // Nobody has built the page, and Base's times would make a test of minutes.
        CONSOLE_DIR: "",
        BATCH_WAIT: "1",
        CONFIRMED_AFTER: "1",
        MEDIA_BACKEND: "instant",
      },
    });
    await Promise.all(replicas.map((one) => one.start()));
    const urls = replicas.filter(({ service }) => service === "api").map(({ url }) => url);
    const endpoint = openEndpoint("RPC_URL", env.RPC_URL ?? "");
    const chain = chainOver(contracts.settlement as `0x${string}`, (method, params) => endpoint.ask(method, params));
    const people = await invite({ parts, chain }, `${urls[0]}/api/v1`, 2);

    traffic = openTraffic(urls, people);
    for (const one of replicas) {
      await sleep(700);
      await one.kill();
      await sleep(300);
      await one.start();
    }
    await traffic.stop();
    const stage = { answer: { ...contracts, rpcUrl: env.RPC_URL ?? "" }, databaseUrl: () => database.href };
    for (const end = Date.now() + 60_000; Date.now() < end && !(await isQuiet(stage)); ) await sleep(300);
    // What has just been confirmed is compared with the contract's state yet.
    await sleep(1_000);
    checks = await checkAll(stage, traffic.told);
    const db = openDatabase(database.href, { connections: 1 });
    fences = Number((await db.row<{ fence: bigint }>`select fence from leases where name = 'relayer'`)?.fence);
    await db.close();
  });

  after(async () => {
    closeConnections();
    await Promise.all((replicas ?? []).map((one) => one.stop()));
    if (parts !== undefined) await stopParts(parts.state);
    await rm(logs, { recursive: true, force: true, maxRetries: 5 });
  });

  it("plays on", () => {
    expect(traffic.told.length).to.be.above(4);
  });

  it("answers nobody otherwise than documented", () => {
    expect(traffic.strange).to.deep.equal([]);
  });

  it("loses nothing: every ended session is settled once, and no table says what the chain does not", () => {
    expect(checks.filter(({ differences }) => differences.length > 0)).to.deep.equal([]);
  });

  it("has had another relayer take over", () => {
    expect(fences).to.be.above(1);
  });
});
