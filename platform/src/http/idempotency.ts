/**
 * Does what a request asks once for each `Idempotency-Key`: what was answered is kept in the transaction of the work itself,
 * and given again. Only answers of success are kept.
 */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Queries, Transaction } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import { type Seal, seal, unseal } from "../sealed.ts";
import type { Context } from "./context.ts";

interface Kept extends Remembered {
  fingerprint: Buffer;
  status: number;
  body: string;
}

interface Remembered {
  /** A workspace, or a wallet where there is none yet. */
  scope: string;
  key: string;
}

/** @throws {Refused} INVALID_INPUT */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const given = request.headers["idempotency-key"];
  if (given === undefined) return undefined;
  const [, bare] = /^"(.*)"$/.exec(String(given)) ?? [undefined, String(given)];
  if (bare !== undefined && /^[\x20-\x7e]{1,255}$/.test(bare)) return bare;
  throw new Refused("INVALID_INPUT", "Idempotency-Key takes 1 to 255 printable characters.", {
    detail: "Idempotency-Key",
  });
}

/**
 * Runs `work` in a transaction and answers with what it returns, or with what it returned the first time.
 *
 * @param scope Whose keys these are.
 * @param before What has to be done outside the transaction, and only if the work is.
 */
export async function once<T>(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  scope: string,
  status: number,
  work: (tx: Transaction) => Promise<T>,
  before: () => Promise<void> = async () => undefined,
): Promise<T> {
  const key = idempotencyKeyOf(request);
  if (key === undefined) {
    await before();
    return await context.db.transaction(work);
  }
  const fingerprint = fingerprintOf(request, scope);
  const kept = await find(context.db, scope, key);
  if (kept !== undefined) return replay(context, reply, kept, fingerprint);
  try {
    await before();
  } catch (error) {
    // A twin may have done it a moment ago.
    for (let i = 0; i < 4 && error instanceof Refused && error.code === "NOT_AUTHENTICATED"; i++) {
      const twin = await find(context.db, scope, key);
      if (twin !== undefined && twin.body !== "") return replay(context, reply, twin, fingerprint);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw error;
  }
  try {
    return await context.db.transaction(async (tx) => {
      // Whoever comes second waits here for the first, and then finds what it left.
      await tx.rows`select set_config('lock_timeout', '2s', true)`;
      const mine = await tx.row`
        insert into idempotency_keys (scope, key, fingerprint, status, body, created_at)
        values (${scope}, ${key}, ${fingerprint}, ${status}, '', ${context.clock.now()}) on conflict do nothing returning key`;
      if (mine === undefined) throw TWIN;
      await tx.rows`select set_config('lock_timeout', '0', true)`;
      const data = await work(tx);
      await amend(context, tx, { scope, key }, data);
      return data;
    });
  } catch (error) {
    const isWaiting = error instanceof Refused && (error.cause as { code?: string } | undefined)?.code === "55P03";
    if (error !== TWIN && !isWaiting) throw error;
    const twin = await find(context.db, scope, key);
    if (twin !== undefined) return replay(context, reply, twin, fingerprint);
    throw new Refused("CONFLICT", "A request with this Idempotency-Key is under way.", {
      detail: "idempotency:inProgress",
      retryAfter: 1,
    });
  }
}

const TWIN = new Error("the key is another request's");

function find(db: Queries, scope: string, key: string): Promise<Kept | undefined> {
  return db.row<Kept>`select scope, key, fingerprint, status, body from idempotency_keys where scope = ${scope} and key = ${key}`;
}

/** Keeps another answer than was kept before. */
export async function amend(
  { config }: Context,
  db: Queries,
  { scope, key }: Remembered,
  data: unknown,
): Promise<void> {
  const body = seal(JSON.stringify(data), sealOf(config, scope, key));
  await db.rows`update idempotency_keys set body = ${body} where scope = ${scope} and key = ${key}`;
}

function replay<T>({ config }: Context, reply: FastifyReply, kept: Kept, fingerprint: Buffer): T {
  if (!kept.fingerprint.equals(fingerprint))
    throw new Refused("CONFLICT", "This Idempotency-Key came with another request before: one key, one intention.", {
      detail: "idempotency:bodyDiffers",
    });
  const body = unseal(kept.body, sealOf(config, kept.scope, kept.key));
  if (body === undefined)
    throw new Refused(
      "CONFLICT",
      "What was answered to this Idempotency-Key can no longer be read: look up what it made.",
      {
        detail: "idempotency:forgotten",
      },
    );
  reply.header("idempotent-replayed", "true");
  return JSON.parse(body) as T;
}

function sealOf({ sessionSecrets }: Context["config"], scope: string, key: string): Seal {
  return { purpose: "idempotency", owner: `${scope}\n${key}`, secrets: sessionSecrets };
}

function fingerprintOf(request: FastifyRequest, scope: string): Buffer {
  const path = request.url.split("?")[0];
  const parts = [scope, request.principal ?? "", request.method, path, JSON.stringify(request.body ?? {})];
  return createHash("sha256").update(JSON.stringify(parts)).digest();
}
