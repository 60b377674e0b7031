import { expect } from "chai";
import { money } from "../../../scripts/audit/page/parts.ts";
import { reportPage } from "../../../scripts/audit/report/reportPage.ts";
import { sumOf } from "../../../scripts/audit/report/sums.ts";
import type { Change } from "../../../scripts/audit/types.ts";
import { usdc, usdcWords } from "../../../scripts/words.ts";
import { addressOf, anAudit, anEmptyAudit, MADE, withViolations } from "../support/anAudit.ts";

const audit = anAudit();
const [settlement] = audit.settlements;
if (settlement === undefined) throw new Error("the audit has no settlement");
const [change] = audit.changes;
if (change === undefined) throw new Error("the audit has no change");

/** What a reader sees. */
const textOf = (page: string) => page.replaceAll(/<style>[\s\S]*?<\/style>|<[^>]+>/g, "");

describe("the page of a report", () => {
  let page: string;
  before(async () => {
    page = await reportPage(audit, MADE);
  });

  it("asks nobody for anything: no script, no image, no style sheet, no font from elsewhere", () => {
    expect(page).not.to.match(/<(script|img|link|iframe|object|embed|image|use)\b/i);
    expect(page).not.to.match(/@import|url\(|\ssrc=|xlink:href=/i);
  });

  it("forbids the browser to ask, too", () => {
    expect(page).to.include(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it("says that everything adds up", () => {
    expect(page).to.include('<div class="verdict good" role="status">\n<strong>✓ Everything adds up</strong>');
  });

  it("names the rule that had nothing to check", () => {
    expect(page).to.include("Nothing was there for R5 to check.");
    expect(page).to.include("– nothing to check");
  });

  it("names contract, chain, and both ends of the history", () => {
    const text = textOf(page);
    for (const part of [audit.target.address, "chain 31337", audit.target.toBlockHash]) expect(text).to.include(part);
    expect(text).to.include(`100 to ${audit.target.toBlock.toLocaleString("en-US")}`);
  });

  it("shows every sum with all its decimals", () => {
    const text = textOf(page);
    const settled = audit.days.reduce((sum, day) => sum + day.settled, 0n);
    for (const amount of [settled, audit.end.totalDeposits, audit.end.totalCredits]) {
      expect(text).to.include(usdc(amount));
    }
  });

  it("says who changed what", () => {
    expect(page).to.include(change.text);
    expect(page).to.include(change.sender);
  });

  it("names each day", () => {
    for (const { date } of audit.days) expect(page).to.include(`<th scope="row" class="head">${date}</th>`);
  });

  it("shows how pools, credits and the USDC that is held come about, and that the contract says the same", () => {
    const text = textOf(page).replaceAll(/\s+/g, " ");
    const sum = (field: "deposited" | "withdrawn" | "settled") => usdc(sumOf(audit.days, field));
    expect(text).to.include(
      `deposited${sum("deposited")} − withdrawn${sum("withdrawn")} − settled${sum("settled")} = in pools${usdc(audit.end.totalDeposits)}`,
    );
    expect(text).to.match(/ credited[\d.]+ − claimed[\d.]+ = owed as credits[\d.]+ /);
    expect(text.split("✓ the contract says the same")).to.have.length(4);
  });

  it("says so where the contract says another sum", async () => {
    const end = { ...audit.end, totalDeposits: audit.end.totalDeposits + 1n };
    expect(await reportPage({ ...audit, end }, MADE)).to.include(`✗ the contract says ${usdcWords(end.totalDeposits)}`);
  });

  it("leaves no hash to a tooltip", () => {
    expect(page).not.to.include('title="0x');
    for (const { transactionHash } of audit.changes) expect(textOf(page)).to.include(transactionHash);
  });

  it("draws what each payee earned each day, and says when most", () => {
    expect(page.split('<svg class="course"')).to.have.length(17);
    expect(page).to.match(/aria-label="earned by the day; the most [\d.]+ USDC, on 2026-09-\d\d"/);
  });

  it("says which wallet is the platform's", () => {
    expect(page).to.include("(platform wallet)");
  });

  it("has no id twice, so that names of charts lead to their charts", () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).to.be.greaterThan(20);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it("has no link on a chain that no explorer knows", () => {
    expect(page).not.to.include("<a ");
  });

  it("links to the explorer of Base Sepolia", async () => {
    const onSepolia = await reportPage(anAudit({ chainId: 84_532, chainTitle: "Base Sepolia", sessions: 20 }), MADE);
    expect(onSepolia).to.include(`<a href="https://sepolia.basescan.org/address/${audit.target.address}">`);
    expect(onSepolia).to.match(/<a href="https:\/\/sepolia\.basescan\.org\/tx\/0x[0-9a-f]{64}">/);
  });
});

describe("the page of a report with violations", () => {
  const violations = [
    {
      rule: "R1",
      message: "A session was charged more than its meter.",
      expected: "60000 µUSDC",
      found: "60001 µUSDC",
      sessionId: settlement.sessionId,
      account: settlement.from,
      transactionHash: settlement.transactionHash,
      blockNumber: settlement.blockNumber,
    },
  ];
  let page: string;
  before(async () => {
    page = await reportPage(withViolations(audit, violations), MADE);
  });

  it("says so first", () => {
    expect(page).to.include("<strong>✗ 1 violation of 1 rule (R1)</strong>");
    expect(page.indexOf("<h2>1 violation</h2>")).to.be.within(1, page.indexOf("<h2>The rules</h2>"));
  });

  it("says what, expected, found, and where", () => {
    const { message, expected, found, account, transactionHash } = violations[0] ?? {};
    for (const part of [message, expected, found, account, transactionHash]) expect(page).to.include(part);
    expect(page).to.include(settlement.blockNumber.toLocaleString("en-US"));
  });

  it("marks the rule", () => {
    expect(page).to.include('<span class="bad-text">✗ 1 violated</span>');
  });

  it("shows 25 of each rule and counts the others, so that no rule hides another", async () => {
    const many = Array.from({ length: 70 }, () => ({}));
    const page = await reportPage(
      withViolations(audit, [...many, { rule: "R4", message: "A balance drifted." }]),
      MADE,
    );
    expect(page.split('<section class="violation">')).to.have.length(27);
    expect(page).to.include("45 more violations of R1 in report.json.");
    expect(page).to.include("A balance drifted.");
  });
});

describe("text from outside in the page of a report", () => {
  const evil = `<img src=x onerror="alert('1')">&amp;`;
  const escaped = "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;";

  it("is escaped wherever it stands", async () => {
    const target = { ...audit.target, chainTitle: evil, version: evil };
    const changes: Change[] = [{ ...change, text: evil }];
    const rules = audit.rules.map((rule) => ({ ...rule, title: evil }));
    const all = { ...audit, target, changes, rules, notes: [evil] };
    const page = await reportPage(withViolations(all, [{ message: evil, expected: evil, found: evil }]), MADE);
    expect(page).not.to.include("<img");
    // Title and lead, facts, version, change, rules, notes, and the three of the violation with its rule.
    expect(page.split(escaped).length - 1).to.be.greaterThan(10);
  });
});

describe("the page of a report of a contract to which nothing has happened", () => {
  let page: string;
  before(async () => {
    page = await reportPage(anEmptyAudit(), MADE);
  });

  it("does not say that everything adds up", () => {
    expect(page).to.include('<div class="verdict none" role="status">\n<strong>– There was nothing to check');
    expect(page).not.to.include("Everything adds up");
  });

  it("has words where charts and tables would be empty", () => {
    expect(page).not.to.include("<svg");
    expect(page).not.to.match(/<tbody>\s*<\/tbody>/);
    expect(page).to.include("Nobody has deposited yet.");
    expect(page).to.include("No role, limit or pause has changed since the deployment.");
  });
});

describe("the page of a report of 100,000 sessions", () => {
  const large = anAudit({ sessions: 100_000, days: 365, consumers: 2_000, operators: 300 });
  let page: string;
  before(async () => {
    page = await reportPage(large, MADE);
  });

  it("is smaller than 5 MB", () => {
    expect(Buffer.byteLength(page)).to.be.below(5_000_000);
  });

  it("sums up by weeks", () => {
    expect(page).to.include("<h3>The fee was the announced 15 % on all 365 days with settlements</h3>");
    expect(page).to.include("week from (UTC)");
  });

  it("names the largest accounts, and says of how many", () => {
    expect(page).to.include("The 25 largest of 2,000, by what they deposited.");
    expect(page).to.include("The 25 largest of 301, by what they earned.");
  });

  it("says what the others come to, and all together", () => {
    const text = textOf(page).replaceAll(/\s+/g, " ");
    const deposited = large.accounts.map((one) => one.deposited).sort((one, other) => Number(other - one));
    const sum = (some: bigint[]) => usdc(some.reduce((so, one) => so + one, 0n));
    expect(text).to.include(`and 1,975 more${sum(deposited.slice(25))}`);
    expect(text).to.include(`all 2,000${sum(deposited)}`);
    expect(text).to.match(/and 276 more[\d,]+\.\d{6}/);
    expect(text).to.include(`all 301${usdc(sumOf(large.days, "settled"))}`);
  });
});

describe("an amount on a page", () => {
  it("keeps its last four decimals back, unless they are all that there is", () => {
    expect(money(1_234_567n).text).to.equal('1.23<span class="rest">4567</span>');
    expect(money(2n).text).to.equal("0.000002");
    expect(money(0n).text).to.equal('0.00<span class="rest">0000</span>');
  });
});

describe("an address that was the platform's wallet before", () => {
  it("is named so", async () => {
    const earlier = addressOf("operator 3");
    const settlements = audit.settlements.map((one, i) => (i === 0 ? { ...one, feeTo: earlier } : one));
    expect(await reportPage({ ...audit, settlements }, MADE)).to.include(`${earlier}</span> (earlier platform wallet)`);
  });
});
