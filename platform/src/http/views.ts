/** Turns rows into what clients see. */
import type { KeyRow } from "../keys/keys.ts";
import type { Media } from "../media/media.ts";
import type { SessionWithSettlement } from "../sessions/session.ts";
import type { WorkspaceRow } from "../workspaces/workspaces.ts";

export function rolesOf({ isConsumer, isSupplier }: { isConsumer: boolean; isSupplier: boolean }) {
  return [...(isConsumer ? ["CONSUMER"] : []), ...(isSupplier ? ["SUPPLIER"] : [])];
}

export function workspaceView(row: WorkspaceRow) {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    walletAddress: row.walletAddress,
    roles: rolesOf(row),
    availabilityState: row.availabilityState,
    coverageLat: row.coverageLat,
    coverageLng: row.coverageLng,
    coverageRadiusMeters: row.coverageRadiusMeters,
    deviceKind: row.deviceKind,
    lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    createdByWallet: row.createdByWallet,
    deletedAt: row.deletedAt?.toISOString() ?? null,
  };
}

export function keyView(row: KeyRow) {
  return {
    id: row.id,
    workspaceId: row.workspaceId,
    prefix: row.prefix,
    label: row.label,
    environment: row.environment,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    createdByWallet: row.createdByWallet,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    gracePeriodEnd: row.gracePeriodEnd?.toISOString() ?? null,
  };
}

/** @param viewer The workspace that looks: only the operator's side sees where to publish. */
export function sessionView(row: SessionWithSettlement, viewer: string, media: Media) {
  const urls =
    row.state === "LIVE" && row.videoBackendRef !== null ? media.urlsOf(row.id, row.videoBackendRef) : undefined;
  const isOperator = row.operatorWorkspaceId === viewer;
  return {
    id: row.id,
    consumerWorkspaceId: row.consumerWorkspaceId,
    operatorWorkspaceId: row.operatorWorkspaceId,
    state: row.state,
    endReason: row.endReason,
    reference: row.consumerWorkspaceId === viewer ? row.reference : null,
    maxDurationSeconds: row.maxDurationSeconds,
    waitTimeoutSeconds: row.waitTimeoutSeconds,
    ratePerSecondMicroUsdc: row.ratePerSecond.toString(),
    platformFeeBps: row.feeBps,
    holdMicroUsdc: (row.ratePerSecond * BigInt(row.maxDurationSeconds)).toString(),
    guaranteed: row.guaranteed,
    startedAt: row.startedAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    cleanSeconds: row.cleanSeconds,
    chargedMicroUsdc: row.charged.toString(),
    settlementTxHash: row.txHash,
    videoBackendRef: row.videoBackendRef,
    createdAt: row.createdAt.toISOString(),
    requestedLat: row.requestedLat,
    requestedLng: row.requestedLng,
    authorized: false,
    ...(urls === undefined ? {} : { whepUrl: urls.whepUrl, ...(isOperator ? { whipUrl: urls.whipUrl } : {}) }),
  };
}
