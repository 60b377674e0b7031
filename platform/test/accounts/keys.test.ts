/** API keys of an account: made, listed, revoked. */
import { expect } from "chai";
import { openDatabase } from "../../src/db/database.ts";
import { ask, newAccount } from "../support/account.ts";
import { cutDatabase } from "../support/cutDatabase.ts";
import { newDatabase, openPlatform, type TestPlatform, testParts } from "../support/platform.ts";

const NOT_FOUND = { error: "API key not found or does not belong to user", code: "API_KEY_NOT_FOUND" };

describe("API keys of an account", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let account: Awaited<ReturnType<typeof newAccount>>;

  before(async () => {
    platform = await openPlatform();
    account = await newAccount(platform);
  });
  after(() => platform?.close());

  const make = (body: unknown) => account.ask("POST", "/user/api-keys", { body });
  const remove = (keyId: string, by = account) => by.ask("DELETE", `/user/api-keys/${keyId}`);
  const keysOf = async (by = account) => (await by.ask("GET", "/user/api-keys")).body.keys;
  const inDatabase = async <T>(ask: (db: ReturnType<typeof openDatabase>) => Promise<T>) => {
    const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
    return await ask(db).finally(() => db.close());
  };

  describe("when one is made", () => {
    it("is kept as a hash alone", async () => {
      const { keyId, apiKey } = await account.newKey();
      const kept = await inDatabase(
        (db) => db.row<{ all: string }>`select to_jsonb(k)::text as all from account_keys k where id = ${keyId}`,
      );
      expect(kept?.all).to.not.include(apiKey).and.not.include(apiKey.slice("luga-".length));
    });

    it("begins its id with the second of its making", async () => {
      const { keyId } = await account.newKey();
      expect(Number.parseInt(keyId.slice(0, 8), 16)).to.be.closeTo(Date.now() / 1_000, 60);
    });

    it("takes the same label again, and one of 64 characters", async () => {
      expect((await make({ label: "Twice" })).status).to.equal(201);
      expect((await make({ label: "Twice" })).status).to.equal(201);
      expect((await make({ label: "😀".repeat(64) })).status).to.equal(201);
    });

    const labels: [string, unknown, string][] = [
      ["none", {}, "Required"],
      ["an empty one", { label: "" }, "Required"],
      ["spaces", { label: "  " }, "Required"],
      ["65 characters", { label: "x".repeat(65) }, "Label is too long"],
      ["a number", { label: 7 }, "Expected string, received number"],
      ["a NUL", { label: "a\u0000" }, "Label must not contain control characters"],
    ];
    for (const [title, body, message] of labels) {
      it(`refuses its label: ${title}`, async () => {
        expect(await make(body)).to.deep.include({
          status: 400,
          body: { error: "Validation failed", code: "VALIDATION_ERROR", details: [{ field: "label", message }] },
        });
      });
    }

    it("refuses what is no JSON", async () => {
      const answer = await account.ask("POST", "/user/api-keys", { raw: "{label}" });
      expect(answer).to.deep.include({
        status: 400,
        body: { error: "Invalid JSON payload", code: "INVALID_JSON" },
      });
    });

    it("refuses the fifty-first, also of several at once", async () => {
      const other = await newAccount(platform);
      await inDatabase(
        (db) => db.rows`
          insert into account_keys (id, account_id, hash, label, created_at)
          select lpad(i::text, 24, 'a'), id, sha256(i::text::bytea), 'many', created_at
          from accounts, generate_series(1, 48) i where email_key = ${other.email}`,
      );
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => other.ask("POST", "/user/api-keys", { body: { label: "last" } })),
      );
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 201, 409, 409]);
      expect(answers.find(({ status }) => status === 409)?.body).to.deep.equal({
        error: "An account has at most 50 API keys",
        code: "TOO_MANY_API_KEYS",
      });
      const [first] = await keysOf(other);
      await remove(first.keyId, other);
      expect((await other.ask("POST", "/user/api-keys", { body: { label: "again" } })).status).to.equal(201);
    });
  });

  it("are listed oldest first, each account's own", async () => {
    const other = await newAccount(platform);
    const made = [await other.newKey("one"), await other.newKey("two"), await other.newKey("three")];
    const listed = await keysOf(other);
    expect(listed.map(({ keyId }: { keyId: string }) => keyId)).to.deep.equal(made.map(({ keyId }) => keyId));
  });

  describe("when one is revoked", () => {
    it("is 204 the first time, and 404 the second", async () => {
      const { keyId } = await account.newKey();
      expect((await remove(keyId)).status).to.equal(204);
      expect(await remove(keyId)).to.deep.include({ status: 404, body: NOT_FOUND });
    });

    it("is 204 for one of two at once", async () => {
      const { keyId } = await account.newKey();
      const answers = await Promise.all([remove(keyId), remove(keyId)]);
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([204, 404]);
    });

    it("does not find another account's, which stays", async () => {
      const other = await newAccount(platform);
      const { keyId } = await other.newKey();
      expect(await remove(keyId)).to.deep.include({ status: 404, body: NOT_FOUND });
      expect(await keysOf(other)).to.have.length(1);
    });

    it("takes an id in capitals for the same number", async () => {
      const { keyId } = await account.newKey();
      expect((await remove(keyId.toUpperCase())).status).to.equal(204);
    });

    const ids = ["x", "68c0f9413c35d9c2140a00a", "68c0f9413c35d9c2140a00a7a", "a".repeat(300), "%zz", "%00", "..%2f.."];
    for (const id of ids) {
      it(`refuses an id that is none: ${id.slice(0, 30)}`, async () => {
        expect(await remove(id)).to.deep.include({
          status: 400,
          body: {
            error: "Validation failed",
            code: "VALIDATION_ERROR",
            details: [{ field: "keyId", message: "Invalid API key ID format" }],
          },
        });
      });
    }

    it("takes no body, whatever its content type", async () => {
      const { keyId } = await account.newKey();
      const headers = { "content-type": "application/json" };
      expect((await account.ask("DELETE", `/user/api-keys/${keyId}`, { headers })).status).to.equal(204);
    });
  });

  it("are 405 for other methods, with what is allowed", async () => {
    const answers = await Promise.all([
      account.ask("PUT", "/user/api-keys", { body: {} }),
      account.ask("GET", "/user/api-keys/68c0f9413c35d9c2140a00a7"),
    ]);
    for (const { status, body } of answers)
      expect([status, body]).to.deep.equal([405, { error: "Method not allowed", code: "METHOD_NOT_ALLOWED" }]);
    expect(answers.map(({ headers }) => headers.get("allow"))).to.deep.equal(["GET, HEAD, POST", "DELETE"]);
  });
});

