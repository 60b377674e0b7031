/** Webhooks: each change told once, signed, again until it arrives, and to nobody inside. Receivers check by the public library. */
import { createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Socket } from "node:net";
import { expect } from "chai";
import { Webhook } from "standardwebhooks";
import { systemEntropy } from "../../src/clock.ts";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { sealAnew } from "../../src/webhooks/secrets.ts";
import { openSender, PAUSES, type Sender } from "../../src/webhooks/sender.ts";
import { isPublic, post } from "../../src/webhooks/target.ts";
import { type Answer, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  type: string;
}

/** Somebody's server. */
async function openReceiver() {
  const received: Received[] = [];
  const receiver = {
    received,
    status: 200 as number,
    headers: {} as Record<string, string>,
    url: "",
    types: () => received.map(({ type }) => type),
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
  const server: Server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body, type: (JSON.parse(body) as { type: string }).type });
      response.writeHead(receiver.status, receiver.headers).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return receiver;
}

/** Which of the signatures of a request are by this key: as anybody checks them who knows nothing but `whpk_…`. */
function signedBy(publicKey: string, { headers, body }: Received): string[] {
  const spki = Buffer.concat([
    Buffer.from("302a300506032b6570032100", "hex"),
    Buffer.from(publicKey.slice(5), "base64"),
  ]);
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  const signed = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  return String(headers["webhook-signature"])
    .split(" ")
    .filter((it) => it.startsWith("v1a,"))
    .filter((it) => verify(null, signed, key, Buffer.from(it.slice(4), "base64")));
}

const until = async (isSo: () => boolean | Promise<boolean>, what: string, withinMs = 15_000) => {
  for (const end = Date.now() + withinMs; !(await isSo()); await new Promise((next) => setTimeout(next, 50)))
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
};

