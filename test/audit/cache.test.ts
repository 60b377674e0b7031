import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import type { Wanted } from "../../scripts/audit/collect/identify.ts";
import { runAudit } from "../../scripts/audit/runAudit.ts";
import type { Audit } from "../../scripts/audit/types.ts";
import { USDC } from "../support/session.ts";
import { type Scene, theScene } from "./support/scene.ts";

describe("what an audit keeps on disk", () => {
  let scene: Scene;
  let truth: Audit;
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
  async function audit(options: { wanted?: Partial<Wanted>; cacheFolder?: string | undefined; send?: Send } = {}) {
    const asked: [from: bigint, to: bigint][] = [];
    const send: Send = (method, params) => {
      if (method === "eth_getLogs") {
        const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
        asked.push([BigInt(fromBlock), BigInt(toBlock)]);
      }
      return (options.send ?? scene.send)(method, params);
    };
    const found = await runAudit({
      endpoints: [new Endpoint("http://endpoint", send, { attempts: 1 })],
      wanted: { ...scene.wanted, ...options.wanted },
      announcedFeeBps: 1_500,
      cacheFolder: "cacheFolder" in options ? options.cacheFolder : folder,
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

  const file = async () => join(folder, (await readdir(folder))[0] as string);

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
    const before = await readFile(await file(), "utf8");
    await audit({ wanted: { toBlock: scene.wanted.fromBlock + 12n } });
    expect(await readFile(await file(), "utf8")).to.equal(before);
  });

  it("ends where a line was cut short", async () => {
    await audit({ send: inSmallParts });
    const { length } = await readFile(await file());
    await truncate(await file(), length - 10);
    const { asked, audit: found } = await audit();
    expect(asked).to.have.length(3);
    expect(found).to.deep.equal(truth);
    expect((await audit()).asked).to.deep.equal([]);
  });

  it("ends where a line is none of an audit", async () => {
    await audit();
    await appendFile(await file(), '{"from":1}\n');
    expect((await audit()).audit).to.deep.equal(truth);
  });

  it("counts for nothing if it is of another layout", async () => {
    await audit();
    const [, ...lines] = (await readFile(await file(), "utf8")).split("\n");
    await writeFile(await file(), ['{"layout":0}', ...lines].join("\n"));
    const { asked, audit: found } = await audit();
    expect(asked).not.to.deep.equal([]);
    expect(found).to.deep.equal(truth);
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

      const last = ({ movements }: Audit) => movements.at(-1)?.amount;
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
