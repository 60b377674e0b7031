import { l1FeeOf } from "@luxxon/local/l1Fee";
import { expect } from "chai";
import type { Hash } from "viem";
import { sessionId, split, USDC } from "../support/session.ts";
import { DEFAULT_DAILY_LIMIT, onEachFork } from "./situation.ts";

onEachFork("A transaction", ({ base, funded }) => {
  it("pays an L1 fee, and the receipt says how much", async () => {
    const { chain, settle, session } = await funded();
    expect((await l1FeeOf(chain, await settle(session()))) > 0n).to.equal(true);
  });

  it("pays a higher L1 fee for a batch than for one session", async () => {
    const { chain, settle, settleBatch, session } = await funded();
    const one = await l1FeeOf(chain, await settle(session({ sessionId: sessionId(100) })));
    const many = Array.from({ length: 50 }, (_, i) => session({ sessionId: sessionId(i) }));
    expect((await l1FeeOf(chain, await settleBatch(many))) > one).to.equal(true);
  });

  it("is signed for the chain's id", async () => {
    const { publicClient, settle, session } = await funded();
    const { chainId } = await publicClient.getTransaction({ hash: await settle(session()) });
    expect(chainId).to.equal(base.chainId);
  });
});

onEachFork("Five blocks that share a timestamp", ({ funded }) => {
  /** A fifth of the default limit. */
  const part = { ratePerSecond: USDC, chargeableSeconds: 1n, ...split(DEFAULT_DAILY_LIMIT / 5n) };

  const fiveBlocks = async () => {
    const situation = await funded();
    const { networkHelpers, publicClient, settle, session } = situation;
    const second = (await networkHelpers.time.latest()) + 1;
    const hashes: Hash[] = [];
    for (let i = 0; i < 5; i++) {
      await networkHelpers.time.setNextBlockTimestamp(second);
      hashes.push(await settle(session({ sessionId: sessionId(i), ...part })));
    }
    const blocks = await Promise.all(
      hashes.map(async (hash) => {
        const { blockNumber } = await publicClient.getTransactionReceipt({ hash });
        return publicClient.getBlock({ blockNumber });
      }),
    );
    return { situation, second, blocks };
  };

  it("are five blocks of one second", async () => {
    const { second, blocks } = await fiveBlocks();
    const first = blocks[0]?.number ?? 0n;
    expect(blocks.map(({ number, timestamp }) => [number, timestamp])).to.deep.equal(
      [0n, 1n, 2n, 3n, 4n].map((i) => [first + i, BigInt(second)]),
    );
  });

  it("settle a session each", async () => {
    const { settlement } = (await fiveBlocks()).situation;
    const settled = await Promise.all([0, 1, 2, 3, 4].map((i) => settlement.read.settled([sessionId(i)])));
    expect(settled).to.deep.equal([true, true, true, true, true]);
  });

  it("refill no limit between them", async () => {
    const { situation } = await fiveBlocks();
    const { drawn } = await situation.settlement.read.accountOf([situation.alice.account.address]);
    expect(drawn).to.equal(DEFAULT_DAILY_LIMIT);
  });
});
