import { readdir, readFile } from "node:fs/promises";
import { BASE_CHAINS } from "@luxxon/chain/baseChains";
import { writeRecords } from "@luxxon/chain/deployments/record";
import { expect } from "chai";
import { zeroAddress } from "viem";
import { applyPlan } from "../../scripts/roles/apply.ts";
import type { Wanted } from "../../scripts/roles/changes.ts";
import { callInWords, planChanges } from "../../scripts/roles/plan.ts";
import {
  acceptOwnership,
  enableModule,
  NOTHING,
  pause,
  renounceOwnership,
  setPoolDailyLimit,
  setRelayer,
  transferOwnership,
} from "./support/calls.ts";
import { BASE, deploy, type Operations } from "./support/situation.ts";
import { apart, operations } from "./support/twin.ts";

const plan = async (situation: Operations, wanted: Partial<Wanted>, contract?: string) =>
  planChanges(await situation.target(), { ...NOTHING, ...wanted }, contract);

const refusal = async (situation: Operations, wanted: Partial<Wanted>, contract?: string) => {
  const error: unknown = await plan(situation, wanted, contract).catch((it: Error) => it);
  return error instanceof Error ? `${error.name}: ${error.message}` : "it passes";
};

const differences = async (situation: Operations) => (await situation.inspect()).differences.map(({ what }) => what);

describe("A change that npm run roles plans", () => {
  it("is shown as the calldata says it, limits in USDC and in µUSDC", async () => {
    const situation = await operations();
    const { newRelayer } = situation.people;
    const { calls } = await plan(situation, { relayer: newRelayer, "pool-daily-limit": "60000.5" });
    expect(calls.map((call) => [call.data, callInWords(call)])).to.deep.equal([
      [setRelayer(newRelayer), `setRelayer(newRelayer = ${newRelayer})`],
      [setPoolDailyLimit(60_000_500_000n), "setPoolDailyLimit(limit = 60000.5 USDC a day (60000500000 µUSDC))"],
    ]);
  });

  it("says what is there now and what is to be", async () => {
    const situation = await operations();
    const { changes } = await plan(situation, { "default-daily-limit": "60" });
    expect(changes.map(({ subject, now, wanted }) => [subject, now, wanted])).to.deep.equal([
      ["defaultDailyLimit", "50000000", "60000000"],
    ]);
  });

  it("gives the hashes for the signers' wallets, if it is one call", async () => {
    const situation = await operations();
    expect((await plan(situation, { pause: true })).hashes?.safeTxHash).to.match(/^0x[0-9a-f]{64}$/);
    expect((await plan(situation, { pause: true, "pool-daily-limit": "1" })).hashes).to.equal(undefined);
  });

  it(
    "is done once the Safe has executed the file, and the parameters ask for it",
    apart(async (situation) => {
      const { newRelayer, stranger } = situation.people;
      await situation.change({
        relayer: newRelayer,
        guardian: zeroAddress,
        "platform-wallet": stranger,
        "default-daily-limit": "0",
        "pool-daily-limit": "1000",
      });
      const { owner, pendingOwner, paused, ...settings } = await situation.settings();
      expect(settings).to.deep.equal({
        relayer: newRelayer,
        guardian: zeroAddress,
        platformWallet: stranger,
        defaultDailyLimit: 0n,
        poolDailyLimit: 1_000_000_000n,
      });
      expect(await differences(situation)).to.deep.equal([]);
    }),
  );

  it(
    "pauses and unpauses",
    apart(async (situation) => {
      await situation.change({ pause: true });
      expect((await situation.settings()).paused).to.equal(true);
      expect(await differences(situation)).to.deep.equal([]);
      await situation.change({ unpause: true });
      expect((await situation.settings()).paused).to.equal(false);
      expect(await differences(situation)).to.deep.equal([]);
    }),
  );

  it(
    "hands the ownership to another Safe, which has to accept it",
    apart(async (situation) => {
      const next = await situation.anotherSafe();
      await situation.change({ "transfer-ownership": next.address });
      expect(await differences(situation)).to.deep.equal(["owner"]);
      const [file = ""] = await applyPlan(
        await situation.target(),
        await plan(situation, { "accept-ownership": true }),
      );
      await situation.execute(file, next);
      expect((await situation.settings()).owner).to.equal(next.address);
      expect(await differences(situation)).to.deep.equal([]);
    }),
  );

  it(
    "leaves the chain alone where it is so already, and the parameters follow",
    apart(async (situation) => {
      await situation.send(situation.people.guardian, pause);
      const { calls, file, parameters } = await plan(situation, { pause: true });
      expect([calls, file, parameters?.paused]).to.deep.equal([[], undefined, true]);
    }),
  );

  it(
    "keeps what else the parameters say",
    apart(async (situation) => {
      const before = { $schema: "../parameters.schema.json", ...(await situation.parameters()) };
      await situation.intend(before);
      await situation.change({ "pool-daily-limit": "1000" });
      expect(await situation.parameters()).to.deep.equal({ ...before, poolDailyLimit: "1000000000" });
    }),
  );
});

