import { mkdtemp, readdir, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import type { Wanted } from "../../scripts/audit/collect/identify.ts";
import type { AuditOptions } from "../../scripts/audit/runAudit.ts";
import { USDC } from "../support/session.ts";
import { Forger } from "./support/forger.ts";
import { auditListed, type Listed } from "./support/listed.ts";
import { ID, type Scene, theScene } from "./support/scene.ts";

interface Options extends Partial<Pick<AuditOptions, "cacheFolder" | "announcedFeeBps">> {
  wanted?: Partial<Wanted>;
  send?: Send;
}

/** Changes a store behind the audit's back. */
function inFile(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

describe("what an audit keeps on disk", function () {
  this.timeout(60_000);
  let scene: Scene;
  let truth: Listed;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    scene = await theScene();
    truth = (await audit({ cacheFolder: undefined })).audit;
  });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-audit-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** An audit that keeps what it reads, and which blocks it asked for logs of. */
  async function audit(options: Options = {}) {
    const asked: [from: bigint, to: bigint][] = [];
    const send: Send = (method, params) => {
      if (method === "eth_getLogs") {
        const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
        asked.push([BigInt(fromBlock), BigInt(toBlock)]);
      }
      return (options.send ?? scene.send)(method, params);
    };
    const found = await auditListed({
      endpoints: [new Endpoint("http://endpoint", send, { attempts: 1 })],
      wanted: { ...scene.wanted, ...options.wanted },
      announcedFeeBps: 1_500,
      cacheFolder: folder,
      ...("cacheFolder" in options ? { cacheFolder: options.cacheFolder } : {}),
      ...("announcedFeeBps" in options ? { announcedFeeBps: options.announcedFeeBps } : {}),
    });
    return { audit: found, asked };
  }

  /** The endpoint shows at most so many blocks at once, so that more than one range is kept. */
  const inSmallParts: Send = (method, params) => {
    if (method === "eth_getLogs") {
      const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
      if (BigInt(toBlock) - BigInt(fromBlock) >= 10n) throw Object.assign(new Error("block range"), { code: -32602 });
    }
    return scene.send(method, params);
  };

  const file = async () => join(folder, (await readdir(folder)).find((name) => name.endsWith(".sqlite")) as string);

  it("is not read again", async () => {
    await audit();
    const again = await audit();
    expect(again.asked).to.deep.equal([]);
    expect(again.audit).to.deep.equal(truth);
  });

  it("is where the next audit goes on", async () => {
    const toBlock = scene.wanted.fromBlock + 20n;
    await audit({ wanted: { toBlock } });
    const { asked, audit: found } = await audit();
    expect(asked[0]).to.deep.equal([toBlock + 1n, scene.wanted.toBlock]);
    expect(found).to.deep.equal(truth);
  });

  it("outlives an audit that ends earlier", async () => {
    await audit({ send: inSmallParts });
    for (const more of [5n, 25n]) {
      const toBlock = scene.wanted.fromBlock + more;
      expect((await audit({ wanted: { toBlock } })).audit.target.toBlock).to.equal(toBlock);
      expect((await audit()).asked).to.deep.equal([]);
    }
  });

  it("is read anew if it was cut short", async () => {
    await audit();
    const { size } = await stat(await file());
    await truncate(await file(), size / 2);
    const { asked, audit: found } = await audit();
    expect(asked).not.to.deep.equal([]);
    expect(found).to.deep.equal(truth);
    expect((await audit()).asked).to.deep.equal([]);
  });

  it("is read anew if it is something else", async () => {
    await audit();
    await writeFile(await file(), "What is this? ".repeat(1_000));
    expect((await audit()).audit).to.deep.equal(truth);
    expect((await audit()).asked).to.deep.equal([]);
  });

  it("counts for nothing if other code has verified it", async () => {
    await audit();
    inFile(await file(), "UPDATE identity SET name = replace(name, 'codeVersion', 'earlierVersion')");
    const { asked, audit: found } = await audit();
    expect(asked).not.to.deep.equal([]);
    expect(found).to.deep.equal(truth);
  });

  it("serves whoever announces another fee, or none", async () => {
    await audit();
    for (const announcedFeeBps of [1_499, undefined, 1_500]) {
      const { asked, audit: found } = await audit({ announcedFeeBps });
      expect(asked).to.deep.equal([]);
      expect(found, `${announcedFeeBps}`).to.deep.equal(
        (await audit({ announcedFeeBps, cacheFolder: undefined })).audit,
      );
    }
  });

  it("goes on with the violations that were found in it", async () => {
    const forger = await Forger.open(scene);
    forger.alter(forger.find("SettlementSkipped", { sessionId: ID.poor }), { reason: 10 });
    const { send } = forger;
    const toBlock = (scene.wanted.toBlock as bigint) - 1n;
    expect((await audit({ send, wanted: { toBlock } })).audit.violations).to.have.length(1);
    const { asked, audit: found } = await audit({ send });
    expect(asked).to.have.length(3);
    expect(found).to.deep.equal((await audit({ send, cacheFolder: undefined })).audit);
  });

  it("is forgotten from the block on that the chain has replaced", async () => {
    const { chain, settlement, alice, publicClient, wanted } = scene;
    const deposit = async (amount: bigint) => {
      await settlement.write.deposit([amount], { account: alice.account });
      return publicClient.getBlockNumber();
    };
    const snapshot = await chain.networkHelpers.takeSnapshot();
    try {
      await audit();
      const first = await audit({ wanted: { toBlock: await deposit(5n * USDC) } });
      await snapshot.restore();
      const second = await audit({ wanted: { toBlock: await deposit(6n * USDC) } });

      const last = ({ movements }: Listed) => movements.at(-1)?.amount;
      expect([last(first.audit), last(second.audit)]).to.deep.equal([5n * USDC, 6n * USDC]);
      expect(second.audit.violations).to.deep.equal([]);
      const from = (wanted.toBlock as bigint) + 1n;
      expect(second.asked[0]).to.deep.equal([from, from]);
      expect(second.audit.notes).to.deep.equal([
        `The chain has replaced blocks since the last audit: everything from block ${from} on was read again.`,
      ]);
    } finally {
      await snapshot.restore();
    }
  });
});
