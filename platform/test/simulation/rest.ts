/** Lets a played world come to rest. */
import type { Queries } from "../../src/db/database.ts";

/** Rounds. What was put off is looked at this often, though nothing else moves. */
const LOOKED_AFTER = 5;

export interface Round {
  /** Some ten seconds, and a block. */
  pass(): void;
  /** The same, with a turn of everything that works. */
  work(): Promise<void>;
}

/** Plays so many rounds. Where nothing is under way most of them only pass: what waits for time alone has no use for turns. */
export async function comeToRest(db: Queries, rounds: number, { pass, work }: Round): Promise<void> {
  const moving = () => db.row`
    select 1 from batches where not is_done
    union all select 1 from settlements where state <> 'CONFIRMED' and refusal is null and written_off_at is null`;
  for (let round = 0; round < rounds; round++) {
    if (round % LOOKED_AFTER === 0 || (await moving()) !== undefined) await work();
    else pass();
  }
}
