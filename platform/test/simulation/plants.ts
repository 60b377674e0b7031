/** Faults to plant into the program, to see that the simulation finds them: each is one that a tired person could write. */
import type { Hash } from "viem";
import type { Transaction } from "../../src/db/database.ts";
import type { PlayOptions } from "./world.ts";

type Plant = NonNullable<PlayOptions["plant"]>;

class Undone extends Error {
  readonly result: unknown;
  constructor(result: unknown) {
    super("undone");
    this.result = result;
  }
}

const isAbout = (sql: TemplateStringsArray, words: string) => sql.join(" ").includes(words);

export const PLANTS: Readonly<Record<string, { what: string; plant: Plant }>> = {
  "no-record": {
    what: "a batch is sent without being written down first",
    plant({ relayer }) {
      const { transaction } = relayer.db;
      const undone = async <T>(work: (tx: Transaction) => Promise<T>) => {
        try {
          return await transaction(async (tx) => {
            let isSigning = false;
            const rows: typeof tx.rows = (sql, ...values) => {
              isSigning ||= isAbout(sql, "insert into batches");
              return tx.rows(sql, ...values);
            };
            const result = await work({ ...tx, rows });
            if (isSigning) throw new Undone(result);
            return result;
          });
        } catch (error) {
          if (error instanceof Undone) return error.result as T;
          throw error;
        }
      };
      relayer.db = { ...relayer.db, transaction: undone };
    },
  },
  "counted-twice": {
    what: "what an event says is added to a pool twice",
    plant({ watcher }) {
      const { transaction } = watcher.db;
      const twice: typeof transaction = (work) =>
        transaction((tx) =>
          work({
            ...tx,
            async rows(sql, ...values) {
              if (isAbout(sql, "insert into pools")) await tx.rows(sql, ...values);
              return await tx.rows(sql, ...values);
            },
          }),
        );
      watcher.db = { ...watcher.db, transaction: twice };
    },
  },
  "no-reorganisation": {
    what: "a block that was read once is taken to be there for ever",
    plant({ watcher }) {
      const { block } = watcher.chain;
      watcher.chain = {
        ...watcher.chain,
        async block(which) {
          const there = await block(which);
          if (typeof which !== "bigint" || there === undefined) return there;
          const kept = await watcher.db.row<{
            toHash: Hash;
          }>`select to_hash from chain_windows where to_block = ${which}`;
          return kept === undefined ? there : { ...there, hash: kept.toHash };
        },
      };
    },
  },
  "no-fence": {
    what: "whoever had the lease once goes on writing",
    plant({ relayer }) {
      const { transaction, row } = relayer.db;
      let fence = 0n;
      const lasting = async <Row>(sql: TemplateStringsArray, ...values: unknown[]) => {
        if (!isAbout(sql, "insert into leases")) return await row<Row>(sql, ...values);
        fence++;
        return { fence } as Row;
      };
      const unguarded: typeof transaction = (work) =>
        transaction((tx) =>
          work({
            ...tx,
            row: async <Row>(sql: TemplateStringsArray, ...values: unknown[]) =>
              isAbout(sql, "from leases") ? ({ held: 1 } as Row) : await tx.row<Row>(sql, ...values),
          }),
        );
      relayer.db = { ...relayer.db, row: lasting, transaction: unguarded };
    },
  },
  "nonce-too-high": {
    what: "now and then a nonce is left out",
    plant({ relayer }) {
      const { signer } = relayer;
      let signed = 0;
      relayer.signer = {
        address: signer.address,
        sign: (transaction) =>
          signer.sign({ ...transaction, nonce: (transaction.nonce ?? 0) + (++signed % 2 === 0 ? 1 : 0) }),
      };
    },
  },
};
