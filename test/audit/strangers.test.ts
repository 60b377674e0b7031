/** What strangers do to break the verdict on an honest contract: every call of theirs reaches it by another way than a transaction's own. */
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { openLocalChain } from "@luxxon/local/chain";
import { expect } from "chai";
import hre from "hardhat";
import {
  type Address,
  concatHex,
  createWalletClient,
  custom,
  encodeDeployData,
  encodeFunctionData,
  getAddress,
  getContractAddress,
  type Hex,
  numberToHex,
  size,
  sliceHex,
  toFunctionSelector,
} from "viem";
import { readBuilds } from "../../scripts/audit/open.ts";
import { auditText } from "../../scripts/audit/report/reportText.ts";
import { USDC } from "../support/session.ts";
import { fresh, type Situation } from "../support/situation.ts";
import { delegatedAccount } from "../support/smartWallet.ts";
import { auditListed, type Listed } from "./support/listed.ts";

describe("an audit of an honest contract, when a stranger", () => {
  let situation: Situation;
  let restore: () => Promise<void>;

  before(async () => {
    situation = await fresh(await openLocalChain("localBase"));
  });

  beforeEach(async () => {
    restore = (await situation.networkHelpers.takeSnapshot()).restore;
  });

  afterEach(() => restore());

  const send: Send = (method, params) => situation.chain.provider.request({ method, params: [...params] });

  /** As most public endpoints do. */
  const doesNotTrace: Send = (method, params) => {
    if (method !== "debug_traceTransaction") return send(method, params);
    throw Object.assign(new Error("the method debug_traceTransaction does not exist"), { code: -32601 });
  };

  async function audit(by: Send = send, address = situation.settlement.address): Promise<Listed> {
    const { publicClient } = situation;
    const [created] = await publicClient.getLogs({ address, fromBlock: 0n });
    return auditListed({
      endpoints: [new Endpoint("http://local", by)],
      wanted: {
        address,
        fromBlock: created?.blockNumber ?? 0n,
        toBlock: await publicClient.getBlockNumber(),
        chainId: undefined,
        record: undefined,
        builds: await readBuilds(),
      },
      announcedFeeBps: undefined,
      cacheFolder: undefined,
    });
  }

  type Calls = [to: Address, data: Hex][];
  const call = (functionName: string, args: readonly unknown[]): [Address, Hex] => [
    situation.settlement.address,
    encodeFunctionData({ abi: situation.settlement.abi, functionName, args } as never),
  ];

  /** Creates a contract whose constructor makes these calls, and fails if one of them does. */
  async function bornCalling(calls: Calls): Promise<Address> {
    const { stranger, publicClient } = situation;
    const hash = await stranger.sendTransaction({ data: creationCode(calls), gas: 3_000_000n });
    const { contractAddress, status } = await publicClient.waitForTransactionReceipt({ hash });
    if (status !== "success" || !contractAddress) throw new Error("a call of the constructor failed");
    return getAddress(contractAddress);
  }

  /** A token that makes a call of the settlement while the owner takes it out. */
  async function rescueCalledBackBy(functionName: string, args: readonly unknown[]): Promise<Address> {
    const { viem, settlement, owner, stranger } = situation;
    const token = await viem.deployContract("HostileToken");
    await token.write.mint([settlement.address, 5n]);
    await token.write.callBackFrom([toFunctionSelector("transfer(address,uint256)"), ...call(functionName, args)]);
    await settlement.write.rescue([token.address, stranger.account.address, 5n], { account: owner.account });
    return getAddress(token.address);
  }

  const ways: Record<string, () => Promise<{ account: Address; says: string }>> = {
    "sets a limit in a constructor": async () => ({
      account: await bornCalling([call("setDailyLimit", [1n * USDC])]),
      says: "no limit → 1 USDC a day",
    }),
    "calls twice in a constructor": async () => ({
      account: await bornCalling([call("setDailyLimit", [1n * USDC]), call("setDailyLimit", [2n * USDC])]),
      says: "1 USDC a day → 2 USDC a day",
    }),
    "sets a limit when a token is rescued": async () => ({
      account: await rescueCalledBackBy("setDailyLimit", [3n * USDC]),
      says: "no limit → 3 USDC a day",
    }),
  };

  for (const [what, play] of Object.entries(ways)) {
    describe(what, () => {
      let done: Awaited<ReturnType<typeof play>>;

      beforeEach(async () => {
        done = await play();
      });

      it("finds nothing wrong, and the change", async () => {
        const { violations, changes } = await audit();
        expect(violations).to.deep.equal([]);
        expect(changes.at(-1)?.text).to.equal(`daily limit of ${done.account}: ${done.says}`);
      });

      it("has checked the calls", async () => {
        const { rules } = await audit();
        expect(rules.filter(({ unchecked }) => unchecked > 0)).to.deep.equal([]);
      });

      it("says what was not checked where the endpoint does not trace, and calls nothing violated", async () => {
        const { violations, rules } = await audit(doesNotTrace);
        expect(violations).to.deep.equal([]);
        expect(rules.flatMap(({ id, unchecked }) => (unchecked > 0 ? [[id, unchecked]] : []))).to.deep.equal([
          ["R15", 1],
          ["R16", 1],
        ]);
      });
    });
  }

  it("leaves calls unchecked, says so in the first line", async () => {
    await bornCalling([call("setDailyLimit", [1n * USDC])]);
    const [, first] = auditText(await audit(doesNotTrace)).split("\n");
    expect(first).to.contain("Everything that was checked adds up; not checked: R15, R16 in 1 transaction");
  });

  it("deposits for somebody in a constructor, and claims what nobody is owed", async () => {
    const { settlement, usdc, circle, stranger, alice, publicClient } = situation;
    const from = stranger.account.address;
    const address = getContractAddress({
      from,
      nonce: BigInt(await publicClient.getTransactionCount({ address: from })),
    });
    await usdc.write.mint([address, 9n], { account: circle.account });
    const approve = encodeFunctionData({ abi: usdc.abi, functionName: "approve", args: [settlement.address, 9n] });
    await bornCalling([
      [usdc.address, approve],
      call("depositFor", [alice.account.address, 9n]),
      call("claim", [alice.account.address]),
    ]);
    const { violations, movements } = await audit();
    expect(violations).to.deep.equal([]);
    expect(movements.at(-1)).to.include({ kind: "Deposited", account: alice.account.address, amount: 9n });
  });

  /** What no encoder writes, and the contract reads: the signature begins where its offset says. */
  const strangelyEncoded: Record<string, (canonical: Hex) => Hex> = {
    "whose signature begins with the amount": (data) => offsetAt(data, 0),
    "whose signature begins with the deadline": (data) => offsetAt(data, 32),
    "whose signature is not padded to words": (data) => sliceHex(data, 0, -31),
    "with something behind it": (data) => concatHex([data, "0x1234"]),
  };
  const offsetAt = (data: Hex, offset: number) =>
    concatHex([sliceHex(data, 0, 4 + 64), numberToHex(offset, { size: 32 }), sliceHex(data, 4 + 96)]);

  for (const [what, encode] of Object.entries(strangelyEncoded)) {
    it(`deposits with a permit ${what}, finds nothing wrong`, async () => {
      const { settlement, alice } = situation;
      const [to, data] = call("depositWithPermit", [9n, 9n, "0x00"]);
      await alice.sendTransaction({ to, data: encode(data), gas: 300_000n });
      expect(await settlement.read.deposits([alice.account.address])).to.equal(9n);
      expect((await audit()).violations).to.deep.equal([]);
    });
  }

  it("calls from an account that has set code, finds nothing wrong", async () => {
    const { chain, settlement } = situation;
    const { key: account } = await delegatedAccount(situation);
    // Signed with the account's own key: nothing less gives a transaction's hash.
    const wallet = createWalletClient({ account, transport: custom(chain.provider) });
    await wallet.sendTransaction({ chain: null, to: settlement.address, data: call("setDailyLimit", [7n])[1] });
    const { violations, changes } = await audit();
    expect(violations).to.deep.equal([]);
    expect(changes.at(-1)?.sender).to.equal(account.address);
  });

  it("creates the contract in a constructor, and is its first caller in the same transaction, finds nothing wrong", async () => {
    const { usdc, owner, relayer, guardian, platform, stranger, publicClient, settlement } = situation;
    const roles = [owner, relayer, guardian, platform].map(({ account }) => account.address);
    const { bytecode } = await hre.artifacts.readArtifact("LuxxonSettlement");
    const from = stranger.account.address;
    const parent = getContractAddress({
      from,
      nonce: BigInt(await publicClient.getTransactionCount({ address: from })),
    });
    const address = getContractAddress({ from: parent, nonce: 1n });
    const deploy = encodeDeployData({
      abi: settlement.abi,
      bytecode: bytecode as Hex,
      args: [usdc.address, ...roles, 0n, 0n] as never,
    });
    const data = creationCode([[address, call("setDailyLimit", [1n * USDC])[1]]], deploy);
    await stranger.sendTransaction({ data, gas: 9_000_000n });
    const { violations, changes } = await audit(send, address);
    expect(violations).to.deep.equal([]);
    expect(changes.at(-1)?.text).to.equal(`daily limit of ${parent}: no limit → 1 USDC a day`);
  });

  it("fills the block before and behind a deposit with transactions of its own, finds nothing wrong", async () => {
    const { chain, settlement, alice, stranger, networkHelpers } = situation;
    await chain.provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const others = async () => {
        for (let i = 0; i < 20; i++) await stranger.sendTransaction({ to: stranger.account.address, gas: 21_000n });
      };
      await others();
      await settlement.write.deposit([9n], { account: alice.account, gas: 300_000n });
      await others();
      await networkHelpers.mine();
    } finally {
      await chain.provider.request({ method: "evm_setAutomine", params: [true] });
    }
    const { violations, movements } = await audit();
    expect(violations).to.deep.equal([]);
    expect(movements.at(-1)).to.include({ kind: "Deposited", account: alice.account.address, amount: 9n });
  });

  it("is called back by a token of which nothing comes, needs no trace", async () => {
    await rescueCalledBackBy("claim", [situation.alice.account.address]);
    const { violations, rules } = await audit(doesNotTrace);
    expect(violations).to.deep.equal([]);
    expect(rules.filter(({ unchecked }) => unchecked > 0)).to.deep.equal([]);
  });
});

