/** Lists in pages (R46): keyset, by time and id, so that neither equal times nor new rows lose or repeat one. */
import { expect } from "chai";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { type Answer, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

const ROWS = 50;

describe("a list of fifty rows that were written at one moment", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;
  let path: string;

  before(async () => {
    platform = await openPlatform();
    db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
    ada = await newPerson(platform);
    await ada.signUp();
    path = `/workspaces/${ada.workspaceId}`;
    const { workspaceId, address } = ada;
    // Milliseconds, as all that the platform writes: what is finer does not survive a cursor.
    const now = new Date();
    await db.transaction(async (tx) => {
      await tx.rows`
        insert into api_keys (id, workspace_id, hash, prefix, label, environment, scopes, created_at, created_by_wallet)
        select gen_random_uuid(), ${workspaceId}::uuid, sha256(i::text::bytea), 'lxxn_test_', i::text, 'TEST', '{wallet:read}', ${now}::timestamptz, ${address}
        from generate_series(1, ${ROWS}::int) i`;
      await tx.rows`
        insert into workspace_members (id, workspace_id, wallet_address, role, created_at)
        select gen_random_uuid(), ${workspaceId}::uuid, '0x' || lpad(to_hex(i), 40, '0'), 'VIEWER', ${now}::timestamptz from generate_series(1, ${ROWS}::int) i`;
      await tx.rows`
        with made as (
          insert into workspaces (id, slug, name, wallet_address, is_consumer, is_supplier, created_at, created_by_wallet)
          select gen_random_uuid(), 'page-' || i, 'Page', ${address}, true, false, ${now}::timestamptz, ${address} from generate_series(1, ${ROWS}::int) i
          returning id
        ) insert into workspace_members (id, workspace_id, wallet_address, role, created_at)
        select gen_random_uuid(), id, ${address}, 'OWNER', ${now}::timestamptz from made`;
    });
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  /** Follows `Link` to the end; `between` is done after the first page. */
  const inPages = async (list: string, between: () => Promise<unknown> = async () => undefined) => {
    const ids: string[] = [];
    for (let next: string | undefined = `${list}?limit=7`; next !== undefined; ) {
      const { status, data, headers }: Answer<{ id: string }[]> = await ada.byCookie("GET", next);
      expect(status).to.equal(200);
      expect(data.length).to.be.at.most(7);
      if (ids.length === 0) await between();
      ids.push(...data.map(({ id }) => id));
      const link: string | undefined = /^<([^>]+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
      next = link?.slice(platform.api.length);
    }
    return ids;
  };
  const whole = async (list: string) => {
    const { data, headers } = await ada.byCookie<{ id: string }[]>("GET", list);
    expect(data).to.be.an("array");
    expect(headers.get("link")).to.equal(null);
    return data.map(({ id }) => id);
  };

  it("of keys: newest first; one that is minted meanwhile shifts nothing", async () => {
    const before = await whole(`${path}/api-keys`);
    expect(before).to.have.length(ROWS + 1);
    expect(await inPages(`${path}/api-keys`, () => ada.mintKey())).to.deep.equal(before);
    expect((await whole(`${path}/api-keys`)).slice(1)).to.deep.equal(before);
  });

  it("of members: in the order in which they came; who comes meanwhile is last", async () => {
    const before = await whole(`${path}/members`);
    expect(before).to.have.length(ROWS + 1);
    const { address: walletAddress } = await newPerson(platform);
    const pages = await inPages(`${path}/members`, () =>
      ada.byCookie("POST", `${path}/members`, { body: { walletAddress, role: "VIEWER" } }),
    );
    expect(pages.slice(0, -1)).to.deep.equal(before);
    expect(pages).to.deep.equal(await whole(`${path}/members`));
  });

  it("of workspaces: in the order in which the wallet came to them", async () => {
    const before = await whole("/workspaces");
    expect(before).to.have.length(ROWS + 1);
    expect(before[0]).to.equal(ada.workspaceId);
    expect(await inPages("/workspaces")).to.deep.equal(before);
  });

  it("takes no cursor of another form, and no page of more than 500", async () => {
    for (const list of [`${path}/api-keys`, `${path}/members`, "/workspaces"]) {
      expectRefusal(await ada.byCookie("GET", `${list}?cursor=1`), 400, "INVALID_INPUT", "cursor");
      expectRefusal(await ada.byCookie("GET", `${list}?limit=501`), 400, "INVALID_INPUT", "limit");
    }
  });
});
