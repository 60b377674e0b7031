import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Hash } from "viem";
import { DAY, MAX_LIMIT, Refusal, type Session, sessionId, split, USDC } from "../support/session.ts";
import { type Given, onEachChain } from "../support/situation.ts";

const LIMIT = 10n * USDC;
const HALF_A_DAY = DAY / 2n;

/** As `funded`, with a clock that stands still: every block is made at the second that the test names. */
async function timed(given: Given) {
  const situation = await given.funded();
  const { chain, settlement, relayer, alice, owner, session, viem, networkHelpers } = situation;
  // Far enough from the blocks that there are.
  const start = BigInt(await chain.networkHelpers.time.latest()) + 1_000n;
  let drawn = 0;

  /** Does something at second `seconds` of the test: reads see that time, and so does the next transaction. */
  async function at<T>(seconds: bigint, action: () => Promise<T>): Promise<T> {
    await networkHelpers.time.setNextBlockTimestamp(start + seconds);
    await networkHelpers.mine();
    await networkHelpers.time.setNextBlockTimestamp(start + seconds);
    return action();
  }

  /** A new session that charges `total`, the fee included: the limits count both. */
  function drawOf(total: bigint, from: Wallet = alice): Session {
    drawn += 1;
    return session({
      sessionId: sessionId(drawn),
      from: from.account.address,
      ratePerSecond: USDC,
      chargeableSeconds: DAY,
      ...split(total),
    });
  }

  return {
    ...situation,
    start,
    at,
    drawOf,
    /** Settles a session that charges `total`. */
    draw: (seconds: bigint, total: bigint, from: Wallet = alice) =>
      at(seconds, () => situation.settle(drawOf(total, from))),
    /** A session that charges `total` is refused, for this reason. */
    refuses: (seconds: bigint, total: bigint, reason: keyof typeof Refusal, from: Wallet = alice) =>
      at(seconds, () => {
        const one = drawOf(total, from);
        return viem.assertions.revertWithCustomErrorWithArgs(situation.settle(one), settlement, "SettlementRefused", [
          one.sessionId,
          Refusal[reason],
        ]);
      }),
    available: (seconds: bigint, of: Wallet = alice) =>
      at(seconds, () => settlement.read.available([of.account.address])),
    bitmapOf: async (batch: Session[]) =>
      (await settlement.simulate.settleBatch([batch], { account: relayer.account.address })).result,
    setOwn: (limit: bigint, of: Wallet = alice) => settlement.write.setDailyLimit([limit], { account: of.account }),
    setDefault: (limit: bigint) => settlement.write.setDefaultDailyLimit([limit], { account: owner.account }),
    setPool: (limit: bigint) => settlement.write.setPoolDailyLimit([limit], { account: owner.account }),
    accountOf: (of: Wallet = alice) => settlement.read.accountOf([of.account.address]),
  };
}

type Timed = Awaited<ReturnType<typeof timed>>;

/** The three limits, which all are the same bucket. */
const KINDS: {
  name: string;
  reason: keyof typeof Refusal;
  set(situation: Timed, limit: bigint): Promise<Hash>;
  bucket(situation: Timed): Promise<{ drawn: bigint; drawnAt: number }>;
}[] = [
  {
    name: "a consumer's own limit",
    reason: "DailyLimitExceeded",
    set: ({ setOwn }, limit) => setOwn(limit),
    bucket: ({ accountOf }) => accountOf(),
  },
  {
    name: "the default limit",
    reason: "DailyLimitExceeded",
    set: ({ setDefault }, limit) => setDefault(limit),
    bucket: ({ accountOf }) => accountOf(),
  },
  {
    name: "the pool's limit",
    reason: "PoolLimitExceeded",
    set: ({ setPool }, limit) => setPool(limit),
    bucket: ({ settlement }) => settlement.read.pool(),
  },
];

