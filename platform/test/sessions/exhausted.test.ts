/** What an operator can lose to a consumer who withdraws while a session is live, in the worst block: measured. */
import { expect } from "chai";
import { instantMedia } from "../../src/media/instant.ts";
import { mediaLinks } from "../../src/media/links.ts";
import { endExhausted, SETTLING_SECONDS } from "../../src/sessions/exhausted.ts";
import { type Money, openMoney, problem } from "../support/money.ts";

/** µUSDC a second. */
const RATE = 1_000n;
/** A block of the test's chain, seconds. */
const BLOCK = 1n;

describe("a consumer who withdraws while a session is live", function () {
  this.timeout(30_000);
  const media = instantMedia(mediaLinks(new URL("http://127.0.0.1"), ["s"]));
  let money: Money;
  let id: string;
  let relayer: ReturnType<Money["relayer"]>;
  let watcher: ReturnType<Money["watcher"]>;

  /** A block, and then everybody's turn. */
  const block = async () => {
    money.mine();
    for (let i = 0; i < 3 && (await watcher.turn()); i++);
    await relayer.turn();
  };
  const session = async () =>
    (await money.db.row<{
      state: string;
      endReason: string | null;
      cleanSeconds: number;
      charged: bigint;
      reserved: bigint;
    }>`
      select state, end_reason, clean_seconds, charged, reserved from sessions where id = ${id}`) as {
      state: string;
      endReason: string | null;
      cleanSeconds: number;
      charged: bigint;
      reserved: bigint;
    };

  const live = async (consumer = money.consumer) => {
    const { db, clock } = money;
    const id = await money.due(1, { consumer });
    await db.rows`delete from settlements where session_id = ${id}`;
    await db.rows`
      update sessions set state = 'LIVE', ended_at = null, clean_seconds = 0, charged = 0, reserved = 600000, started_at = ${clock.now()} where id = ${id}`;
    return id;
  };

  beforeEach(async () => {
    money = await openMoney();
    const { db, chain, clock } = money;
    money.act({ functionName: "deposit", args: [1_000_000n] });
    relayer = money.relayer();
    watcher = money.watcher({
      onHead: async (_head, touched) => void (await endExhausted({ db, chain, clock, media }, touched)),
    });
    await block();
    id = await live();
    for (let i = 0; i < 60; i++) await block();
    expect((await session()).state).to.equal("LIVE");
  });

  it("all of it, right after a look: nothing accrues for longer than a block, and what had accrued is lost", async () => {
    money.act({ functionName: "withdrawAll", args: [] });
    await block();
    const { state, endReason, cleanSeconds, charged } = await session();
    expect([state, endReason]).to.deep.equal(["ENDED", "POOL_EXHAUSTED"]);
    expect(BigInt(cleanSeconds) - 60n <= BLOCK, "accrued after the withdrawal").to.equal(true);
    for (let i = 0; i < 5; i++) await block();
    expect(await money.settlement(id)).to.include({ state: "PENDING", refusal: "InsufficientPool", reserved: charged });
    expect(charged, "lost, without a hold").to.equal(RATE * BigInt(cleanSeconds));
  });

  it("all but what the session has cost by then and takes until it is settled: it is paid whole, in the first transaction", async () => {
    const left = RATE * (60n + BLOCK + SETTLING_SECONDS) - 1n;
    money.act({ functionName: "withdraw", args: [1_000_000n - left] });
    await block();
    expect(await session()).to.include({ state: "ENDED", endReason: "POOL_EXHAUSTED" });
    expect((await money.settlement(id)).state, "in a batch before the next block").to.equal("SUBMITTED");
    for (let i = 0; i < 3; i++) await block();
    expect(await money.settlement(id)).to.include({ state: "CONFIRMED", reserved: 0n });
    expect(money.settledTimes(id)).to.equal(1);
  });

  it("while a look at somebody else's pool fails: it is ended all the same, before that is said", async () => {
    const { db, chain, clock } = money;
    const other = "0x00000000000000000000000000000000000000A1";
    await live(other);
    money.act({ functionName: "withdrawAll", args: [] });
    money.mine();
    money.script((method, params) => {
      const { data = "" } = params[0] as { data?: string };
      if (method === "eth_call" && data.endsWith("a1")) throw problem(method, "no answer", "ECONNRESET");
      return undefined;
    });
    const closed: string[] = [];
    const closing = { ...media, close: async (id: string) => void closed.push(id) };
    const said = await endExhausted({ db, chain, clock, media: closing }).catch((error: unknown) => error);
    expect(String(said)).to.contain("ECONNRESET");
    expect(await session()).to.include({ state: "ENDED", endReason: "POOL_EXHAUSTED" });
    expect(closed).to.deep.equal([id]);
  });

  it("a µUSDC less than that: the session goes on, and ends a block later", async () => {
    const left = RATE * (60n + BLOCK + SETTLING_SECONDS);
    money.act({ functionName: "withdraw", args: [1_000_000n - left] });
    await block();
    expect((await session()).state).to.equal("LIVE");
  });
});
