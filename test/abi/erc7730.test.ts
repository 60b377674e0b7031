import { Ajv } from "ajv";
import { expect } from "chai";
import { type AbiFunction, keccak256, parseAbi, parseAbiItem, toFunctionSelector, toHex } from "viem";
import { luxxonSettlementAbi } from "../../abi/src/generated/abi.ts";
import { usdcAddress } from "../../abi/src/usdcAddress.ts";
import { readContract } from "../../scripts/abi/contract.ts";
import { type Deployed, renderDescriptors } from "../../scripts/abi/erc7730.ts";
import { onEachChain } from "../support/situation.ts";
import { type Descriptor, descriptorSchema } from "./support/erc7730.ts";

const OLD = "0x610178dA211FEF7D417bC0e6FeD39F05609AD788";
const ON_SEPOLIA = "0xa748C178df47c2DA2227C247293943713eB65a26";
const ON_BASE = "0x8A791620dd6260079BF849Dc5567aDC3F2FdC318";
const DEPLOYED: Deployed = new Map([
  [8453, [{ address: ON_BASE, status: "active" }]],
  [
    84532,
    [
      { address: OLD, status: "withdraw-only" },
      { address: ON_SEPOLIA, status: "active" },
    ],
  ],
]);
const NOWHERE: Deployed = new Map();

async function render(deployed: Deployed): Promise<[name: string, Descriptor][]> {
  const files = renderDescriptors(await readContract(), deployed);
  return [...files].map(([name, text]) => [name, JSON.parse(text) as Descriptor]);
}

async function descriptor(name: string, deployed: Deployed): Promise<Descriptor> {
  const found = (await render(deployed)).find(([file]) => file === name)?.[1];
  return found ?? expect.fail(`there is no ${name}`);
}

describe("the ERC-7730 descriptors", () => {
  for (const [situation, deployed] of [
    ["before the first deployment", NOWHERE],
    ["with deployments", DEPLOYED],
  ] as const) {
    it(`have the form of schema 2.1.0 ${situation}`, async () => {
      const validate = new Ajv({ strict: false }).compile(descriptorSchema);
      for (const [name, text] of await render(deployed)) {
        validate(text);
        expect(validate.errors, name).to.equal(null);
      }
    });
  }

  it("are not taken for valid if a visibility rule is misspelt, or a field has no label", async () => {
    const validate = new Ajv({ strict: false }).compile(descriptorSchema);
    const text = JSON.stringify(await descriptor("eip712-Permit.json", DEPLOYED));
    for (const [from, to] of [
      ["mustMatch", "mustBe"],
      ['"label":"Amount",', ""],
    ] as const) {
      expect(text).to.contain(from);
      expect(validate(JSON.parse(text.replace(from, to)))).to.equal(false);
    }
  });

  it("speak of each parameter once, and of nothing else", async () => {
    for (const [, { display }] of await render(DEPLOYED)) {
      for (const [key, { fields, interpolatedIntent = "" }] of Object.entries(display.formats)) {
        const parameters = (parseAbiItem(`function ${key}`) as AbiFunction).inputs.map(({ name }) => name);
        expect(fields.map(({ path }) => path)).to.have.members(parameters);
        const named = [...interpolatedIntent.matchAll(/\{(\w+)\}/g)].map(([, path]) => path);
        expect(fields.map(({ path }) => path)).to.include.members(named);
      }
    }
  });

  it("fit the small screens of hardware wallets", async () => {
    for (const [, { display }] of await render(DEPLOYED)) {
      for (const { intent, interpolatedIntent = "", fields } of Object.values(display.formats)) {
        for (const words of [intent, interpolatedIntent]) expect(words.length).to.be.at.most(30);
        for (const { label } of fields) expect(label.length).to.be.at.most(20);
      }
    }
  });

  it("apply to nothing before the first deployment", async () => {
    for (const [, { context }] of await render(NOWHERE))
      expect((context.contract ?? context.eip712).deployments).to.deep.equal([]);
  });

  it("are refused for a chain whose USDC is not known", async () => {
    const contract = await readContract();
    const elsewhere: Deployed = new Map([[1, [{ address: ON_BASE, status: "active" }]]]);
    expect(() => renderDescriptors(contract, elsewhere)).to.throw("no USDC is known on chain 1");
  });
});

describe("the descriptor of the contract", () => {
  const FILE = "calldata-LuxxonSettlement.json";

  it("has every function that users send, as the ABI has it", async () => {
    const { display } = await descriptor(FILE, DEPLOYED);
    const described = Object.keys(display.formats).map((key) => toFunctionSelector(key));
    const functions = luxxonSettlementAbi.filter((item) => item.type === "function");
    const users = [
      "deposit",
      "depositFor",
      "depositWithPermit",
      "depositWithAuthorization",
      "withdraw",
      "withdrawAll",
      "hold",
      "claim",
      "setDailyLimit",
    ];
    expect(described).to.have.members(
      users.map((name) => toFunctionSelector(functions.find((item) => item.name === name) as AbiFunction)),
    );
  });

  it("is for every contract, old ones too, with the USDC of its chain", async () => {
    const { context, metadata } = await descriptor(FILE, DEPLOYED);
    expect(context.contract.deployments).to.deep.equal([
      { chainId: 8453, address: ON_BASE },
      { chainId: 84532, address: OLD },
      { chainId: 84532, address: ON_SEPOLIA },
    ]);
    expect(metadata.maps?.usdc.values).to.deep.equal({ 8453: usdcAddress[8453], 84532: usdcAddress[84532] });
  });

  for (const [what, changed] of [
    ["a function went", (name: string) => (name === "claim" ? "pay" : name)],
    ["a parameter has another name", (name: string) => (name === "payee" ? "operator" : name)],
  ] as const) {
    it(`is refused if ${what}`, async () => {
      const { abi } = await readContract();
      const other = JSON.parse(JSON.stringify(abi), (key, value) => (key === "name" ? changed(value) : value));
      expect(() => renderDescriptors({ abi: other }, NOWHERE)).to.throw(/^ERC-7730: .*(claim|payee)/);
    });
  }
});

onEachChain("the descriptors of what depositors sign", (given) => {
  for (const [file, constant, field] of [
    ["eip712-Permit.json", "PERMIT_TYPEHASH", "spender"],
    ["eip712-ReceiveWithAuthorization.json", "RECEIVE_WITH_AUTHORIZATION_TYPEHASH", "to"],
  ] as const) {
    it(`are for USDC's own ${constant}`, async () => {
      const { publicClient, usdc } = await given.fresh();
      const abi = parseAbi([`function ${constant}() view returns (bytes32)`]) as readonly AbiFunction[];
      const hash = await publicClient.readContract({ address: usdc.address, abi, functionName: constant });
      const { display } = await descriptor(file, DEPLOYED);
      expect(Object.keys(display.formats).map((key) => keccak256(toHex(key)))).to.deep.equal([hash]);
    });

    it(`apply only to USDC, and only where ${field} is the contract that takes deposits`, async () => {
      const { context, display } = await descriptor(file, DEPLOYED);
      expect(context.eip712.deployments).to.deep.equal([
        { chainId: 8453, address: usdcAddress[8453] },
        { chainId: 84532, address: usdcAddress[84532] },
      ]);
      const fields = Object.values(display.formats).flatMap((format) => format.fields);
      expect(fields.find(({ path }) => path === field)?.visible).to.deep.equal({ mustMatch: [ON_BASE, ON_SEPOLIA] });
    });
  }
});
