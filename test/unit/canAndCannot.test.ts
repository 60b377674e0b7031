/** Who can do what, and what each role can never do: the table of docs/security-model.md, line by line. */

import type { Wallet } from "@luxxon/local/chain";
import { installUsdc } from "@luxxon/local/usdc";
import { expect } from "chai";
import type { Abi, Hash } from "viem";
import { maxUint256, zeroAddress } from "viem";
import { books, creditToOperator, ownerCalls, ownerDoesItsWorst, relayerCalls, settings } from "../support/powers.ts";
import { DAY, MAX_LIMIT, Refusal, type Session, sessionId, settleArgs, split, USDC } from "../support/session.ts";
import { signReceiveAuthorization } from "../support/signatures.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** Every function that changes state, and whose it is. A new function belongs in one of these lists. */
const FUNCTIONS = {
  anyone: [
    "claim",
    "deposit",
    "depositFor",
    "depositWithAuthorization",
    "depositWithPermit",
    "hold",
    "setDailyLimit",
    "withdraw",
    "withdrawAll",
  ],
  relayer: ["settleBatch", "settleFromPool"],
  guardianAndOwner: ["pause"],
  owner: [
    "renounceOwnership",
    "rescue",
    "setDefaultDailyLimit",
    "setGuardian",
    "setPlatformWallet",
    "setPoolDailyLimit",
    "setRelayer",
    "transferOwnership",
    "unpause",
  ],
  pendingOwner: ["acceptOwnership"],
};

/** Refused in both ways: the single session reverts, the batch passes over it, and nothing is drawn. */
async function refused(situation: Situation, one: Session, reason: number) {
  const { viem, settlement, settle, settleBatch, eventsOf } = situation;
  const before = await books(situation);
  await viem.assertions.revertWithCustomErrorWithArgs(settle(one), settlement, "SettlementRefused", [
    one.sessionId,
    reason,
  ]);
  expect(await eventsOf(settleBatch([one]))).to.deep.equal([
    { eventName: "SettlementSkipped", args: { sessionId: one.sessionId, reason } },
  ]);
  expect(await books(situation)).to.deep.equal(before);
}

/** `caller` owns nothing here. It tries every function that anybody may call to get at money, and gets none. */
async function takesNothing({ viem, settlement, usdc, alice, eventsOf }: Situation, caller: Wallet) {
  const own = caller.account.address;
  const by = { account: caller.account };
  const before = await usdc.read.balanceOf([own]);
  await viem.assertions.revertWithCustomErrorWithArgs(
    settlement.write.withdraw([1n], by),
    settlement,
    "InsufficientBalance",
    [own, 0n, 1n],
  );
  await viem.assertions.revertWithCustomErrorWithArgs(settlement.write.withdrawAll(by), settlement, "ZeroAmount", []);
  expect(await eventsOf(settlement.write.claim([own], by))).to.deep.equal([]);
  await viem.assertions.revertWith(
    settlement.write.depositWithAuthorization([alice.account.address, 1n, 0n, maxUint256, sessionId(1), "0x"], by),
    "ECRecover: invalid signature length",
  );
  for (const victim of [settlement.address, alice.account.address]) {
    await viem.assertions.revertWith(
      usdc.write.transferFrom([victim, own, 1n], by),
      "ERC20: transfer amount exceeds allowance",
    );
  }
  expect(await usdc.read.balanceOf([own])).to.equal(before);
}

async function notRelayer(situation: Situation, caller: Wallet) {
  const { viem, settlement } = situation;
  for (const call of Object.values(relayerCalls(situation, caller))) {
    await viem.assertions.revertWithCustomErrorWithArgs(call(), settlement, "NotRelayer", [caller.account.address]);
  }
}

async function onlyOwner({ viem, settlement }: Situation, calls: Record<string, () => Promise<Hash>>, caller: Wallet) {
  for (const call of Object.values(calls)) {
    await viem.assertions.revertWithCustomErrorWithArgs(call(), settlement, "OwnableUnauthorizedAccount", [
      caller.account.address,
    ]);
  }
}

/** Alice and Bob take out all they own, and the contract has nothing left for them. */
async function everybodyLeaves({ settlement, usdc, alice, bob }: Situation) {
  for (const consumer of [alice, bob]) {
    const address = consumer.account.address;
    const owned = await settlement.read.deposits([address]);
    const before = await usdc.read.balanceOf([address]);
    await settlement.write.withdraw([owned], { account: consumer.account });
    expect(await usdc.read.balanceOf([address])).to.equal(before + owned);
  }
  expect(await settlement.read.totalDeposits()).to.equal(0n);
}

