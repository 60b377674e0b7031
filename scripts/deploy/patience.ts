/** Asks again what a node may not know yet although another behind the same address has shown it. */
import { setTimeout as sleep } from "node:timers/promises";

/** Pauses between two looks, ms: four seconds in all, as long as the endpoint itself asks for a receipt. */
const PAUSES_MS = [250, 500, 1_000, 2_000];

/** The first answer that is as it should be, or the last: only what stays so is judged. */
export async function stays<T>(ask: () => Promise<T>, isGood: (answer: T) => boolean): Promise<T> {
  for (const pause of PAUSES_MS) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    await sleep(pause);
  }
  return ask();
}
