import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Address, Hash } from "viem";
import { getAddress } from "viem";
import { type Books, booksOf, differences, movedBy, somebody, transfersOf } from "../support/books.ts";
import { type Session, sessionId, settleArgs } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

const DENYLISTED = "Blacklistable: account is blacklisted";

/** What the contract has is what it owes: every deposit and every credit, to the last µUSDC. */
async function expectSolventToTheLast({ settlement, usdc }: Situation): Promise<void> {
  const owed = (await settlement.read.totalDeposits()) + (await settlement.read.totalCredits());
  expect(await usdc.read.balanceOf([settlement.address])).to.equal(owed);
  expect(await settlement.read.surplus()).to.equal(0n);
}

/** Lets an account receive again. */
function undenylist({ usdc, circle }: Situation, account: Wallet): Promise<Hash> {
  return usdc.write.unBlacklist([account.account.address], { account: circle.account });
}

function creditedEvent(payee: Address, amount: bigint) {
  return { eventName: "PayoutCredited", args: { payee, amount } };
}

function settledEvent({ sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds }: Session) {
  const args = { sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds };
  return { eventName: "Settled", args };
}

onEachChain("a payout that USDC refuses", (given) => {
  describe("to a denylisted operator", () => {
    it("is owed to it, and the session and its fee stand", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, operator } = situation;
      await denylist(operator);
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -9_000n,
        "operator's credits": 51_000n,
        totalCredits: 51_000n,
        "platform's USDC": 9_000n,
      });
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
      await expectSolventToTheLast(situation);
    });

    it("emits PayoutCredited after Settled", async () => {
      const { session, settle, denylist, eventsOf, operator } = await given.funded();
      await denylist(operator);
      expect(await eventsOf(settle(session()))).to.deep.equal([
        settledEvent(session()),
        creditedEvent(operator.account.address, 51_000n),
      ]);
    });

    it("adds up over sessions", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, operator } = situation;
      await denylist(operator);
      await settle(session({ sessionId: sessionId(0) }));
      await settle(session({ sessionId: sessionId(1) }));
      await settle(session({ sessionId: sessionId(2), toAmount: 1n, feeAmount: 0n }));
      expect(await settlement.read.credits([operator.account.address])).to.equal(102_001n);
      expect(await settlement.read.totalCredits()).to.equal(102_001n);
      await expectSolventToTheLast(situation);
    });

    it("does not come back to life when the next one succeeds: the credit waits for a claim", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, operator } = situation;
      await denylist(operator);
      await settle(session({ sessionId: sessionId(0) }));
      await undenylist(situation, operator);
      const moved = await movedBy(situation, () => settle(session({ sessionId: sessionId(1) })));
      expect(moved["operator's USDC"]).to.equal(51_000n);
      expect(await settlement.read.credits([operator.account.address])).to.equal(51_000n);
    });
  });

  describe("to a denylisted platform wallet", () => {
    it("is owed to it, and the operator is paid", async () => {
      const situation = await given.funded();
      const { session, settle, denylist, platform } = situation;
      await denylist(platform);
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -51_000n,
        "operator's USDC": 51_000n,
        "platform's credits": 9_000n,
        totalCredits: 9_000n,
      });
      await expectSolventToTheLast(situation);
    });

    it("stays with the old wallet when there is a new one", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, owner, platform, stranger } = situation;
      await denylist(platform);
      await settle(session());
      await settlement.write.setPlatformWallet([stranger.account.address], { account: owner.account });
      expect(await settlement.read.credits([platform.account.address])).to.equal(9_000n);
      expect(await settlement.read.credits([stranger.account.address])).to.equal(0n);
      await undenylist(situation, platform);
      const moved = await movedBy(situation, () =>
        settlement.write.claim([platform.account.address], { account: stranger.account }),
      );
      expect(moved["platform's USDC"]).to.equal(9_000n);
      expect(moved["stranger's USDC"]).to.equal(undefined);
    });
  });

  describe("to both, the operator and the platform wallet", () => {
    it("is owed to both, and no USDC moves", async () => {
      const situation = await given.funded();
      const { session, settle, denylist, operator, platform } = situation;
      await denylist(operator);
      await denylist(platform);
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "operator's credits": 51_000n,
        "platform's credits": 9_000n,
        totalCredits: 60_000n,
      });
      await expectSolventToTheLast(situation);
    });

    it("is one credit of both parts if they are the same account", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, eventsOf, platform } = situation;
      await denylist(platform);
      const toItself = session({ to: platform.account.address });
      expect(await eventsOf(settle(toItself))).to.deep.equal([
        settledEvent(toItself),
        creditedEvent(platform.account.address, 51_000n),
        creditedEvent(platform.account.address, 9_000n),
      ]);
      expect(await settlement.read.credits([platform.account.address])).to.equal(60_000n);
      await expectSolventToTheLast(situation);
    });
  });

  describe("to USDC's own contract, which it does not let receive", () => {
    it("is owed to it", async () => {
      const situation = await given.funded();
      const { settlement, usdc, session, settle, eventsOf } = situation;
      const toUsdc = session({ to: getAddress(usdc.address) });
      expect(await eventsOf(settle(toUsdc))).to.deep.equal([
        settledEvent(toUsdc),
        creditedEvent(getAddress(usdc.address), 51_000n),
      ]);
      expect(await settlement.read.credits([usdc.address])).to.equal(51_000n);
      await expectSolventToTheLast(situation);
    });
  });

  describe("to a denylisted consumer that is its own operator", () => {
    it("is owed to it: its pool was charged all the same", async () => {
      const situation = await given.funded();
      const { session, settle, denylist, alice } = situation;
      await denylist(alice);
      expect(await movedBy(situation, () => settle(session({ to: alice.account.address })))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -9_000n,
        "alice's credits": 51_000n,
        totalCredits: 51_000n,
        "platform's USDC": 9_000n,
      });
      await expectSolventToTheLast(situation);
    });
  });

  describe("while USDC is paused as a whole", () => {
    it("is owed, and so is the fee", async () => {
      const situation = await given.funded();
      const { usdc, session, settle, circle } = situation;
      await usdc.write.pause({ account: circle.account });
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "operator's credits": 51_000n,
        "platform's credits": 9_000n,
        totalCredits: 60_000n,
      });
      await expectSolventToTheLast(situation);
    });

    it("is owed for a whole batch: each operator's sum and all fees", async () => {
      const situation = await given.funded();
      const { usdc, session, settleBatch, circle, otherOperator } = situation;
      await usdc.write.pause({ account: circle.account });
      const batch = [
        session({ sessionId: sessionId(0) }),
        session({ sessionId: sessionId(1) }),
        session({ sessionId: sessionId(2), to: otherOperator.account.address }),
      ];
      expect(await movedBy(situation, () => settleBatch(batch))).to.deep.equal({
        "alice's pool": -180_000n,
        totalDeposits: -180_000n,
        "operator's credits": 102_000n,
        "otherOperator's credits": 51_000n,
        "platform's credits": 27_000n,
        totalCredits: 180_000n,
      });
      await expectSolventToTheLast(situation);
    });

    it("can be claimed once USDC goes on", async () => {
      const situation = await given.funded();
      const { settlement, usdc, session, settle, viem, circle, operator, stranger } = situation;
      await usdc.write.pause({ account: circle.account });
      await settle(session());
      const claim = () => settlement.write.claim([operator.account.address], { account: stranger.account });
      await viem.assertions.revertWith(claim(), "Pausable: paused");
      await usdc.write.unpause({ account: circle.account });
      const moved = await movedBy(situation, claim);
      expect(moved["operator's USDC"]).to.equal(51_000n);
    });
  });

  describe("while this contract is denylisted", () => {
    it("is owed, and so is the fee", async () => {
      const situation = await given.funded();
      const { settlement, usdc, session, settle, circle } = situation;
      await usdc.write.blacklist([settlement.address], { account: circle.account });
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "operator's credits": 51_000n,
        "platform's credits": 9_000n,
        totalCredits: 60_000n,
      });
      await expectSolventToTheLast(situation);
    });
  });

  describe("in a batch", () => {
    it("is one credit for a run of two sessions", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, denylist, eventsOf, operator } = situation;
      await denylist(operator);
      const batch = [0, 1].map((index) => session({ sessionId: sessionId(index) }));
      expect(await eventsOf(settleBatch(batch))).to.deep.equal([
        ...batch.map(settledEvent),
        creditedEvent(operator.account.address, 102_000n),
      ]);
      expect(await settlement.read.credits([operator.account.address])).to.equal(102_000n);
      await expectSolventToTheLast(situation);
    });

    it("is two credits for two runs", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, denylist, eventsOf, operator, otherOperator } = situation;
      await denylist(operator);
      const payees = [operator, otherOperator, operator];
      const batch = payees.map(({ account }, index) => session({ sessionId: sessionId(index), to: account.address }));
      expect(await eventsOf(settleBatch(batch))).to.deep.equal([
        ...batch.map(settledEvent),
        creditedEvent(operator.account.address, 51_000n),
        creditedEvent(operator.account.address, 51_000n),
      ]);
      expect(await settlement.read.credits([operator.account.address])).to.equal(102_000n);
      await expectSolventToTheLast(situation);
    });

    it("does not keep the others from being paid", async () => {
      const situation = await given.funded();
      const { settlement, session, settleBatch, denylist, operator, otherOperator, platform } = situation;
      await denylist(operator);
      const from = getAddress(settlement.address);
      const payees = [otherOperator, operator, otherOperator];
      const batch = payees.map(({ account }, index) => session({ sessionId: sessionId(index), to: account.address }));
      expect(await transfersOf(situation, settleBatch(batch))).to.deep.equal([
        { from, to: otherOperator.account.address, value: 51_000n },
        { from, to: otherOperator.account.address, value: 51_000n },
        { from, to: platform.account.address, value: 27_000n },
      ]);
    });

    it("of fees is one credit for all of them", async () => {
      const situation = await given.funded();
      const { session, settleBatch, denylist, eventsOf, platform } = situation;
      await denylist(platform);
      const batch = [0, 1].map((index) => session({ sessionId: sessionId(index) }));
      expect(await eventsOf(settleBatch(batch))).to.deep.equal([
        ...batch.map(settledEvent),
        creditedEvent(platform.account.address, 18_000n),
      ]);
      await expectSolventToTheLast(situation);
    });

    it("to a hundred denylisted operators still fits into a transaction on Base", async () => {
      const situation = await given.funded();
      const { settlement, usdc, session, settleBatch, publicClient, circle } = situation;
      const operators = Array.from({ length: 100 }, (_, index) => somebody(`operator ${index}`));
      for (const operator of operators) await usdc.write.blacklist([operator], { account: circle.account });
      const batch = operators.map((to, index) => session({ sessionId: sessionId(0, index), to }));
      const { gasUsed } = await publicClient.waitForTransactionReceipt({ hash: await settleBatch(batch) });
      expect(await settlement.read.totalCredits()).to.equal(5_100_000n);
      expect(gasUsed <= 9_000_000n, `${gasUsed} gas`).to.equal(true);
      await expectSolventToTheLast(situation);
    });
  });
});

