import { writeRecords } from "@luxxon/chain/deployments/record";
import { IMPLEMENTATION_SLOT, usdcAbi } from "@luxxon/chain/usdc";
import { balanceSlot } from "@luxxon/local/fork/money";
import { expect } from "chai";
import { type Address, encodeFunctionData, type Hex, numberToHex, pad, parseAbi } from "viem";
import { proveControl } from "../../scripts/control/control.ts";
import {
  acceptOwnership,
  byModule,
  enableModule,
  pause,
  renounceOwnership,
  rescue,
  setDefaultDailyLimit,
  setGuard,
  setGuardian,
  setPlatformWallet,
  setPoolDailyLimit,
  setRelayer,
  transferOwnership,
  unpause,
} from "./support/calls.ts";
import { BASE, type Operations } from "./support/situation.ts";
import { apart, operations } from "./support/twin.ts";

const look = async (situation: Operations) => (await situation.inspect()).differences;

/** What the check finds, in a word each. */
const found = async (situation: Operations) => (await look(situation)).map(({ what }) => what);

/** One thing that the check finds, as a reader gets it. */
const difference = async (situation: Operations, what: string) => {
  const it = (await look(situation)).find((each) => each.what === what);
  return it === undefined ? undefined : [it.expected, it.found];
};

const circle = (situation: Operations, data: Hex) => situation.send(situation.people.circle, data, BASE.usdc.address);
const blacklist = (account: Address) =>
  encodeFunctionData({ abi: usdcAbi, functionName: "blacklist", args: [account] });

describe("npm run check on a contract that is as intended", () => {
  it("finds no difference", async () => {
    expect(await found(await operations())).to.deep.equal([]);
  });

  it("has looked at code, version, token, roles, limits, pause, solvency and Circle's lists", async () => {
    const { contracts } = await (await operations()).inspect();
    expect(contracts[0]?.checks.map(({ what }) => what)).to.deep.equal([
      "code",
      "code without immutables",
      "version",
      "usdc",
      "owner",
      "relayer",
      "guardian",
      "platformWallet",
      "defaultDailyLimit",
      "poolDailyLimit",
      "paused",
      "pending owner",
      "the owner's modules",
      "the owner's guards",
      "solvency",
      "USDC is paused",
      "the contract is on Circle's denylist",
      "the platform wallet is on Circle's denylist",
    ]);
  });

  it("counts the six events of the deployment", async () => {
    const { contracts } = await (await operations()).inspect();
    expect(contracts[0]?.events).to.equal(6);
  });

  it("says that nobody has proven control yet", async () => {
    const { contracts } = await (await operations()).inspect();
    expect(contracts[0]?.notices).to.deep.equal([
      "Nobody has shown yet that the Safe's signers control the contract: npm run control -- --network base-sepolia",
    ]);
  });

  it(
    "takes USDC that was sent by mistake for a surplus, not for a fault",
    apart(async (situation) => {
      const { address } = situation.record;
      const transfer = encodeFunctionData({ abi: usdcAbi, functionName: "transfer", args: [address, 1n] });
      await circle(situation, transfer);
      expect(await found(situation)).to.deep.equal([]);
    }),
  );
});

