import type { RawBlock } from "@luxxon/chain/rpc/blocks";
import { readContents } from "@luxxon/chain/rpc/contents";
import { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { senderOf } from "@luxxon/chain/rpc/sender";
import { encodeTransaction } from "@luxxon/chain/rpc/transactions";
import { expect } from "chai";
import { type Hex, keccak256, type TransactionSerializable, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

const ZERO_BLOOM: Hex = `0x${"0".repeat(512)}`;

/** A block of an OP chain as its node shows it; in it is nothing but what the chain below has to say. */
const DEPOSIT = {
  hash: "0x13a644af4f64ce801dcd57faa823e8952f2290b810fdd31995dda62977ed3df1",
  from: "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001",
  to: "0x4200000000000000000000000000000000000015",
  gas: "0xf4240",
  gasPrice: "0x0",
  input:
    "0x015d8eb90000000000000000000000000000000000000000000000000000000001267f330000000000000000000000000000000000000000000000000000000065da6073000000000000000000000000000000000000000000000000000000075d3f861097c24796a4f639846a6a3ea3a59c11de8d89e11f551bae8feca9271a78926d420000000000000000000000000000000000000000000000000000000000000004000000000000000000000000415c8893d514f9bc5211d36eeda4183226b84aa700000000000000000000000000000000000000000000000000000000000000bc00000000000000000000000000000000000000000000000000000000000a6fe0",
  nonce: "0x111",
  value: "0x0",
  type: "0x7e",
  v: "0x0",
  r: "0x0",
  s: "0x0",
  sourceHash: "0x5a1b66228a26547e2ce6fe1aa734d2c34e062e42ccd5710463e6987890f1ad5d",
  mint: "0x0",
  depositReceiptVersion: "0x1",
} as const;

const BLOCK: RawBlock = {
  baseFeePerGas: "0x1418f329",
  difficulty: "0x0",
  extraData: "0x",
  gasLimit: "0x1c9c380",
  gasUsed: "0xb76d",
  hash: "0xfc70e073ec6e1bb7f387698e4be418d7b1ff2216f625cdf41e1b80fb08029ef5",
  logsBloom: ZERO_BLOOM,
  miner: "0x4200000000000000000000000000000000000011",
  mixHash: "0x8bc8a48326d9309959f2452206c1c842be9fcc9840c789845caab9d290a9700c",
  nonce: "0x0000000000000000",
  number: "0x112",
  parentHash: "0xcfbc479d5f63476538db9ff15295167a6e91ecc9d6cf54be471eded689c251c9",
  receiptsRoot: "0x8c303881b3e408cc739f55ef3e5133075d552cbec9ee987aff6b71f58cf291ee",
  sha3Uncles: "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
  size: "0x38a",
  stateRoot: "0x86be45fb7a22b8c12cbce8d538372b800377cc589de590b6d88f5f65dde97df8",
  timestamp: "0x65da607b",
  totalDifficulty: "0x0",
  transactions: [DEPOSIT],
  transactionsRoot: "0xb01a2ad2c1ceb76f2edcdc02f2e0453c52e24c421fb04132cdfc0da5b70a593e",
  uncles: [],
  withdrawals: [],
  withdrawalsRoot: "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421",
};

const RECEIPT = {
  type: "0x7e",
  status: "0x1",
  cumulativeGasUsed: "0xb76d",
  logsBloom: ZERO_BLOOM,
  logs: [],
  depositNonce: "0x111",
  depositReceiptVersion: "0x1",
} as const;

describe("a block of an OP chain", () => {
  /** Of an endpoint that shows it so. */
  function read(block: RawBlock = BLOCK, receipts: readonly object[] = [RECEIPT]) {
    const answers: Record<string, unknown> = { eth_getBlockByNumber: block, eth_getBlockReceipts: receipts };
    return readContents(new Endpoint("http://node", async (method) => answers[method], { attempts: 1 }), 0x112n);
  }

  async function refusal(...shown: Parameters<typeof read>): Promise<string> {
    return await read(...shown).then(
      () => "it was taken",
      (error: Error) => error.message,
    );
  }

  it("is read with what came of its transactions", async () => {
    const { block, transactions } = await read();
    expect(block).to.include({ number: 0x112n, hash: BLOCK.hash, timestamp: 0x65da607b });
    expect(transactions).to.have.length(1);
    expect(transactions[0]).to.include({ hash: DEPOSIT.hash, isSuccess: true, gasUsed: 0xb76dn, nonce: 0x111n });
  });

  it("has deposits from the chain below, whose sender stands in them", async () => {
    const [deposit] = (await read()).transactions;
    expect(await deposit?.sender()).to.equal("0xDeaDDEaDDeAdDeAdDEAdDEaddeAddEAdDEAd0001");
  });

  it("is refused where a deposit has another sender", async () => {
    const transactions = [{ ...DEPOSIT, from: `0x${"1".repeat(40)}` }];
    expect(await refusal({ ...BLOCK, transactions })).to.contain("does not have the hash that it shows");
  });

  for (const [what, changes] of [
    ["status", { status: "0x0" }],
    ["gas", { cumulativeGasUsed: "0xb76e" }],
    ["nonce", { depositNonce: "0x112" }],
    ["version", { depositReceiptVersion: undefined }],
    ["type", { type: "0x2" }],
  ] as const) {
    it(`is refused where a receipt has another ${what}`, async () => {
      const line = await refusal(BLOCK, [{ ...RECEIPT, ...changes }]);
      expect(line).to.contain("the receipts of block 274 are not those that its header names");
    });
  }
});

describe("a deposit in block 26,293,517 of Base", () => {
  it("has the hash that the chain has", () => {
    const deposit = {
      hash: "0x096c03d72acb06339c9c7860d1c36b6451932ec0ff16fd34aa9e30a73a245e13",
      type: "0x7e",
      from: "0xdeaddeaddeaddeaddeaddeaddeaddeaddead0001",
      to: "0x4200000000000000000000000000000000000015",
      gas: "0xf4240",
      input:
        "0x440a5e20000008dd00101c1200000000000000030000000067acc63f00000000014d1f2d000000000000000000000000000000000000000000000000000000005ba4c0eb00000000000000000000000000000000000000000000000000000001ce2291bdcbb8f62c15343b39cfacdbf81c4747822ebb16c2518126e47d984422a82defc10000000000000000000000005050f69a9786f081509234f1a7f4684b5e5b76c9",
      mint: "0x0",
      value: "0x0",
      sourceHash: "0x990d7122a1f121f3a6bc45723e28f4921c269037a77e77ffee3c8585136d1a92",
    } as const;
    expect(keccak256(encodeTransaction(deposit) as Hex)).to.equal(deposit.hash);
  });
});

describe("who sent a transaction, by its signature", () => {
  const account = privateKeyToAccount(keccak256(toHex("a sender")));
  const to = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
  const call = { to, nonce: 7, gas: 21_000n, value: 5n, data: "0x1234" } as const;
  const fees = { maxFeePerGas: 9n, maxPriorityFeePerGas: 1n };
  const authorization = { address: to, chainId: 8_453, nonce: 1, r: toHex(1n), s: toHex(2n), yParity: 0 } as const;

  const all: Record<string, TransactionSerializable> = {
    "of the oldest kind": { ...call, type: "legacy", gasPrice: 9n },
    "of the oldest kind, for one chain": { ...call, type: "legacy", gasPrice: 9n, chainId: 8_453 },
    "with an access list": {
      ...call,
      type: "eip2930",
      gasPrice: 9n,
      chainId: 8_453,
      accessList: [{ address: to, storageKeys: [] }],
    },
    "with a fee market": { ...call, ...fees, type: "eip1559", chainId: 8_453 },
    "that creates a contract": { ...call, ...fees, to: undefined, type: "eip1559", chainId: 8_453 },
    "that sets code": { ...call, ...fees, type: "eip7702", chainId: 8_453, authorizationList: [authorization] },
  };
  for (const [kind, transaction] of Object.entries(all)) {
    it(kind, async () => {
      expect(await senderOf(await account.signTransaction(transaction))).to.equal(account.address);
    });

    it(`${kind}, is another if a byte is another`, async () => {
      const signed = await account.signTransaction(transaction);
      const altered = signed.replace("1234", "1235") as Hex;
      expect(await senderOf(altered)).not.to.equal(account.address);
    });
  }
});
