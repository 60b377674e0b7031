/**
 * Keeps what was verified of one contract's history, part by part: what happened, what stands after it, and how far it goes.
 * It lies in a file of SQLite, because Node brings that along, a part is in it as a whole or not at all whatever happens to
 * the process, and rows are found by an index. The file can be deleted at any time.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { makeFolder } from "@luxxon/chain/files";
import { tryLock } from "@luxxon/chain/lock";
import type { Range } from "@luxxon/chain/settlement/follow";
import { UsageError } from "@luxxon/chain/usageError";
import type { Account } from "@luxxon/contracts-abi/model";
import type { Address, Hash, Hex } from "viem";
import type { BookedDay, Sums } from "../books.ts";
import { refused } from "../page/files.ts";
import { missingOf } from "../report/belowMeter.ts";
import type {
  Change,
  Movement,
  Position,
  Settlement,
  SettlingTransaction,
  Skipped,
  Target,
  Violation,
} from "../types.ts";
import { address, amount, hex, left, optional, text, whole, word } from "./columns.ts";
import { openDatabase, TEMPORARY } from "./database.ts";
import { Journal } from "./journal.ts";
import { explained, isDamaged } from "./problems.ts";
import { Shelf } from "./shelf.ts";
import { ask, type ColumnsOf } from "./table.ts";

/** To how many ends of parts the store can go back, if the chain replaces blocks. */
const WAYS_BACK = 64;

/** Whose history it is, who has said it, and what has verified it: what anybody else has kept counts for nothing. */
export interface Identity extends Pick<Target, "chainId" | "address" | "usdc" | "fromBlock"> {
  readonly readBy: string;
  /** Of the code that verifies and judges. */
  readonly codeVersion: string;
}

/** A part of the history that is in the store, from the deployment's block on all together. */
export interface Part extends Range {
  readonly number: number;
}

/** Where in the store something is put: see `Shelf`. */
export interface Place {
  readonly part: number;
  readonly oldest: number;
}

/** What stands in a word of settled bits: those that were settled, and those that were ever submitted. */
export interface Word {
  readonly settled: bigint;
  readonly named: bigint;
}

const POSITION: ColumnsOf<Position> = {
  blockNumber: amount,
  timestamp: whole,
  transactionHash: hex,
  logIndex: whole,
};

const VIOLATION: ColumnsOf<Violation> = {
  rule: text(),
  message: text(),
  expected: text(),
  found: text(),
  blockNumber: optional(amount),
  transactionHash: optional(hex),
  sessionId: optional(hex),
  account: optional(address),
};

export class Store {
  readonly settlements: Journal<Settlement>;
  readonly skipped: Journal<Skipped>;
  readonly movements: Journal<Movement>;
  readonly changes: Journal<Change>;
  readonly transactions: Journal<SettlingTransaction>;
  /** By the rules of the history, of the announced fee, and of the end; the last are of one audit alone. */
  readonly violations: Record<"history" | "fees" | "end", Journal<Violation>>;
  readonly sums: Shelf<Address, Sums>;
  readonly days: Shelf<string, BookedDay>;
  /** The contract's own storage, as the history gives it: by consumer, by payee, by a session id's first 31 bytes. */
  readonly accounts: Shelf<Hex, Account>;
  readonly credits: Shelf<Hex, { readonly amount: bigint }>;
  readonly words: Shelf<Hex, Word>;
  /** What the contract says of accounts otherwise than the history, at the end of this audit. */
  readonly differing: Shelf<Address, { readonly deposits: bigint; readonly credits: bigint }>;
  /** Where it lies. */
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #fromBlock: bigint;
  #unlock: () => void;
  #part = 0;

  /**
   * @param folder Undefined: nothing is kept, and what the audit needs lies in a file that is gone with it.
   * @throws {UsageError} if another audit is using it.
   */
  static async open(folder: string | undefined, identity: Identity): Promise<Store> {
    if (folder === undefined) return new Store(TEMPORARY, identity, () => undefined);
    const file = join(folder, `${identity.chainId}-${identity.address.toLowerCase()}-${identity.fromBlock}.sqlite`);
    await makeFolder(folder).catch((error: unknown) => {
      throw refused(folder, error);
    });
    try {
      const unlock = lock(file);
      try {
        return undamaged(file, () => new Store(file, identity, unlock));
      } catch (error) {
        unlock();
        throw error;
      }
    } catch (error) {
      throw explained(error, file);
    }
  }

