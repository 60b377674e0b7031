/** Every operation of the public platform is one of ours, with the statuses that its clients know. */
import { expect } from "chai";
import { PUBLIC_OPERATIONS } from "../conformance/operations.ts";
import { call } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";

/** What the public platform's clients send no credentials to, and reads what comes back. */
const PUBLIC = ["/health", "/config", "/coverage", "/demand"];

describe("the 35 operations of the public platform", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;

  before(async () => {
    platform = await openPlatform({ ROLES: "api,watcher", VIDEO_EVENTS_TOKEN: "t", VIDEO_EVENTS_SECRET: "s" });
    const document = await fetch(`${platform.api}/docs-json`);
    paths = ((await document.json()) as { paths: typeof paths }).paths;
  });
  after(() => platform?.close());

  it("are in the published document, all 35 of 30 paths, with their status of success (C-35)", () => {
    expect(PUBLIC_OPERATIONS).to.have.length(35);
    expect(new Set(PUBLIC_OPERATIONS.map(({ path }) => path)).size).to.equal(30);
    for (const { method, path, statuses } of PUBLIC_OPERATIONS) {
      const operation = paths[`/api/v1${path}`]?.[method.toLowerCase()];
      expect(operation, `${method} ${path}`).not.to.equal(undefined);
      expect(Object.keys(operation?.responses ?? {}), `${method} ${path}`).to.include(statuses[0]);
    }
  });

  it("answer: none is nowhere, and none takes another method", async () => {
    for (const { method, path } of PUBLIC_OPERATIONS) {
      const asked = path.replace(/\{\w+\}/g, "00000000-0000-8000-8000-000000000000");
      const { status, body } = await call(platform, method, asked);
      expect(body.code, `${method} ${path}`).not.to.be.oneOf(["METHOD_NOT_ALLOWED", "INTERNAL_SERVER_ERROR"]);
      expect([status, body.detail], `${method} ${path}`).not.to.deep.equal([404, "path"]);
    }
  });

  it("take a bad credential for none where they are public", async () => {
    for (const path of PUBLIC) {
      const { status } = await call(platform, "GET", path, { headers: { authorization: "Bearer none" } });
      expect(status, path).to.be.oneOf([200, 503]);
    }
  });

  it("ask for a credential everywhere else", async () => {
    const open = /^\/(health|config|coverage|demand|auth\/wallet|auth\/logout|workspaces\/challenge|video)/;
    for (const { method, path } of PUBLIC_OPERATIONS) {
      if (open.test(path) || (method === "POST" && path === "/workspaces")) continue;
      const asked = path.replace(/\{\w+\}/g, "00000000-0000-8000-8000-000000000000");
      const query = path === "/pricing/quote" ? "?lat=1&lng=1&durationSeconds=1" : "";
      const bodies: Record<string, unknown> = {
        "/auth/workspace/select": { workspaceId: "00000000-0000-8000-8000-000000000000" },
        "/sessions": { lat: 1, lng: 1, maxDurationSeconds: 1 },
        "/workspaces/{id}/location": { lat: 1, lng: 1, sequence: 1 },
        "/workspaces/{workspaceId}/api-keys": { label: "x", environment: "TEST", scopes: ["sessions:read"] },
      };
      const body = method === "GET" ? undefined : bodies[path];
      const answer = await call(platform, method, asked + query, body === undefined ? {} : { body });
      expect([answer.status, answer.body.code], `${method} ${path}`).to.deep.equal([401, "NOT_AUTHENTICATED"]);
    }
  });
});
