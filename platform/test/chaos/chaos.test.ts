/** The short form of `npm run chaos`: twenty kills. */
import { expect } from "chai";
import { runChaos } from "./run.ts";

describe("kill -9 under load", function () {
  this.timeout(900_000);

  it("leaves every ended session settled once, and no table that says what the chain does not", async () => {
    const seed = Number(process.env.CHAOS_SEED ?? 3);
    const { checks } = await runChaos({ kills: 20, seed, wallets: 2, audit: false, keep: false, say: () => undefined });
    const differing = checks.filter(({ differences }) => differences.length > 0);
    expect(differing).to.deep.equal([]);
  });
});
