/** Workspaces: made by a wallet's signature, found, changed; and where an operator is. */
import type { Address } from "viem";
import type { Authz } from "../authz/authz.ts";
import type { Clock, Entropy } from "../clock.ts";
import { type Database, isDuplicate, type Queries, type Transaction } from "../db/database.ts";
import { Refused } from "../refusal.ts";

export const DEVICE_KINDS = ["PHONE", "LAPTOP", "DRONE", "PTZ", "FIXED", "OTHER"] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];
/** Half of the earth's circumference: a circle cannot be larger. */
export const MOST_RADIUS_METERS = 20_037_508;

export interface WorkspaceRow {
  id: string;
  slug: string;
  name: string;
  walletAddress: Address;
  isConsumer: boolean;
  isSupplier: boolean;
  availabilityState: "OFFLINE" | "ONLINE" | "BUSY";
  coverageLat: number | null;
  coverageLng: number | null;
  coverageRadiusMeters: number | null;
  deviceKind: DeviceKind | null;
  lastSeenAt: Date | null;
  createdAt: Date;
  createdByWallet: string;
  deletedAt: Date | null;
}

export interface NewWorkspace {
  slug: string;
  name: string;
  walletAddress: Address;
  isConsumer: boolean;
  isSupplier: boolean;
}

/** Makes a workspace and notes who owns it: `tellOwner` tells it. */
export async function createWorkspace(
  tx: Transaction,
  { clock, entropy, authz }: { clock: Clock; entropy: Entropy; authz: Authz },
  { slug, name, walletAddress, isConsumer, isSupplier }: NewWorkspace,
): Promise<WorkspaceRow> {
  const [id, now] = [entropy.uuid(), clock.now()];
  try {
    const workspace = await tx.row<WorkspaceRow>`
      with made as (
        insert into workspaces (id, slug, name, wallet_address, is_consumer, is_supplier, idle_since, created_at, created_by_wallet)
        values (${id}, ${slug}, ${name}, ${walletAddress}, ${isConsumer}, ${isSupplier}, ${now}::timestamptz, ${now}::timestamptz, ${walletAddress})
        returning *
      ), member as (
        insert into workspace_members (id, workspace_id, wallet_address, role, created_at)
        select ${entropy.uuid()}::uuid, id, wallet_address, 'OWNER', created_at from made
      ) select * from made`;
    await authz.note(tx, { operation: "TOUCH", workspaceId: id, relation: "owner", walletAddress });
    return workspace as WorkspaceRow;
  } catch (error) {
    if (!isDuplicate(error, "workspaces_slug")) throw error;
    throw new Refused("CONFLICT", `The slug ${slug} is taken.`, { detail: "workspace:slugTaken" });
  }
}

/**
 * Tells SpiceDB who owns a new workspace, or takes the workspace back: there is none without its owner. Whoever sends the
 * same request again meanwhile comes here too, and to the same end.
 *
 * @returns The ZedToken of the write.
 * @throws {Refused} AUTHZ_ERROR, and there is no such workspace any more
 */
export async function tellOwner(
  db: Database,
  { authz }: { authz: Authz },
  { id, walletAddress }: { id: string; walletAddress: Address },
  idempotencyKey: string | undefined,
): Promise<string> {
  const noted = await db.row<{ id: bigint }>`
    select id from relationship_writes where resource_id = ${id} order by id limit 1`;
  if (noted === undefined) throw new Error(`nobody has noted the owner of ${id}`);
  try {
    const token = await authz.apply(noted.id);
    // Whoever gave up before us has taken it back.
    if ((await db.row`select id from workspaces where id = ${id}`) !== undefined) return token;
  } catch (error) {
    const token = await forgetWorkspace(db, { authz }, { id, walletAddress, noted: noted.id }, idempotencyKey);
    if (token === undefined) throw error;
    return token;
  }
  throw new Refused("AUTHZ_ERROR", "The workspace's owner could not be written down. Try again.", { retryAfter: 1 });
}

/**
 * Takes back a workspace whose owner could not be told to SpiceDB; what may have arrived there is deleted when it can be.
 *
 * @returns The token, if somebody else has told it meanwhile: then the workspace stays.
 */
async function forgetWorkspace(
  db: Database,
  { authz }: { authz: Authz },
  { id, walletAddress, noted }: { id: string; walletAddress: Address; noted: bigint },
  idempotencyKey: string | undefined,
): Promise<string | undefined> {
  return await db.transaction(async (tx) => {
    const mine = await tx.row`
      update relationship_writes set applied_at = created_at where id = ${noted} and applied_at is null returning id`;
    if (mine === undefined) {
      const told = await tx.row<{ zedToken: string | null }>`
        select r.zed_token from relationship_writes r join workspaces w on w.id = ${id} where r.id = ${noted}`;
      return told?.zedToken ?? undefined;
    }
    await tx.rows`delete from idempotency_keys where scope = ${walletAddress} and key = ${idempotencyKey ?? null}::text`;
    await tx.rows`delete from workspace_members where workspace_id = ${id}`;
    await tx.rows`delete from workspaces where id = ${id}`;
    await authz.note(tx, { operation: "DELETE", workspaceId: id, relation: "owner", walletAddress });
    return undefined;
  });
}

/** @throws {Refused} NOT_FOUND */
export async function findWorkspace(db: Queries, id: string): Promise<WorkspaceRow> {
  return (await db.row<WorkspaceRow>`select * from workspaces where id = ${id} and deleted_at is null`) ?? notFound();
}

