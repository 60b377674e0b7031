import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BuilderFile,
  calldataOf,
  checksumOf,
  makeBuilderFile,
  readBuilderFile,
  writeBuilderFile,
} from "@luxxon/chain/safe/builderFile";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { decodeFunctionData } from "viem";

const CONTRACT = "0x0116686E2291dbd5e317F47faDBFb43B599786Ef";
const SAFE = "0xef11D1c2aA48826D4c41e54ab82D1Ff5Ad8A64Ca";
const RELAYER = "0x976EA74026E726554dB657fA54763abd0C3a0aa9";

/** Files that the Safe app's Transaction Builder exported, as others have published them. */
const EXPORTED = {
  "1.16.3": {
    version: "1.0",
    chainId: "1",
    createdAt: 1703107040104,
    meta: {
      name: "Transactions Batch",
      description: "",
      txBuilderVersion: "1.16.3",
      createdFromSafeAddress: "0x10A19e7eE7d7F8a52822f6817de8ea18204F2e4f",
      createdFromOwnerAddress: "",
      checksum: "0x1f440bb1b31ed23dce797e5957ac2a5749add1074f8540f0ff0a158e4b248003",
    },
    transactions: [
      {
        to: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        value: "0",
        data: null,
        contractMethod: {
          inputs: [
            { name: "to", type: "address", internalType: "address" },
            { name: "value", type: "uint256", internalType: "uint256" },
          ],
          name: "transfer",
          payable: false,
        },
        contractInputsValues: { to: "0x811912c19eEF91b9Dc3cA52fc426590cFB84FC86", value: "29000000000" },
      },
    ],
  },
  "1.18.2": {
    version: "1.0",
    chainId: "1",
    createdAt: 1761326849944,
    meta: {
      name: "Transactions Batch",
      description: "",
      txBuilderVersion: "1.18.2",
      createdFromSafeAddress: "0xA77DE01e157f9f57C7c4A326eeE9C4874D0598b6",
      createdFromOwnerAddress: "",
      checksum: "0x8b5032f716845c8b08bab3d63dbd9ba92e056f3557793cd041e59b84e16aa989",
    },
    transactions: [
      {
        to: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",
        value: "0",
        data: null,
        contractMethod: {
          inputs: [
            { internalType: "address", name: "spender", type: "address" },
            { internalType: "uint256", name: "value", type: "uint256" },
          ],
          name: "approve",
          payable: false,
        },
        contractInputsValues: { spender: "0x474e5Ded6b5D078163BFB8F6dBa355C3aA5478C8", value: "100000000000" },
      },
    ],
  },
};

const request = {
  chainId: 84532,
  safe: SAFE,
  contract: CONTRACT,
  name: "a change",
  description: "of the relayer and of a limit",
  createdAt: 1_795_309_313_693,
  calls: [
    { functionName: "setRelayer", args: [RELAYER] },
    { functionName: "setPoolDailyLimit", args: [50_000_000_000n] },
    { functionName: "pause", args: [] },
  ],
} as const;
const make = () => makeBuilderFile({ ...request, calls: [...request.calls] });

describe("The checksum of a Builder file", () => {
  for (const [version, file] of Object.entries(EXPORTED)) {
    it(`is the one that the app's version ${version} has given to a file of its own`, () => {
      expect(checksumOf(file)).to.equal(file.meta.checksum);
    });
  }

  it("leaves out the name, which a signer may change in the app", () => {
    const file = make();
    expect(checksumOf({ ...file, meta: { ...file.meta, name: "another" } })).to.equal(file.meta.checksum);
  });

  it("covers every value of every call", () => {
    const file = make();
    const other = makeBuilderFile({ ...request, calls: [{ functionName: "setRelayer", args: [SAFE] }] });
    expect(other.meta.checksum).to.not.equal(file.meta.checksum);
  });
});

