import { expect } from "chai";
import fc from "fast-check";
import { InvalidAmountError } from "../../abi/src/errors.ts";
import { formatUsdc, parseUsdc } from "../../abi/src/units.ts";

describe("amounts of USDC", () => {
  for (const [text, amount] of [
    ["0", 0n],
    ["5", 5_000_000n],
    ["5.25", 5_250_000n],
    ["0.000001", 1n],
    ["123456789012345678901234567890.123456", 123456789012345678901234567890123456n],
  ] as const) {
    it(`${text} USDC are ${amount} µUSDC, both ways`, () => {
      expect(parseUsdc(text)).to.equal(amount);
      expect(formatUsdc(amount)).to.equal(text);
    });
  }

  it("may be written with zeros that say nothing", () => expect(parseUsdc("05.2500")).to.equal(5_250_000n));

  it("survive the way to text and back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 256n }), (amount) => parseUsdc(formatUsdc(amount)) === amount),
      { seed: 1 },
    );
  });

  for (const [wrong, reason] of [
    ["", "a decimal number is needed"],
    ["-1", "it has a sign"],
    ["+1", "it has a sign"],
    ["0.0000001", "it has more than six decimals"],
    ["1.0000000", "it has more than six decimals"],
    ["1,5", "a decimal number such as 5 or 5.25 is needed"],
    ["1e6", "a decimal number such as 5 or 5.25 is needed"],
    [".5", "a decimal number such as 5 or 5.25 is needed"],
    ["5.", "a decimal number such as 5 or 5.25 is needed"],
    ["0x10", "a decimal number such as 5 or 5.25 is needed"],
    [" 5", "a decimal number such as 5 or 5.25 is needed"],
  ] as const) {
    it(`cannot be "${wrong}": ${reason}`, () => {
      const message = `"${wrong}" is not an amount of USDC: ${reason}.`;
      expect(() => parseUsdc(wrong))
        .to.throw(InvalidAmountError, message)
        .with.property("value", wrong);
    });
  }

  it("cannot be negative", () => {
    expect(() => formatUsdc(-1n)).to.throw(InvalidAmountError, "-1 is not an amount of USDC: it has a sign.");
  });
});