onEachChain("claim", (given) => {
  /** The operator is owed 51,000 µUSDC and may receive again. */
  async function owed(): Promise<Situation> {
    const situation = await given.funded();
    const { session, settle, denylist, operator } = situation;
    await denylist(operator);
    await settle(session());
    await undenylist(situation, operator);
    return situation;
  }

  describe("a credit of 51,000 µUSDC", () => {
    for (const name of ["operator", "stranger", "relayer", "alice", "guardian"] as const) {
      it(`is paid to its payee, whoever asks: ${name}`, async () => {
        const situation = await owed();
        const { settlement, operator } = situation;
        const { account } = situation[name];
        const moved = await movedBy(situation, () => settlement.write.claim([operator.account.address], { account }));
        expect(moved).to.deep.equal({
          "operator's USDC": 51_000n,
          "operator's credits": -51_000n,
          totalCredits: -51_000n,
          "contract's USDC": -51_000n,
        });
        await expectSolventToTheLast(situation);
      });
    }

    it("is what claim returns", async () => {
      const { settlement, operator, stranger } = await owed();
      const account = stranger.account.address;
      const { result } = await settlement.simulate.claim([operator.account.address], { account });
      expect(result).to.equal(51_000n);
    });

    it("emits CreditClaimed", async () => {
      const { settlement, eventsOf, operator, stranger } = await owed();
      const claim = settlement.write.claim([operator.account.address], { account: stranger.account });
      expect(await eventsOf(claim)).to.deep.equal([
        { eventName: "CreditClaimed", args: { payee: operator.account.address, amount: 51_000n } },
      ]);
    });

    it("leaves nothing owed", async () => {
      const { settlement, operator, stranger } = await owed();
      await settlement.write.claim([operator.account.address], { account: stranger.account });
      expect(await settlement.read.credits([operator.account.address])).to.equal(0n);
      expect(await settlement.read.totalCredits()).to.equal(0n);
    });

    it("is paid once", async () => {
      const situation = await owed();
      const { settlement, operator, stranger } = situation;
      const claim = () => settlement.write.claim([operator.account.address], { account: stranger.account });
      await claim();
      expect(await movedBy(situation, claim)).to.deep.equal({});
    });

    it("is paid while the contract is paused", async () => {
      const situation = await owed();
      const { settlement, guardian, operator, stranger } = situation;
      await settlement.write.pause({ account: guardian.account });
      const moved = await movedBy(situation, () =>
        settlement.write.claim([operator.account.address], { account: stranger.account }),
      );
      expect(moved["operator's USDC"]).to.equal(51_000n);
    });

    it("is paid after the owner is gone", async () => {
      const situation = await owed();
      const { settlement, owner, operator, stranger } = situation;
      await settlement.write.renounceOwnership({ account: owner.account });
      const moved = await movedBy(situation, () =>
        settlement.write.claim([operator.account.address], { account: stranger.account }),
      );
      expect(moved["operator's USDC"]).to.equal(51_000n);
    });

    it("leaves another's credit alone", async () => {
      const situation = await owed();
      const { settlement, session, settle, denylist, operator, otherOperator, stranger } = situation;
      await denylist(otherOperator);
      await settle(session({ sessionId: sessionId(1), to: otherOperator.account.address }));
      await settlement.write.claim([operator.account.address], { account: stranger.account });
      expect(await settlement.read.credits([otherOperator.account.address])).to.equal(51_000n);
      expect(await settlement.read.totalCredits()).to.equal(51_000n);
      await expectSolventToTheLast(situation);
    });
  });

  describe("a payee that is still denylisted", () => {
    it("gets USDC's own error and keeps its credit", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, denylist, viem, operator, stranger } = situation;
      await denylist(operator);
      await settle(session());
      const moved = await movedBy(situation, () =>
        viem.assertions.revertWith(
          settlement.write.claim([operator.account.address], { account: stranger.account }),
          DENYLISTED,
        ),
      );
      expect(moved).to.deep.equal({});
      expect(await settlement.read.credits([operator.account.address])).to.equal(51_000n);
    });
  });

  describe("a payee to whom nothing is owed", () => {
    it("gets 0", async () => {
      const { settlement, operator, stranger } = await given.funded();
      const account = stranger.account.address;
      const { result } = await settlement.simulate.claim([operator.account.address], { account });
      expect(result).to.equal(0n);
    });

    it("moves nothing and emits nothing", async () => {
      const situation = await given.funded();
      const { settlement, eventsOf, operator, stranger } = situation;
      let transaction = Promise.resolve<Hash>("0x");
      const moved = await movedBy(situation, async () => {
        transaction = settlement.write.claim([operator.account.address], { account: stranger.account });
        await transaction;
      });
      expect(moved).to.deep.equal({});
      expect(await eventsOf(transaction)).to.deep.equal([]);
    });

    it("not even its own deposit", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      const moved = await movedBy(situation, () =>
        settlement.write.claim([alice.account.address], { account: alice.account }),
      );
      expect(moved).to.deep.equal({});
    });
  });
});

