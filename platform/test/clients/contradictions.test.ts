/** Where the public pages contradict each other, what was decided: a test a line of the table in `docs/platform/api.md`. */

import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { parseEventLogs } from "viem";
import { parseSiweMessage } from "viem/siwe";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

const AT = { lat: 4.71, lng: -74.07 };
const SAMPLE_TOKEN = { "x-lx-consistency-token": "GgYKBENPb1Y=" };

describe("where the public pages contradict each other", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  let bob: Person;
  let eve: Person;

  const ask = (more: Record<string, unknown> = {}, person = ada) =>
    person.call("POST", "/sessions", { body: { ...AT, maxDurationSeconds: 60, ...more } });
  const coded = ({ status, body }: Awaited<ReturnType<typeof ask>>) => [status, body.code, body.detail];

  before(async () => {
    platform = await openPlatform();
    [ada, bob, eve] = await Promise.all([newPerson(platform), newPerson(platform), newPerson(platform)]);
    await ada.signUp();
    await bob.signUp(["SUPPLIER"]);
    await eve.signUp();
    await ada.fund(5_000_000n);
  });
  after(() => platform?.close());

  it("C-03, C-17, C-33: 15 %, by all names of all pages, from NOT_READY to CONFIRMED", async () => {
    const { data: made } = await ask();
    const early = await ada.call("GET", `/settlements/${made.id}`);
    expect(early.data).to.deep.equal({ sessionId: made.id, state: "NOT_READY" });
    await ada.call("DELETE", `/sessions/${made.id}`);
    const id = await ada.session(1);
    const { payload, txHash, confirmedAt } = await ada.settlement(id);
    const charged = BigInt(payload.chargeableSeconds) * BigInt(payload.ratePerSecond);
    expect(payload.platformFeeBps).to.equal(1_500);
    expect(BigInt(payload.feeAmount)).to.equal((charged * 1_500n) / 10_000n);
    expect(BigInt(payload.toAmount)).to.equal(charged - BigInt(payload.feeAmount));
    expect([payload.toAmountMicroUsdc, payload.feeAmountMicroUsdc, payload.ratePerSecondMicroUsdc]).to.deep.equal([
      payload.toAmount,
      payload.feeAmount,
      payload.ratePerSecond,
    ]);
    expect([payload.consumerWalletAddress, payload.operatorWalletAddress]).to.deep.equal([payload.from, payload.to]);
    expect(payload.sessionIdHash).to.equal(`0x${id.replaceAll("-", "").padStart(64, "0")}`);
    expect([payload.sessionId, typeof txHash, typeof confirmedAt]).to.deep.equal([
      payload.sessionIdHash,
      "string",
      "string",
    ]);
  });

  it("C-01, C-02: the addresses are those of /config, and the contract there takes that USDC", async () => {
    const { data } = await call(platform, "GET", "/config");
    const token = await ada.publicClient.readContract({
      address: data.settlementAddress,
      abi: luxxonSettlementAbi,
      functionName: "usdc",
    });
    expect(token).to.equal(data.usdcAddress);
    expect(await ada.publicClient.getChainId()).to.equal(data.chainId);
  });

  it("C-04, C-05, C-32, C-36: what was settled is what was agreed, from the consumer's pool, at the relayer's gas; the pool is the consumer's own", async () => {
    const { data: made } = await ask();
    await bob.call("POST", `/sessions/${made.id}/accept`);
    await bob.call("POST", `/sessions/${made.id}/start`);
    const before = await ada.publicClient.getBalance({ address: ada.address });
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { data: ended } = await ada.call("POST", `/sessions/${made.id}/end`);
    const { txHash } = await ada.settlement(made.id);
    const { from: sender, logs } = await ada.publicClient.getTransactionReceipt({ hash: txHash });
    const id = `0x${made.id.replaceAll("-", "").padStart(64, "0")}`;
    const settled = parseEventLogs({ abi: luxxonSettlementAbi, logs, eventName: "Settled" });
    const { from, to, ratePerSecond, chargeableSeconds } =
      settled.find(({ args }) => args.sessionId === id)?.args ?? {};
    expect([from, to]).to.deep.equal([ada.address, bob.address]);
    expect([ratePerSecond, chargeableSeconds]).to.deep.equal([
      BigInt(made.ratePerSecondMicroUsdc),
      BigInt(ended.cleanSeconds),
    ]);
    expect(sender).to.not.be.oneOf([ada.address, bob.address].map((address) => address.toLowerCase()));
    expect(await ada.publicClient.getBalance({ address: ada.address })).to.equal(before);
    // Nobody is asked for it, and nobody can keep it back.
    expect((await ada.withdraw(1n)).status).to.equal("success");
  });

  it("C-06: a session needs no signature, and there is nowhere to give one", async () => {
    const { data } = await ask();
    expect(data.authorized).to.equal(false);
    expect(data).to.not.have.property("authorization");
    expect((await ada.call("POST", `/sessions/${data.id}/authorize`, { body: {} })).status).to.equal(404);
    await ada.call("DELETE", `/sessions/${data.id}`);
  });

  it("C-07, C-23: /api/v1 is there once: in the document's paths, and at the end of a client's base URL", async () => {
    const document = await (await fetch(`${platform.api}/docs-json`)).json();
    const [{ url }] = document.servers;
    expect(Object.keys(document.paths).every((path) => path.startsWith("/api/v1/"))).to.equal(true);
    expect(`${url}/api/v1`).to.equal(platform.api);
    expect((await fetch(`${url}/api/v1/api/v1/config`)).status).to.equal(404);
  });

  it("C-08: a workspace is created by its signature, without any other credential", async () => {
    const cy = await newPerson(platform);
    expect((await cy.createWorkspace(["CONSUMER"])).status).to.equal(201);
  });

  it("C-10, C-11: what is selected and listed has the names of both pages", async () => {
    const { data } = await ada.byCookie("POST", "/auth/workspace/select", { body: { workspaceId: ada.workspaceId } });
    expect(data).to.deep.equal({ workspaceId: ada.workspaceId, role: "OWNER", walletAddress: ada.address });
    const [row] = (await ada.byCookie("GET", "/workspaces")).data;
    expect([row.id, row.workspaceId, row.workspace.id]).to.deep.equal(Array(3).fill(ada.workspaceId));
    expect([row.role, row.slug, row.walletAddress]).to.deep.equal(["OWNER", row.workspace.slug, ada.address]);
  });

  it("C-13: LIVE keys are for mainnet", async () => {
    const minted = await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, {
      body: { label: "x", environment: "LIVE", scopes: ["sessions:read"] },
    });
    expect(coded(minted)).to.deep.equal([400, "INVALID_INPUT", "environment"]);
  });

  it("C-14: a time to wait is taken as the nearest that there is", async () => {
    for (const [given, taken] of [
      [1, 5],
      [7, 7],
      [99_999, 3_600],
      [undefined, 300],
    ]) {
      const { data } = await ask({ waitTimeoutSeconds: given });
      expect(data.waitTimeoutSeconds).to.equal(taken);
      await ada.call("DELETE", `/sessions/${data.id}`);
    }
  });

  it("C-15, C-18: both sides list and see a session, and nobody else", async () => {
    const { data } = await ask();
    await bob.call("POST", `/sessions/${data.id}/accept`);
    const lists = async (person: Person, side: string) =>
      (await person.call("GET", `/sessions${side}`)).data.some(({ id }: { id: string }) => id === data.id);
    expect([
      await lists(ada, ""),
      await lists(ada, "?side=consumer"),
      await lists(ada, "?side=operator"),
    ]).to.deep.equal([true, true, false]);
    expect([await lists(bob, ""), await lists(bob, "?side=operator"), await lists(eve, "")]).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(coded(await eve.call("GET", `/sessions/${data.id}`))).to.deep.equal([
      403,
      "NOT_AUTHORIZED",
      "session:viewDenied",
    ]);
    await ada.call("DELETE", `/sessions/${data.id}`);
  });

  it("C-16: one that was live and ran out of time is EXPIRED, and settled", async () => {
    const { data } = await ask({ maxDurationSeconds: 1 });
    await ada.call("POST", `/sessions/${data.id}/accept`);
    await ada.call("POST", `/sessions/${data.id}/start`);
    const { payload } = await ada.settlement(data.id);
    expect(payload.chargeableSeconds).to.equal(1);
    expect((await ada.call("GET", `/sessions/${data.id}`)).data).to.include({
      state: "EXPIRED",
      endReason: "MAX_DURATION",
      chargedMicroUsdc: "1000",
    });
  });

  it("C-19, C-20, C-34: start is LIVE and BUSY, twice is once; a picture then alone; what is live is not cancelled", async () => {
    await bob.call("PATCH", `/workspaces/${bob.workspaceId}`, {
      body: { availabilityState: "ONLINE", coverageLat: AT.lat, coverageLng: AT.lng, coverageRadiusMeters: 100 },
    });
    const { data } = await ask();
    const frame = () =>
      fetch(`${platform.api}/sessions/${data.id}/frame`, { headers: { authorization: `Bearer ${ada.apiKey}` } });
    await bob.call("POST", `/sessions/${data.id}/accept`);
    expect((await frame()).status).to.equal(404);
    const started = await bob.call("POST", `/sessions/${data.id}/start`);
    const again = await bob.call("POST", `/sessions/${data.id}/start`);
    expect([started.data.session.state, again.data.whipUrl]).to.deep.equal(["LIVE", started.data.whipUrl]);
    expect((await bob.call("GET", `/workspaces/${bob.workspaceId}`)).data.availabilityState).to.equal("BUSY");
    const picture = await frame();
    expect([picture.status, picture.headers.get("content-type")]).to.deep.equal([200, "image/jpeg"]);
    expect(coded(await ada.call("DELETE", `/sessions/${data.id}`))).to.deep.equal([
      409,
      "INVALID_STATE",
      "session:cancel:LIVE",
    ]);
    await ada.call("POST", `/sessions/${data.id}/end`);
    expect((await frame()).status).to.equal(404);
    expect((await bob.call("GET", `/workspaces/${bob.workspaceId}`)).data.availabilityState).to.equal("ONLINE");

    const assigned = (await ask()).data.id;
    await bob.call("POST", `/sessions/${assigned}/accept`);
    expect((await ada.call("DELETE", `/sessions/${assigned}`)).data.state).to.equal("CANCELLED");
  });

  it("C-21: a session that is LIVE has a picture at once", async () => {
    const { data } = await ask();
    await bob.call("POST", `/sessions/${data.id}/accept`);
    await bob.call("POST", `/sessions/${data.id}/start`);
    const { status, headers } = await ada.call("GET", `/sessions/${data.id}/frame`);
    expect([status, headers.get("content-type")]).to.deep.equal([200, "image/jpeg"]);
    await ada.call("POST", `/sessions/${data.id}/end`);
  });

  it("C-22: an empty pool is NO_CREDIT, one that is too small INSUFFICIENT_CREDIT", async () => {
    expect(coded(await ask({}, eve))).to.deep.equal([400, "NO_CREDIT", "pool"]);
    expect(coded(await ask({ maxDurationSeconds: 86_400 }))).to.deep.equal([400, "INSUFFICIENT_CREDIT", "pool"]);
  });

  it("C-24: a quote is for one session, at its place, of its length, of its workspace, for 30 s", async () => {
    const quote = async () =>
      (await ada.call("GET", `/pricing/quote?lat=${AT.lat}&lng=${AT.lng}&durationSeconds=60`)).data;
    const { quoteId, expiresAt } = await quote();
    expect(new Date(expiresAt).getTime() - Date.now()).to.be.within(25_000, 30_000);
    expect(coded(await ask({ quoteId, lat: AT.lat + 0.001 }))).to.deep.equal([
      400,
      "INVALID_INPUT",
      "pricing:quotePlace",
    ]);
    expect(coded(await ask({ quoteId, maxDurationSeconds: 61 }))).to.deep.equal([
      400,
      "INVALID_INPUT",
      "pricing:quoteDuration",
    ]);
    expect(coded(await ask({ quoteId }, eve))).to.deep.equal([404, "QUOTE_NOT_FOUND", "pricing:quoteNotFound"]);
    // What was refused did not use it up.
    const { data } = await ask({ quoteId, lat: AT.lat + 0.0004 });
    expect(data.state).to.equal("REQUESTED");
    expect(coded(await ask({ quoteId }))).to.deep.equal([409, "CONFLICT", "pricing:quoteAlreadyUsed"]);
    await ada.call("DELETE", `/sessions/${data.id}`);
  });

  it("C-26: heartbeats from elsewhere take nothing off the bill: only silence does", async () => {
    const { data } = await ask();
    await bob.call("POST", `/sessions/${data.id}/accept`);
    await bob.call("POST", `/sessions/${data.id}/start`);
    const far = { lat: -AT.lat, lng: 100, accuracyMeters: 1, sequence: 1, sessionId: data.id };
    expect((await bob.call("POST", `/workspaces/${bob.workspaceId}/location`, { body: far })).status).to.equal(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { data: ended } = await ada.call("POST", `/sessions/${data.id}/end`);
    expect(ended.cleanSeconds).to.equal(1);
  });

  it("C-27: a request waits as long as it says, however short the session is to be", async () => {
    const { data } = await ask({ maxDurationSeconds: 1, waitTimeoutSeconds: 5 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await ada.call("GET", `/sessions/${data.id}`)).data.state).to.equal("REQUESTED");
    for (let state = "REQUESTED"; state === "REQUESTED"; await new Promise((resolve) => setTimeout(resolve, 200)))
      state = (await ada.call("GET", `/sessions/${data.id}`)).data.state;
    const { state, startedAt, chargedMicroUsdc } = (await ada.call("GET", `/sessions/${data.id}`)).data;
    expect([state, startedAt, chargedMicroUsdc]).to.deep.equal(["EXPIRED", null, "0"]);
  });

  it("C-28: the message to sign is EIP-4361 of this platform, for one purpose, once", async () => {
    const { data } = await call(platform, "POST", "/auth/wallet/challenge", { body: { walletAddress: ada.address } });
    const message = parseSiweMessage(data.message);
    const { host } = new URL(platform.api);
    expect([message.domain, message.address, message.nonce, message.version]).to.deep.equal([
      host,
      ada.address,
      data.nonce,
      "1",
    ]);
    expect((message.expirationTime?.getTime() ?? 0) - Date.now()).to.be.within(290_000, 300_000);
    const answer = {
      walletAddress: ada.address,
      nonce: data.nonce,
      signature: await ada.account.signMessage({ message: data.message }),
    };
    const crossed = await call(platform, "POST", "/workspaces", {
      body: { ...answer, slug: `c28-${Date.now()}`, name: "x", roles: ["CONSUMER"] },
    });
    expect(crossed.status).to.equal(401);
    expect((await call(platform, "POST", "/auth/wallet/login", { body: answer })).status).to.equal(401);
  });

  it("C-29: a key is 43 characters after six of the workspace's id; 20 are shown again", async () => {
    const { data } = await ada.byCookie("GET", `/workspaces/${ada.workspaceId}/api-keys`);
    expect(ada.apiKey).to.match(/^lxxn_test_[0-9a-f]{6}_[0-9A-Za-z]{43}$/);
    expect(ada.apiKey.slice(10, 16)).to.equal(ada.workspaceId.slice(0, 6));
    expect(data[0].prefix).to.equal(ada.apiKey.slice(0, 20));
  });

  it("C-30: the consistency header may be absent, or the sample of a page", async () => {
    for (const headers of [{}, SAMPLE_TOKEN] as Record<string, string>[]) {
      expect((await ada.byCookie("GET", `/workspaces/${ada.workspaceId}`, { headers })).status).to.equal(200);
      expect((await ada.byCookie("GET", `/workspaces/${ada.workspaceId}/api-keys`, { headers })).status).to.equal(200);
    }
  });

  it("C-31: trackedBalance is the pool, not the wallet", async () => {
    const { data } = await eve.call("GET", "/wallet");
    await call(platform, "POST", "/faucet", { body: { address: eve.address } });
    expect([data.trackedBalance, (await eve.call("GET", "/wallet")).data.trackedBalance]).to.deep.equal(["0", "0"]);
  });
});
