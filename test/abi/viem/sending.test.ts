/** What the package's actions do when sending goes wrong: nothing is ever sent twice for want of an answer. */
import { expect } from "chai";
import {
  type Client,
  concatHex,
  createWalletClient,
  custom,
  type EIP1193RequestFn,
  encodeAbiParameters,
  type Hex,
  HttpRequestError,
  maxUint256,
  parseEther,
  serializeErc6492Signature,
  zeroAddress,
} from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { baseSepolia } from "viem/chains";
import { batchGas } from "../../../abi/src/batchGas.ts";
import {
  BatchUnclearError,
  InvalidAmountError,
  InvalidTimeError,
  NoContractError,
  SendingUnclearError,
  WalletSignatureError,
} from "../../../abi/src/errors.ts";
import { deposit } from "../../../abi/src/viem/deposit.ts";
import { depositWithAuthorization } from "../../../abi/src/viem/depositWithAuthorization.ts";
import { depositWithPermit } from "../../../abi/src/viem/depositWithPermit.ts";
import { settleBatch } from "../../../abi/src/viem/settleBatch.ts";
import { settleFromPool } from "../../../abi/src/viem/settleFromPool.ts";
import { signDepositAuthorization } from "../../../abi/src/viem/signDepositAuthorization.ts";
import { withdraw } from "../../../abi/src/viem/withdraw.ts";
import { sessionId, USDC } from "../../support/session.ts";
import { type Given, onEachChain } from "../../support/situation.ts";
import { delegatedAccount, smartWalletOf } from "../../support/smartWallet.ts";

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it was not refused"),
    (error: Error) => error,
  );
const cut = () => new HttpRequestError({ url: "http://node", details: "socket hang up" });

/** Somebody with a key of her own, behind a node whose answers to `method` are what `answer` makes of them. */
async function keyHolder(given: Given, method: string, answer: (real: () => Promise<unknown>) => Promise<unknown>) {
  const situation = await given.funded();
  const { chain, settlement, usdc, circle, networkHelpers, publicClient } = situation;
  const account = privateKeyToAccount(generatePrivateKey());
  await networkHelpers.setBalance(account.address, parseEther("1"));
  await usdc.write.mint([account.address, 10n * USDC], { account: circle.account });
  const node = chain.provider.request.bind(chain.provider) as EIP1193RequestFn;
  const open = (request: EIP1193RequestFn): Client =>
    createWalletClient({
      account,
      chain: { ...baseSepolia, id: publicClient.chain.id },
      transport: custom({ request }, { retryCount: 0 }),
    });
  const client = open(((it) =>
    it.method === method ? answer(() => node(it as never)) : node(it as never)) as EIP1193RequestFn);
  await createWalletClient({ account, chain: publicClient.chain, transport: custom({ request: node }) }).writeContract({
    address: usdc.address,
    abi: usdc.abi,
    functionName: "approve",
    args: [settlement.address, maxUint256],
  });
  const sent = () => publicClient.getTransactionCount({ address: account.address });
  const pool = () => settlement.read.deposits([account.address]);
  return { ...situation, client, address: settlement.address, sent, pool };
}

onEachChain("a deposit whose answer is lost", (given) => {
  const RAW = "eth_sendRawTransaction";

  it("is known by its hash where the chain has it: the USDC is in the pool once", async () => {
    const { client, address, publicClient, pool } = await keyHolder(given, RAW, async (real) => {
      await real();
      throw cut();
    });
    const hash = await deposit(client, { settlement: address, amount: USDC });
    expect((await publicClient.getTransactionReceipt({ hash })).status).to.equal("success");
    expect(await pool()).to.equal(USDC);
  });

  for (const words of ["already known", "nonce too low"])
    it(`is known by its hash where a second asking says "${words}"`, async () => {
      const { client, address, pool } = await keyHolder(given, RAW, async (real) => {
        await real();
        throw Object.assign(new Error(words), { code: -32000 });
      });
      await deposit(client, { settlement: address, amount: USDC });
      expect(await pool()).to.equal(USDC);
    });

  it("is unclear, with its hash, where the chain does not know it yet", async () => {
    const { client, address } = await keyHolder(given, RAW, async () => {
      throw cut();
    });
    const error = await errorOf(deposit(client, { settlement: address, amount: USDC }));
    expect(error)
      .to.be.instanceOf(SendingUnclearError)
      .with.property("hash")
      .that.matches(/^0x[\da-f]{64}$/);
    expect(error.message).to.include("before anything is sent anew");
  });

  it("is a failure, and nothing else, where the node said no", async () => {
    const { client, address, pool } = await keyHolder(given, RAW, async () => {
      throw Object.assign(new Error("insufficient funds for gas * price + value"), { code: -32000 });
    });
    const error = await errorOf(deposit(client, { settlement: address, amount: USDC }));
    expect(error).not.to.be.instanceOf(SendingUnclearError);
    expect(error.message).to.match(/insufficient funds/i);
    expect(await pool()).to.equal(0n);
  });

  it("is unclear, without a hash, where a wallet was to send it", async () => {
    const { alice, address } = { ...(await given.funded()), address: (await given.funded()).settlement.address };
    const wallet = Object.assign(Object.create(alice) as Client, {
      writeContract: async () => {
        throw cut();
      },
    });
    const error = await errorOf(deposit(wallet, { settlement: address, amount: USDC }));
    expect(error).to.be.instanceOf(SendingUnclearError).with.property("hash", undefined);
  });
});