describe("npm run check finds", () => {
  for (const [what, call] of [
    ["the owner's modules", enableModule],
    ["the owner's guards", setGuard],
  ] as const)
    it(
      `a contract among ${what} that the parameters do not name, until they do`,
      apart(async (situation) => {
        const { stranger } = situation.people;
        await situation.bySafe(call(stranger), situation.safe.address);
        expect(await difference(situation, what)).to.deep.equal(["none", stranger]);
        const { parameters } = await situation.target();
        const list = what === "the owner's modules" ? { ownerModules: [stranger] } : { ownerGuards: [stranger] };
        await situation.intend({ ...parameters, ...list });
        expect(await found(situation)).to.deep.equal([]);
      }),
    );

  it(
    "that a module has done alone what only the owner may, and what it can cost",
    apart(async (situation) => {
      const { stranger, relayer } = situation.people;
      await situation.bySafe(enableModule(stranger), situation.safe.address);
      const { contracts } = await situation.inspect();
      const exposed = contracts[0]?.exposure.find(({ key }) => key === "owner, by a module");
      expect(exposed?.loss["1 hour"]).to.equal(100_000_000n);
      await situation.send(stranger, byModule(situation.record.address, setRelayer(stranger)), situation.safe.address);
      expect(await difference(situation, "relayer")).to.deep.equal([relayer, stranger]);
    }),
  );

  it(
    "a relayer whom the parameters do not name, and the event that made it so",
    apart(async (situation) => {
      const { stranger, relayer } = situation.people;
      const hash = await situation.bySafe(setRelayer(stranger));
      const { blockNumber } = await situation.client.getTransactionReceipt({ hash });
      const differences = await look(situation);
      expect(differences.map(({ what, txHash, blockNumber: block }) => [what, txHash, block])).to.deep.equal([
        ["relayer", undefined, undefined],
        ["event RelayerSet", hash, blockNumber],
      ]);
      expect(differences[0]).to.include({ expected: relayer, found: stranger });
      expect(differences[1]?.found).to.equal(`relayer: ${relayer} → ${stranger}, sent by ${situation.safe.signers[0]}`);
    }),
  );

  for (const [setting, call] of [
    ["guardian", ({ people }) => setGuardian(people.stranger)],
    ["platformWallet", ({ people }) => setPlatformWallet(people.stranger)],
    ["defaultDailyLimit", () => setDefaultDailyLimit(0n)],
    ["poolDailyLimit", () => setPoolDailyLimit(50_000_000_001n)],
    ["paused", () => pause],
    ["pending owner", ({ people }) => transferOwnership(people.stranger)],
    ["owner", () => renounceOwnership],
  ] satisfies [string, (situation: Operations) => Hex][]) {
    it(
      `another ${setting}, and its event`,
      apart(async (situation) => {
        await situation.bySafe(call(situation));
        const differences = await found(situation);
        expect(differences[0]).to.equal(setting);
        expect(differences[1]).to.match(/^event /);
        expect(differences).to.have.length(2);
      }),
    );
  }

  it(
    "a limit, in USDC and in µUSDC",
    apart(async (situation) => {
      await situation.bySafe(setPoolDailyLimit(0n));
      expect(await difference(situation, "poolDailyLimit")).to.deep.equal([
        "50000 USDC a day (50000000000 µUSDC)",
        "no limit",
      ]);
    }),
  );

  it(
    "an owner who took over",
    apart(async (situation) => {
      const { stranger } = situation.people;
      await situation.bySafe(transferOwnership(stranger));
      await situation.send(stranger, acceptOwnership);
      expect(await found(situation)).to.deep.equal([
        "owner",
        "event OwnershipTransferStarted",
        "event OwnershipTransferred",
      ]);
    }),
  );

  it(
    "a Safe that one signature is enough for, since control was proven",
    apart(async (situation) => {
      const { file } = await proveControl(await situation.target());
      await situation.execute(file);
      await proveControl(await situation.target());
      expect(await found(situation)).to.deep.equal([]);
      const abi = parseAbi(["function changeThreshold(uint256 threshold)"]);
      await situation.bySafe(encodeFunctionData({ abi, args: [1n] }), situation.safe.address);
      const [expected, now] = (await difference(situation, "the owner's signers")) ?? [];
      expect([expected?.slice(0, 7), now?.slice(0, 7)]).to.deep.equal(["2 of 3:", "1 of 3:"]);
    }),
  );

  it(
    "less USDC than it owes",
    apart(async (situation) => {
      const { cheats, record } = situation;
      const index = balanceSlot(record.address);
      await cheats.setStorageAt({ address: BASE.usdc.address, index, value: numberToHex(99_999_999n, { size: 32 }) });
      expect(await difference(situation, "solvency")).to.deep.equal([
        "at least 100 USDC (deposits 100 USDC, credits 0 USDC)",
        "holds 99.999999 USDC",
      ]);
    }),
  );

  it(
    "that Circle has denylisted the contract, or the platform wallet",
    apart(async (situation) => {
      await circle(situation, blacklist(situation.record.address));
      await circle(situation, blacklist(situation.people.platform));
      expect(await found(situation)).to.deep.equal([
        "the contract is on Circle's denylist",
        "the platform wallet is on Circle's denylist",
      ]);
    }),
  );

  it(
    "that Circle has paused USDC",
    apart(async (situation) => {
      await circle(situation, encodeFunctionData({ abi: usdcAbi, functionName: "pause" }));
      expect(await found(situation)).to.deep.equal(["USDC is paused"]);
    }),
  );

  it(
    "that Circle has upgraded USDC",
    apart(async (situation) => {
      const { cheats, client } = situation;
      const usdc = BASE.usdc.address;
      const next = "0x1000000000000000000000000000000000000001";
      const slot = await client.getStorageAt({ address: usdc, slot: IMPLEMENTATION_SLOT });
      const code = await client.getCode({ address: `0x${slot?.slice(26)}` });
      await cheats.setCode({ address: next, bytecode: code ?? "0x" });
      const upgradeTo = encodeFunctionData({ abi: parseAbi(["function upgradeTo(address)"]), args: [next] });
      await situation.sendAs("0x00000000000000000000000000000000000Ad814", usdc, upgradeTo);
      expect(await found(situation)).to.deep.equal(["event Upgraded"]);
    }),
  );

  it(
    "other code than was recorded, and reads nothing else of it",
    apart(async (situation) => {
      const { cheats, record } = situation;
      await cheats.setCode({ address: record.address, bytecode: "0x6000" });
      const [contract] = (await situation.inspect()).contracts;
      expect(contract?.checks.map(({ ok }) => ok)).to.deep.equal([false, false]);
      expect(contract?.state).to.equal(undefined);
    }),
  );

  it(
    "no code at all",
    apart(async (situation) => {
      await situation.cheats.setCode({ address: situation.record.address, bytecode: "0x" });
      expect((await difference(situation, "code"))?.[1]).to.equal("no code");
    }),
  );

  it(
    "code that differs in the token alone",
    apart(async (situation) => {
      const { cheats, client, record } = situation;
      const code = (await client.getCode({ address: record.address })) ?? "0x";
      const word = (address: Address) => pad(address.toLowerCase() as Hex).slice(2);
      const other = code.replaceAll(word(BASE.usdc.address), word(situation.people.stranger)) as Hex;
      await cheats.setCode({ address: record.address, bytecode: other });
      expect(await found(situation)).to.deep.equal(["code", "code without immutables"]);
    }),
  );
});

