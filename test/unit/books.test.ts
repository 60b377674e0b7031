/** The books after a day on which everything happened once: an instance of the sums that must always hold. */

import { usdcAbi } from "@luxxon/chain/usdc";
import { expect } from "chai";
import type { Address, Hash } from "viem";
import { parseEventLogs } from "viem";
import { Refusal, sessionId, split, USDC } from "../support/session.ts";
import { type Given, onEachChain } from "../support/situation.ts";

/**
 * Deposits by and for a consumer, a settlement, a batch with a skipped entry and a refused payout, a claim of one of two
 * credits, a withdrawal, a mistaken transfer and a rescue of a part of it.
 */
async function afterABusyDay(given: Given) {
  const situation = await given.fresh();
  const { settlement, usdc, publicClient, circle, owner, alice, bob, operator, otherOperator, stranger } = situation;
  const { session, settle, settleBatch, denylist, eventsOf } = situation;
  const transactions: Hash[] = [];
  async function happens(transaction: Promise<Hash>) {
    transactions.push(await transaction);
  }
  await happens(settlement.write.deposit([100n * USDC], { account: alice.account }));
  await happens(settlement.write.depositFor([bob.account.address, 5n * USDC], { account: alice.account }));
  await happens(settle(session()));
  await denylist(operator);
  await denylist(otherOperator);
  await happens(
    settleBatch([
      session({ sessionId: sessionId(1), from: bob.account.address }),
      session({ sessionId: sessionId(2), from: stranger.account.address }),
      session({ sessionId: sessionId(3), to: otherOperator.account.address, ...split(50_000n) }),
    ]),
  );
  await usdc.write.unBlacklist([operator.account.address], { account: circle.account });
  await happens(settlement.write.claim([operator.account.address]));
  await happens(settlement.write.withdraw([30n * USDC], { account: alice.account }));
  await usdc.write.mint([settlement.address, 7n * USDC], { account: circle.account });
  await happens(settlement.write.rescue([usdc.address, owner.account.address, 2n * USDC], { account: owner.account }));

  const events = (await Promise.all(transactions.map(eventsOf))).flat();
  const receipts = await Promise.all(transactions.map((hash) => publicClient.getTransactionReceipt({ hash })));
  const transfers = receipts.flatMap(({ logs }) =>
    parseEventLogs({ abi: usdcAbi, eventName: "Transfer", logs }).map(({ args }) => args),
  );
  /** The sum of `field` over all events called `name` whose `who` is `person`. */
  function sumOf(name: string, field: string, who?: string, person?: Address): bigint {
    return events
      .filter(({ eventName, args }) => eventName === name && (who === undefined || args[who] === person))
      .reduce((sum, { args }) => sum + (args[field] as bigint), 0n);
  }
  return { ...situation, events, transfers, sumOf };
}

onEachChain("the books after a busy day", (given) => {
  describe("the totals", () => {
    it("are covered by the USDC that the contract holds (I1)", async () => {
      const { settlement, usdc } = await afterABusyDay(given);
      const owed = (await settlement.read.totalDeposits()) + (await settlement.read.totalCredits());
      expect(await usdc.read.balanceOf([settlement.address])).to.equal(owed + 5n * USDC);
      expect(await settlement.read.surplus()).to.equal(5n * USDC);
    });

    it("are the sum of what each consumer owns (I2)", async () => {
      const { settlement, alice, bob } = await afterABusyDay(given);
      const ofAlice = await settlement.read.deposits([alice.account.address]);
      const ofBob = await settlement.read.deposits([bob.account.address]);
      expect(ofAlice).to.equal(70n * USDC - 110_000n);
      expect(ofBob).to.equal(5n * USDC - 60_000n);
      expect(await settlement.read.totalDeposits()).to.equal(ofAlice + ofBob);
    });

    it("are the sum of what each payee is owed (I2)", async () => {
      const { settlement, operator, otherOperator } = await afterABusyDay(given);
      expect(await settlement.read.credits([operator.account.address])).to.equal(0n);
      expect(await settlement.read.credits([otherOperator.account.address])).to.equal(42_500n);
      expect(await settlement.read.totalCredits()).to.equal(42_500n);
    });
  });

  describe("a consumer", () => {
    it("owns what was deposited less what it withdrew and what was settled from it (I3)", async () => {
      const { settlement, alice, bob, sumOf } = await afterABusyDay(given);
      for (const { account } of [alice, bob]) {
        const { address } = account;
        const deposited = sumOf("Deposited", "amount", "consumer", address);
        const withdrawn = sumOf("Withdrawn", "amount", "consumer", address);
        const settled = sumOf("Settled", "toAmount", "from", address) + sumOf("Settled", "feeAmount", "from", address);
        expect(deposited).to.not.equal(0n);
        expect(settled).to.not.equal(0n);
        expect(await settlement.read.deposits([address])).to.equal(deposited - withdrawn - settled);
      }
    });

    it("is not touched by an entry that was skipped (I9)", async () => {
      const { settlement, stranger, events } = await afterABusyDay(given);
      expect(events.filter(({ eventName }) => eventName === "SettlementSkipped")).to.deep.equal([
        {
          eventName: "SettlementSkipped",
          args: { sessionId: sessionId(2), reason: Refusal.InsufficientPool },
        },
      ]);
      expect(await settlement.read.accountOf([stranger.account.address])).to.deep.equal({
        balance: 0n,
        dailyLimit: 0n,
        drawn: 0n,
        drawnAt: 0,
        heldUntil: 0,
      });
      expect(await settlement.read.settled([sessionId(2)])).to.equal(false);
    });
  });

  describe("the events", () => {
    it("name every µUSDC that left, and whom it went to (I10)", async () => {
      const situation = await afterABusyDay(given);
      const { settlement, owner, platform, alice, bob, operator, otherOperator, stranger } = situation;
      const { transfers, sumOf } = situation;
      const left = transfers.filter(({ from }) => from.toLowerCase() === settlement.address.toLowerCase());
      const received = (person: Address) =>
        left.filter(({ to }) => to === person).reduce((sum, { value }) => sum + value, 0n);
      let everything = 0n;
      for (const { account } of [owner, platform, alice, bob, operator, otherOperator, stranger]) {
        const person = account.address;
        const fees = person === platform.account.address ? sumOf("Settled", "feeAmount") : 0n;
        const named =
          sumOf("Withdrawn", "amount", "consumer", person) +
          sumOf("Settled", "toAmount", "to", person) +
          fees -
          sumOf("PayoutCredited", "amount", "payee", person) +
          sumOf("CreditClaimed", "amount", "payee", person) +
          sumOf("Rescued", "amount", "to", person);
        expect(received(person)).to.equal(named);
        everything += named;
      }
      // Nobody else received anything: 30 withdrawn, 2 rescued, two sessions of 51,000 and three fees.
      expect(left.reduce((sum, { value }) => sum + value, 0n)).to.equal(everything);
      expect(everything).to.equal(32n * USDC + 2n * 51_000n + 2n * 9_000n + 7_500n);
    });
  });
});
