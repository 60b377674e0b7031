import { expect } from "chai";
import { exposureOf } from "../../scripts/check/exposure.ts";

const USDC = 1_000_000n;

/** What each key can cost within a day, and within an hour, in USDC. */
function losses(defaultDailyLimit: bigint, poolDailyLimit: bigint, totalDeposits: bigint) {
  const state = {
    defaultDailyLimit: defaultDailyLimit * USDC,
    poolDailyLimit: poolDailyLimit * USDC,
    totalDeposits: totalDeposits * USDC,
    safe: undefined,
  };
  return Object.fromEntries(
    exposureOf(state).map(({ key, loss }) => [
      key,
      [loss["1 hour"] / USDC, loss["1 day"] / USDC, loss["3 days"] / USDC],
    ]),
  );
}

describe("What a stolen key can cost", () => {
  it("is limit × (1 + T / 1 day) with the relayer's, for one consumer and for all", () => {
    const { "relayer, one consumer": one, "relayer, all consumers": all } = losses(50n, 50_000n, 1_000_000n);
    expect(one).to.deep.equal([52n, 100n, 200n]);
    expect(all).to.deep.equal([52_083n, 100_000n, 200_000n]);
  });

  it("is never more than there is", () => {
    const { "relayer, one consumer": one, "relayer, all consumers": all } = losses(50n, 50_000n, 60n);
    expect(one).to.deep.equal([52n, 60n, 60n]);
    expect(all).to.deep.equal([60n, 60n, 60n]);
  });

  it("is bounded for one consumer by the pool's limit, if that is lower", () => {
    expect(losses(0n, 24n, 1_000n)["relayer, one consumer"]).to.deep.equal([25n, 48n, 96n]);
  });

  it("is everything at once where no limit is set", () => {
    expect(losses(0n, 0n, 1_000n)["relayer, all consumers"]).to.deep.equal([1_000n, 1_000n, 1_000n]);
  });

  it("is rounded up to the µUSDC", () => {
    const [one] = exposureOf({
      defaultDailyLimit: 50n * USDC,
      poolDailyLimit: 0n,
      totalDeposits: 1_000n * USDC,
      safe: undefined,
    });
    // 50 × (1 + 1 / 24) = 52.083 333 …
    expect(one?.loss["1 hour"]).to.equal(52_083_334n);
  });

  it("is everything with as many of the owner's signers as its threshold, and nothing with fewer", () => {
    const found = losses(50n, 50_000n, 1_000_000n);
    expect(found.owner).to.deep.equal([1_000_000n, 1_000_000n, 1_000_000n]);
    expect(found["owner, fewer signers"]).to.deep.equal([0n, 0n, 0n]);
  });

  it("is the owner's alone in a contract from which consumers only withdraw", () => {
    const state = { defaultDailyLimit: 0n, poolDailyLimit: 0n, totalDeposits: 7n, safe: undefined };
    const found = exposureOf(state, "withdraw-only").map(({ key, loss }) => [key, loss["1 hour"]]);
    expect(found).to.deep.equal([["owner", 7n]]);
  });

  it("is nothing with the guardian's, the platform wallet's or the deployer's", () => {
    const { guardian, "platform wallet": platform, deployer } = losses(50n, 50_000n, 1_000_000n);
    expect([guardian, platform, deployer]).to.deep.equal([
      [0n, 0n, 0n],
      [0n, 0n, 0n],
      [0n, 0n, 0n],
    ]);
  });
});
