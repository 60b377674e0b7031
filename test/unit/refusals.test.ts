import { expect } from "chai";
import { getAddress, maxUint256, zeroAddress } from "viem";
import { movedBy } from "../support/books.ts";
import { DAY, Refusal, type Session, sessionId, USDC } from "../support/session.ts";
import { type Given, onEachChain, type Situation } from "../support/situation.ts";

const ID = sessionId(7);

/**
 * Alice has 100 USDC in her pool and a limit of 50 USDC a day; the whole pool has one of 30. So 120 USDC break the last
 * three rules, 60 USDC the last two and 40 USDC the last.
 */
async function limited(given: Given): Promise<Situation> {
  const situation = await given.funded();
  const { settlement, alice, owner } = situation;
  await settlement.write.setDailyLimit([50n * USDC], { account: alice.account });
  await settlement.write.setPoolDailyLimit([30n * USDC], { account: owner.account });
  return situation;
}

interface Case {
  reason: keyof typeof Refusal;
  /** What the session breaks; the first of it must be the reason. */
  breaks: string;
  entry(situation: Situation): Session;
}

const tooFast = 1_000_001n;
const tooLong = 86_401n;
/** More than the meter of one µUSDC above both ceilings. */
const tooMuch = 1_000_000n * USDC;

const CASES: Case[] = [
  {
    reason: "AlreadySettled",
    breaks: "rules 1, 2 and 4 to 10",
    entry: ({ session }) =>
      session({
        sessionId: ID,
        to: zeroAddress,
        ratePerSecond: tooFast,
        chargeableSeconds: tooLong,
        toAmount: 0n,
        feeAmount: tooMuch,
      }),
  },
  {
    reason: "AlreadySettled",
    breaks: "rules 1 to 5",
    entry: ({ session }) =>
      session({
        sessionId: ID,
        to: zeroAddress,
        ratePerSecond: tooFast,
        chargeableSeconds: tooLong,
        toAmount: 0n,
        feeAmount: 0n,
      }),
  },
  {
    reason: "InvalidPayee",
    breaks: "rules 2 and 4 to 10, the payee is the zero address",
    entry: ({ session }) =>
      session({
        sessionId: ID,
        to: zeroAddress,
        ratePerSecond: tooFast,
        chargeableSeconds: tooLong,
        toAmount: 0n,
        feeAmount: tooMuch,
      }),
  },
  {
    reason: "InvalidPayee",
    breaks: "rules 2 to 5, the payee is the contract itself",
    entry: ({ session, settlement }) =>
      session({
        sessionId: ID,
        to: settlement.address,
        ratePerSecond: tooFast,
        chargeableSeconds: tooLong,
        toAmount: 0n,
        feeAmount: 0n,
      }),
  },
  {
    reason: "ZeroAmount",
    // Nothing at all is within every later rule about amounts.
    breaks: "rules 3 to 5",
    entry: ({ session }) =>
      session({ sessionId: ID, ratePerSecond: tooFast, chargeableSeconds: tooLong, toAmount: 0n, feeAmount: 0n }),
  },
  {
    reason: "RateTooHigh",
    breaks: "rules 4 to 10",
    entry: ({ session }) =>
      session({ sessionId: ID, ratePerSecond: tooFast, chargeableSeconds: tooLong, toAmount: 0n, feeAmount: tooMuch }),
  },
  {
    reason: "TooManySeconds",
    breaks: "rules 5 to 10",
    entry: ({ session }) =>
      session({ sessionId: ID, ratePerSecond: 1n, chargeableSeconds: tooLong, toAmount: 0n, feeAmount: tooMuch }),
  },
  {
    reason: "MeterExceeded",
    breaks: "rules 6 to 10",
    entry: ({ session }) =>
      session({ sessionId: ID, ratePerSecond: 10_000n, chargeableSeconds: 10_001n, toAmount: 0n, feeAmount: tooMuch }),
  },
  {
    reason: "FeeTooHigh",
    breaks: "rules 7 to 10",
    entry: ({ session }) =>
      session({
        sessionId: ID,
        ratePerSecond: 10_000n,
        chargeableSeconds: 12_000n,
        toAmount: 0n,
        feeAmount: 120n * USDC,
      }),
  },
  {
    reason: "InsufficientPool",
    breaks: "rules 8 to 10",
    entry: ({ session }) => session({ sessionId: ID, ratePerSecond: 10_000n, chargeableSeconds: 12_000n }),
  },
  {
    reason: "DailyLimitExceeded",
    breaks: "rules 9 and 10",
    entry: ({ session }) => session({ sessionId: ID, ratePerSecond: 10_000n, chargeableSeconds: 6_000n }),
  },
  {
    reason: "PoolLimitExceeded",
    breaks: "rule 10",
    entry: ({ session }) => session({ sessionId: ID, ratePerSecond: 10_000n, chargeableSeconds: 4_000n }),
  },
];