describe("An event that nobody had planned", () => {
  const thief = ({ people }: Operations) => people.stranger;

  it(
    "is found also after everything was put back",
    apart(async (situation) => {
      await situation.bySafe(setRelayer(thief(situation)));
      await situation.bySafe(setRelayer(situation.people.relayer));
      expect(await found(situation)).to.deep.equal(["event RelayerSet"]);
    }),
  );

  it(
    "is found at every look, not only at the first",
    apart(async (situation) => {
      await situation.send(situation.people.guardian, pause);
      await situation.bySafe(unpause);
      expect(await found(situation)).to.deep.equal(["event Paused"]);
      expect(await found(situation)).to.deep.equal(["event Paused"]);
    }),
  );

  it(
    "is a rescue too, of a token that belongs to nobody",
    apart(async (situation) => {
      await situation.bySafe(rescue(BASE.usdc.address, thief(situation), 0n));
      expect(await found(situation)).to.deep.equal(["event Rescued"]);
    }),
  );

  it(
    "is a second use of a Builder file",
    apart(async (situation) => {
      const { newRelayer, relayer } = situation.people;
      await situation.change({ relayer: newRelayer });
      await situation.change({ relayer });
      expect(await found(situation)).to.deep.equal([]);
      // The relayer that was retired, for a minute.
      await situation.bySafe(setRelayer(newRelayer));
      await situation.bySafe(setRelayer(relayer));
      expect(await found(situation)).to.deep.equal(["event RelayerSet"]);
    }),
  );

  it(
    "is the return of a guardian who had retired, although the proof of control had named it",
    apart(async (situation) => {
      const { guardian, stranger } = situation.people;
      await situation.execute((await proveControl(await situation.target())).file);
      await situation.change({ guardian: stranger });
      expect(await found(situation)).to.deep.equal([]);
      await situation.bySafe(setGuardian(guardian));
      await situation.bySafe(setGuardian(stranger));
      expect(await found(situation)).to.deep.equal(["event GuardianSet"]);
    }),
  );

  it(
    "is no news once it is acknowledged, but the next one is",
    apart(async (situation) => {
      await situation.send(situation.people.guardian, pause);
      await situation.bySafe(unpause);
      const { status, errors } = await situation.run("check", "--acknowledge", "a drill");
      expect(status).to.equal(0);
      expect(errors).to.deep.equal([`Acknowledged: 1 event, in ${situation.folder}/base-sepolia/acknowledged.json.`]);
      expect(await found(situation)).to.deep.equal([]);
      await situation.send(situation.people.guardian, pause);
      await situation.bySafe(unpause);
      expect(await found(situation)).to.deep.equal(["event Paused"]);
    }),
  );
});

