import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { ROOT } from "@luxxon/chain/root";
import { UsageError } from "@luxxon/chain/usageError";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { csv, writeFiles } from "../../../scripts/audit/page/files.ts";
import { writeMovementsCsv } from "../../../scripts/audit/report/movementsCsv.ts";
import { writePayeesCsv } from "../../../scripts/audit/report/payeesCsv.ts";
import { writeReport } from "../../../scripts/audit/report/reportFiles.ts";
import { writeReportJson } from "../../../scripts/audit/report/reportJson.ts";
import { reportJsonSchema } from "../../../scripts/audit/report/reportSchema.ts";
import { writeSettlementsCsv } from "../../../scripts/audit/report/settlementsCsv.ts";
import { sumOf } from "../../../scripts/audit/report/sums.ts";
import type { Audit } from "../../../scripts/audit/types.ts";
import { anAudit, anEmptyAudit, MADE, withViolations } from "../support/anAudit.ts";
import { memory } from "../support/memory.ts";

const audit = anAudit();

type Write = (audit: Audit, to: Writable) => Promise<void>;

async function csvOf(audit: Audit, write: Write = writeSettlementsCsv): Promise<string[][]> {
  const { to, text } = memory();
  await write(audit, to);
  const lines = text().split("\r\n");
  expect(lines.pop()).to.equal("");
  return lines.map((line) => line.split(","));
}

/** The rows by their columns' names. */
async function sheetOf(audit: Audit, write: Write): Promise<Record<string, string>[]> {
  const [header = [], ...rows] = await csvOf(audit, write);
  return rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [header[i] ?? "", cell])));
}

const sumIn = (rows: Record<string, string>[], column: string) =>
  rows.reduce((sum, row) => sum + BigInt(row[column] ?? "x"), 0n);

async function jsonOf(audit: Audit) {
  const { to, text } = memory();
  await writeReportJson(audit, to);
  return JSON.parse(text()) as Record<string, unknown>;
}

describe("settlements.csv", () => {
  let rows: Record<string, string>[];
  let header: string[];
  before(async () => {
    const [first = [], ...rest] = await csvOf(audit);
    header = first;
    rows = rest.map((cells) => Object.fromEntries(cells.map((cell, i) => [first[i] ?? "", cell])));
  });
  const total = (column: string) => rows.reduce((sum, row) => sum + BigInt(row[column] || 0), 0n);

  it("names its columns", () => {
    expect(header.slice(0, 5)).to.deep.equal(["session_id", "uuid", "outcome", "reason", "time_utc"]);
  });

  it("has a row for each session that was settled or skipped", () => {
    const outcomes = rows.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "settled")).to.have.length(audit.settlements.length);
    expect(outcomes.filter((outcome) => outcome === "skipped")).to.have.length(audit.skipped.length);
  });

  it("is in the order of the chain", () => {
    const blocks = rows.map(({ block }) => BigInt(block ?? ""));
    expect(blocks.every((block, i) => i === 0 || block >= (blocks[i - 1] ?? 0n))).to.equal(true);
  });

  it("adds up to what was settled and to what the fees were", () => {
    rows = rows.filter(({ outcome }) => outcome === "settled");
    const sum = (field: "settled" | "fees") => audit.days.reduce((all, day) => all + day[field], 0n);
    expect(total("total_micro_usdc")).to.equal(sum("settled"));
    expect(total("fee_micro_usdc")).to.equal(sum("fees"));
    expect(total("operator_micro_usdc") + total("fee_micro_usdc")).to.equal(sum("settled"));
  });

  it("has each amount in µUSDC and, to the same digit, in USDC", () => {
    for (const row of rows) {
      expect(row.total_usdc?.replace(".", "").replace(/^0+/, "")).to.equal(row.total_micro_usdc);
    }
  });

  it("of a contract to which nothing has happened is its header", async () => {
    expect(await csvOf(anEmptyAudit())).to.have.length(1);
  });
});

