import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { type Address, getAddress } from "viem";
import { money } from "../../../scripts/audit/page/parts.ts";
import {
  type AccountStatement,
  accountStatement,
  agreesWithChain,
  type StatementLine,
} from "../../../scripts/audit/statement/account.ts";
import { accountStatementPage } from "../../../scripts/audit/statement/accountPage.ts";
import { sessionStatement } from "../../../scripts/audit/statement/session.ts";
import {
  writeAccountCsv,
  writeAccountStatement,
  writeSessionStatement,
} from "../../../scripts/audit/statement/statementFiles.ts";
import { accountStatementText } from "../../../scripts/audit/statement/statementTexts.ts";
import type { Settlement } from "../../../scripts/audit/types.ts";
import { usdc } from "../../../scripts/words.ts";
import { addressOf, anAudit, MADE, withViolations } from "../support/anAudit.ts";
import { memory } from "../support/memory.ts";

const audit = anAudit();
const forEver = { from: undefined, to: undefined };
const consumer = (name: string, period: { from: string | undefined; to: string | undefined } = forEver) =>
  accountStatement(audit, { account: addressOf(name), role: "consumer", ...period });
const operator = (name: string, period: { from: string | undefined; to: string | undefined } = forEver) =>
  accountStatement(audit, { account: addressOf(name), role: "operator", ...period });

const names = (kind: string, many: number) => Array.from({ length: many }, (_, i) => `${kind} ${i}`);

/** Whether each line follows from the one before, and the sums from the lines. */
function expectToAddUp({ opening, lines, credit, debit, closing }: AccountStatement) {
  let balance = opening;
  for (const line of lines) {
    balance += line.credit - line.debit;
    expect(line.balance).to.equal(balance);
    expect(line.credit >= 0n && line.debit >= 0n).to.equal(true);
  }
  expect(closing).to.equal(balance);
  expect(opening + credit - debit).to.equal(closing);
}

describe("the statement of a consumer", () => {
  it("adds up, line by line, to what the contract says", () => {
    for (const name of names("consumer", 40)) {
      const statement = consumer(name);
      expectToAddUp(statement);
      expect(statement.onChain).to.equal(statement.closing);
    }
  });

  it("has all of what was deposited, withdrawn and charged", () => {
    const statement = consumer("consumer 3");
    const totals = audit.accounts.find(({ account }) => account === addressOf("consumer 3"));
    expect(statement.credit).to.equal(totals?.deposited);
    expect(statement.debit).to.equal((totals?.withdrawn ?? 0n) + (totals?.charged ?? 0n));
  });

  it("of a period begins with what the period before ended with", () => {
    const before = consumer("consumer 3", { from: undefined, to: "2026-09-10" });
    const during = consumer("consumer 3", { from: "2026-09-11", to: "2026-09-20" });
    const after = consumer("consumer 3", { from: "2026-09-21", to: undefined });
    expect(before.closing).to.equal(during.opening);
    expect(during.closing).to.equal(after.opening);
    expect(before.lines.length + during.lines.length + after.lines.length).to.equal(
      consumer("consumer 3").lines.length,
    );
    for (const part of [before, during, after]) expectToAddUp(part);
  });

  it("includes both days, from midnight to midnight in UTC", () => {
    const { lines } = consumer("consumer 3", { from: "2026-09-01", to: "2026-09-01" });
    expect(lines.length).to.be.greaterThan(0);
    for (const { timestamp } of lines) expect(new Date(timestamp * 1_000).toISOString()).to.match(/^2026-09-01T/);
  });

  it("says what the contract says only if it reaches to the last block", () => {
    expect(consumer("consumer 3", { from: undefined, to: "2026-09-10" }).onChain).to.equal(undefined);
    expect(consumer("consumer 3", { from: undefined, to: "2030-01-01" }).onChain).not.to.equal(undefined);
  });

  it("says so where the contract says something else", () => {
    const accounts = audit.accounts.map((one) =>
      one.account === addressOf("consumer 3") ? { ...one, deposits: one.deposits + 1n } : one,
    );
    const request = { account: addressOf("consumer 3"), role: "consumer", ...forEver } as const;
    const drifted = accountStatement({ ...audit, accounts }, request);
    expect(agreesWithChain(drifted)).to.equal(false);
    expect(stripVTControlCharacters(accountStatementText(drifted))).to.include("this does NOT agree");
    expect(accountStatementPage(drifted, MADE)).to.include("this does NOT agree");
  });

  it("of somebody who never appeared has no line, and says so", () => {
    const statement = consumer("nobody");
    expect(statement).to.include({ opening: 0n, closing: 0n, onChain: 0n });
    expect(accountStatementText(statement)).to.include("Nothing moved in this pool in the period.");
  });
});