  private constructor(file: string, identity: Identity, unlock: () => void) {
    this.file = file;
    const database = openDatabase(file);
    this.#database = database;
    this.#fromBlock = identity.fromBlock;
    this.#unlock = unlock;
    const name = JSON.stringify(Object.entries(identity).map(([key, value]) => [key, String(value)]));
    begin(database, name);
    const paid = text<Settlement["operatorPaid"]>();
    const settlement: ColumnsOf<Settlement> = {
      ...POSITION,
      sessionId: hex,
      from: address,
      to: address,
      toAmount: amount,
      feeAmount: amount,
      ratePerSecond: amount,
      chargeableSeconds: amount,
      operatorPaid: paid,
      platformPaid: paid,
      feeTo: address,
    };
    this.settlements = new Journal(database, "settlements", settlement, {
      by: ["sessionId", "from", "to", "feeTo"],
      marks: { isBelowMeter: (one) => missingOf(one) > 0n },
    });
    const submitted = { sessionId: hex, from: address, to: address, toAmount: amount, feeAmount: amount };
    const skipped: ColumnsOf<Skipped> = { ...POSITION, ...submitted, reason: text() };
    this.skipped = new Journal(database, "skipped", skipped, { by: ["sessionId"] });
    const movement = { ...POSITION, kind: text<Movement["kind"]>(), account: address, amount };
    this.movements = new Journal(database, "movements", movement, { by: ["account"] });
    this.changes = new Journal(database, "changes", { ...POSITION, event: text(), sender: address, text: text() });
    const transaction = { ...POSITION, relayer: address, settled: whole, skipped: whole, gasUsed: amount };
    this.transactions = new Journal<SettlingTransaction>(
      database,
      "transactions",
      { ...transaction, through: left(address) },
      { by: ["transactionHash"] },
    );
    const violations = (kind: string) =>
      new Journal<Violation>(database, `violations_${kind}`, VIOLATION, { by: ["sessionId"] });
    this.violations = { history: violations("history"), fees: violations("fees"), end: violations("end") };
    const sums = { deposited: amount, withdrawn: amount, charged: amount, earned: amount, credited: amount };
    this.sums = new Shelf(database, "sums", address, { ...sums, claimed: amount });
    const counted = { settled: amount, fees: amount, sessions: whole, skipped: whole, announced: amount };
    const moved = { deposited: amount, withdrawn: amount, totalDeposits: amount, totalCredits: amount };
    this.days = new Shelf<string, BookedDay>(database, "days", text(), { date: text(), ...counted, ...moved });
    const bucket = { balance: amount, dailyLimit: amount, drawn: amount, drawnAt: amount, heldUntil: amount };
    this.accounts = new Shelf(database, "accounts", hex, bucket);
    this.credits = new Shelf(database, "credits", hex, { amount });
    this.words = new Shelf(database, "words", hex, { settled: word, named: word });
    this.differing = new Shelf(database, "differing", address, { deposits: amount, credits: amount });
  }