describe("movements.csv", () => {
  let rows: Record<string, string>[];
  before(async () => {
    rows = await sheetOf(audit, writeMovementsCsv);
  });

  it("has a row for each movement that is no settlement, in the order of the chain", () => {
    expect(rows.map(({ transaction }) => transaction)).to.deep.equal(
      audit.movements.map(({ transactionHash }) => transactionHash),
    );
  });

  it("adds up to what was deposited and withdrawn, and to what is owed as credits", () => {
    const sum = (what: string) =>
      sumIn(
        rows.filter((row) => row.what === what),
        "amount_micro_usdc",
      );
    expect(sum("deposit")).to.equal(sumOf(audit.days, "deposited"));
    expect(sum("withdrawal")).to.equal(sumOf(audit.days, "withdrawn"));
    expect(sum("payout credited") - sum("credit claimed")).to.equal(audit.end.totalCredits);
  });

  it("with settlements.csv adds up to the USDC that the contract holds", async () => {
    const settled = (await sheetOf(audit, writeSettlementsCsv)).filter(({ outcome }) => outcome === "settled");
    const way = (wanted: string) =>
      sumIn(
        rows.filter((row) => row.way === wanted),
        "amount_micro_usdc",
      );
    const left = sumIn(settled, "total_micro_usdc") - way("stays");
    expect(way("in") - way("out") - left).to.equal(audit.end.usdcBalance);
  });
});

describe("payees.csv", () => {
  let rows: Record<string, string>[];
  before(async () => {
    rows = await sheetOf(audit, writePayeesCsv);
  });
  const of = (account: string) => rows.filter(({ payee }) => payee === account);

  it("has a row for each payee and day, days in order", () => {
    const days = rows.map(({ day_utc }) => day_utc ?? "");
    expect(days).to.deep.equal([...days].sort());
    expect(new Set(rows.map(({ payee, day_utc }) => `${payee} ${day_utc}`)).size).to.equal(rows.length);
  });

  it("adds up, payee by payee, to what each earned, claimed and is owed", () => {
    for (const { account, earned, claimed, credits } of audit.accounts) {
      expect(sumIn(of(account), "earned_micro_usdc")).to.equal(earned);
      expect(sumIn(of(account), "claimed_micro_usdc")).to.equal(claimed);
      expect(sumIn(of(account), "credited_micro_usdc") - claimed).to.equal(credits);
    }
  });

  it("adds up, day by day, to what was settled", () => {
    for (const { date, settled } of audit.days) {
      const day = rows.filter(({ day_utc }) => day_utc === date);
      expect(sumIn(day, "earned_micro_usdc")).to.equal(settled);
      expect(sumIn(day, "paid_at_once_micro_usdc") + sumIn(day, "credited_micro_usdc")).to.equal(settled);
    }
  });

  it("counts a session once for a payee that is the platform's wallet too", async () => {
    const [one] = audit.settlements;
    if (one === undefined) throw new Error("the audit has no settlement");
    const own = { ...audit, settlements: [{ ...one, feeTo: one.to }], movements: [] };
    const [row, ...more] = await sheetOf(own, writePayeesCsv);
    expect(more).to.deep.equal([]);
    expect(row).to.include({ sessions: "1", earned_micro_usdc: String(one.toAmount + one.feeAmount) });
  });
});

