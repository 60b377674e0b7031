import { expect } from "chai";
import { USDC } from "../support/session.ts";
import { onEachChain } from "../support/situation.ts";

onEachChain("withdraw", (given) => {
  describe("a consumer with 100 USDC in its pool", () => {
    it("takes a part out, to the last µUSDC", async () => {
      const { settlement, usdc, alice } = await given.funded();
      const before = await usdc.read.balanceOf([alice.account.address]);
      await settlement.write.withdraw([30n * USDC + 1n], { account: alice.account });
      expect(await usdc.read.balanceOf([alice.account.address])).to.equal(before + 30n * USDC + 1n);
      expect(await settlement.read.deposits([alice.account.address])).to.equal(70n * USDC - 1n);
      expect(await settlement.read.totalDeposits()).to.equal(170n * USDC - 1n);
    });

    it("emits Withdrawn with the consumer and the amount", async () => {
      const { settlement, alice, eventsOf } = await given.funded();
      const events = await eventsOf(settlement.write.withdraw([30n * USDC], { account: alice.account }));
      expect(events).to.deep.equal([
        { eventName: "Withdrawn", args: { consumer: alice.account.address, amount: 30n * USDC } },
      ]);
    });

    it("cannot take more than it owns", async () => {
      const { settlement, viem, alice } = await given.funded();
      await viem.assertions.revertWithCustomErrorWithArgs(
        settlement.write.withdraw([100n * USDC + 1n], { account: alice.account }),
        settlement,
        "InsufficientBalance",
        [alice.account.address, 100n * USDC, 100n * USDC + 1n],
      );
    });
  });
});