describe("A change that npm run roles warns of", () => {
  const warnings = async (wanted: Partial<Wanted>) => (await plan(await operations(), wanted)).warnings;

  it("gives one address two roles", async () => {
    const { people, safe } = await operations();
    expect(await warnings({ relayer: safe.address })).to.deep.equal([
      "owner and relayer are the same address: whoever has that key has both roles.",
    ]);
    expect(await warnings({ relayer: people.platform })).to.deep.equal([
      "relayer and platformWallet are the same address: whoever has that key has both roles.",
    ]);
  });

  it("takes a limit away", async () => {
    expect(await warnings({ "pool-daily-limit": "0" })).to.deep.equal([
      "poolDailyLimit 0 is no limit: a stolen relayer key can then take everything at once.",
    ]);
  });

  it("makes a limit more than ten times what it was", async () => {
    expect(await warnings({ "pool-daily-limit": "500000.000001" })).to.deep.equal([
      "poolDailyLimit becomes more than ten times what it is: 50000 USDC a day (50000000000 µUSDC).",
    ]);
    expect(await warnings({ "pool-daily-limit": "500000" })).to.deep.equal([]);
  });

  it("lets one consumer use up the pool's limit", async () => {
    expect(await warnings({ "pool-daily-limit": "49" })).to.deep.equal([
      "A consumer's limit is above that of the whole pool: one consumer can use up everybody's.",
    ]);
  });

  it("leaves nobody who can pause quickly", async () => {
    expect(await warnings({ guardian: zeroAddress })).to.deep.equal([
      "Without a guardian only the owner's signers can pause.",
    ]);
  });

  it("lets consumers leave who promised to stay", async () => {
    expect(await warnings({ pause: true })).to.deep.equal([
      "A pause suspends every hold: consumers who promised to stay can leave unpaid sessions behind.",
    ]);
  });

  it("makes a plain key the owner, on a testnet", async () => {
    const { people } = await operations();
    expect(await warnings({ "transfer-ownership": people.alice })).to.deep.equal([
      `The new owner ${people.alice} is no Safe on Base Sepolia: whoever has its key can do all that an owner can.`,
    ]);
  });

  it(
    "is signed by a Safe with a module that the parameters do not name",
    apart(async (situation) => {
      const { people, safe } = situation;
      await situation.bySafe(enableModule(people.stranger), safe.address);
      expect((await plan(situation, { "pool-daily-limit": "60000" })).warnings).to.deep.equal([
        `Of the Safe ${safe.address}, its module ${people.stranger} can do alone all that its signers can together.`,
      ]);
    }),
  );

  it(
    "is asked for while the chain is not what the parameters say",
    apart(async (situation) => {
      const { stranger, relayer } = situation.people;
      await situation.bySafe(setRelayer(stranger));
      expect((await plan(situation, { "pool-daily-limit": "60000" })).warnings).to.deep.equal([
        `relayer is ${stranger} on the chain; the parameters say ${relayer}.`,
      ]);
    }),
  );
});