describe("A Builder file", () => {
  it("has the fields that the app's own files have, in their order", () => {
    const [ours, theirs] = [makeBuilderFile({ ...request, calls: [request.calls[0]] }), EXPORTED["1.18.2"]];
    expect(Object.keys(ours)).to.deep.equal(Object.keys(theirs));
    expect(Object.keys(ours.meta)).to.deep.equal(Object.keys(theirs.meta));
    expect(Object.keys(ours.transactions[0] ?? {})).to.deep.equal(Object.keys(theirs.transactions[0] ?? {}));
  });

  it("names each method and gives no calldata, so that signers read what they sign", () => {
    const transactions = make().transactions.map(({ data, contractMethod: { name }, contractInputsValues }) => {
      return { data, name, contractInputsValues };
    });
    expect(transactions).to.deep.equal([
      { data: null, name: "setRelayer", contractInputsValues: { newRelayer: RELAYER } },
      { data: null, name: "setPoolDailyLimit", contractInputsValues: { limit: "50000000000" } },
      { data: null, name: "pause", contractInputsValues: {} },
    ]);
  });

  it("encodes to the contract's own calls", () => {
    const calls = make().transactions.map((transaction) => {
      const { functionName, args = [] } = decodeFunctionData({
        abi: luxxonSettlementAbi,
        data: calldataOf(transaction),
      });
      return [functionName, ...args];
    });
    expect(calls).to.deep.equal([["setRelayer", RELAYER], ["setPoolDailyLimit", 50_000_000_000n], ["pause"]]);
  });
});

describe("A Builder file on disk", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-builder-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const refusal = async (change: (file: BuilderFile) => unknown) => {
    const path = join(folder, "file.json");
    await writeFile(path, JSON.stringify(change(make())));
    const error = await readBuilderFile(path).then(
      () => undefined,
      (it: Error) => it,
    );
    return error?.message.replace(path, "file.json");
  };

  it("is called by its time and by what it does", async () => {
    const path = await writeBuilderFile(folder, "base-sepolia", "setRelayer", make());
    expect(path).to.equal(join(folder, "base-sepolia/safe/20261122T010153Z-setRelayer.json"));
  });

  it("is read back as it was written", async () => {
    const path = await writeBuilderFile(folder, "base-sepolia", "setRelayer", make());
    expect(await readBuilderFile(path)).to.deep.equal(make());
    expect(await readFile(path, "utf8")).to.match(/\}\n$/);
  });

  it("does not replace another of the same second", async () => {
    await writeBuilderFile(folder, "base-sepolia", "setRelayer", make());
    const second = await writeBuilderFile(folder, "base-sepolia", "setRelayer", make());
    expect(second).to.equal(join(folder, "base-sepolia/safe/20261122T010153Z-setRelayer-2.json"));
  });

  it("is refused if anything in it was changed since", async () => {
    const changed = (file: BuilderFile) => {
      const [first, ...rest] = file.transactions;
      return { ...file, transactions: [{ ...first, contractInputsValues: { newRelayer: SAFE } }, ...rest] };
    };
    expect(await refusal(changed)).to.equal("file.json has a wrong checksum: it was changed since it was written.");
  });

  it("is refused if it holds raw calldata, which signers could not read", async () => {
    const raw = (file: BuilderFile) => ({ ...file, transactions: [{ ...file.transactions[0], data: "0x8456cb59" }] });
    expect(await refusal(raw)).to.match(/^file\.json\.transactions\[0\]\.data: /);
  });

  it("is refused if it says what no such file says", async () => {
    expect(await refusal((file) => ({ ...file, signers: [] }))).to.match(/^file\.json: Unrecognized key: "signers"/);
  });

  it("is refused if it is missing", async () => {
    const error = await readBuilderFile(join(folder, "none.json")).catch((it: Error) => it);
    expect((error as Error).message).to.equal(`There is no Builder file ${join(folder, "none.json")}.`);
  });
});
