/** What a workspace has at most, when somebody asks for the last one while another is being given it. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { generatePrivateKey, privateKeyToAddress } from "viem/accounts";
import { type Database, openDatabase, type Transaction } from "../../src/db/database.ts";
import { lockWorkspace } from "../../src/workspaces/lock.ts";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("while another is given a workspace's last", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;

  before(async () => {
    platform = await openPlatform();
    db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 2 });
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  /** Asks for one when another process has added the last one and has not committed it yet; that does when this one waits for it. */
  async function askBeside(add: (tx: Transaction) => Promise<unknown>, path: string, body: unknown) {
    let asking: ReturnType<Person["byCookie"]> | undefined;
    await db.transaction(async (tx) => {
      await lockWorkspace(tx, ada.workspaceId);
      await add(tx);
      asking = ada.byCookie("POST", `/workspaces/${ada.workspaceId}/${path}`, { body });
      const isAnswered = asking.then(() => true);
      while (!(await Promise.race([isAnswered, sleep(20, false)]))) {
        const waiting = await db.row`
          select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        if (waiting !== undefined) break;
      }
    });
    const answer = await asking;
    return [answer?.status, answer?.body.detail];
  }

  it("API key, nobody else is given one", async () => {
    const add = (tx: Transaction, most: number) => tx.rows`
      insert into api_keys (id, workspace_id, hash, prefix, label, environment, scopes, created_at, created_by_wallet)
      select gen_random_uuid(), ${ada.workspaceId}::uuid, sha256(i::text::bytea), 'lxxn_test_', 'one', 'TEST', '{}', now(), ''
      from generate_series((select count(*) from api_keys where workspace_id = ${ada.workspaceId}) + 1, ${most}::int) i`;
    await add(db, 199);
    const asked = { label: "last", environment: "TEST", scopes: ["sessions:read"] };
    expect(await askBeside((tx) => add(tx, 200), "api-keys", asked)).to.deep.equal([409, "apiKey:tooMany"]);
  });

  it("place as a member, nobody else is given one", async () => {
    const add = (tx: Transaction, most: number) => tx.rows`
      insert into workspace_members (id, workspace_id, wallet_address, role, created_at)
      select gen_random_uuid(), ${ada.workspaceId}::uuid, '0x' || lpad(i::text, 40, '0'), 'VIEWER', now()
      from generate_series((select count(*) from workspace_members where workspace_id = ${ada.workspaceId}) + 1, ${most}::int) i`;
    await add(db, 199);
    const asked = { walletAddress: privateKeyToAddress(generatePrivateKey()), role: "VIEWER" };
    expect(await askBeside((tx) => add(tx, 200), "members", asked)).to.deep.equal([409, "member:tooMany"]);
  });

  it("webhook, nobody else is given one", async () => {
    const add = (tx: Transaction, most: number) => tx.rows`
      insert into webhook_endpoints (id, workspace_id, url, description, types, created_at, created_by_wallet)
      select gen_random_uuid(), ${ada.workspaceId}::uuid, 'http://127.0.0.1:1/', '', '{}', now(), ''
      from generate_series((select count(*) from webhook_endpoints where workspace_id = ${ada.workspaceId}) + 1, ${most}::int)`;
    await add(db, 19);
    expect(await askBeside((tx) => add(tx, 20), "webhooks", { url: "http://127.0.0.1:1/" })).to.deep.equal([
      409,
      "webhook:tooMany",
    ]);
  });
});
