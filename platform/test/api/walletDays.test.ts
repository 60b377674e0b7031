/** `GET /wallet/days`: what a wallet earned and spent, over HTTP. How the sums come about is in `accounts/daily.test.ts`. */
import { expect } from "chai";
import { newPerson, type Person } from "../support/person.ts";
import { openPlatform, type TestPlatform } from "../support/platform.ts";
import { expectRefusal } from "../support/wire.ts";

interface WalletDay {
  date: string;
  earnedMicroUsdc: string;
  spentMicroUsdc: string;
  sessions: number;
  final: boolean;
}

describe("a wallet's days", function () {
  this.timeout(60_000);
  let platform: TestPlatform;
  let ada: Person;
  before(async () => {
    platform = await openPlatform();
    ada = await newPerson(platform);
    await ada.signUp();
  });
  after(() => platform?.close());

  const days = (query = "") => ada.call<WalletDay[]>("GET", `/wallet/days${query}`);
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

  it("are fourteen, the oldest first, today included, also of a wallet that never did anything", async () => {
    const { data } = await days();
    expect(data.map(({ date }) => date)).to.deep.equal(
      Array.from({ length: 14 }, (_, i) => dateOf(Date.now() - (13 - i) * 86_400_000)),
    );
    for (const { earnedMicroUsdc, spentMicroUsdc, sessions } of data)
      expect([earnedMicroUsdc, spentMicroUsdc, sessions]).to.deep.equal(["0", "0", 0]);
  });
  it("have what a session cost and what of it was earned, as its settlement has them", async () => {
    await ada.fund(1_000_000n);
    const { payload } = await ada.settlement(await ada.session());
    const [toAmount, feeAmount] = [BigInt(payload.toAmount), BigInt(payload.feeAmount)];
    const { data } = await days("?days=1");
    expect(data[0]).to.include({
      earnedMicroUsdc: toAmount.toString(),
      spentMicroUsdc: (toAmount + feeAmount).toString(),
      sessions: 1,
      final: false,
    });
  });
  it("end with the day that is asked for", async () => {
    const { data } = await days("?days=3&until=2024-03-01");
    expect(data.map(({ date }) => date)).to.deep.equal(["2024-02-28", "2024-02-29", "2024-03-01"]);
  });
  for (const query of [
    "days=0",
    "days=367",
    "days=1.5",
    "days=",
    "until=2026-02-30",
    "until=today",
    "until=0001-01-01",
  ])
    it(`are refused for ?${query}`, async () =>
      expectRefusal(await days(`?${query}`), 400, "INVALID_INPUT", query.split("=")[0]));
  it("are asked for 120 times a minute at most, and nothing else is slower for it", async () => {
    const answers = await Promise.all(Array.from({ length: 121 }, () => days("?days=1")));
    const late = answers.filter(({ status }) => status === 429);
    expect(late.length).to.be.greaterThan(0);
    expectRefusal(late[0] as (typeof late)[0], 429, "RATE_LIMITED", "report");
    expect((await ada.call("GET", "/wallet")).status).to.equal(200);
  });
});
