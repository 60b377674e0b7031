/**
 * Asks SpiceDB who may do what in a workspace, and tells it of changes. What is to be written stands in Postgres first, in
 * the transaction of what it belongs to; it is applied before the call answers, and taken up again after a crash.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { v1 } from "@authzed/authzed-node";
import { Metadata, status } from "@grpc/grpc-js";
import type { Clock } from "../clock.ts";
import type { Database, Queries } from "../db/database.ts";
import { Refused } from "../refusal.ts";

export type Permission = "view" | "administrate" | "transfer";
export type Relation = "owner" | "admin" | "viewer";

export interface Relationship {
  operation: "TOUCH" | "DELETE";
  workspaceId: string;
  relation: Relation;
  walletAddress: string;
}

export interface Authz {
  /** @param token What an earlier write returned; without one, or with one that SpiceDB cannot read, the answer is fully consistent. */
  can(walletAddress: string, permission: Permission, workspaceId: string, token?: string): Promise<boolean>;
  /** The strongest role of a wallet in a workspace. */
  roleOf(walletAddress: string, workspaceId: string, token?: string): Promise<"OWNER" | "ADMIN" | "VIEWER" | undefined>;
  /** Notes a write within the transaction of what it belongs to. */
  note(tx: Queries, write: Relationship): Promise<bigint>;
  /** Applies what was noted. @returns The ZedToken of the write; empty if it was taken back before. */
  apply(noted: bigint): Promise<string>;
  /** Applies what a crash has left. */
  applyLeft(): Promise<number>;
  isReady(): Promise<boolean>;
  close(): void;
}

interface Open {
  id: bigint;
  operation: "TOUCH" | "DELETE";
  relation: Relation;
  subjectId: string;
}

const TIMEOUT_MS = 4_000;
/** Postgres's word for a lock that was not had in time. */
const LOCK_NOT_AVAILABLE = "55P03";
const SCHEMA = readFileSync(join(import.meta.dirname, "schema.zed"), "utf8");

export interface AuthzOptions {
  endpoint: string;
  token: string;
  isTls: boolean;
}

