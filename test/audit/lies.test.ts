/** Every way in which an endpoint can say what is not so, and what sees it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { slotIn } from "@luxxon/chain/settlement/storage";
import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { type Hex, numberToHex } from "viem";
import { tellAge } from "../../scripts/audit/age.ts";
import type { AuditOptions } from "../../scripts/audit/runAudit.ts";
import { settleArgs } from "../support/session.ts";
import { Forger } from "./support/forger.ts";
import { altering, LIES } from "./support/lies.ts";
import { auditListed, type Listed } from "./support/listed.ts";
import { ID, type Scene, theScene } from "./support/scene.ts";

describe("an audit sees", () => {
  let scene: Scene;

  before(async function () {
    this.timeout(60_000);
    scene = await theScene();
  });

  const liar = (send: Send) => new Endpoint("http://liar", send, { attempts: 1 });
  const honest = () => new Endpoint("http://honest", scene.send, { attempts: 1 });

  function audit(options: Partial<AuditOptions> & Pick<AuditOptions, "endpoints">): Promise<Listed> {
    return auditListed({ wanted: scene.wanted, announcedFeeBps: 1_500, cacheFolder: undefined, ...options });
  }

  async function refusal(options: Parameters<typeof audit>[0]): Promise<string> {
    try {
      await audit(options);
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error("the audit went through");
  }

  const found = ({ violations }: Listed) => violations.map(({ rule, sessionId }) => ({ rule, sessionId }));

  for (const { title, tell, besides, by, says } of LIES) {
    it(`by ${by} that it is not so that ${title}`, async () => {
      const first = liar(await tell(scene));
      const endpoints: AuditOptions["endpoints"] = besides === "a second endpoint" ? [first, honest()] : [first];
      const line = await refusal({ endpoints, isEveryBlockRead: besides === "every block" });
      expect(line).to.match(says);
    });
  }

  it("that an endpoint that is asked second leaves something out, and names it", async () => {
    const silent = altering(scene.send, "eth_getLogs", (logs) => (logs as unknown[]).slice(1));
    const line = await refusal({ endpoints: [honest(), liar(silent)] });
    expect(line).to.match(/^http:\/\/liar contradicts itself: it leaves out log \d+ of block \d+/);
  });

  it("by its age a last block of long ago", async () => {
    const { fromBlock } = scene.wanted;
    const old: Send = (method, params) =>
      scene.send(method, params[0] === "safe" ? [numberToHex(fromBlock + 12n), ...params.slice(1)] : params);
    const { target } = await audit({ endpoints: [liar(old)], wanted: { ...scene.wanted, toBlock: undefined } });
    const { timestamp } = await scene.publicClient.getBlock();
    expect(target.toBlock).to.equal(fromBlock + 12n);
    expect(tellAge(target.toTimestamp, 600, false, Number(timestamp))).to.equal(1);
  });

  describe("on the chain itself", () => {
    let restore: () => Promise<void>;

    beforeEach(async () => {
      restore = (await scene.networkHelpers.takeSnapshot()).restore;
    });

    afterEach(() => restore());

    /** The chain after somebody has written to its storage behind everybody's back. */
    async function auditNow(): Promise<Listed> {
      await scene.networkHelpers.mine();
      const toBlock = await scene.publicClient.getBlockNumber();
      return audit({ endpoints: [honest()], wanted: { ...scene.wanted, toBlock } });
    }

    it("other code at the address, without any record: R33", async () => {
      const { settlement, publicClient, networkHelpers } = scene;
      const code = (await publicClient.getCode({ address: settlement.address })) as Hex;
      await networkHelpers.setCode(settlement.address, `${code.slice(0, -2)}00`);
      expect(found(await auditNow())).to.deep.equal([{ rule: "R33", sessionId: undefined }]);
    });

    it("one more bit in a word of settled sessions, of an id that nobody ever submitted: R25", async () => {
      const { settlement, networkHelpers, publicClient } = scene;
      const slot = slotIn("_settledBits", `0x00${ID.first.slice(2, 64)}`);
      const word = BigInt((await publicClient.getStorageAt({ address: settlement.address, slot })) as Hex);
      await networkHelpers.setStorageAt(settlement.address, slot, numberToHex(word | (1n << 200n), { size: 32 }));
      const sessionId = `${ID.first.slice(0, 64)}c8`;
      expect(found(await auditNow())).to.deep.equal([{ rule: "R25", sessionId }]);
    });

    it("a session that was settled in another contract too: R32", async () => {
      const { other, usdc, alice, relayer, session } = scene;
      await usdc.write.approve([other.address, 60_000n], { account: alice.account });
      await other.write.deposit([60_000n], { account: alice.account });
      await other.write.settleFromPool(settleArgs(session({ sessionId: ID.first })), { account: relayer.account });
      expect(found(await auditNow())).to.deep.equal([{ rule: "R32", sessionId: ID.first }]);
    });

    it("another total of credits: R22", async () => {
      const { settlement, networkHelpers } = scene;
      await networkHelpers.setStorageAt(
        settlement.address,
        numberToHex(5, { size: 32 }),
        numberToHex(99, { size: 32 }),
      );
      expect(found(await auditNow()).map(({ rule }) => rule)).to.deep.equal(["R22"]);
    });
  });

  describe("what it cannot see is said to be believed:", () => {
    const basisOf = ({ reach }: Listed, fact: RegExp) => reach.find((one) => fact.test(one.fact))?.basis;

    it("that nothing was left out, of one endpoint", async () => {
      expect(basisOf(await audit({ endpoints: [honest()] }), /left out/)).to.equal("believed");
    });

    it("agreed, of two", async () => {
      const { reach } = await audit({ endpoints: [honest(), honest()] });
      expect(
        reach.filter(({ basis }) => basis === "agreed").map(({ fact }) => fact.replace(/0x\w+/, "…")),
      ).to.deep.equal([
        "The last block is …",
        "The blocks with events lead up to it",
        "No event was left out",
        "What reached the contract through others",
      ]);
    });

    it("proved, if every header was read", async () => {
      const { reach, ...all } = await audit({ endpoints: [honest()], isEveryBlockRead: true });
      const { reach: _, ...some } = await audit({ endpoints: [honest()] });
      expect(all).to.deep.equal(some);
      expect(
        reach.filter(({ basis }) => basis === "believed").map(({ fact }) => fact.replace(/0x\w+/, "…")),
      ).to.deep.equal(["The last block is …", "What reached the contract through others"]);
    });
  });

  describe("what a lying endpoint has said before is not believed later:", () => {
    let cacheFolder: string;

    beforeEach(async () => {
      cacheFolder = await mkdtemp(join(tmpdir(), "luxxon-audit-"));
    });

    afterEach(() => rm(cacheFolder, { recursive: true }));

    /** A whole chain, in which nothing can be seen but by somebody else. */
    async function madeUp(): Promise<Endpoint> {
      const forger = await Forger.open(scene);
      const { account } = scene.carol;
      for (const name of ["Deposited", "Withdrawn"]) {
        const log = forger.find(name, { consumer: account.address });
        forger.remove(forger.after(log, "Transfer"));
        forger.remove(log);
      }
      return liar(forger.send);
    }

    it("by another endpoint all is read anew", async () => {
      const told = await audit({ endpoints: [await madeUp()], cacheFolder });
      const { movements, violations } = await audit({ endpoints: [honest()], cacheFolder });
      expect(violations).to.deep.equal([]);
      expect(movements.length - told.movements.length).to.equal(2);
    });

    it("nor is it when every header is to be read", async () => {
      const silent = altering(scene.send, "eth_getLogs", (logs) => logs);
      let headers = 0;
      const counting: Send = (method, params) => {
        if (method === "eth_getBlockByNumber") headers++;
        return silent(method, params);
      };
      await audit({ endpoints: [liar(counting)], cacheFolder });
      headers = 0;
      await audit({ endpoints: [liar(counting)], cacheFolder, isEveryBlockRead: true });
      expect(headers).to.be.greaterThan(Number((scene.wanted.toBlock as bigint) - scene.wanted.fromBlock));
    });

    it("and what does not hold is not kept", async () => {
      const forger = await Forger.open(scene, { isSealed: false });
      forger.alter(forger.find("Deposited"), { amount: 1n });
      await refusal({ endpoints: [liar(forger.send)], cacheFolder });
      const { violations } = await audit({ endpoints: [liar(scene.send)], cacheFolder });
      expect(violations).to.deep.equal([]);
    });
  });
});