  /** The parts to whose ends it can go back, in order. */
  parts(): Part[] {
    return [...ask(this.#database, "SELECT number, toBlock, toHash FROM parts ORDER BY number")].map(
      ([number, to, toHash]) => ({
        number: Number(number),
        from: this.#fromBlock,
        to: to as bigint,
        toHash: toHash as Hash,
      }),
    );
  }

  /** Goes back to where a part ended, or to nothing. @returns What was kept with it. */
  goBack<Kept>(part: Part | undefined): Kept | undefined {
    this.#part = part?.number ?? 0;
    const sql = "SELECT lengths, kept FROM parts WHERE number = ?";
    const [[lengths, kept] = []] = [...ask(this.#database, sql, BigInt(this.#part))];
    const lengthOf = lengths === undefined ? {} : (deserialize(lengths as Uint8Array) as Record<string, number>);
    this.#within(() => {
      for (const [name, journal] of Object.entries(this.#journals())) journal.cut(lengthOf[name] ?? 0);
      for (const shelf of [this.sums, this.days, this.accounts, this.credits, this.words]) shelf.cut(this.#part);
      this.#database.prepare("DELETE FROM parts WHERE number > ?").run(BigInt(this.#part));
    });
    return kept === undefined ? undefined : (deserialize(kept as Uint8Array) as Kept);
  }

  /** Puts a part in, as a whole: what `write` writes, and what is to be known of it to go on behind it. */
  keep<Kept>({ to, toHash }: Pick<Range, "to" | "toHash">, kept: Kept, write: (place: Place) => void): void {
    const part = this.#part + 1;
    this.#within(() => {
      write({ part, oldest: part - WAYS_BACK + 1 });
      this.#database
        .prepare("INSERT INTO parts VALUES (?, ?, ?, ?, ?)")
        .run(BigInt(part), to, toHash, this.#lengths(), serialize(kept));
      this.#database.prepare("DELETE FROM parts WHERE number <= ?").run(BigInt(part - WAYS_BACK));
    });
    this.#part = part;
  }

  /** Writes the last part once more, as `write` says, and gives up the ways back: it writes about the whole history. */
  keepAnew<Kept>(write: (place: Place) => Kept): Kept {
    return this.#within(() => {
      const kept = write({ part: this.#part, oldest: this.#part });
      this.#database
        .prepare("UPDATE parts SET lengths = ?, kept = ? WHERE number = ?")
        .run(this.#lengths(), serialize(kept), BigInt(this.#part));
      this.#database.prepare("DELETE FROM parts WHERE number < ?").run(BigInt(this.#part));
      return kept;
    });
  }

  /** What belongs to the end of this audit alone: it begins with nothing, and is in the store as a whole or not at all. */
  async atEnd<T>(write: (place: Place) => Promise<T>): Promise<T> {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.violations.end.cut(0);
      this.differing.cut(-1);
      const result = await write({ part: this.#part, oldest: this.#part });
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** From here on it is only read, as it stands now; the next audit may begin meanwhile. */
  finish(): void {
    if (this.file !== TEMPORARY) this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    this.#database.exec("BEGIN");
    this.#database.prepare("SELECT count(*) FROM parts").get();
    this.#unlock();
    this.#unlock = () => undefined;
  }

  close(): void {
    this.#database.close();
    this.#unlock();
  }

  #within<T>(write: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = write();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // SQLite itself has gone back already when a disk is full.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #lengths(): Buffer {
    const lengths = Object.entries(this.#journals()).map(([name, { length }]) => [name, length]);
    return serialize(Object.fromEntries(lengths));
  }

  #journals() {
    const { settlements, skipped, movements, changes, transactions, violations } = this;
    return { settlements, skipped, movements, changes, transactions, ...violations };
  }
}

/** Empties a store of somebody else, and says whose it is. */
function begin(database: DatabaseSync, identity: string): void {
  database.exec("CREATE TABLE IF NOT EXISTS identity (name TEXT) STRICT");
  const [[name] = []] = [...ask(database, "SELECT name FROM identity")];
  if (name !== identity) {
    database.exec("BEGIN IMMEDIATE");
    for (const [table] of [...ask(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")]) {
      database.exec(`DROP TABLE ${String(table)}`);
    }
    database.exec("CREATE TABLE identity (name TEXT) STRICT");
    database.prepare("INSERT INTO identity VALUES (?)").run(identity);
    database.exec("COMMIT");
  }
  database.exec(
    "CREATE TABLE IF NOT EXISTS parts (number INTEGER PRIMARY KEY, toBlock INTEGER, toHash TEXT, lengths BLOB, kept BLOB) STRICT",
  );
}

/** What is damaged is thrown away: all of it can be read again. */
function undamaged(file: string, open: () => Store): Store {
  try {
    return open();
  } catch (error) {
    if (!isDamaged(error)) throw error;
    for (const one of [file, `${file}-wal`, `${file}-shm`]) rmSync(one, { force: true });
    return open();
  }
}

/** Holds a store for one audit. @returns Lets go of it. */
function lock(file: string): () => void {
  const unlock = tryLock(`${file}.lock`);
  if (unlock !== undefined) return unlock;
  throw new UsageError(
    `Another audit of this contract is being made, and keeps what it reads in ${file}: wait for it, or use --no-cache.`,
  );
}
