import { expect } from "chai";
import { Attribution } from "ox/erc8021";
import type { Hash, Hex } from "viem";
import { concatHex, getAddress, keccak256, maxUint256, numberToHex, padHex } from "viem";
import { movedBy, transfersOf } from "../support/books.ts";
import { DAY, Refusal, sessionId, settleArgs, USDC } from "../support/session.ts";
import { onEachChain, type Situation } from "../support/situation.ts";

/** What Base appends to a transaction so that an app is credited for it. */
const BUILDER_CODE = Attribution.toDataSuffix({ codes: ["bc_grllwffr"] });

/** The calldata that a transaction really carried. */
async function inputOf({ publicClient }: Situation, transaction: Promise<Hash>): Promise<Hex> {
  return (await publicClient.getTransaction({ hash: await transaction })).input;
}

onEachChain("settleFromPool", (given) => {
  describe("a session of 60,000 µUSDC with a fee of 15 %", () => {
    it("moves the total from the consumer to the operator and the platform wallet, and nothing else", async () => {
      const situation = await given.funded();
      const moved = await movedBy(situation, () => situation.settle(situation.session()));
      expect(moved).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("emits Settled with all of the session's values", async () => {
      const { session, settle, eventsOf, alice, operator } = await given.funded();
      expect(await eventsOf(settle(session()))).to.deep.equal([
        {
          eventName: "Settled",
          args: {
            sessionId: sessionId(0),
            from: alice.account.address,
            to: operator.account.address,
            toAmount: 51_000n,
            feeAmount: 9_000n,
            ratePerSecond: 1_000n,
            chargeableSeconds: 60n,
          },
        },
      ]);
    });

    it("is paid by one transfer to the operator and one to the platform wallet", async () => {
      const situation = await given.funded();
      const { session, settle, settlement, operator, platform } = situation;
      expect(await transfersOf(situation, settle(session()))).to.deep.equal([
        { from: getAddress(settlement.address), to: operator.account.address, value: 51_000n },
        { from: getAddress(settlement.address), to: platform.account.address, value: 9_000n },
      ]);
    });

    it("is settled afterwards and was not before", async () => {
      const { session, settle, settlement } = await given.funded();
      expect(await settlement.read.settled([sessionId(0)])).to.equal(false);
      await settle(session());
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
    });

    it("cannot be settled again", async () => {
      const { session, settle, settlement, viem } = await given.funded();
      await settle(session());
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "SettlementRefused", [
        sessionId(0),
        Refusal.AlreadySettled,
      ]);
    });
  });

  describe("somebody who is not the relayer", () => {
    for (const name of ["owner", "guardian", "platform", "alice", "operator", "stranger"] as const) {
      it(`cannot settle: ${name}`, async () => {
        const situation = await given.funded();
        const { settlement, session, viem } = situation;
        const { account } = situation[name];
        await viem.assertions.revertWithCustomErrorWithArgs(
          settlement.write.settleFromPool(settleArgs(session()), { account }),
          settlement,
          "NotRelayer",
          [account.address],
        );
      });
    }

    it("is the old relayer once there is a new one", async () => {
      const { settlement, session, settle, viem, owner, relayer, stranger } = await given.funded();
      await settlement.write.setRelayer([stranger.account.address], { account: owner.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "NotRelayer", [
        relayer.account.address,
      ]);
      await settlement.write.settleFromPool(settleArgs(session()), { account: stranger.account });
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
    });
  });

  describe("a paused contract", () => {
    it("does not settle", async () => {
      const { settlement, session, settle, viem, guardian } = await given.funded();
      await settlement.write.pause({ account: guardian.account });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(session()), settlement, "EnforcedPause", []);
    });

    it("settles the same session once it is unpaused", async () => {
      const { settlement, session, settle, guardian, owner } = await given.funded();
      await settlement.write.pause({ account: guardian.account });
      await settlement.write.unpause({ account: owner.account });
      await settle(session());
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
    });
  });

  describe("the fee", () => {
    it("of 0 makes no transfer to the platform wallet", async () => {
      const situation = await given.funded();
      const { session, settle, settlement, operator } = situation;
      const transaction = settle(session({ toAmount: 60_000n, feeAmount: 0n }));
      expect(await transfersOf(situation, transaction)).to.deep.equal([
        { from: getAddress(settlement.address), to: operator.account.address, value: 60_000n },
      ]);
    });

    it("of 0 leaves the operator the whole total", async () => {
      const situation = await given.funded();
      const session = situation.session({ toAmount: 60_000n, feeAmount: 0n });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 60_000n,
      });
    });

    it("may be exactly 30 %", async () => {
      const situation = await given.funded();
      const session = situation.session({ toAmount: 42_000n, feeAmount: 18_000n });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 42_000n,
        "platform's USDC": 18_000n,
      });
    });

    it("goes to the new platform wallet once there is one", async () => {
      const situation = await given.funded();
      const { settlement, owner, stranger, session, settle } = situation;
      await settlement.write.setPlatformWallet([stranger.account.address], { account: owner.account });
      expect(await movedBy(situation, () => settle(session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "stranger's USDC": 9_000n,
      });
    });
  });

  describe("one account in two roles", () => {
    it("consumer and operator: its pool pays its wallet, less the fee", async () => {
      const situation = await given.funded();
      const session = situation.session({ to: situation.alice.account.address });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "alice's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("operator and platform wallet: it receives both parts", async () => {
      const situation = await given.funded();
      const session = situation.session({ to: situation.platform.account.address });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "platform's USDC": 60_000n,
      });
    });

    it("consumer and platform wallet: its pool pays, and the fee comes back to its wallet", async () => {
      const situation = await given.funded();
      const { settlement, platform, alice } = situation;
      await settlement.write.depositFor([platform.account.address, USDC], { account: alice.account });
      const session = situation.session({ from: platform.account.address });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "platform's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
    });

    it("the contract and platform wallet: the fee stays and belongs to nobody", async () => {
      const situation = await given.funded();
      const { settlement, owner } = situation;
      await settlement.write.setPlatformWallet([settlement.address], { account: owner.account });
      expect(await movedBy(situation, () => situation.settle(situation.session()))).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -51_000n,
        "operator's USDC": 51_000n,
        surplus: 9_000n,
      });
    });
  });

  describe("how much may be charged", () => {
    it("less than the meter", async () => {
      const situation = await given.funded();
      const session = situation.session({ toAmount: 1n, feeAmount: 0n });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -1n,
        totalDeposits: -1n,
        "contract's USDC": -1n,
        "operator's USDC": 1n,
      });
    });

    it("the whole balance, to the last µUSDC", async () => {
      const situation = await given.funded();
      // 10,000 µUSDC/s × 10,000 s is exactly the 100 USDC in the pool.
      const session = situation.session({ ratePerSecond: 10_000n, chargeableSeconds: 10_000n });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -100n * USDC,
        totalDeposits: -100n * USDC,
        "contract's USDC": -100n * USDC,
        "operator's USDC": 85n * USDC,
        "platform's USDC": 15n * USDC,
      });
    });

    it("the longest session at the highest rate: 86,400 USDC", async () => {
      const situation = await given.funded();
      const { settlement, usdc, alice, circle } = situation;
      await usdc.write.mint([alice.account.address, 100_000n * USDC], { account: circle.account });
      await settlement.write.deposit([86_400n * USDC], { account: alice.account });
      const session = situation.session({ ratePerSecond: USDC, chargeableSeconds: DAY });
      expect(await movedBy(situation, () => situation.settle(session))).to.deep.equal({
        "alice's pool": -86_400n * USDC,
        totalDeposits: -86_400n * USDC,
        "contract's USDC": -86_400n * USDC,
        "operator's USDC": 73_440n * USDC,
        "platform's USDC": 12_960n * USDC,
      });
    });

    it("nothing at all from somebody who never deposited", async () => {
      const { settlement, session, settle, viem, stranger } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settle(session({ from: stranger.account.address, toAmount: 1n, feeAmount: 0n })),
        settlement,
        "SettlementRefused",
        [sessionId(0), Refusal.InsufficientPool],
      );
    });
  });

  describe("a settlement that reverts", () => {
    it("changes nothing", async () => {
      const situation = await given.funded();
      const { settlement, session, settle, viem } = situation;
      const tooLong = session({ ratePerSecond: 10_000n, chargeableSeconds: 10_001n });
      const moved = await movedBy(situation, () =>
        viem.assertions.revertWithCustomErrorWithArgs(settle(tooLong), settlement, "SettlementRefused", [
          sessionId(0),
          Refusal.InsufficientPool,
        ]),
      );
      expect(moved).to.deep.equal({});
    });

    it("leaves its id open", async () => {
      const { settlement, session, settle, viem } = await given.funded();
      const tooLong = session({ ratePerSecond: 10_000n, chargeableSeconds: 10_001n });
      await viem.assertions.revertWithCustomErrorWithArgs(settle(tooLong), settlement, "SettlementRefused", [
        sessionId(0),
        Refusal.InsufficientPool,
      ]);
      expect(await settlement.read.settled([sessionId(0)])).to.equal(false);
      await settle(session());
      expect(await settlement.read.settled([sessionId(0)])).to.equal(true);
    });
  });

  describe("a transaction with a builder code behind its arguments", () => {
    it("settles as it would without: settleFromPool", async () => {
      const situation = await given.funded();
      const { settlement, relayer, session, eventsOf, alice, operator } = situation;
      let transaction = Promise.resolve<Hash>("0x");
      const moved = await movedBy(situation, async () => {
        transaction = settlement.write.settleFromPool(settleArgs(session()), {
          account: relayer.account,
          dataSuffix: BUILDER_CODE,
        });
        await transaction;
      });
      // Seven words and the selector, and then the code.
      expect((await inputOf(situation, transaction)).slice(2 + 2 * (4 + 7 * 32))).to.equal(BUILDER_CODE.slice(2));
      expect(moved).to.deep.equal({
        "alice's pool": -60_000n,
        totalDeposits: -60_000n,
        "contract's USDC": -60_000n,
        "operator's USDC": 51_000n,
        "platform's USDC": 9_000n,
      });
      expect(await eventsOf(transaction)).to.deep.equal([
        {
          eventName: "Settled",
          args: {
            sessionId: sessionId(0),
            from: alice.account.address,
            to: operator.account.address,
            toAmount: 51_000n,
            feeAmount: 9_000n,
            ratePerSecond: 1_000n,
            chargeableSeconds: 60n,
          },
        },
      ]);
    });

    it("settles as it would without: settleBatch", async () => {
      const situation = await given.funded();
      const { settlement, relayer, session } = situation;
      let transaction = Promise.resolve<Hash>("0x");
      const moved = await movedBy(situation, async () => {
        transaction = settlement.write.settleBatch([[session(), session({ sessionId: sessionId(1) })]], {
          account: relayer.account,
          dataSuffix: BUILDER_CODE,
        });
        await transaction;
      });
      expect((await inputOf(situation, transaction)).endsWith(BUILDER_CODE.slice(2))).to.equal(true);
      expect(moved).to.deep.equal({
        "alice's pool": -120_000n,
        totalDeposits: -120_000n,
        "contract's USDC": -120_000n,
        "operator's USDC": 102_000n,
        "platform's USDC": 18_000n,
      });
    });

    it("deposits as it would without", async () => {
      const situation = await given.funded();
      const { settlement, alice } = situation;
      let transaction = Promise.resolve<Hash>("0x");
      const moved = await movedBy(situation, async () => {
        transaction = settlement.write.deposit([5n * USDC], { account: alice.account, dataSuffix: BUILDER_CODE });
        await transaction;
      });
      expect((await inputOf(situation, transaction)).endsWith(BUILDER_CODE.slice(2))).to.equal(true);
      expect(moved).to.deep.equal({
        "alice's USDC": -5n * USDC,
        "alice's pool": 5n * USDC,
        totalDeposits: 5n * USDC,
        "contract's USDC": 5n * USDC,
      });
    });
  });

  describe("a session id", () => {
    const ids: [string, Hex][] = [
      ["the first of a word, …00", sessionId(0)],
      ["the last of a word, …ff", sessionId(255)],
      ["zero", numberToHex(0n, { size: 32 })],
      ["all ones", numberToHex(maxUint256, { size: 32 })],
    ];
    for (const [which, id] of ids) {
      it(`marks only itself: ${which}`, async () => {
        const { settlement, session, settle } = await given.funded();
        const neighbours = [BigInt(id) - 1n, BigInt(id) + 1n, BigInt(id) - 256n, BigInt(id) + 256n].map((near) =>
          numberToHex(BigInt.asUintN(256, near), { size: 32 }),
        );
        await settle(session({ sessionId: id }));
        expect(await settlement.read.settled([id])).to.equal(true);
        for (const neighbour of neighbours) {
          expect(await settlement.read.settled([neighbour]), neighbour).to.equal(false);
        }
      });
    }

    const pairs: [string, Hex, Hex][] = [
      ["the first byte", padHex("0x01", { dir: "right", size: 32 }), padHex("0x02", { dir: "right", size: 32 })],
      ["the highest bit", padHex("0x80", { dir: "right", size: 32 }), padHex("0x00", { size: 32 })],
      ["the last byte", sessionId(7), sessionId(8)],
      ["the lowest bit", sessionId(254), sessionId(255)],
      ["the byte before the last", sessionId(7, 1), sessionId(7, 2)],
    ];
    for (const [what, one, other] of pairs) {
      it(`that differs from another only in ${what} is a session of its own`, async () => {
        const situation = await given.funded();
        const { settlement, session, settle } = situation;
        await settle(session({ sessionId: one }));
        expect(await settlement.read.settled([other])).to.equal(false);
        const moved = await movedBy(situation, () => settle(session({ sessionId: other })));
        expect(moved["alice's pool"]).to.equal(-60_000n);
        expect(await settlement.read.settled([one])).to.equal(true);
        expect(await settlement.read.settled([other])).to.equal(true);
      });
    }

    it("shares a storage slot with the ids that differ from it in the last byte only", async () => {
      const { settlement, networkHelpers, session, settleBatch } = await given.funded();
      await settleBatch([0, 127, 128, 255].map((index) => session({ sessionId: sessionId(index, 9) })));
      const word = BigInt(sessionId(0, 9)) >> 8n;
      // Wherever the mapping stands among the contract's variables.
      const slots = Array.from({ length: 32 }, (_, place) =>
        keccak256(concatHex([numberToHex(word, { size: 32 }), numberToHex(place, { size: 32 })])),
      );
      const values = await Promise.all(slots.map((slot) => networkHelpers.getStorageAt(settlement.address, slot)));
      const bits = [0n, 127n, 128n, 255n].reduce((sum, index) => sum | (1n << index), 0n);
      expect(values.map(BigInt).filter((value) => value !== 0n)).to.deep.equal([bits]);
    });

    it("fills its word: all 256 ids of a run settle once each", async () => {
      const { settlement, session, settleBatch, alice } = await given.funded();
      const run = Array.from({ length: 256 }, (_, index) => session({ sessionId: sessionId(index, 9) }));
      for (const from of [0, 100, 200]) await settleBatch(run.slice(from, from + 100));
      // Twice: the second time every one of them is skipped.
      for (const from of [0, 100, 200]) await settleBatch(run.slice(from, from + 100));
      expect(await settlement.read.deposits([alice.account.address])).to.equal(100n * USDC - 256n * 60_000n);
      expect(await settlement.read.settled([sessionId(255, 8)])).to.equal(false);
      expect(await settlement.read.settled([sessionId(0, 10)])).to.equal(false);
    });
  });
});
