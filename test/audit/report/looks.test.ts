/** Every page of an audit, wide and narrow, light and dark: pictures for people to look at, and what machines can check of it. */
import { mkdtempSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noBrowser, openBrowser } from "@luxxon/local/browser";
import { expect } from "chai";
import type { Browser, Page } from "playwright-core";
import { reportPage } from "../../../scripts/audit/report/reportPage.ts";
import { accountStatement, type Role } from "../../../scripts/audit/statement/account.ts";
import { accountStatementPage } from "../../../scripts/audit/statement/accountPage.ts";
import { sessionStatement } from "../../../scripts/audit/statement/session.ts";
import { sessionStatementPage } from "../../../scripts/audit/statement/sessionPage.ts";
import { addressOf, anAudit, anEmptyAudit, MADE, withViolations } from "../support/anAudit.ts";

const WIDE = { width: 1280, height: 900 };
/** What A4 has between its margins, at 96 pixels an inch. */
const PAPER = { width: 688, height: 980 };
const NARROW = { width: 390, height: 844 };

const audit = anAudit();
const long = anAudit({ sessions: 6_000, days: 400, consumers: 60, operators: 40 });
const [settled] = audit.settlements;
const [skipped] = audit.skipped;
if (settled === undefined || skipped === undefined) throw new Error("the audit lacks a kind");

function statement(of: typeof audit, role: Role, name: string): string {
  return accountStatementPage(
    accountStatement(of, { account: addressOf(name), role, from: undefined, to: undefined }),
    MADE,
  );
}

const dear = { ...settled, toAmount: settled.toAmount * 9_000_000n, feeAmount: settled.feeAmount * 9_000_000n };
const millions = { ...audit, settlements: [dear, ...audit.settlements.slice(1)] };
/** Sums as long as they may become. */
const million: typeof audit = {
  ...audit,
  days: audit.days.map((day) => ({
    ...day,
    settled: day.settled * 9_000_007n,
    deposited: day.deposited * 9_000_007n,
    sessions: 1_234_567,
  })),
  accounts: audit.accounts.map((one) => ({
    ...one,
    deposited: one.deposited * 9_000_007n,
    earned: one.earned * 9_000_007n,
  })),
  end: {
    ...audit.end,
    totalDeposits: audit.end.totalDeposits * 9_000_007n,
    totalCredits: audit.end.totalCredits * 9_000_007n,
  },
};
const violations = [
  { sessionId: settled.sessionId, account: settled.from, transactionHash: settled.transactionHash, blockNumber: 7n },
  { rule: "R4", message: `The deposits of ${settled.from} are not what the history adds up to.` },
];

const PAGES: Record<string, () => string | Promise<string>> = {
  report: () => reportPage(audit, MADE),
  "report-long": () => reportPage(long, MADE),
  "report-violations": () =>
    reportPage({ ...withViolations(audit, violations), notes: ["Read without traces."] }, MADE),
  "report-millions": () => reportPage(million, MADE),
  "report-nothing": () => reportPage(anEmptyAudit(), MADE),
  consumer: () => statement(audit, "consumer", "consumer 3"),
  operator: () => statement(audit, "operator", "operator 0"),
  "operator-long": () => statement(long, "operator", "operator 0"),
  "operator-millions": () =>
    accountStatementPage(
      accountStatement(millions, { account: settled.to, role: "operator", from: undefined, to: undefined }),
      MADE,
    ),
  "operator-nothing": () => statement(audit, "operator", "nobody"),
  session: () => sessionStatementPage(sessionStatement(audit, settled.sessionId), MADE),
  "session-skipped": () => sessionStatementPage(sessionStatement(audit, skipped.sessionId), MADE),
  "session-wrong": () =>
    sessionStatementPage(sessionStatement(withViolations(audit, violations), settled.sessionId), MADE),
};

