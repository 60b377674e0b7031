import { expect } from "chai";
import fc from "fast-check";
import { splitCharge } from "../../abi/src/charge.ts";
import { InvalidAmountError, InvalidFeeBpsError } from "../../abi/src/errors.ts";
import { MAX_FEE_BPS } from "../../abi/src/model/limits.ts";
import { onEachChain } from "../support/situation.ts";

describe("the split of a charge", () => {
  it("gives the platform its 15 % and the operator the rest", () => {
    expect(splitCharge(60_000n, 1_500)).to.deep.equal({ toAmount: 51_000n, feeAmount: 9_000n });
  });

  it("rounds the fee down, in the operator's favour", () => {
    expect(splitCharge(1_001n, 1_500)).to.deep.equal({ toAmount: 851n, feeAmount: 150n });
  });

  it("always sums to the charge, and never exceeds the fee", () => {
    const charges = fc.bigInt({ min: 0n, max: 86_400_000_000n });
    const fees = fc.integer({ min: 0, max: MAX_FEE_BPS });
    fc.assert(
      fc.property(charges, fees, (charge, feeBps) => {
        const { toAmount, feeAmount } = splitCharge(charge, feeBps);
        return toAmount + feeAmount === charge && feeAmount * 10_000n <= charge * BigInt(feeBps);
      }),
      { seed: 1 },
    );
  });

  for (const wrong of [-1, 3_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`is refused for a fee of ${wrong} basis points`, () => {
      const message = `${wrong} is not a fee: a whole number of basis points from 0 to 3000.`;
      expect(() => splitCharge(1n, wrong)).to.throw(InvalidFeeBpsError, message);
    });
  }

  it("is refused for a negative charge", () => {
    expect(() => splitCharge(-1n, 0)).to.throw(InvalidAmountError, "-1 is not an amount of USDC: it has a sign.");
  });
});

onEachChain("the ceiling of the fee", (given) => {
  it("is the contract's own", async () => {
    const { settlement } = await given.fresh();
    expect(await settlement.read.MAX_FEE_BPS()).to.equal(BigInt(MAX_FEE_BPS));
  });
});
