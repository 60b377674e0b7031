/** The trees of a block, and what stands in them: built from what endpoints answer, against hashes and encoders that know better. */
import { encodeReceipt } from "@luxxon/chain/rpc/receipts";
import { encodeTransaction, type RawTransaction } from "@luxxon/chain/rpc/transactions";
import { branchOf } from "@luxxon/chain/rpc/trees";
import { indexKey, provenValue } from "@luxxon/contracts-abi/receipt";
import { expect } from "chai";
import fc from "fast-check";
import { type Hex, keccak256, numberToHex, serializeTransaction, type TransactionSerializable, toHex } from "viem";
import { serializeTransaction as serializeDeposit } from "viem/op-stack";

const names = { nodes: "proof", key: "index" };
const WORD: Hex = `0x00${"5a".repeat(31)}`;
const SIGNATURE = { r: WORD, s: `0x${"7b".repeat(32)}` as Hex };
const TO = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const CALL = { nonce: 0, gas: 100_000n, to: TO, value: 5n, data: "0x00abcdef" } as const;
const DYNAMIC = { chainId: 8453, maxFeePerGas: 1_000_000_000n, maxPriorityFeePerGas: 0n } as const;
const ACCESS = [{ address: TO, storageKeys: [WORD, `0x${"00".repeat(32)}`] }] as const;
const AUTHORIZATION = { address: TO, chainId: 8453, nonce: 7, yParity: 1, ...SIGNATURE } as const;

/** As endpoints show a transaction. */
function shown(
  type: Hex,
  { data, type: _, ...fields }: Record<string, unknown>,
  signature: Record<string, unknown> = {},
) {
  const hex = (value: unknown): unknown => {
    if (typeof value === "bigint" || typeof value === "number") return numberToHex(value);
    if (Array.isArray(value)) return value.map(hex);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hex(one)]));
  };
  return hex({ hash: "0x", type, ...fields, input: data, ...signature }) as RawTransaction;
}

describe("transactions as blocks hold them", () => {
  const signed = { ...SIGNATURE, yParity: 1 };
  const KINDS: Record<string, [type: Hex, transaction: TransactionSerializable]> = {
    "with an access list": ["0x1", { type: "eip2930", chainId: 8453, gasPrice: 3n, ...CALL, accessList: ACCESS }],
    "with a fee market": ["0x2", { type: "eip1559", ...DYNAMIC, ...CALL, accessList: [] }],
    "with blobs": [
      "0x3",
      { type: "eip4844", ...DYNAMIC, ...CALL, maxFeePerBlobGas: 9n, blobVersionedHashes: [`0x01${"c3".repeat(31)}`] },
    ],
    "with authorizations": ["0x4", { type: "eip7702", ...DYNAMIC, ...CALL, authorizationList: [AUTHORIZATION] }],
  };
  for (const [title, [type, transaction]] of Object.entries(KINDS))
    it(`${title} are encoded as viem does`, () => {
      const raw = shown(type, transaction as never, { ...SIGNATURE, yParity: 1, v: 1 });
      expect(encodeTransaction(raw)).to.equal(serializeTransaction(transaction, signed));
    });

  for (const [title, chainId, v] of [
    ["for one chain (EIP-155)", 8453, 8453n * 2n + 36n],
    ["for every chain", undefined, 28n],
  ] as const)
    it(`of the oldest kind, ${title}, are encoded as viem does`, () => {
      const transaction = {
        type: "legacy",
        gasPrice: 3n,
        ...CALL,
        ...(chainId === undefined ? {} : { chainId }),
      } as const;
      const raw = shown("0x0", transaction, { ...SIGNATURE, v });
      expect(encodeTransaction(raw)).to.equal(serializeTransaction(transaction, { ...SIGNATURE, v }));
    });

  it("that create a contract go to nobody", () => {
    const { to: _, ...create } = CALL;
    const transaction = { type: "eip1559", ...DYNAMIC, ...create } as const;
    const raw = shown("0x2", { ...transaction, to: null }, { ...SIGNATURE, v: 1 });
    expect(encodeTransaction(raw)).to.equal(serializeTransaction(transaction, signed));
  });

  for (const [title, more] of [
    ["that bring ETH", { mint: 9n, isSystemTx: false }],
    ["of the system", { isSystemTx: true }],
  ] as const)
    it(`from the chain below, ${title}, are encoded as viem does`, () => {
      const deposit = {
        sourceHash: WORD,
        from: TO,
        to: TO,
        gas: 1_000_000n,
        value: 5n,
        data: "0x015d8eb9",
        ...more,
      } as const;
      expect(encodeTransaction(shown("0x7e", deposit))).to.equal(
        serializeDeposit({ type: "deposit", ...deposit } as never),
      );
    });

  it("of a kind that is not known are not encoded", () => {
    expect(encodeTransaction(shown("0x5", CALL))).to.equal(undefined);
  });
});

describe("receipts as blocks hold them", () => {
  const deposit = {
    type: "0x7e",
    status: "0x1",
    cumulativeGasUsed: "0xb741",
    logs: [],
    depositNonce: "0x3d3bbf",
  } as const;
  const logsBloom: Hex = `0x${"00".repeat(256)}`;
  const body = (more: string) => `82b741b90100${"00".repeat(256)}c0${more}`;

  it("of deposits have their nonce and version since Canyon, as other nodes encode them", () => {
    const encoded = encodeReceipt({ ...deposit, logsBloom, depositReceiptVersion: "0x1" });
    expect(encoded).to.equal(`0x7ef9010d01${body("833d3bbf01")}`);
  });

  it("of older deposits have neither, though nodes show the nonce", () => {
    expect(encodeReceipt({ ...deposit, logsBloom })).to.equal(`0x7ef9010801${body("")}`);
  });
});

describe("the tree of a block", () => {
  const value = fc.uint8Array({ minLength: 1, maxLength: 80 }).map((bytes) => toHex(bytes));

  it("shows each of its values under its root, and nothing behind them (property)", () => {
    // An index has one byte up to 127, two up to 255, three beyond.
    const sized = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(127, 128, 129, 256, 257, 300));
    fc.assert(
      fc.property(sized, fc.array(value, { minLength: 1, maxLength: 5 }), fc.nat(), (count, some, at) => {
        const values = Array.from(
          { length: count },
          (_, i): Hex => `${some[i % some.length]}${toHex(i, { size: 2 }).slice(2)}` as Hex,
        );
        const index = at % count;
        const { root, nodes } = branchOf(values, index);
        expect(provenValue(root, indexKey(index), nodes, names)).to.equal(values[index]);
        expect(() => provenValue(root, indexKey(count), nodes, names)).to.throw(/^(index|proof\[\d\])/);
        const forged = nodes.map((node, i) => (i === nodes.length - 1 ? (`${node}00` as Hex) : node));
        expect(() => provenValue(root, indexKey(index), forged, names)).to.throw(/^proof\[/);
      }),
      { numRuns: 60 },
    );
  });

  it("of nothing is known by its root", () => {
    expect(branchOf([], 0).root).to.equal(keccak256("0x80"));
  });
});
