import { readFileSync } from "node:fs";
import { SETTLED_BITS_SLOT } from "@luxxon/chain/settlement/bits";
import { expect } from "chai";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { describeStorage, snapshots } from "../../scripts/quality/snapshot/describe.ts";

const recorded = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as unknown;

const compiled = await readCompiled();

describe("what must not change by accident", () => {
  for (const [name, snapshot] of Object.entries(snapshots(compiled))) {
    it(`is what test/static/${name} records`, () => {
      expect(snapshot, `If the change is meant: npm run snapshot, and commit test/static/${name}`).to.deep.equal(
        recorded(name),
      );
    });
  }

  it("has the bits of settled sessions where the audit reads them", () => {
    const { variables } = describeStorage(compiled.storageLayout);
    const [bits] = variables.filter((line) => line.endsWith(" _settledBits"));
    expect(bits).to.match(new RegExp(`^slot ${SETTLED_BITS_SLOT}, byte 0, `));
  });

  it("includes an account that fills exactly one storage slot", () => {
    const { structs } = describeStorage(compiled.storageLayout);
    const sizes = (structs["struct ILuxxonSettlement.Account"] ?? []).map((line) => / (\d+) bytes:/.exec(line)?.[1]);
    expect(sizes.reduce((sum, size) => sum + Number(size), 0)).to.equal(32);
  });
});
