import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect } from "chai";
import { type Address, type Hash, keccak256, numberToHex } from "viem";
import type { Sums } from "../../scripts/audit/books.ts";
import { explained } from "../../scripts/audit/store/problems.ts";
import { Store } from "../../scripts/audit/store/store.ts";
import type { Settlement } from "../../scripts/audit/types.ts";
import { addressOf, anAudit } from "./support/anAudit.ts";

const identity = {
  chainId: 1,
  address: addressOf("contract"),
  usdc: addressOf("USDC"),
  fromBlock: 1n,
  readBy: "somebody",
  codeVersion: "1",
};
const [alice, bob] = [addressOf("alice"), addressOf("bob")];
const nothing: Sums = { deposited: 0n, withdrawn: 0n, charged: 0n, earned: 0n, credited: 0n, claimed: 0n };
const [sample] = anAudit().settlements;

describe("the store of an audit", () => {
  let folder: string;
  let store: Store;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luxxon-store-"));
    store = await Store.open(folder, identity);
    store.goBack(undefined);
  });

  afterEach(async () => {
    store.close();
    await rm(folder, { recursive: true });
  });

  const hashOf = (block: bigint): Hash => keccak256(numberToHex(block));

  /** Keeps parts of a block and a session each, in which some account has charged the part's number. */
  function keep(parts: number, account: (part: number) => Address = () => alice): void {
    for (let i = 0; i < parts; i++) {
      const to = BigInt(store.parts().at(-1)?.to ?? 0n) + 1n;
      store.keep({ to, toHash: hashOf(to) }, { upTo: to }, ({ part, oldest }) => {
        store.sums.put(account(part), { ...nothing, charged: BigInt(part) }, part, oldest);
        store.settlements.add([{ ...(sample as Settlement), blockNumber: to }]);
      });
    }
  }

  async function reopened(changes: Partial<typeof identity> = {}): Promise<Store> {
    store.close();
    store = await Store.open(folder, { ...identity, ...changes });
    return store;
  }

  it("knows after it was opened again how far it goes, and what was kept with it", async () => {
    keep(3);
    const [last] = (await reopened()).parts().slice(-1);
    expect(last).to.deep.include({ number: 3, to: 3n, toHash: hashOf(3n) });
    expect(store.goBack(last)).to.deep.equal({ upTo: 3n });
    expect(store.sums.get(alice)?.charged).to.equal(3n);
  });

  it("goes back to where an earlier part ended, and on from there as if nothing had been", async () => {
    keep(9, (part) => (part < 5 ? alice : bob));
    expect(store.goBack(store.parts()[5])).to.deep.equal({ upTo: 6n });
    expect(
      [...store.sums.entries()].map(([account, { charged }]) => [account.toLowerCase(), charged]),
    ).to.have.deep.members([
      [alice, 4n],
      [bob, 6n],
    ]);
    expect([...store.settlements.rows()].map(({ blockNumber }) => blockNumber)).to.deep.equal([1n, 2n, 3n, 4n, 5n, 6n]);
    keep(1);
    expect(store.sums.get(alice)?.charged).to.equal(7n);
    expect(store.settlements.length).to.equal(7);
  });

  it("goes back as far as sixty-four parts, to each with all that stood then, also what has not changed for long", async () => {
    keep(300, (part) => (part === 3 ? bob : alice));
    const parts = store.parts();
    expect(parts.map(({ number }) => number)).to.deep.equal(Array.from({ length: 64 }, (_, i) => 237 + i));
    for (const part of [...parts].reverse()) {
      store.goBack(part);
      expect(store.sums.get(alice)?.charged).to.equal(BigInt(part.number));
      expect(store.sums.get(bob)?.charged).to.equal(3n);
    }
  });

  it("holds no more of what changes all the time than it needs to go back", async () => {
    keep(1_000);
    const database = new DatabaseSync(store.file, { readOnly: true });
    const { versions } = database.prepare("SELECT count(*) AS versions FROM sums").get() as { versions: number };
    database.close();
    expect(versions).to.be.below(64 + 8 + 1);
  });

  it("keeps nothing of a part that could not be written as a whole", () => {
    keep(2);
    const half = () =>
      store.keep({ to: 3n, toHash: hashOf(3n) }, {}, ({ part, oldest }) => {
        store.sums.put(bob, nothing, part, oldest);
        throw new Error("cut off");
      });
    expect(half).to.throw("cut off");
    store.goBack(store.parts().at(-1));
    expect(store.sums.get(bob)).to.equal(undefined);
    expect(store.settlements.length).to.equal(2);
  });

  it("counts for nothing to whoever asks others, or is other code", async () => {
    for (const changes of [{ readBy: "somebody else" }, { codeVersion: "2" }]) {
      keep(2);
      expect((await reopened(changes)).parts()).to.deep.equal([]);
      expect([...store.sums.entries()]).to.deep.equal([]);
    }
  });

  it("says in one line that the disk is full, also of a file without a name", () => {
    const database = new DatabaseSync("");
    const fill = () => database.exec("PRAGMA max_page_count = 1; CREATE TABLE one (a); CREATE TABLE another (a)");
    const said = (file: string) => {
      try {
        return fill();
      } catch (error) {
        return (explained(error, file) as Error).message;
      }
    };
    expect(said("x.sqlite")).to.equal("What was read cannot be kept in x.sqlite: the disk is full.");
    expect(said("")).to.equal("What was read cannot be kept in the temporary folder: the disk is full.");
    database.close();
  });

  it("finds rows by what stands in a column", () => {
    keep(1);
    const { settlements } = store;
    settlements.add([{ ...(sample as Settlement), from: alice, toAmount: 1n, feeAmount: 0n }]);
    const rows = settlements.rows();
    const those = (column: string, value: unknown) => [...(rows.where?.(column, value) ?? [])].length;
    expect(those("from", alice)).to.equal(1);
    expect(those("sessionId", sample?.sessionId)).to.equal(2);
    expect(those("isBelowMeter", true)).to.equal(1);
  });

  it("keeps amounts of any size to the last digit", () => {
    const amounts = [0n, -1n, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n) - 1n, 2n ** 256n - 1n];
    store.settlements.add(amounts.map((toAmount) => ({ ...(sample as Settlement), toAmount })));
    expect([...store.settlements.rows()].map(({ toAmount }) => toAmount)).to.deep.equal(amounts);
  });
});