describe("the account API when something breaks", function () {
  this.timeout(60_000);

  it("is 500 in the words of its page, and says nothing of what it was", async () => {
    const platform = await openPlatform();
    try {
      const { credentials } = await newAccount(platform);
      const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
      await db.rows`alter table account_keys rename to lost_keys`;
      await db.close();
      expect(await ask(platform, "GET", "/user/api-keys", { headers: credentials })).to.deep.include({
        status: 500,
        body: { error: "Internal Server Error", code: "INTERNAL_SERVER_ERROR" },
      });
    } finally {
      await platform.close();
    }
  });

  it("is 503 with Retry-After while the database is away", async () => {
    const { env } = await testParts();
    const line = await cutDatabase(await newDatabase(env.DATABASE_URL ?? ""));
    const platform = await openPlatform({ DATABASE_URL: line.url });
    try {
      const { credentials } = await newAccount(platform);
      await line.cut();
      const answer = await ask(platform, "GET", "/user/api-keys", { headers: credentials });
      expect(answer).to.deep.include({
        status: 503,
        body: { error: "Service is temporarily unavailable", code: "DATABASE_ERROR" },
      });
      expect(answer.headers.get("retry-after")).to.match(/^\d+$/);
    } finally {
      await platform.close();
    }
  });
});
