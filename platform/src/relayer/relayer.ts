/**
 * Submits what is due, exactly once: what is sent was signed and written down before, and the same bytes are sent until
 * their nonce is used. That a session is settled is for the watcher to read from the contract's event; nothing here
 * believes a receipt.
 */
import { raiseAlarm } from "../alarms.ts";
import { openAccount } from "./account.ts";
import type { RelayerContext, Work } from "./context.ts";
import { LeaseLost, openLease } from "./lease.ts";
import { makeBatches } from "./makeBatches.ts";
import { Paused, pauseOf } from "./orders.ts";
import { replaceIfNeeded } from "./replace.ts";
import { openSending } from "./send.ts";
import { takeOver } from "./takeOver.ts";
import { openUsedNonces } from "./usedNonces.ts";
import { chainNonce, highestNonce, lastVersion, openBatches, readSigned, type Version } from "./versions.ts";

export interface Relayer {
  /**
   * Does what is to be done now, if this process holds the lease.
   *
   * @returns true: there may be more to do at once. A number: there will be so soon, in ms.
   */
  turn(): Promise<boolean | number>;
  /** Lets another process take over at once. */
  close(): Promise<void>;
}

/** What is sent is sent again after this time, if its nonce is not used, ms. */
const RESEND_MS = 3_000;
/** For each batch in flight as many may be mined and not read by the watcher. */
const UNREAD = 2;
/** With a full pipeline in which something was signed so lately, ms, */
const LATELY_MS = 2_000;
/** it is looked so soon whether a block has made room, ms: a quarter of Base's time for one. */
const SOON_MS = 50;

export function openRelayer(context: RelayerContext): Relayer {
  const { db, chain, clock, signer, log, pipeline } = context;
  const lease = openLease("relayer", context);
  const work: Work = {
    ...context,
    lease,
    alarm(kind, subject, message) {
      log.error({ kind, subject }, message);
      return raiseAlarm(db, { kind, subject, message }, clock.now());
    },
  };
  const sending = openSending(work);
  const usedNonces = openUsedNonces(work);
  const account = openAccount(work);
  let lastNonce = 0n;

  const turn = async (): Promise<boolean | number> => {
    if (!(await lease.hold())) return false;
    if (usedNonces.stopped !== undefined) return false;
    await account.checkCode();
    const [head, used, open] = await Promise.all([
      chain.head(),
      chainNonce(chain, signer.address),
      openBatches(db, signer.address),
    ]);
    const highest = await highestNonce(db, signer.address);
    const next = highest === undefined ? used : highest + 1n;
    const [mined, unmined] = [open.filter(({ nonce }) => nonce < used), open.filter(({ nonce }) => nonce >= used)];
    usedNonces.keep([...mined.map(({ nonce }) => nonce), ...(used > next ? [next] : [])]);
    // A nonce above all that was signed: whoever used it has this key.
    if (used > next && (await usedNonces.isForeign(next))) return false;
    await takeOver(work);
    await usedNonces.lookUp(mined, head);
    if (usedNonces.stopped !== undefined) return false;
    // A chain that went back has lost what was sent: all of it is sent at once.
    const wentBack = used < lastNonce;
    lastNonce = used;
    // Nothing is signed while it is paused; what is signed may be mined at any moment, and is seen to its end.
    const isPaused = (await pauseOf(db)) !== undefined;
    const now = clock.now().getTime();
    const isToBeSent = ({ sentAt }: Version) => wentBack || sentAt === null || now - sentAt.getTime() >= RESEND_MS;
    // A chain that went back may have put more in flight again than were signed for at once: the lowest go first.
    const versions = unmined.slice(0, pipeline).map(lastVersion);
    const [lowest] = unmined;
    if (lowest !== undefined && !isPaused && !isToBeSent(lastVersion(lowest)))
      await replaceIfNeeded(work, sending, lowest, head);
    await sending.send(await readSigned(db, versions.filter(isToBeSent)));
    await account.addUp(used, head);
    if (isPaused || !account.maySign || used > next) return false;
    // What is mined counts until the watcher has read it, so that nothing is signed for ever while nobody reads.
    const most = Math.min(pipeline - unmined.length, UNREAD * pipeline - open.length);
    if (most <= 0) return versions.some(({ signedAt }) => now - signedAt.getTime() < LATELY_MS) ? SOON_MS : false;
    const made = await makeBatches(work, head, { nonce: next, most, account });
    await sending.send(made);
    return made.length > 0;
  };

  return {
    async turn() {
      try {
        return await turn();
      } catch (error) {
        if (!(error instanceof LeaseLost || error instanceof Paused)) throw error;
        return false;
      }
    },
    close: () => lease.release(),
  };
}