describe("every page of an audit", () => {
  let browser: Browser;
  let page: Page;
  let folder: string;

  before(async function () {
    if (noBrowser !== undefined) this.skip();
    browser = await openBrowser();
    page = await browser.newPage();
    folder = mkdtempSync(join(tmpdir(), "luxxon-audit-pages-"));
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) console.log(`    The pictures are in ${folder}.`);
  });

  async function show(html: string, viewport = WIDE): Promise<void> {
    await page.emulateMedia({ media: "screen", colorScheme: "light" });
    await page.setViewportSize(viewport);
    await page.setContent(html);
  }

  for (const [name, make] of Object.entries(PAGES)) {
    it(`${name}: nothing stands over the edge, no chart is empty, nobody is kept out, light and dark`, async () => {
      await show(await make());
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        for (const viewport of [WIDE, NARROW]) {
          await page.setViewportSize(viewport);
          const where = `${name} at ${viewport.width} px, ${colorScheme}`;
          await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage: true });
          expect(await overTheEdge(page), where).to.deep.equal([]);
          expect(await emptyCharts(page), where).to.deep.equal([]);
        }
        expect(await barriers(page), `${name}, ${colorScheme}`).to.deep.equal([]);
      }
      // What is folded away has to fit as well.
      await page.evaluate(() => {
        for (const one of document.querySelectorAll("details")) one.open = true;
      });
      expect(await overTheEdge(page), `${name}, opened`).to.deep.equal([]);
      await page.emulateMedia({ media: "print" });
      await page.setViewportSize(PAPER);
      await page.screenshot({ path: join(folder, `${name}-paper.png`), fullPage: true });
      // A printer makes smaller what does not fit; sums of thousands have to.
      if (!name.endsWith("-millions")) expect(await overTheEdge(page), `${name}, on paper`).to.deep.equal([]);
    });
  }

  it("has charts where anything has happened", async () => {
    await show(await reportPage(audit, MADE));
    expect(await page.locator("figure svg:visible").count()).to.equal(7);
    expect(await page.locator("svg.course:visible").count()).to.equal(16);
  });

  describe("on a telephone", () => {
    it("a report's first screen says whether it is right, up to when, resting on what, and what was settled, earned, paid, owed", async () => {
      await show(await reportPage(audit, MADE), NARROW);
      const text = await firstScreen(page);
      for (const part of ["Everything adds up", "up to 2026-09-30", "It rests on 2 kinds of facts"]) {
        expect(text).to.include(part);
      }
      for (const part of [
        "settled",
        "earned by operators",
        "paid out to payees",
        "owed to payees",
        "owed to consumers",
      ]) {
        expect(text).to.include(part);
      }
    });

    it("a rule's outcome is whole, and comes first", async () => {
      await show(await reportPage(audit, MADE), NARROW);
      const row = page.locator("tr", { hasText: "Each session is settled once" });
      const texts = await row.locator("td").evaluateAll((cells) =>
        cells
          .map((cell) => ({ text: cell.textContent, box: cell.getBoundingClientRect() }))
          .sort((one, other) => one.box.top - other.box.top || one.box.left - other.box.left)
          .map(({ text }) => text),
      );
      expect(texts[0]).to.equal("✓ holds");
    });

    it("the long tables of a report are folded, and open by a touch; elsewhere and on paper they are open", async () => {
      const html = await reportPage(audit, MADE);
      const payee = () => page.locator(".fold tbody tr", { hasText: "(platform wallet)" });
      await show(html, NARROW);
      expect(await payee().isVisible()).to.equal(false);
      await page.getByRole("heading", { name: "Largest payees" }).click();
      expect(await payee().isVisible()).to.equal(true);
      await show(html, WIDE);
      expect(await payee().isVisible()).to.equal(true);
      await show(html, NARROW);
      await page.emulateMedia({ media: "print" });
      expect(await payee().isVisible()).to.equal(true);
    });

    it("a statement's first screen shows what came, what went and what is there", async () => {
      await show(PAGES.consumer ? await PAGES.consumer() : "", NARROW);
      const text = await firstScreen(page);
      for (const part of ["in the pool, opening", "in the pool, closing", "The contract says the same", "1 line"]) {
        expect(text).to.include(part);
      }
    });

    it("a line of a statement begins with its amounts", async () => {
      await show(PAGES.operator ? await PAGES.operator() : "", NARROW);
      await page.locator("summary").first().click();
      const row = page.locator("details[open] tbody tr").first();
      const [first] = await row.locator("td").evaluateAll((cells) =>
        cells
          .map((cell) => ({ text: cell.getAttribute("data-name") ?? "", box: cell.getBoundingClientRect() }))
          .filter(({ box }) => box.width > 0)
          .sort((one, other) => one.box.top - other.box.top || one.box.left - other.box.left)
          .map(({ text }) => text),
      );
      expect(first).to.equal("earned");
    });
  });

  describe("a hash in a table", () => {
    it("is copied as a whole", async () => {
      await show(await reportPage(audit, MADE));
      const copied = await page
        .locator(".hash")
        .first()
        .evaluate((it) => {
          getSelection()?.selectAllChildren(it);
          return getSelection()?.toString();
        });
      expect(copied).to.equal(audit.changes[0]?.transactionHash);
    });

    it("is whole on paper and on a telephone", async () => {
      await show(await reportPage(audit, MADE), NARROW);
      expect(await cutHashes(page)).to.equal(0);
      await page.setViewportSize(WIDE);
      await page.emulateMedia({ media: "print" });
      expect(await cutHashes(page)).to.equal(0);
    });
  });

  describe("a statement of many lines", () => {
    const html = statement(anAudit({ sessions: 4_000, operators: 8 }), "operator", "operator 2");

    it("shows its days, folded: five screens of them at most, not thirty", async () => {
      await show(html);
      const lines = await page.locator("details tbody tr").count();
      expect(lines).to.be.above(400);
      expect(await page.locator("details tbody tr:visible").count()).to.equal(0);
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        expect(await page.evaluate(() => document.documentElement.scrollHeight)).to.be.below(5 * NARROW.height);
      }
    });

    it("is open on paper", async () => {
      await show(html);
      const closed = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.emulateMedia({ media: "print" });
      // What was skipped is laid out with the next picture.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      const heights = await page
        .locator("details tbody tr")
        .evaluateAll((rows) =>
          rows.map((row) =>
            row.checkVisibility({ contentVisibilityAuto: true }) ? row.getBoundingClientRect().height : 0,
          ),
        );
      expect(Math.min(...heights)).to.be.above(5);
      expect(await page.evaluate(() => document.documentElement.scrollHeight)).to.be.above(5 * closed);
    });
  });
});