describe("A change that npm run roles refuses", () => {
  for (const [what, wanted, message] of [
    [
      "an address with a wrong checksum",
      { relayer: "0x976ea74026E726554dB657fA54763abd0C3a0aa9" },
      '--relayer: "0x976ea74026E726554dB657fA54763abd0C3a0aa9" has a wrong checksum; 0x976EA74026E726554dB657fA54763abd0C3a0aa9 has the right one',
    ],
    ["what is no address", { guardian: "nobody" }, '--guardian: "nobody" is no address.'],
    ["the zero address as relayer", { relayer: zeroAddress }, "--relayer: the contract refuses the zero address."],
    [
      "the zero address as platform wallet",
      { "platform-wallet": zeroAddress },
      "--platform-wallet: the contract refuses the zero address.",
    ],
    [
      "the zero address as owner",
      { "transfer-ownership": zeroAddress },
      "--transfer-ownership: the contract refuses the zero address.",
    ],
    [
      "a fraction of a µUSDC",
      { "pool-daily-limit": "0.0000001" },
      '--pool-daily-limit takes USDC a day such as 1000 or 0.5, at most six decimals, not "0.0000001".',
    ],
    [
      "a negative limit",
      { "default-daily-limit": "-1" },
      '--default-daily-limit takes USDC a day such as 1000 or 0.5, at most six decimals, not "-1".',
    ],
    [
      "a limit beyond 56 bits of µUSDC",
      { "pool-daily-limit": "72057594037.927936" },
      "--pool-daily-limit: 72057594037.927936 USDC is more than the contract can hold.",
    ],
    ["a pause that is also none", { pause: true, unpause: true }, "--pause and --unpause contradict each other."],
    ["nothing at all", {}, "Nothing is to change: name a role or a limit; see --help."],
    [
      "what is so already",
      { "pool-daily-limit": "50000", unpause: true },
      "Everything is so already, on the chain and in the parameters.",
    ],
    ["an ownership that is offered to nobody", { "accept-ownership": true }, "The ownership is offered to nobody."],
    [
      "an acceptance together with anything else",
      { "accept-ownership": true, pause: true },
      "--accept-ownership is for the new owner's Safe, so it goes alone.",
    ],
  ] as const) {
    it(`is ${what}`, async () => {
      expect(await refusal(await operations(), wanted)).to.equal(`UsageError: ${message}`);
    });
  }

  it("is a new owner without code, on Base", async () => {
    const situation = await operations();
    const target = { ...(await situation.target()), base: BASE_CHAINS.base };
    const { alice } = situation.people;
    const planned = planChanges(target, { ...NOTHING, "transfer-ownership": alice }, undefined);
    expect(((await planned.catch((error: Error) => error)) as Error).message).to.equal(
      `The new owner ${alice} is no Safe on Base.`,
    );
  });

  it(
    "is one that the contract would revert",
    apart(async (situation) => {
      const { alice, newRelayer } = situation.people;
      const { client } = situation;
      // The owner as the chain's answer gives it, but no owner any more by the time of the call.
      const target = await situation.target();
      const lying = new Proxy(client, {
        get: (it, key) =>
          key === "call"
            ? (request: Parameters<typeof client.call>[0]) => client.call({ ...request, account: alice })
            : Reflect.get(it, key),
      });
      const planned = planChanges({ ...target, client: lying }, { ...NOTHING, relayer: newRelayer }, undefined);
      const { message } = (await planned.catch((error: Error) => error)) as Error;
      expect(message).to.match(/^setRelayer would be reverted: OwnableUnauthorizedAccount\. /);
    }),
  );

  it(
    "is of a contract that is not the recorded one",
    apart(async (situation) => {
      await writeRecords(situation.folder, BASE.chainId, [{ ...situation.record, codeHash: `0x${"00".repeat(32)}` }]);
      expect(await refusal(situation, { pause: true })).to.equal(
        `UsageError: ${situation.record.address} is not the contract that was recorded: npm run check says more.`,
      );
    }),
  );

  it(
    "is of a contract that nobody owns any more",
    apart(async (situation) => {
      await situation.bySafe(renounceOwnership);
      expect(await refusal(situation, { pause: true })).to.equal(
        `UsageError: ${situation.record.address} has no owner: nobody can change it any more.`,
      );
    }),
  );

  it(
    "is the acceptance of an ownership that was offered to somebody whom the parameters do not name",
    apart(async (situation) => {
      const { people, safe } = situation;
      await situation.bySafe(transferOwnership(people.stranger));
      expect(await refusal(situation, { "accept-ownership": true })).to.equal(
        `UsageError: The ownership is offered to ${people.stranger}; the parameters say ${safe.address}.`,
      );
    }),
  );

  it("is of a contract that nobody has recorded", async () => {
    const situation = await operations();
    expect(await refusal(situation, { pause: true }, BASE.usdc.address)).to.equal(
      `UsageError: --contract: ${BASE.usdc.address} is not recorded on Base Sepolia.`,
    );
  });
});

