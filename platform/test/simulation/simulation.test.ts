/** The money adds up in small worlds in which everything goes wrong. */
import { expect } from "chai";
import type { Database } from "../../src/db/database.ts";
import { newDatabase, testParts } from "../support/platform.ts";
import { openSimDatabase } from "./database.ts";
import { PLANTS } from "./plants.ts";
import { SEEDS } from "./seeds.ts";
import { openTally, play } from "./world.ts";

/** `npm run simulate` plays more of them, and longer ones. */
const WORLDS = 200;
const STEPS = 50;

describe("a world in which chain, database and processes fail", function () {
  this.timeout(600_000);
  let db: Database;
  let empty: () => Promise<void>;

  before(async () => {
    const { env } = await testParts();
    ({ db, empty } = await openSimDatabase(await newDatabase(env.DATABASE_URL ?? "")));
  });
  after(() => db?.close());

  const tally = openTally();
  const problemsOf = async (seed: number, steps: number, plant?: string) => {
    await empty();
    const played = await play({ db, seed, steps, plant: plant === undefined ? undefined : PLANTS[plant]?.plant });
    if (plant === undefined) tally.add(played);
    return played.problems;
  };

  it(`settles every session once, or says why not: ${WORLDS} worlds of ${STEPS} steps`, async () => {
    for (let seed = 1_001; seed <= 1_000 + WORLDS; seed++)
      expect(await problemsOf(seed, STEPS), `seed ${seed}`).to.deep.equal([]);
  });

  it("is one in which all of that happens", () => {
    expect(tally.missing()).to.deep.equal([]);
  });

  for (const { seed, steps, cause } of SEEDS)
    it(`adds up where once it did not: ${cause} (seed ${seed})`, async () => {
      expect(await problemsOf(seed, steps)).to.deep.equal([]);
    });

  for (const [name, { what }] of Object.entries(PLANTS))
    it(`does not add up when ${what}`, async () => {
      for (let seed = 1; seed <= 200; seed++)
        if ((await problemsOf(seed, 200, name).catch(() => ["it threw"])).length > 0) return;
      expect.fail("200 worlds have not noticed");
    });
});
