/**
 * Keeps the last whole state of the local chain. anvil writes its file over the one before: who kills it in the middle of that
 * leaves half of one, and all that ever happened on the chain would be gone.
 */
import { copyFile, open, rename, stat } from "node:fs/promises";

/** How long after a copy the next one is made, ms: with the half of a file no more is lost. */
const EVERY_MS = 2_000;
/** And how soon where the file was just being written. */
const AGAIN_MS = 200;
/** What anvil writes last. */
const END = Buffer.from('"historical_states":null}');

const keptOf = (file: string) => `${file}.kept`;

/** Copies the file now and then until the returned function is called. */
export function keepWhole(file: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOn = true;
  const keep = async (): Promise<void> => {
    // What cannot be copied is gone, or there is no room for it: the chain goes on without.
    const isKept = await copyWhole(file).catch(() => true);
    if (isOn) timer = setTimeout(keep, isKept ? EVERY_MS : AGAIN_MS).unref();
  };
  void keep();
  return () => {
    isOn = false;
    clearTimeout(timer);
  };
}

/** @returns Whether it could be: not where it was written to meanwhile, or is half. */
async function copyWhole(file: string): Promise<boolean> {
  const part = `${file}.part`;
  const { mtimeNs } = await stat(file, { bigint: true });
  await copyFile(file, part);
  if ((await stat(file, { bigint: true })).mtimeNs !== mtimeNs || !(await isWhole(part))) return false;
  await rename(part, keptOf(file));
  return true;
}

/** Puts what was kept in the place of a file that cannot be read; it stays where it is. @returns Whether there was anything. */
export function takeKept(file: string): Promise<boolean> {
  return copyFile(keptOf(file), file).then(
    () => true,
    () => false,
  );
}

async function isWhole(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const end = Buffer.alloc(END.length);
    await handle.read(end, 0, END.length, Math.max(0, size - END.length));
    return end.equals(END);
  } finally {
    await handle.close();
  }
}
