import { openLocalChain } from "@luxxon/local/chain";
import { setL1Fees } from "@luxxon/local/l1Fee";
import { USDC } from "@luxxon/local/usdc";
import { expect } from "chai";
import { type Books, checkBooks, readBooks } from "../../scripts/demo/contract/books.ts";
import { openMarket, POOL_DAILY_LIMIT } from "../../scripts/demo/contract/market.ts";
import { type Action, playStory } from "../../scripts/demo/contract/story.ts";

describe("the demo's story", () => {
  const titles: string[] = [];
  const actions: Action[] = [];
  const notes: string[] = [];
  let books: Books;

  before(async () => {
    const chain = await openLocalChain("localBase");
    await setL1Fees(chain, { baseFeeWei: 1_000_000_000n, blobBaseFeeWei: 0n });
    const market = await openMarket(chain);
    await playStory(market, {
      step: (title) => void titles.push(title),
      action: (action) => void actions.push(action),
      note: (text) => void notes.push(text),
    });
    books = await readBooks(market);
    await chain.close();
  });

  const action = (what: string) => {
    const found = actions.find((one) => one.what.includes(what));
    if (found === undefined) throw new Error(`nobody ${what}`);
    return found;
  };

  it("has seven steps", () => expect(titles).to.have.length(7));

  it("ends with books that agree", () => {
    expect(checkBooks(books).filter(({ agrees }) => !agrees)).to.deep.equal([]);
  });

  it("ends with everybody's money out", () => {
    expect(books.deposited).to.equal(209n * USDC);
    expect(books.tokenBalance).to.equal(0n);
  });

  it("charges gas and an L1 fee for every transaction", () => {
    for (const { what, gas, l1FeeWei, transactions } of actions) {
      expect(gas >= 21_000n * BigInt(transactions), `gas of "${what}"`).to.equal(true);
      expect(l1FeeWei > 0n, `L1 fee of "${what}"`).to.equal(true);
    }
  });

  it("lets a consumer that has promised to stay be charged, and leave only afterwards", () => {
    expect(notes.join("\n")).to.include("Ben tries to leave before he is charged: HeldUntil.");
    expect(action("settles Ben's session").amount).to.equal(60_000n);
    expect(action("withdraws when the hour is over").amount).to.equal(2n * USDC);
  });

  it("settles the sessions of those who stayed, and skips those who left", () => {
    expect(action("settles 100 sessions").amount).to.equal(95n * 60_000n);
    expect(notes.join("\n")).to.include("95 are settled; 5 are skipped (InsufficientPool)");
  });

  it("credits the denylisted operator what USDC refused", () => {
    expect(action("pushes the credit").amount).to.equal(510_000n);
  });

  it("settles nothing when the batch is resent", () => {
    expect(action("resends the same batch").amount).to.equal(0n);
  });

  it("lets the thief take no more than the pool's limit, for a day and an hour", () => {
    const stolen = (action("tries to take").amount ?? 0n) + (action("an hour later").amount ?? 0n);
    expect(stolen > 0n).to.equal(true);
    expect(stolen <= (POOL_DAILY_LIMIT * 25n) / 24n).to.equal(true);
  });

  it("refuses the thief's batch while paused", () => {
    expect(notes.join("\n")).to.include("The thief's next batch: EnforcedPause.");
  });

  describe("its check of the books", () => {
    for (const name of [
      "deposited",
      "withdrawn",
      "settled",
      "credited",
      "claimed",
      "received",
      "sent",
      "totalDeposits",
      "totalCredits",
      "tokenBalance",
      "surplus",
    ] as const) {
      it(`notices if ${name} is off by 1 µUSDC`, () => {
        const wrong = { ...books, [name]: books[name] + 1n };
        expect(checkBooks(wrong).some(({ agrees }) => !agrees)).to.equal(true);
      });
    }
  });
});