describe("the page of a statement", () => {
  const statement = operator("operator 0");
  const text = accountStatementPage(statement, MADE)
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");

  it("shows of each session rate × seconds and the fee", () => {
    const sessions = audit.settlements.filter(({ to }) => to === addressOf("operator 0"));
    expect(sessions.length).to.be.above(10);
    for (const { ratePerSecond, chargeableSeconds, feeAmount } of sessions) {
      expect(text).to.include(
        `${usdc(ratePerSecond)} × ${chargeableSeconds.toLocaleString("en-US")} s fee ${split(feeAmount)}`,
      );
    }
  });

  it("has a line for each day, with the sums of the day and what is there after it", () => {
    const days = new Map<string, StatementLine[]>();
    for (const line of statement.lines) {
      const date = new Date(line.timestamp * 1_000).toISOString().slice(0, 10);
      days.set(date, [...(days.get(date) ?? []), line]);
    }
    expect(days.size).to.be.above(10);
    for (const [date, lines] of days) {
      const sum = (field: "credit" | "debit") => lines.reduce((so, one) => so + one[field], 0n);
      const fees = lines.reduce((so, { fee }) => so + (fee ?? 0n), 0n);
      expect(text).to.include(
        `${date} ${lines.length} line${lines.length === 1 ? "" : "s"} earned ${split(sum("credit"))} paid out ${split(sum("debit"))} fees ${split(fees)} still owed ${split(lines.at(-1)?.balance ?? -1n)}`,
      );
    }
  });

  it("puts days together by month where there are many", () => {
    const long = anAudit({ sessions: 3_000, days: 200, operators: 5 });
    const page = accountStatementPage(
      accountStatement(long, { account: addressOf("operator 2"), role: "operator", ...forEver }),
      MADE,
    );
    expect(page).to.match(/<summary><b>2026-09<\/b>/);
    expect(page).to.match(/<summary><b>2026-09-0\d<\/b>/);
    expect(page.split("</tbody>").length).to.be.above(100);
  });

  it("says what the audit behind it says, and what that rests on", () => {
    expect(text).to.include("The audit of the whole contract says: Everything adds up. It rests on 2 kinds of facts");
    const wrong = withViolations(audit, [{}]);
    const page = accountStatementPage(
      accountStatement(wrong, { account: addressOf("operator 0"), role: "operator", ...forEver }),
      MADE,
    );
    expect(page).to.include('<div class="verdict bad"');
    expect(page).to.include("The audit of the whole contract says: 1 violation of 1 rule (R1).");
  });

  /** As a page sets it: the last four decimals apart, unless they are all that there is. */
  function split(micro: bigint): string {
    return money(micro)
      .text.replaceAll(/<[^>]+>/g, " ")
      .trim();
  }
});

describe("the statement of a payee", () => {
  it("adds up, line by line, to the credits that the contract says", () => {
    for (const name of names("operator", 15)) {
      const statement = operator(name);
      expectToAddUp(statement);
      expect(statement.onChain).to.equal(statement.closing);
    }
  });

  it("has all that was earned", () => {
    const totals = audit.accounts.find(({ account }) => account === addressOf("operator 0"));
    expect(operator("operator 0").credit).to.equal(totals?.earned);
  });

  it("owes what USDC refused, until it is claimed", () => {
    const lines = [...operator("operator 0").lines];
    const refused = lines.filter(({ credit, debit }) => credit > debit);
    const claim = lines.find(({ kind }) => kind === "Claim");
    expect(refused.length).to.be.greaterThan(1);
    expect(claim?.debit).to.equal(refused.reduce((sum, { credit }) => sum + credit, 0n));
    expect(claim?.balance).to.equal(0n);
  });

  it("is still owed what nobody has claimed", () => {
    expect(operator("operator 1").closing > 0n).to.equal(true);
  });

  it("that is the platform's wallet has the fees", () => {
    const { credit, lines } = operator("platform wallet");
    expect(credit).to.equal(audit.days.reduce((sum, { fees }) => sum + fees, 0n));
    expect(new Set(Iterator.from(lines).map(({ kind }) => kind))).to.deep.equal(new Set(["Fee"]));
  });

  it("that is on both sides of a session has a line in either statement", () => {
    const [one] = audit.settlements;
    if (one === undefined) throw new Error("the audit has no settlement");
    const both = { ...audit, settlements: [{ ...one, to: one.from, feeTo: one.from }], movements: [] };
    const kinds = (role: "consumer" | "operator") =>
      Iterator.from(accountStatement(both, { account: one.from, role, ...forEver }).lines)
        .map(({ kind }) => kind)
        .toArray();
    expect(kinds("consumer")).to.deep.equal(["Session"]);
    expect(kinds("operator")).to.deep.equal(["Session", "Fee"]);
  });
});

