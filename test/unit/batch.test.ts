import { expect } from "chai";
import type { Address, Hash } from "viem";
import { getAddress } from "viem";
import { booksOf, differences, movedBy, scatteredId, somebody, transfersOf } from "../support/books.ts";
import { Refusal, type Session, sessionId, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** The Settled event of a session. */
function settledEvent({ sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds }: Session) {
  const args = { sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds };
  return { eventName: "Settled", args };
}

function skippedEvent(id: Session["sessionId"], reason: keyof typeof Refusal) {
  return { eventName: "SettlementSkipped", args: { sessionId: id, reason: Refusal[reason] } };
}

/** What the relayer would be told that a batch settled, one bit per entry. */
async function bitmapOf({ settlement, relayer }: Situation, batch: Session[]): Promise<bigint> {
  return (await settlement.simulate.settleBatch([batch], { account: relayer.account.address })).result;
}

/** Sends a batch and gives back the transaction together with what it moved. */
async function sent(situation: Situation, batch: Session[], others: Record<string, Address> = {}) {
  const before = await booksOf(situation, others);
  const transaction: Hash = await situation.settleBatch(batch);
  return { transaction, moved: differences(before, await booksOf(situation, others)) };
}

onEachChain("settleBatch", (given) => {
  describe("the size of a batch", () => {
    it("is not 0", async () => {
      const { settlement, settleBatch, viem } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(settleBatch([]), settlement, "InvalidBatchSize", [0n]);
    });

    it("is not 101, and none of the 101 is settled", async () => {
      const situation = await given.funded();
      const { settlement, settleBatch, session, viem } = situation;
      const batch = Array.from({ length: 101 }, (_, index) => session({ sessionId: sessionId(index) }));
      const moved = await movedBy(situation, () =>
        viem.assertions.revertWithCustomErrorWithArgs(settleBatch(batch), settlement, "InvalidBatchSize", [101n]),
      );
      expect(moved).to.deep.equal({});
      expect(await settlement.read.settled([sessionId(0)])).to.equal(false);
    });

    it("may be 1: as settleFromPool", async () => {
      const situation = await given.funded();
      const { session, eventsOf } = situation;
      expect(await bitmapOf(situation, [session()])).to.equal(1n);
      const { transaction, moved } = await sent(situation, [session()]);
      expect(await eventsOf(transaction)).to.deep.equal([settledEvent(session())]);
      expect(moved).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("may be 100", async () => {
      const situation = await given.funded();
      const { settlement, session } = situation;
      const batch = Array.from({ length: 100 }, (_, index) => session({ sessionId: sessionId(index) }));
      expect(await bitmapOf(situation, batch)).to.equal((1n << 100n) - 1n);
      const { moved } = await sent(situation, batch);
      expect(moved).to.deep.equal({
        "alice's pool": -6_000_000n,
        totalDeposits: -6_000_000n,
        "contract's USDC": -6_000_000n,
        "operator's USDC": 5_100_000n,
        "platform's USDC": 900_000n,
      });
      for (const { sessionId: id } of batch) expect(await settlement.read.settled([id]), id).to.equal(true);
    });
  });

  describe("who may send it", () => {
    for (const name of ["owner", "guardian", "platform", "alice", "operator", "stranger"] as const) {
      it(`not ${name}`, async () => {
        const situation = await given.funded();
        const { settlement, session, viem } = situation;
        const { account } = situation[name];
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.settleBatch([[session()]], { account }),
          settlement,
          "NotRelayer",
          [account.address],
        );
      });
    }

    it("not even the relayer while the contract is paused", async () => {
      const { settlement, settleBatch, session, viem, guardian } = await given.funded();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settleBatch([session()]), settlement, "EnforcedPause", []);
    });
  });

  describe("a batch of good sessions", () => {
    it("emits Settled for each, in the order of the batch", async () => {
      const { session, settleBatch, eventsOf, bob, otherOperator } = await given.funded();
      const batch = [
        session({ sessionId: sessionId(9), chargeableSeconds: 10n, toAmount: 8_500n, feeAmount: 1_500n }),
        session({ sessionId: sessionId(3), from: bob.account.address }),
        session({ sessionId: sessionId(5, 77), to: otherOperator.account.address, toAmount: 1n, feeAmount: 0n }),
      ];
      expect(await eventsOf(settleBatch(batch))).to.deep.equal(batch.map(settledEvent));
    });

    it("debits every consumer and pays every operator its own sum", async () => {
      const situation = await given.funded();
      const { session, bob, operator, otherOperator } = situation;
      const to = { first: operator.account.address, second: otherOperator.account.address };
      const { moved } = await sent(situation, [
        session({ sessionId: sessionId(0), to: to.first, toAmount: 1_000n, feeAmount: 10n }),
        session({ sessionId: sessionId(1), to: to.second, toAmount: 2_000n, feeAmount: 20n }),
        session({
          sessionId: sessionId(2),
          to: to.second,
          toAmount: 4_000n,
          feeAmount: 40n,
          from: bob.account.address,
        }),
        session({ sessionId: sessionId(3), to: to.first, toAmount: 8_000n, feeAmount: 80n, from: bob.account.address }),
      ]);
      expect(moved).to.deep.equal({
        "alice's pool": -3_030n,
        "bob's pool": -12_120n,
        totalDeposits: -15_150n,
        "contract's USDC": -15_150n,
        "operator's USDC": 9_000n,
        "otherOperator's USDC": 6_000n,
        "platform's USDC": 150n,
      });
    });

    it("of a hundred consumers debits each of them once", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, alice } = situation;
      const consumers = Array.from({ length: 100 }, (_, index) => somebody(`consumer ${index}`));
      for (const consumer of consumers) {
        await settlement.write.depositFor([consumer, 1_000n], { account: alice.account });
      }
      const batch = consumers.map((from, index) =>
        session({ sessionId: sessionId(index), from, toAmount: BigInt(index), feeAmount: 0n }),
      );
      // The first owes nothing, so it is the only one refused.
      expect(await bitmapOf(situation, batch)).to.equal((1n << 100n) - 2n);
      await settleBatch(batch);
      const left = await Promise.all(consumers.map((consumer) => settlement.read.deposits([consumer])));
      expect(left).to.deep.equal(consumers.map((_, index) => 1_000n - BigInt(index)));
    });
  });

  describe("the transfers of a batch", () => {
    it("are one for a run of entries with the same payee, and one for all fees", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator, platform } = situation;
      const from = getAddress(settlement.address);
      const batch = [0, 1, 2].map((index) => session({ sessionId: sessionId(index) }));
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 153_000n },
        { from, to: platform.account.address, value: 27_000n },
      ]);
    });

    it("are one for each run: A, A, B, B makes two and the fees", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator, otherOperator, platform } = situation;
      const from = getAddress(settlement.address);
      const payees = [operator, operator, otherOperator, otherOperator];
      const batch = payees.map(({ account }, index) => session({ sessionId: sessionId(index), to: account.address }));
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 102_000n },
        { from, to: otherOperator.account.address, value: 102_000n },
        { from, to: platform.account.address, value: 36_000n },
      ]);
    });

    it("are more if the payees are not sorted: A, B, A makes three and the fees", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator, otherOperator, platform } = situation;
      const from = getAddress(settlement.address);
      const payees = [operator, otherOperator, operator];
      const batch = payees.map(({ account }, index) => session({ sessionId: sessionId(index), to: account.address }));
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 51_000n },
        { from, to: otherOperator.account.address, value: 51_000n },
        { from, to: operator.account.address, value: 51_000n },
        { from, to: platform.account.address, value: 27_000n },
      ]);
    });

    it("do not split a run at a skipped entry of another payee", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator, otherOperator, platform } = situation;
      const from = getAddress(settlement.address);
      const batch = [
        session({ sessionId: sessionId(0) }),
        session({ sessionId: sessionId(1), to: otherOperator.account.address, toAmount: 60_001n }),
        session({ sessionId: sessionId(2) }),
      ];
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 102_000n },
        { from, to: platform.account.address, value: 18_000n },
      ]);
    });

    it("are none for the fees if all of them are 0", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator } = situation;
      const from = getAddress(settlement.address);
      const batch = [0, 1].map((index) => session({ sessionId: sessionId(index), toAmount: 60_000n, feeAmount: 0n }));
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 120_000n },
      ]);
    });

    it("keep the platform wallet's part as an operator apart from the fees", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, operator, platform } = situation;
      const from = getAddress(settlement.address);
      const batch = [
        session({ sessionId: sessionId(0) }),
        session({ sessionId: sessionId(1), to: platform.account.address }),
      ];
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: operator.account.address, value: 51_000n },
        { from, to: platform.account.address, value: 51_000n },
        { from, to: platform.account.address, value: 18_000n },
      ]);
    });

    it("pay a consumer that is its own operator, less the fee", async () => {
      const situation = await given.funded();
      const { session, alice } = situation;
      const batch = [0, 1].map((index) => session({ sessionId: sessionId(index), to: alice.account.address }));
      const { moved } = await sent(situation, batch);
      expect(moved).to.deep.equal({
        "alice's pool": -120_000n,
        totalDeposits: -120_000n,
        "contract's USDC": -120_000n,
        "alice's USDC": 102_000n,
        "platform's USDC": 18_000n,
      });
    });
  });

  describe("a bad session among good ones", () => {
    it("is skipped and named, in its place among the events", async () => {
      const { session, settleBatch, eventsOf } = await given.funded();
      const good = [0, 2].map((index) => session({ sessionId: sessionId(index) }));
      const bad = session({ sessionId: sessionId(1), toAmount: 60_001n });
      const [first, last] = good as [Session, Session];
      expect(await eventsOf(settleBatch([first, bad, last]))).to.deep.equal([
        settledEvent(first),
        skippedEvent(sessionId(1), "MeterExceeded"),
        settledEvent(last),
      ]);
    });

    it("leaves a 0 in the bitmap, and its id open", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch } = situation;
      const batch = [
        session({ sessionId: sessionId(0) }),
        session({ sessionId: sessionId(1), toAmount: 60_001n }),
        session({ sessionId: sessionId(2) }),
      ];
      expect(await bitmapOf(situation, batch)).to.equal(0b101n);
      await settleBatch(batch);
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
      expect(await settlement.read.settled([sessionId(1)])).to.equal(false);
      expect(await settlement.read.settled([sessionId(2)])).to.equal(true);
    });

    it("costs nobody anything", async () => {
      const situation = await given.funded();
      const { session, bob, otherOperator } = situation;
      const { moved } = await sent(situation, [
        session({ sessionId: sessionId(0) }),
        session({
          sessionId: sessionId(1),
          from: bob.account.address,
          to: otherOperator.account.address,
          toAmount: 60_001n,
        }),
        session({ sessionId: sessionId(2) }),
      ]);
      expect(moved).to.deep.equal({
        "alice's pool": -120_000n,
        totalDeposits: -120_000n,
        "contract's USDC": -120_000n,
        "operator's USDC": 102_000n,
        "platform's USDC": 18_000n,
      });
    });

    it("may be the first, the last, or every second: the bitmap says which, up to bit 99", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch } = situation;
      const good = (index: number) => index % 2 === 1;
      const batch = Array.from({ length: 100 }, (_, index) =>
        session({ sessionId: sessionId(index), toAmount: good(index) ? 51_000n : 60_001n }),
      );
      const bitmap = await bitmapOf(situation, batch);
      await settleBatch(batch);
      for (const [index, { sessionId: id }] of batch.entries()) {
        expect((bitmap >> BigInt(index)) & 1n, `bit ${index}`).to.equal(good(index) ? 1n : 0n);
        expect(await settlement.read.settled([id]), `session ${index}`).to.equal(good(index));
      }
      expect(bitmap >> 100n).to.equal(0n);
    });
  });

  describe("a consumer whose pool runs dry in the middle of a batch", () => {
    /** Alice's 100 USDC pay for two of three sessions of 40 USDC, and for a last one of 20. */
    function batchOf({ session, bob }: Situation): Session[] {
      const forty = { ratePerSecond: USDC, chargeableSeconds: 40n, toAmount: 34n * USDC, feeAmount: 6n * USDC };
      const twenty = { ratePerSecond: USDC, chargeableSeconds: 20n, toAmount: 17n * USDC, feeAmount: 3n * USDC };
      return [
        session({ sessionId: sessionId(0), ...forty }),
        session({ sessionId: sessionId(1), ...forty }),
        session({ sessionId: sessionId(2), ...forty }),
        session({ sessionId: sessionId(3), ...forty, from: bob.account.address }),
        session({ sessionId: sessionId(4), ...twenty }),
        session({ sessionId: sessionId(5), toAmount: 1n, feeAmount: 0n }),
      ];
    }

    it("pays what it can, in order and each in full", async () => {
      const situation = await given.funded();
      const { settleBatch, eventsOf } = situation;
      const [first, second, , bobs, last] = batchOf(situation) as [Session, Session, Session, Session, Session];
      expect(await bitmapOf(situation, batchOf(situation))).to.equal(0b011011n);
      expect(await eventsOf(settleBatch(batchOf(situation)))).to.deep.equal([
        settledEvent(first),
        settledEvent(second),
        skippedEvent(sessionId(2), "InsufficientPool"),
        settledEvent(bobs),
        settledEvent(last),
        skippedEvent(sessionId(5), "InsufficientPool"),
      ]);
    });

    it("is left with 0, and another's pool pays only its own", async () => {
      const situation = await given.funded();
      const { moved } = await sent(situation, batchOf(situation));
      expect(moved).to.deep.equal({
        "alice's pool": -100n * USDC,
        "bob's pool": -40n * USDC,
        totalDeposits: -140n * USDC,
        "contract's USDC": -140n * USDC,
        "operator's USDC": 119n * USDC,
        "platform's USDC": 21n * USDC,
      });
    });

    it("settles the rest after a deposit, from the same batch", async () => {
      const situation = await given.funded();
      const { settlement, settleBatch, alice } = situation;
      await settleBatch(batchOf(situation));
      await settlement.write.deposit([50n * USDC], { account: alice.account });
      expect(await bitmapOf(situation, batchOf(situation))).to.equal(0b100100n);
      const { moved } = await sent(situation, batchOf(situation));
      expect(moved["alice's pool"]).to.equal(-40n * USDC - 1n);
    });
  });

  describe("the same id twice in one batch", () => {
    it("settles once", async () => {
      const situation = await given.funded();
      const { session, eventsOf } = situation;
      expect(await bitmapOf(situation, [session(), session()])).to.equal(0b01n);
      const { transaction, moved } = await sent(situation, [session(), session()]);
      expect(await eventsOf(transaction)).to.deep.equal([
        settledEvent(session()),
        skippedEvent(sessionId(0), "AlreadySettled"),
      ]);
      expect(moved["alice's pool"]).to.equal(-60_000n);
      expect(moved["contract's USDC"]).to.equal(-60_000n);
    });

    it("settles the first, also if the second has other values", async () => {
      const situation = await given.funded();
      const { session, bob, otherOperator } = situation;
      const other = session({
        from: bob.account.address,
        to: otherOperator.account.address,
        toAmount: 7n,
        feeAmount: 1n,
      });
      const { moved } = await sent(situation, [session(), other]);
      expect(moved).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("settles the second if the first is refused", async () => {
      const situation = await given.funded();
      const { session, eventsOf } = situation;
      const bad = session({ toAmount: 60_001n });
      expect(await bitmapOf(situation, [bad, session()])).to.equal(0b10n);
      const { transaction } = await sent(situation, [bad, session()]);
      expect(await eventsOf(transaction)).to.deep.equal([
        skippedEvent(sessionId(0), "MeterExceeded"),
        settledEvent(session()),
      ]);
    });
  });

  describe("a batch that is sent again", () => {
    it("skips every session and moves nothing", async () => {
      const situation = await given.funded();
      const { session, settleBatch, eventsOf } = situation;
      const batch = [0, 1, 2].map((index) => session({ sessionId: sessionId(index) }));
      await settleBatch(batch);
      expect(await bitmapOf(situation, batch)).to.equal(0n);
      const { transaction, moved } = await sent(situation, batch);
      expect(moved).to.deep.equal({});
      expect(await eventsOf(transaction)).to.deep.equal(
        batch.map(({ sessionId: id }) => skippedEvent(id, "AlreadySettled")),
      );
    });

    it("settles what is new in it, and only that", async () => {
      const situation = await given.funded();
      const { session, settleBatch } = situation;
      const [first, second, third] = [0, 1, 2].map((index) => session({ sessionId: sessionId(index) })) as [
        Session,
        Session,
        Session,
      ];
      await settleBatch([first, third]);
      expect(await bitmapOf(situation, [first, second, third])).to.equal(0b010n);
      const { moved } = await sent(situation, [first, second, third]);
      expect(moved).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("skips what settleFromPool has settled, and the other way round", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, settleBatch, viem } = situation;
      await settle(session());
      expect(await bitmapOf(situation, [session(), session({ sessionId: sessionId(1) })])).to.equal(0b10n);
      await settleBatch([session({ sessionId: sessionId(1) })]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settle(session({ sessionId: sessionId(1) })),
        settlement,
        "SettlementRefused",
        [sessionId(1), Refusal.AlreadySettled],
      );
    });
  });

  describe("a batch of which nothing can be settled", () => {
    it("returns 0 and changes nothing, not even the pool's bucket", async () => {
      const situation = await given.funded();
      const { settlement, session, owner } = situation;
      // With a limit there is a bucket that could move.
      await settlement.write.setPoolDailyLimit([50n * USDC], { account: owner.account });
      const batch = [0, 1].map((index) => session({ sessionId: sessionId(index), toAmount: 60_001n }));
      expect(await bitmapOf(situation, batch)).to.equal(0n);
      const { transaction, moved } = await sent(situation, batch);
      expect(moved).to.deep.equal({});
      expect(await transfersOf(situation, transaction)).to.deep.equal([]);
    });
  });

  describe("the most expensive batch: a hundred new operators and ids far apart", () => {
    it("fits well into a transaction on Base", async () => {
      const { settlement, publicClient, session, settleBatch, alice, owner } = await given.funded();
      await settlement.write.setDefaultDailyLimit([10n * USDC], { account: owner.account });
      await settlement.write.setPoolDailyLimit([1_000n * USDC], { account: owner.account });
      const consumers = Array.from({ length: 100 }, (_, index) => somebody(`consumer ${index}`));
      for (const consumer of consumers) {
        await settlement.write.depositFor([consumer, USDC], { account: alice.account });
      }
      const batch = consumers.map((from, index) =>
        session({ sessionId: scatteredId(index), from, to: somebody(`operator ${index}`) }),
      );
      const { gasUsed } = await publicClient.waitForTransactionReceipt({ hash: await settleBatch(batch) });
      expect(await settlement.read.totalDeposits()).to.equal(300n * USDC - 100n * 60_000n);
      // A transaction on Base may use 16,777,216.
      expect(gasUsed <= 9_000_000n, `${gasUsed} gas`).to.equal(true);
    });
  });
});
