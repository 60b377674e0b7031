/** The quickstart, from a wallet that nobody knows to a settled session. */
import { expect } from "chai";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

describe("a wallet that nobody knows", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
  });
  after(() => platform?.close());

  it("creates a workspace by a signature", async () => {
    const { status, data, headers } = await ada.createWorkspace();
    expect(status).to.equal(201);
    expect(data.walletAddress).to.equal(ada.address);
    expect(headers.get("x-lx-consistency-token")).to.equal(data.consistencyToken);
  });

  it("signs in, and mints a key", async () => {
    await ada.login();
    ada.apiKey = await ada.mintKey();
    expect(ada.apiKey).to.match(/^lxxn_test_[0-9a-f]{6}_[0-9A-Za-z]{43}$/);
  });

  it("opens a session, which is live, ends, and is settled on chain to the µUSDC", async () => {
    await ada.fund(5_000_000n);
    const id = await ada.session(2);
    const { payload, txHash } = await ada.settlement(id);
    expect(BigInt(payload.toAmount) + BigInt(payload.feeAmount)).to.equal(BigInt(payload.chargeableSeconds) * 1_000n);
    const receipt = await ada.publicClient.getTransactionReceipt({ hash: txHash });
    expect(receipt.status).to.equal("success");
    const { data: wallet } = await ada.call("GET", "/wallet");
    expect(BigInt(wallet.trackedBalance)).to.equal(5_000_000n - BigInt(payload.chargeableSeconds) * 1_000n);
  });

  it("is told by /health that every part is ready", async () => {
    const { status } = await call(platform, "GET", "/health");
    expect(status).to.equal(200);
  });
});
