/**
 * Submits what is due, exactly once: what is sent was signed and written down before, and the same bytes are sent until
 * their nonce is used. That a session is settled is for the watcher to read from the contract's event; nothing here
 * believes a receipt.
 */
import { raiseAlarm } from "../alarms.ts";
import { openAccount } from "./account.ts";
import type { RelayerContext, Work } from "./context.ts";
import { LeaseLost, openLease } from "./lease.ts";
import { makeBatch } from "./makeBatch.ts";
import { Paused, pauseOf } from "./orders.ts";
import { replaceIfNeeded } from "./replace.ts";
import { openSending } from "./send.ts";
import { takeOver } from "./takeOver.ts";
import { openUsedNonces } from "./usedNonces.ts";
import { chainNonce, highestNonce, lastVersion, openBatches } from "./versions.ts";

export interface Relayer {
  /** Does what is to be done now, if this process holds the lease. */
  turn(): Promise<void>;
  /** Lets another process take over at once. */
  close(): Promise<void>;
}

/** What is sent is sent again after this time, if its nonce is not used, ms. */
const RESEND_MS = 3_000;

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

  const turn = async (): Promise<void> => {
    if (!(await lease.hold())) return;
    if (usedNonces.stopped !== undefined) return;
    await account.checkCode();
    const [head, used, open] = await Promise.all([
      chain.head(),
      chainNonce(chain, signer.address),
      openBatches(db, signer.address),
    ]);
    const highest = await highestNonce(db, signer.address);
    // A nonce above all that was signed: whoever used it has this key.
    if (highest !== undefined && used > highest + 1n && (await usedNonces.isForeign(highest + 1n))) return;
    await takeOver(work);
    const unmined = open.filter(({ nonce }) => nonce >= used);
    for (const { nonce } of unmined) usedNonces.forget(nonce);
    for (const batch of open) if (batch.nonce < used) await usedNonces.lookUp(batch);
    if (usedNonces.stopped !== undefined) return;
    // A chain that went back has lost what was sent: all of it is sent at once.
    const wentBack = used < lastNonce;
    lastNonce = used;
    // Nothing is signed while it is paused; what is signed may be mined at any moment, and is seen to its end.
    const isPaused = (await pauseOf(db)) !== undefined;
    const now = clock.now().getTime();
    for (const [i, batch] of unmined.entries()) {
      const last = lastVersion(batch);
      if (wentBack || last.sentAt === null || now - last.sentAt.getTime() >= RESEND_MS)
        await sending.send(batch.id, last);
      else if (i === 0 && !isPaused) await replaceIfNeeded(work, sending, batch, head);
    }
    await account.addUp(used, head);
    if (isPaused || !account.maySign) return;
    for (let inFlight = open.length; inFlight < pipeline; inFlight++) {
      const made = await makeBatch(work, head, inFlight);
      if (made === undefined) return;
      await sending.send(made.batch, made.version);
    }
  };

  return {
    async turn() {
      try {
        await turn();
      } catch (error) {
        if (!(error instanceof LeaseLost || error instanceof Paused)) throw error;
      }
    },
    close: () => lease.release(),
  };
}
