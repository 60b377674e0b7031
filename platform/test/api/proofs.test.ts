/** Proofs of settlements: checked with nothing but the block's hash, and worth nothing when a byte of them is another. */
import { provenReceipt, proveReceipt, type RawReceipt } from "@luxxon/chain/rpc/receipts";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { createWalletClient, decodeEventLog, fromRlp, type Hex, http, keccak256, parseEther } from "viem";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("proofs", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
  });
  after(() => platform?.close());

  it("show the contract's event under the hash of a block", async () => {
    const id = await ada.session(1);
    const { payload, blockHash } = await ada.settlement(id);
    const { status, data } = await ada.call("GET", `/settlements/${id}/proof`);
    expect(status).to.equal(200);
    // As somebody does who has the block's hash from elsewhere.
    expect(keccak256(data.header)).to.equal(blockHash);
    const root = (fromRlp(data.header, "hex") as Hex[])[5] as Hex;
    const receipt = provenReceipt(root, data.transactionIndex, data.proof) as Hex;
    expect(receipt).to.equal(data.receipt);
    const [succeeded, , , logs] = fromRlp(`0x${receipt.slice(4)}`, "hex") as [
      Hex,
      Hex,
      Hex,
      [Hex, [Hex, ...Hex[]], Hex][],
    ];
    expect(succeeded).to.equal("0x01");
    const [address, topics, bytes] = logs[data.receiptLogIndex] as (typeof logs)[number];
    expect(address).to.equal(platform.parts.contracts.settlement.toLowerCase());
    const { eventName, args } = decodeEventLog({ abi: luxxonSettlementAbi, topics, data: bytes });
    expect(eventName).to.equal("Settled");
    expect(args).to.deep.include({
      sessionId: payload.sessionIdHash,
      from: payload.from,
      to: payload.to,
      toAmount: BigInt(payload.toAmount),
      feeAmount: BigInt(payload.feeAmount),
    });

    const last = data.proof.at(-1) as Hex;
    const forged = `${last.slice(0, -2)}${last.endsWith("00") ? "01" : "00"}` as Hex;
    expect(provenReceipt(root, data.transactionIndex, [...data.proof.slice(0, -1), forged])).to.equal(undefined);
    expect(provenReceipt(root, data.transactionIndex + 1, data.proof)).to.equal(undefined);
  });

  it("are to be had by the session's two sides, once it is in a block", async () => {
    const made = await ada.call("POST", "/sessions", { body: { lat: 1, lng: 2, maxDurationSeconds: 5 } });
    const early = await ada.call("GET", `/settlements/${made.data.id}/proof`);
    expect([early.status, early.body.detail]).to.deep.equal([409, "settlement:proof:NOT_READY"]);
    await ada.call("DELETE", `/sessions/${made.data.id}`);
    const eve = await newPerson(platform);
    await eve.signUp();
    expect((await eve.call("GET", `/settlements/${made.data.id}/proof`)).status).to.equal(403);
    expect((await call(platform, "GET", `/settlements/${made.data.id}/proof`)).status).to.equal(401);
  });

  it("are right for each receipt of blocks of any size", async () => {
    const wallet = createWalletClient({ account: ada.account, transport: http(platform.env.RPC_URL) });
    for (const count of [2, 17, 140]) {
      const nonce = await ada.publicClient.getTransactionCount({ address: ada.address });
      const hashes: Hex[] = [];
      for (let i = 0; i < count; i++)
        hashes.push(
          await wallet.sendTransaction({
            to: ada.address,
            value: parseEther("0"),
            chain: null,
            nonce: nonce + i,
            gas: 21_000n,
          }),
        );
      const last = await ada.publicClient.waitForTransactionReceipt({ hash: hashes.at(-1) as Hex });
      const first = await ada.publicClient.getTransactionReceipt({ hash: hashes[0] as Hex });
      for (let number = first.blockNumber; number <= last.blockNumber; number++) {
        const at = { method: "eth_getBlockReceipts", params: [`0x${number.toString(16)}`] } as never;
        const receipts = (await ada.publicClient.request(at)) as RawReceipt[];
        const block = (await ada.publicClient.request({
          method: "eth_getBlockByNumber",
          params: [`0x${number.toString(16)}`, false],
        } as never)) as { receiptsRoot: Hex };
        for (const index of receipts.keys()) {
          if (index > 20 && index < receipts.length - 20) continue;
          const { root, receipt, nodes } = proveReceipt(receipts, index);
          expect(root).to.equal(block.receiptsRoot);
          expect(provenReceipt(root, index, nodes)).to.equal(receipt);
        }
      }
    }
  });
});