export function openAuthz(options: AuthzOptions, { db, clock }: { db: Database; clock: Clock }): Authz {
  const security = options.isTls ? v1.ClientSecurity.SECURE : v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS;
  const { promises: client } = v1.NewClient(options.token, options.endpoint, security, 0, {
    "grpc.enable_retries": 0,
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 1_000,
  });
  const deadline = () => ({ deadline: Date.now() + TIMEOUT_MS });

  const check = async (request: v1.CheckPermissionRequest) => {
    const { permissionship } = await client.checkPermission(request, new Metadata(), deadline());
    return permissionship === v1.CheckPermissionResponse_Permissionship.HAS_PERMISSION;
  };
  const can = async (walletAddress: string, permission: Permission, workspaceId: string, token?: string) => {
    const request = (consistency: v1.Consistency) =>
      v1.CheckPermissionRequest.create({
        consistency,
        resource: { objectType: "lx_workspace", objectId: workspaceId },
        permission,
        subject: { object: { objectType: "wallet", objectId: walletAddress.toLowerCase() } },
      });
    try {
      // A token is as good as the last write to the workspace, or it is none: who was taken out is out at the next call.
      if (token !== undefined && (await isNewest(workspaceId, token))) {
        try {
          const requirement = { oneofKind: "atLeastAsFresh" as const, atLeastAsFresh: { token } };
          return await check(request(v1.Consistency.create({ requirement })));
        } catch (error) {
          // Not one of this SpiceDB's: as if there were none.
          const { code } = error as { code?: number };
          if (code !== status.INVALID_ARGUMENT && code !== status.OUT_OF_RANGE && code !== status.FAILED_PRECONDITION)
            throw error;
        }
      }
      return await check(request(FULLY));
    } catch (error) {
      throw away(error);
    }
  };

  const isNewest = async (workspaceId: string, token: string) => {
    const last = await db.row<{ zedToken: string | null }>`
      select zed_token from relationship_writes where resource_id = ${workspaceId} order by id desc limit 1`;
    return last?.zedToken === token;
  };

  const write = async (writes: readonly Relationship[]): Promise<string> => {
    try {
      const { writtenAt } = await client.writeRelationships(
        v1.WriteRelationshipsRequest.create({
          updates: writes.map(({ operation, workspaceId, relation, walletAddress }) => ({
            operation:
              operation === "TOUCH" ? v1.RelationshipUpdate_Operation.TOUCH : v1.RelationshipUpdate_Operation.DELETE,
            relationship: {
              resource: { objectType: "lx_workspace", objectId: workspaceId },
              relation,
              subject: { object: { objectType: "wallet", objectId: walletAddress.toLowerCase() } },
            },
          })),
        }),
        new Metadata(),
        deadline(),
      );
      return writtenAt?.token ?? "";
    } catch (error) {
      throw away(error);
    }
  };

  const apply = async (id: bigint): Promise<string> => {
    return await db.transaction(async (tx) => {
      // One at a time for each workspace, and all that is open up to this one, in its order: an older write that comes late
      // would undo a newer one.
      await tx.rows`select set_config('lock_timeout', ${`${TIMEOUT_MS}ms`}, true)`;
      try {
        await tx.rows`select pg_advisory_xact_lock(hashtextextended(resource_id, 7)) from relationship_writes where id = ${id}`;
      } catch (error) {
        // Whoever is before us waits for SpiceDB.
        const { code } = ((error as Error).cause ?? {}) as { code?: string };
        throw code === LOCK_NOT_AVAILABLE ? away(error) : error;
      }
      await tx.rows`select set_config('lock_timeout', '0', true)`;
      const noted = await tx.row<{ resourceId: string; appliedAt: Date | null; zedToken: string | null }>`
        select resource_id, applied_at, zed_token from relationship_writes where id = ${id}`;
      if (noted === undefined) throw new Error(`there is no noted write ${id}`);
      if (noted.appliedAt !== null) return noted.zedToken ?? "";
      const open = await tx.rows<Open>`
        select id, operation, relation, subject_id from relationship_writes
        where resource_id = ${noted.resourceId} and applied_at is null order by id`;
      const last = new Map<string, Relationship>();
      for (const { operation, relation, subjectId } of open)
        last.set(`${relation} ${subjectId}`, {
          operation,
          relation,
          workspaceId: noted.resourceId,
          walletAddress: subjectId,
        });
      const token = await write([...last.values()]);
      const ids = open.map((it) => it.id);
      await tx.rows`
        update relationship_writes set applied_at = ${clock.now()}, zed_token = ${token} where id = any (${ids}::bigint[])`;
      return token;
    });
  };

  return {
    can,
    async roleOf(walletAddress, workspaceId, token) {
      if (!(await can(walletAddress, "view", workspaceId, token))) return undefined;
      const [owns, administrates] = await Promise.all([
        can(walletAddress, "transfer", workspaceId, token),
        can(walletAddress, "administrate", workspaceId, token),
      ]);
      return owns ? "OWNER" : administrates ? "ADMIN" : "VIEWER";
    },
    async note(tx, { operation, workspaceId, relation, walletAddress }) {
      const row = await tx.row<{ id: bigint }>`
        insert into relationship_writes (operation, resource_id, relation, subject_id, created_at)
        values (${operation}, ${workspaceId}, ${relation}, ${walletAddress.toLowerCase()}, ${clock.now()}) returning id`;
      return (row as { id: bigint }).id;
    },
    apply,
    async applyLeft() {
      const left = await db.rows<{ id: bigint }>`
        select id from relationship_writes where applied_at is null order by id limit 1000`;
      for (const { id } of left) await apply(id);
      return left.length;
    },
    async isReady() {
      try {
        await can("0x0000000000000000000000000000000000000000", "view", "none");
        return true;
      } catch {
        return false;
      }
    },
    close: () => client.close(),
  };
}

/** Writes the schema, as often as one likes. */
export async function writeSchema(options: AuthzOptions): Promise<void> {
  const security = options.isTls ? v1.ClientSecurity.SECURE : v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS;
  const { promises: client } = v1.NewClient(options.token, options.endpoint, security);
  try {
    await client.writeSchema(v1.WriteSchemaRequest.create({ schema: SCHEMA }), new Metadata(), {
      deadline: Date.now() + 10_000,
    });
  } catch (error) {
    throw away(error);
  } finally {
    client.close();
  }
}

const FULLY = v1.Consistency.create({ requirement: { oneofKind: "fullyConsistent", fullyConsistent: true } });

function away(error: unknown): Refused {
  return new Refused("AUTHZ_ERROR", "Permissions cannot be checked now. Try again.", { cause: error, retryAfter: 1 });
}
