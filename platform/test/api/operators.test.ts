/** Operators: found by place, given sessions in turn, measured by their heartbeats and by what the video backend says. */
import { expect } from "chai";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { metersBetween } from "../../src/pricing/quotes.ts";
import { openStaleWindows } from "../../src/sessions/windows.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

const BOGOTA = { lat: 4.711, lng: -74.0721 };
const VIDEO = { VIDEO_EVENTS_TOKEN: "path-secret", VIDEO_EVENTS_SECRET: "old-header-secret,header-secret" };

describe("operators", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;
  let bob: Person;
  let eve: Person;

  const ask = async (more: Record<string, unknown> = {}) => {
    const made = await ada.call("POST", "/sessions", { body: { ...BOGOTA, maxDurationSeconds: 60, ...more } });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    return made.data.id as string;
  };
  const online = async (person: Person, at = BOGOTA, coverageRadiusMeters = 2_000) => {
    const { status } = await person.call("PATCH", `/workspaces/${person.workspaceId}`, {
      body: {
        availabilityState: "ONLINE",
        coverageLat: at.lat,
        coverageLng: at.lng,
        coverageRadiusMeters,
        deviceKind: "PHONE",
      },
    });
    expect(status).to.equal(200);
  };
  const offline = (person: Person) =>
    person.call("PATCH", `/workspaces/${person.workspaceId}`, { body: { availabilityState: "OFFLINE" } });
  const stateOf = async (person: Person) =>
    (await person.call("GET", `/workspaces/${person.workspaceId}`)).data.availabilityState;
  const live = async (operator: Person) => {
    const id = await ask();
    await operator.call("POST", `/sessions/${id}/accept`);
    const started = await operator.call("POST", `/sessions/${id}/start`);
    expect(started.data.state).to.equal("LIVE");
    return { id, ref: started.data.videoBackendRef as string };
  };
  const windowsOf = (id: string) =>
    db.rows<{ reason: string; openedAt: Date; closedAt: Date | null }>`
      select reason, opened_at, closed_at from disconnect_windows where session_id = ${id} order by opened_at`;

  before(async () => {
    platform = await openPlatform(VIDEO);
    db = openDatabase(platform.env.DATABASE_URL ?? "");
    [ada, bob, eve] = await Promise.all([newPerson(platform), newPerson(platform), newPerson(platform)]);
    await ada.signUp(["CONSUMER"]);
    await bob.signUp(["SUPPLIER"]);
    await eve.signUp(["SUPPLIER"]);
    await ada.fund(9_000_000n);
  });
  after(async () => {
    await db?.close();
    await platform?.close();
  });

  describe("are dispatched", () => {
    it("by nobody: NO_COVERAGE, and the session waits on", async () => {
      const id = await ask();
      const { status, body, headers } = await ada.call("POST", `/sessions/${id}/dispatch`);
      expect([status, body.code, body.retryable]).to.deep.equal([503, "NO_COVERAGE", true]);
      expect(Number(headers.get("retry-after"))).to.be.greaterThan(0);
      expect((await ada.call("GET", `/sessions/${id}`)).data.state).to.equal("REQUESTED");
      await ada.call("DELETE", `/sessions/${id}`);
    });

    it("the longest idle first, each once, and then UNAVAILABLE (C-09)", async () => {
      await online(bob);
      await online(eve);
      const ids = [await ask(), await ask(), await ask()];
      const first = await ada.call("POST", `/sessions/${ids[0]}/dispatch`);
      expect([first.status, first.data.state, first.data.operatorWorkspaceId]).to.deep.equal([
        200,
        "ASSIGNED",
        bob.workspaceId,
      ]);
      expect(await stateOf(bob)).to.equal("BUSY");
      const again = await ada.call("POST", `/sessions/${ids[0]}/dispatch`);
      expect([again.status, again.data.operatorWorkspaceId]).to.deep.equal([200, bob.workspaceId]);
      const second = await ada.call("POST", `/sessions/${ids[1]}/dispatch`);
      expect(second.data.operatorWorkspaceId).to.equal(eve.workspaceId);
      const third = await ada.call("POST", `/sessions/${ids[2]}/dispatch`);
      expect([third.status, third.body.code]).to.deep.equal([503, "UNAVAILABLE"]);

      for (const id of ids) await ada.call("DELETE", `/sessions/${id}`);
      expect([await stateOf(bob), await stateOf(eve)]).to.deep.equal(["ONLINE", "ONLINE"]);
    });

    it("never twice, however many ask at once", async () => {
      const ids = await Promise.all(Array.from({ length: 6 }, () => ask()));
      const answers = await Promise.all(ids.map((id) => ada.call("POST", `/sessions/${id}/dispatch`)));
      const taken = answers.filter(({ status }) => status === 200).map(({ data }) => data.operatorWorkspaceId);
      expect(taken.sort()).to.deep.equal([bob.workspaceId, eve.workspaceId].sort());
      expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.code))).to.deep.equal(
        new Set(["UNAVAILABLE"]),
      );
      for (const id of ids) await ada.call("DELETE", `/sessions/${id}`);
    });

    it("by the consumer alone, and from REQUESTED alone", async () => {
      const id = await ask();
      const others = await bob.call("POST", `/sessions/${id}/dispatch`);
      expect([others.status, others.body.detail]).to.deep.equal([403, "session:dispatchDenied"]);
      await ada.call("DELETE", `/sessions/${id}`);
      const late = await ada.call("POST", `/sessions/${id}/dispatch`);
      expect([late.status, late.body.detail]).to.deep.equal([409, "session:dispatch:CANCELLED"]);
    });

    it("and stay busy while they have another session", async () => {
      await offline(eve);
      const second = await ask();
      await bob.call("POST", `/sessions/${second}/accept`);
      const { id: first } = await live(bob);
      await ada.call("POST", `/sessions/${first}/end`);
      expect(await stateOf(bob)).to.equal("BUSY");
      await ada.call("DELETE", `/sessions/${second}`);
      expect(await stateOf(bob)).to.equal("ONLINE");
    });

    it("until they fall silent: 25 s after their last heartbeat they are nowhere, and back with the next", async () => {
      await online(bob);
      const circles = async () => (await ada.call("GET", "/coverage")).data.length;
      const id = await ask();
      const dispatch = () => ada.call("POST", `/sessions/${id}/dispatch`);
      // Who never sent any is not measured by them.
      const before = await circles();
      const beat = (sequence: number) =>
        bob.call("POST", `/workspaces/${bob.workspaceId}/location`, { body: { ...BOGOTA, sequence } });
      expect((await beat(1)).status).to.equal(200);
      expect(await circles()).to.equal(before);
      await db.rows`update workspaces set heard_at = now() - interval '26 seconds' where id = ${bob.workspaceId}`;
      expect(await circles()).to.equal(before - 1);
      expect((await dispatch()).body.code).to.equal("NO_COVERAGE");
      await beat(2);
      expect(await circles()).to.equal(before);
      expect((await dispatch()).data.operatorWorkspaceId).to.equal(bob.workspaceId);
      await db.rows`update workspaces set heartbeat_sequence = null where id = ${bob.workspaceId}`;
      await ada.call("DELETE", `/sessions/${id}`);
    });

    it("or take a session themselves: in their circle, and not while they are busy", async () => {
      await online(bob, BOGOTA, 100);
      const far = await ask({ lat: BOGOTA.lat + 0.01 });
      const outside = await bob.call("POST", `/sessions/${far}/accept`);
      expect([outside.status, outside.body.code, outside.body.detail]).to.deep.equal([
        400,
        "OUTSIDE_COVERAGE",
        "session:accept:outsideCoverage",
      ]);
      expect(outside.body.message).to.match(/1112 m .* 100 m/);
      const { id } = await live(bob);
      const next = await ask();
      const busy = await bob.call("POST", `/sessions/${next}/accept`);
      expect([busy.status, busy.body.code, busy.body.detail]).to.deep.equal([
        409,
        "INVALID_STATE",
        "session:accept:operatorBusy",
      ]);
      await ada.call("POST", `/sessions/${id}/end`);
      expect((await bob.call("POST", `/sessions/${next}/accept`)).data.state).to.equal("ASSIGNED");
      for (const one of [far, next]) await ada.call("DELETE", `/sessions/${one}`);
      expect((await bob.call("POST", `/sessions/${far}/accept`)).body.detail).to.equal("session:accept:CANCELLED");
      await offline(bob);
      await online(bob);
    });

    it("in their circle alone, across the date line too", async () => {
      await offline(bob);
      await online(eve, { lat: 0, lng: 179.999 }, 1_000);
      const near = await ask({ lat: 0, lng: -179.999 });
      expect((await ada.call("POST", `/sessions/${near}/dispatch`)).data.operatorWorkspaceId).to.equal(eve.workspaceId);
      await ada.call("DELETE", `/sessions/${near}`);
      const far = await ask({ lat: 0.02, lng: 179.999 });
      expect((await ada.call("POST", `/sessions/${far}/dispatch`)).body.code).to.equal("NO_COVERAGE");
      await ada.call("DELETE", `/sessions/${far}`);
    });

    it("whoever says that their place is next to nothing off the equator: that stops nobody", async () => {
      await online(bob, { lat: 5e-324, lng: -1e-200 });
      expect((await ada.call("POST", `/sessions/${await ask()}/dispatch`)).body.code).to.equal("NO_COVERAGE");
      const id = await ask({ lat: 0, lng: 1e-300 });
      const { data } = await ada.call("POST", `/sessions/${id}/dispatch`);
      expect(data.operatorWorkspaceId).to.equal(bob.workspaceId);
      await ada.call("DELETE", `/sessions/${id}`);
      await offline(bob);
    });

    it("by distances that SQL and TypeScript agree on", async () => {
      for (const [a, b] of [
        [BOGOTA, { lat: 40.4168, lng: -3.7038 }],
        [
          { lat: 90, lng: 0 },
          { lat: -90, lng: 12 },
        ],
        [BOGOTA, BOGOTA],
      ] as const) {
        const row = await db.row<{ m: number }>`
          select meters_between(${a.lat}, ${a.lng}, ${b.lat}, ${b.lng}) as m`;
        expect(row?.m).to.be.closeTo(metersBetween(a, b), 0.01);
      }
    });
  });

  describe("in public", () => {
    it("are circles without names", async () => {
      await online(bob);
      await online(eve, { lat: 10, lng: 20 }, 50);
      const { status, data } = await call(platform, "GET", "/coverage", { headers: { authorization: "Bearer bad" } });
      expect(status).to.equal(200);
      expect(data).to.deep.include({ ...BOGOTA, radiusMeters: 2_000, deviceKind: "PHONE" });
      expect(Object.keys(data[0]).sort()).to.deep.equal(["deviceKind", "lat", "lng", "radiusMeters"]);
      await offline(eve);
      expect((await call(platform, "GET", "/coverage")).data).to.have.length(1);
    });

    it("what was asked for is cells of 5 km", async () => {
      const { status, data } = await call(platform, "GET", "/demand");
      expect(status).to.equal(200);
      const [most] = data;
      expect(Object.keys(most).sort()).to.deep.equal(["avgMaxPriceMicroUsdc", "lat", "lng", "requests", "unmet"]);
      expect(metersBetween(most, BOGOTA)).to.be.lessThan(3_600);
      expect([most.requests >= 8, most.unmet >= 4, most.avgMaxPriceMicroUsdc]).to.deep.equal([true, true, 60_000]);
    });
  });

  describe("change their workspace", () => {
    it("to ONLINE with a whole circle alone", async () => {
      const cy = await newPerson(platform);
      await cy.signUp(["SUPPLIER"]);
      const path = `/workspaces/${cy.workspaceId}`;
      const early = await cy.call("PATCH", path, { body: { availabilityState: "ONLINE", coverageLat: 1 } });
      expect([early.status, early.body.code]).to.deep.equal([409, "INVALID_STATE"]);
      await online(cy, { lat: -33, lng: 151 });
      const holed = await cy.call("PATCH", path, { body: { coverageLng: null } });
      expect([holed.status, holed.body.code]).to.deep.equal([409, "INVALID_STATE"]);
      const busy = await cy.call("PATCH", path, { body: { availabilityState: "BUSY" } });
      expect([busy.status, busy.body.detail]).to.deep.equal([400, "availabilityState"]);
      const named = await cy.call("PATCH", path, { body: { name: "  Cy  " } });
      expect(named.data.name).to.equal("Cy");
      await offline(cy);
    });

    it("but not what a consumer has not", async () => {
      const path = `/workspaces/${ada.workspaceId}`;
      const { status, body } = await ada.call("PATCH", path, { body: { deviceKind: "DRONE" } });
      expect([status, body.detail]).to.deep.equal([403, "workspace:notSupplier"]);
      expect((await ada.call("PATCH", path, { body: { name: "Ada" } })).status).to.equal(200);
    });
  });

  describe("that were heard of", () => {
    const beat = (sequence: number, sessionId?: string, person = bob) =>
      person.call("POST", `/workspaces/${person.workspaceId}/location`, {
        body: { ...BOGOTA, accuracyMeters: 5, sequence, sessionId },
      });
    const later = (seconds: number) => ({ clock: { now: () => new Date(Date.now() + seconds * 1_000) } });

    it("are away 25 s after their last heartbeat for the session, until the next one (C-12)", async () => {
      const { id } = await live(bob);
      expect((await beat(1, id)).status).to.equal(200);
      await openStaleWindows({ db, ...later(24) });
      expect(await windowsOf(id)).to.have.length(0);
      await openStaleWindows({ db, ...later(26) });
      await openStaleWindows({ db, ...later(40) });
      const [open, ...more] = await windowsOf(id);
      expect([open?.reason, open?.closedAt, more.length]).to.deep.equal(["STALE_TELEMETRY", null, 0]);
      expect((open?.openedAt.getTime() ?? 0) - Date.now()).to.be.within(20_000, 25_000);
      await beat(2, id);
      expect((await windowsOf(id))[0]?.closedAt).to.be.instanceOf(Date);
      await ada.call("POST", `/sessions/${id}/end`);
    });

    it("are not missed if they never sent one for this session", async () => {
      const { id } = await live(bob);
      await beat(3);
      await openStaleWindows({ db, ...later(100) });
      expect(await windowsOf(id)).to.have.length(0);
      await ada.call("POST", `/sessions/${id}/end`);
    });

    it("send a larger sequence each time, for their own sessions", async () => {
      const { id } = await live(bob);
      expect((await beat(3)).body.code).to.equal("CONFLICT");
      const others = await beat(1, id, eve);
      expect([others.status, others.body.detail]).to.deep.equal([403, "heartbeat:sessionId"]);
      await ada.call("POST", `/sessions/${id}/end`);
    });
  });

  describe("that are seen by the video backend", () => {
    const tell = (
      ref: string,
      kind: string,
      at: Date | undefined,
      { token = "path-secret", secret = "header-secret" } = {},
    ) =>
      call(platform, "POST", `/video/events/${token}`, {
        headers: { "cf-webhook-auth": secret },
        body: {
          name: "Live Webhook",
          text: "Notification type: Stream Live Input",
          data: {
            notification_name: "Stream Live Input",
            input_id: ref,
            event_type: `live_input.${kind}`,
            updated_at: at?.toISOString(),
          },
          ts: Math.floor(Date.now() / 1_000),
        },
      });

    it("are away between disconnected and connected, in whatever order it is told, and told twice: not charged (C-25)", async () => {
      const { id, ref } = await live(bob);
      const [t0, t1, t2] = [0, 100, 200].map((ms) => new Date(Date.now() - 1_000 + ms)) as [Date, Date, Date];
      expect((await tell(ref, "connected", t1)).status).to.equal(202);
      expect((await tell(ref, "disconnected", t0)).data).to.deep.equal({ accepted: true, matched: true });
      await tell(ref, "disconnected", t0);
      expect(await windowsOf(id)).to.deep.equal([{ reason: "NETWORK_ERROR", openedAt: t0, closedAt: t1 }]);
      await tell(ref, "errored", t2, { secret: "old-header-secret" });
      expect((await windowsOf(id))[1]).to.deep.equal({ reason: "NETWORK_ERROR", openedAt: t2, closedAt: null });
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const ended = await ada.call("POST", `/sessions/${id}/end`);
      // It was away from before its start to its end, but for 100 ms (C-25).
      expect(ended.data.cleanSeconds).to.equal(0);
      const { data } = await ada.call("GET", `/settlements/${id}`);
      expect([data.state, data.payload.toAmount]).to.deep.equal(["CONFIRMED", "0"]);
    });

    it("are not believed without both secrets", async () => {
      for (const wrong of [{ token: "other" }, { secret: "other" }])
        expect((await tell("x", "connected", undefined, wrong)).status).to.equal(401);
      expect((await call(platform, "POST", "/video/events/path-secret", { body: { text: "a test" } })).status).to.equal(
        401,
      );
    });

    it("and may be nobody's, or a test of the address", async () => {
      expect((await tell("nobody", "disconnected", undefined)).data.matched).to.equal(false);
      const test = await call(platform, "POST", "/video/events/path-secret", {
        headers: { "cf-webhook-auth": "header-secret" },
        body: { text: "Hello World! This is a test message." },
      });
      expect(test.status).to.equal(202);
    });
  });
});