describe("a statement on a terminal", () => {
  it("fits into 100 columns, amounts of millions too", () => {
    const settlements = audit.settlements.map((one) => ({ ...one, toAmount: one.toAmount * 1_000_000n }));
    const movements = audit.movements.map((one) => ({ ...one, amount: one.amount * 1_000_000n }));
    const large = { ...audit, settlements, movements };
    const statement = accountStatement(large, { account: addressOf("consumer 3"), role: "consumer", ...forEver });
    for (const line of stripVTControlCharacters(accountStatementText(statement)).split("\n")) {
      expect(line.length, line).to.be.at.most(100);
    }
  });

  it("shows opening and closing balance", () => {
    const statement = consumer("consumer 3", { from: "2026-09-05", to: "2026-09-12" });
    const text = stripVTControlCharacters(accountStatementText(statement));
    expect(text).to.match(new RegExp(`opening +${usdc(statement.opening)}\n`));
    expect(text).to.match(new RegExp(`\nclosing .* ${usdc(statement.closing)}\n`));
  });
});

describe("a statement in files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-statement-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("is a page and a sheet, named after the account and the period", async () => {
    const statement = consumer("consumer 3", { from: "2026-09-05", to: "2026-09-12" });
    const files = await writeAccountStatement(statement, folder, MADE);
    const name = `consumer_${getAddress(addressOf("consumer 3"))}_2026-09-05_2026-09-12`;
    expect(files).to.deep.equal([join(folder, `${name}.html`), join(folder, `${name}.csv`)]);
    expect(readFileSync(files[0] ?? "", "utf8")).to.include("<h1>Statement of a consumer&#39;s pool</h1>");
  });

  it("of a session is a page, named after its UUID", async () => {
    const statement = sessionStatement(audit, (audit.settlements[0] as Settlement).sessionId);
    const [file] = await writeSessionStatement(statement, folder, MADE);
    expect(file).to.equal(join(folder, `session-${statement.uuid}.html`));
    expect(readFileSync(file ?? "", "utf8")).not.to.match(/<(script|img|link)\b/);
  });

  it("as CSV goes from the opening balance to the closing one, and adds up", async () => {
    const statement = consumer("consumer 3", { from: "2026-09-05", to: "2026-09-12" });
    const { to, text } = memory();
    await writeAccountCsv(statement, to);
    const [header = [], first = [], ...rest] = text()
      .trim()
      .split("\r\n")
      .map((line) => line.split(","));
    const last = rest.pop() ?? [];
    const at = (row: string[], column: string) => BigInt(row[header.indexOf(column)] || 0);
    const sum = (column: string) => rest.reduce((total, row) => total + at(row, column), 0n);
    expect([first[1], last[1]]).to.deep.equal(["Opening balance", "Closing balance"]);
    expect(rest).to.have.length(statement.lines.length);
    const [line] = [...statement.lines].filter(({ kind }) => kind === "Session");
    const [row = []] = rest.filter((cells) => cells[1] === "Session");
    const { ratePerSecond, chargeableSeconds, fee } = line ?? {};
    expect([at(row, "rate_micro_usdc_per_second"), at(row, "seconds"), at(row, "fee_micro_usdc")]).to.deep.equal([
      ratePerSecond,
      chargeableSeconds,
      fee,
    ]);
    expect(at(last, "in_micro_usdc")).to.equal(sum("in_micro_usdc"));
    expect(at(first, "balance_micro_usdc") + sum("in_micro_usdc") - sum("out_micro_usdc")).to.equal(
      at(last, "balance_micro_usdc"),
    );
    for (const row of [first, last, ...rest]) expect(row).to.have.length(header.length);
  });
});

describe("what is no statement is refused in one line", () => {
  const [account] = audit.accounts.map((one) => getAddress(one.account));
  if (account === undefined) throw new Error("the audit has no account");
  const request = { account, role: "consumer" as const, ...forEver };
  for (const [what, changes, message] of [
    ["a day that is none", { from: "today" }, '--from-date takes a day such as 2026-11-22, not "today".'],
    ["a day that no month has", { to: "2026-02-30" }, '--to-date takes a day such as 2026-11-22, not "2026-02-30".'],
    [
      "a period that ends before it begins",
      { from: "2026-09-05", to: "2026-09-04" },
      "The period from 2026-09-05 to 2026-09-04 is empty.",
    ],
    ["a period after the audit", { from: "2030-01-01" }, "The audit ends on 2026-09-30, before 2030-01-01."],
  ] as const) {
    it(what, () => {
      expect(() => accountStatement(audit, { ...request, ...changes })).to.throw(UsageError, message);
    });
  }

  it("but an account in lower case is the same", () => {
    const lower = account.toLowerCase() as Address;
    expect(accountStatement(audit, { ...request, account: lower }).account).to.equal(account);
  });
});
