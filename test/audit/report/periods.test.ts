import { expect } from "chai";
import { periodsOf, unitFor } from "../../../scripts/audit/report/periods.ts";
import type { Day } from "../../../scripts/audit/types.ts";

function day(date: string, settled: bigint, totalDeposits = 0n): Day {
  const nothing = { fees: 0n, sessions: 0, skipped: 0, deposited: 0n, withdrawn: 0n, totalCredits: 0n };
  return { date, settled, totalDeposits, ...nothing };
}

describe("days of a report", () => {
  it("in which nothing happened are there all the same, with the pool as it was", () => {
    const periods = periodsOf([day("2026-09-01", 5n, 100n), day("2026-09-04", 7n, 90n)]);
    expect(periods.map(({ date, settled, totalDeposits }) => [date, settled, totalDeposits])).to.deep.equal([
      ["2026-09-01", 5n, 100n],
      ["2026-09-02", 0n, 100n],
      ["2026-09-03", 0n, 100n],
      ["2026-09-04", 7n, 90n],
    ]);
  });

  it("may come in any order", () => {
    const periods = periodsOf([day("2026-09-02", 7n), day("2026-09-01", 5n)]);
    expect(periods.map(({ settled }) => settled)).to.deep.equal([5n, 7n]);
  });

  it("are put together by weeks from Monday to Sunday after a quarter", () => {
    const days = [day("2026-09-02", 1n), day("2026-09-06", 2n), day("2026-09-07", 4n), day("2027-01-04", 8n)];
    expect(unitFor(days)).to.equal("week");
    const periods = periodsOf(days);
    expect(periods[0]).to.include({ date: "2026-08-31", settled: 3n });
    expect(periods[1]).to.include({ date: "2026-09-07", settled: 4n });
    expect(periods.at(-1)).to.include({ date: "2027-01-04", settled: 8n });
    expect(periods).to.have.length(19);
  });

  it("are put together by months after two years", () => {
    const days = [day("2026-01-31", 1n), day("2026-02-01", 2n), day("2028-02-29", 4n)];
    expect(unitFor(days)).to.equal("month");
    const periods = periodsOf(days);
    expect(periods.map(({ settled }) => settled).filter((settled) => settled > 0n)).to.deep.equal([1n, 2n, 4n]);
    expect(periods).to.have.length(26);
  });

  it("are none where there are none", () => {
    expect(periodsOf([])).to.deep.equal([]);
  });

  it("lose no amount when they are put together", () => {
    const days = Array.from({ length: 400 }, (_, i) =>
      day(new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10), BigInt(i)),
    );
    const sum = periodsOf(days).reduce((total, { settled }) => total + settled, 0n);
    expect(sum).to.equal((399n * 400n) / 2n);
  });
});
