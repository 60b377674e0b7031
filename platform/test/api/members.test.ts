/** Members of a workspace: what each role may, and that it holds from the next call on; and keys that are rolled. */
import { expect } from "chai";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("a workspace of several", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  let bob: Person;
  let eve: Person;
  let path: string;

  const give = (by: Person, to: Person, role: string) =>
    by.byCookie("POST", `${path}/members`, { body: { walletAddress: to.address, role } });
  const select = async (person: Person) => {
    const picked = await person.byCookie("POST", "/auth/workspace/select", { body: { workspaceId: ada.workspaceId } });
    person.cookie = picked.headers.get("set-cookie")?.split(";")[0] ?? person.cookie;
    return picked;
  };

  before(async () => {
    platform = await openPlatform();
    [ada, bob, eve] = await Promise.all([newPerson(platform), newPerson(platform), newPerson(platform)]);
    await ada.signUp();
    await bob.login();
    await eve.login();
    path = `/workspaces/${ada.workspaceId}`;
  });
  after(() => platform?.close());

  it("begins with its owner alone", async () => {
    const { data } = await ada.byCookie("GET", `${path}/members`);
    expect(data.map((it: { walletAddress: string; role: string }) => [it.walletAddress, it.role])).to.deep.equal([
      [ada.address, "OWNER"],
    ]);
    expect((await bob.byCookie("GET", `${path}/members`)).status).to.equal(403);
    expect((await ada.call("GET", `${path}/members`)).status).to.equal(403);
  });

  it("lets a viewer read and no more", async () => {
    const added = await give(ada, bob, "VIEWER");
    expect([added.status, added.data.role]).to.deep.equal([201, "VIEWER"]);
    expect(added.headers.get("x-lx-consistency-token")).to.equal(added.data.consistencyToken);
    expect((await select(bob)).data.role).to.equal("VIEWER");
    expect((await bob.byCookie("GET", path)).status).to.equal(200);
    expect((await bob.byCookie("GET", "/sessions")).status).to.equal(200);
    expect((await bob.byCookie("GET", `${path}/members`)).data).to.have.length(2);
    for (const [method, to, body] of [
      ["PATCH", path, { name: "Bob's" }],
      ["POST", `${path}/members`, { walletAddress: eve.address, role: "VIEWER" }],
      ["POST", `${path}/api-keys`, { label: "x", environment: "TEST", scopes: ["sessions:read"] }],
      ["POST", "/sessions", { lat: 0, lng: 0, maxDurationSeconds: 1 }],
      ["POST", `${path}/transfer`, { walletAddress: bob.address }],
    ] as const) {
      const { status, body: answer } = await bob.byCookie(method, to, { body });
      expect([to, status, answer.code]).to.deep.equal([to, 403, "NOT_AUTHORIZED"]);
    }
  });

  it("lets an admin do all but transfer it", async () => {
    const changed = await ada.byCookie("PATCH", `${path}/members/${bob.address}`, { body: { role: "ADMIN" } });
    expect(changed.data.role).to.equal("ADMIN");
    expect((await bob.byCookie("PATCH", path, { body: { name: "Ours" } })).data.name).to.equal("Ours");
    expect((await give(bob, eve, "VIEWER")).status).to.equal(201);
    const transfer = await bob.byCookie("POST", `${path}/transfer`, { body: { walletAddress: bob.address } });
    expect([transfer.status, transfer.body.detail]).to.deep.equal([403, "workspace:transferDenied"]);
  });

  it("has each member once, and its owner until it is transferred", async () => {
    expect((await give(ada, eve, "ADMIN")).body.detail).to.equal("member:exists");
    const removed = await bob.byCookie("DELETE", `${path}/members/${ada.address}`);
    expect([removed.status, removed.body.detail]).to.deep.equal([409, "member:owner"]);
    const demoted = await bob.byCookie("PATCH", `${path}/members/${ada.address}`, { body: { role: "VIEWER" } });
    expect(demoted.body.detail).to.equal("member:owner");
    const owner = await ada.byCookie("POST", `${path}/members`, {
      body: { walletAddress: eve.address, role: "OWNER" },
    });
    expect([owner.status, owner.body.detail]).to.deep.equal([400, "role"]);
    const nobody = await ada.byCookie("DELETE", `${path}/members/0x${"12".repeat(20)}`);
    expect([nobody.status, nobody.body.detail]).to.deep.equal([404, "member:notFound"]);
  });

  it("shuts out at the next call who is taken out, whatever token is echoed", async () => {
    await select(eve);
    const { data } = await ada.byCookie("GET", `${path}/members`);
    expect(data).to.have.length(3);
    const before = await ada.byCookie("PATCH", `${path}/members/${eve.address}`, { body: { role: "ADMIN" } });
    const token = before.data.consistencyToken as string;
    expect((await eve.byCookie("GET", path, { headers: { "x-lx-consistency-token": token } })).status).to.equal(200);
    for (let i = 0; i < 5; i++) {
      await ada.byCookie("DELETE", `${path}/members/${eve.address}`);
      for (const headers of [{ "x-lx-consistency-token": token }, {} as Record<string, string>])
        expect((await eve.byCookie("GET", path, { headers })).status).to.equal(403);
      await give(ada, eve, "VIEWER");
      expect((await eve.byCookie("GET", path)).status).to.equal(200);
    }
    expect((await eve.byCookie("GET", "/me")).data.activeRole).to.equal("VIEWER");
  });

  it("lets anybody leave", async () => {
    expect((await eve.byCookie("DELETE", `${path}/members/${eve.address}`)).status).to.equal(200);
    expect((await eve.byCookie("GET", path)).status).to.equal(403);
  });

  it("is transferred to a member, once", async () => {
    const outside = await ada.byCookie("POST", `${path}/transfer`, { body: { walletAddress: eve.address } });
    expect([outside.status, outside.body.detail]).to.deep.equal([404, "member:notFound"]);
    await give(ada, eve, "VIEWER");
    const both = await Promise.all(
      [bob, eve].map((to) => ada.byCookie("POST", `${path}/transfer`, { body: { walletAddress: to.address } })),
    );
    expect(both.map(({ status }) => status).sort()).to.deep.equal([200, 403]);
    const { data } = await ada.byCookie("GET", `${path}/members`);
    expect(data.filter((it: { role: string }) => it.role === "OWNER")).to.have.length(1);
    expect(data.find((it: { walletAddress: string }) => it.walletAddress === ada.address).role).to.equal("ADMIN");
    const again = await ada.byCookie("POST", `${path}/transfer`, { body: { walletAddress: ada.address } });
    expect(again.status).to.equal(403);
  });
});

