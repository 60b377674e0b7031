import { expect } from "chai";
import { type Chart, drawingsOf } from "../../../scripts/audit/report/charts/draw.ts";
import { feeShareChart, isAsAnnounced } from "../../../scripts/audit/report/charts/feeShare.ts";
import { gasBySizeChart, gasOverTimeChart, spreadOf } from "../../../scripts/audit/report/charts/gas.ts";
import { moneyChart } from "../../../scripts/audit/report/charts/money.ts";
import { payeesChart } from "../../../scripts/audit/report/charts/payees.ts";
import { poolChart } from "../../../scripts/audit/report/charts/pool.ts";
import { skipsChart } from "../../../scripts/audit/report/charts/skips.ts";
import { REFUSALS } from "../../../scripts/audit/report/refusals.ts";
import type { Audit } from "../../../scripts/audit/types.ts";
import { usdcWords } from "../../../scripts/words.ts";
import { anAudit, anEmptyAudit } from "../support/anAudit.ts";

const CHARTS = {
  moneyChart,
  poolChart,
  feeShareChart,
  gasBySizeChart,
  gasOverTimeChart,
  skipsChart,
  payeesChart,
} satisfies Record<string, (audit: Audit) => Chart>;

const audit = anAudit();
const long = anAudit({ sessions: 3_000, days: 1_000, consumers: 60 });
const sum = (field: "settled" | "fees" | "deposited") => audit.days.reduce((total, day) => total + day[field], 0n);

describe("each chart of a report", () => {
  for (const [name, draw] of Object.entries(CHARTS)) {
    it(`${name}: is drawn for a page and for a narrow screen, and has a name and a description`, async () => {
      const chart = draw(audit);
      const { title, caption } = chart;
      const drawings = await drawingsOf(chart);
      for (const svg of [drawings?.wide ?? "", drawings?.narrow ?? ""]) {
        expect(svg).to.match(/^<svg role="img" aria-labelledby="[\w-]+-title [\w-]+-text"/);
        expect(svg).to.match(/<title id="[^"]+">.+<\/title><desc id="[^"]+">.+<\/desc>/);
        // A chart without a mark would be an empty frame.
        expect(svg).to.match(/role-mark[^>]*>\s*<(path|line|text)/);
        expect(svg).not.to.match(/NaN|undefined|Infinity/);
      }
      expect(title).not.to.equal("");
      expect(caption ?? "").not.to.equal("");
    });

    it(`${name}: says in words that there is nothing to draw, instead of an empty frame`, async () => {
      const chart = draw(anEmptyAudit());
      expect(await drawingsOf(chart)).to.equal(undefined);
      expect(chart.title).to.match(/\b(no|nothing|nobody)\b/i);
    });

    it(`${name}: stays small when the history is long`, async () => {
      const drawings = await drawingsOf(draw(long));
      expect((drawings?.wide ?? "").length).to.be.within(1_000, 150_000);
    });
  }
});

describe("charts of a single day", () => {
  const one = anAudit({ sessions: 40, days: 1 });

  it("say the day once on each axis", async () => {
    for (const [draw, axes] of [
      [moneyChart, 2],
      [feeShareChart, 1],
      [gasOverTimeChart, 1],
    ] as const) {
      const drawings = await drawingsOf(draw(one));
      expect(drawings?.wide.split(">Sep 1<"), draw.name).to.have.length(axes + 1);
    }
  });

  it("name in the legend only what is there, and the unit", async () => {
    const chart = gasOverTimeChart({
      ...one,
      transactions: one.transactions.filter(({ settled, skipped }) => settled + skipped > 1),
    });
    const drawings = await drawingsOf(chart);
    expect(chart.title).to.match(/gas in a batch$/);
    expect(drawings?.wide).not.to.include(">alone<");
  });
});

describe("the title of a chart says what it shows", () => {
  it("money: the three sums", () => {
    const { title } = moneyChart(audit);
    expect(title).to.include(`${usdcWords(sum("deposited"))} came in; ${usdcWords(sum("settled"))} were settled`);
  });

  it("pool: what stands there at the end", () => {
    expect(poolChart(audit).title).to.include(usdcWords(audit.end.totalDeposits));
  });

  it("pool: that nothing is owed, where nothing ever was", () => {
    const days = audit.days.map((day) => ({ ...day, totalCredits: 0n }));
    const { title, caption } = poolChart({ ...audit, days, end: { ...audit.end, totalCredits: 0n } });
    expect(title).to.include("no payout is owed to anyone");
    expect(caption).to.include("there is no line for credits");
  });

  it("fee: that it was as announced, on every day", () => {
    expect(feeShareChart(audit).title).to.equal("The fee was the announced 15 % on all 30 days with settlements");
  });

  it("fee: on how many days it was not, be it by 1 µUSDC", () => {
    const days = audit.days.map((day, i) => (i === 4 ? { ...day, fees: (day.settled * 1_500n) / 10_000n + 1n } : day));
    expect(feeShareChart({ ...audit, days }).title).to.equal(
      "The fee was not the announced 15 % on 1 of 30 days with settlements",
    );
  });

  it("fee: the share itself where none was announced", () => {
    const { title } = feeShareChart({ ...audit, announcedFeeBps: undefined });
    expect(title).to.equal("Fees were 15 % of what was settled");
  });

  it("skips: how many, and the most frequent reason", () => {
    const [template] = audit.skipped;
    if (template === undefined) throw new Error("the audit has no skipped entry");
    const skipped = (["FeeTooHigh", "InsufficientPool", "InsufficientPool"] as const).map((reason) => ({
      ...template,
      reason,
    }));
    const { title } = skipsChart({ ...audit, skipped });
    expect(title).to.match(/^3 of [\d,]+ entries were skipped, most often for: pool too small \(2\)$/);
  });

  it("skips: every reason of the contract has words", () => {
    expect(Object.values(REFUSALS)).to.have.length(11);
    expect(new Set(Object.values(REFUSALS)).size).to.equal(11);
  });

  it("payees: bars of two accounts whose short names are alike stay two", async () => {
    const [one] = audit.accounts;
    if (one === undefined) throw new Error("the audit has no account");
    const twin = (middle: string) => `0x1234${middle.repeat(32)}5678` as const;
    const accounts = ["a", "b"].map((middle) => ({ ...one, account: twin(middle), earned: 1_000_000n }));
    const drawings = await drawingsOf(payeesChart({ ...audit, accounts }));
    expect(drawings?.wide.split("0x1234…5678")).to.have.length(3);
  });
});

describe("a day's fee is as announced", () => {
  const day = (settled: bigint, fees: bigint, sessions: number) => isAsAnnounced({ settled, fees, sessions }, 1_500);

  it("if it is the share exactly", () => expect(day(1_000n, 150n, 1)).to.equal(true));
  it("if each session's was rounded down", () => expect(day(2_002n, 299n, 2)).to.equal(true));
  it("not if it is more by 1 µUSDC", () => expect(day(1_000n, 151n, 1)).to.equal(false));
  it("not if it is less than rounding explains", () => expect(day(10_000n, 1_497n, 2)).to.equal(false));
});

describe("the spread of gas", () => {
  it("is the median, and where a tenth and nine tenths lie", () => {
    const numbers = Array.from({ length: 11 }, (_, i) => i * 10);
    expect(spreadOf(numbers.reverse())).to.deep.equal({ transactions: 11, low: 10, median: 50, high: 90 });
  });

  it("of one number is that number", () => {
    expect(spreadOf([7])).to.deep.equal({ transactions: 1, low: 7, median: 7, high: 7 });
  });
});