onEachChain("the refusals of a settlement", (given) => {
  for (const { reason, breaks, entry } of CASES) {
    /** The situation in which `entry` breaks what it shall break. */
    async function broken(): Promise<Situation> {
      const situation = await limited(given);
      if (reason === "AlreadySettled") await situation.settle(situation.session({ sessionId: ID }));
      return situation;
    }

    describe(`a session that breaks ${breaks}`, () => {
      it(`is refused by settleFromPool: ${reason}`, async () => {
        const situation = await broken();
        const { settlement, settle, viem } = situation;
        const moved = await movedBy(situation, () =>
          viem.assertions.revertWithCustomErrorWithArgs(settle(entry(situation)), settlement, "SettlementRefused", [
            ID,
            Refusal[reason],
          ]),
        );
        expect(moved).to.deep.equal({});
      });

      it(`is refused by checkSettlement: ${reason}`, async () => {
        const situation = await broken();
        expect(await situation.settlement.read.checkSettlement([entry(situation)])).to.equal(Refusal[reason]);
      });

      it(`is skipped by settleBatch: ${reason}`, async () => {
        const situation = await broken();
        const { settleBatch, eventsOf } = situation;
        expect(await eventsOf(settleBatch([entry(situation)]))).to.deep.equal([
          { eventName: "SettlementSkipped", args: { sessionId: ID, reason: Refusal[reason] } },
        ]);
      });

      it("leaves its bit of the batch's result at 0", async () => {
        const situation = await broken();
        const { settlement, relayer } = situation;
        const account = relayer.account.address;
        const { result } = await settlement.simulate.settleBatch([[entry(situation)]], { account });
        expect(result).to.equal(0n);
      });

      it("changes nothing when it is skipped", async () => {
        const situation = await broken();
        expect(await movedBy(situation, () => situation.settleBatch([entry(situation)]))).to.deep.equal({});
      });

      // An id that has been settled is the one refusal for ever.
      if (reason === "AlreadySettled") {
        it("stays settled", async () => {
          const situation = await broken();
          await situation.settleBatch([entry(situation)]);
          expect(await situation.settlement.read.settled([ID])).to.equal(true);
        });
      } else {
        it("leaves its id open, and settles with the right numbers", async () => {
          const situation = await broken();
          const { settlement, settleBatch, settle, session } = situation;
          await settleBatch([entry(situation)]);
          expect(await settlement.read.settled([ID])).to.equal(false);
          const moved = await movedBy(situation, () => settle(session({ sessionId: ID })));
          expect(moved["alice's pool"]).to.equal(-60_000n);
          expect(moved["operator's USDC"]).to.equal(51_000n);
          expect(moved["platform's USDC"]).to.equal(9_000n);
          expect(await settlement.read.settled([ID])).to.equal(true);
        });
      }
    });
  }

  /** Both sides of a rule: the last session that it lets pass and the first that it refuses. */
  interface Edge {
    reason: keyof typeof Refusal;
    passes: string;
    last(situation: Situation): Session;
    first(situation: Situation): Session;
    prepare?(situation: Situation): Promise<unknown>;
  }

  const EDGES: Edge[] = [
    {
      reason: "ZeroAmount",
      passes: "a total of 1 µUSDC",
      last: ({ session }) => session({ toAmount: 1n, feeAmount: 0n }),
      first: ({ session }) => session({ toAmount: 0n, feeAmount: 0n }),
    },
    {
      reason: "RateTooHigh",
      passes: "a rate of 1 USDC a second",
      last: ({ session }) => session({ ratePerSecond: USDC, toAmount: 51_000n, feeAmount: 9_000n }),
      first: ({ session }) => session({ ratePerSecond: USDC + 1n, toAmount: 51_000n, feeAmount: 9_000n }),
    },
    {
      reason: "TooManySeconds",
      passes: "a session of one day",
      last: ({ session }) => session({ chargeableSeconds: DAY, toAmount: 51_000n, feeAmount: 9_000n }),
      first: ({ session }) => session({ chargeableSeconds: DAY + 1n, toAmount: 51_000n, feeAmount: 9_000n }),
    },
    {
      reason: "MeterExceeded",
      passes: "a total of the whole meter",
      last: ({ session }) => session({ toAmount: 51_000n, feeAmount: 9_000n }),
      first: ({ session }) => session({ toAmount: 51_001n, feeAmount: 9_000n }),
    },
    {
      reason: "MeterExceeded",
      passes: "an operator's part of the whole meter",
      last: ({ session }) => session({ toAmount: 60_000n, feeAmount: 0n }),
      first: ({ session }) => session({ toAmount: 60_000n, feeAmount: 1n }),
    },
    {
      reason: "FeeTooHigh",
      passes: "a fee of 30 %",
      last: ({ session }) => session({ toAmount: 42_000n, feeAmount: 18_000n }),
      first: ({ session }) => session({ toAmount: 41_999n, feeAmount: 18_001n }),
    },
    {
      reason: "InsufficientPool",
      passes: "a total of the whole balance",
      last: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 85n * USDC, feeAmount: 15n * USDC }),
      first: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 85n * USDC + 1n, feeAmount: 15n * USDC }),
    },
    {
      reason: "DailyLimitExceeded",
      passes: "a total of the consumer's whole limit",
      prepare: ({ settlement, alice }) => settlement.write.setDailyLimit([20n * USDC], { account: alice.account }),
      last: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 17n * USDC, feeAmount: 3n * USDC }),
      first: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 17n * USDC + 1n, feeAmount: 3n * USDC }),
    },
    {
      reason: "PoolLimitExceeded",
      passes: "a total of the pool's whole limit",
      prepare: ({ settlement, owner }) => settlement.write.setPoolDailyLimit([20n * USDC], { account: owner.account }),
      last: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 17n * USDC, feeAmount: 3n * USDC }),
      first: ({ session }) =>
        session({ ratePerSecond: USDC, chargeableSeconds: 1_000n, toAmount: 17n * USDC + 1n, feeAmount: 3n * USDC }),
    },
  ];

  for (const { reason, passes, prepare, last, first } of EDGES) {
    describe(`the edge of ${reason}: ${passes}`, () => {
      async function prepared(): Promise<Situation> {
        const situation = await given.funded();
        await prepare?.(situation);
        return situation;
      }

      it("passes", async () => {
        const situation = await prepared();
        const { settlement, settle, alice } = situation;
        const { toAmount, feeAmount } = last(situation);
        expect(await settlement.read.checkSettlement([last(situation)])).to.equal(Refusal.None);
        await settle(last(situation));
        expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - toAmount - feeAmount);
      });

      it("is refused one step beyond", async () => {
        const situation = await prepared();
        const { settlement, settle, viem } = situation;
        expect(await settlement.read.checkSettlement([first(situation)])).to.equal(Refusal[reason]);
        await viem.assertions.revertWithCustomErrorWithArgs(settle(first(situation)), settlement, "SettlementRefused", [
          sessionId(0),
          Refusal[reason],
        ]);
      });
    });
  }

  describe("the edge of InvalidPayee", () => {
    it("is the zero address alone: address 1 is paid", async () => {
      const { settlement, usdc, session, settle } = await given.funded();
      const one = getAddress("0x0000000000000000000000000000000000000001");
      await settle(session({ to: one }));
      expect(await usdc.read.balanceOf([one])).to.equal(51_000n);
      expect(await settlement.read.totalCredits()).to.equal(0n);
    });

    it("does not look at the fee: a payee is needed even if it would get nothing", async () => {
      const { settlement, session } = await given.funded();
      const entry = session({ to: zeroAddress, toAmount: 0n, feeAmount: 9_000n });
      expect(await settlement.read.checkSettlement([entry])).to.equal(Refusal.InvalidPayee);
    });
  });

  // A sum or a product of two such numbers does not fit a word: each must be refused and none may panic.
  const HUGE: [string, keyof typeof Refusal, Partial<Session>][] = [
    ["both parts of 2^255, whose sum wraps to 0", "MeterExceeded", { toAmount: 1n << 255n, feeAmount: 1n << 255n }],
    ["parts of 2^256 - 1 and 1, whose sum wraps to 0", "MeterExceeded", { toAmount: maxUint256, feeAmount: 1n }],
    ["parts of 1 and 2^256 - 1, whose sum wraps to 0", "MeterExceeded", { toAmount: 1n, feeAmount: maxUint256 }],
    ["a sum that wraps to the meter", "MeterExceeded", { toAmount: maxUint256, feeAmount: 60_001n }],
    ["a sum that wraps to the meter, the other way", "MeterExceeded", { toAmount: 60_001n, feeAmount: maxUint256 }],
    ["a fee of 2^256 - 1", "MeterExceeded", { toAmount: 0n, feeAmount: maxUint256 }],
    ["an operator's part of 2^256 - 1", "MeterExceeded", { toAmount: maxUint256, feeAmount: 0n }],
    ["both parts of 2^256 - 1", "MeterExceeded", { toAmount: maxUint256, feeAmount: maxUint256 }],
    ["a fee whose product with 10,000 wraps to 0", "MeterExceeded", { toAmount: 0n, feeAmount: 1n << 252n }],
    ["a rate of 2^256 - 1", "RateTooHigh", { ratePerSecond: maxUint256, toAmount: 1n, feeAmount: 0n }],
    [
      "a rate of 2^256 - 1 for 0 seconds",
      "RateTooHigh",
      { ratePerSecond: maxUint256, chargeableSeconds: 0n, toAmount: 1n, feeAmount: 0n },
    ],
    ["2^256 - 1 seconds", "TooManySeconds", { chargeableSeconds: maxUint256, toAmount: 1n, feeAmount: 0n }],
    [
      "2^256 - 1 seconds at a rate of 0",
      "TooManySeconds",
      { ratePerSecond: 0n, chargeableSeconds: maxUint256, toAmount: 1n, feeAmount: 0n },
    ],
    [
      "a meter of 2^128 × 2^128, which wraps to 0",
      "RateTooHigh",
      { ratePerSecond: 1n << 128n, chargeableSeconds: 1n << 128n, toAmount: 1n, feeAmount: 0n },
    ],
    ["a rate of 0 and an amount", "MeterExceeded", { ratePerSecond: 0n, toAmount: 1n, feeAmount: 0n }],
    ["0 seconds and an amount", "MeterExceeded", { chargeableSeconds: 0n, toAmount: 1n, feeAmount: 0n }],
  ];
  describe("numbers at their extremes", () => {
    for (const [what, reason, changes] of HUGE) {
      it(`are refused: ${what}, ${reason}`, async () => {
        const { settlement, viem, session, settle } = await given.funded();
        await viem.assertions.revertWithCustomErrorWithArgs(settle(session(changes)), settlement, "SettlementRefused", [
          sessionId(0),
          Refusal[reason],
        ]);
      });
    }

    it("are refused alike by checkSettlement", async () => {
      const { settlement, session } = await given.funded();
      for (const [what, reason, changes] of HUGE) {
        expect(await settlement.read.checkSettlement([session(changes)]), what).to.equal(Refusal[reason]);
      }
    });

    it("are skipped alike by settleBatch, and the good session among them is settled", async () => {
      const { session, settleBatch, eventsOf } = await given.funded();
      const bad = HUGE.map(([, , changes], index) => session({ ...changes, sessionId: sessionId(index) }));
      const good = session({ sessionId: sessionId(200) });
      const events = await eventsOf(settleBatch([...bad, good]));
      expect(events.map(({ eventName, args }) => [eventName, args.sessionId, args.reason])).to.deep.equal([
        ...HUGE.map(([, reason], index) => ["SettlementSkipped", sessionId(index), Refusal[reason]]),
        ["Settled", sessionId(200), undefined],
      ]);
    });
  });

  describe("the fee's share of the total", () => {
    // The highest fee is floor(30 % of the total): so a total of 1 to 3 µUSDC bears none.
    for (const total of [1n, 2n, 3n, 4n, 6n, 7n, 9n, 10n, 11n, 13n, 14n, 33n, 9_999n, 10_000n, 10_001n, 59_999n]) {
      it(`of ${total} µUSDC is at most ${(total * 3n) / 10n}`, async () => {
        const { settlement, session } = await given.funded();
        const highest = (total * 3n) / 10n;
        const withFee = (feeAmount: bigint) => session({ toAmount: total - feeAmount, feeAmount });
        expect(await settlement.read.checkSettlement([withFee(highest)])).to.equal(Refusal.None);
        expect(await settlement.read.checkSettlement([withFee(highest + 1n)])).to.equal(Refusal.FeeTooHigh);
      });
    }

    it("of the largest total, 86,400 USDC, is exact to the µUSDC", async () => {
      const { settlement, usdc, session, alice, circle } = await given.funded();
      await usdc.write.mint([alice.account.address, 100_000n * USDC], { account: circle.account });
      await settlement.write.deposit([86_400n * USDC], { account: alice.account });
      const total = 86_400n * USDC;
      const withFee = (feeAmount: bigint) =>
        session({ ratePerSecond: USDC, chargeableSeconds: DAY, toAmount: total - feeAmount, feeAmount });
      expect(await settlement.read.checkSettlement([withFee(25_920n * USDC)])).to.equal(Refusal.None);
      expect(await settlement.read.checkSettlement([withFee(25_920n * USDC + 1n)])).to.equal(Refusal.FeeTooHigh);
    });

    it("cannot be all of it", async () => {
      const { settlement, session } = await given.funded();
      const onlyFee = session({ toAmount: 0n, feeAmount: 1n });
      expect(await settlement.read.checkSettlement([onlyFee])).to.equal(Refusal.FeeTooHigh);
    });
  });
});
