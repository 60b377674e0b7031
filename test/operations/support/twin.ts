/** Serves one twin to all files of this folder: that takes seconds, and every test leaves it as it was. */
import { Operations } from "./situation.ts";

let opened: Promise<Operations> | undefined;

export function operations(): Promise<Operations> {
  opened ??= Operations.open();
  return opened;
}

/** Does something to the twin and to its files, and goes back afterwards. For use as a test's body. */
export function apart(action: (operations: Operations) => Promise<void>): () => Promise<void> {
  return async () => {
    const situation = await operations();
    const goBack = await situation.snapshot();
    try {
      await action(situation);
    } finally {
      await goBack();
    }
  };
}

after(async () => {
  await (await opened)?.close();
  opened = undefined;
});
