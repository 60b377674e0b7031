/** Email and password by Basic: how they are read, who is let in, and how often one may try. */
import { request } from "node:http";
import { expect } from "chai";
import { openDatabase } from "../../src/db/database.ts";
import { ask, basic, decideAbout, newAccount, newEmail, PASSWORD, rootOf } from "../support/account.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

const NOBODY = { error: "Invalid email or password", code: "INVALID_CREDENTIALS" };

describe("the Authorization header of the account API", function () {
  this.timeout(60_000);
  let platform: TestPlatform;

  before(async () => {
    // Its tests come from addresses of their own, so that none uses up another's tries.
    platform = await openPlatform({ TRUSTED_PROXIES: "127.0.0.1" });
  });
  after(() => platform?.close());

  const list = (headers: Record<string, string>, from = "192.0.2.1") =>
    ask(platform, "GET", "/user/api-keys", { headers: { ...headers, "x-forwarded-for": from } });
  const encoded = (text: string, encoding: BufferEncoding = "utf8") => ({
    authorization: `Basic ${Buffer.from(text, encoding).toString("base64")}`,
  });

  describe("lets in", () => {
    const passwords: [string, string][] = [
      ["a colon in the password", "Test:Pass:123"],
      ["a password in another alphabet", "Κωδικός123Пароль密码"],
      ["spaces around a password", "  Test Pass 123  "],
      ["a password of 1,024 characters", `Aa1${"x".repeat(1_021)}`],
    ];
    for (const [title, password] of passwords) {
      it(title, async () => {
        const { email } = await newAccount(platform, { password });
        expect((await list(basic(email, password))).status).to.equal(200);
      });
    }

    it("a password whose accents are written in the other way", async () => {
      const { email } = await newAccount(platform, { password: "Café Noir 123".normalize("NFC") });
      expect((await list(basic(email, "Café Noir 123".normalize("NFD")))).status).to.equal(200);
    });

    it("the email in another case", async () => {
      const { email } = await newAccount(platform);
      expect((await list(basic(email.toUpperCase(), PASSWORD))).status).to.equal(200);
    });

    it("the scheme in another case", async () => {
      const { credentials } = await newAccount(platform);
      expect(
        (await list({ authorization: credentials.authorization?.replace("Basic", "bAsIC") ?? "" })).status,
      ).to.equal(200);
    });
  });

  describe("is 401 with the same body and WWW-Authenticate: Basic", () => {
    const headers: [string, Record<string, string>][] = [
      ["absent", {}],
      ["empty", { authorization: "" }],
      ["another scheme", { authorization: `Bearer ${Buffer.from(`a@b.cc:${PASSWORD}`).toString("base64")}` }],
      ["without a colon", encoded("ada@example.com")],
      ["without an email", encoded(`:${PASSWORD}`)],
      ["without anything after Basic", { authorization: "Basic" }],
      ["no base64", { authorization: "Basic ada@example.com:TestPass123" }],
      ["not in UTF-8", encoded("ada@example.com:Caf\u00e9Noir123", "latin1")],
      ["in another alphabet, of nobody", encoded("Ада@пример.рф:Пароль123")],
      ["with a NUL", encoded(`ada\u0000@example.com:${PASSWORD}`)],
      ["10 kB long", encoded(`ada@example.com:${"Aa1".repeat(2_500)}`)],
      ["10 kB long, all email", encoded(`${"a".repeat(7_500)}:${PASSWORD}`)],
      ["of an email that nobody has", basic("nobody@example.com", PASSWORD)],
    ];
    for (const [title, header] of headers) {
      it(title, async () => {
        const answer = await list(header);
        expect([answer.status, answer.body]).to.deep.equal([401, NOBODY]);
        expect(answer.headers.get("www-authenticate")).to.equal('Basic realm="luxxon", charset="UTF-8"');
      });
    }

    it("a wrong password: what an unknown email is told, word for word", async () => {
      const { email } = await newAccount(platform);
      const [wrong, unknown] = [await list(basic(email, "WrongPass123")), await list(basic(newEmail(), PASSWORD))];
      expect([wrong.status, wrong.text]).to.deep.equal([unknown.status, unknown.text]);
      expect([...wrong.headers.keys()].sort()).to.deep.equal([...unknown.headers.keys()].sort());
    });

    it("a wrong password of an account that waits: nothing is said of it", async () => {
      const { email } = await newAccount(platform, { decisions: [] });
      expect((await list(basic(email, "WrongPass123"))).body).to.deep.equal(NOBODY);
    });

    it("twice, although the first one is right", async () => {
      const { credentials } = await newAccount(platform);
      const { authorization = "" } = credentials;
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const sent = request(`${rootOf(platform)}/user/api-keys`, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.setHeader("authorization", [authorization, "Basic eDp5"]);
        sent.on("error", reject).end();
      });
      expect(status).to.equal(401);
    });

    it("two joined by a comma", async () => {
      const { authorization = "" } = (await newAccount(platform)).credentials;
      expect((await list({ authorization: `${authorization}, ${authorization}` })).status).to.equal(401);
    });

    it("before the body is looked at", async () => {
      const answer = await ask(platform, "POST", "/user/api-keys", { raw: "{" });
      expect(answer.body).to.deep.equal(NOBODY);
    });
  });

  describe("of an account that is not open", () => {
    const states = [
      [[], "ACCOUNT_PENDING", "Account is pending approval"],
      [["reject"], "ACCOUNT_REJECTED", "Account was rejected"],
      [["approve", "suspend"], "ACCOUNT_SUSPENDED", "Account is suspended"],
    ] as const;
    for (const [decisions, code, error] of states) {
      it(`is 403 ${code} for the right password`, async () => {
        const { credentials } = await newAccount(platform, { decisions: [...decisions] });
        expect(await list(credentials)).to.deep.include({ status: 403, body: { error, code } });
      });
    }
  });

  describe("after ten wrong passwords for one email from one network", () => {
    const tryOften = async (email: string, from: string, times = 10) => {
      for (let i = 0; i < times; i++) expect((await list(basic(email, `WrongPass${i}`), from)).status).to.equal(401);
    };

    it("is 429 with Retry-After, for the right password too", async () => {
      const { email, credentials } = await newAccount(platform);
      await tryOften(email, "192.0.2.10");
      const answer = await list(credentials, "192.0.2.10");
      expect(answer).to.deep.include({ status: 429, body: { error: "Too many requests", code: "RATE_LIMITED" } });
      expect(Number(answer.headers.get("retry-after"))).to.be.within(890, 900);
    });

    it("is the same for an email that nobody has", async () => {
      const email = newEmail();
      await tryOften(email, "192.0.2.11");
      expect((await list(basic(email, PASSWORD), "192.0.2.11")).status).to.equal(429);
    });

    it("lets the owner in from elsewhere", async () => {
      const { email, credentials } = await newAccount(platform);
      await tryOften(email, "192.0.2.12");
      expect((await list(credentials, "198.51.100.12")).status).to.equal(200);
    });

    it("lets others in from the same network", async () => {
      await tryOften(newEmail(), "192.0.2.13");
      const { credentials } = await newAccount(platform);
      expect((await list(credentials, "192.0.2.13")).status).to.equal(200);
    });

    it("counts an email in another case for the same", async () => {
      const email = newEmail();
      await tryOften(email, "192.0.2.14");
      expect((await list(basic(email.toUpperCase(), PASSWORD), "192.0.2.14")).status).to.equal(429);
    });

    it("counts those that come at once one by one", async () => {
      const email = newEmail();
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, i) => list(basic(email, `WrongPass${i}`), "192.0.2.15")),
      );
      expect(answers.filter(({ status }) => status === 401)).to.have.length(10);
      expect(answers.filter(({ status }) => status === 429)).to.have.length(20);
    });

    it("begins anew after the right password", async () => {
      const { email, credentials } = await newAccount(platform);
      await tryOften(email, "192.0.2.16", 9);
      expect((await list(credentials, "192.0.2.16")).status).to.equal(200);
      await tryOften(email, "192.0.2.16", 9);
      expect((await list(credentials, "192.0.2.16")).status).to.equal(200);
    });

    it("begins anew a quarter of an hour later", async () => {
      const { email, credentials } = await newAccount(platform);
      await tryOften(email, "192.0.2.17");
      await later(15);
      expect((await list(credentials, "192.0.2.17")).status).to.equal(200);
    });
  });

  describe("after a hundred wrong passwords for one email from everywhere", () => {
    it("is 429 from a network that nobody knows, and lets in where the right one once came from", async () => {
      const { email, credentials } = await newAccount(platform);
      expect((await list(credentials, "203.0.113.1")).status).to.equal(200);
      for (let network = 0; network < 10; network++)
        await Promise.all(
          Array.from({ length: 10 }, (_, i) => list(basic(email, `WrongPass${i}`), `198.18.${network}.1`)),
        );
      expect((await list(credentials, "203.0.113.2")).status).to.equal(429);
      expect((await list(credentials, "203.0.113.1")).status).to.equal(200);
    });
  });

  it("lets in twenty calls of one account at once", async () => {
    const { credentials } = await newAccount(platform);
    const answers = await Promise.all(Array.from({ length: 20 }, () => list(credentials, "192.0.2.20")));
    expect(new Set(answers.map(({ status }) => status))).to.deep.equal(new Set([200]));
  });

  it("tells an account that was suspended meanwhile", async () => {
    const { email, credentials } = await newAccount(platform);
    expect((await list(credentials)).status).to.equal(200);
    await decideAbout(platform, "suspend", email);
    expect((await list(credentials)).body.code).to.equal("ACCOUNT_SUSPENDED");
  });

  /** Makes all tries so many minutes older. */
  async function later(minutes: number): Promise<void> {
    const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
    await db.rows`update account_tries set ends_at = ends_at - make_interval(mins => ${minutes})`;
    await db.close();
  }
});
