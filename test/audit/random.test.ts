import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { expect } from "chai";
import { readBuilds } from "../../scripts/audit/open.ts";
import { RULES } from "../../scripts/audit/ruleTable.ts";
import { Reached } from "../model/reached.ts";
import { runSequences } from "../model/run.ts";
import { openScene, type Scene } from "../model/scene.ts";
import { auditListed, type Listed } from "./support/listed.ts";

const SEED = 20_261_122;
const SEQUENCES = 16;
const COMMANDS = 100;

/** Rules that need more than a history: what the platform announces, and deployments' records. */
const NOT_HERE = ["R26", "R27", "R28", "R32"];

describe(`audits of ${SEQUENCES} histories of ${COMMANDS} arbitrary commands each, from seed ${SEED}`, () => {
  const audits: Listed[] = [];

  before(async function () {
    this.timeout(120_000);
    for (let i = 0; i < SEQUENCES; i++) audits.push(await auditOf(await played(SEED + i)));
  });

  it("find nothing", () => {
    expect(audits.flatMap(({ violations }) => violations)).to.deep.equal([]);
  });

  it("hold every rule against something", () => {
    const checked = (id: string) =>
      audits.reduce((sum, { rules }) => sum + (rules.find((rule) => rule.id === id)?.checked ?? 0), 0);
    const idle = Object.keys(RULES).filter((id) => !NOT_HERE.includes(id) && checked(id) === 0);
    expect(idle).to.deep.equal([]);
  });

  it("meet every refusal", () => {
    const met = new Set(audits.flatMap(({ skipped }) => skipped.map(({ reason }) => reason)));
    expect(met.size).to.equal(10);
  });
});

/** A contract after an arbitrary sequence of calls by every role, of Circle and of strangers. */
async function played(seed: number): Promise<Scene> {
  let scene: Scene | undefined;
  const open = async () => {
    scene = await openScene("localOsaka");
    return scene;
  };
  const difference = await runSequences({ open, sequences: 1, commands: COMMANDS, seed, reached: new Reached() });
  if (difference !== undefined || scene === undefined) throw new Error("contract and model differ: see test/model");
  return scene;
}

async function auditOf({ chain, settlement: { address } }: Scene): Promise<Listed> {
  const send: Send = (method, params) => chain.provider.request({ method, params: [...params] });
  const [created] = (await send("eth_getLogs", [{ address, fromBlock: "0x0", toBlock: "latest" }])) as RawLog[];
  return auditListed({
    endpoints: [new Endpoint("http://local", send)],
    wanted: {
      address,
      fromBlock: BigInt(created?.blockNumber ?? 0),
      toBlock: undefined,
      chainId: undefined,
      record: undefined,
      builds: await readBuilds(),
    },
    announcedFeeBps: undefined,
    cacheFolder: undefined,
  });
}
