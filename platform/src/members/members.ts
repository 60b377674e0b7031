/**
 * Who belongs to a workspace. SpiceDB says what a wallet may; this list is for people, and both change together: what is to
 * be written there is noted in the transaction that changes the list.
 */
import type { Address } from "viem";
import type { Authz, Relation } from "../authz/authz.ts";
import type { Clock, Entropy } from "../clock.ts";
import type { Queries, Transaction } from "../db/database.ts";
import { Refused } from "../refusal.ts";
import { lockWorkspace } from "../workspaces/lock.ts";

export type Role = "OWNER" | "ADMIN" | "VIEWER";
/** An owner is made by a transfer alone. */
export type GivenRole = Exclude<Role, "OWNER">;
export const MOST_MEMBERS = 200;

export interface MemberRow {
  id: string;
  workspaceId: string;
  walletAddress: Address;
  role: Role;
  createdAt: Date;
}

/** A member, and the last noted write, which `authz.apply` takes with all before it; undefined if nothing changed. */
export interface Changed {
  member: MemberRow;
  noted: bigint | undefined;
}

export interface MembersContext {
  clock: Clock;
  entropy: Entropy;
  authz: Authz;
}

const RELATION: Readonly<Record<Role, Relation>> = { OWNER: "owner", ADMIN: "admin", VIEWER: "viewer" };

/** In the order in which they came. */
export function listMembers(
  db: Queries,
  workspaceId: string,
  { limit, after }: { limit: number; after?: { createdAt: Date; id: string } | undefined } = { limit: MOST_MEMBERS },
): Promise<MemberRow[]> {
  const [time, id] = [after?.createdAt ?? null, after?.id ?? null];
  return db.rows<MemberRow>`
    select * from workspace_members where workspace_id = ${workspaceId}
      and (${time}::timestamptz is null or (created_at, id) > (${time}::timestamptz, ${id}::uuid))
    order by created_at, id limit ${limit}`;
}

/** @throws {Refused} CONFLICT for one who is a member, or one too many. */
export async function addMember(
  tx: Transaction,
  { clock, entropy, authz }: MembersContext,
  workspaceId: string,
  walletAddress: Address,
  role: GivenRole,
): Promise<Changed> {
  await lockWorkspace(tx, workspaceId);
  const members = await listMembers(tx, workspaceId);
  if (members.some((member) => member.walletAddress === walletAddress))
    throw new Refused("CONFLICT", "This wallet is a member already.", { detail: "member:exists" });
  if (members.length >= MOST_MEMBERS)
    throw new Refused("CONFLICT", `A workspace has at most ${MOST_MEMBERS} members.`, { detail: "member:tooMany" });
  const member = await tx.row<MemberRow>`
    insert into workspace_members (id, workspace_id, wallet_address, role, created_at)
    values (${entropy.uuid()}, ${workspaceId}, ${walletAddress}, ${role}, ${clock.now()}) returning *`;
  const relation = RELATION[role];
  const noted = await authz.note(tx, { operation: "TOUCH", workspaceId, relation, walletAddress });
  return { member: member as MemberRow, noted };
}

/** @throws {Refused} NOT_FOUND; INVALID_STATE for the owner. */
export async function changeMember(
  tx: Transaction,
  { authz }: MembersContext,
  workspaceId: string,
  walletAddress: Address,
  role: GivenRole,
): Promise<Changed> {
  const now = await lockMember(tx, workspaceId, walletAddress);
  if (now.role === "OWNER") throw ownerStays();
  if (now.role === role) return { member: now, noted: undefined };
  return await setRole(tx, authz, now, role);
}

/** @throws {Refused} NOT_FOUND; INVALID_STATE for the owner. */
export async function removeMember(
  tx: Transaction,
  { authz }: MembersContext,
  workspaceId: string,
  walletAddress: Address,
): Promise<Changed> {
  const member = await lockMember(tx, workspaceId, walletAddress);
  if (member.role === "OWNER") throw ownerStays();
  await tx.rows`delete from workspace_members where id = ${member.id}`;
  const relation = RELATION[member.role];
  return { member, noted: await authz.note(tx, { operation: "DELETE", workspaceId, relation, walletAddress }) };
}

/** Makes a member the owner, and who was it until now an admin. @returns The new owner. */
export async function transferWorkspace(
  tx: Transaction,
  { authz }: MembersContext,
  workspaceId: string,
  from: Address,
  to: Address,
): Promise<Changed> {
  const next = await lockMember(tx, workspaceId, to);
  const owner = (await listMembers(tx, workspaceId)).find((member) => member.role === "OWNER");
  // Two transfers at once: the second finds that it is no longer the owner's.
  if (owner === undefined || owner.walletAddress !== from)
    throw new Refused("NOT_AUTHORIZED", "Only the owner transfers a workspace.", {
      detail: "workspace:transferDenied",
    });
  if (next.role === "OWNER") return { member: next, noted: undefined };
  await setRole(tx, authz, owner, "ADMIN");
  return await setRole(tx, authz, next, "OWNER");
}

/** The new relationship is there before the old one goes. */
async function setRole(tx: Transaction, authz: Authz, member: MemberRow, role: Role): Promise<Changed> {
  const { workspaceId, walletAddress } = member;
  await tx.rows`update workspace_members set role = ${role} where id = ${member.id}`;
  await authz.note(tx, { operation: "TOUCH", workspaceId, relation: RELATION[role], walletAddress });
  const relation = RELATION[member.role];
  const noted = await authz.note(tx, { operation: "DELETE", workspaceId, relation, walletAddress });
  return { member: { ...member, role }, noted };
}

async function lockMember(tx: Transaction, workspaceId: string, walletAddress: Address): Promise<MemberRow> {
  // What is noted has one order.
  await lockWorkspace(tx, workspaceId);
  const member = await tx.row<MemberRow>`
    select * from workspace_members where workspace_id = ${workspaceId} and wallet_address = ${walletAddress}`;
  if (member !== undefined) return member;
  throw new Refused("NOT_FOUND", "This wallet is no member of the workspace.", { detail: "member:notFound" });
}

function ownerStays(): Refused {
  return new Refused("INVALID_STATE", "The owner stays the owner until the workspace is transferred.", {
    detail: "member:owner",
  });
}