describe("webhooks", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;
  let bob: Person;
  let path: string;

  const add = async (url: string, more: Record<string, unknown> = {}, person = ada) => {
    const made = await person.byCookie("POST", `/workspaces/${person.workspaceId}/webhooks`, {
      body: { url, ...more },
    });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    return made.data as { id: string; secret: string; publicKeys: string[] };
  };
  const cancelled = async () => {
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 5 } });
    await ada.call("DELETE", `/sessions/${made.data.id}`);
    return made.data.id as string;
  };

  before(async () => {
    platform = await openPlatform();
    db = openDatabase(platform.env.DATABASE_URL ?? "");
    [ada, bob] = await Promise.all([newPerson(platform), newPerson(platform)]);
    await ada.signUp();
    await bob.signUp();
    await ada.fund(9_000_000n);
    path = `/workspaces/${ada.workspaceId}/webhooks`;
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  it("tell a session's whole life, signed, with its place on chain", async () => {
    const receiver = await openReceiver();
    const { id: webhookId, secret } = await add(receiver.url);
    const id = await ada.session(1);
    await until(() => receiver.types().includes("settlement.finalized"), "finalized");
    const mine = receiver.received.filter(({ body }) => body.includes(id));
    expect(mine.map(({ type }) => type).sort()).to.deep.equal([
      "session.assigned",
      "session.ended",
      "session.live",
      "session.requested",
      "settlement.confirmed",
      "settlement.finalized",
    ]);
    for (const { headers, body } of mine) {
      const event = new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown>;
      expect(event.id).to.equal(headers["webhook-id"]);
    }
    expect(new Set(mine.map(({ headers }) => headers["webhook-id"])).size).to.equal(6);
    const confirmed = JSON.parse(mine.find(({ type }) => type === "settlement.confirmed")?.body ?? "");
    const { data } = await ada.call("GET", `/settlements/${id}`);
    const { txHash, blockHash, logIndex, toAmount, feeAmount } = confirmed.data;
    expect([txHash, blockHash, logIndex, toAmount, feeAmount]).to.deep.equal([
      data.txHash,
      data.blockHash,
      data.logIndex,
      data.payload.toAmount,
      data.payload.feeAmount,
    ]);
    const ended = JSON.parse(mine.find(({ type }) => type === "session.ended")?.body ?? "");
    expect([ended.data.sessionId, ended.data.state, ended.version]).to.deep.equal([id, "ENDED", 4]);
    expect(ended.data.cleanSeconds).to.be.at.least(1);
    await until(async () => {
      const { data: sent } = await ada.byCookie("GET", `${path}/${webhookId}/deliveries?state=DELIVERED`);
      return sent.length >= 6 && sent[0].lastStatus === 200;
    }, "written down");
    await ada.byCookie("DELETE", `${path}/${webhookId}`);
    await receiver.close();
  });

  it("tell what a reorganisation took, and its coming back", async () => {
    const id = await ada.session(1);
    const of = async () => {
      const { data } = await ada.call("GET", "/events?limit=500");
      return data
        .filter(({ subject }: { subject: string }) => subject === `settlement:${id}`)
        .map(({ type, version }: { type: string; version: number }) => `${version} ${type}`);
    };
    await until(async () => (await of()).length === 2, "finalized");
    expect(await of()).to.deep.equal(["1 settlement.confirmed", "2 settlement.finalized"]);
    // What the watcher does with a block that is gone; here the block is still there, and is confirmed again.
    await db.rows`update settlements set state = 'SUBMITTED' where session_id = ${id}`;
    await until(async () => (await of()).length === 5, "again");
    expect((await of()).slice(2)).to.deep.equal([
      "3 settlement.taken_back",
      "4 settlement.confirmed",
      "5 settlement.finalized",
    ]);
  });

  it("tell those who poll the same, each once, in one order, page by page (R27)", async () => {
    await Promise.all(Array.from({ length: 5 }, cancelled));
    const all = (await ada.call("GET", "/events?limit=500")).data as { id: string; cursor: string; version: number }[];
    expect(all.length).to.be.greaterThan(15);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const { data, headers } = await ada.call("GET", `/events?limit=4${cursor === "" ? "" : `&cursor=${cursor}`}`);
      if (data.length === 0) break;
      seen.push(...data.map((it: { id: string }) => it.id));
      expect(headers.get("link")).to.include(`cursor=${data.at(-1).cursor}`);
      cursor = data.at(-1).cursor;
    }
    expect(seen).to.deep.equal(all.map(({ id }) => id));
    expect((await bob.call("GET", "/events")).data).to.deep.equal([]);
    expect((await ada.call("GET", "/events?cursor=x")).body.detail).to.equal("cursor");
  });

  it("are in pages that new ones do not shift, of one moment and one transaction too (R46)", async () => {
    const { id } = await add("http://127.0.0.1:1/", { types: ["session.live"] });
    const { data: before } = await ada.call("GET", "/events?limit=500");
    let cursor = before.at(-1).cursor as string;
    const happen = (n: number) => db.rows`
      select emit_event('test:page' || n, 'session.live', ${ada.workspaceId}::uuid, null, now(), '{}') from generate_series(1, ${n}) n`;
    await happen(50);
    const seen: string[] = [];
    for (let page = 0; ; page++) {
      const { data } = await ada.call("GET", `/events?limit=7&cursor=${cursor}`);
      if (data.length === 0) break;
      seen.push(...data.map((it: { id: string }) => it.id));
      cursor = data.at(-1).cursor;
      if (page === 2) await happen(5);
    }
    expect([seen.length, new Set(seen).size]).to.deep.equal([55, 55]);

    // Deliveries stand the other way round: the newest first.
    const found: string[] = [];
    for (let next: string | undefined = "?limit=7"; next !== undefined; ) {
      const page: Answer<{ eventId: string }[]> = await ada.byCookie("GET", `${path}/${id}/deliveries${next}`);
      found.push(...page.data.map(({ eventId }) => eventId));
      next = /<[^>]*(\?[^>]*)>/.exec(page.headers.get("link") ?? "")?.[1];
      if (found.length === 21) await happen(5);
    }
    expect(found.reverse()).to.deep.equal(seen);
    await ada.byCookie("DELETE", `${path}/${id}`);
  });

  it("have one event a subject and version, written with the change or not at all (R47)", async () => {
    const id = await cancelled();
    const versions = async () =>
      (
        await db.rows<{ version: number }>`
        select version from events where subject = ${`session:${id}`} order by version`
      ).map(({ version }) => Number(version));
    expect(await versions()).to.deep.equal([1, 2]);
    await db
      .transaction(async (tx) => {
        await tx.rows`update sessions set state = 'LIVE' where id = ${id}`;
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    expect(await versions()).to.deep.equal([1, 2]);
  });

  it("miss no event of a transaction that commits late (R27)", async () => {
    const { data: before } = await ada.call("GET", "/events?limit=500");
    let cursor = before.at(-1).cursor as string;
    const seen: string[] = [];
    const look = async () => {
      const { data } = await ada.call("GET", `/events?cursor=${cursor}`);
      seen.push(...data.map((it: { id: string }) => it.id));
      cursor = data.at(-1)?.cursor ?? cursor;
    };
    await db.transaction(async (tx) => {
      await tx.rows`select emit_event('test:late', 'session.live', ${ada.workspaceId}::uuid, null, now(), '{}')`;
      await cancelled();
      await look();
    });
    await look();
    const rows = await db.rows<{ id: string }>`
      select id from events where consumer_workspace_id = ${ada.workspaceId} order by xid, seq`;
    expect(seen).to.deep.equal(rows.slice(before.length).map(({ id }) => id));
    expect(seen).to.have.length(3);
  });

  it("go to both sides, and to nobody else", async () => {
    const [hers, his] = [await openReceiver(), await openReceiver()];
    const [a, b] = [await add(hers.url), await add(his.url, { types: ["session.ended"] }, bob)];
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 5 } });
    await bob.call("POST", `/sessions/${made.data.id}/accept`);
    await bob.call("POST", `/sessions/${made.data.id}/start`);
    await bob.call("POST", `/sessions/${made.data.id}/end`);
    await until(() => his.received.length === 1 && hers.received.length >= 4, "both");
    expect(his.types()).to.deep.equal(["session.ended"]);
    expect((await bob.byCookie("GET", path)).status).to.equal(403);
    expect((await bob.byCookie("GET", `/workspaces/${bob.workspaceId}/webhooks/${a.id}`)).status).to.equal(404);
    await ada.byCookie("DELETE", `${path}/${a.id}`);
    await bob.byCookie("DELETE", `/workspaces/${bob.workspaceId}/webhooks/${b.id}`);
    await Promise.all([hers.close(), his.close()]);
  });

  it("sign with both secrets, and both keys, while one replaces the other", async () => {
    const receiver = await openReceiver();
    const { id, secret: old, publicKeys } = await add(receiver.url, { types: ["session.cancelled"] });
    const rotated = await ada.byCookie("POST", `${path}/${id}/rotate-secret`, { body: { overlapSeconds: 2 } });
    await cancelled();
    await until(() => receiver.received.length === 1, "sent");
    const check = (secret: string, { headers, body }: Received) =>
      new Webhook(secret).verify(body, headers as Record<string, string>);
    const [first] = receiver.received as [Received];
    check(old, first);
    check(rotated.data.secret, first);
    const [newer = "", older = ""] = rotated.data.publicKeys;
    expect([older, newer === older]).to.deep.equal([publicKeys[0], false]);
    expect([signedBy(older, first).length, signedBy(newer, first).length]).to.deep.equal([1, 1]);
    expect(String(first.headers["webhook-signature"]).split(" ")).to.have.length(4);
    await new Promise((done) => setTimeout(done, 2_000));
    await cancelled();
    await until(() => receiver.received.length === 2, "sent again");
    check(rotated.data.secret, receiver.received[1] as Received);
    expect(() => check(old, receiver.received[1] as Received)).to.throw();
    expect(signedBy(older, receiver.received[1] as Received)).to.deep.equal([]);
    expect((await ada.byCookie("GET", `${path}/${id}`)).data.publicKeys).to.deep.equal([newer]);
    await ada.byCookie("DELETE", `${path}/${id}`);
    await receiver.close();
  });

  it("are signed by a key of which nobody needs more than the public half, and no other webhook's", async () => {
    const receiver = await openReceiver();
    const [mine, others] = [
      await add(receiver.url, { types: ["session.cancelled"] }),
      await add(receiver.url, { types: [] }),
    ];
    await ada.byCookie("DELETE", `${path}/${others.id}`);
    await cancelled();
    await until(() => receiver.received.length === 1, "sent");
    const [sent] = receiver.received as [Received];
    expect(mine.publicKeys[0]).to.match(/^whpk_[A-Za-z0-9+/]{43}=$/);
    expect(signedBy(mine.publicKeys[0] ?? "", sent)).to.have.length(1);
    expect(signedBy(others.publicKeys[0] ?? "", sent)).to.deep.equal([]);
    expect(signedBy(mine.publicKeys[0] ?? "", { ...sent, body: `${sent.body} ` })).to.deep.equal([]);
    await ada.byCookie("DELETE", `${path}/${mine.id}`);
    await receiver.close();
  });

  it("have at most five secrets that sign at a time, and a workspace at most twenty webhooks: refusals say so (R50)", async () => {
    const { id } = await add("http://127.0.0.1:1/");
    const rotate = (overlapSeconds: number) =>
      ada.byCookie("POST", `${path}/${id}/rotate-secret`, { body: { overlapSeconds } });
    for (let i = 0; i < 4; i++) expect((await rotate(60)).status).to.equal(200);
    const sixth = await rotate(60);
    expect([sixth.status, sixth.body.detail]).to.deep.equal([409, "webhook:tooManySecrets"]);
    expect(sixth.body.message).to.include("5");
    expect((await rotate(0)).data.publicKeys).to.have.length(1);
    const made = [id];
    for (let i = 1; i < 20; i++) made.push((await add("http://127.0.0.1:1/")).id);
    const more = await ada.byCookie("POST", path, { body: { url: "http://127.0.0.1:1/" } });
    expect([more.status, more.body.detail]).to.deep.equal([409, "webhook:tooMany"]);
    expect(more.body.message).to.include("20");
    const { data } = await ada.call("GET", "/config");
    expect(data.limits.webhooks).to.include({ most: 20, secrets: 5 });
    for (const one of made) await ada.byCookie("DELETE", `${path}/${one}`);
  });

  it("are made once by one Idempotency-Key: the secret is told again, and another body is another intention (R43)", async () => {
    const send = (url: string) =>
      ada.byCookie("POST", path, { body: { url }, headers: { "idempotency-key": "hook-1" } });
    const [first, again] = [await send("http://127.0.0.1:1/a"), await send("http://127.0.0.1:1/a")];
    expect([again.data.id, again.data.secret]).to.deep.equal([first.data.id, first.data.secret]);
    expect(again.headers.get("idempotent-replayed")).to.equal("true");
    expect((await send("http://127.0.0.1:1/b")).body.detail).to.equal("idempotency:bodyDiffers");
    await ada.byCookie("DELETE", `${path}/${first.data.id}`);
  });

  it("are refused where nothing may be sent to (R25)", async () => {
    for (const url of ["ftp://x.example/", "https://a:b@x.example/", "no url"]) {
      const { status, body } = await ada.byCookie("POST", path, { body: { url } });
      expect([url, status, body.detail]).to.deep.equal([url, 400, "url"]);
    }
    expect((await ada.call("GET", path)).status).to.equal(403);
  });
});