onEachChain("a call to an address without code", (given) => {
  for (const [what, send] of [
    ["deposit", (client: Client, settlement: Hex) => deposit(client, { settlement, amount: USDC })],
    ["withdraw", (client: Client, settlement: Hex) => withdraw(client, { settlement, amount: USDC })],
  ] as const)
    it(`is refused before it is sent: ${what}`, async () => {
      const { alice, stranger, publicClient } = await given.funded();
      const sent = () => publicClient.getTransactionCount({ address: alice.account.address });
      const before = await sent();
      for (const nobody of [stranger.account.address, zeroAddress]) {
        const error = await errorOf(send(alice, nobody));
        expect(error).to.be.instanceOf(NoContractError).with.property("value", nobody);
      }
      expect(await sent()).to.equal(before);
    });

  it("is refused for a settlement and an authorisation, too", async () => {
    const { relayer, alice, stranger, session, settlement } = await given.funded();
    const nobody = stranger.account.address;
    const authorization = await signDepositAuthorization(alice, { settlement: settlement.address, amount: USDC });
    for (const send of [
      () => settleFromPool(relayer, { settlement: nobody, entry: session() }),
      () => settleBatch(relayer, { settlement: nobody, entries: [session()] }),
      () => depositWithAuthorization(relayer, { settlement: nobody, authorization }),
    ])
      expect(await errorOf(send())).to.be.instanceOf(NoContractError);
  });
});

