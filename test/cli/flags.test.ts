import { dayOf, numberOf, oneOf } from "@luxxon/chain/command/flags";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";

describe("a flag", () => {
  const refused = (read: () => unknown, line: string) => expect(read).to.throw(UsageError, line);

  describe("that takes one of several names", () => {
    it("gives the one that is named, also of things that have a name", () => {
      expect(oneOf("--only", "two", ["one", "two"])).to.equal("two");
      const things = [{ name: "one" }, { name: "two" }];
      expect(oneOf("--only", "two", things, ({ name }) => name)).to.equal(things[1]);
    });

    it("says which there are, if it names none or is left out", () => {
      refused(() => oneOf("--only", "Two", ["one", "two", "three"]), '--only takes one, two or three, not "Two".');
      refused(() => oneOf("--only", undefined, ["one", "two"]), "--only is missing: one or two.");
    });
  });

  describe("that takes a number", () => {
    it("gives it, with as many decimals as it may have", () => {
      expect(numberOf("--port", "8545", { least: 1, most: 65_535 })).to.equal(8545);
      expect(numberOf("--every", "1.25", { decimals: 2 })).to.equal(1.25);
      expect(numberOf("--seed", "0")).to.equal(0);
    });

    it("gives nothing if it is left out", () => expect(numberOf("--port", undefined)).to.equal(undefined));

    it("includes both bounds", () => {
      for (const text of ["1", "3"]) expect(numberOf("--runs", text, { least: 1, most: 3 })).to.equal(Number(text));
      for (const text of ["0", "4"])
        refused(
          () => numberOf("--runs", text, { least: 1, most: 3 }),
          `takes a whole number from 1 to 3, not "${text}".`,
        );
    });

    for (const text of ["", " ", "-1", "+1", "1e3", "0x10", "1.", ".5", "1.5", "1,000", "NaN", "Infinity", "٣"]) {
      it(`is not given one by ${JSON.stringify(text)}`, () => {
        refused(() => numberOf("--runs", text, { unit: "runs" }), `--runs takes runs, not "${text}".`);
      });
    }

    it("refuses more decimals than it may have, and whole numbers that are not exact", () => {
      refused(() => numberOf("--every", "1.255", { decimals: 2 }), '--every takes a number, not "1.255".');
      refused(() => numberOf("--seed", "9007199254740993"), '--seed takes a whole number, not "9007199254740993".');
    });
  });

  describe("that takes a day", () => {
    it("gives its first second, in UTC", () => expect(dayOf("--from-date", "2026-11-22")).to.equal(1_795_305_600));

    for (const text of ["", "today", "2026-11", "2026-02-30", "2026-13-01", "2026-11-22T12:00", "22.11.2026"]) {
      it(`is not given one by "${text}"`, () => {
        refused(() => dayOf("--from-date", text), `--from-date takes a day such as 2026-11-22, not "${text}".`);
      });
    }
  });
});
