/** Sessions: who may do what in which state, what a pool can promise, and who wins a race. */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import type { Address } from "viem";
import { type Answer, call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

const place = { lat: 4.711, lng: -74.0721 };

describe("a session", function () {
  this.timeout(90_000);
  let platform: TestPlatform;
  /** Consumes. */
  let ada: Person;
  /** Operates. */
  let ben: Person;
  /** Does both, elsewhere. */
  let eve: Person;

  before(async () => {
    platform = await openPlatform();
    [ada, ben, eve] = await Promise.all([newPerson(platform), newPerson(platform), newPerson(platform)]);
    await ada.signUp(["CONSUMER"]);
    await ben.signUp(["SUPPLIER"]);
    await eve.signUp();
    await ada.fund(10_000_000n);
  });
  after(() => platform?.close());

  const create = (change: Record<string, unknown> = {}, who = ada) =>
    who.call("POST", "/sessions", { body: { ...place, maxDurationSeconds: 10, ...change } });
  const act = (who: Person, id: string, op: string) =>
    op === "cancel" ? who.call("DELETE", `/sessions/${id}`) : who.call("POST", `/sessions/${id}/${op}`);
  /** A session in this state. */
  const inState = async (state: string): Promise<string> => {
    const { data } = await create();
    const steps: Record<string, [Person, string][]> = {
      REQUESTED: [],
      ASSIGNED: [[ben, "accept"]],
      LIVE: [
        [ben, "accept"],
        [ben, "start"],
      ],
      ENDED: [
        [ben, "accept"],
        [ben, "start"],
        [ada, "end"],
      ],
      CANCELLED: [[ada, "cancel"]],
    };
    for (const [who, op] of steps[state] ?? []) expect((await act(who, data.id, op)).status).to.equal(200);
    return data.id;
  };

  describe("in a state where a move is none", () => {
    const legal: Record<string, string[]> = {
      REQUESTED: ["accept", "cancel"],
      ASSIGNED: ["start", "cancel"],
      LIVE: ["start", "end"],
      ENDED: [],
      CANCELLED: [],
    };
    for (const [state, moves] of Object.entries(legal))
      it(`${state}: 409 says which state it is`, async () => {
        const id = await inState(state);
        for (const op of ["accept", "start", "end", "cancel"].filter((it) => !moves.includes(it))) {
          const who = op === "cancel" || op === "end" ? ada : ben;
          const answer = await act(who, id, op);
          // Without an operator nobody is its operator.
          if (op === "start" && (state === "REQUESTED" || state === "CANCELLED"))
            expectRefusal(answer, 403, "NOT_AUTHORIZED", "session:viewDenied");
          else expectRefusal(answer, 409, "INVALID_STATE", `session:${op}:${state}`);
        }
        if (state === "LIVE") await act(ada, id, "end");
      });
    it("its own consumer that operates too is told the state", async () => {
      await eve.fund(1_000_000n);
      const { data } = await create({}, eve);
      expectRefusal(await act(eve, data.id, "start"), 409, "INVALID_STATE", "session:start:REQUESTED");
      await act(eve, data.id, "cancel");
    });
  });

  it("of others is nobody else's to see or move", async () => {
    const id = await inState("LIVE");
    for (const op of ["start", "end", "cancel"])
      expectRefusal(await act(eve, id, op), 403, "NOT_AUTHORIZED", "session:viewDenied");
    for (const path of [
      `/sessions/${id}`,
      `/sessions/${id}/frame`,
      `/sessions/${id}/viewer-token`,
      `/settlements/${id}`,
    ])
      expectRefusal(await eve.call("GET", path), 403, "NOT_AUTHORIZED", "session:viewDenied");
    for (const who of [ada, ben]) expect((await who.call("GET", `/sessions/${id}`)).status).to.equal(200);
    expectRefusal(await act(ada, id, "start"), 403, "NOT_OPERATOR", "session:notSupplier");
    expectRefusal(await act(ben, id, "cancel"), 403, "NOT_AUTHORIZED", "session:cancelDenied");
    expect((await act(ben, id, "end")).data.endReason).to.equal("OPERATOR");
    expectRefusal(await create({}, ben), 403, "NOT_AUTHORIZED", "session:notConsumer");
    expectRefusal(await create({ workspaceId: eve.workspaceId }), 403, "NOT_AUTHORIZED", "session:workspaceMismatch");
    expectRefusal(await act(ada, "00000000-0000-8000-8000-000000000000", "end"), 404, "SESSION_NOT_FOUND");
  });

  it("that is started twice is started once", async () => {
    const id = await inState("ASSIGNED");
    const [first, second] = [await act(ben, id, "start"), await act(ben, id, "start")];
    expect(second.data.session).to.deep.equal(first.data.session);
    expect([second.data.whipUrl, second.data.whepUrl]).to.deep.equal([first.data.whipUrl, first.data.whepUrl]);
    await act(ada, id, "end");
  });

  it("shows where to publish to its operator alone", async () => {
    const id = await inState("LIVE");
    expect((await ada.call("GET", `/sessions/${id}`)).data)
      .to.have.property("whepUrl")
      .and.not.property("whipUrl");
    expect((await ben.call("GET", `/sessions/${id}`)).data).to.include.keys("whepUrl", "whipUrl");
    await act(ada, id, "end");
  });

  it("has a picture while it is LIVE, and none before or after", async () => {
    const id = await inState("ASSIGNED");
    const frame = () => ada.call("GET", `/sessions/${id}/frame`);
    expectRefusal(await frame(), 404, "FRAME_NOT_AVAILABLE");
    await act(ben, id, "start");
    const live = await frame();
    expect(live.status).to.equal(200);
    expect(live.headers.get("content-type")).to.equal("image/jpeg");
    expect(live.headers.get("cache-control")).to.equal("no-store");
    await act(ada, id, "end");
    expectRefusal(await frame(), 404, "FRAME_NOT_AVAILABLE");
  });

  it("of zero seconds costs nothing, and is settled without a transaction", async () => {
    const id = await inState("ENDED");
    const { data } = await ada.call("GET", `/settlements/${id}`);
    expect(data.state).to.equal("CONFIRMED");
    expect([data.payload.toAmount, data.payload.feeAmount, data.txHash]).to.deep.equal(["0", "0", undefined]);
    const cancelled = await inState("CANCELLED");
    expect((await ada.call("GET", `/settlements/${cancelled}`)).data).to.deep.equal({
      sessionId: cancelled,
      state: "NOT_READY",
    });
  });

  it("takes the wait time out of range for the nearest", async () => {
    for (const [asked, taken] of [
      [1, 5],
      [-7, 5],
      [0, 5],
      [6.9, 6],
      [3_601, 3_600],
      [1e300, 3_600],
      [undefined, 300],
    ]) {
      const { data } = await create({ waitTimeoutSeconds: asked });
      expect(data.waitTimeoutSeconds).to.equal(taken);
      await act(ada, data.id, "cancel");
    }
  });

  it("that nobody takes in time expires, and that is LIVE for too long expires and is settled (C-16)", async () => {
    const waiting = (await create({ waitTimeoutSeconds: 5 })).data.id;
    const live = (await create({ maxDurationSeconds: 2 })).data.id;
    await act(ben, live, "accept");
    await act(ben, live, "start");
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    const over = (await ada.call("GET", `/sessions/${live}`)).data;
    expect([over.state, over.cleanSeconds, over.chargedMicroUsdc]).to.deep.equal(["EXPIRED", 2, "2000"]);
    expectRefusal(await act(ada, live, "end"), 409, "INVALID_STATE", "session:end:EXPIRED");
    await ada.settlement(live);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect((await ada.call("GET", `/sessions/${waiting}`)).data.state).to.equal("EXPIRED");
    expectRefusal(await act(ben, waiting, "accept"), 409, "INVALID_STATE", "session:accept:EXPIRED");
  });

  describe("in a race", () => {
    const race = async (id: string, ...moves: [Person, string][]) => {
      const answers = await Promise.all(moves.map(([who, op]) => act(who, id, op)));
      for (const { status } of answers) expect(status).to.be.oneOf([200, 409]);
      return answers.filter(({ status }) => status === 200).length;
    };
    it("is accepted once", async () => {
      const id = await inState("REQUESTED");
      expect(
        await race(id, ...Array.from({ length: 10 }, (_, i) => [i % 2 ? ben : eve, "accept"] as [Person, string])),
      ).to.equal(1);
      await act(ada, id, "cancel");
    });
    it("R13: is ended once, and one of them is told that it was the one", async () => {
      const id = await inState("LIVE");
      expect(await race(id, [ada, "end"], [ben, "end"], [ada, "end"], [ben, "end"])).to.equal(1);
    });
    it("is cancelled or started, and never both", async () => {
      for (let i = 0; i < 5; i++) {
        const id = await inState("ASSIGNED");
        expect(await race(id, [ada, "cancel"], [ben, "start"])).to.equal(1);
        await act(ada, id, "end");
      }
    });
    it("is ended or expires, and is charged once for no more than its maximum", async () => {
      const { data } = await create({ maxDurationSeconds: 1 });
      await act(ben, data.id, "accept");
      await act(ben, data.id, "start");
      await new Promise((resolve) => setTimeout(resolve, 950));
      await Promise.all([act(ada, data.id, "end"), act(ben, data.id, "end"), act(ada, data.id, "end")]);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      const over = (await ada.call("GET", `/sessions/${data.id}`)).data;
      expect(over.state).to.be.oneOf(["ENDED", "EXPIRED"]);
      expect(over.cleanSeconds).to.be.at.most(1);
    });
  });

  describe("is promised from the pool", () => {
    it("or refused: NO_CREDIT of an empty one, INSUFFICIENT_CREDIT of one that is too small", async () => {
      const dan = await newPerson(platform);
      await dan.signUp(["CONSUMER"]);
      expectRefusal(await create({}, dan), 400, "NO_CREDIT");
      await dan.fund(5_000n);
      expectRefusal(await create({}, dan), 400, "INSUFFICIENT_CREDIT");
      const { data } = await create({ maxDurationSeconds: 5 }, dan);
      expectRefusal(await create({ maxDurationSeconds: 1 }, dan), 400, "INSUFFICIENT_CREDIT");
      await act(dan, data.id, "cancel");
      expect((await create({ maxDurationSeconds: 1 }, dan)).status).to.equal(201);
    });
    it("10 times of 50 at once where it covers 10, over both workspaces of its wallet", async () => {
      const dan = await newPerson(platform);
      await dan.signUp(["CONSUMER"]);
      const firstKey = dan.apiKey;
      await dan.signUp(["CONSUMER"]);
      await dan.fund(100_000n);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          dan.call("POST", "/sessions", {
            body: { ...place, maxDurationSeconds: 10 },
            ...(i % 2 ? { headers: { authorization: `Bearer ${firstKey}` } } : {}),
          }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).to.have.length(10);
      for (const answer of answers) if (answer.status !== 201) expectRefusal(answer, 400, "INSUFFICIENT_CREDIT");
    });
    it("and guaranteed if the pool is held on chain for long enough", async () => {
      const settlement = platform.parts.contracts.settlement as Address;
      expect((await create()).data.guaranteed).to.equal(false);
      const until = BigInt(Math.floor(Date.now() / 1_000) + 80_000);
      const dan = await newPerson(platform);
      await dan.signUp(["CONSUMER"]);
      await dan.fund(1_000_000n);
      const own = { address: settlement, abi: luxxonSettlementAbi };
      // Without a limit of its own a wallet may not hold.
      await dan.send({ ...own, functionName: "setDailyLimit", args: [1_000_000n] });
      await dan.send({ ...own, functionName: "hold", args: [until] });
      expect((await create({}, dan)).data.guaranteed).to.equal(true);
    });
    it("with a hold alone above what the platform is set to", async () => {
      const other = await openPlatform({ HOLD_REQUIRED_ABOVE: "10000" });
      try {
        const dan = await newPerson(other);
        await dan.signUp(["CONSUMER"]);
        await dan.fund(1_000_000n);
        expect((await create({ maxDurationSeconds: 10 }, dan)).status).to.equal(201);
        expectRefusal(await create({ maxDurationSeconds: 11 }, dan), 409, "HOLD_REQUIRED", "session:holdRequired");
      } finally {
        await other.close();
      }
    });
  });

  describe("at a quoted price", () => {
    const quote = async (change = "") =>
      (await ada.call("GET", `/pricing/quote?lat=${place.lat}&lng=${place.lng}&durationSeconds=10${change}`)).data;
    it("is opened once, near the place, for no longer", async () => {
      const { quoteId, ratePerSecondMicroUsdc, estimatedTotalMicroUsdc } = await quote();
      expect([ratePerSecondMicroUsdc, estimatedTotalMicroUsdc]).to.deep.equal(["1000", "10000"]);
      expectRefusal(await create({ quoteId, lat: 4.72 }), 400, "INVALID_INPUT", "pricing:quotePlace");
      expectRefusal(await create({ quoteId, maxDurationSeconds: 11 }), 400, "INVALID_INPUT", "pricing:quoteDuration");
      expect((await create({ quoteId, lat: place.lat + 0.0003 })).status).to.equal(201);
      expectRefusal(await create({ quoteId }), 409, "CONFLICT", "pricing:quoteAlreadyUsed");
    });
    it("once of many at the same time", async () => {
      const { quoteId } = await quote();
      const answers = await Promise.all(Array.from({ length: 8 }, () => create({ quoteId })));
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    });
    it("of its own workspace, that is there", async () => {
      const { quoteId } = await quote();
      expectRefusal(await create({ quoteId }, eve), 404, "QUOTE_NOT_FOUND");
      expectRefusal(await create({ quoteId: ada.workspaceId }), 404, "QUOTE_NOT_FOUND");
    });
  });

  it("is found by the caller's own reference, which is unique in the workspace (R44)", async () => {
    const reference = "order 7/ä";
    const { data } = await create({ reference });
    expectRefusal(await create({ reference }), 409, "CONFLICT", "session:referenceUsed");
    const found = await ada.call("GET", `/sessions?reference=${encodeURIComponent(reference)}`);
    expect(found.data.map(({ id }: { id: string }) => id)).to.deep.equal([data.id]);
    expect((await ben.call("GET", `/sessions?reference=${encodeURIComponent(reference)}`)).data).to.deep.equal([]);
    await act(ben, data.id, "accept");
    expect((await ben.call("GET", `/sessions/${data.id}`)).data.reference).to.equal(null);
  });

  it("is in pages that new ones do not shift (R46)", async () => {
    const made = new Set<string>();
    for (let i = 0; i < 10; i++) made.add((await create({ maxDurationSeconds: 1 })).data.id);
    const all = (await ada.call("GET", "/sessions")).data.map(({ id }: { id: string }) => id) as string[];
    const seen: string[] = [];
    let path: string | undefined = "/sessions?limit=7";
    while (path !== undefined) {
      const page: Answer<{ id: string }[]> = await ada.call("GET", path);
      seen.push(...page.data.map(({ id }) => id));
      if (seen.length === 7) await create({ maxDurationSeconds: 1 });
      path = /^<(.*)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1]?.slice(platform.api.length);
    }
    expect(seen).to.deep.equal(all);
  });
});

