/** Signing up: what is taken, what is refused and in which words, and what two at once come to. */
import { expect } from "chai";
import { openDatabase } from "../../src/db/database.ts";
import { type AccountAnswer, ask, basic, newEmail, PASSWORD } from "../support/account.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("POST /user/signup", function () {
  this.timeout(60_000);
  let platform: TestPlatform;

  before(async () => {
    platform = await openPlatform();
  });
  after(() => platform?.close());

  const signUp = (changes: Record<string, unknown> = {}) =>
    ask(platform, "POST", "/user/signup", {
      body: { email: newEmail(), password: PASSWORD, org: "Test Organization", scope: {}, ...changes },
    });
  const raw = (text: string | Uint8Array<ArrayBuffer>, type = "application/json") =>
    ask(platform, "POST", "/user/signup", { raw: text, headers: { "content-type": type } });
  /** What is wrong, field and words. */
  const failing = ({ status, body }: AccountAnswer) => {
    expect([status, body.error, body.code]).to.deep.equal([400, "Validation failed", "VALIDATION_ERROR"]);
    return body.details.map(({ field, message }: { field: string; message: string }) => `${field}: ${message}`);
  };
  const stored = async (email: string) => {
    const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
    const row = await db.row<{ scope: unknown; scopeText: string; passwordHash: string; org: string }>`
      select scope, scope::text as scope_text, password_hash, org from accounts where email_key = ${email}`;
    await db.close();
    return row;
  };

  it("needs neither Authorization nor an Accept", async () => {
    expect((await signUp()).status).to.equal(202);
  });

  it("keeps the password as argon2id of 19 MiB and two passes, and nowhere else", async () => {
    const email = newEmail();
    await signUp({ email });
    const { passwordHash } = (await stored(email)) as { passwordHash: string };
    expect(passwordHash).to.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  });

  it("keeps a scope as it was given: placeholders, and the order of its chains", async () => {
    const email = newEmail();
    const scope = {
      sui: { validator_addresses: ["0xfaiojf923h2i....."], delegator_addresses: [] },
      ethereum: {},
      a: {},
    };
    await signUp({ email, scope });
    expect((await stored(email))?.scopeText).to.equal(JSON.stringify(scope));
  });

  it("takes an empty scope", async () => {
    expect((await signUp({ scope: {} })).status).to.equal(202);
  });

  it("takes fields that nobody knows, and keeps nothing of them", async () => {
    const email = newEmail();
    const scope = { sui: { validator_addresses: ["a"], nominator_addresses: ["b"] } };
    expect((await signUp({ email, scope, state: "APPROVED" })).status).to.equal(202);
    expect((await stored(email))?.scope).to.deep.equal({ sui: { validator_addresses: ["a"] } });
    expect((await ask(platform, "GET", "/user/api-keys", { headers: basic(email, PASSWORD) })).status).to.equal(403);
  });

  describe("with an email that is taken", () => {
    it("is 409, also in another case", async () => {
      const email = newEmail();
      await signUp({ email });
      expect(await signUp({ email: email.toUpperCase() })).to.deep.include({
        status: 409,
        body: { error: "A user with this email already exists", code: "USER_EXISTS" },
      });
    });

    it("leaves the first one's password", async () => {
      const email = newEmail();
      await signUp({ email });
      await signUp({ email, password: "OtherPass456" });
      const answers = await Promise.all(
        [PASSWORD, "OtherPass456"].map((it) => ask(platform, "GET", "/user/api-keys", { headers: basic(email, it) })),
      );
      expect(answers.map(({ status }) => status)).to.deep.equal([403, 401]);
    });

    it("takes one of two at once, and refuses the other", async () => {
      for (let i = 0; i < 5; i++) {
        const email = newEmail();
        const answers = await Promise.all([signUp({ email }), signUp({ email: email.toUpperCase() })]);
        expect(answers.map(({ status }) => status).sort()).to.deep.equal([202, 409]);
      }
    });
  });

  describe("names every rule that is broken, in the order of the fields", () => {
    it("when all is missing", async () => {
      expect(failing(await raw("{}"))).to.deep.equal([
        "email: Required",
        "password: Required",
        "org: Required",
        "scope: Required",
      ]);
    });

    it("when all is of the wrong type", async () => {
      expect(failing(await signUp({ email: 1, password: true, org: [], scope: "sui" }))).to.deep.equal([
        "email: Expected string, received number",
        "password: Expected string, received boolean",
        "org: Expected string, received array",
        "scope: Expected object, received string",
      ]);
    });

    it("when all is null", async () => {
      expect(failing(await signUp({ email: null, password: null, org: null, scope: null }))).to.deep.equal([
        "email: Expected string, received null",
        "password: Expected string, received null",
        "org: Expected string, received null",
        "scope: Expected object, received null",
      ]);
    });

    const TOO_SHORT = "password: Password must be at least 8 characters long";
    const TOO_PLAIN =
      "password: Password must contain at least one lowercase letter, one uppercase letter, and one number";
    const passwords: [string, string, string[]][] = [
      ["empty", "", [TOO_SHORT, TOO_PLAIN]],
      ["short alone", "Pass123", [TOO_SHORT]],
      ["without a capital", "testpass123", [TOO_PLAIN]],
      ["without a small letter", "TESTPASS123", [TOO_PLAIN]],
      ["without a number", "TestPassword", [TOO_PLAIN]],
      ["of 1,025 characters", `Aa1${"x".repeat(1_022)}`, ["password: Password is too long"]],
      ["short, in characters that are two units each", "Aa1😀😀😀😀", [TOO_SHORT]],
    ];
    for (const [title, password, rules] of passwords) {
      it(`of a password: ${title}`, async () => {
        expect(failing(await signUp({ password }))).to.deep.equal(rules);
      });
    }

    for (const email of ["", "ada", "ada@", "@b.cc", "a b@c.dd", "a@b", "a@b.cc\u0000", `${"a".repeat(250)}@b.cc`]) {
      it(`of an email: ${JSON.stringify(email.slice(0, 20))}`, async () => {
        expect(failing(await signUp({ email }))).to.deep.equal(["email: Please provide a valid email address"]);
      });
    }

    it("of an organisation: nothing but spaces, too long, a NUL", async () => {
      expect(failing(await signUp({ org: "  " }))).to.deep.equal(["org: Required"]);
      expect(failing(await signUp({ org: "x".repeat(257) }))).to.deep.equal(["org: Organization name is too long"]);
      expect(failing(await signUp({ org: "a\u0000b" }))).to.deep.equal([
        "org: Organization name must not contain control characters",
      ]);
    });

    it("of a scope: its chains and lists", async () => {
      const scope = { sui: [], base: { validator_addresses: "0x", delegator_addresses: ["0x", 7] } };
      expect(failing(await signUp({ scope }))).to.deep.equal([
        "scope.sui: Expected object, received array",
        "scope.base.validator_addresses: Expected array, received string",
        "scope.base.delegator_addresses.1: Expected string, received number",
      ]);
    });
  });

  it("takes a password in another alphabet, and of 1,024 characters", async () => {
    expect((await signUp({ password: "Κωδικός٣πρόσβασης" })).status).to.equal(202);
    expect((await signUp({ password: `Aa1${"x".repeat(1_021)}` })).status).to.equal(202);
  });

  it("takes a NUL in a scope, which is kept as text", async () => {
    expect((await signUp({ scope: { "a\u0000": { validator_addresses: ["\u0000"] } } })).status).to.equal(202);
  });

  it("takes a chain that is called __proto__ for a chain", async () => {
    const email = newEmail();
    const scope = '{"__proto__":{"validator_addresses":["0x1"]}}';
    const body = JSON.stringify({ email, password: PASSWORD, org: "x" }).replace("}", `,"scope":${scope}}`);
    expect((await raw(body)).status).to.equal(202);
    expect((await stored(email))?.scopeText).to.equal(scope);
  });

  describe("with a body that is no JSON object", () => {
    const INVALID = { error: "Invalid JSON payload", code: "INVALID_JSON" };
    for (const text of ["", "{", "{'a':1}", '{"a":1,}', "undefined", "NaN", "a=b"]) {
      it(`is INVALID_JSON: ${JSON.stringify(text)}`, async () => {
        expect(await raw(text)).to.deep.include({ status: 400, body: INVALID });
      });
    }

    it("is INVALID_JSON: bytes that are no UTF-8", async () => {
      expect(await raw(new Uint8Array([0x22, 0xff, 0x22]))).to.deep.include({ status: 400, body: INVALID });
    });

    it("is INVALID_JSON: no body at all", async () => {
      expect(await ask(platform, "POST", "/user/signup")).to.deep.include({ status: 400, body: INVALID });
    });

    for (const [text, type] of Object.entries({ null: "null", "[]": "array", '"x"': "string", 7: "number" })) {
      it(`is of the wrong type: ${text}`, async () => {
        expect(failing(await raw(text))).to.deep.equal([`body: Expected object, received ${type}`]);
      });
    }
  });

  it("counts the last of duplicate keys, as JSON.parse does", async () => {
    const [first, last] = [newEmail(), newEmail()];
    const rest = `"password":"${PASSWORD}","org":"x","scope":{}`;
    expect((await raw(`{"email":"${first}","email":"${last}",${rest}}`)).status).to.equal(202);
    expect((await signUp({ email: first })).status).to.equal(202);
    expect((await signUp({ email: last })).status).to.equal(409);
  });

  it("reads JSON that curl sends as a form", async () => {
    const body = JSON.stringify({ email: newEmail(), password: PASSWORD, org: "x", scope: {} });
    expect((await raw(body, "application/x-www-form-urlencoded")).status).to.equal(202);
  });

  it("is 415 for another content type", async () => {
    expect(await raw("{}", "text/plain")).to.deep.include({
      status: 415,
      body: { error: "Content type must be application/json", code: "UNSUPPORTED_MEDIA_TYPE" },
    });
  });

  it("is 413 for more than 64 KiB", async () => {
    expect(await signUp({ org: "x".repeat(65_536) })).to.deep.include({
      status: 413,
      body: { error: "Payload is larger than 64 KiB", code: "PAYLOAD_TOO_LARGE" },
    });
  });

  it("is 405 with what is allowed for another method", async () => {
    const answer = await ask(platform, "GET", "/user/signup");
    expect(answer).to.deep.include({ status: 405, body: { error: "Method not allowed", code: "METHOD_NOT_ALLOWED" } });
    expect(answer.headers.get("allow")).to.equal("POST");
  });

  it("is 404 in the same shape for a path beside it", async () => {
    expect(await ask(platform, "POST", "/user/login", { body: {} })).to.deep.include({
      status: 404,
      body: { error: "Not found", code: "NOT_FOUND" },
    });
  });
});

describe("too many sign-ups from one address", function () {
  this.timeout(60_000);

  it("are 429 with Retry-After, in the account API's shape", async () => {
    const platform = await openPlatform();
    try {
      const answers = await Promise.all(
        Array.from({ length: 640 }, () => ask(platform, "POST", "/user/signup", { raw: "x" })),
      );
      const refused = answers.filter(({ status }) => status !== 400);
      expect(refused).to.not.deep.equal([]);
      for (const { status, body, headers } of refused) {
        expect([status, body]).to.deep.equal([429, { error: "Too many requests", code: "RATE_LIMITED" }]);
        expect(Number(headers.get("retry-after"))).to.be.within(1, 10);
      }
    } finally {
      await platform.close();
    }
  });
});
