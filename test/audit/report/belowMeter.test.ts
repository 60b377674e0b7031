import { stripVTControlCharacters } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { belowMeter } from "../../../scripts/audit/report/belowMeter.ts";
import { writeReportJson } from "../../../scripts/audit/report/reportJson.ts";
import { reportPage } from "../../../scripts/audit/report/reportPage.ts";
import { reportJsonSchema } from "../../../scripts/audit/report/reportSchema.ts";
import { auditText } from "../../../scripts/audit/report/reportText.ts";
import { verdictOf } from "../../../scripts/audit/report/verdict.ts";
import { accountStatement } from "../../../scripts/audit/statement/account.ts";
import { accountStatementPage } from "../../../scripts/audit/statement/accountPage.ts";
import { isClean, outcomeOf, sessionStatement } from "../../../scripts/audit/statement/session.ts";
import { accountStatementText } from "../../../scripts/audit/statement/statementTexts.ts";
import type { Audit } from "../../../scripts/audit/types.ts";
import { anAudit, MADE } from "../support/anAudit.ts";
import type { Listed } from "../support/listed.ts";
import { memory } from "../support/memory.ts";

const full = anAudit();
const [first, second] = full.settlements;
if (first === undefined || second === undefined) throw new Error("the audit has no sessions");
const meter = first.ratePerSecond * first.chargeableSeconds;

/** The first session was settled at 1 µUSDC of its meter, the second at 1 µUSDC less than its meter. */
const audit: Listed = {
  ...full,
  settlements: [
    { ...first, toAmount: 1n, feeAmount: 0n, platformPaid: "nothing" },
    { ...second, toAmount: second.toAmount - 1n },
    ...full.settlements.slice(2),
  ],
};
const forEver = { from: undefined, to: undefined };
const textOf = (one: Audit) => stripVTControlCharacters(auditText(one)).replaceAll(/\s+/g, " ");

describe("a session that was settled below its meter", () => {
  it("is found, with what its meter was, what was charged and what is missing", () => {
    const found = [...belowMeter(audit.settlements)];
    expect(found.map(({ sessionId, missing }) => [sessionId, missing])).to.deep.equal([
      [first.sessionId, meter - 1n],
      [second.sessionId, 1n],
    ]);
    expect(found[0]).to.include({ meter, charged: 1n, to: first.to, feeTo: first.feeTo });
  });

  it("is none where every session was charged in full, and nothing is said of it", async () => {
    expect([...belowMeter(full.settlements)]).to.deep.equal([]);
    expect(textOf(full)).not.to.include("below the meter");
    expect(await reportPage(full, MADE)).not.to.include("below the meter");
  });

  it("is no violation: the verdict stands, and says so", () => {
    const { tone, title, detail } = verdictOf(audit);
    expect([tone, title]).to.deep.equal(["good", "Everything adds up"]);
    expect(detail).to.match(/ 2 sessions were settled below the meter: [\d.]+ USDC less than rate × seconds\.$/);
  });

  it("is named on the terminal and on the page, with who loses", async () => {
    for (const text of [textOf(audit), (await reportPage(audit, MADE)).replaceAll(/\s+/g, " ")]) {
      expect(text).to.include("Settled below the meter");
      expect(text).to.include("operator and platform lose the rest");
      expect(text).to.include(first.to);
    }
  });

  it("stands in report.json, as its schema says", async () => {
    const { to, text } = memory();
    await writeReportJson(audit, to);
    const document = JSON.parse(text());
    const validate = new Ajv2020({ strict: true }).compile(reportJsonSchema());
    expect(validate(document), JSON.stringify(validate.errors)).to.equal(true);
    expect(document.belowMeter).to.have.length(2);
    expect(document.belowMeter[0]).to.include({ meter: String(meter), charged: "1", missing: String(meter - 1n) });
  });

  it("says so in its own statement, and is clean", () => {
    const statement = sessionStatement(audit, first.sessionId);
    expect(statement.belowMeter).to.equal(meter - 1n);
    expect(outcomeOf(statement)).to.match(
      /^Settled: 0\.000001 USDC were charged\. That is [\d.]+ USDC below its meter: /,
    );
    expect(sessionStatement(full, first.sessionId).belowMeter).to.equal(0n);
    expect(isClean(sessionStatement(full, first.sessionId))).to.equal(true);
  });

  it("is marked in the statements of the operator and of the platform, and summed up", () => {
    for (const account of [first.to, first.feeTo]) {
      const alone = { ...audit, settlements: audit.settlements.slice(0, 1) };
      const statement = accountStatement(alone, { account, role: "operator", ...forEver });
      const text = stripVTControlCharacters(accountStatementText(statement));
      // The platform has not got anything of it, and is told so nonetheless.
      expect(text).to.include(account === first.to ? "Session *" : "Fee *");
      for (const its of [text, accountStatementPage(statement, MADE)]) {
        expect(its).to.include("* 1 session was settled below the meter:");
      }
    }
  });

  it("is not marked in the consumer's", () => {
    const statement = accountStatement(audit, { account: first.from, role: "consumer", ...forEver });
    expect(accountStatementText(statement)).not.to.include("below the meter");
  });
});
