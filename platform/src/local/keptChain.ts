/**
 * Keeps the last whole state of the local chain. anvil writes its file over the one before: who kills it in the middle of that
 * leaves half of one, and all that ever happened on the chain would be gone.
 */
import { copyFile, open, rename, stat } from "node:fs/promises";

/** How often it is copied, if it has changed, ms: with the half of a file no more is lost. */
const EVERY_MS = 2_000;
/** What anvil writes last. */
const END = Buffer.from('"historical_states":null}');

const keptOf = (file: string) => `${file}.kept`;

/** Copies the file now and then until the returned function is called. */
export function keepWhole(file: string): () => void {
  let kept = 0n;
  const keep = async (): Promise<void> => {
    const part = `${file}.part`;
    const { mtimeNs } = await stat(file, { bigint: true });
    if (mtimeNs === kept) return;
    await copyFile(file, part);
    // Written to meanwhile, or torn before: the next time will do.
    if ((await stat(file, { bigint: true })).mtimeNs !== mtimeNs || !(await isWhole(part))) return;
    await rename(part, keptOf(file));
    kept = mtimeNs;
  };
  // What cannot be copied is gone, or there is no room for it: the chain goes on without.
  const timer = setInterval(() => void keep().catch(() => undefined), EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** Puts what was kept in the place of a file that cannot be read. @returns Whether there was anything. */
export function takeKept(file: string): Promise<boolean> {
  return rename(keptOf(file), file).then(
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
