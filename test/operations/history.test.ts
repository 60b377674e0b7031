import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UNSETTLED } from "@luxxon/chain/settlement/adminEvents";
import { headOf } from "@luxxon/chain/settlement/state";
import { expect } from "chai";
import { readAdminEvents } from "../../scripts/target.ts";
import { setGuardian, setRelayer } from "./support/calls.ts";
import { BASE, type Operations } from "./support/situation.ts";
import { apart } from "./support/twin.ts";

/** Where each test keeps what it has read. */
let folder: string;

/** Reads the history as a check does. @returns What it is, and from which block events were asked for. */
async function read({ client, record }: Operations) {
  const asked: bigint[] = [];
  const listening = new Proxy(client, {
    get: (it, key) =>
      key === "getLogs"
        ? (request: Parameters<typeof client.getLogs>[0]) => {
            asked.push(request?.fromBlock as bigint);
            return client.getLogs(request);
          }
        : Reflect.get(it, key),
  });
  const events = await readAdminEvents({ base: BASE, client: listening }, record, await headOf(client), folder);
  return { events: events.map(({ event }) => event), asked };
}

/** Lets what has happened so far be of long ago: it is kept then. One by one, since many at once end a chain of OP rules. */
async function pass({ url }: Operations): Promise<void> {
  const mine = Array.from({ length: Number(UNSETTLED) }, (_, id) => ({ jsonrpc: "2.0", id, method: "evm_mine" }));
  const headers = { "content-type": "application/json" };
  await (await fetch(url, { method: "POST", headers, body: JSON.stringify(mine) })).text();
}

/** The first block that is asked for anew at every look. */
const againFrom = async ({ client }: Operations) => (await headOf(client)).number - UNSETTLED + 1n;

const DEPLOYMENT = [
  "OwnershipTransferred",
  "RelayerSet",
  "GuardianSet",
  "PlatformWalletSet",
  "DefaultDailyLimitSet",
  "PoolDailyLimitSet",
];

describe("The history of a contract", () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-history-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it(
    "is read from the deployment's block the first time",
    apart(async (situation) => {
      const fromBlock = BigInt(situation.record.fromBlock);
      expect(await read(situation)).to.deep.equal({ events: DEPLOYMENT, asked: [fromBlock] });
      await pass(situation);
      const asked = [fromBlock, await againFrom(situation)];
      expect(await read(situation)).to.deep.equal({ events: DEPLOYMENT, asked });
    }),
  );

  it(
    "is read from where the last look ended, from then on",
    apart(async (situation) => {
      await pass(situation);
      await read(situation);
      const first = await againFrom(situation);
      await situation.bySafe(setRelayer(situation.people.stranger));
      const asked = [first, await againFrom(situation)];
      expect(await read(situation)).to.deep.equal({ events: [...DEPLOYMENT, "RelayerSet"], asked });
    }),
  );

  it(
    "is not read again where nothing has happened since, but for the last blocks",
    apart(async (situation) => {
      await pass(situation);
      await read(situation);
      expect(await read(situation)).to.deep.equal({ events: DEPLOYMENT, asked: [await againFrom(situation)] });
    }),
  );

  it(
    "has a swap and the swap back whose logs an endpoint had not indexed yet when their blocks were read",
    apart(async (situation) => {
      const { people, client, record } = situation;
      await pass(situation);
      const { number } = await headOf(client);
      await situation.bySafe(setRelayer(people.stranger));
      await situation.bySafe(setRelayer(people.relayer));
      type Request = Parameters<typeof client.getLogs>[0];
      const indexed = async (request: Request) =>
        (await client.getLogs(request)).filter(({ blockNumber }) => (blockNumber ?? 0n) <= number);
      const lagging = new Proxy(client, { get: (it, key) => (key === "getLogs" ? indexed : Reflect.get(it, key)) });
      expect((await read({ client: lagging, record } as Operations)).events).to.deep.equal(DEPLOYMENT);
      expect((await read(situation)).events).to.deep.equal([...DEPLOYMENT, "RelayerSet", "RelayerSet"]);
    }),
  );

  for (const [where, blocks] of [
    ["at its head", 1],
    ["below its head", 2],
  ] as const) {
    it(
      `is read anew after the chain has been reorganised ${where}`,
      apart(async (situation) => {
        const { cheats, people, record } = situation;
        const id = await cheats.snapshot();
        await situation.bySafe(setRelayer(people.stranger));
        await pass(situation);
        expect((await read(situation)).events.at(-1)).to.equal("RelayerSet");
        await cheats.revert({ id });
        for (let i = 0; i < blocks; i++) await situation.bySafe(setGuardian(people.stranger));
        await pass(situation);
        const { events, asked } = await read(situation);
        expect(events).to.deep.equal([...DEPLOYMENT, ...Array(blocks).fill("GuardianSet")]);
        expect(asked).to.deep.equal([BigInt(record.fromBlock), await againFrom(situation)]);
      }),
    );
  }

  it(
    "is read again from the block on that the chain has replaced, if the last look came after one that still holds",
    apart(async (situation) => {
      await pass(situation);
      await read(situation);
      const first = await againFrom(situation);
      const id = await situation.cheats.snapshot();
      await situation.bySafe(setRelayer(situation.people.stranger));
      await pass(situation);
      await read(situation);
      await situation.cheats.revert({ id });
      await situation.bySafe(setGuardian(situation.people.stranger));
      await pass(situation);
      const asked = [first, await againFrom(situation)];
      expect(await read(situation)).to.deep.equal({ events: [...DEPLOYMENT, "GuardianSet"], asked });
    }),
  );

  for (const [what, text] of [
    ["was cut off", '{"block":"1'],
    ["is of another version of this program", '{"block":"1","hash":"0x00","logs":[]}'],
  ] as const) {
    it(
      `is read anew if the copy of it ${what}`,
      apart(async (situation) => {
        await pass(situation);
        await read(situation);
        await writeFile(join(folder, (await readdir(folder))[0] as string), text);
        expect(await read(situation)).to.deep.equal({
          events: DEPLOYMENT,
          asked: [BigInt(situation.record.fromBlock), await againFrom(situation)],
        });
      }),
    );
  }
});
