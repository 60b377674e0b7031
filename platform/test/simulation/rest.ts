/** Lets a played world come to rest. */
import type { Queries } from "../../src/db/database.ts";

/** Rounds, of ten seconds and a block each. What was put off is looked at this often, though nothing else moves. */
const LOOKED_AFTER = 5;

export interface Round {
  /** Ten seconds, and a block. */
  pass(): void;
  /** The same, with a turn of everything that works. */
  work(): Promise<void>;
}

/** Plays so many rounds. Where nothing is under way most of them only pass: what waits for time alone has no use for turns. */
export async function comeToRest(db: Queries, rounds: number, { pass, work }: Round): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const moving = await db.row`
      select 1 from batches where not is_done
      union all select 1 from settlements where state <> 'CONFIRMED' and refusal is null and written_off_at is null`;
    if (moving === undefined && round % LOOKED_AFTER !== 0) pass();
    else await work();
  }
}
