import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { budgets } from "./budgets.ts";
import { measure, type Snapshot } from "./measure.ts";
import { grown, updatePage } from "./tables.ts";

const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");

describe("gas, as whole transactions against real USDC", () => {
  let snapshot: Snapshot;
  let measured: Snapshot;

  before(async () => {
    snapshot = JSON.parse(await read("./snapshot.json")) as Snapshot;
    measured = await measure();
  });

  for (const [key, { must, sessions }] of Object.entries(budgets)) {
    it(`${key}: at most ${must.toLocaleString("en-US")}${sessions === 1 ? "" : " a session"}`, () => {
      expect(measured.transactions[key]).to.be.a("number");
      expect((measured.transactions[key] ?? 0) / sessions).to.be.at.most(must);
    });
  }

  it("has not grown by more than 1 % since snapshot.json was written", () => {
    expect(grown(snapshot, measured), "if this is meant, run `npm run gas` and commit the snapshot").to.deep.equal([]);
  });

  it("is measured for every transaction in snapshot.json, and no other", () => {
    expect(Object.keys(measured.transactions)).to.deep.equal(Object.keys(snapshot.transactions));
  });

  it("stands in docs/gas.md as it stands in snapshot.json", async () => {
    const page = await read("../../docs/gas.md");
    expect(page).to.equal(updatePage(page, snapshot));
  });
});
