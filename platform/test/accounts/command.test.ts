/** `npm run accounts`, as the operator runs it: beside a platform that runs, and alone. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { newAccount, newEmail, PASSWORD } from "../support/account.ts";
import { runCommand } from "../support/operator.ts";
import { newDatabase, openPlatform, type TestPlatform, testParts } from "../support/platform.ts";

const accounts = (args: string[], environment: Record<string, string> = {}) =>
  runCommand("platform/src/accounts/command.ts", args, environment);

describe("npm run accounts", function () {
  this.timeout(120_000);
  let platform: TestPlatform;
  let here: Record<string, string>;

  before(async () => {
    platform = await openPlatform();
    here = { DATABASE_URL: platform.env.DATABASE_URL ?? "" };
  });
  after(() => platform?.close());

  it("says that nobody has signed up yet", async () => {
    expect(await accounts(["list"], here)).to.deep.include({ status: 0, stdout: "Nobody has signed up yet.\n" });
  });

  it("lists an account on a line: state, email, keys, day, organisation, scope", async () => {
    const email = newEmail();
    await newAccount(platform, { email, decisions: [], scope: { base: { validator_addresses: ["0x1", "0x2"] } } });
    const { stdout } = await accounts(["list"], here);
    const [head, line] = stdout.trimEnd().split("\n");
    expect(head).to.match(/^state +email +keys +signed up \(UTC\) +organisation +scope$/);
    expect(line).to.match(/^pending +ops-\S+ +0 +\d{4}-\d\d-\d\d \d\d:\d\d +Test Organization +base: 2 addresses$/);
  });

  it("lists the same as JSON, without anything of the password", async () => {
    const { stdout } = await accounts(["list", "--json"], here);
    const [account] = JSON.parse(stdout);
    expect(Object.keys(account)).to.deep.equal(["email", "org", "state", "scope", "createdAt", "decidedAt", "apiKeys"]);
    expect(account).to.include({ org: "Test Organization", state: "PENDING", decidedAt: null, apiKeys: 0 });
  });

  describe("about somebody who waits", () => {
    it("approves, whatever the case of the email", async () => {
      const { email, ask } = await newAccount(platform, { decisions: [] });
      expect(await accounts(["approve", email.toUpperCase()], here)).to.deep.include({
        status: 0,
        stdout: `${email} is now approved.\n`,
      });
      expect((await ask("GET", "/user/api-keys")).status).to.equal(200);
    });

    it("rejects", async () => {
      const { email, ask } = await newAccount(platform, { decisions: [] });
      expect((await accounts(["reject", email], here)).stdout).to.equal(`${email} is now rejected.\n`);
      expect((await ask("GET", "/user/api-keys")).body.code).to.equal("ACCOUNT_REJECTED");
    });

    it("does not suspend: exit 1, in one line", async () => {
      const { email } = await newAccount(platform, { decisions: [] });
      expect(await accounts(["suspend", email], here)).to.deep.equal({
        status: 1,
        stdout: "",
        stderr: `${email} is pending: suspend is not for it; see --help.\n`,
      });
    });
  });

  describe("about somebody who is approved", () => {
    it("suspends, and prints the account as JSON", async () => {
      const { email, ask } = await newAccount(platform);
      const { status, stdout } = await accounts(["suspend", email, "--json"], here);
      expect(status).to.equal(0);
      expect(JSON.parse(stdout)).to.include({ email, state: "SUSPENDED" });
      expect((await ask("GET", "/user/api-keys")).body.code).to.equal("ACCOUNT_SUSPENDED");
    });

    it("approves again what was suspended, with its keys", async () => {
      const { email, ask, newKey } = await newAccount(platform);
      const { keyId } = await newKey();
      await accounts(["suspend", email], here);
      await accounts(["approve", email], here);
      expect((await ask("GET", "/user/api-keys")).body.keys[0].keyId).to.equal(keyId);
    });

    it("approves once more without a change", async () => {
      const { email } = await newAccount(platform);
      expect(await accounts(["approve", email], here)).to.deep.include({
        status: 0,
        stdout: `${email} was already approved.\n`,
      });
    });
  });

  it("does not approve somebody unknown: exit 1, in one line", async () => {
    expect(await accounts(["approve", "nobody@example.com"], here)).to.deep.equal({
      status: 1,
      stdout: "",
      stderr: 'Nobody has signed up as "nobody@example.com".\n',
    });
  });

  describe("used wrongly", () => {
    const uses: [string, string[], RegExp][] = [
      ["without a verb", [], /^What\? list, approve, reject, suspend; see --help\.$/],
      ["with a verb that there is not", ["delete", "a@b.cc"], /^There is no "delete": list, /],
      ["without an email", ["approve"], /^approve takes an email; see --help\.$/],
      ["with two emails", ["approve", "a@b.cc", "d@e.ff"], /^approve takes one email; see --help\.$/],
      ["with a list of one", ["list", "a@b.cc"], /^list takes nothing else; see --help\.$/],
      ["with a flag that there is not", ["list", "--all"], /^Unknown option '--all'; see --help\.$/],
    ];
    for (const [title, args, said] of uses) {
      it(`${title}: exit 2, in one line`, async () => {
        const { status, stdout, stderr } = await accounts(args, here);
        expect([status, stdout]).to.deep.equal([2, ""]);
        expect(stderr.trimEnd()).to.match(said);
      });
    }
  });

  it("prints its help, with its exit codes", async () => {
    const { status, stdout } = await accounts(["--help"]);
    expect(status).to.equal(0);
    expect(stdout).to.include("npm run accounts -- approve EMAIL").and.include("Exit code:");
  });

  describe("without DATABASE_URL", () => {
    it("finds the database of the platform that runs in the state folder", async () => {
      const { state } = await testParts();
      const local = await openPlatform({ DATABASE_URL: platform.parts.env.DATABASE_URL ?? "" });
      try {
        const { email } = await newAccount(local, { decisions: [], password: PASSWORD });
        const { status, stdout } = await accounts(["approve", email], { LUXXON_STATE_DIR: state.folder });
        expect([status, stdout]).to.deep.equal([0, `${email} is now approved.\n`]);
      } finally {
        await local.close();
      }
    });

    it("says that none runs there: exit 2, and makes nothing", async () => {
      const folder = mkdtempSync(join(tmpdir(), "luxxon-none-"));
      const { status, stderr } = await accounts(["list"], { LUXXON_STATE_DIR: folder });
      expect([status, stderr]).to.deep.equal([
        2,
        `No platform runs in ${folder}: npm start first, or name its database in DATABASE_URL.\n`,
      ]);
      rmSync(folder, { recursive: true });
    });
  });

  it("says of a database without accounts that it has none: exit 2", async () => {
    const { env } = await testParts();
    const { status, stderr } = await accounts(["list"], { DATABASE_URL: await newDatabase(env.DATABASE_URL ?? "") });
    expect([status, stderr]).to.deep.equal([
      2,
      "The database has no accounts yet: run this version's platform on it once.\n",
    ]);
  });

  it("says of a database that is not there that it cannot be reached: exit 2", async () => {
    const { status, stderr } = await accounts(["list"], { DATABASE_URL: "postgres://127.0.0.1:1/x" });
    expect([status, stderr]).to.deep.equal([
      2,
      "The database cannot be reached: is it running, and is DATABASE_URL right?\n",
    ]);
  });
});