describe("a webhook that does not arrive", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;
  let path: string;
  let time = Date.now();

  const sender = (isLocal = true, sessionSecrets = (platform.env.SESSION_SECRET ?? "").split(",")): Sender =>
    openSender({
      db,
      clock: { now: () => new Date(time) },
      entropy: { ...systemEntropy, bytes: (n) => new Uint8Array(n).fill(128) },
      sessionSecrets,
      isLocal,
      log: { warn: () => undefined },
    });
  const turn = async (by = sender()) => {
    await by.turn();
    await by.settled();
  };
  const add = async (url: string) =>
    (await ada.byCookie("POST", path, { body: { url, types: ["session.cancelled"] } })).data.id as string;
  const happen = async () => {
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 5 } });
    await ada.call("DELETE", `/sessions/${made.data.id}`);
    time = Math.max(time, Date.now() + 100);
  };
  const deliveries = async (id: string) =>
    (await ada.byCookie("GET", `${path}/${id}/deliveries`)).data as {
      state: string;
      attempts: number;
      lastStatus: number | null;
      lastError: string | null;
      nextAttemptAt: string | null;
    }[];

  before(async () => {
    // Without the platform's own sender: time is the test's.
    platform = await openPlatform({ ROLES: "api,watcher" });
    db = openDatabase(platform.env.DATABASE_URL ?? "");
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
    path = `/workspaces/${ada.workspaceId}/webhooks`;
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  it("is tried eight times over three days, the same bytes each time (R47)", async () => {
    const receiver = await openReceiver();
    receiver.status = 500;
    const id = await add(receiver.url);
    await happen();
    const begun = time;
    for (const pause of PAUSES) {
      await turn();
      time += pause * 1_000 * 0.89;
      await turn();
      time += pause * 1_000 * 0.22;
    }
    await turn();
    time += 10 * 86_400_000;
    await turn();
    time -= 10 * 86_400_000;
    expect(receiver.received).to.have.length(8);
    expect((time - begun) / 3_600_000).to.be.within(70, 82);
    expect(new Set(receiver.received.map(({ body, headers }) => `${headers["webhook-id"]} ${body}`)).size).to.equal(1);
    expect(await deliveries(id)).to.containSubset([{ state: "FAILED", attempts: 8, lastStatus: 500 }]);

    // What was missed is sent when that is asked for, once.
    receiver.status = 204;
    const range = { from: new Date(Date.now() - 60_000).toISOString() };
    expect((await ada.byCookie("POST", `${path}/${id}/replay`, { body: range })).data.count).to.equal(1);
    await turn();
    expect((await deliveries(id))[0]?.state).to.equal("DELIVERED");
    expect((await ada.byCookie("POST", `${path}/${id}/replay`, { body: range })).data.count).to.equal(0);
    const again = await ada.byCookie("POST", `${path}/${id}/replay`, { body: { ...range, missedOnly: false } });
    expect(again.data.count).to.equal(1);
    await turn();
    expect(receiver.received).to.have.length(10);
    await ada.byCookie("DELETE", `${path}/${id}`);
    await receiver.close();
  });

  it("is sent by one of two at a time, and by the other when the first has died (R34)", async () => {
    const receiver = await openReceiver();
    const id = await add(receiver.url);
    await happen();
    const [one, two] = [sender(), sender()];
    await Promise.all([turn(one), turn(two)]);
    expect(receiver.received).to.have.length(1);
    // One that took it and died.
    await happen();
    await db.rows`update webhook_deliveries set leased_until = ${new Date(time + 10_000)}, fence = fence + 1 where state = 'PENDING'`;
    await turn(two);
    expect(receiver.received).to.have.length(1);
    time += 10_001;
    await turn(two);
    expect(receiver.received).to.have.length(2);
    await ada.byCookie("DELETE", `${path}/${id}`);
    await receiver.close();
  });

  it("waits as long as the receiver asks", async () => {
    const receiver = await openReceiver();
    Object.assign(receiver, { status: 429, headers: { "retry-after": "3600" } });
    const id = await add(receiver.url);
    await happen();
    await turn();
    const [waiting] = await deliveries(id);
    expect(new Date(waiting?.nextAttemptAt ?? 0).getTime() - time).to.be.within(3_599_000, 3_601_000);
    await ada.byCookie("DELETE", `${path}/${id}`);
    await receiver.close();
  });

  it("turns the webhook off at 410, and after five days without success, says so elsewhere, and sends what was missed (R26, R48)", async () => {
    const [gone, failing, good] = [await openReceiver(), await openReceiver(), await openReceiver()];
    Object.assign(gone, { status: 410 });
    Object.assign(failing, { status: 503 });
    const [a, b] = [await add(gone.url), await add(failing.url)];
    const c = (await ada.byCookie("POST", path, { body: { url: good.url, types: ["webhook.disabled"] } })).data.id;
    const stateOf = async (id: string) => (await ada.byCookie("GET", `${path}/${id}`)).data;
    await happen();
    await turn();
    expect((await stateOf(a)).disabledReason).to.equal("GONE");
    expect((await stateOf(b)).failingSince).to.be.a("string");
    time += 5 * 86_400_000 + 1_000;
    await turn();
    expect((await stateOf(b)).disabledReason).to.equal("FAILING");
    await turn();
    expect(good.types()).to.deep.equal(["webhook.disabled", "webhook.disabled"]);
    const { data } = await ada.call("GET", "/events?limit=500");
    expect(data.filter(({ type }: { type: string }) => type === "webhook.disabled")).to.have.length(2);

    await happen();
    await turn();
    expect(
      (await ada.byCookie("POST", `${path}/${b}/replay`, { body: { from: new Date(0).toISOString() } })).status,
    ).to.equal(409);
    failing.status = 200;
    const on = await ada.byCookie("PATCH", `${path}/${b}`, { body: { enabled: true } });
    expect([on.data.disabledAt, on.data.failingSince]).to.deep.equal([null, null]);
    const before = failing.received.length;
    await ada.byCookie("POST", `${path}/${b}/replay`, { body: { from: new Date(Date.now() - 10_000).toISOString() } });
    await turn();
    expect(failing.received.length).to.be.greaterThan(before + 1);
    for (const id of [a, b, c]) await ada.byCookie("DELETE", `${path}/${id}`);
    await Promise.all([gone.close(), failing.close(), good.close()]);
  });

  it("is never sent inside, whatever the name says today, and follows nothing there (R25, R26)", async () => {
    const inside = await openReceiver();
    const id = await add(inside.url.replace("127.0.0.1", "localhost"));
    await happen();
    await turn(sender(false));
    expect(inside.received).to.have.length(0);
    expect(await deliveries(id)).to.containSubset([
      { state: "FAILED", attempts: 1, lastError: "localhost is no public address" },
    ]);
    await ada.byCookie("DELETE", `${path}/${id}`);

    const away = await openReceiver();
    Object.assign(away, { status: 302, headers: { location: inside.url } });
    const other = await add(away.url);
    await happen();
    await turn();
    expect([away.received.length, inside.received.length]).to.deep.equal([1, 0]);
    expect(await deliveries(other)).to.containSubset([{ state: "PENDING", lastStatus: 302 }]);
    await ada.byCookie("DELETE", `${path}/${other}`);
    await Promise.all([inside.close(), away.close()]);
  });

  it("holds up nobody else: of one workspace, eight are under way at once", async () => {
    const slow = createServer(() => undefined);
    await new Promise<void>((done) => slow.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
    const ids = [await add(url), await add(url), await add(url)];
    for (let i = 0; i < 4; i++) await happen();
    const one = sender();
    await one.turn();
    await one.turn();
    const underway =
      await db.rows`select id from webhook_deliveries where leased_until is not null and state = 'PENDING'`;
    expect(underway).to.have.length(8);
    await one.close();
    for (const id of ids) await ada.byCookie("DELETE", `${path}/${id}`);
    slow.closeAllConnections();
    slow.close();
  });

  describe("at a server that", () => {
    const ask = async (answer: (socket: Socket) => void, lookup?: Parameters<typeof post>[0]["lookup"]) => {
      const open = new Set<Socket>();
      const server = createNetServer((socket) => {
        open.add(socket.on("error", () => undefined));
        answer(socket);
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const { port } = server.address() as AddressInfo;
      try {
        return await post({
          url: new URL(`http://${lookup === undefined ? "127.0.0.1" : "hooks.example"}:${port}/`),
          headers: {},
          body: "{}",
          isAnyAddress: lookup === undefined,
          signal: new AbortController().signal,
          answerMs: 400,
          ...(lookup === undefined ? {} : { lookup }),
        }).catch((error: Error) => error.message);
      } finally {
        for (const socket of open) socket.destroy();
        server.close();
      }
    };

    it("never answers, or a byte now and then for ever: given up in time", async () => {
      expect(await ask(() => undefined)).to.equal("no answer within 0.4 s");
      const drip = (socket: Socket) => {
        const timer = setInterval(() => socket.write("H"), 50);
        socket.on("close", () => clearInterval(timer));
        socket.write("HTTP/1.1 200 OK\r\nx: ");
      };
      expect(await ask(drip)).to.equal("no answer within 0.4 s");
    });

    it("answers no HTTP, or without end: nothing is kept", async () => {
      expect(await ask((socket) => void socket.write("hello\r\n\r\n"))).to.be.a("string");
      const endless = await ask((socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        const timer = setInterval(() => socket.write("a".repeat(10_000)), 5);
        socket.on("close", () => clearInterval(timer));
      });
      expect(endless).to.deep.equal({ status: 200, retryAfter: undefined });
    });

    it("has a public name for an address inside: asked once, and refused, whatever it says the next time (R25)", async () => {
      let asked = 0;
      const names = (...answers: string[][]) => {
        asked = 0;
        return (
          _name: string,
          _options: object,
          done: (error: null, all: { address: string; family: number }[]) => void,
        ) =>
          done(
            null,
            (answers[asked++] ?? []).map((address) => ({ address, family: 4 })),
          );
      };
      let reached = 0;
      const count = () => void reached++;
      expect(await ask(count, names(["127.0.0.1"]))).to.equal("hooks.example is no public address");
      expect(await ask(count, names(["8.8.8.8", "127.0.0.1"]))).to.equal("hooks.example is no public address");
      // The first answer is what is connected to: there is no second question that could be answered otherwise.
      await ask(count, names(["192.0.2.1"], ["127.0.0.1"]));
      expect([asked, reached]).to.deep.equal([1, 0]);
    });
  });

  describe("and its secrets", () => {
    const OLD = "an-older-secret-of-32-characters-or-more";
    const secretsNow = () => (platform.env.SESSION_SECRET ?? "").split(",");

    it("are not to be read in the database", async () => {
      const made = await ada.byCookie("POST", path, { body: { url: "http://127.0.0.1:1/" } });
      const [row] = await db.rows<{ text: string }>`
        select s::text as text from webhook_secrets s where endpoint_id = ${made.data.id}`;
      const { secret, id } = made.data as { secret: string; id: string };
      expect(row?.text).to.be.a("string").and.not.include(secret).and.not.include(secret.slice(6));
      await ada.byCookie("DELETE", `${path}/${id}`);
    });

    it("that were kept in plain are sealed at the next start, and sign on", async () => {
      // A receiver takes none that is days away.
      time = Date.now();
      const receiver = await openReceiver();
      const id = await add(receiver.url);
      const plain = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
      await db.rows`update webhook_secrets set secret = ${plain}, sealed = null, sealed_by = null, public_key = null where endpoint_id = ${id}`;
      expect(await sealAnew(db, { entropy: systemEntropy, sessionSecrets: secretsNow() })).to.equal(1);
      expect(await sealAnew(db, { entropy: systemEntropy, sessionSecrets: secretsNow() })).to.equal(0);
      await happen();
      await turn();
      const [sent] = receiver.received as [Received];
      new Webhook(plain).verify(sent.body, sent.headers as Record<string, string>);
      const { publicKeys } = (await ada.byCookie("GET", `${path}/${id}`)).data;
      expect(signedBy(publicKeys[0], sent)).to.have.length(1);
      await ada.byCookie("DELETE", `${path}/${id}`);
      await receiver.close();
    });

    it("outlive a change of SESSION_SECRET: sealed by any of those listed, sealed anew by the first", async () => {
      const receiver = await openReceiver();
      const id = await add(receiver.url);
      // As if they had been made when OLD came first.
      await sealAnew(db, { entropy: systemEntropy, sessionSecrets: [OLD, ...secretsNow()] });
      const both = [...secretsNow(), OLD];
      await happen();
      await turn(sender(true, both));
      expect(receiver.received).to.have.length(1);
      expect(await sealAnew(db, { entropy: systemEntropy, sessionSecrets: both })).to.equal(1);
      await happen();
      await turn();
      expect(receiver.received).to.have.length(2);
      await ada.byCookie("DELETE", `${path}/${id}`);
      await receiver.close();
    });

    it("that nothing opens any more, or that are another webhook's, sign nothing: nothing is sent, and it is said", async () => {
      const receiver = await openReceiver();
      const [id, other] = [await add(receiver.url), await add("http://127.0.0.1:1/")];
      await db.rows`
        update webhook_secrets set sealed = (select sealed from webhook_secrets where endpoint_id = ${other}) where endpoint_id = ${id}`;
      await happen();
      await turn();
      expect(receiver.received).to.deep.equal([]);
      expect(await deliveries(id)).to.containSubset([
        { state: "PENDING", lastError: "no secret of this webhook can be opened: rotate it" },
      ]);
      for (const one of [id, other]) await ada.byCookie("DELETE", `${path}/${one}`);
      await receiver.close();
    });
  });

  it("goes to addresses of the internet alone", () => {
    const inside =
      "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.8 198.18.0.1 224.0.0.1 255.255.255.255 " +
      ":: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::a00:1 fe80::1 fc00::1 fd12::1 ff02::1 2001:db8::1 2002:a00:1:: 2001:0:1::1 no";
    for (const address of inside.split(" ")) expect(isPublic(address), address).to.equal(false);
    for (const address of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])
      expect(isPublic(address), address).to.equal(true);
  });
});
