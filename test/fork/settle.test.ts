import { expect } from "chai";
import { movedBy, transfersOf } from "../support/books.ts";
import { Refusal, sessionId, settleArgs, split, USDC } from "../support/session.ts";
import { DEFAULT_DAILY_LIMIT, onEachFork, POOL_DAILY_LIMIT } from "./situation.ts";

const { toAmount, feeAmount } = split(60_000n);
const TOTAL = toAmount + feeAmount;

onEachFork("A settlement", ({ funded }) => {
  it("pays the operator and the platform from the consumer's pool", async () => {
    const situation = await funded();
    const {
      "alice's drawnAt": _,
      "whole drawnAt": __,
      ...moved
    } = await movedBy(situation, () => situation.settle(situation.session()));
    expect(moved).to.deep.equal({
      "alice's pool": -TOTAL,
      "alice's drawn": TOTAL,
      "operator's USDC": toAmount,
      "platform's USDC": feeAmount,
      "contract's USDC": -TOTAL,
      totalDeposits: -TOTAL,
      "whole drawn": TOTAL,
    });
  });

  it("of a session that is settled is refused", async () => {
    const { viem, settlement, settle, session } = await funded();
    await settle(session());
    await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "SettlementRefused", [
      session().sessionId,
      Refusal.AlreadySettled,
    ]);
  });

  it("by anybody but the relayer is refused", async () => {
    const { viem, settlement, session, stranger } = await funded();
    await viem.assertions.revertWithCustomErrorWithArgs(
      settlement.write.settleFromPool(settleArgs(session()), { account: stranger.account }),
      settlement,
      "NotRelayer",
      [stranger.account.address],
    );
  });
});

onEachFork("A batch", ({ funded }) => {
  it("of 100 sessions of two consumers with two operators is settled by three transfers", async () => {
    const situation = await funded();
    const { usdc, settlement, session, settleBatch, alice, bob, operator, otherOperator, platform } = situation;
    // Sorted by payee, so that each is paid once.
    const sessions = Array.from({ length: 100 }, (_, i) =>
      session({
        sessionId: sessionId(i),
        from: (i % 2 === 0 ? alice : bob).account.address,
        to: (i < 50 ? operator : otherOperator).account.address,
      }),
    );
    expect(await transfersOf(situation, settleBatch(sessions))).to.deep.equal(
      [
        { to: operator, value: 50n * toAmount },
        { to: otherOperator, value: 50n * toAmount },
        { to: platform, value: 100n * feeAmount },
      ].map(({ to, value }) => ({ from: settlement.address, to: to.account.address, value })),
    );
    expect(await usdc.read.balanceOf([settlement.address])).to.equal(200n * USDC - 100n * TOTAL);
  });

  it("of 100 sessions stays far below the gas that Base allows a transaction", async () => {
    const { publicClient, session, settleBatch } = await funded();
    const hash = await settleBatch(Array.from({ length: 100 }, (_, i) => session({ sessionId: sessionId(i) })));
    const { gasUsed } = await publicClient.getTransactionReceipt({ hash });
    expect(gasUsed < 16_777_216n / 2n).to.equal(true);
  });

  it("settles what it can and says what it could not", async () => {
    const { session, settleBatch, eventsOf, settlement, operator } = await funded();
    const events = await eventsOf(
      settleBatch([
        session({ sessionId: sessionId(1) }),
        session({ sessionId: sessionId(1) }),
        session({ sessionId: sessionId(2), to: settlement.address }),
        session({ sessionId: sessionId(3), from: operator.account.address }),
        session({ sessionId: sessionId(4) }),
      ]),
    );
    const outcomes = events.map(({ eventName, args }) => [eventName, args.sessionId, args.reason]);
    expect(outcomes).to.deep.equal([
      ["Settled", sessionId(1), undefined],
      ["SettlementSkipped", sessionId(1), Refusal.AlreadySettled],
      ["SettlementSkipped", sessionId(2), Refusal.InvalidPayee],
      ["SettlementSkipped", sessionId(3), Refusal.InsufficientPool],
      ["Settled", sessionId(4), undefined],
    ]);
  });
});

onEachFork("The daily limits of the deployment", ({ funded }) => {
  /** A session of exactly `amount`, which the meter allows. */
  const costing = (amount: bigint) => ({ ratePerSecond: amount, chargeableSeconds: 1n, ...split(amount) });

  it("let a consumer be charged the default limit", async () => {
    const { settlement, settleBatch, session, alice } = await funded();
    const fifth = costing(DEFAULT_DAILY_LIMIT / 5n);
    await settleBatch(Array.from({ length: 5 }, (_, i) => session({ sessionId: sessionId(i), ...fifth })));
    expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - DEFAULT_DAILY_LIMIT);
  });

  it("refuse more than has refilled since", async () => {
    const { viem, settlement, settleBatch, settle, session } = await funded();
    const fifth = costing(DEFAULT_DAILY_LIMIT / 5n);
    await settleBatch(Array.from({ length: 5 }, (_, i) => session({ sessionId: sessionId(i), ...fifth })));
    // 5 USDC a day refill 57 µUSDC a second.
    const next = session({ sessionId: sessionId(9), ...costing(1_000n) });
    await viem.assertions.revertWithCustomErrorWithArgs(settle(next), settlement, "SettlementRefused", [
      next.sessionId,
      Refusal.DailyLimitExceeded,
    ]);
  });

  it("hold all consumers together to the pool's limit", async () => {
    const { settlement, session, settleBatch, alice, bob } = await funded();
    const batch = [alice, bob].flatMap(({ account: { address: from } }, person) =>
      Array.from({ length: 5 }, (_, i) => session({ sessionId: sessionId(5 * person + i), from, ...costing(USDC) })),
    );
    await settleBatch(batch);
    expect(await settlement.read.totalDeposits()).to.equal(200n * USDC - POOL_DAILY_LIMIT);
  });

  it("are a consumer's own to raise and to lower", async () => {
    const { settlement, alice } = await funded();
    await settlement.write.setDailyLimit([3n * USDC], { account: alice.account });
    expect(await settlement.read.available([alice.account.address])).to.equal(3n * USDC);
  });

  it("have room again after a day", async () => {
    const { networkHelpers, settlement, settle, session, alice } = await funded();
    await settle(session({ ...costing(USDC) }));
    await networkHelpers.time.increase(86_400);
    expect(await settlement.read.available([alice.account.address])).to.equal(DEFAULT_DAILY_LIMIT);
  });
});