function notFound(): never {
  throw new Refused("NOT_FOUND", "There is no such workspace.", { detail: "workspace:notFound" });
}

export interface Membership {
  id: string;
  workspaceId: string;
  walletAddress: string;
  role: "OWNER" | "ADMIN" | "VIEWER";
  createdAt: Date;
  slug: string;
  name: string;
}

/** As many workspaces of a wallet as are named where it signs in. Anybody can take a wallet in: its first stay its first. */
const MOST_NAMED = 500;

/** The workspaces of a wallet, in the order in which it came to them, as the list for people has them. */
export function membershipsOf(db: Queries, walletAddress: string): Promise<Membership[]> {
  return db.rows<Membership>`
    select m.id, m.workspace_id, m.wallet_address, m.role, m.created_at, w.slug, w.name
    from workspace_members m join workspaces w on w.id = m.workspace_id
    where m.wallet_address = ${walletAddress} and w.deleted_at is null order by m.created_at, m.id limit ${MOST_NAMED}`;
}

export function workspacesOf(
  db: Queries,
  walletAddress: string,
  { limit, after }: { limit: number; after: { createdAt: Date; id: string } | undefined },
): Promise<(WorkspaceRow & { memberId: string; role: string; memberSince: Date })[]> {
  const [time, id] = [after?.createdAt ?? null, after?.id ?? null];
  return db.rows`
    select w.*, m.id as member_id, m.role, m.created_at as member_since
    from workspace_members m join workspaces w on w.id = m.workspace_id
    where m.wallet_address = ${walletAddress} and w.deleted_at is null
      and (${time}::timestamptz is null or (m.created_at, m.id) > (${time}::timestamptz, ${id}::uuid))
    order by m.created_at, m.id limit ${limit}`;
}

export interface WorkspaceChange {
  name?: string | undefined;
  availabilityState?: "ONLINE" | "OFFLINE" | undefined;
  coverageLat?: number | null | undefined;
  coverageLng?: number | null | undefined;
  coverageRadiusMeters?: number | null | undefined;
  deviceKind?: DeviceKind | null | undefined;
}

/** @throws {Refused} NOT_OPERATOR, INVALID_STATE */
export async function changeWorkspace(
  db: Database,
  { clock }: { clock: Clock },
  id: string,
  change: WorkspaceChange,
): Promise<WorkspaceRow> {
  return await db.transaction(async (tx) => {
    const now =
      (await tx.row<WorkspaceRow>`select * from workspaces where id = ${id} and deleted_at is null for update`) ??
      notFound();
    const { name, ...operators } = change;
    if (Object.values(operators).some((value) => value !== undefined) && !now.isSupplier)
      throw new Refused(
        "NOT_AUTHORIZED",
        "Only a workspace with the role SUPPLIER has availability, coverage and a device.",
        { detail: "workspace:notSupplier" },
      );
    const next = {
      ...now,
      ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
    } as WorkspaceRow;
    const isCovering = next.coverageLat !== null && next.coverageLng !== null && next.coverageRadiusMeters !== null;
    if (change.availabilityState !== undefined && now.availabilityState === "BUSY")
      throw new Refused("INVALID_STATE", "The operator is busy with a session.", {
        detail: "workspace:availability:BUSY",
      });
    if (next.availabilityState !== "OFFLINE" && !isCovering)
      throw new Refused(
        "INVALID_STATE",
        "To be ONLINE an operator needs coverageLat, coverageLng and coverageRadiusMeters.",
        { detail: "workspace:online:noCoverage" },
      );
    const comesOnline = next.availabilityState === "ONLINE" && now.availabilityState === "OFFLINE";
    const row = await tx.row<WorkspaceRow>`
      update workspaces set name = ${next.name}, availability_state = ${next.availabilityState}, coverage_lat = ${next.coverageLat},
        coverage_lng = ${next.coverageLng}, coverage_radius_meters = ${next.coverageRadiusMeters}, device_kind = ${next.deviceKind},
        idle_since = case when ${comesOnline} then ${clock.now()}::timestamptz else idle_since end,
        heard_at = case when ${change.availabilityState === "ONLINE"} then null else heard_at end
      where id = ${id} returning *`;
    return row as WorkspaceRow;
  });
}

/** An operator of whom nothing is heard for so long is away, seconds. */
export const STALE_SECONDS = 25;

/** @returns Whose last heartbeat is not after this is away; who has sent none since it came online is not measured by them. */
export function staleBefore({ clock }: { clock: Clock }): Date {
  return new Date(clock.now().getTime() - STALE_SECONDS * 1_000);
}

export interface Heartbeat {
  lat: number;
  lng: number;
  accuracyMeters?: number | undefined;
  sequence: bigint;
}

/** @throws {Refused} CONFLICT if the sequence is not larger than every one before it. */
export async function beat(
  db: Queries,
  { clock }: { clock: Clock },
  id: string,
  { sequence }: Heartbeat,
): Promise<WorkspaceRow> {
  const row = await db.row<WorkspaceRow>`
    update workspaces set last_seen_at = ${clock.now()}, heard_at = ${clock.now()}, heartbeat_sequence = ${sequence}
    where id = ${id} and (heartbeat_sequence is null or heartbeat_sequence < ${sequence}) returning *`;
  if (row !== undefined) return row;
  throw new Refused("CONFLICT", "The sequence is not larger than that of an earlier heartbeat.", {
    detail: "heartbeat:sequence",
  });
}
