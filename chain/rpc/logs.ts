/** Reads events over any stretch of blocks, through endpoints that each allow another number of blocks at a time. */
import { setTimeout as sleep } from "node:timers/promises";
import { isRateLimited, isUnreachable } from "./client.ts";

export interface LogWindow<T> {
  /** The last block of the window. */
  to: bigint;
  logs: T[];
}

/**
 * Asks for all blocks at once, and for half as many whenever the endpoint refuses. Endpoints word their limits in many
 * ways, so any refusal counts as one; it is thrown only when a single block is refused, or when nobody answers. Who only
 * wants to be asked less often is asked again later, five times.
 *
 * @param read Asks for the events of a stretch of blocks, both ends included.
 * @param waitMs How long to wait the first time, milliseconds; twice as long each time after.
 */
export async function* readInWindows<T>(
  read: (fromBlock: bigint, toBlock: bigint) => Promise<T[]>,
  fromBlock: bigint,
  toBlock: bigint,
  waitMs = 1_000,
): AsyncGenerator<LogWindow<T>> {
  let from = fromBlock;
  let size = toBlock - fromBlock + 1n;
  /** The smallest stretch that was refused. */
  let refused: bigint | undefined;
  let waited = 0;
  while (from <= toBlock) {
    const to = from + size - 1n < toBlock ? from + size - 1n : toBlock;
    const asked = to - from + 1n;
    let logs: T[];
    try {
      logs = await read(from, to);
    } catch (error) {
      if (isRateLimited(error) && waited < 5) {
        await sleep(waitMs * 2 ** waited++);
        continue;
      }
      if (asked === 1n || isUnreachable(error) || isRateLimited(error)) throw error;
      refused = asked;
      size = asked / 2n;
      continue;
    }
    waited = 0;
    yield { to, logs };
    from = to + 1n;
    // Towards the limit, until there is little left to gain.
    if (refused !== undefined && refused - size > refused / 8n) size += (refused - size) / 2n;
  }
}
