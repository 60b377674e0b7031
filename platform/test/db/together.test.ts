/** Looking up many things in one statement. */
import { expect } from "chai";
import { together } from "../../src/db/together.ts";

describe("what is asked for together", () => {
  const asked: number[][] = [];
  const double = together<number, number>(async (keys) => {
    asked.push(keys);
    if (keys.includes(13)) throw new Error("the database is away");
    return new Map(keys.filter((key) => key >= 0).map((key) => [String(key), 2 * key]));
  });
  beforeEach(() => asked.splice(0));

  it("goes in one statement, what is asked for twice once", async () => {
    const answers = await Promise.all([1, 2, 1].map((key) => double(String(key), key)));
    expect(answers).to.deep.equal([2, 4, 2]);
    expect(asked).to.deep.equal([[1, 2]]);
  });

  it("is asked anew by whoever comes after the statement was sent", async () => {
    await double("1", 1);
    await double("1", 1);
    expect(asked).to.deep.equal([[1], [1]]);
  });

  it("is undefined if it is not there, and the others are not the worse for it", async () => {
    expect(await Promise.all([double("-1", -1), double("3", 3)])).to.deep.equal([undefined, 6]);
  });

  it("fails for everybody in it, and for nobody after it", async () => {
    const outcomes = await Promise.allSettled([double("13", 13), double("4", 4)]);
    expect(outcomes.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    expect(await double("4", 4)).to.equal(8);
  });
});
