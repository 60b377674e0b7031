import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { commandOf, readMade } from "../../scripts/audit/made.ts";
import { reportPage } from "../../scripts/audit/report/reportPage.ts";
import { accountStatement } from "../../scripts/audit/statement/account.ts";
import { accountStatementPage } from "../../scripts/audit/statement/accountPage.ts";
import { sessionStatement } from "../../scripts/audit/statement/session.ts";
import { sessionStatementPage } from "../../scripts/audit/statement/sessionPage.ts";
import { addressOf, anAudit, MADE } from "./support/anAudit.ts";

describe("the foot of a page", () => {
  const audit = anAudit({ sessions: 30 });
  const account = addressOf("operator 0");
  const pages = {
    "a report": () => reportPage(audit, MADE),
    "a session": () => sessionStatementPage(sessionStatement(audit, audit.settlements[0]?.sessionId ?? "0x"), MADE),
    "an account": () =>
      accountStatementPage(
        accountStatement(audit, { account, role: "operator", from: undefined, to: undefined }),
        MADE,
      ),
  };
  for (const [what, make] of Object.entries(pages)) {
    it(`of ${what} says with which version and by which command it was made`, async () => {
      expect(await make()).to.include(`<p>Made by ${MADE.version}: <code>${MADE.command}</code></p>`);
    });
  }
});

describe("the version that made a page", () => {
  it("is the package's, and the commit's", async function () {
    // What was downloaded as an archive has no history.
    if (!existsSync(join(ROOT, ".git"))) this.skip();
    const { version } = await readMade({}, []);
    const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" });
    expect(version).to.match(/^luxxon-settlement \d+\.\d+\.\d+, commit [0-9a-f]{12}( with changes)?$/);
    expect(head).to.match(new RegExp(`^${/commit (\w+)/.exec(version)?.[1]}`));
  });
});

describe("the command that made a page", () => {
  const address = "0x09DB0a93B389bEF724429898f539AEB7ac2Dd55f";
  it("is what has to be typed to make it again", () => {
    expect(commandOf({}, [])).to.equal("npm run audit");
    expect(commandOf({ network: "base", "fee-bps": "1500", "every-block": true, demo: false }, [])).to.equal(
      "npm run audit -- --network base --fee-bps 1500 --every-block",
    );
    expect(commandOf({ demo: true, "from-date": "2026-09-01" }, ["consumer", address])).to.equal(
      `npm run audit -- consumer ${address} --from-date 2026-09-01 --demo`,
    );
  });

  it("does not say where it was written", () => {
    expect(commandOf({ demo: true, out: "/home/somebody/report", json: true }, [])).to.equal("npm run audit -- --demo");
  });

  it("shows no key of an endpoint: neither in its path nor in its query nor before its host", () => {
    const rpc = [
      "https://base.example/v2/SECRET",
      "https://base.example/?key=SECRET",
      "https://SECRET:SECRET@base.example",
      "http://127.0.0.1:8545",
    ];
    expect(commandOf({ rpc }, [])).to.equal(
      "npm run audit -- --rpc https://base.example/… --rpc https://base.example/… --rpc https://base.example/… --rpc http://127.0.0.1:8545",
    );
  });

  it("quotes what a shell would take apart", () => {
    expect(commandOf({}, ["session", "a b'c"])).to.equal("npm run audit -- session 'a b'\\''c'");
  });
});
