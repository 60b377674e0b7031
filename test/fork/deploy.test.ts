import { expect } from "chai";
import { DEFAULT_DAILY_LIMIT, onEachFork, POOL_DAILY_LIMIT } from "./situation.ts";

onEachFork("The deployment by the project's module", ({ base, fresh }) => {
  it("is for that chain's USDC", async () => {
    const { settlement } = await fresh();
    expect(await settlement.read.usdc()).to.equal(base.usdc.address);
  });

  it("has the roles that it was given", async () => {
    const { settlement, owner, relayer, guardian, platform } = await fresh();
    expect(await settlement.read.owner()).to.equal(owner.account.address);
    expect(await settlement.read.relayer()).to.equal(relayer.account.address);
    expect(await settlement.read.guardian()).to.equal(guardian.account.address);
    expect(await settlement.read.platformWallet()).to.equal(platform.account.address);
  });

  it("has the limits that it was given", async () => {
    const { settlement } = await fresh();
    expect(await settlement.read.defaultDailyLimit()).to.equal(DEFAULT_DAILY_LIMIT);
    expect((await settlement.read.pool()).dailyLimit).to.equal(POOL_DAILY_LIMIT);
  });

  it("leaves no right to the account that sent it", async () => {
    const { viem, settlement, stranger } = await fresh();
    await viem.assertions.revertWithCustomErrorWithArgs(
      settlement.write.setRelayer([stranger.account.address], { account: stranger.account }),
      settlement,
      "OwnableUnauthorizedAccount",
      [stranger.account.address],
    );
  });

  it("starts with empty books", async () => {
    const { settlement } = await fresh();
    expect(await settlement.read.totalDeposits()).to.equal(0n);
    expect(await settlement.read.totalCredits()).to.equal(0n);
    expect(await settlement.read.surplus()).to.equal(0n);
  });
});