describe("a key", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  let path: string;

  const by = (key: string) => call(platform, "GET", "/me", { headers: { authorization: `Bearer ${key}` } });
  const mint = async (more: Record<string, unknown> = {}) =>
    (
      await ada.byCookie("POST", path, {
        body: { label: "one", environment: "TEST", scopes: ["sessions:read"], ...more },
      })
    ).data;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
    path = `/workspaces/${ada.workspaceId}/api-keys`;
  });
  after(() => platform?.close());

  it("that is rolled goes on beside the new one for as long as is asked for", async () => {
    const old = await mint();
    const rolled = await ada.byCookie("POST", `${path}/${old.id}/roll`, { body: { overlapSeconds: 1 } });
    expect(rolled.status).to.equal(201);
    expect([rolled.data.label, rolled.data.scopes, rolled.data.replaced.id]).to.deep.equal([
      "one",
      ["sessions:read"],
      old.id,
    ]);
    expect([(await by(old.plaintext)).status, (await by(rolled.data.plaintext)).status]).to.deep.equal([200, 200]);
    const again = await ada.byCookie("POST", `${path}/${old.id}/roll`);
    expect([again.status, again.body.detail]).to.deep.equal([409, "apiKey:roll:revoked"]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await by(old.plaintext)).body.code).to.equal("REVOKED_API_KEY");
    expect((await by(rolled.data.plaintext)).status).to.equal(200);
  });

  it("that leaked is rolled without overlap", async () => {
    const old = await mint();
    const { data } = await ada.byCookie("POST", `${path}/${old.id}/roll`, { body: { overlapSeconds: 0 } });
    expect([(await by(old.plaintext)).status, (await by(data.plaintext)).status]).to.deep.equal([401, 200]);
    const far = await ada.byCookie("POST", `${path}/${data.id}/roll`, { body: { overlapSeconds: 604_801 } });
    expect([far.status, far.body.detail]).to.deep.equal([400, "overlapSeconds"]);
  });

  it("stops by itself when it was said to, and its successor then too", async () => {
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const old = await mint({ expiresAt });
    const { data } = await ada.byCookie("POST", `${path}/${old.id}/roll`);
    expect(data.expiresAt).to.equal(expiresAt);
    expect((await by(data.plaintext)).status).to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    expect((await by(data.plaintext)).body.detail).to.equal("apiKey:expired");
    const past = await ada.byCookie("POST", path, {
      body: { label: "x", environment: "TEST", scopes: ["sessions:read"], expiresAt },
    });
    expect([past.status, past.body.detail]).to.deep.equal([400, "expiresAt"]);
  });
});
