import { expect } from "chai";
import { movedBy } from "../support/books.ts";
import { split, USDC } from "../support/session.ts";
import { type ForkSituation, onEachFork } from "./situation.ts";

const { toAmount, feeAmount } = split(60_000n);

const ALICE_LEAVES = {
  "alice's USDC": 100n * USDC,
  "alice's pool": -100n * USDC,
  "contract's USDC": -100n * USDC,
  totalDeposits: -100n * USDC,
};

const aliceLeaves = (situation: ForkSituation) =>
  movedBy(situation, () => situation.settlement.write.withdrawAll({ account: situation.alice.account }));

onEachFork("A withdrawal", ({ funded }) => {
  it("gives a consumer all that is left", async () => {
    expect(await aliceLeaves(await funded())).to.deep.equal(ALICE_LEAVES);
  });

  it("gives a consumer a part", async () => {
    const situation = await funded();
    const { settlement, alice } = situation;
    await settlement.write.withdraw([USDC], { account: alice.account });
    expect(await settlement.read.deposits([alice.account.address])).to.equal(99n * USDC);
  });
});

onEachFork("While the guardian's pause holds", ({ funded }) => {
  const paused = async () => {
    const situation = await funded();
    await situation.settlement.write.pause({ account: situation.guardian.account });
    return situation;
  };

  it("a consumer leaves with everything", async () => {
    expect(await aliceLeaves(await paused())).to.deep.equal(ALICE_LEAVES);
  });

  it("nothing is settled", async () => {
    const { viem, settlement, settle, session } = await paused();
    await viem.assertions.revertWithCustomError(settle(session()), settlement, "EnforcedPause");
  });

  it("nothing is deposited", async () => {
    const { viem, settlement, alice } = await paused();
    await viem.assertions.revertWithCustomError(
      settlement.write.deposit([1n], { account: alice.account }),
      settlement,
      "EnforcedPause",
    );
  });

  it("the owner ends it", async () => {
    const { settlement, settle, session, owner } = await paused();
    await settlement.write.unpause({ account: owner.account });
    await settle(session());
    expect(await settlement.read.settled([session().sessionId])).to.equal(true);
  });
});

onEachFork("While Circle denylists", ({ funded }) => {
  describe("the operator", () => {
    const denied = async () => {
      const situation = await funded();
      await situation.denylist(situation.operator);
      return situation;
    };

    it("a settlement stands, and its part of it is owed", async () => {
      const situation = await denied();
      const { settlement, settle, session, operator } = situation;
      const { "operator's USDC": paid, "operator's credits": owed } = await movedBy(situation, () => settle(session()));
      expect([paid, owed]).to.deep.equal([undefined, toAmount]);
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
      expect(await settlement.read.credits([operator.account.address])).to.equal(toAmount);
    });

    it("the platform is paid", async () => {
      const situation = await denied();
      const moved = await movedBy(situation, () => situation.settle(situation.session()));
      expect(moved["platform's USDC"]).to.equal(feeAmount);
    });

    it("a claim is refused by USDC", async () => {
      const { viem, settlement, settle, session, operator, stranger } = await denied();
      await settle(session());
      await viem.assertions.revertWith(
        settlement.write.claim([operator.account.address], { account: stranger.account }),
        "Blacklistable: account is blacklisted",
      );
    });

    it("nothing is lost: once it is off the list, anybody pushes the credit to it", async () => {
      const situation = await denied();
      const { usdc, circle, settlement, settle, session, operator, stranger } = situation;
      await settle(session());
      await usdc.write.unBlacklist([operator.account.address], { account: circle.account });
      const moved = await movedBy(situation, () =>
        settlement.write.claim([operator.account.address], { account: stranger.account }),
      );
      expect(moved).to.deep.equal({
        "operator's USDC": toAmount,
        "operator's credits": -toAmount,
        "contract's USDC": -toAmount,
        totalCredits: -toAmount,
      });
    });
  });

  it("a consumer, its sessions are settled all the same", async () => {
    const { settlement, settle, session, denylist, alice } = await funded();
    await denylist(alice);
    await settle(session());
    expect(await settlement.read.settled([session().sessionId])).to.equal(true);
  });

  it("a consumer, USDC refuses its withdrawal and the balance stays its own", async () => {
    const { viem, settlement, denylist, alice } = await funded();
    await denylist(alice);
    await viem.assertions.revertWith(
      settlement.write.withdrawAll({ account: alice.account }),
      "Blacklistable: account is blacklisted",
    );
    expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
  });
});

onEachFork("While USDC itself is paused", ({ funded }) => {
  const usdcPaused = async () => {
    const situation = await funded();
    await situation.usdc.write.pause({ account: situation.pauser.account });
    return situation;
  };

  it("a settlement stands, and both parts of it are owed", async () => {
    const situation = await usdcPaused();
    const moved = await movedBy(situation, () => situation.settle(situation.session()));
    expect([moved["operator's credits"], moved["platform's credits"], moved["contract's USDC"]]).to.deep.equal([
      toAmount,
      feeAmount,
      undefined,
    ]);
  });

  it("a withdrawal is refused by USDC", async () => {
    const { viem, settlement, alice } = await usdcPaused();
    await viem.assertions.revertWith(settlement.write.withdrawAll({ account: alice.account }), "Pausable: paused");
  });

  it("nothing is lost: afterwards everybody is paid and the contract is empty", async () => {
    const { usdc, settlement, settle, session, pauser, stranger, operator, platform, alice, bob } = await usdcPaused();
    await settle(session());
    await usdc.write.unpause({ account: pauser.account });
    for (const { account } of [operator, platform]) {
      await settlement.write.claim([account.address], { account: stranger.account });
    }
    for (const { account } of [alice, bob]) await settlement.write.withdrawAll({ account });
    expect(await usdc.read.balanceOf([settlement.address])).to.equal(0n);
  });
});
