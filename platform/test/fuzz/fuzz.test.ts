/** Every operation is asked what its schema describes and what it does not, by everybody. `npm run fuzz:api` asks more. */
import { expect } from "chai";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { fuzz, SETTINGS } from "./fuzz.ts";

const SEED = 1;
const CALLS = 500;

describe("whatever is asked", function () {
  this.timeout(120_000);
  let platform: TestPlatform;
  before(async () => {
    platform = await openPlatform(SETTINGS);
  });
  after(() => platform?.close());

  it(`is answered as the document says: ${CALLS} requests (seed ${SEED})`, async () => {
    const { faults, answered } = await fuzz(platform, { seed: SEED, calls: CALLS });
    expect(faults).to.deep.equal([]);
    const successes = [...answered.keys()].filter((line) => / 20\d$/.test(line));
    expect(successes.length, "operations that were reached").to.be.above(15);
  });
});