type HoldError = "HeldUntil" | "HoldNeedsLimit" | "HoldNotLater" | "HoldTooLong";

async function reverts({ viem, settlement }: Situation, sent: Promise<unknown>, error: HoldError, args: unknown[]) {
  await viem.assertions.revertWithCustomErrorWithArgs(sent, settlement, error, args as never);
}

const hold = ({ settlement }: Situation, consumer: Wallet, until: bigint): Promise<Hash> =>
  settlement.write.hold([until], { account: consumer.account });

async function heldUntil({ settlement }: Situation, consumer: Wallet): Promise<bigint> {
  return BigInt((await settlement.read.accountOf([consumer.account.address])).heldUntil);
}

/** Alice sets a limit of 1 USDC a day and holds her pool. @returns Until when. */
async function heldForAnHour(situation: Situation): Promise<bigint> {
  const { settlement, networkHelpers, alice } = situation;
  await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
  const until = BigInt(await networkHelpers.time.latest()) + 3_600n;
  await hold(situation, alice, until);
  return until;
}

/** `caller` gives holds of every length: its own pool is held, Alice's and Bob's are as before. */
async function holdsOnlyItself(situation: Situation, caller: Wallet) {
  const { settlement, networkHelpers, alice, bob } = situation;
  const standing = await heldForAnHour(situation);
  await settlement.write.setDailyLimit([MAX_LIMIT], { account: caller.account });
  const latest = BigInt(await networkHelpers.time.latest());
  for (const until of [standing - 1_800n, standing, latest + DAY]) {
    await hold(situation, caller, until);
    expect(await heldUntil(situation, caller)).to.equal(until);
  }
  expect(await heldUntil(situation, alice)).to.equal(standing);
  expect(await heldUntil(situation, bob)).to.equal(0n);
  expect(await settlement.read.withdrawable([bob.account.address])).to.equal(100n * USDC);
}

/** A session of `total` µUSDC that breaks no rule, from Alice to whoever `changes` says. */
function charge({ session }: Situation, id: number, total: bigint, changes: Partial<Session> = {}): Session {
  const ratePerSecond = 1_000_000n;
  const chargeableSeconds = (total + ratePerSecond - 1n) / ratePerSecond;
  return session({ sessionId: sessionId(id, 9), ratePerSecond, chargeableSeconds, ...split(total), ...changes });
}

