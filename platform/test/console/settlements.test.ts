/** Settlements that are not simply paid, as their page tells them; and sums over many. */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { expect } from "chai";
import pg from "pg";
import type { Address } from "viem";
import { openDatabase } from "../../src/db/database.ts";
import { writeOff } from "../../src/settlements/writeOff.ts";
import { newPerson } from "../support/person.ts";
import { withConsole } from "./support.ts";

describe("the console, of settlements", function () {
  const console_ = withConsole(this);
  let person: Awaited<ReturnType<typeof newPerson>>;
  let slug = "";

  before(async () => {
    person = await newPerson(console_.platform);
    await person.signUp();
    await person.fund(5_000_000n);
    slug = (await person.byCookie("GET", "/me")).data.workspaces[0].slug;
  });

  /** A window of theirs, signed in by the cookie that they have. */
  async function openAt(path: string) {
    const { page } = await console_.window();
    const [name = "", value = ""] = person.cookie.split(/=(.*)/s);
    await page.context().addCookies([{ name, value, url: console_.url }]);
    await page.goto(`/w/${slug}/${path}`);
    return page;
  }

  it("a session that nobody knows: the page says so, and where to look", async () => {
    const page = await openAt("sessions/00000000-0000-8000-8000-000000000000");
    await page.getByText("There is no such session. Look for it in the list").waitFor();
  });

  it("one that the contract refuses says when it is tried again; one that is written off, that it is not", async () => {
    const { data } = await person.call("POST", "/sessions", {
      body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 },
    });
    for (const verb of ["accept", "start"]) await person.call("POST", `/sessions/${data.id}/${verb}`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    const address = console_.platform.parts.contracts.settlement as Address;
    await person.send({ address, abi: luxxonSettlementAbi, functionName: "withdrawAll", args: [] });
    await person.call("POST", `/sessions/${data.id}/end`);

    const page = await openAt(`sessions/${data.id}`);
    await page.getByText("The contract refuses it so far: InsufficientPool. It is tried again at").waitFor();
    const db = openDatabase(console_.platform.env.DATABASE_URL ?? "", { connections: 1 });
    const { outcome } = await writeOff(db, data.id, { by: "somebody", reason: "nobody pays it" }, new Date());
    await db.close();
    expect(outcome).to.equal("done");
    await page.getByText("WRITTEN OFF", { exact: true }).waitFor();
    const said = await page.locator("main").innerText();
    expect(said).to.contain("The platform gave it up").and.contain("InsufficientPool");
    expect(said).to.not.match(/tried again at|waits for the relayer|is settled/);
  });

  it("earnings by day are the sum of all, however many there are", async () => {
    await person.fund(1_000_000n);
    const id = await person.session(1);
    const { payload } = await person.settlement(id);
    const client = new pg.Client({ connectionString: console_.platform.env.DATABASE_URL });
    await client.connect();
    await client.query(
      `insert into chain_events overriding system value select (jsonb_populate_record(e, jsonb_build_object(
           'id', e.id + 1000000 + i, 'log_index', e.log_index + i, 'block_timestamp', e.block_timestamp - 2 * 86400))).*
         from chain_events e, generate_series(1, 1100) i where e.name = 'Settled' and e.session_id = $1`,
      [id],
    );
    await client.end();
    const page = await openAt("operator");
    const whole = (BigInt(payload.toAmount as string) * 1_101n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    await page.locator(`figcaption .amount[title="${whole} µUSDC"]`).waitFor();
  });

  it("what is live counts in the list as on its own page", async () => {
    const { data } = await person.call("POST", "/sessions", {
      body: { lat: 4.71, lng: -74.07, maxDurationSeconds: 60 },
    });
    for (const verb of ["accept", "start"]) await person.call("POST", `/sessions/${data.id}/${verb}`);
    const page = await openAt("sessions");
    const row = page.getByRole("list", { name: "All sessions" }).getByRole("listitem").filter({ hasText: "LIVE" });
    const second = async () => Number(/(\d+) s/.exec(await row.innerText())?.[1]);
    await row.getByText(/^[2-9] s$/).waitFor();
    const [seconds, amount] = [await second(), await row.locator(".amount").getAttribute("title")];
    expect(seconds).to.be.greaterThan(1);
    expect(amount).to.not.equal("0 µUSDC");
    await person.call("POST", `/sessions/${data.id}/end`);
  });
});
