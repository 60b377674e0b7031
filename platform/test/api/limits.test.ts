/** How often somebody may come, and what happens to what is sent twice (R24, R43, R45). */
import { expect } from "chai";
import pg from "pg";
import { makeKey } from "../../src/keys/plaintext.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

const times = <T>(n: number, act: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => act(i)));

describe("a client that comes often", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;

  beforeEach(async () => {
    platform = await openPlatform({ TRUSTED_PROXIES: "127.0.0.1" });
    ada = await newPerson(platform);
    await ada.signUp();
  });
  afterEach(() => platform?.close());

  const from = (address: string) => ({ "x-forwarded-for": address });
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const madeUp = () => makeKey("TEST", "00000000-0000-4000-8000-000000000000", random);
  const ask = (headers: Record<string, string>) =>
    call(platform, "POST", "/auth/wallet/challenge", { body: { walletAddress: ada.address }, headers });
  const me = (key: string, address: string) =>
    call(platform, "GET", "/me", { headers: { ...from(address), authorization: `Bearer ${key}` } });

  it("passes with 40 calls at once from an address, and 60 of a key within a second", async () => {
    for (const { status } of await times(40, () => call(platform, "GET", "/config"))) expect(status).to.equal(200);
    for (const { status } of await times(60, () => ada.call("GET", "/me"))) expect(status).to.equal(200);
  });
  it("is told to come later with 1,500 challenges, and hurts neither keys nor other addresses", async () => {
    const answers = [];
    for (let i = 0; i < 10; i++) answers.push(...(await times(150, () => ask(from("203.0.113.7")))));
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).to.be.greaterThan(500);
    expectRefusal(late[0] as (typeof late)[0], 429, "RATE_LIMITED");
    expect(Number(late[0]?.headers.get("retry-after"))).to.be.within(1, 10);
    expect(late[0]?.headers.get("ratelimit")).to.match(/^"open";r=0;t=\d+$/);
    expect(late[0]?.headers.get("ratelimit-policy")).to.equal('"open";q=600;w=10');
    expect((await me(ada.apiKey, "203.0.113.7")).status).to.equal(200);
    expect((await ask(from("203.0.113.8"))).status).to.equal(200);
  });
  it("has one budget for all the keys that it makes up, and does not lock out good ones beside it", async () => {
    const answers = [];
    for (let i = 0; i < 8; i++) answers.push(...(await times(150, () => me(madeUp(), "203.0.113.9"))));
    expect(answers.filter(({ status }) => status === 429).length).to.be.greaterThan(100);
    const fresh = await ada.mintKey();
    for (const key of [fresh, ada.apiKey]) expect((await me(key, "203.0.113.9")).status).to.equal(200);
    const cookies = await times(3, (i) =>
      call(platform, "GET", "/me", {
        headers: { ...from("203.0.113.9"), cookie: `lx_session=${String(i).repeat(72)}` },
      }),
    );
    for (const { status } of cookies) expect(status).to.equal(429);
    expect((await call(platform, "GET", "/health/live", { headers: from("203.0.113.9") })).status).to.equal(200);
  });
  it("is one, whichever of its 2^64 addresses it takes, and whatever it writes before its proxy's word (R45)", async () => {
    const left = async (address: string) =>
      Number(/r=(\d+)/.exec((await ask(from(address))).headers.get("ratelimit") ?? "")?.[1]);
    const first = await left("2001:db8:1:2::1");
    expect(await left("2001:db8:1:2:ffff::9")).to.equal(first - 1);
    expect(await left("2001:0db8:0001:0002:1:2:3:4")).to.equal(first - 2);
    expect(await left("2001:db8:1:3::1")).to.equal(first);
    const other = await left("1.1.1.1, 198.51.100.4");
    expect(await left("2.2.2.2, 198.51.100.4")).to.equal(other - 1);
  });
});