onEachChain("a settlement that is short of gas", (given) => {
  /** Sends with that much gas, and says whether it went through. */
  async function goesThrough({ publicClient }: Situation, send: () => Promise<Hash>): Promise<boolean> {
    try {
      const { status } = await publicClient.waitForTransactionReceipt({ hash: await send() });
      return status === "success";
    } catch {
      // Out of gas: the simulated chain mines the transaction and reports its failure as an error.
      return false;
    }
  }

  /** What payees have received, or are owed: none of it may be lost. */
  function arrived(moved: Books): bigint {
    const what = ["operator", "otherOperator", "platform"].flatMap((name) => [`${name}'s USDC`, `${name}'s credits`]);
    return what.reduce((sum, key) => sum + (moved[key] ?? 0n), 0n);
  }

  /** Tries `send` from hardly any gas up to all that it needs, each time from the same state. */
  async function sweep(situation: Situation, total: bigint, send: (gas: bigint) => Promise<Hash>): Promise<boolean[]> {
    const { settlement, networkHelpers, publicClient } = situation;
    const start = await networkHelpers.takeSnapshot();
    const receipt = await publicClient.waitForTransactionReceipt({ hash: await send(2_000_000n) });
    await start.restore();
    // What is used is less than what is needed, since refunds come last: so a little more than that.
    const enough = (receipt.gasUsed * 11n) / 10n;
    const outcomes: boolean[] = [];
    const before = await booksOf(situation);
    for (let step = 0n; step <= 25n; step++) {
      const gas = 60_000n + ((enough - 60_000n) * step) / 25n;
      const through = await goesThrough(situation, () => send(gas));
      const moved = differences(before, await booksOf(situation));
      if (through) {
        expect(moved["alice's pool"], `${gas} gas`).to.equal(-total);
        expect(arrived(moved), `${gas} gas`).to.equal(total);
      } else {
        expect(moved, `${gas} gas`).to.deep.equal({});
      }
      expect(await settlement.read.settled([sessionId(0)]), `${gas} gas`).to.equal(through);
      await expectSolventToTheLast(situation);
      outcomes.push(through);
      await start.restore();
    }
    return outcomes;
  }

  const situations: [string, (situation: Situation) => Promise<unknown>][] = [
    ["that is paid", async () => undefined],
    ["to a denylisted operator", ({ denylist, operator }) => denylist(operator)],
    ["while USDC is paused", ({ usdc, circle }) => usdc.write.pause({ account: circle.account })],
  ];
  for (const [which, prepare] of situations) {
    describe(`a session ${which}`, () => {
      it("is charged and paid in full or not at all, whatever the gas", async () => {
        const situation = await given.funded();
        const { settlement, relayer, session } = situation;
        await prepare(situation);
        const outcomes = await sweep(situation, 60_000n, (gas) =>
          settlement.write.settleFromPool(settleArgs(session()), { account: relayer.account, gas }),
        );
        expect(outcomes).to.include.members([true, false]);
      });
    });

    describe(`a batch ${which}`, () => {
      it("is charged and paid in full or not at all, whatever the gas", async () => {
        const situation = await given.funded();
        const { settlement, relayer, session, operator, otherOperator } = situation;
        await prepare(situation);
        const payees = [otherOperator, operator, operator, otherOperator];
        const batch = payees.map(({ account }, index) => session({ sessionId: sessionId(index), to: account.address }));
        const outcomes = await sweep(situation, 240_000n, (gas) =>
          settlement.write.settleBatch([batch], { account: relayer.account, gas }),
        );
        expect(outcomes).to.include.members([true, false]);
      });
    });
  }
});
