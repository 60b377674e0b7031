import { sessionIdFromUuid } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { percent, short, utc, uuidOf } from "../../../scripts/audit/text.ts";
import { counted, usdc, usdcPlain, usdcWords } from "../../../scripts/words.ts";

describe("amounts in a report", () => {
  it("have all six decimals and separators of thousands", () => {
    expect(usdc(1_234_567_891_234n)).to.equal("1,234,567.891234");
    expect(usdc(1n)).to.equal("0.000001");
  });

  it("keep every digit, however large", () => {
    expect(usdc(2n ** 88n - 1n)).to.equal("309,485,009,821,345,068,724.781055");
  });

  it("may be negative where a history was tampered with", () => {
    expect(usdc(-1_500_000n)).to.equal("−1.500000");
    expect(usdcWords(-1_500_000n)).to.equal("−1.50 USDC");
    expect(usdcPlain(-1_500_000n)).to.equal("-1.500000");
  });

  it("have two decimals in a sentence where these say it all, else six", () => {
    expect(usdcWords(2_500_000n)).to.equal("2.50 USDC");
    expect(usdcWords(2_501_000n)).to.equal("2.501000 USDC");
  });

  it("have no separators in a spreadsheet", () => {
    expect(usdcPlain(1_234_567_891n)).to.equal("1234.567891");
  });
});

describe("other figures in a report", () => {
  it("shares are rounded, and there is none of nothing", () => {
    expect(percent(1_499_999n, 10_000_000n)).to.equal("15 %");
    expect(percent(1_499_999n, 10_000_000n, 5)).to.equal("14.99999 %");
    expect(percent(1n, 0n)).to.equal("–");
  });

  it("one thing has no s", () => {
    expect(counted(1, "session")).to.equal("1 session");
    expect(counted(2_000, "entry", "entries")).to.equal("2,000 entries");
  });

  it("times are UTC", () => {
    expect(utc(1_788_220_800)).to.equal("2026-09-01 00:00:00");
  });

  it("addresses keep both ends", () => {
    expect(short("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913")).to.equal("0x8335…2913");
  });

  it("a session id that is no UUID's has none", () => {
    const uuid = "018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00";
    expect(uuidOf(sessionIdFromUuid(uuid))).to.equal(uuid);
    expect(uuidOf(`0x${"f".repeat(64)}`)).to.equal(undefined);
  });
});
