/** Kills each of the parts in turn, and finds what they had taken after the next start. */
import { spawn } from "node:child_process";
import { appendFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { v1 } from "@authzed/authzed-node";
import { expect } from "chai";
import pg from "pg";
import { createPublicClient, createTestClient, http, parseAbi } from "viem";
import { type Parts, startParts, stopParts } from "../../src/local/parts.ts";
import { PARTS } from "../../src/local/state.ts";
import { cleanUp, isAlive, kill, pidOf, temporaryState } from "./support.ts";

const ALONE = "0x00000000000000000000000000000000000a10ce";
const erc20 = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function symbol() view returns (string)",
]);

describe("the parts of a local platform", () => {
  let folder: string;
  let parts: Parts;
  const pids = () => PARTS.map((part) => pidOf(folder, part));

  before(async () => {
    folder = temporaryState();
    parts = await startParts({ state: folder });
  });
  after(cleanUp);

  async function query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: parts.env.DATABASE_URL });
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  function chain() {
    return createPublicClient({ transport: http(parts.env.RPC_URL) });
  }

  async function mayView(wallet: string): Promise<boolean> {
    const { SPICEDB_TOKEN = "", SPICEDB_ENDPOINT = "" } = parts.env;
    const client = v1.NewClient(SPICEDB_TOKEN, SPICEDB_ENDPOINT, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
    try {
      const { permissionship } = await client.promises.checkPermission(
        v1.CheckPermissionRequest.create({
          consistency: { requirement: { oneofKind: "fullyConsistent", fullyConsistent: true } },
          resource: { objectType: "lx_workspace", objectId: "w1" },
          permission: "view",
          subject: { object: { objectType: "wallet", objectId: wallet } },
        }),
      );
      return permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
    } finally {
      client.close();
    }
  }

  it("start from nothing, with USDC, the contract and two wallets on the chain", async () => {
    expect(parts.started).to.deep.equal([...PARTS]);
    const { usdc, settlement, multicall3 } = parts.contracts;
    const client = chain();
    expect(await client.getChainId()).to.equal(84532);
    expect(await client.readContract({ address: usdc, abi: erc20, functionName: "symbol" })).to.equal("USDC");
    for (const address of [settlement, multicall3]) expect(await client.getCode({ address })).to.not.equal(undefined);
    for (const { address } of parts.wallets) {
      const balance = await client.readContract({
        address: usdc,
        abi: erc20,
        functionName: "balanceOf",
        args: [address],
      });
      expect(balance).to.equal(1_000_000_000n);
      expect(await client.getBalance({ address })).to.equal(10_000n * 10n ** 18n);
    }
  });

  it("have Postgres as it is wanted: durable, for 200 clients, by password", async () => {
    const [row] = await query<Record<string, string>>(`SELECT current_setting('fsync') AS fsync,
      current_setting('max_connections') AS clients, current_setting('track_commit_timestamp') AS timestamps,
      current_setting('unix_socket_directories') AS sockets`);
    expect(row).to.deep.equal({ fsync: "on", clients: "200", timestamps: "on", sockets: "" });
    const url = new URL(parts.env.DATABASE_URL ?? "");
    url.password = "guessed";
    const stranger = new pg.Client({ connectionString: url.href });
    const refusal = await stranger.connect().catch((error: { code: string }) => error.code);
    expect(refusal).to.equal("28P01");
  });

  it("keep their passwords from others", () => {
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).to.equal(0o600);
  });

  it("are found alive, and taken as they are", async () => {
    const before = pids();
    parts = await startParts({ state: folder });
    expect(parts.started).to.deep.equal([]);
    expect(pids()).to.deep.equal(before);
  });

  it("bring back all that Postgres had committed, after its kill", async () => {
    await query("CREATE TABLE kept (word text)");
    await query("INSERT INTO kept VALUES ('here')");
    // A backend at work does not notice that its postmaster is dead, and holds its memory.
    const busy = query("SELECT count(*) FROM generate_series(1, 10000000000)").catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await kill(pidOf(folder, "postgres"));
    parts = await startParts({ state: folder });
    await busy;
    expect(parts.started).to.deep.equal(["postgres"]);
    expect(await query("SELECT word FROM kept")).to.deep.equal([{ word: "here" }]);
  });

  const logs: [string, string][] = [
    ["holds letters of more than one byte", `${"µ".repeat(10_000)}\n`],
    ["has grown so long that it is put aside", `${"-".repeat(10_000_000)}\n`],
  ];
  for (const [what, logged] of logs) {
    it(`bring Postgres back when its number has become another program's, also where its log ${what}`, async () => {
      await kill(pidOf(folder, "postgres"));
      appendFileSync(join(folder, "logs/postgres.log"), logged);
      const other = spawn("sleep", ["60"]);
      const lock = join(folder, "postgres/data/postmaster.pid");
      writeFileSync(lock, readFileSync(lock, "utf8").replace(/^\d+/, String(other.pid)));
      parts = await startParts({ state: folder });
      other.kill();
      expect(await query("SELECT word FROM kept")).to.deep.equal([{ word: "here" }]);
    });
  }

  it("fill SpiceDB from the record in Postgres, after its kill", async () => {
    await query(`CREATE TABLE relationship_writes (id bigint GENERATED ALWAYS AS IDENTITY, operation text,
      resource_id text, relation text, subject_id text)`);
    // More than one write takes; the last word on 0xb0b is that it is out.
    await query(`INSERT INTO relationship_writes (operation, resource_id, relation, subject_id)
      SELECT 'TOUCH', 'w' || i, 'viewer', '0xada' FROM generate_series(1, 1500) AS i
      UNION ALL SELECT 'TOUCH', 'w1', 'owner', '0xb0b'`);
    await query(`INSERT INTO relationship_writes (operation, resource_id, relation, subject_id)
      VALUES ('DELETE', 'w1', 'owner', '0xb0b')`);
    await kill(pidOf(folder, "spicedb"));
    parts = await startParts({ state: folder });
    expect(parts.started).to.deep.equal(["spicedb"]);
    expect(await mayView("0xada")).to.equal(true);
    expect(await mayView("0xb0b")).to.equal(false);
  });

  it("know the chain by its old blocks, after its kill", async () => {
    const test = createTestClient({ mode: "anvil", transport: http(parts.env.RPC_URL) });
    await test.setBalance({ address: ALONE, value: 7n });
    const kept = await chain().getBlock({ blockNumber: 3n });
    // It writes its state every second.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await kill(pidOf(folder, "chain"));
    parts = await startParts({ state: folder });
    expect(parts.started).to.deep.equal(["chain"]);
    expect((await chain().getBlock({ blockNumber: 3n })).hash).to.equal(kept.hash);
    expect(await chain().getBalance({ address: ALONE })).to.equal(7n);
  });

  it("leave no process when they are stopped, and are back with all they had", async () => {
    const before = pids();
    await stopParts(parts.state);
    expect(before.filter(isAlive)).to.deep.equal([]);
    parts = await startParts({ state: folder });
    expect(parts.started).to.deep.equal([...PARTS]);
    expect(await query("SELECT word FROM kept")).to.deep.equal([{ word: "here" }]);
    expect(await mayView("0xada")).to.equal(true);
    expect(await chain().getBalance({ address: ALONE })).to.equal(7n);
  });
});
