/** Takes what another signer left: once the contract takes nothing of it any more, its sessions are due here. */
import type { Work } from "./context.ts";

export async function takeOver({ db, chain, clock, signer, lease, log }: Work): Promise<void> {
  const left = await db.rows<{ id: bigint }>`
    select id from batches where not is_done and signer <> ${signer.address}`;
  if (left.length === 0 || (await chain.view("relayer", [])) !== signer.address) return;
  const ids = left.map(({ id }) => id);
  await db.transaction(async (tx) => {
    await lease.guard(tx);
    await tx.rows`update batches set is_done = true where id = any (${ids}::bigint[])`;
    await tx.rows`
      update settlements set state = 'PENDING', batch_id = null, due_at = ${clock.now()}
      where batch_id = any (${ids}::bigint[]) and event_block is null and state = 'SUBMITTED'`;
  });
  log.warn({ batches: left.length }, "batches of another signer are made anew");
}
