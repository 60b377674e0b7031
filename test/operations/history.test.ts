import { rm, writeFile } from "node:fs/promises";
import { memoryFile, readHistory } from "@luxxon/chain/settlement/adminHistory";
import { headOf } from "@luxxon/chain/settlement/state";
import { expect } from "chai";
import { setGuardian, setRelayer } from "./support/calls.ts";
import { BASE, type Operations } from "./support/situation.ts";
import { apart } from "./support/twin.ts";

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
  const events = await readHistory(listening, BASE.chainId, record, await headOf(client));
  return { events: events.map(({ event }) => event), asked };
}

const forget = ({ record }: Operations) => rm(memoryFile(BASE.chainId, record), { force: true });

const DEPLOYMENT = [
  "OwnershipTransferred",
  "RelayerSet",
  "GuardianSet",
  "PlatformWalletSet",
  "DefaultDailyLimitSet",
  "PoolDailyLimitSet",
];

describe("The history of a contract", () => {
  it(
    "is read from the deployment's block the first time",
    apart(async (situation) => {
      await forget(situation);
      const fromBlock = BigInt(situation.record.fromBlock);
      expect(await read(situation)).to.deep.equal({ events: DEPLOYMENT, asked: [fromBlock] });
    }),
  );

  it(
    "is read from where the last look ended, from then on",
    apart(async (situation) => {
      await read(situation);
      const { number } = await headOf(situation.client);
      await situation.bySafe(setRelayer(situation.people.stranger));
      expect(await read(situation)).to.deep.equal({ events: [...DEPLOYMENT, "RelayerSet"], asked: [number + 1n] });
    }),
  );

  it(
    "is not read again where nothing has happened since",
    apart(async (situation) => {
      await read(situation);
      expect(await read(situation)).to.deep.equal({ events: DEPLOYMENT, asked: [] });
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
        expect((await read(situation)).events.at(-1)).to.equal("RelayerSet");
        await cheats.revert({ id });
        for (let i = 0; i < blocks; i++) await situation.bySafe(setGuardian(people.stranger));
        const { events, asked } = await read(situation);
        expect(events).to.deep.equal([...DEPLOYMENT, ...Array(blocks).fill("GuardianSet")]);
        expect(asked).to.deep.equal([BigInt(record.fromBlock)]);
      }),
    );
  }

  for (const [what, text] of [
    ["was cut off", '{"block":"1'],
    ["is of another version of this program", '{"block":"1","hash":"0x00","logs":[]}'],
  ] as const) {
    it(
      `is read anew if the copy of it ${what}`,
      apart(async (situation) => {
        await read(situation);
        await writeFile(memoryFile(BASE.chainId, situation.record), text);
        expect(await read(situation)).to.deep.equal({
          events: DEPLOYMENT,
          asked: [BigInt(situation.record.fromBlock)],
        });
      }),
    );
  }
});
