import { allowanceSlot, balanceSlot, mintUsdc, takeUsdc, writeUsdcBalance } from "@luxxon/local/fork/money";
import { expect } from "chai";
import { domainSeparator, hexToBigInt } from "viem";
import { USDC } from "../support/session.ts";
import { onEachFork } from "./situation.ts";

onEachFork("USDC", ({ base, fresh }) => {
  it("counts in millionths", async () => {
    const { usdc } = await fresh();
    expect(await usdc.read.decimals()).to.equal(6);
  });

  it(`signs as "${base.usdc.name}", version 2`, async () => {
    const { usdc } = await fresh();
    expect([await usdc.read.name(), await usdc.read.version()]).to.deep.equal([base.usdc.name, "2"]);
  });

  it("has the domain separator that follows from name, version, chain and address", async () => {
    const { usdc, publicClient } = await fresh();
    const domain = {
      name: base.usdc.name,
      version: "2",
      chainId: await publicClient.getChainId(),
      verifyingContract: usdc.address,
    };
    expect(await usdc.read.DOMAIN_SEPARATOR()).to.equal(domainSeparator({ domain }));
  });

  it("has the domain separator that the live chain is known by", async () => {
    const { usdc } = await fresh();
    expect(await usdc.read.DOMAIN_SEPARATOR()).to.equal(base.usdc.domainSeparator);
  });

  it("keeps balances in slot 9", async () => {
    const { usdc, networkHelpers, alice } = await fresh();
    const stored = await networkHelpers.getStorageAt(usdc.address, balanceSlot(alice.account.address));
    expect(hexToBigInt(stored as `0x${string}`)).to.equal(1_000n * USDC);
  });

  it("keeps allowances in slot 10", async () => {
    const { usdc, networkHelpers, alice, bob } = await fresh();
    await usdc.write.approve([bob.account.address, 7n], { account: alice.account });
    const slot = allowanceSlot(alice.account.address, bob.account.address);
    expect(hexToBigInt((await networkHelpers.getStorageAt(usdc.address, slot)) as `0x${string}`)).to.equal(7n);
  });
});

onEachFork("An account that needs USDC", ({ fresh }) => {
  for (const [how, fund] of [
    ["minted by the master minter", mintUsdc],
    ["taken from a holder", takeUsdc],
  ] as const) {
    it(`gets it ${how}`, async () => {
      const { chain, usdc, otherOperator } = await fresh();
      const { address } = otherOperator.account;
      const before = await usdc.read.balanceOf([address]);
      await fund(chain, usdc, address, USDC);
      expect((await usdc.read.balanceOf([address])) - before).to.equal(USDC);
    });
  }

  it("leaves the supply as it is when a holder gives it", async () => {
    const { chain, usdc, otherOperator } = await fresh();
    const before = await usdc.read.totalSupply();
    await takeUsdc(chain, usdc, otherOperator.account.address, USDC);
    expect(await usdc.read.totalSupply()).to.equal(before);
  });

  it("gets none from a holder when nobody has that much", async () => {
    const { chain, usdc, otherOperator } = await fresh();
    const tooMuch = (await usdc.read.totalSupply()) + 1n;
    const failure = await takeUsdc(chain, usdc, otherOperator.account.address, tooMuch).catch(String);
    expect(failure).to.equal(`Error: nobody was found who holds ${tooMuch} µUSDC`);
  });

  it("has exactly the balance that is written for it", async () => {
    const { chain, usdc, alice } = await fresh();
    await writeUsdcBalance(chain, usdc, alice.account.address, 5n);
    expect(await usdc.read.balanceOf([alice.account.address])).to.equal(5n);
  });

  it("can spend a balance that was written", async () => {
    const { chain, usdc, settlement, otherOperator } = await fresh();
    const by = { account: otherOperator.account };
    await writeUsdcBalance(chain, usdc, otherOperator.account.address, 3n * USDC);
    await usdc.write.approve([settlement.address, 3n * USDC], by);
    await settlement.write.deposit([3n * USDC], by);
    expect(await settlement.read.deposits([otherOperator.account.address])).to.equal(3n * USDC);
  });

  it("raises the supply by what is written", async () => {
    const { chain, usdc, alice } = await fresh();
    const before = await usdc.read.totalSupply();
    await writeUsdcBalance(chain, usdc, alice.account.address, 1_001n * USDC);
    expect((await usdc.read.totalSupply()) - before).to.equal(USDC);
  });

  it("stays on the denylist when its balance is written", async () => {
    const { chain, usdc, alice, denylist } = await fresh();
    await denylist(alice);
    await writeUsdcBalance(chain, usdc, alice.account.address, 5n);
    expect(await usdc.read.isBlacklisted([alice.account.address])).to.equal(true);
  });
});
