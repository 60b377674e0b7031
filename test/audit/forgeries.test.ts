import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import type { Violation } from "../../scripts/audit/types.ts";
import { USDC } from "../support/session.ts";
import { Forger } from "./support/forger.ts";
import { FORGERIES } from "./support/forgeries.ts";
import { auditListed, type Listed } from "./support/listed.ts";
import { ID, recordOf, type Scene, theScene } from "./support/scene.ts";

describe("an audit", () => {
  let scene: Scene;
  let record: DeploymentRecord;

  before(async function () {
    this.timeout(60_000);
    scene = await theScene();
    record = await recordOf(scene);
  });

  /** Audits what an endpoint shows. */
  function audit(send = scene.send, its = record): Promise<Listed> {
    return auditListed({
      endpoints: [new Endpoint("http://forged", send, { attempts: 1 })],
      wanted: { ...scene.wanted, record: its },
      announcedFeeBps: 1_500,
      cacheFolder: undefined,
    });
  }

  describe("of a true history", () => {
    it("finds nothing", async () => {
      expect((await audit()).violations).to.deep.equal([]);
    });

    it("holds every rule against something", async () => {
      const idle = (await audit()).rules.filter(({ checked }) => checked === 0);
      expect(idle.map(({ id }) => id)).to.deep.equal([]);
    });

    it("finds nothing either when it comes through the forger, unaltered", async () => {
      const forger = await Forger.open(scene);
      expect(await audit(forger.send)).to.deep.equal(await audit());
    });

    it("knows every session, how its parts were paid, and through which contract it came", async () => {
      const { settlements, transactions } = await audit();
      const paid = new Map(settlements.map((one) => [one.sessionId, [one.operatorPaid, one.platformPaid]]));
      expect(settlements).to.have.length(10);
      expect(paid.get(ID.first)).to.deep.equal(["transferred", "transferred"]);
      expect(paid.get(ID.unclaimed)).to.deep.equal(["credited", "transferred"]);
      expect(transactions.filter(({ through }) => through !== undefined)).to.have.length(1);
    });

    it("knows what was skipped, and what had been submitted", async () => {
      const { skipped } = await audit();
      expect(skipped).to.have.length(11);
      expect(skipped.find(({ sessionId }) => sessionId === ID.poor)).to.include({
        reason: "InsufficientPool",
        from: scene.carol.account.address,
        toAmount: 4_250_850n,
        feeAmount: 750_150n,
      });
    });

    it("knows everybody's sums", async () => {
      const { accounts } = await audit();
      const alice = accounts.find(({ account }) => account === scene.alice.account.address);
      expect(alice).to.include({ deposited: 140n * USDC, withdrawn: 10n * USDC, deposits: 126_520_001n });
    });
  });

  it("finds that the contract was created otherwise than its record says, and nothing else", async () => {
    const constructorArgs = { ...record.constructorArgs, poolDailyLimit: "1" };
    const { violations } = await audit(scene.send, { ...record, constructorArgs });
    expect(violations.map(({ rule, expected, found }) => ({ rule, expected, found }))).to.deep.equal([
      { rule: "R28", expected: "1", found: "0" },
    ]);
  });

  describe("finds, and finds nothing else, when somebody has forged", () => {
    for (const { title, forge, rules, expected, found } of FORGERIES) {
      it(`${title}: ${rules.join(", ")}`, async () => {
        const forger = await Forger.open(scene);
        await forge(forger, scene);
        const { violations } = await audit(forger.send);
        expect([...new Set(violations.map(({ rule }) => rule))].sort(byNumber), show(violations)).to.deep.equal(
          [...rules].sort(byNumber),
        );
        const named = violations.find(({ rule }) => rule === rules[0]);
        expect(named?.expected).to.contain(expected);
        expect(named?.found).to.contain(found);
      });
    }
  });
});

function byNumber(one: string, other: string): number {
  return Number(one.slice(1)) - Number(other.slice(1));
}

/** What was found, for whoever reads a failure. */
function show(violations: readonly Violation[]): string {
  return violations
    .map(({ rule, message, expected, found }) => `\n${rule} ${message} [expected ${expected}; found ${found}]`)
    .join("");
}