/**
 * Code that copies each call from behind itself to memory, makes it, stops if it failed, and leaves no code.
 *
 * @param child Code of a contract that is created first.
 */
function creationCode(calls: readonly (readonly [to: Address, data: Hex])[], child?: Hex): Hex {
  const word = (value: number): Hex => numberToHex(value, { size: 2 });
  /** Jumps over INVALID if what is on the stack is not 0. */
  const ensure: Hex = "0x5860060157fe5b";
  let at = (child === undefined ? 0 : CREATING) + calls.length * CALLING + 3;
  const copied = (data: Hex): Hex => {
    const code = concatHex(["0x61", word(size(data)), "0x61", word(at), "0x5f39"]);
    at += size(data);
    return code;
  };
  const creating = (code: Hex) => concatHex([copied(code), "0x61", word(size(code)), "0x5f5ff0", ensure]);
  const calling = ([to, data]: readonly [Address, Hex]) =>
    concatHex([copied(data), "0x5f5f61", word(size(data)), "0x5f5f73", to, "0x5af1", ensure]);
  return concatHex([
    ...(child === undefined ? [] : [creating(child)]),
    ...calls.map(calling),
    "0x5f5ff3",
    child ?? "0x",
    ...calls.map(([, data]) => data),
  ]);
}

/** How long they are, in bytes. */
const CREATING = 21;
const CALLING = 45;