onEachChain("a batch", (given) => {
  it("has gas for entries that settle only because of a top-up after it was sent", async () => {
    const { relayer, settlement, session, stranger, usdc, circle, otherOperator } = await given.funded();
    const entries = Array.from({ length: 20 }, (_, i) =>
      session({ sessionId: sessionId(i), from: stranger.account.address, to: otherOperator.account.address }),
    );
    const client: Client = Object.assign(Object.create(relayer) as Client, {
      writeContract: async (request: never) => {
        await usdc.write.mint([stranger.account.address, 10n * USDC], { account: circle.account });
        await usdc.write.approve([settlement.address, maxUint256], { account: stranger.account });
        await settlement.write.deposit([10n * USDC], { account: stranger.account });
        return await relayer.writeContract(request);
      },
    });
    const { settled, skipped } = await settleBatch(client, { settlement: settlement.address, entries });
    expect([settled.length, skipped.length]).to.deep.equal([20, 0]);
  });

  it("stays below its bound at its dearest: a hundred consumers, new payees, no payout taken", async function () {
    this.timeout(120_000);
    const { relayer, settlement, session, usdc, circle, alice } = await given.funded();
    const wallets = Array.from({ length: 100 }, () => privateKeyToAccount(generatePrivateKey()).address);
    const consumers = Array.from({ length: 100 }, () => privateKeyToAccount(generatePrivateKey()).address);
    for (const consumer of consumers) await settlement.write.depositFor([consumer, USDC], { account: alice.account });
    for (const wallet of wallets) await usdc.write.blacklist([wallet], { account: circle.account });
    const entries = wallets.map((to, i) =>
      // Ids far from each other: each in a storage slot of its own.
      session({ sessionId: sessionId(i * 1_000), from: consumers[i] as Hex, to }),
    );
    const { settled, credited, receipt } = await settleBatch(relayer, { settlement: settlement.address, entries });
    expect([settled.length, credited.length]).to.deep.equal([100, 100]);
    expect(receipt.gasUsed < batchGas(100), `${receipt.gasUsed} of ${batchGas(100)}`).to.equal(true);
    expect(batchGas(100) < 16_777_216n).to.equal(true);
  });

  it("is refused before it costs anything where the sender is not the relayer", async () => {
    const { alice, settlement, session, publicClient } = await given.funded();
    const sent = () => publicClient.getTransactionCount({ address: alice.account.address });
    const before = await sent();
    const error = await errorOf(settleBatch(alice, { settlement: settlement.address, entries: [session()] }));
    expect(error.message).to.include("NotRelayer");
    expect(await sent()).to.equal(before);
  });

  for (const [how, isItsOwn] of [
    ["sped up", true],
    ["cancelled", false],
  ] as const)
    it(`that was ${how} is named by what is on the chain`, async () => {
      const { relayer, settlement, session } = await given.funded();
      const sent: Hex = `0x${"1".repeat(64)}`;
      const entries = [session()];
      const onChain = await settleBatch(relayer, { settlement: settlement.address, entries });
      const client: Client = Object.assign(Object.create(relayer) as Client, {
        estimateContractGas: async () => 1n,
        writeContract: async () => sent,
        waitForTransactionReceipt: async () => ({ ...onChain.receipt, logs: isItsOwn ? onChain.receipt.logs : [] }),
      });
      const outcome = settleBatch(client, { settlement: settlement.address, entries });
      if (isItsOwn) expect((await outcome).hash).to.equal(onChain.hash);
      else {
        const error = await errorOf(outcome);
        expect(error).to.be.instanceOf(BatchUnclearError).with.property("hash", onChain.hash);
        expect(error.message).to.include(sent);
      }
    });
});

onEachChain("a wallet with code that signs for USDC", (given) => {
  const wrapped = (signature: Hex) => serializeErc6492Signature({ address: zeroAddress, data: "0x", signature });

  it("deposits by a signature that it wrapped in ERC-6492: USDC gets what is inside", async () => {
    const situation = await given.fresh();
    const { alice, settlement, usdc, circle } = situation;
    const wallet = await smartWalletOf(situation, alice);
    await usdc.write.mint([wallet.account.address, USDC], { account: circle.account });
    const client: Client = Object.assign(Object.create(wallet) as Client, {
      signTypedData: async (request: never) =>
        wrapped(await alice.signTypedData({ ...(request as object), account: alice.account } as never)),
    });
    await depositWithPermit(client, { settlement: settlement.address, amount: USDC });
    expect(await settlement.read.deposits([wallet.account.address])).to.equal(USDC);
  });

  it("is told to approve and deposit where its code does not vouch for its key (EIP-7702)", async () => {
    const situation = await given.fresh();
    const { settlement } = situation;
    const { signer } = await delegatedAccount(situation);
    for (const sign of [depositWithPermit, signDepositAuthorization]) {
      const error = await errorOf(sign(signer, { settlement: settlement.address, amount: USDC }));
      expect(error).to.be.instanceOf(WalletSignatureError);
      expect(error.message).to.match(/does not vouch for it\. Approve the contract, and deposit\.$/);
    }
  });

  it("is told so where it is not deployed yet", async () => {
    const { stranger, settlement } = await given.fresh();
    const client: Client = Object.assign(Object.create(stranger) as Client, {
      signTypedData: async () => wrapped(concatHex(["0x11", encodeAbiParameters([{ type: "uint256" }], [1n])])),
    });
    const error = await errorOf(signDepositAuthorization(client, { settlement: settlement.address, amount: USDC }));
    expect(error.message).to.include("the wallet is not deployed yet");
  });
});

describe("an error of the package in a log", () => {
  for (const [what, error, value] of [
    ["an amount", new InvalidAmountError(-1n, "it is negative"), "-1"],
    ["a time", new InvalidTimeError(5n, "in the past"), "5"],
  ] as const)
    it(`has its value as digits: ${what}`, () =>
      expect(JSON.parse(JSON.stringify({ error }))).to.deep.equal({
        error: { name: error.name, message: error.message, value },
      }));
});