describe("a cell of CSV", () => {
  async function written(...cells: string[]): Promise<string> {
    const { to, text } = memory();
    const writer = csv(["a", "b"]);
    writer.pipe(to);
    writer.end(cells);
    await new Promise((done) => to.on("finish", done));
    return text().slice("a,b\r\n".length);
  }

  it("with a comma, a quote or a line's end is quoted", async () => {
    expect(await written('a,"b"', "c\nd")).to.equal('"a,""b""","c\nd"\r\n');
  });

  for (const start of ["=", "+", "-", "@", "\t"]) {
    it(`that begins with ${JSON.stringify(start)} is no formula`, async () => {
      expect(await written(`${start}1+1`, "x")).to.match(/^"?'/);
    });
  }
});

describe("report.json", () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(reportJsonSchema());
  const errorsOf = (document: unknown) => (validate(document) ? [] : validate.errors);

  it("is what its schema says", async () => {
    expect(errorsOf(await jsonOf(audit))).to.deep.equal([]);
  });

  it("is so too with violations, with notes, and without an announced fee", async () => {
    const [transaction] = audit.transactions;
    if (transaction === undefined) throw new Error("the audit has no transaction");
    const through = [{ ...transaction, through: transaction.relayer }];
    const other = { ...audit, announcedFeeBps: undefined, notes: ["Read without traces."], transactions: through };
    const document = await jsonOf(withViolations(other, [{}, { sessionId: audit.settlements[0]?.sessionId }]));
    expect(errorsOf(document)).to.deep.equal([]);
    expect(document.announcedFeeBps).to.equal(null);
  });

  it("is so too of a contract to which nothing has happened", async () => {
    expect(errorsOf(await jsonOf(anEmptyAudit()))).to.deep.equal([]);
  });

  it("holds the whole audit, amounts as decimal digits", async () => {
    const document = await jsonOf(audit);
    const asJson = JSON.parse(
      JSON.stringify(audit, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    ) as object;
    expect(document).to.deep.equal({ format: "luxxon-settlement-audit", formatVersion: 1, belowMeter: [], ...asJson });
  });

  it("that says more, less or otherwise than it may is refused by the schema", async () => {
    const good = await jsonOf(audit);
    const { end: _, ...withoutEnd } = good;
    for (const bad of [
      withoutEnd,
      { ...good, more: 1 },
      { ...good, format: "another" },
      { ...good, end: { ...(good.end as object), surplus: 0 } },
      { ...good, target: { ...(good.target as object), address: "0x12" } },
    ]) {
      expect(validate(bad)).to.equal(false);
    }
  });

  it("has its schema published in docs/", () => {
    const published = JSON.parse(readFileSync(join(ROOT, "docs/audit-report.schema.json"), "utf8"));
    const how = "copy report.schema.json of any report to docs/audit-report.schema.json, and npm run format";
    expect(published, how).to.deep.equal(reportJsonSchema());
  });
});

describe("writing a report", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "luxxon-report-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function refusalOf(where: string): Promise<unknown> {
    return writeReport(anEmptyAudit(), where, MADE).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  it("makes the folder, and says which files it wrote", async () => {
    const files = await writeReport(anAudit({ sessions: 20 }), join(folder, "a", "b"), MADE);
    expect(files.map((file) => file.slice(folder.length))).to.deep.equal([
      "/a/b/report.html",
      "/a/b/settlements.csv",
      "/a/b/movements.csv",
      "/a/b/payees.csv",
      "/a/b/report.json",
      "/a/b/report.schema.json",
    ]);
    for (const file of files) expect(readFileSync(file, "utf8").length).to.be.greaterThan(100);
  });

  it("over an older one leaves nothing of it", async () => {
    await writeReport(audit, folder, MADE);
    await writeReport(anEmptyAudit(), folder, MADE);
    expect(readFileSync(join(folder, "settlements.csv"), "utf8").trim().split("\n")).to.have.length(1);
  });

  it("that cannot be finished leaves nothing, and what was there as it was", async () => {
    await writeReport(anEmptyAudit(), folder, MADE);
    const before = readdirSync(folder);
    const half = async (path: string) => {
      writeFileSync(path, "Everything adds");
      throw Object.assign(new Error("write"), { code: "ENOSPC" });
    };
    const refusal = await writeFiles(folder, { "report.html": half }).catch((error: unknown) => error);
    expect((refusal as Error).message).to.equal(`Nothing can be written to ${folder}: the disk is full.`);
    expect(readdirSync(folder)).to.deep.equal(before);
    expect(readFileSync(join(folder, "report.html"), "utf8")).to.match(/<\/html>\s*$/);
  });

  it("to where a file is says so", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const refusal = await refusalOf(file);
    expect(refusal).to.be.instanceOf(UsageError);
    expect((refusal as Error).message).to.equal(`Nothing can be written to ${file}: it is a file.`);
  });

  it("to where a file would be a folder says so", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    expect(String(await refusalOf(join(file, "report")))).to.include("a part of the path is a file");
  });

  it("to where nobody may write says so", async function () {
    // The superuser may write everywhere.
    if (process.getuid?.() === 0) this.skip();
    chmodSync(folder, 0o500);
    expect(String(await refusalOf(join(folder, "report")))).to.include("permission denied");
  });
});
