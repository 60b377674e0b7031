import { expect } from "chai";
import fc from "fast-check";
import { dailyLimitReadyAt, dailyLimitRoom } from "../../abi/src/dailyLimit.ts";
import { InvalidAmountError, InvalidTimeError } from "../../abi/src/errors.ts";
import { MAX_LIMIT, sessionId, split, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** Alice's limit is 10 USDC a day, and 9 USDC of it are drawn. */
async function drawn({ settlement, alice, session, settle }: Situation) {
  await settlement.write.setDailyLimit([10n * USDC], { account: alice.account });
  await settle(session({ ratePerSecond: 100_000n, chargeableSeconds: 90n, ...split(9n * USDC) }));
  const { dailyLimit, drawn, drawnAt } = await settlement.read.accountOf([alice.account.address]);
  return { limit: dailyLimit, drawn, drawnAt };
}

onEachChain("a daily limit of which most is drawn", (given) => {
  it("has the room that the contract says, at every time", async () => {
    const situation = await given.funded();
    const { settlement, alice, networkHelpers, publicClient } = situation;
    const bucket = await drawn(situation);
    for (const seconds of [1, 8_640, 30_000, 200_000]) {
      await networkHelpers.time.increase(seconds);
      const { timestamp: now } = await publicClient.getBlock();
      expect(dailyLimitRoom({ ...bucket, now })).to.equal(await settlement.read.available([alice.account.address]));
    }
  });

  it("lets a session through from the second that is foretold, and not a second earlier", async () => {
    const situation = await given.funded();
    const { settlement, session, networkHelpers } = situation;
    const bucket = await drawn(situation);
    const amount = 2n * USDC + 1n;
    const readyAt = dailyLimitReadyAt({ ...bucket, amount }) ?? expect.fail("it fits the limit");
    const entry = session({
      sessionId: sessionId(1),
      ratePerSecond: 100_000n,
      chargeableSeconds: 90n,
      toAmount: amount,
      feeAmount: 0n,
    });
    await networkHelpers.time.increaseTo(readyAt - 1n);
    expect(await settlement.read.checkSettlement([entry])).to.equal(9); // DailyLimitExceeded
    await networkHelpers.time.increaseTo(readyAt);
    expect(await settlement.read.checkSettlement([entry])).to.equal(0);
  });
});

describe("the time at which an amount fits a daily limit", () => {
  it("is the first with room for it", () => {
    const limit = fc.bigInt({ min: 1n, max: MAX_LIMIT });
    // Also above the limit: it has been lowered since.
    const drawn = fc.bigInt({ min: 0n, max: MAX_LIMIT });
    const amount = fc.bigInt({ min: 1n, max: MAX_LIMIT });
    fc.assert(
      fc.property(limit, drawn, amount, (limit, drawn, amount) => {
        const bucket = { limit, drawn, drawnAt: 1_000n };
        const readyAt = dailyLimitReadyAt({ ...bucket, amount });
        if (readyAt === undefined) return amount > limit;
        const room = (now: bigint) => dailyLimitRoom({ ...bucket, now }) ?? 0n;
        return room(readyAt) >= amount && (readyAt === 1_000n || room(readyAt - 1n) < amount);
      }),
      { seed: 1 },
    );
  });

  it("is never for more than the limit, and at once where there is none", () => {
    const bucket = { drawn: 5n, drawnAt: 7 };
    expect(dailyLimitReadyAt({ ...bucket, limit: 10n, amount: 11n })).to.equal(undefined);
    expect(dailyLimitReadyAt({ ...bucket, limit: 0n, amount: 11n })).to.equal(7n);
    expect(dailyLimitRoom({ ...bucket, limit: 0n, now: 7 })).to.equal(undefined);
  });

  it("is refused for an amount or a time that is none", () => {
    const bucket = { limit: 10n, drawn: 5n, drawnAt: 7 };
    expect(() => dailyLimitReadyAt({ ...bucket, amount: -1n })).to.throw(InvalidAmountError, "-1 is not an amount");
    expect(() => dailyLimitReadyAt({ ...bucket, limit: 10 as unknown as bigint, amount: 1n })).to.throw(
      InvalidAmountError,
      "10 is not an amount of USDC: µUSDC are bigint.",
    );
    for (const wrong of [6, 6n]) {
      expect(() => dailyLimitRoom({ ...bucket, now: wrong })).to.throw(
        InvalidTimeError,
        "6 is not the time that is needed: it is before 7, when it last moved.",
      );
    }
    for (const wrong of [0.5, -1, Number.NaN, "7" as unknown as number, undefined as unknown as number]) {
      expect(() => dailyLimitRoom({ ...bucket, now: wrong })).to.throw(InvalidTimeError, "whole number of seconds");
    }
  });
});
