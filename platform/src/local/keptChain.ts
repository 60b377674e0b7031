/**
 * Keeps the last sound state of the local chain: what a kill has left of anvil's own file may be none (`isSound`), and all that
 * ever happened on the chain would be gone.
 */
import { existsSync } from "node:fs";
import { copyFile, rename, stat } from "node:fs/promises";
import { isSound } from "./chainFile.ts";

/** How long after a copy the next one is made, ms: with a broken file no more is lost. */
const EVERY_MS = 2_000;
/** And how soon where the file was just being written. */
const AGAIN_MS = 200;
/** A long history takes long to look at: for so many times as long nothing is done then. */
const RARELY = 10;

const keptOf = (file: string) => `${file}.kept`;

/** Copies the file now and then until the returned function is called. */
export function keepSound(file: string): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOn = true;
  const keep = async (): Promise<void> => {
    const began = performance.now();
    // What cannot be copied is gone, or there is no room for it: the chain goes on without.
    const isKept = await copySound(file).catch(() => true);
    const pause = Math.max(isKept ? EVERY_MS : AGAIN_MS, RARELY * (performance.now() - began));
    if (isOn) timer = setTimeout(keep, pause).unref();
  };
  void keep();
  return () => {
    isOn = false;
    clearTimeout(timer);
  };
}

/** @returns Whether it could be: not where it was written to meanwhile, or is not sound. */
async function copySound(file: string): Promise<boolean> {
  const part = `${file}.part`;
  const { mtimeNs } = await stat(file, { bigint: true });
  await copyFile(file, part);
  if ((await stat(file, { bigint: true })).mtimeNs !== mtimeNs || !(await isSound(part))) return false;
  await rename(part, keptOf(file));
  return true;
}

/** Puts what was kept, if anything was, in the place of a file that is not sound; both stay where they are, the latter as `.broken`. */
export async function takeKept(file: string): Promise<void> {
  if (!existsSync(keptOf(file))) return;
  await copyFile(file, `${file}.broken`);
  await copyFile(keptOf(file), file);
}
