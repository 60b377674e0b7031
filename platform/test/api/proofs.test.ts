/** Proofs of settlements: the receipt that anybody checks with the block's hash and the published package. */
import { receiptSchema } from "@luxxon/chain/settlement/receiptFile";
import { verifyReceipt } from "@luxxon/contracts-abi/receipt";
import { expect } from "chai";
import { getAddress } from "viem";
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

  it("show the settlement to whoever has the hash of its block from elsewhere", async () => {
    const id = await ada.session(1);
    const { payload, blockHash } = await ada.settlement(id);
    const { status, data } = await ada.call("GET", `/settlements/${id}/proof`);
    expect(status).to.equal(200);
    const { settlement } = platform.parts.contracts;
    const verdict = verifyReceipt(data, { blockHash, settlement });
    if (!verdict.isProven) throw new Error(`${verdict.place}: ${verdict.problem}`);
    expect(verdict.session).to.deep.equal({
      sessionId: payload.sessionIdHash,
      from: getAddress(payload.from),
      to: getAddress(payload.to),
      toAmount: BigInt(payload.toAmount),
      feeAmount: BigInt(payload.feeAmount),
      ratePerSecond: BigInt(payload.ratePerSecond),
      chargeableSeconds: BigInt(payload.chargeableSeconds),
    });
    // The platform's own view of the block is no part of the receipt, and the check says so.
    expect(verdict.doesNotProve.at(-1)).to.equal("Anything of finality: not part of a receipt.");
    const { finality: _, ...receipt } = data;
    expect(receiptSchema.safeParse(receipt).error).to.equal(undefined);
    // The chain of the quickstart proves its state, too.
    expect(verdict.codeHash).to.match(/^0x[0-9a-f]{64}$/);
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
});