/** What a reader sees before scrolling. */
function firstScreen(page: Page): Promise<string> {
  return page.evaluate(() => {
    const seen = [...document.querySelectorAll("main *")].filter((one) => {
      const box = one.getBoundingClientRect();
      return one.childElementCount === 0 && box.bottom <= innerHeight && box.right <= innerWidth && box.height > 0;
    });
    const paragraphs = [...document.querySelectorAll("p, dd, summary, strong")].filter(
      (one) => one.getBoundingClientRect().bottom <= innerHeight,
    );
    return [...seen, ...paragraphs].map((one) => one.textContent).join("\n");
  });
}

/** Whatever is wider than the page, or than its own place. A hash is cut on a wide screen, which is meant. */
function overTheEdge(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth } = document.documentElement;
    const all = [...document.querySelectorAll("main, main *")].filter(
      (one) => one.checkVisibility() && one.closest("svg, .hash, thead") === null,
    );
    return all
      .filter((one) => {
        const { right, left, width } = one.getBoundingClientRect();
        const isTooWide = getComputedStyle(one).display !== "inline" && one.scrollWidth > one.clientWidth + 1;
        return width > 0 && (right > clientWidth + 0.5 || left < -0.5 || isTooWide);
      })
      .map((one) => `${one.tagName}.${one.className}: ${one.textContent?.slice(0, 60)}`);
  });
}

/** Charts that are seen and show nothing: no mark with a size and a colour of its own. */
function emptyCharts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const isSeen = (mark: Element) => {
      const { width, height } = mark.getBoundingClientRect();
      const { fill, stroke, opacity } = getComputedStyle(mark);
      const paint = [fill, stroke].filter((colour) => colour !== "none" && !/, 0\)$|^transparent$/.test(colour));
      return width + height > 1 && paint.length > 0 && Number(opacity) > 0;
    };
    return [...document.querySelectorAll("svg")]
      .filter((svg) => svg.checkVisibility())
      .filter((svg) => ![...svg.querySelectorAll("[class*=role-mark] *, path.paid, path.credited")].some(isSeen))
      .map((svg) => svg.getAttribute("aria-label") ?? svg.textContent?.slice(0, 80) ?? "");
  });
}

function cutHashes(page: Page): Promise<number> {
  return page
    .locator(".hash")
    .evaluateAll((all) => all.filter((one) => getComputedStyle(one).whiteSpace === "nowrap").length);
}

const AXE = readFile(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What keeps somebody out, in axe's words. */
async function barriers(page: Page): Promise<string[]> {
  // By the debugger, past the page's policy, which lets no script in.
  const found = (await page.evaluate(`${await AXE}; axe.run(document, { resultTypes: ["violations"] })`)) as {
    violations: { id: string; nodes: { html: string }[] }[];
    passes: unknown[];
  };
  expect(found.passes.length).to.be.above(8);
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}
