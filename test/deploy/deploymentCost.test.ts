import { type LocalChain, openLocalChain } from "@luxxon/local/chain";
import { expect } from "chai";
import hre from "hardhat";
import { chainlinkPrice, formatEth } from "../../scripts/deploy/deploymentCost.ts";
import { baseSepolia } from "./support.ts";

describe("The price of ETH on the chain", () => {
  let chain: LocalChain;
  let now: bigint;
  const price = async () => chainlinkPrice(await chain.viem.getPublicClient(), baseSepolia);
  const set = async (description: string, answer: bigint, updatedAt: bigint) => {
    const feed = await chain.viem.getContractAt("PriceFeed", baseSepolia.ethUsdFeed);
    await feed.write.set([description, answer, updatedAt]);
  };

  before(async () => {
    chain = await openLocalChain("localOsaka");
    now = (await (await chain.viem.getPublicClient()).getBlock()).timestamp;
  });
  after(() => chain.close());

  it("is unknown where there is no feed", async () => expect(await price()).to.equal(undefined));

  describe("with Chainlink's feed", () => {
    before(async () => {
      const { deployedBytecode } = await hre.artifacts.readArtifact("PriceFeed");
      await chain.networkHelpers.setCode(baseSepolia.ethUsdFeed, deployedBytecode);
    });

    it("is read from it, and it is said from where", async () => {
      await set("ETH / USD", 2_448_09306508n, now);
      expect(await price()).to.deep.equal({
        usd: 2448.09306508,
        source: "Chainlink's feed at 0x4aDC67696bA383F43DD60A9e78F2C97Fbbfc7cb1",
      });
    });
    it("is unknown if the feed is of something else", async () => {
      await set("BTC / USD", 2_448_09306508n, now);
      expect(await price()).to.equal(undefined);
    });
    it("is unknown if it is older than a day", async () => {
      await set("ETH / USD", 2_448_09306508n, now - 90_000n);
      expect(await price()).to.equal(undefined);
    });
    it("is unknown if it is no price", async () => {
      await set("ETH / USD", 0n, now);
      expect(await price()).to.equal(undefined);
    });
  });
});

describe("An amount of ETH", () => {
  for (const [wei, text] of [
    [0n, "0 ETH"],
    [1_234_567_890_000_000n, "0.001235 ETH"],
    [202_900_000_000n, "0.0000002029 ETH"],
  ] as const) {
    it(`of ${wei} wei reads ${text}`, () => expect(formatEth(wei)).to.equal(text));
  }
});