describe("A change that was put back", () => {
  it(
    "leaves no event behind that turns up when the parameters change later",
    apart(async (situation) => {
      const { stranger, relayer, newRelayer } = situation.people;
      await situation.bySafe(setRelayer(stranger));
      await situation.bySafe(setRelayer(relayer));
      await situation.acknowledge("a drill");
      await situation.change({ relayer: newRelayer });
      expect(await found(situation)).to.deep.equal([]);
    }),
  );
});

describe("npm run check", () => {
  it("prints a line for each thing, with exit code 0 if all is as intended", async () => {
    const { status, stdout, errors } = await (await operations()).run("check");
    expect({ status, errors }).to.deep.equal({ status: 0, errors: [] });
    expect(stdout).to.match(/^✓ poolDailyLimit +50000 USDC a day \(50000000000 µUSDC\)$/m);
    expect(stdout).to.match(/^No difference\.$/m);
  });

  it(
    "says what differs, with exit code 1, also as JSON",
    apart(async (situation) => {
      const { stranger, relayer } = situation.people;
      await situation.bySafe(setRelayer(stranger));
      const text = await situation.run("check");
      expect(text.status).to.equal(1);
      expect(text.stdout).to.match(new RegExp(`^✗ relayer +expected ${relayer}\\n +found +${stranger}$`, "m"));
      expect(text.stdout).to.match(/^2 differences\.$/m);
      const { status, stdout } = await situation.run("check", "--json");
      expect(status).to.equal(1);
      expect(JSON.parse(stdout).differences.map(({ what }: { what: string }) => what)).to.deep.equal([
        "relayer",
        "event RelayerSet",
      ]);
    }),
  );

  it(
    "cannot look at a chain that has not come to the deployment, with exit code 2",
    apart(async (situation) => {
      await writeRecords(situation.folder, BASE.chainId, [{ ...situation.record, fromBlock: 1_000_000 }]);
      const { status, stdout, errors } = await situation.run("check");
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(errors[0]).to.match(
        /^The endpoint is at block \d+, before the deployment of 0x\w{40} in block 1000000\.$/,
      );
      expect(errors).to.have.length(1);
    }),
  );

  it(
    "refuses a file that says anything wrong, with exit code 2",
    apart(async (situation) => {
      await situation.intend({ ...(await situation.parameters()), relayer: situation.people.relayer.toLowerCase() });
      const { status, errors } = await situation.run("check");
      expect(status).to.equal(2);
      expect(errors[0]).to.match(
        /^parameters\/base-sepolia\.json\.relayer: .* has a wrong checksum; 0x\w{40} has the right one/,
      );
    }),
  );
});
