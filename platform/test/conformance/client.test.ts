/** A session from price to receipt by the generated client: what its types say is what comes. */
import { expect } from "chai";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { type ApiClient, openClient } from "./client.ts";

describe("a client made of our document", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  let api: ApiClient;

  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(1_000_000n);
    api = openClient(platform.api, new Map(), { authorization: `Bearer ${ada.apiKey}` });
  });
  after(() => platform?.close());

  it("plays a session by its types alone, from the price to the settlement", async () => {
    const { data: quote } = await api.GET("/api/v1/pricing/quote", {
      params: { query: { lat: "4.71", lng: "-74.07", durationSeconds: 30 } },
    });
    const { data: made } = await api.POST("/api/v1/sessions", {
      body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 30, quoteId: quote?.data.quoteId },
    });
    expect(made?.data.ratePerSecondMicroUsdc).to.equal(quote?.data.ratePerSecondMicroUsdc);
    const params = { path: { id: made?.data.id ?? "" } };
    await api.POST("/api/v1/sessions/{id}/accept", { params, body: {} });
    const { data: started } = await api.POST("/api/v1/sessions/{id}/start", { params, body: {} });
    expect(started?.data.session.state).to.equal("LIVE");
    const { data: picture, response } = await api.GET("/api/v1/sessions/{id}/frame", {
      params,
      parseAs: "arrayBuffer",
    });
    expect(response.headers.get("content-type")).to.equal("image/jpeg");
    expect([...new Uint8Array(picture ?? new ArrayBuffer()).subarray(0, 2)]).to.deep.equal([0xff, 0xd8]);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const { data: ended } = await api.POST("/api/v1/sessions/{id}/end", { params, body: {} });
    expect(Number(ended?.data.chargedMicroUsdc)).to.be.at.least(1_000);
    const { data: settlement } = await api.GET("/api/v1/settlements/{sessionId}", {
      params: { path: { sessionId: params.path.id } },
    });
    expect(settlement?.data.payload?.from).to.equal(ada.address);
  });

  it("is told no in one shape, whatever the status", async () => {
    const { data, error } = await api.POST("/api/v1/sessions", {
      body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 86_400 },
    });
    expect([data, error?.statusCode, error?.code, error?.retryable]).to.deep.equal([
      undefined,
      400,
      "INSUFFICIENT_CREDIT",
      false,
    ]);
  });
});
