/** One twin for all files of this folder: serving it takes seconds, and every test leaves it as it was. */
import { Operations } from "./situation.ts";

let opened: Promise<Operations> | undefined;

export function operations(): Promise<Operations> {
  opened ??= Operations.open();
  return opened;
}

after(async () => {
  await (await opened)?.close();
  opened = undefined;
});