describe("A contract that has been replaced", () => {
  /** The old contract is still open, the new one is recorded as the active one. */
  async function replaced(situation: Operations) {
    const { client, url, people, record, folder } = situation;
    const parameters = await situation.parameters();
    const next = await deploy(client, url, people.stranger, parameters);
    await writeRecords(folder, BASE.chainId, [{ ...record, status: "withdraw-only" }, next]);
    return { old: record.address, next: next.address };
  }

  it(
    "can be paused, and the check asks for it",
    apart(async (situation) => {
      const { old } = await replaced(situation);
      expect(await differences(situation)).to.deep.equal(["paused"]);
      const { status, stdout } = await situation.run("roles", "--pause", "--contract", old);
      expect(status).to.equal(0);
      await situation.execute(/^Written: (.*-pause\.json)$/m.exec(stdout)?.[1] ?? "");
      expect(await differences(situation)).to.deep.equal([]);
    }),
  );

  it(
    "can be handed to another Safe",
    apart(async (situation) => {
      const { old, next: active } = await replaced(situation);
      const next = await situation.anotherSafe();
      await situation.bySafe(transferOwnership(next.address), active);
      await situation.bySafe(acceptOwnership, active, next);
      await situation.intend({ ...(await situation.parameters()), owner: next.address });
      await situation.change({ pause: true }, old);
      await situation.change({ "transfer-ownership": next.address }, old);
      await situation.bySafe(acceptOwnership, old, next);
      expect(await differences(situation)).to.deep.equal([]);
    }),
  );

  it(
    "takes nothing else",
    apart(async (situation) => {
      const { old } = await replaced(situation);
      const message = `UsageError: Consumers only withdraw from ${old}: it takes --pause and another owner, and nothing else.`;
      for (const wanted of [{ unpause: true }, { relayer: situation.people.newRelayer }, { "pool-daily-limit": "1" }])
        expect(await refusal(situation, wanted, old)).to.equal(message);
    }),
  );
});

describe("npm run roles", () => {
  it(
    "writes the file to sign and the parameters, and says so",
    apart(async (situation) => {
      const { status, stdout, errors } = await situation.run("roles", "--relayer", situation.people.newRelayer);
      expect({ status, errors }).to.deep.equal({ status: 0, errors: [] });
      const written = [...stdout.matchAll(/^Written: (.*)$/gm)].map(([, file = ""]) => file);
      expect(written.map((file) => file.replace(situation.folder, "").replace(/\d{8}T\d{6}Z/, "time"))).to.deep.equal([
        "/base-sepolia/safe/time-setRelayer.json",
        "/parameters/base-sepolia.json",
      ]);
      expect(JSON.parse(await readFile(written[1] ?? "", "utf8")).relayer).to.equal(situation.people.newRelayer);
    }),
  );

  it(
    "writes nothing with --dry-run, and prints the same as JSON",
    apart(async (situation) => {
      const { newRelayer, relayer } = situation.people;
      const before = await situation.parameters();
      const { status, stdout } = await situation.run("roles", "--relayer", newRelayer, "--dry-run", "--json");
      const answer = JSON.parse(stdout);
      expect(status).to.equal(0);
      expect(answer.changes).to.deep.equal([{ subject: "relayer", now: relayer, new: newRelayer }]);
      expect(answer.files).to.deep.equal([]);
      expect(await situation.parameters()).to.deep.equal(before);
      expect(await readdir(situation.folder)).to.not.include(BASE.name);
    }),
  );

  it("says in one line what it refuses, with exit code 2", async () => {
    const situation = await operations();
    expect(await situation.run("roles", "--relayer", "0x12")).to.deep.equal({
      status: 2,
      stdout: "",
      errors: ['--relayer: "0x12" is no address.'],
    });
  });
});
