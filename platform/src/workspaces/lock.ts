/** Lets one at a time change what a workspace has. */
import type { Transaction } from "../db/database.ts";

/**
 * Until the transaction ends. Whoever counts what there is before it adds to it holds this first: of two at once, one is the
 * last. Sessions that name the workspace are opened meanwhile.
 */
export async function lockWorkspace(tx: Transaction, workspaceId: string): Promise<void> {
  await tx.rows`select id from workspaces where id = ${workspaceId} for no key update`;
}
