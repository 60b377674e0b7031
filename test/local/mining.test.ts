import { type LocalChain, openLocalChain } from "@luxxon/local/chain";
import { expect } from "chai";
import { BaseError } from "viem";

describe("Many blocks that are asked for at once", () => {
  for (const name of ["localBase", "localOsaka"] as const) {
    describe(`of ${name}`, () => {
      let chain: LocalChain;
      before(async () => {
        chain = await openLocalChain(name);
      });

      const head = async () => (await chain.viem.getPublicClient()).getBlock();
      const mine = async (...params: unknown[]) => {
        const before = await head();
        const result = await chain.provider.request({ method: "hardhat_mine", params });
        const after = await head();
        expect(result).to.equal(true);
        return { blocks: after.number - before.number, seconds: after.timestamp - before.timestamp };
      };

      it("are all mined, a second apart", async () => {
        const { blocks, seconds } = await mine("0x258");
        expect(blocks).to.equal(600n);
        // The first one comes at its own time.
        expect(Number(seconds)).to.be.within(599, 659);
      });

      it("are as far apart as is asked for", async () => {
        const { blocks, seconds } = await mine("0x3", "0x3c");
        expect(blocks).to.equal(3n);
        expect(Number(seconds)).to.be.within(120, 180);
      });

      it("may be one, or none that is counted", async () => {
        expect((await mine("0x1")).blocks).to.equal(1n);
        expect((await mine()).blocks).to.equal(1n);
      });

      it("are none if the number is none", async () => {
        const before = await head();
        const failure = await chain.provider.request({ method: "hardhat_mine", params: ["many"] }).catch(String);
        expect(failure).to.be.a("string");
        expect((await head()).number).to.equal(before.number);
      });
    });
  }

  it("are refused on OP rules if they are too many, and the chain goes on", async () => {
    const chain = await openLocalChain("localBase");
    const client = await chain.viem.getTestClient();
    const failure = await client.mine({ blocks: 1_000_000 }).catch((error: BaseError) => error);
    expect(failure).to.be.instanceOf(BaseError);
    expect((failure as BaseError).details).to.equal("a local chain of OP rules mines at most 10000 blocks at once");
    await client.mine({ blocks: 2 });
  });
});