describe("a key", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(() => platform?.close());

  it("that lacks a scope is told which ones would do", async () => {
    const key = await ada.mintKey(["wallet:read"]);
    const headers = { authorization: `Bearer ${key}` };
    const id = "00000000-0000-8000-8000-000000000000";
    for (const [method, path, scopes] of [
      ["GET", "/sessions", "sessions:read"],
      ["DELETE", `/sessions/${id}`, "sessions:create"],
      ["POST", `/sessions/${id}/accept`, "sessions:operate"],
      ["POST", `/sessions/${id}/end`, "sessions:operate | sessions:create"],
      ["GET", "/pricing/quote?lat=1&lng=1&durationSeconds=1", "pricing:read"],
    ] as const) {
      const answer = await ada.call(method, path, { headers });
      expectRefusal(answer, 403, "INSUFFICIENT_SCOPE");
      expect(answer.body.message).to.equal(`API key missing required scope: ${scopes}`);
    }
    expect((await ada.call("GET", "/wallet", { headers })).status).to.equal(200);
  });
  it("is none: misspelt, unknown, or in another scheme", async () => {
    const me = (authorization: string) => ada.call("GET", "/me", { headers: { authorization } });
    const last = ada.apiKey.at(-1) === "0" ? "1" : "0";
    for (const bad of [
      "",
      "Bearer",
      "Bearer ",
      "Bearer x",
      `Bearer ${ada.apiKey.slice(0, -1)}${last}`,
      "Basic YTpi",
      `Bearer ${ada.apiKey} x`,
    ])
      expectRefusal(await me(bad), 401, "NOT_AUTHENTICATED");
    expect((await ada.call("GET", "/config", { headers: { authorization: "Bearer nonsense" } })).status).to.equal(200);
    expect((await me(`bearer ${ada.apiKey}`)).status).to.equal(200);
  });
  it("of another workspace opens nothing here, and keys manage no keys", async () => {
    const ben = await newPerson(platform);
    await ben.signUp();
    const id = ada.workspaceId;
    expectRefusal(await ben.call("GET", `/workspaces/${id}`), 403, "NOT_AUTHORIZED", "workspace:mismatch");
    expectRefusal(await ben.call("PATCH", `/workspaces/${id}`, { body: { name: "x" } }), 403, "NOT_AUTHORIZED");
    expectRefusal(
      await ben.call("GET", `/wallet?workspaceId=${id}`),
      403,
      "NOT_AUTHORIZED",
      "session:workspaceMismatch",
    );
    expectRefusal(await ada.call("GET", `/workspaces/${id}/api-keys`), 403, "NOT_AUTHORIZED", "apiKey:notAllowed");
    expectRefusal(
      await ben.byCookie("GET", `/workspaces/${id}/api-keys`),
      403,
      "NOT_AUTHORIZED",
      "workspace:viewDenied",
    );
  });
  it("that is revoked goes on for 60 s, or stops at the next call, in every process (R49)", async () => {
    const [slow, fast] = [await ada.mintKey(), await ada.mintKey()];
    const list = (await ada.byCookie("GET", `/workspaces/${ada.workspaceId}/api-keys`)).data as {
      id: string;
      prefix: string;
    }[];
    const revoke = (key: string, body?: unknown) => {
      const { id } = list.find(({ prefix }) => key.startsWith(prefix)) as { id: string };
      return ada.byCookie(
        "POST",
        `/workspaces/${ada.workspaceId}/api-keys/${id}/revoke`,
        body === undefined ? {} : { body },
      );
    };
    const use = (key: string) => ada.call("GET", "/me", { headers: { authorization: `Bearer ${key}` } });
    const { data } = await revoke(slow);
    expect(Date.parse(data.gracePeriodEnd) - Date.parse(data.revokedAt)).to.equal(60_000);
    expect((await use(slow)).status).to.equal(200);
    expect((await revoke(slow)).data.revokedAt).to.equal(data.revokedAt);
    const other = await openPlatform({ DATABASE_URL: platform.env.DATABASE_URL as string });
    const useThere = () => call(other, "GET", "/me", { headers: { authorization: `Bearer ${fast}` } });
    expect((await useThere()).status).to.equal(200);
    await revoke(fast, { immediate: true });
    expectRefusal(await use(fast), 401, "REVOKED_API_KEY");
    expectRefusal(await useThere(), 401, "REVOKED_API_KEY");
    await other.close();
    await revoke(slow, { immediate: true });
    expectRefusal(await use(slow), 401, "REVOKED_API_KEY");
  });
  it("LIVE is not minted before there is a LIVE chain (C-13)", async () => {
    const answer = await ada.byCookie("POST", `/workspaces/${ada.workspaceId}/api-keys`, {
      body: { label: "x", environment: "LIVE", scopes: ["wallet:read"] },
    });
    expectRefusal(answer, 400, "INVALID_INPUT", "environment");
  });
});
