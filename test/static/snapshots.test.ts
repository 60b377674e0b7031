import { readFileSync } from "node:fs";
import { ACCOUNT, type Place, VARIABLES } from "@luxxon/chain/settlement/storage";
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

  describe("is where the audit reads it:", () => {
    const { variables, structs } = describeStorage(compiled.storageLayout);
    const inAccount = structs["struct ILuxxonSettlement.Account"] ?? [];
    const holds = (places: Record<string, Place>, lines: readonly string[]) => {
      for (const [name, [slot, byte, bytes]] of Object.entries(places)) {
        it(name, () => {
          const line = lines.find((one) => one.endsWith(` ${name}`));
          expect(line).to.match(new RegExp(`^slot ${slot}, byte ${byte}, ${bytes} bytes: `));
        });
      }
    };
    holds(VARIABLES, variables);
    holds(ACCOUNT, inAccount);

    it("and it reads every variable", () => {
      expect([variables.length, inAccount.length]).to.deep.equal(
        [VARIABLES, ACCOUNT].map((it) => Object.keys(it).length),
      );
    });
  });

  it("includes an account that fills exactly one storage slot", () => {
    const { structs } = describeStorage(compiled.storageLayout);
    const sizes = (structs["struct ILuxxonSettlement.Account"] ?? []).map((line) => / (\d+) bytes:/.exec(line)?.[1]);
    expect(sizes.reduce((sum, size) => sum + Number(size), 0)).to.equal(32);
  });
});