onEachChain("the daily limits", (given) => {
  for (const { name, reason, set, bucket } of KINDS) {
    describe(`${name} of 10 USDC`, () => {
      async function limited(): Promise<Timed> {
        const situation = await timed(given);
        await set(situation, LIMIT);
        return situation;
      }

      it("lets exactly 10 USDC pass", async () => {
        const situation = await limited();
        await situation.draw(0n, LIMIT);
        expect((await situation.accountOf()).balance).to.equal(90n * USDC);
      });

      it(`refuses 1 µUSDC more: ${reason}`, async () => {
        const { refuses } = await limited();
        await refuses(0n, LIMIT + 1n, reason);
      });

      it("counts sessions together", async () => {
        const { draw, refuses } = await limited();
        await draw(0n, 4n * USDC);
        await refuses(0n, 6n * USDC + 1n, reason);
        await draw(0n, 6n * USDC);
        await refuses(0n, 1n, reason);
      });

      it("stores what was drawn, and when", async () => {
        const situation = await limited();
        await situation.draw(5n, 3n * USDC);
        const { drawn, drawnAt } = await bucket(situation);
        expect(drawn).to.equal(3n * USDC);
        expect(BigInt(drawnAt)).to.equal(situation.start + 5n);
      });

      // 10,000,000 µUSDC / 86,400 s are 115.74 a second.
      for (const [seconds, refilled] of [
        [0n, 0n],
        [1n, 115n],
        [60n, 6_944n],
        [12_345n, 1_428_819n],
        [HALF_A_DAY, 5_000_000n],
        [DAY - 1n, 9_999_884n],
        [DAY, 10_000_000n],
        [DAY + 1n, 10_000_000n],
        [1_000n * DAY, 10_000_000n],
      ] as const) {
        it(`has ${refilled} µUSDC of room ${seconds} s after it was exhausted`, async () => {
          const { draw, refuses, available } = await limited();
          await draw(0n, LIMIT);
          expect(await available(seconds)).to.equal(refilled);
          await refuses(seconds, refilled + 1n, reason);
          if (refilled > 0n) await draw(seconds, refilled);
          await refuses(seconds, 1n, reason);
        });
      }

      it("stores what is left of earlier draws, and the new one", async () => {
        const situation = await limited();
        await situation.draw(0n, LIMIT);
        await situation.draw(12_345n, USDC);
        expect((await bucket(situation)).drawn).to.equal(10_000_000n - 1_428_819n + 1_000_000n);
      });

      it("rounds every refill down", async () => {
        const situation = await limited();
        await situation.draw(0n, LIMIT);
        for (let second = 1n; second <= 10n; second++) await situation.draw(second, 1n);
        // Ten times 115, where a single wait of 10 s would have given 1,157.
        expect((await bucket(situation)).drawn).to.equal(10_000_000n - 1_150n + 10n);
      });

      it("does not refill in blocks that share a timestamp", async () => {
        const situation = await limited();
        for (let block = 0; block < 5; block++) await situation.draw(7n, 2n * USDC);
        await situation.refuses(7n, 1n, reason);
        expect((await bucket(situation)).drawn).to.equal(LIMIT);
      });

      it("gives somebody who takes all there is, all the time, no more than limit × (1 + T / 1 day)", async () => {
        const situation = await limited();
        const { settlement, usdc, available, draw, alice, circle } = situation;
        await usdc.write.mint([alice.account.address, 1_000n * USDC], { account: circle.account });
        await settlement.write.deposit([1_000n * USDC], { account: alice.account });
        const waits = [0n, 0n, 1n, 59n, 3_600n, 12_345n, 1n, 43_200n, 27_195n, 86_399n, 7n, 200_000n, 1n, 86_400n];
        const draws: { when: bigint; total: bigint }[] = [];
        let when = 0n;
        for (const wait of waits) {
          when += wait;
          const total = await available(when);
          if (total === 0n) continue;
          await draw(when, total);
          draws.push({ when, total });
        }
        // Every stretch of time, not only the one from the start.
        for (const [first, { when: from }] of draws.entries()) {
          let sum = 0n;
          for (const { when: until, total } of draws.slice(first)) {
            sum += total;
            expect(sum * DAY <= LIMIT * (DAY + until - from), `${sum} µUSDC from ${from} to ${until}`).to.equal(true);
          }
        }
        // Only when asked twice in the same second was there nothing.
        expect(draws.length).to.equal(13);
      });

      it("is lowered: nothing passes until enough has leaked at the new rate", async () => {
        const situation = await limited();
        const { draw, refuses, available } = situation;
        await draw(0n, LIMIT);
        await situation.at(0n, () => set(situation, 4n * USDC));
        await refuses(DAY, 1n, reason);
        // 10 USDC less 1.5 times 4 are the 4 that the limit allows.
        expect(await available(DAY + HALF_A_DAY)).to.equal(0n);
        expect(await available(2n * DAY)).to.equal(2n * USDC);
        expect(await available(2n * DAY + HALF_A_DAY)).to.equal(4n * USDC);
        await refuses(9n * DAY, 4n * USDC + 1n, reason);
        await draw(9n * DAY, 4n * USDC);
      });

      it("is raised: the difference can be drawn at once", async () => {
        const situation = await limited();
        const { draw, refuses } = situation;
        await draw(0n, LIMIT);
        await situation.at(0n, () => set(situation, 15n * USDC));
        await refuses(0n, 5n * USDC + 1n, reason);
        await draw(0n, 5n * USDC);
      });

      it("is lifted: everything passes, and the bucket stays as it is", async () => {
        const situation = await limited();
        await situation.draw(0n, LIMIT);
        await situation.at(0n, () => set(situation, 0n));
        const before = await bucket(situation);
        await situation.draw(1n, 90n * USDC);
        const { drawn, drawnAt } = await bucket(situation);
        expect(drawn).to.equal(before.drawn);
        expect(drawnAt).to.equal(before.drawnAt);
      });
    });

    describe(`${name} at its extremes`, () => {
      it("of 1 µUSDC lets one pass, and the next a whole day later", async () => {
        const situation = await timed(given);
        await set(situation, 1n);
        await situation.refuses(0n, 2n, reason);
        await situation.draw(0n, 1n);
        await situation.refuses(DAY - 1n, 1n, reason);
        await situation.draw(DAY, 1n);
      });

      it("of 86,399 µUSDC has nothing after one second and 1 µUSDC after two", async () => {
        const situation = await timed(given);
        await set(situation, 86_399n);
        await situation.draw(0n, 86_399n);
        expect(await situation.available(1n)).to.equal(0n);
        expect(await situation.available(2n)).to.equal(1n);
        expect(await situation.available(DAY - 1n)).to.equal(86_398n);
        expect(await situation.available(DAY)).to.equal(86_399n);
      });

      it("of 2^56 - 1 µUSDC is counted, and no balance reaches it", async () => {
        const situation = await timed(given);
        await set(situation, MAX_LIMIT);
        await situation.draw(0n, 60n * USDC);
        expect((await bucket(situation)).drawn).to.equal(60n * USDC);
        await situation.draw(0n, 40n * USDC);
        expect((await bucket(situation)).drawn).to.equal(100n * USDC);
      });

      it("of 2^56 - 1 µUSDC does not overflow after a century", async () => {
        const situation = await timed(given);
        await set(situation, MAX_LIMIT);
        await situation.draw(0n, 60n * USDC);
        await situation.draw(36_525n * DAY, 40n * USDC);
        expect((await bucket(situation)).drawn).to.equal(40n * USDC);
      });

      it("of 2^56 µUSDC is refused: it would not fit an account", async () => {
        const situation = await timed(given);
        await situation.viem.assertions.revertWithCustomErrorWithArgs(
          set(situation, MAX_LIMIT + 1n),
          situation.settlement,
          "SafeCastOverflowedUintDowncast",
          [56, MAX_LIMIT + 1n],
        );
      });
    });
  }

  describe("without any limit", () => {
    it("the whole balance can be drawn at once", async () => {
      const { draw, accountOf } = await timed(given);
      await draw(0n, 100n * USDC);
      expect(await accountOf()).to.deep.equal({ balance: 0n, dailyLimit: 0n, drawn: 0n, drawnAt: 0, heldUntil: 0 });
    });

    it("the pool's bucket does not move either", async () => {
      const { draw, settlement } = await timed(given);
      await draw(0n, 100n * USDC);
      expect(await settlement.read.pool()).to.deep.equal({
        balance: 100n * USDC,
        dailyLimit: 0n,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
    });

    it("what was drawn does not count against a limit that is set afterwards", async () => {
      const { draw, refuses, setOwn } = await timed(given);
      await draw(0n, 50n * USDC);
      await setOwn(LIMIT);
      await refuses(100n, LIMIT + 1n, "DailyLimitExceeded");
      await draw(100n, LIMIT);
    });
  });

  describe("a consumer's own limit beside the default", () => {
    it("holds if it is lower", async () => {
      const { draw, refuses, setOwn, setDefault } = await timed(given);
      await setDefault(20n * USDC);
      await setOwn(LIMIT);
      await refuses(0n, LIMIT + 1n, "DailyLimitExceeded");
      await draw(0n, LIMIT);
    });

    it("holds if it is higher", async () => {
      const { draw, refuses, setOwn, setDefault } = await timed(given);
      await setDefault(5n * USDC);
      await setOwn(LIMIT);
      await refuses(0n, LIMIT + 1n, "DailyLimitExceeded");
      await draw(0n, LIMIT);
    });

    it("gives way to the default when it is set to 0, and what was drawn still counts", async () => {
      const { at, draw, refuses, setOwn, setDefault } = await timed(given);
      await setDefault(20n * USDC);
      await setOwn(LIMIT);
      await draw(0n, LIMIT);
      await at(0n, () => setOwn(0n));
      await refuses(0n, LIMIT + 1n, "DailyLimitExceeded");
      await draw(0n, LIMIT);
    });

    it("may be set while the contract is paused, and without a deposit", async () => {
      const { settlement, setOwn, guardian, stranger } = await timed(given);
      await settlement.write.pause({ account: guardian.account });
      await setOwn(LIMIT, stranger);
      expect((await settlement.read.accountOf([stranger.account.address])).dailyLimit).to.equal(LIMIT);
    });

    it("holds from the first deposit on if it was set before it", async () => {
      const { settlement, draw, refuses, setOwn, alice, stranger } = await timed(given);
      await setOwn(5n * USDC, stranger);
      await settlement.write.depositFor([stranger.account.address, 50n * USDC], { account: alice.account });
      await refuses(0n, 5n * USDC + 1n, "DailyLimitExceeded", stranger);
      await draw(0n, 5n * USDC, stranger);
    });
  });

  describe("a limit that is set", () => {
    it("changes nothing of the account but the limit", async () => {
      const { at, draw, setOwn, accountOf } = await timed(given);
      await setOwn(LIMIT);
      await draw(0n, 3n * USDC);
      const before = await accountOf();
      await at(1_000n, () => setOwn(2n * USDC));
      expect(await accountOf()).to.deep.equal({ ...before, dailyLimit: 2n * USDC });
    });

    it("changes nothing of the pool but its limit", async () => {
      const { at, draw, setPool, settlement } = await timed(given);
      await setPool(LIMIT);
      await draw(0n, 3n * USDC);
      const before = await settlement.read.pool();
      await at(1_000n, () => setPool(2n * USDC));
      expect(await settlement.read.pool()).to.deep.equal({ ...before, dailyLimit: 2n * USDC });
    });

    it("changes nothing of an account if it is the default", async () => {
      const { at, draw, setDefault, settlement, accountOf } = await timed(given);
      await setDefault(LIMIT);
      await draw(0n, 3n * USDC);
      const before = await accountOf();
      await at(1_000n, () => setDefault(2n * USDC));
      expect(await accountOf()).to.deep.equal(before);
      expect(await settlement.read.defaultDailyLimit()).to.equal(2n * USDC);
    });

    it("emits DailyLimitSet for a consumer", async () => {
      const { eventsOf, setOwn, alice } = await timed(given);
      expect(await eventsOf(setOwn(LIMIT))).to.deep.equal([
        { eventName: "DailyLimitSet", args: { consumer: alice.account.address, limit: LIMIT } },
      ]);
    });

    it("emits DefaultDailyLimitSet with the old one", async () => {
      const { eventsOf, setDefault } = await timed(given);
      await setDefault(LIMIT);
      expect(await eventsOf(setDefault(MAX_LIMIT))).to.deep.equal([
        { eventName: "DefaultDailyLimitSet", args: { oldLimit: LIMIT, newLimit: MAX_LIMIT } },
      ]);
    });

    it("emits PoolDailyLimitSet with the old one", async () => {
      const { eventsOf, setPool } = await timed(given);
      await setPool(LIMIT);
      expect(await eventsOf(setPool(0n))).to.deep.equal([
        { eventName: "PoolDailyLimitSet", args: { oldLimit: LIMIT, newLimit: 0n } },
      ]);
    });

    for (const person of ["relayer", "guardian", "alice", "stranger"] as const) {
      it(`is not the default or the pool's if ${person} asks`, async () => {
        const situation = await timed(given);
        const { settlement, viem } = situation;
        const { account } = situation[person];
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.setDefaultDailyLimit([LIMIT], { account }),
          settlement,
          "OwnableUnauthorizedAccount",
          [account.address],
        );
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.setPoolDailyLimit([LIMIT], { account }),
          settlement,
          "OwnableUnauthorizedAccount",
          [account.address],
        );
      });
    }
  });

  describe("two consumers", () => {
    it("do not use each other's own limit", async () => {
      const { draw, available, setOwn, alice, bob } = await timed(given);
      await setOwn(LIMIT, alice);
      await setOwn(LIMIT, bob);
      await draw(0n, LIMIT, alice);
      expect(await available(0n, alice)).to.equal(0n);
      expect(await available(0n, bob)).to.equal(LIMIT);
    });

    it("do not use each other's share of the default", async () => {
      const { draw, available, setDefault, alice, bob } = await timed(given);
      await setDefault(LIMIT);
      await draw(0n, LIMIT, alice);
      expect(await available(0n, alice)).to.equal(0n);
      expect(await available(0n, bob)).to.equal(LIMIT);
    });

    it("share the pool's limit", async () => {
      const { draw, refuses, setPool, alice, bob } = await timed(given);
      await setPool(LIMIT);
      await draw(0n, 7n * USDC, alice);
      await refuses(0n, 3n * USDC + 1n, "PoolLimitExceeded", bob);
      await draw(0n, 3n * USDC, bob);
    });

    it("do not touch the pool's bucket with what is refused", async () => {
      const { draw, refuses, settlement, setOwn, setPool, alice, bob } = await timed(given);
      await setPool(LIMIT);
      await setOwn(USDC, bob);
      await draw(0n, 7n * USDC, alice);
      const before = await settlement.read.pool();
      await refuses(100n, 2n * USDC, "DailyLimitExceeded", bob);
      expect(await settlement.read.pool()).to.deep.equal(before);
    });
  });

  describe("deposits and withdrawals", () => {
    it("do not touch the consumer's bucket", async () => {
      const { at, settlement, draw, setOwn, accountOf, alice } = await timed(given);
      await setOwn(LIMIT);
      await draw(0n, LIMIT);
      const before = await accountOf();
      await at(100n, () => settlement.write.withdraw([50n * USDC], { account: alice.account }));
      expect(await accountOf()).to.deep.equal({ ...before, balance: 40n * USDC });
      await at(200n, () => settlement.write.deposit([5n * USDC], { account: alice.account }));
      expect(await accountOf()).to.deep.equal({ ...before, balance: 45n * USDC });
    });

    it("do not touch the pool's bucket", async () => {
      const { at, settlement, draw, setPool, alice } = await timed(given);
      await setPool(LIMIT);
      await draw(0n, LIMIT);
      const before = await settlement.read.pool();
      await at(100n, () => settlement.write.withdraw([50n * USDC], { account: alice.account }));
      expect(await settlement.read.pool()).to.deep.equal({ ...before, balance: 140n * USDC });
      await at(200n, () => settlement.write.deposit([5n * USDC], { account: alice.account }));
      expect(await settlement.read.pool()).to.deep.equal({ ...before, balance: 145n * USDC });
    });

    it("are not limited: a consumer takes everything out with both limits exhausted", async () => {
      const { at, settlement, draw, setOwn, setPool, accountOf, alice } = await timed(given);
      await setOwn(LIMIT);
      await setPool(LIMIT);
      await draw(0n, LIMIT);
      await at(0n, () => settlement.write.withdraw([90n * USDC], { account: alice.account }));
      expect((await accountOf()).balance).to.equal(0n);
    });
  });

  describe("what is available", () => {
    it("is 0 of an account without a pool", async () => {
      const { available, stranger } = await timed(given);
      expect(await available(0n, stranger)).to.equal(0n);
    });

    it("is the balance without limits", async () => {
      const { available } = await timed(given);
      expect(await available(0n)).to.equal(100n * USDC);
    });

    // In USDC: own limit, pool limit, drawn before; then what is available and why not 1 µUSDC more.
    const EDGES: [string, bigint, bigint, bigint, bigint, keyof typeof Refusal][] = [
      ["the balance, if both limits are higher", 200n, 300n, 0n, 100n, "InsufficientPool"],
      ["the balance, if both limits equal it", 100n, 100n, 0n, 100n, "InsufficientPool"],
      ["the own limit, if it is the least", 20n, 30n, 0n, 20n, "DailyLimitExceeded"],
      ["the own limit, if the pool's equals it", 20n, 20n, 0n, 20n, "DailyLimitExceeded"],
      ["the pool's limit, if it is the least", 30n, 20n, 0n, 20n, "PoolLimitExceeded"],
      ["the rest of the balance after a draw", 200n, 300n, 60n, 40n, "InsufficientPool"],
      ["the rest of the own limit after a draw", 20n, 50n, 8n, 12n, "DailyLimitExceeded"],
      ["the rest of the pool's limit after a draw", 50n, 20n, 8n, 12n, "PoolLimitExceeded"],
      ["nothing, if the own limit is exhausted", 20n, 50n, 20n, 0n, "DailyLimitExceeded"],
      ["nothing, if the pool's limit is exhausted", 50n, 20n, 20n, 0n, "PoolLimitExceeded"],
    ];
    for (const [what, own, whole, before, expected, beyond] of EDGES) {
      it(`is ${what}`, async () => {
        const { at, settlement, setOwn, setPool, draw, drawOf, available } = await timed(given);
        await setOwn(own * USDC);
        await setPool(whole * USDC);
        if (before > 0n) await draw(0n, before * USDC);
        expect(await available(0n)).to.equal(expected * USDC);
        const check = (total: bigint) => at(0n, () => settlement.read.checkSettlement([drawOf(total)]));
        if (expected > 0n) expect(await check(expected * USDC)).to.equal(Refusal.None);
        expect(await check(expected * USDC + 1n)).to.equal(Refusal[beyond]);
      });
    }

    it("is the least of the three while they refill at different speeds", async () => {
      const { settlement, setOwn, setPool, draw, available } = await timed(given);
      await setOwn(20n * USDC);
      await setPool(40n * USDC);
      await draw(0n, 20n * USDC);
      // The pool still has 20 of 40; the consumer regains 5 in six hours.
      expect(await available(DAY / 4n)).to.equal(5n * USDC);
      expect(await available(DAY)).to.equal(20n * USDC);
      expect(await settlement.read.totalDeposits()).to.equal(180n * USDC);
    });

    it("says nothing of a pause", async () => {
      const { settlement, available, drawOf, guardian } = await timed(given);
      await settlement.write.pause({ account: guardian.account });
      expect(await available(0n)).to.equal(100n * USDC);
      expect(await settlement.read.checkSettlement([drawOf(USDC)])).to.equal(Refusal.None);
    });

    it("is what a view of the future says: the same as what then happens", async () => {
      const { available, draw, refuses, setOwn } = await timed(given);
      await setOwn(LIMIT);
      await draw(0n, LIMIT);
      const room = await available(54_321n);
      expect(room).to.equal((LIMIT * 54_321n) / DAY);
      await refuses(54_321n, room + 1n, "DailyLimitExceeded");
      await draw(54_321n, room);
    });
  });

  describe("a batch that exhausts a limit", () => {
    function fours({ drawOf, alice, bob }: Timed, whose: ("alice" | "bob")[]): Session[] {
      return whose.map((name) => drawOf(4n * USDC, name === "alice" ? alice : bob));
    }

    function skipped(events: { eventName: string; args: Record<string, unknown> }[]) {
      return events.filter(({ eventName }) => eventName === "SettlementSkipped").map(({ args }) => args);
    }

    it("of a consumer skips the rest of that consumer, and nobody else's", async () => {
      const situation = await timed(given);
      const { at, settleBatch, eventsOf, bitmapOf, drawOf, setOwn, accountOf, start, bob } = situation;
      await setOwn(LIMIT);
      const batch = [...fours(situation, ["alice", "alice", "alice", "bob"]), drawOf(2n * USDC), drawOf(1n)];
      expect(await at(0n, () => bitmapOf(batch))).to.equal(0b011011n);
      const events = await at(0n, () => eventsOf(settleBatch(batch)));
      expect(skipped(events)).to.deep.equal([
        { sessionId: batch[2]?.sessionId, reason: Refusal.DailyLimitExceeded },
        { sessionId: batch[5]?.sessionId, reason: Refusal.DailyLimitExceeded },
      ]);
      expect(await accountOf()).to.deep.equal({
        balance: 90n * USDC,
        dailyLimit: LIMIT,
        drawn: LIMIT,
        drawnAt: Number(start),
        heldUntil: 0,
      });
      expect((await accountOf(bob)).balance).to.equal(96n * USDC);
    });

    it("of the pool skips the rest of everybody", async () => {
      const situation = await timed(given);
      const { at, settleBatch, settlement, eventsOf, bitmapOf, drawOf, setPool, start } = situation;
      await setPool(LIMIT);
      const batch = [...fours(situation, ["alice", "bob", "alice", "bob"]), drawOf(2n * USDC), drawOf(1n)];
      expect(await at(0n, () => bitmapOf(batch))).to.equal(0b010011n);
      const events = await at(0n, () => eventsOf(settleBatch(batch)));
      expect(skipped(events)).to.deep.equal([
        { sessionId: batch[2]?.sessionId, reason: Refusal.PoolLimitExceeded },
        { sessionId: batch[3]?.sessionId, reason: Refusal.PoolLimitExceeded },
        { sessionId: batch[5]?.sessionId, reason: Refusal.PoolLimitExceeded },
      ]);
      expect(await settlement.read.pool()).to.deep.equal({
        balance: 190n * USDC,
        dailyLimit: LIMIT,
        drawn: LIMIT,
        drawnAt: Number(start),
        heldUntil: 0,
      });
    });

    it("does not use a consumer's limit for what the pool refuses", async () => {
      const situation = await timed(given);
      const { at, settleBatch, setOwn, setPool, accountOf, alice } = situation;
      await setOwn(LIMIT);
      await setPool(5n * USDC);
      await at(0n, () => settleBatch(fours(situation, ["bob", "alice"])));
      expect(await accountOf(alice)).to.deep.equal({
        balance: 100n * USDC,
        dailyLimit: LIMIT,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
    });

    it("settles the rest a day later, from the same batch", async () => {
      const situation = await timed(given);
      const { at, settleBatch, bitmapOf, setOwn, accountOf } = situation;
      await setOwn(LIMIT);
      const batch = fours(situation, ["alice", "alice", "alice"]);
      await at(0n, () => settleBatch(batch));
      expect(await at(DAY, () => bitmapOf(batch))).to.equal(0b100n);
      await at(DAY, () => settleBatch(batch));
      expect((await accountOf()).balance).to.equal(88n * USDC);
    });

    it("draws as much as the same sessions one by one", async () => {
      const situation = await timed(given);
      const { at, settleBatch, draw, setOwn, setPool, settlement, accountOf, alice, bob } = situation;
      await setOwn(LIMIT, alice);
      await setOwn(LIMIT, bob);
      await setPool(50n * USDC);
      await at(0n, () => settleBatch(fours(situation, ["alice", "alice"])));
      for (let index = 0; index < 2; index++) await draw(0n, 4n * USDC, bob);
      expect(await accountOf(alice)).to.deep.equal(await accountOf(bob));
      expect((await settlement.read.pool()).drawn).to.equal(16n * USDC);
    });
  });
});
