import { stripVTControlCharacters } from "node:util";
import { expect } from "chai";
import { COLUMNS } from "../../../scripts/audit/page/terminal.ts";
import { auditText } from "../../../scripts/audit/report/reportText.ts";
import { usdc } from "../../../scripts/words.ts";
import { anAudit, anEmptyAudit, withViolations } from "../support/anAudit.ts";

const audit = anAudit();
const plain = stripVTControlCharacters;
const printed = (...violations: Parameters<typeof withViolations>[1]) =>
  plain(auditText(withViolations(audit, violations)));

describe("the audit on a terminal", () => {
  it("fits into 100 columns, whatever is found", () => {
    const long = "The contract says something else than what all of its history adds up to. ".repeat(4);
    const [settlement] = audit.settlements;
    const all = { rule: "R1", message: long, expected: long, found: long, ...settlement };
    const rules = [...audit.rules, { id: "R28", title: long, checked: 1_000_000, violations: 0, unchecked: 9 }];
    const text = plain(auditText({ ...withViolations(audit, [all]), rules, notes: [long] }));
    for (const line of text.split("\n")) expect(line.length, line).to.be.at.most(COLUMNS);
  });

  it("has a line for each rule, with how much was held against it", () => {
    const text = printed();
    expect(text).to.match(/✓ R1 {2}What was charged is at most rate × seconds {2,}[\d,]+\n/);
    expect(text).to.match(/– R5 {2}Tokens rescued were surplus {2,}nothing\n/);
  });

  it("says of each sum at the end what it is made of", () => {
    const text = printed();
    expect(text).to.match(/\n {2}in pools .* {2}= deposited − withdrawn − settled\n/);
    expect(text).to.match(/\n {2}credits .* {2}= credited − claimed: payouts that USDC refused\n/);
    expect(text).to.match(/\n {2}USDC held .* {2}= pools \+ credits \+ surplus\n/);
  });

  it("says so where the contract says another sum", () => {
    const { end } = audit;
    const text = plain(auditText({ ...audit, end: { ...end, totalDeposits: end.totalDeposits - 1n } }));
    expect(text).to.match(/but deposited − withdrawn − settled = [\d,.]+\n/);
    expect(text).to.include(`= ${usdc(end.totalDeposits)}\n`);
  });

  it("says what each kind of fact rests on, and in its first lines of how many", () => {
    const text = printed();
    expect(text).to.include("\n  believed     No event was left out: one endpoint\n");
    expect(text).to.match(/^LuxxonSettlement\n✓ Everything adds up\n/);
    expect(text.split("\n").slice(0, 8).join("\n")).to.include(
      "2 kinds of facts: 1 proved, 1 believed from one endpoint",
    );
  });

  it("says beside a rule in how many transactions it was not checked", () => {
    const rules = audit.rules.map((rule) => ({ ...rule, unchecked: rule.id === "R2" ? 3 : 0 }));
    const text = plain(auditText({ ...audit, rules }));
    expect(text).to.match(/✓ R2 .*\n {8}not checked, 3 transactions\n/);
    expect(text.split("\n")[1]).to.equal("✓ Everything that was checked adds up; not checked: R2 in 3 transactions");
  });

  it("names every violation: what, expected, found, where", () => {
    const [one] = audit.settlements;
    if (one === undefined) throw new Error("the audit has no settlement");
    const { sessionId, from, transactionHash } = one;
    const text = printed({ sessionId, account: from, transactionHash, blockNumber: 1_234n });
    expect(text).to.include("✗ R1  A session was charged more than its meter.");
    expect(text).to.match(/expected +60000 µUSDC\n +found +60001 µUSDC\n/);
    expect(text).to.include(`account      ${from}\n`);
    expect(text).to.include(`transaction  ${transactionHash}\n`);
    expect(text).to.include("block        1,234\n");
  });

  it("says in the rule's line how many of how many", () => {
    expect(printed({}, {})).to.match(/✗ R1 {2}.* 2 of [\d,]+\n/);
  });

  it("shows ten of each rule and counts the others, so that no rule hides another", () => {
    const many = Array.from({ length: 25 }, () => ({}));
    const text = printed(...many, { rule: "R4", message: "A balance drifted." });
    expect(text.split("✗ R1  A session")).to.have.length(11);
    expect(text).to.include("… and 15 more violations of R1; --out writes them all.");
    expect(text).to.include("✗ R4  A balance drifted.");
  });

  it("prints no control character of what it was told", () => {
    const text = printed({ message: "\u001b[2Jgone\r\n", found: "\u0007" });
    expect(text.split("\n").join("")).not.to.match(/\p{Cc}/u);
  });

  it("ends with one line that says it all", () => {
    expect(printed()).to.include("\n✓ Everything adds up\n");
    expect(printed({}, {}, { rule: "R4" })).to.include("\n✗ 3 violations of 2 rules (R1, R4)\n");
    expect(plain(auditText(anEmptyAudit()))).to.include("\n– There was nothing to check\n");
  });

  it("shows the sums", () => {
    const text = printed();
    for (const amount of [audit.end.totalDeposits, audit.end.totalCredits, audit.end.usdcBalance]) {
      expect(text).to.include(usdc(amount));
    }
  });
});
