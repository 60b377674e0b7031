import { expect } from "chai";
import { DAY, USDC } from "../support/session.ts";
import { type Given, onEachChain } from "../support/situation.ts";

const HIGHEST_LIMIT = (1n << 64n) - 1n;
/** The latest second that an account can remember. */
const LATEST = (1n << 40n) - 1n;

/** The rule as the specification writes it, in numbers that cannot overflow. */
function roomByTheBook(limit: bigint, drawn: bigint, elapsed: bigint): bigint {
  const refilled = (limit * elapsed) / DAY;
  const left = drawn > refilled ? drawn - refilled : 0n;
  return limit > left ? limit - left : 0n;
}

/** Numbers that look random and are the same in every run: mulberry32. */
function randomFrom(seed: number): (bits: number) => bigint {
  let state = seed;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
  return (bits) => {
    const wide = (BigInt(next()) << 32n) | BigInt(next());
    return BigInt.asUintN(bits, wide);
  };
}

async function library(given: Given) {
  const { viem } = await given.funded();
  const harness = await viem.deployContract("DailyLimitHarness");
  return (limit: bigint, drawn: bigint, elapsed: bigint) => harness.read.room([limit, drawn, elapsed]);
}

onEachChain("DailyLimit.room", (given) => {
  // What it is; limit, drawn and elapsed; the room. Written out, so that the formula above is checked as well.
  const TABLE: [string, bigint, bigint, bigint, bigint][] = [
    ["all of the limit when nothing was drawn", 10n * USDC, 0n, 0n, 10n * USDC],
    ["all of the limit when nothing was drawn, however long ago", 10n * USDC, 0n, 1_000n * DAY, 10n * USDC],
    ["the rest of the limit", 10n * USDC, 4n * USDC, 0n, 6n * USDC],
    ["nothing when all was drawn", 10n * USDC, 10n * USDC, 0n, 0n],
    ["nothing when one less than the limit leaks nothing", 1n, 1n, DAY - 1n, 0n],
    ["the limit of 1 after a day", 1n, 1n, DAY, 1n],
    ["115 of 115.74 µUSDC after a second", 10n * USDC, 10n * USDC, 1n, 115n],
    ["231 of 231.48 µUSDC after two seconds", 10n * USDC, 10n * USDC, 2n, 231n],
    ["half after half a day", 10n * USDC, 10n * USDC, DAY / 2n, 5n * USDC],
    ["all but 116 µUSDC a second before the day is over", 10n * USDC, 10n * USDC, DAY - 1n, 9_999_884n],
    ["all after a day", 10n * USDC, 10n * USDC, DAY, 10n * USDC],
    ["never more than the limit", 10n * USDC, 10n * USDC, 2n * DAY, 10n * USDC],
    ["never more than the limit when little was drawn", 10n * USDC, 1n, DAY, 10n * USDC],
    ["nothing after a second of 0.99 µUSDC", 86_399n, 86_399n, 1n, 0n],
    ["1 µUSDC after two seconds of 0.99", 86_399n, 86_399n, 2n, 1n],
    ["1 µUSDC a second, exactly", 86_400n, 86_400n, 1n, 1n],
    ["nothing while more is drawn than a lowered limit allows", 4n * USDC, 10n * USDC, DAY, 0n],
    ["nothing in the second in which the rest equals the limit", 4n * USDC, 10n * USDC, DAY + DAY / 2n, 0n],
    ["what a lowered limit allows, once enough has leaked", 4n * USDC, 10n * USDC, 2n * DAY, 2n * USDC],
    ["all of a lowered limit in the end", 4n * USDC, 10n * USDC, 2n * DAY + DAY / 2n, 4n * USDC],
    ["nothing under a limit of 0", 0n, 0n, DAY, 0n],
    ["all of the highest limit after the longest time", HIGHEST_LIMIT, HIGHEST_LIMIT, LATEST, HIGHEST_LIMIT],
    ["nothing of the highest limit at once", HIGHEST_LIMIT, HIGHEST_LIMIT, 0n, 0n],
    [
      "213,503,982,334,601 µUSDC of the highest limit after a second",
      HIGHEST_LIMIT,
      HIGHEST_LIMIT,
      1n,
      213_503_982_334_601n,
    ],
    ["nothing of a limit of 1 when the most was drawn and a day has passed", 1n, HIGHEST_LIMIT, DAY, 0n],
  ];
  describe("is", () => {
    for (const [what, limit, drawn, elapsed, expected] of TABLE) {
      it(what, async () => {
        const room = await library(given);
        expect(await room(limit, drawn, elapsed)).to.equal(expected);
        expect(roomByTheBook(limit, drawn, elapsed)).to.equal(expected);
      });
    }
  });

  describe("in 500 random cases", () => {
    it("is what the specification's formula says", async () => {
      const room = await library(given);
      const random = randomFrom(20_260_101);
      let [none, some, all] = [0, 0, 0];
      for (let index = 0; index < 500; index++) {
        // Of every size: as many small numbers as large ones.
        const limit = random(1 + Number(random(6)));
        // Mostly near the limit, where it matters; a limit may have been lowered since.
        const drawn = random(2) === 0n ? random(64) : limit === 0n ? 0n : (random(64) % limit) + random(4);
        const elapsed = random(1) === 0n ? random(1 + Number(random(5))) : random(17);
        const expected = roomByTheBook(limit, drawn, elapsed);
        expect(await room(limit, drawn, elapsed), `room(${limit}, ${drawn}, ${elapsed})`).to.equal(expected);
        if (expected === 0n) none += 1;
        else if (expected === limit) all += 1;
        else some += 1;
      }
      // The cases are worth something only if they are not all of one kind.
      expect(Math.min(none, some, all), `${none}, ${some}, ${all}`).to.be.greaterThan(50);
    });

    it("never falls as time goes by, and never exceeds limit × (1 + T / 1 day) less what was drawn", async () => {
      const room = await library(given);
      const random = randomFrom(7);
      for (let index = 0; index < 250; index++) {
        const limit = 1n + random(1 + Number(random(5)) * 2);
        const drawn = random(64) % (limit + 1n);
        const elapsed = random(17);
        const [sooner, later] = await Promise.all([room(limit, drawn, elapsed), room(limit, drawn, elapsed + 1n)]);
        expect(later >= sooner, `room(${limit}, ${drawn}, ${elapsed})`).to.equal(true);
        expect((drawn + sooner) * DAY <= limit * (DAY + elapsed), `room(${limit}, ${drawn}, ${elapsed})`).to.equal(
          true,
        );
      }
    });
  });
});
