/** docs/platform/accounts.md: its requests are sent as they stand there, and its table of answers is held against the server. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { openDatabase } from "../../src/db/database.ts";
import { ANSWERS } from "../../src/http/accounts/answers.ts";
import { REPORTS } from "../../src/http/routes/rewards.ts";
import { type AccountAnswer, ask, basic, newAccount, newEmail, PASSWORD, rootOf } from "../support/account.ts";
import { cutDatabase } from "../support/cutDatabase.ts";
import { newDatabase, openPlatform, type TestPlatform, testParts } from "../support/platform.ts";

const page = readFileSync(`${ROOT}/docs/platform/accounts.md`, "utf8");
const run = promisify(execFile);

/** What differs each time. */
function settled(json: unknown): unknown {
  const text = JSON.stringify(json)
    .replace(/"[0-9a-f]{24}"/g, '"ID"')
    .replace(/"luga-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"KEY"')
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
    // The test's chain is too young for it.
    .replace(/"final":(true|false)/g, '"final":"FINAL"');
  return JSON.parse(text);
}

describe("the requests of docs/platform/accounts.md", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  const variables: Record<string, string> = {};

  before(async () => {
    platform = await openPlatform();
    variables.URL = rootOf(platform);
    variables.DATABASE_URL = platform.env.DATABASE_URL ?? "";
  });
  after(() => platform?.close());

  // A command, and the answer that the page shows after it.
  const blocks = [...page.matchAll(/```sh\n(.*?)```\n(?:\n```(json|text)\n(.*?)```)?/gs)]
    .map(([, command = "", language, shown = ""]) => ({ command, language, shown }))
    .filter(({ command }) => !/^[A-Z_]+=/.test(command));

  it("are of every route", () => {
    const sent = blocks.map(({ command }) => command).join("\n");
    for (const path of ["/user/signup", "/user/api-keys", "/user/api-keys/$KEY_ID", "/base/rewards/daily"])
      expect(sent).to.include(path);
    expect(blocks).to.have.length(7);
  });

  for (const { command, language, shown } of blocks) {
    const [, what = command.split("\n")[0]] = /\$URL([^?"]+)/.exec(command) ?? [];
    it(`are answered as it says: ${what}`, async () => {
      const silent = command.replace("curl ", "curl --silent --show-error ");
      const { stdout } = await run("bash", ["-euc", silent], { cwd: ROOT, env: { ...process.env, ...variables } });
      if (language === "text") return expect(stdout).to.equal(shown);
      if (language === undefined) return expect(stdout).to.equal("");
      const answer = JSON.parse(stdout);
      expect(settled(answer)).to.deep.equal(settled(JSON.parse(shown)));
      if (answer.apiKey !== undefined) Object.assign(variables, { KEY_ID: answer.keyId, API_KEY: answer.apiKey });
    });
  }
});

describe("the tables of docs/platform/accounts.md", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let line: Awaited<ReturnType<typeof cutDatabase>>;
  let account: Awaited<ReturnType<typeof newAccount>>;
  let key: string;

  before(async () => {
    line = await cutDatabase(await newDatabase((await testParts()).env.DATABASE_URL ?? ""));
    platform = await openPlatform({ DATABASE_URL: line.url });
    account = await newAccount(platform, { scope: { base: { delegator_addresses: [ADDRESS] } } });
    key = (await account.newKey()).apiKey;
  });
  after(() => platform?.close());

  const ADDRESS = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
  const SIGN_UP = { email: "", password: PASSWORD, org: "Test", scope: {} };
  const signUp = (changes = {}) =>
    ask(platform, "POST", "/user/signup", { body: { ...SIGN_UP, email: newEmail(), ...changes } });
  const newKey = (body: unknown) => account.ask("POST", "/user/api-keys", { body });
  const remove = (id: string) => account.ask("DELETE", `/user/api-keys/${id}`);
  const listOf = async (...decisions: ("approve" | "reject" | "suspend")[]) =>
    (await newAccount(platform, { decisions })).ask("GET", "/user/api-keys");
  const report = (changes: object = {}, headers: Record<string, string> = { "x-api-key": key }) =>
    ask(platform, "POST", "/base/rewards/daily", {
      body: { address: ADDRESS, start_date: "2026-01-01", end_date: "2026-01-31", ...changes },
      headers,
    });
  const inDatabase = async (act: (db: ReturnType<typeof openDatabase>) => Promise<unknown>) => {
    const db = openDatabase(platform.env.DATABASE_URL ?? "", { connections: 1 });
    await act(db).finally(() => db.close());
  };
  const last = async (times: number, act: (i: number) => Promise<AccountAnswer>): Promise<AccountAnswer> => {
    const answers = await Promise.all(Array.from({ length: times }, (_, i) => act(i)));
    return answers.find(({ status }) => status === 429) ?? (answers[0] as AccountAnswer);
  };

  /** How each row comes about. The last ones use up what others need: they stay at the end. */
  const CASES: Record<string, () => Promise<AccountAnswer>> = {
    "POST /user/signup 202": () => signUp(),
    "POST /user/signup 400 INVALID_JSON": () => ask(platform, "POST", "/user/signup", { raw: "{" }),
    "POST /user/signup 400 VALIDATION_ERROR": () => signUp({ org: "" }),
    "POST /user/signup 409 USER_EXISTS": () => signUp({ email: account.email.toUpperCase() }),
    "POST /user/api-keys 201": () => newKey({ label: "Test" }),
    "POST /user/api-keys 400 INVALID_JSON": () => account.ask("POST", "/user/api-keys", { raw: "{" }),
    "POST /user/api-keys 400 VALIDATION_ERROR": () => newKey({ label: "x".repeat(65) }),
    "POST /user/api-keys 409 TOO_MANY_API_KEYS": async () => {
      const other = await newAccount(platform);
      await inDatabase(
        (db) => db.rows`
          insert into account_keys (id, account_id, hash, label, created_at)
          select lpad(i::text, 24, 'b'), id, sha256(i::text::bytea), 'many', created_at
          from accounts, generate_series(1, 50) i where email_key = ${other.email}`,
      );
      return await other.ask("POST", "/user/api-keys", { body: { label: "one more" } });
    },
    "GET /user/api-keys 200": () => account.ask("GET", "/user/api-keys"),
    "DELETE /user/api-keys/{keyId} 204": async () => remove((await account.newKey()).keyId),
    "DELETE /user/api-keys/{keyId} 400 VALIDATION_ERROR": () => remove("x"),
    "DELETE /user/api-keys/{keyId} 404 API_KEY_NOT_FOUND": () => remove("68c0f9413c35d9c2140a00a7"),
    "all of /user/api-keys 401 INVALID_CREDENTIALS": () => ask(platform, "GET", "/user/api-keys"),
    "all of /user/api-keys 403 ACCOUNT_PENDING": () => listOf(),
    "all of /user/api-keys 403 ACCOUNT_REJECTED": () => listOf("reject"),
    "all of /user/api-keys 403 ACCOUNT_SUSPENDED": () => listOf("approve", "suspend"),
    "all of /user/api-keys 429 RATE_LIMITED": () =>
      last(11, () => ask(platform, "GET", "/user/api-keys", { headers: basic("guessed@example.com", PASSWORD) })),
    "POST /base/rewards/daily 200": () => report(),
    "POST /base/rewards/daily 400 INVALID_JSON": () =>
      ask(platform, "POST", "/base/rewards/daily", { headers: { "x-api-key": key } }),
    "POST /base/rewards/daily 400 VALIDATION_ERROR": () => report({ end_date: "2025-01-01" }),
    "POST /base/rewards/daily 401 INVALID_API_KEY": () => report({}, {}),
    "POST /base/rewards/daily 403 ACCOUNT_SUSPENDED": async () => {
      const other = await newAccount(platform);
      const { apiKey } = await other.newKey();
      await inDatabase((db) => db.rows`update accounts set state = 'SUSPENDED' where email_key = ${other.email}`);
      return await report({}, { "x-api-key": apiKey });
    },
    "POST /base/rewards/daily 403 ADDRESS_NOT_IN_SCOPE": () => report({ address: `0x${"0".repeat(40)}` }),
    "POST /base/rewards/daily 429 RATE_LIMITED": async () => {
      const { apiKey } = await account.newKey();
      return await last(REPORTS.points + 1, () => report({}, { "x-api-key": apiKey }));
    },
    "all 404 NOT_FOUND": () => ask(platform, "GET", "/base/rewards"),
    "all 405 METHOD_NOT_ALLOWED": () => ask(platform, "PATCH", "/base/rewards/daily"),
    "all 413 PAYLOAD_TOO_LARGE": () => signUp({ org: "x".repeat(65_536) }),
    "all 415 UNSUPPORTED_MEDIA_TYPE": () =>
      ask(platform, "POST", "/user/signup", { raw: "{}", headers: { "content-type": "text/xml" } }),
    "all 500 INTERNAL_SERVER_ERROR": async () => {
      await inDatabase((db) => db.rows`alter table account_keys rename to lost_keys`);
      const answer = await account.ask("GET", "/user/api-keys");
      await inDatabase((db) => db.rows`alter table lost_keys rename to account_keys`);
      return answer;
    },
    "all 429 RATE_LIMITED": () => last(640, () => ask(platform, "POST", "/user/signup", { raw: "x" })),
    "all 503 DATABASE_ERROR": async () => {
      await line.cut();
      return await report();
    },
  };

  const rows = [...page.matchAll(/^\| (?:`([^`]+)`|(all(?: of `[^`]+`)?)) \| (\d{3}) \| (?:`(\w+)`)? ?\|/gm)].map(
    ([, request, all = "", status = "", code]) =>
      `${request ?? all.replaceAll("`", "")} ${status}${code === undefined ? "" : ` ${code}`}`,
  );

  it("have a row for each answer that is tried here, and none beside", () => {
    expect([...rows].sort()).to.deep.equal(Object.keys(CASES).sort());
  });

  it("have each code of the server, with its words", () => {
    const words = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \|$/gm)].map(([, code, error]) => [code, error]);
    expect(words).to.deep.equal(Object.entries(ANSWERS).map(([code, [, error]]) => [code, error]));
  });

  for (const [row, act] of Object.entries(CASES)) {
    it(`are right: ${row}`, async () => {
      const [, status, code] = /(\d{3})(?: (\w+))?$/.exec(row) ?? [];
      const answer = await act();
      expect([answer.status, answer.body?.code], answer.text).to.deep.equal([Number(status), code]);
      if (code === undefined) return;
      const [catalogued, error] = ANSWERS[code as keyof typeof ANSWERS];
      expect([catalogued, error]).to.deep.equal([answer.status, answer.body.error]);
      expect(Object.keys(answer.body)).to.deep.equal(
        code === "VALIDATION_ERROR" ? ["error", "code", "details"] : ["error", "code"],
      );
      const needed = { 401: "www-authenticate", 405: "allow", 429: "retry-after", 503: "retry-after" }[answer.status];
      if (needed !== undefined) expect(answer.headers.get(needed), needed).to.not.equal(null);
    });
  }
});
