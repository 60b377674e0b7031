import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { giveOut, type OutputOptions } from "../../scripts/audit/output.ts";
import type { Subject } from "../../scripts/audit/request.ts";
import type { Audit } from "../../scripts/audit/types.ts";
import { addressOf, anAudit, MADE, withViolations } from "./support/anAudit.ts";

const audit = anAudit({ sessions: 60 });
const wrong = withViolations(audit, [{}]);
const [settlement] = audit.settlements;
if (settlement === undefined) throw new Error("the audit has no settlement");
const session: Subject = { kind: "session", sessionId: settlement.sessionId };
const consumer: Subject = { kind: "consumer", account: settlement.from };

/** Runs it with everything that it prints kept. */
async function printed(of: Audit, asked: Subject, options: Partial<OutputOptions> = {}) {
  const { log, error } = console;
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  console.log = (line: string) => void lines.stdout.push(line);
  console.error = (line: string) => void lines.stderr.push(line);
  try {
    const period = { fromDate: undefined, toDate: undefined };
    const code = await giveOut(of, asked, { period, out: undefined, json: false, made: MADE, ...options });
    const text = (of: string[]) => stripVTControlCharacters(of.join("\n"));
    return { code, stdout: text(lines.stdout), stderr: text(lines.stderr) };
  } finally {
    Object.assign(console, { log, error });
  }
}

describe("what an audit gives", () => {
  it("is exit code 0 although a session was settled below its meter: no rule is broken", async () => {
    const settlements = [{ ...settlement, toAmount: 1n }, ...audit.settlements.slice(1)];
    const { code, stdout } = await printed({ ...audit, settlements }, { kind: "all" });
    expect(code).to.equal(0);
    expect(stdout).to.include("1 session was settled below the meter");
  });

  it("is exit code 0 if everything adds up, and 1 if not", async () => {
    expect((await printed(audit, { kind: "all" })).code).to.equal(0);
    expect((await printed(wrong, { kind: "all" })).code).to.equal(1);
  });

  it("is the table on the terminal", async () => {
    expect((await printed(audit, { kind: "all" })).stdout).to.include("✓ Everything adds up");
  });

  it("of a session is its statement", async () => {
    const { code, stdout } = await printed(audit, session);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^Session [0-9a-f-]{36}\n/);
  });

  it("of an account is its statement for the period", async () => {
    const { stdout } = await printed(audit, consumer, { period: { fromDate: "2026-09-02", toDate: "2026-09-03" } });
    expect(stdout).to.match(/^Statement of a consumer's pool\n/);
    expect(stdout).to.include("2026-09-02 to 2026-09-03 (UTC)");
  });

  it("of a statement whose audit found something elsewhere is exit code 1, and says so", async () => {
    for (const asked of [session, consumer]) {
      const { code, stderr } = await printed(wrong, asked);
      expect(code).to.equal(1);
      expect(stderr).to.equal("The audit behind this found 1 violation: run it alone to see them.");
    }
  });

  it("as JSON is one document, also of a statement", async () => {
    for (const asked of [session, consumer, { kind: "operator", account: addressOf("nobody") } as const]) {
      const { stdout } = await printed(audit, asked, { json: true });
      expect(JSON.parse(stdout)).to.have.property("target");
    }
  });

  it("refuses an impossible period", async () => {
    const period = { fromDate: "2026-09-31", toDate: undefined };
    const refusal = await printed(audit, consumer, { period }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
  });
});

describe("what an audit writes", () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), "luxxon-out-"));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  for (const [what, asked, files] of [
    ["the report", { kind: "all" }, 6],
    ["a session's page", session, 1],
    ["an account's page and sheet", consumer, 2],
  ] as const) {
    it(`is ${what}, and it says where`, async () => {
      const { stdout } = await printed(audit, asked, { out });
      const [, list = ""] = /Written: (.+)\.$/.exec(stdout) ?? [];
      const written = list.split(", ");
      expect(written).to.have.length(files);
      for (const file of written) expect(existsSync(file), file).to.equal(true);
    });
  }

  it("is named on stderr where stdout is for a machine", async () => {
    const { stdout, stderr } = await printed(audit, session, { out, json: true });
    expect(stderr).to.match(/^Written: /);
    expect(JSON.parse(stdout)).to.have.property("status", "settled");
  });
});
