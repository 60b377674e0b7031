/** Reads events over any stretch of blocks, through endpoints that limit blocks, results and time, each in its own way. */
import { causeOf, type ProblemKind, RequestProblem } from "./problems.ts";

export interface LogWindow<T> {
  /** The first and the last block of the window. */
  from: bigint;
  to: bigint;
  logs: T[];
}

/** As many logs as one answer should have: more is refused by many endpoints, and no faster. */
const COMFORTABLE = 10_000;
/** No window grows beyond it by itself. */
const LARGEST = 1_000_000n;
/** After so many good answers, more is tried again: it may have been the results that were too many, not the blocks. */
const PATIENCE = 80;

/** Endpoints word their limits in many ways, so a refusal that is not understood counts as one. */
const MAY_BE_TOO_MUCH: readonly ProblemKind[] = ["range", "slow", "refused"];

/**
 * Asks for half as many blocks whenever the endpoint refuses, and then for more again, towards the least that it refused.
 *
 * @param read Asks for the events of a stretch of blocks, both ends included.
 * @param first How many blocks to ask for the first time; all of them at once if nothing is said.
 * @throws what `read` throws, if asking for fewer is of no use.
 */
export async function* readInWindows<T>(
  read: (fromBlock: bigint, toBlock: bigint) => Promise<T[]>,
  fromBlock: bigint,
  toBlock: bigint,
  first = toBlock - fromBlock + 1n,
): AsyncGenerator<LogWindow<T>> {
  let from = fromBlock;
  let size = first;
  /** The smallest stretch that was refused. */
  let refused: bigint | undefined;
  let answered = 0;
  while (from <= toBlock) {
    const to = least(from + size - 1n, toBlock);
    let logs: T[];
    try {
      logs = await read(from, to);
    } catch (error) {
      const problem = causeOf(error, RequestProblem);
      if (problem === undefined || !MAY_BE_TOO_MUCH.includes(problem.kind) || from === to) throw error;
      refused = to - from + 1n;
      size = refused / 2n;
      answered = 0;
      continue;
    }
    yield { from, to, logs };
    from = to + 1n;
    if (++answered % PATIENCE === 0 && refused !== undefined) refused *= 2n;
    if (logs.length > COMFORTABLE) size = size > 1n ? size / 2n : 1n;
    else if (logs.length * 2 <= COMFORTABLE) size = larger(size, refused);
  }
}

/** Towards the limit, until there is little left to gain. */
function larger(size: bigint, refused: bigint | undefined): bigint {
  if (refused !== undefined) return refused - size > refused / 8n ? size + (refused - size) / 2n : size;
  return size < LARGEST ? least(size * 2n, LARGEST) : size;
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}