onEachChain("who can and who cannot", (given) => {
  describe("a consumer", () => {
    it("can deposit", async () => {
      const { settlement, alice } = await given.fresh();
      await settlement.write.deposit([100n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC);
    });

    it("can withdraw at any time that it has not held: before and after a settlement, and in the same second as a deposit", async () => {
      const { settlement, usdc, networkHelpers, alice, session, settle } = await given.fresh();
      const by = { account: alice.account };
      await settlement.write.deposit([100n * USDC], by);
      await networkHelpers.time.setNextBlockTimestamp(await networkHelpers.time.latest());
      await settlement.write.withdraw([40n * USDC], by);
      await settle(session());
      await settlement.write.withdrawAll(by);
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(10_000n * USDC - 60_000n);
    });

    it("can withdraw while everything else is paused", async () => {
      const situation = await given.funded();
      await situation.settlement.write.pause({ account: situation.guardian.account });
      await everybodyLeaves(situation);
    });

    it("can withdraw when its limit and the pool's are used up", async () => {
      const situation = await given.funded();
      const { settlement, owner, alice, settle } = situation;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await settlement.write.setPoolDailyLimit([1n * USDC], { account: owner.account });
      await settle(charge(situation, 0, 1n * USDC));
      await everybodyLeaves(situation);
    });

    it("can withdraw when there is no owner any more", async () => {
      const situation = await given.funded();
      const { settlement, owner, guardian } = situation;
      await settlement.write.renounceOwnership({ account: owner.account });
      await settlement.write.pause({ account: guardian.account });
      await everybodyLeaves(situation);
    });

    it("can lower its own daily limit, at once", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await refused(situation, charge(situation, 0, 1n * USDC + 1n), Refusal.DailyLimitExceeded);
    });

    it("can raise its own daily limit, at once", async () => {
      const situation = await given.funded();
      const { settlement, alice, settle } = situation;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await settlement.write.setDailyLimit([2n * USDC], { account: alice.account });
      await settle(charge(situation, 0, 2n * USDC));
      expect(await settlement.read.deposits([alice.account.address])).to.equal(98n * USDC);
    });

    it("can set a limit above the default, which then no longer holds for it", async () => {
      const situation = await given.funded();
      const { settlement, owner, alice, settle } = situation;
      await settlement.write.setDefaultDailyLimit([1n * USDC], { account: owner.account });
      await settlement.write.setDailyLimit([2n * USDC], { account: alice.account });
      await settle(charge(situation, 0, 2n * USDC));
      expect(await settlement.read.deposits([alice.account.address])).to.equal(98n * USDC);
    });

    it("can hold its own pool, for a day at most", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, alice } = situation;
      const now = BigInt(await networkHelpers.time.latest()) + 10n;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await networkHelpers.time.setNextBlockTimestamp(now);
      await reverts(situation, hold(situation, alice, now + DAY + 1n), "HoldTooLong", [now + DAY + 1n, now + DAY]);
      await hold(situation, alice, now + DAY);
      expect(await heldUntil(situation, alice)).to.equal(now + DAY);
    });

    it("can withdraw when its hold has run out", async () => {
      const situation = await given.funded();
      const until = await heldForAnHour(situation);
      await situation.networkHelpers.time.setNextBlockTimestamp(until);
      await everybodyLeaves(situation);
    });

    it("can withdraw while it holds and the contract is paused", async () => {
      const situation = await given.funded();
      await heldForAnHour(situation);
      await situation.settlement.write.pause({ account: situation.guardian.account });
      await everybodyLeaves(situation);
    });

    it("can never withdraw, lower its limit or shorten its hold while it holds", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      const until = await heldForAnHour(situation);
      const by = { account: alice.account };
      await reverts(situation, settlement.write.withdraw([1n], by), "HeldUntil", [until]);
      await reverts(situation, settlement.write.withdrawAll(by), "HeldUntil", [until]);
      await reverts(situation, settlement.write.setDailyLimit([1n * USDC - 1n], by), "HeldUntil", [until]);
      await reverts(situation, settlement.write.setDailyLimit([0n], by), "HeldUntil", [until]);
      await reverts(situation, hold(situation, alice, until - 1n), "HoldNotLater", [until - 1n, until]);
    });

    it("can never hold without a daily limit of its own", async () => {
      const situation = await given.funded();
      const { networkHelpers, alice } = situation;
      const until = BigInt(await networkHelpers.time.latest()) + 3_600n;
      await reverts(situation, hold(situation, alice, until), "HoldNeedsLimit", [alice.account.address]);
    });

    it("can never touch another's balance", async () => {
      const situation = await given.funded();
      const { settlement, alice, bob } = situation;
      await creditToOperator(situation);
      const by = { account: bob.account };
      await settlement.write.withdrawAll(by);
      const before = await books(situation);
      expect(before.deposits.alice).to.equal(100n * USDC - 60_000n);
      await settlement.write.setDailyLimit([1n], by);
      await takesNothing(situation, bob);
      await notRelayer(situation, bob);
      await onlyOwner(situation, ownerCalls(situation, bob), bob);
      expect(await books(situation)).to.deep.equal(before);
      expect((await settlement.read.accountOf([alice.account.address])).dailyLimit).to.equal(0n);
    });

    it("can never be made to deposit: without its signature nobody spends its USDC", async () => {
      const situation = await given.funded();
      const { settlement, usdc, viem, alice, stranger } = situation;
      const from = alice.account.address;
      const nonce = sessionId(1);
      // Alice has approved the contract, but a stranger's signature is not hers.
      const forged = await signReceiveAuthorization(usdc, stranger, {
        from,
        to: settlement.address,
        value: 1n,
        validAfter: 0n,
        validBefore: maxUint256,
        nonce,
      });
      await viem.assertions.revertWith(
        settlement.write.depositWithAuthorization([from, 1n, 0n, maxUint256, nonce, forged], {
          account: stranger.account,
        }),
        "FiatTokenV2: invalid signature",
      );
      await viem.assertions.revertWith(
        settlement.write.depositFor([from, 1n], { account: stranger.account }),
        // The stranger's allowance: `depositFor` spends the caller's USDC, not the consumer's.
        "ERC20: transfer amount exceeds allowance",
      );
      expect(await settlement.read.deposits([from])).to.equal(100n * USDC);
    });
  });

  describe("anyone", () => {
    it("can deposit for a consumer", async () => {
      const { settlement, alice, operator } = await given.fresh();
      await settlement.write.depositFor([operator.account.address, 3n * USDC], { account: alice.account });
      expect(await settlement.read.deposits([operator.account.address])).to.equal(3n * USDC);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(0n);
    });

    it("can submit a consumer's signed EIP-3009 deposit", async () => {
      const { settlement, usdc, alice, stranger } = await given.fresh();
      const from = alice.account.address;
      const nonce = sessionId(1);
      const signature = await signReceiveAuthorization(usdc, alice, {
        from,
        to: settlement.address,
        value: 3n * USDC,
        validAfter: 0n,
        validBefore: maxUint256,
        nonce,
      });
      await settlement.write.depositWithAuthorization([from, 3n * USDC, 0n, maxUint256, nonce, signature], {
        account: stranger.account,
      });
      expect(await settlement.read.deposits([from])).to.equal(3n * USDC);
      expect(await settlement.read.deposits([stranger.account.address])).to.equal(0n);
    });

    it("can push a stuck credit to its payee", async () => {
      const situation = await given.funded();
      const { settlement, usdc, operator, stranger } = situation;
      const owed = await creditToOperator(situation);
      await settlement.write.claim([operator.account.address], { account: stranger.account });
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(owed);
      expect(await usdc.read.balanceOf([stranger.account.address])).to.equal(0n);
    });

    it("can never set, extend or shorten another's hold", async () => {
      const situation = await given.funded();
      await holdsOnlyItself(situation, situation.stranger);
    });

    it("can never settle, pause or change a setting", async () => {
      const situation = await given.funded();
      const { settlement, viem, stranger } = situation;
      const before = { ...(await books(situation)), ...(await settings(situation)) };
      await notRelayer(situation, stranger);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.pause({ account: stranger.account }),
        settlement,
        "NotGuardian",
        [stranger.account.address],
      );
      await onlyOwner(situation, ownerCalls(situation, stranger), stranger);
      expect({ ...(await books(situation)), ...(await settings(situation)) }).to.deep.equal(before);
    });
  });

  describe("the relayer", () => {
    it("can settle a session within the limits", async () => {
      const { settlement, usdc, alice, operator, platform, session, settle } = await given.funded();
      await settle(session());
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - 60_000n);
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(51_000n);
      expect(await usdc.read.balanceOf([platform.account.address])).to.equal(9_000n);
    });

    it("can settle a batch within the limits", async () => {
      const { settlement, alice, bob, session, settleBatch } = await given.funded();
      await settleBatch([session(), session({ sessionId: sessionId(1), from: bob.account.address })]);
      for (const consumer of [alice, bob]) {
        expect(await settlement.read.deposits([consumer.account.address])).to.equal(100n * USDC - 60_000n);
      }
    });

    it("can never choose the fee's recipient", async () => {
      const situation = await given.funded();
      const { settlement, usdc, relayer, platform, session, settle, settleBatch } = situation;
      // Whatever it writes into a session, the fee goes where the contract says.
      const toItself = { from: situation.bob.account.address, to: relayer.account.address };
      await settle(session(toItself));
      await settleBatch([
        session({ ...toItself, sessionId: sessionId(1) }),
        session({ ...toItself, sessionId: sessionId(2), to: zeroAddress }),
        session({ ...toItself, sessionId: sessionId(3), to: settlement.address }),
      ]);
      expect(await usdc.read.balanceOf([platform.account.address])).to.equal(2n * 9_000n);
      expect(await usdc.read.balanceOf([relayer.account.address])).to.equal(2n * 51_000n);
      const { setPlatformWallet } = ownerCalls(situation, relayer);
      await onlyOwner(situation, { setPlatformWallet }, relayer);
    });

    it("can never make the fee more than 30 %", async () => {
      const situation = await given.funded();
      const { session } = situation;
      const one = session({ toAmount: 41_999n, feeAmount: 18_001n });
      await refused(situation, one, Refusal.FeeTooHigh);
    });

    it("can never charge more than 1 USDC a second", async () => {
      const situation = await given.funded();
      const one = situation.session({ ratePerSecond: 1_000_001n, chargeableSeconds: 1n });
      await refused(situation, one, Refusal.RateTooHigh);
    });

    it("can never charge for more than a day", async () => {
      const situation = await given.funded();
      const one = situation.session({ ratePerSecond: 1n, chargeableSeconds: DAY + 1n });
      await refused(situation, one, Refusal.TooManySeconds);
    });

    it("can never charge more than the meter says", async () => {
      const situation = await given.funded();
      const one = situation.session({ ...split(60_001n) });
      await refused(situation, one, Refusal.MeterExceeded);
    });

    it("can never charge more than the consumer owns", async () => {
      const situation = await given.funded();
      await refused(situation, charge(situation, 0, 100n * USDC + 1n), Refusal.InsufficientPool);
    });

    it("can never exceed a consumer's own daily limit", async () => {
      const situation = await given.funded();
      const { settlement, alice, settle } = situation;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await settle(charge(situation, 0, 1n * USDC));
      await refused(situation, charge(situation, 1, 1_000n), Refusal.DailyLimitExceeded);
    });

    it("can never exceed the default daily limit of a consumer without one of its own", async () => {
      const situation = await given.funded();
      const { settlement, owner, settle } = situation;
      await settlement.write.setDefaultDailyLimit([1n * USDC], { account: owner.account });
      await settle(charge(situation, 0, 1n * USDC));
      await refused(situation, charge(situation, 1, 1_000n), Refusal.DailyLimitExceeded);
    });

    it("can never exceed the pool's daily limit, whoever the consumers are", async () => {
      const situation = await given.funded();
      const { settlement, owner, bob, settle } = situation;
      await settlement.write.setPoolDailyLimit([1n * USDC], { account: owner.account });
      await settle(charge(situation, 0, 1n * USDC));
      for (const from of [situation.alice.account.address, bob.account.address]) {
        await refused(situation, charge(situation, 1, 1_000n, { from }), Refusal.PoolLimitExceeded);
      }
    });

    it("can never take more from a consumer in T seconds than limit × (1 + T / 1 day)", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, alice, settleBatch, eventsOf } = situation;
      // 86.4 USDC a day: 1,000 µUSDC come back every second, without rounding.
      const limit = 1_000n * DAY;
      await settlement.write.deposit([900n * USDC], { account: alice.account });
      await settlement.write.setDailyLimit([limit], { account: alice.account });
      const start = await networkHelpers.time.latest();
      for (let hour = 0; hour <= 24; hour += 1) {
        await networkHelpers.time.setNextBlockTimestamp(start + 60 + hour * 3_600);
        const most = hour === 0 ? limit : 3_600n * 1_000n;
        const events = await eventsOf(
          settleBatch([charge(situation, 2 * hour, most + 1n), charge(situation, 2 * hour + 1, most)]),
        );
        expect(events.map(({ eventName }) => eventName)).to.deep.equal(["SettlementSkipped", "Settled"]);
      }
      const taken = 1_000n * USDC - (await settlement.read.deposits([alice.account.address]));
      expect(taken).to.equal(limit + limit);
    });

    it("can never take more from the pool in T seconds than limit × (1 + T / 1 day)", async () => {
      const situation = await given.funded();
      const { settlement, networkHelpers, owner, alice, bob, settleBatch, eventsOf } = situation;
      const limit = 1_000n * DAY;
      for (const consumer of [alice, bob]) {
        await settlement.write.deposit([900n * USDC], { account: consumer.account });
      }
      await settlement.write.setPoolDailyLimit([limit], { account: owner.account });
      const start = await networkHelpers.time.latest();
      for (let hour = 0; hour <= 24; hour += 1) {
        await networkHelpers.time.setNextBlockTimestamp(start + 60 + hour * 3_600);
        const most = hour === 0 ? limit : 3_600n * 1_000n;
        // The thief changes the consumer; the pool is the same.
        const from = hour % 2 === 0 ? alice.account.address : bob.account.address;
        const events = await eventsOf(
          settleBatch([
            charge(situation, 2 * hour, most + 1n, { from }),
            charge(situation, 2 * hour + 1, most, { from }),
          ]),
        );
        expect(events.map(({ eventName }) => eventName)).to.deep.equal(["SettlementSkipped", "Settled"]);
      }
      expect(2_000n * USDC - (await settlement.read.totalDeposits())).to.equal(limit + limit);
    });

    it("can take everything in the pools where no limit is set", async () => {
      const situation = await given.funded();
      const { settlement, usdc, relayer, alice, bob, settleBatch } = situation;
      // Why the owner should set a pool limit: the ceilings alone allow 86,400 USDC a session.
      const thief = { to: relayer.account.address, toAmount: 100n * USDC, feeAmount: 0n };
      await settleBatch([
        charge(situation, 0, 100n * USDC, { from: alice.account.address, ...thief }),
        charge(situation, 1, 100n * USDC, { from: bob.account.address, ...thief }),
      ]);
      expect(await settlement.read.totalDeposits()).to.equal(0n);
      expect(await usdc.read.balanceOf([relayer.account.address])).to.equal(200n * USDC);
    });

    it("can never settle an id twice", async () => {
      const situation = await given.funded();
      const { settlement, bob, otherOperator, session, settle } = situation;
      await settle(session());
      await refused(situation, session(), Refusal.AlreadySettled);
      const other = session({ from: bob.account.address, to: otherOperator.account.address, ratePerSecond: 5n });
      await refused(situation, other, Refusal.AlreadySettled);
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
    });

    it("can never settle an id twice within one batch", async () => {
      const { settlement, alice, session, settleBatch, eventsOf } = await given.funded();
      const events = await eventsOf(settleBatch([session(), session()]));
      expect(events.map(({ eventName }) => eventName)).to.deep.equal(["Settled", "SettlementSkipped"]);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - 60_000n);
    });

    it("can never stop a withdrawal, whatever it settles", async () => {
      const situation = await given.funded();
      const { viem, settlement, relayer, settle, settleBatch } = situation;
      // All it can do: settle, refuse to settle, try what is not its own.
      await settle(charge(situation, 0, 1n * USDC));
      await settleBatch([charge(situation, 0, 1n * USDC), charge(situation, 1, 5n * USDC)]);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.pause({ account: relayer.account }),
        settlement,
        "NotGuardian",
        [relayer.account.address],
      );
      expect(await settlement.read.deposits([situation.alice.account.address])).to.equal(94n * USDC);
      await everybodyLeaves(situation);
    });

    it("can never set, extend or shorten a hold", async () => {
      const situation = await given.funded();
      await holdsOnlyItself(situation, situation.relayer);
    });

    it("can never change a limit, a role or any other setting", async () => {
      const situation = await given.funded();
      const before = await settings(situation);
      await onlyOwner(situation, ownerCalls(situation, situation.relayer), situation.relayer);
      expect(await settings(situation)).to.deep.equal(before);
    });
  });

  describe("the guardian", () => {
    it("can pause", async () => {
      const { settlement, guardian } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("can suspend every hold, by a pause", async () => {
      const situation = await given.funded();
      const { settlement, guardian, alice } = situation;
      await heldForAnHour(situation);
      expect(await settlement.read.withdrawable([alice.account.address])).to.equal(0n);
      await settlement.write.pause({ account: guardian.account });
      expect(await settlement.read.withdrawable([alice.account.address])).to.equal(100n * USDC);
    });

    it("can never unpause", async () => {
      const situation = await given.fresh();
      const { settlement, guardian } = situation;
      await settlement.write.pause({ account: guardian.account });
      const { unpause } = ownerCalls(situation, guardian);
      await onlyOwner(situation, { unpause }, guardian);
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("can never move money", async () => {
      const situation = await given.funded();
      const { settlement, usdc, guardian } = situation;
      await creditToOperator(situation);
      const before = await books(situation);
      await notRelayer(situation, guardian);
      await takesNothing(situation, guardian);
      const { rescue } = ownerCalls(situation, guardian);
      await onlyOwner(situation, { rescue }, guardian);
      await settlement.write.pause({ account: guardian.account });
      expect(await books(situation)).to.deep.equal(before);
      expect(await usdc.read.balanceOf([guardian.account.address])).to.equal(0n);
    });

    it("can never change a setting", async () => {
      const situation = await given.funded();
      const before = await settings(situation);
      await onlyOwner(situation, ownerCalls(situation, situation.guardian), situation.guardian);
      expect(await settings(situation)).to.deep.equal(before);
    });

    it("can never set, extend or shorten a hold, whatever else it stops", async () => {
      const situation = await given.funded();
      await holdsOnlyItself(situation, situation.guardian);
    });

    it("can never stop a withdrawal or a claim: a pause does neither", async () => {
      const situation = await given.funded();
      const { settlement, usdc, guardian, operator } = situation;
      const owed = await creditToOperator(situation);
      await settlement.write.pause({ account: guardian.account });
      await everybodyLeaves(situation);
      await settlement.write.claim([operator.account.address]);
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(owed);
    });
  });

  describe("the owner", () => {
    it("can pause, as the guardian can", async () => {
      const { settlement, owner } = await given.fresh();
      await settlement.write.pause({ account: owner.account });
      expect(await settlement.read.paused()).to.equal(true);
    });

    it("can unpause", async () => {
      const { settlement, owner, guardian } = await given.fresh();
      await settlement.write.pause({ account: guardian.account });
      await settlement.write.unpause({ account: owner.account });
      expect(await settlement.read.paused()).to.equal(false);
    });

    it("can set relayer, guardian and platform wallet", async () => {
      const { settlement, owner, alice, bob, stranger } = await given.fresh();
      const by = { account: owner.account };
      await settlement.write.setRelayer([alice.account.address], by);
      await settlement.write.setGuardian([bob.account.address], by);
      await settlement.write.setPlatformWallet([stranger.account.address], by);
      expect(await settlement.read.relayer()).to.equal(alice.account.address);
      expect(await settlement.read.guardian()).to.equal(bob.account.address);
      expect(await settlement.read.platformWallet()).to.equal(stranger.account.address);
    });

    it("can set the default limit and the pool's", async () => {
      const { settlement, owner, alice } = await given.funded();
      await settlement.write.setDefaultDailyLimit([2n * USDC], { account: owner.account });
      expect(await settlement.read.available([alice.account.address])).to.equal(2n * USDC);
      await settlement.write.setPoolDailyLimit([1n * USDC], { account: owner.account });
      expect(await settlement.read.available([alice.account.address])).to.equal(1n * USDC);
    });

    it("can rescue tokens that belong to nobody", async () => {
      const { chain, settlement, usdc, circle, owner, stranger } = await given.funded();
      const other = await installUsdc(chain, { circle });
      for (const token of [usdc, other]) {
        await token.write.mint([settlement.address, 7n * USDC], { account: circle.account });
        await settlement.write.rescue([token.address, stranger.account.address, 7n * USDC], {
          account: owner.account,
        });
        expect(await token.read.balanceOf([stranger.account.address])).to.equal(7n * USDC);
      }
    });

    it("can hand over its role, in two steps", async () => {
      const { settlement, owner, stranger } = await given.fresh();
      await settlement.write.transferOwnership([stranger.account.address], { account: owner.account });
      expect(await settlement.read.owner()).to.equal(owner.account.address);
      await settlement.write.acceptOwnership({ account: stranger.account });
      expect(await settlement.read.owner()).to.equal(stranger.account.address);
    });

    it("can never settle by itself", async () => {
      const situation = await given.funded();
      await notRelayer(situation, situation.owner);
      expect(await situation.settlement.read.totalDeposits()).to.equal(200n * USDC);
    });

    it("can never take a deposit", async () => {
      const situation = await given.funded();
      const { settlement, usdc, viem, owner } = situation;
      await takesNothing(situation, owner);
      await ownerDoesItsWorst(situation);
      for (const amount of [1n, 100n * USDC, 200n * USDC, maxUint256]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.rescue([usdc.address, owner.account.address, amount], { account: owner.account }),
          settlement,
          "ExceedsSurplus",
          [0n],
        );
      }
      expect(await usdc.read.balanceOf([owner.account.address])).to.equal(0n);
      expect(await usdc.read.balanceOf([settlement.address])).to.equal(200n * USDC);
    });

    it("can never take a credit", async () => {
      const situation = await given.funded();
      const { settlement, usdc, viem, owner, operator } = situation;
      const owed = await creditToOperator(situation);
      await ownerDoesItsWorst(situation);
      for (const amount of [1n, owed, maxUint256]) {
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.rescue([usdc.address, owner.account.address, amount], { account: owner.account }),
          settlement,
          "ExceedsSurplus",
          [0n],
        );
      }
      // It may push the credit as anybody may; it arrives at its payee.
      await settlement.write.claim([operator.account.address], { account: owner.account });
      expect(await usdc.read.balanceOf([owner.account.address])).to.equal(0n);
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(owed);
    });

    it("can never change what the contract owes to anybody", async () => {
      const situation = await given.funded();
      const { settlement, usdc, circle, owner, stranger } = situation;
      await creditToOperator(situation);
      await usdc.write.mint([settlement.address, 7n * USDC], { account: circle.account });
      const before = await books(situation);
      await ownerDoesItsWorst(situation);
      const by = { account: owner.account };
      await settlement.write.unpause(by);
      await settlement.write.setGuardian([zeroAddress], by);
      await settlement.write.setPlatformWallet([settlement.address], by);
      await settlement.write.setRelayer([settlement.address], by);
      await settlement.write.setDefaultDailyLimit([MAX_LIMIT], by);
      await settlement.write.setPoolDailyLimit([MAX_LIMIT], by);
      await settlement.write.rescue([usdc.address, stranger.account.address, 7n * USDC], by);
      await settlement.write.transferOwnership([stranger.account.address], by);
      await settlement.write.acceptOwnership({ account: stranger.account });
      await settlement.write.renounceOwnership({ account: stranger.account });
      expect(await books(situation)).to.deep.equal(before);
    });

    it("can never stop a withdrawal, whatever it sets", async () => {
      const situation = await given.funded();
      await ownerDoesItsWorst(situation);
      // For ever: nobody is left to take it back.
      await situation.settlement.write.renounceOwnership({ account: situation.owner.account });
      await everybodyLeaves(situation);
    });

    it("can never keep a held consumer beyond the end of its hold, whatever it sets", async () => {
      const situation = await given.funded();
      const { settlement, owner, networkHelpers } = situation;
      const until = await heldForAnHour(situation);
      await ownerDoesItsWorst(situation);
      // A pause would let the consumer leave even sooner.
      await settlement.write.unpause({ account: owner.account });
      await settlement.write.renounceOwnership({ account: owner.account });
      await networkHelpers.time.setNextBlockTimestamp(until);
      await everybodyLeaves(situation);
    });

    it("can never stop a claim, whatever it sets", async () => {
      const situation = await given.funded();
      const { settlement, usdc, owner, operator } = situation;
      const owed = await creditToOperator(situation);
      await ownerDoesItsWorst(situation);
      await settlement.write.renounceOwnership({ account: owner.account });
      await settlement.write.claim([operator.account.address], { account: operator.account });
      expect(await usdc.read.balanceOf([operator.account.address])).to.equal(owed);
    });

    it("can never set, extend or shorten a hold, whoever it appoints", async () => {
      const situation = await given.funded();
      await holdsOnlyItself(situation, situation.owner);
    });

    it("can never change a consumer's own daily limit", async () => {
      const situation = await given.funded();
      const { settlement, owner, alice } = situation;
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await settlement.write.setDefaultDailyLimit([MAX_LIMIT], { account: owner.account });
      await settlement.write.setPoolDailyLimit([0n], { account: owner.account });
      expect((await settlement.read.accountOf([alice.account.address])).dailyLimit).to.equal(1n * USDC);
      await refused(situation, charge(situation, 0, 1n * USDC + 1n), Refusal.DailyLimitExceeded);
    });

    it("can never undo that an id is settled", async () => {
      const situation = await given.funded();
      const { settlement, session, settle } = situation;
      await settle(session());
      await ownerDoesItsWorst(situation);
      expect(await settlement.read.settled([session().sessionId])).to.equal(true);
    });

    it("can never change the token", async () => {
      const situation = await given.funded();
      const { settlement, usdc } = situation;
      await ownerDoesItsWorst(situation);
      expect(await settlement.read.usdc()).to.equal(usdc.address);
    });

    it("can never change a constant", async () => {
      const situation = await given.funded();
      const { settlement } = situation;
      await ownerDoesItsWorst(situation);
      expect(await settlement.read.MAX_BATCH()).to.equal(100n);
      expect(await settlement.read.MAX_FEE_BPS()).to.equal(3_000n);
      expect(await settlement.read.MAX_RATE_PER_SECOND()).to.equal(1_000_000n);
      expect(await settlement.read.MAX_CHARGEABLE_SECONDS()).to.equal(86_400n);
      expect(await settlement.read.version()).to.equal("4.0.0");
    });

    it("can appoint a relayer of its own, whom a consumer's own limit still binds", async () => {
      const situation = await given.funded();
      const { settlement, viem, owner, alice, stranger } = situation;
      // The honest edge of this table: the owner takes no deposit, but it names who settles.
      await settlement.write.setDailyLimit([1n * USDC], { account: alice.account });
      await settlement.write.setDefaultDailyLimit([0n], { account: owner.account });
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      const theft = { to: stranger.account.address };
      const tooMuch = charge(situation, 0, 1n * USDC + 1n, theft);
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.settleFromPool(settleArgs(tooMuch), { account: stranger.account }),
        settlement,
        "SettlementRefused",
        [tooMuch.sessionId, Refusal.DailyLimitExceeded],
      );
      await settlement.write.settleFromPool(settleArgs(charge(situation, 1, 1n * USDC, theft)), {
        account: stranger.account,
      });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(99n * USDC);
    });
  });

  describe("the contract's functions", () => {
    it("that change state are these and no others", async () => {
      const { settlement } = await given.fresh();
      const names = (settlement.abi as Abi)
        .filter((item) => item.type === "function" && item.stateMutability === "nonpayable")
        .map((item) => (item as { name: string }).name);
      expect(names.sort()).to.deep.equal(Object.values(FUNCTIONS).flat().sort());
    });

    it("that belong to the owner are all tried by everybody else", async () => {
      const situation = await given.fresh();
      expect(Object.keys(ownerCalls(situation, situation.stranger)).sort()).to.deep.equal(FUNCTIONS.owner);
      expect(Object.keys(relayerCalls(situation, situation.stranger)).sort()).to.deep.equal(FUNCTIONS.relayer);
    });

    it("take no ether, and there is no fallback", async () => {
      const { settlement } = await given.fresh();
      const abi = settlement.abi as Abi;
      expect(abi.filter((item) => "stateMutability" in item && item.stateMutability === "payable")).to.deep.equal([]);
      expect(abi.filter(({ type }) => type === "fallback" || type === "receive")).to.deep.equal([]);
    });

    it("refuse a plain transfer of ether", async () => {
      const { settlement, viem, stranger } = await given.fresh();
      await viem.assertions.revert(stranger.sendTransaction({ to: settlement.address, value: 1n }));
    });
  });
});
