/** The books: what everybody may see of charges and settlements, and that they notice what differs. */
import { expect } from "chai";
import { type Database, openDatabase } from "../../src/db/database.ts";
import { call, newPerson, type Person } from "../support/person.ts";
import { openOwnChain, openPlatform, type TestPlatform } from "../support/platform.ts";

describe("the books", function () {
  this.timeout(60_000);
  let chain: Awaited<ReturnType<typeof openOwnChain>>;
  let platform: TestPlatform;
  let db: Database;
  let ada: Person;

  /** Not those that were kept: each platform reads its own. */
  const read = async () => {
    const other = await openPlatform({
      ...chain.env,
      DATABASE_URL: platform.env.DATABASE_URL ?? "",
      ROLES: "api",
    });
    try {
      const { status, data } = await call(other, "GET", "/books");
      expect(status).to.equal(200);
      const page = await fetch(other.api.replace("/api/v1", "/books"));
      return { ...data, page: await page.text(), headers: page.headers };
    } finally {
      await other.close();
    }
  };

  before(async () => {
    // A contract of its own: on one that others use, what they settle is unknown here.
    chain = await openOwnChain();
    platform = await openPlatform(chain.env);
    db = openDatabase(platform.env.DATABASE_URL ?? "");
    ada = await newPerson(platform);
    await ada.signUp();
    await ada.fund(5_000_000n);
  });
  after(async () => {
    await db?.close();
    await platform?.close();
    await chain?.close();
  });

  it("agree with the chain up to the block that was read", async () => {
    const id = await ada.session(1);
    const { payload } = await ada.settlement(id);
    const total = (BigInt(payload.toAmount) + BigInt(payload.feeAmount)).toString();
    const books = await read();
    expect(books.agreedUpToBlock).to.equal(books.readUpToBlock);
    expect(books.settled).to.deep.equal({
      sessions: 1,
      amountMicroUsdc: total,
      toOperatorsMicroUsdc: payload.toAmount,
      feesMicroUsdc: payload.feeAmount,
    });
    expect(books.confirmed).to.deep.equal({ sessions: 1, amountMicroUsdc: total });
    expect(books.differing.sessions).to.equal(0);
    expect([books.open.sessions, books.open.oldestEndedAt, books.writtenOff]).to.deep.equal([0, null, []]);
  });

  it("are a page without scripts, of nothing from elsewhere", async () => {
    const { page, headers, agreedUpToBlock } = await read();
    expect(headers.get("content-type")).to.equal("text/html; charset=utf-8");
    expect(headers.get("content-security-policy")).to.include("default-src 'none'");
    expect(page).to.match(/Every session that the contract settled up to block \d+ stands/);
    expect(Number(/up to block (\d+) stands/.exec(page)?.[1])).to.be.at.least(Number(agreedUpToBlock));
    expect(page).not.to.match(/<script|<link|<img|src=/i);
  });

  it("say what was written off and why, and what differs and from which block on", async () => {
    const [settled] = await db.rows<{ sessionId: string; eventBlock: bigint }>`
      select session_id, event_block from settlements where event_block is not null`;
    const id = await ada.session(1);
    await ada.settlement(id);
    // As an operator of the platform would, and as a fault would.
    await db.rows`
      update settlements set event_block = null, event_hash = null, event_index = null, event_timestamp = null, tx_hash = null, state = 'PENDING',
        due_at = null, written_off_at = now(), written_off_by = 'test', write_off_reason = 'a <b>test</b>' where session_id = ${id}`;
    await db.rows`update settlements set to_amount = to_amount - 1 where session_id = ${settled?.sessionId}`;
    const books = await read();
    expect(books.writtenOff).to.deep.equal([
      { by: "test", reason: "a <b>test</b>", sessions: 1, amountMicroUsdc: books.writtenOff[0].amountMicroUsdc },
    ]);
    expect(books.page).to.include("Written off by test: a &#60;b&#62;test&#60;/b&#62;");
    // Both are on chain otherwise than they stand here now.
    expect(books.differing.sessions).to.equal(2);
    expect(books.agreedUpToBlock).to.equal(((settled?.eventBlock ?? 0n) - 1n).toString());
    expect(books.page).to.match(/the books and the chain differ in 2 sessions/);
  });
});
