/** Receipts out of what endpoints show that lie, lag or can less than others. */
import { Endpoint } from "@luxxon/chain/rpc/endpoint";
import { UsageError } from "@luxxon/chain/usageError";
import { verifyReceipt } from "@luxxon/contracts-abi/receipt";
import { expect } from "chai";
import { makeReceipt } from "../../scripts/audit/receipt/makeReceipt.ts";
import { ID, type Scene, theScene } from "./support/scene.ts";

type Shown = Record<string, unknown>;

describe("the receipt of a session", function () {
  this.timeout(60_000);
  let scene: Scene;

  before(async () => {
    scene = await theScene();
  });

  /** Asks an endpoint one of whose methods answers otherwise. */
  const made = async (method?: string, change: (answer: never) => unknown = (it) => it) => {
    const send = async (asked: string, params: readonly unknown[]) => {
      const ask = () => scene.send(asked, params);
      return asked === method ? change((await ask().catch((error: unknown) => error)) as never) : ask();
    };
    const endpoint = new Endpoint("the endpoint", send, { firstPauseMs: 1 });
    return makeReceipt(endpoint, { ...scene.wanted, sessionId: ID.first });
  };

  for (const [what, method, change] of [
    ["has no such block", "eth_getBlockByHash", () => null],
    ["shows a block that is none", "eth_getBlockByHash", () => ({ number: "0x1" })],
    ["shows another block", "eth_getBlockByHash", (block: Shown) => ({ ...block, gasUsed: "0x1" })],
    ["shows a block without transactions", "eth_getBlockByHash", (block: Shown) => ({ ...block, transactions: [] })],
    ["shows transactions that are none", "eth_getBlockByHash", (block: Shown) => ({ ...block, transactions: [null] })],
    [
      "shows a transaction of another value",
      "eth_getBlockByHash",
      (block: { transactions: Shown[] }) => ({
        ...block,
        transactions: block.transactions.map((one) => ({ ...one, value: "0x7" })),
      }),
    ],
    ["shows no receipts", "eth_getTransactionReceipt", () => null],
    ["shows receipts that are none", "eth_getTransactionReceipt", () => ({ logs: 1 })],
    ["shows receipts of another block", "eth_getTransactionReceipt", (it: Shown) => ({ ...it, blockHash: "0x12" })],
    ["shows a receipt of other gas", "eth_getTransactionReceipt", (it: Shown) => ({ ...it, cumulativeGasUsed: "0x1" })],
    ["shows a receipt without its logs", "eth_getTransactionReceipt", (it: Shown) => ({ ...it, logs: [] })],
    ["serves another chain than the transaction was signed for", "eth_chainId", () => "0x2105"],
    ["answers with text where logs are asked for", "eth_getLogs", () => "0x"],
    ["shows logs that are none", "eth_getLogs", () => [null]],
  ] as [string, string, (answer: never) => unknown][])
    it(`is not made where an endpoint ${what}, which is said in one line`, async () => {
      const error = await made(method, change).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(UsageError);
      expect((error as Error).message).to.match(/^[A-Z][^\n]*\.$|^the endpoint [^\n]*\.$/);
    });

  for (const [what, change] of [
    ["has no proof of the state", () => Promise.reject(Object.assign(new Error("no such method"), { code: -32_601 }))],
    ["has thrown that state away", () => Promise.reject(new Error("missing trie node"))],
    ["proves something else", (it: Shown) => ({ ...it, accountProof: [] })],
    ["answers with null for it", () => null],
    ["answers with text for it", () => "0x"],
  ] as [string, (answer: never) => unknown][])
    it(`says nothing of the contract's code where an endpoint ${what}`, async () => {
      const { receipt } = await made("eth_getProof", change);
      expect(receipt?.codeHash).to.equal(undefined);
      const verdict = verifyReceipt(receipt, { blockHash: receipt?.blockHash ?? "0x" });
      expect(verdict.isProven).to.equal(true);
    });

  it("names another code hash for none: the proof alone says it", async () => {
    const { receipt } = await made(
      "eth_getProof",
      (it: Shown) => ({ ...it, codeHash: `0x${"12".repeat(32)}` }) as never,
    );
    expect(receipt?.codeHash).to.equal((await made()).receipt?.codeHash);
  });

  it("is read one by one where an endpoint does not give a block's receipts at once, for whatever reason", async () => {
    const refuses = () => Promise.reject(new Error("not in your plan"));
    expect((await made("eth_getBlockReceipts", refuses)).receipt).to.deep.equal((await made()).receipt);
  });
});