describe("an Idempotency-Key", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
  });
  after(() => platform?.close());

  const body = { lat: 1, lng: 1, maxDurationSeconds: 10 };
  const create = (key: string, more: Record<string, unknown> = {}) =>
    ada.call("POST", "/sessions", { body: { ...body, ...more }, headers: { "idempotency-key": key } });

  it("opens a session once, quoted or bare, and says that the second answer is the first one's", async () => {
    const first = await create('"a-1"');
    expect([first.status, first.headers.get("idempotent-replayed")]).to.deep.equal([201, null]);
    for (const key of ["a-1", '"a-1"']) {
      const again = await create(key);
      expect([again.status, again.headers.get("idempotent-replayed")]).to.deep.equal([201, "true"]);
      expect(again.data).to.deep.equal(first.data);
    }
  });
  it("with another body, path or caller is another request: refused, and nobody's but the caller's (R43)", async () => {
    await create("a-2");
    expectRefusal(await create("a-2", { maxDurationSeconds: 11 }), 409, "CONFLICT", "idempotency:bodyDiffers");
    const byCookie = await ada.byCookie("POST", "/sessions", { body, headers: { "idempotency-key": "a-2" } });
    expectRefusal(byCookie, 409, "CONFLICT", "idempotency:bodyDiffers");
    const eve = await newPerson(platform);
    await eve.signUp();
    const others = await eve.call("POST", "/sessions", { body, headers: { "idempotency-key": "a-2" } });
    expectRefusal(others, 400, "NO_CREDIT");
  });
  it("has twins at the same time: one session (R24)", async () => {
    const answers = await times(10, () => create("a-3"));
    expect(new Set(answers.map(({ data }) => data.id)).size).to.equal(1);
  });
  it("keeps no refusal: what is mended goes through (R24, R43)", async () => {
    expectRefusal(await create("a-4", { lat: 91 }), 400, "INVALID_INPUT");
    expectRefusal(await create("a-4", { maxDurationSeconds: 86_400 }), 400, "INSUFFICIENT_CREDIT");
    expect((await create("a-4")).status).to.equal(201);
  });
  it("takes 255 characters, and no more", async () => {
    expect((await create("k".repeat(255))).status).to.equal(201);
    for (const key of ["k".repeat(256), "", '""', "ä"])
      expectRefusal(await create(key), 400, "INVALID_INPUT", "Idempotency-Key");
  });
  it("leaves no API key in the database for those who only see that", async () => {
    const body = { label: "k", environment: "TEST", scopes: ["sessions:read"] };
    const path = `/workspaces/${ada.workspaceId}/api-keys`;
    const minted = await ada.byCookie("POST", path, { body, headers: { "idempotency-key": "a-7" } });
    const client = new pg.Client({ connectionString: platform.env.DATABASE_URL as string });
    await client.connect();
    const { rows } = await client.query<{ body: string }>("select body from idempotency_keys where key = 'a-7'");
    await client.end();
    expect(rows).to.have.length(1);
    expect(rows[0]?.body).to.not.include(minted.data.plaintext);
    expect(Buffer.from(rows[0]?.body ?? "", "base64").toString("latin1")).to.not.include("lxxn_test");
  });
  it("is kept over a restart", async () => {
    const first = await create("a-5");
    const other = await openPlatform({ DATABASE_URL: platform.env.DATABASE_URL as string });
    try {
      const again = await call(other, "POST", "/sessions", {
        body,
        headers: { authorization: `Bearer ${ada.apiKey}`, "idempotency-key": "a-5" },
      });
      expect(again.data.id).to.equal(first.data.id);
    } finally {
      await other.close();
    }
  });
  it("makes one workspace of a signature that is sent again, one key of a call that is", async () => {
    const headers = { "idempotency-key": "a-6" };
    const ben = await newPerson(platform);
    const wanted = {
      slug: `twice-${process.pid}`,
      name: "Twice",
      roles: ["CONSUMER"],
      ...(await ben.signed("/workspaces/challenge")),
    };
    const make = () => call(platform, "POST", "/workspaces", { body: wanted, headers });
    const [first, again] = [await make(), await make()];
    expect([first.status, again.status]).to.deep.equal([201, 201]);
    expect(again.data).to.deep.equal(first.data);
    const mint = () =>
      ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, {
        body: { label: "x", environment: "TEST", scopes: ["wallet:read"] },
        headers,
      });
    const keys = [await mint(), await mint()];
    expect(keys[1]?.data).to.deep.equal(keys[0]?.data);
    expect(keys[1]?.headers.get("idempotent-replayed")).to.equal("true");
  });
});

describe("a limit", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(() => platform?.close());

  it("is in /config, and the refusal that it is the reason of says its value (R50)", async () => {
    const { limits } = (await call(platform, "GET", "/config")).data;
    const client = new pg.Client({ connectionString: platform.env.DATABASE_URL as string });
    await client.connect();
    await client.query(
      `insert into api_keys (id, workspace_id, hash, prefix, label, environment, scopes, created_at, created_by_wallet)
       select gen_random_uuid(), $1, sha256(i::text::bytea), 'lxxn_test_', 'x', 'TEST', '{wallet:read}', now(), $2 from generate_series(1, $3::int) i`,
      [ada.workspaceId, ada.address, limits.apiKeys],
    );
    await client.end();
    const key = { label: "one more", environment: "TEST", scopes: ["wallet:read"] };
    const body = { lat: 1, lng: 1, maxDurationSeconds: limits.maxDurationSeconds + 1 };
    for (const [answer, value] of [
      [await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, { body: key }), limits.apiKeys],
      [await ada.call("POST", "/sessions", { body }), limits.maxDurationSeconds],
      [
        await ada.call("POST", "/sessions", { raw: " ".repeat(limits.bodyBytes + 1) }),
        `${limits.bodyBytes / 1_024} KiB`,
      ],
      [await ada.call("GET", "/sessions?limit=501"), limits.pageRows],
    ] as const) {
      expect(answer.status).to.be.within(400, 413);
      expect(answer.body.message).to.include(String(value));
    }
  });
});
