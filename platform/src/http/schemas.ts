/** The shapes that requests and answers share. What validates is also what the published document says. */
import { getAddress } from "viem";
import { z } from "zod";
import { SCOPES } from "../keys/keys.ts";
import { MOST_DURATION_SECONDS, WAIT_SECONDS } from "../sessions/session.ts";
import { DEVICE_KINDS, MOST_RADIUS_METERS } from "../workspaces/workspaces.ts";
import { PLACE } from "./paging.ts";

export const uuid = z
  .string()
  .regex(/^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$/, "is no UUID")
  .transform((id) => id.toLowerCase());
export const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "is no address")
  .transform((text) => getAddress(text))
  .describe("An Ethereum address; answers carry its EIP-55 checksum");
/** What is within a tenth of a millimetre of 0 is 0: of the smallest numbers Postgres cannot reckon distances. */
export const orZero = (degrees: number) => (Math.abs(degrees) < 1e-9 ? 0 : degrees);
const degrees = (most: number) => z.number().min(-most).max(most).overwrite(orZero).describe("Degrees, WGS84");
export const lat = degrees(90);
export const lng = degrees(180);
/** µUSDC as a decimal string. */
export const microUsdc = z.string().regex(/^\d+$/).describe("µUSDC (1 USDC = 1,000,000), as a decimal string");
const time = z.iso.datetime().describe("ISO 8601, UTC, milliseconds");
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);

export const signature = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})+$/, "is no signature in hex")
  .max(32_770);
export const nonce = z.string().regex(/^[0-9a-f]{32}$/, "is no nonce of this API");

export const challengeBody = z.object({ walletAddress: address });
export const challengeAnswer = z.object({
  nonce: z.string(),
  message: z.string().describe("The exact text to sign (EIP-191); EIP-4361"),
  expiresAt: time,
});

export const role = z.enum(["OWNER", "ADMIN", "VIEWER"]);
export const membership = z.object({ id: z.string(), slug: z.string(), name: z.string(), role });
export const loginBody = z.object({ walletAddress: address, nonce, signature });
export const loginAnswer = z.object({ walletAddress: z.string(), workspaces: z.array(membership) });
export const selectBody = z.object({ workspaceId: uuid });
export const selectAnswer = z.object({ workspaceId: z.string(), role, walletAddress: z.string() });

const NUL = "\\u0000";
/** Whatever anybody writes. Postgres keeps no U+0000, and no half of a surrogate pair, which no pattern can tell: `app.ts`. */
export const text = z.string().regex(new RegExp(`^[^${NUL}]*$`), "holds U+0000");
/** What people see. */
const title = z
  .string()
  .regex(new RegExp(`^[^${NUL}]*[^\\s${NUL}][^${NUL}]*$`), "is empty, or holds U+0000")
  .trim()
  .max(80);

export const name = title;
export const workspaceBody = z.object({
  slug: z.string().regex(/^[a-z0-9-]{3,40}$/, "takes 3 to 40 lower-case letters, digits and hyphens"),
  name,
  walletAddress: address,
  signature,
  nonce,
  roles: z
    .array(z.enum(["CONSUMER", "SUPPLIER"]))
    .min(1)
    .max(8),
});
export const workspace = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    walletAddress: z.string(),
    roles: z.array(z.enum(["CONSUMER", "SUPPLIER"])),
    availabilityState: z.enum(["OFFLINE", "ONLINE", "BUSY"]),
    coverageLat: z.number().nullable(),
    coverageLng: z.number().nullable(),
    coverageRadiusMeters: z.number().nullable(),
    deviceKind: z.enum(DEVICE_KINDS).nullable(),
    lastSeenAt: time.nullable(),
    createdAt: time,
    createdByWallet: z.string(),
    deletedAt: time.nullable(),
  })
  .meta({ id: "Workspace" });
export const consistency = {
  consistencyToken: z.string().nullable().describe("Echo it as X-Lx-Consistency-Token to read your own write"),
};

export const workspaceChange = z.object({
  name: name.optional(),
  availabilityState: z.enum(["ONLINE", "OFFLINE"]).optional(),
  coverageLat: lat.nullable().optional(),
  coverageLng: lng.nullable().optional(),
  coverageRadiusMeters: z.number().positive().max(MOST_RADIUS_METERS).nullable().optional(),
  deviceKind: z.enum(DEVICE_KINDS).nullable().optional(),
});

export const keyBody = z.object({
  label: title,
  environment: z.enum(["TEST", "LIVE"]),
  scopes: z.array(z.enum(SCOPES)).min(1).max(32),
  expiresAt: time.optional().describe("When the key stops by itself; default: never"),
});
export const apiKey = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    prefix: z.string().describe("The first 20 characters of the key"),
    label: z.string(),
    environment: z.enum(["TEST", "LIVE"]),
    scopes: z.array(z.enum(SCOPES)),
    createdAt: time,
    createdByWallet: z.string(),
    expiresAt: time.nullable(),
    lastUsedAt: time.nullable(),
    revokedAt: time.nullable(),
    gracePeriodEnd: time.nullable(),
  })
  .meta({ id: "ApiKey" });

export const sessionState = z.enum(["REQUESTED", "ASSIGNED", "LIVE", "ENDED", "EXPIRED", "CANCELLED"]);
export const reference = text.min(1).max(255);
export const sessionBody = z.object({
  lat,
  lng,
  maxDurationSeconds: z.int().min(1).max(MOST_DURATION_SECONDS),
  waitTimeoutSeconds: z
    .number()
    .optional()
    .transform((seconds) =>
      Math.min(Math.max(Math.floor(seconds ?? WAIT_SECONDS.usual), WAIT_SECONDS.least), WAIT_SECONDS.most),
    )
    .describe(
      `How long to wait for an operator, seconds; what is outside ${WAIT_SECONDS.least} to ${WAIT_SECONDS.most} is taken as the nearest`,
    ),
  quoteId: uuid.optional(),
  workspaceId: uuid.optional(),
  reference: reference.optional().describe("Your own name for it, unique in the workspace"),
});
export const session = z
  .object({
    id: z.string(),
    consumerWorkspaceId: z.string(),
    operatorWorkspaceId: z.string().nullable(),
    state: sessionState,
    endReason: z.string().nullable(),
    reference: z.string().nullable(),
    maxDurationSeconds: z.int(),
    waitTimeoutSeconds: z.int(),
    ratePerSecondMicroUsdc: microUsdc,
    platformFeeBps: z.int(),
    holdMicroUsdc: microUsdc,
    guaranteed: z.boolean().describe("Whether the consumer's hold on chain outlasts the session and its settlement"),
    startedAt: time.nullable(),
    endedAt: time.nullable(),
    cleanSeconds: z.int(),
    chargedMicroUsdc: microUsdc,
    settlementTxHash: hash.nullable(),
    videoBackendRef: z.string().nullable(),
    createdAt: time,
    requestedLat: z.number().nullable(),
    requestedLng: z.number().nullable(),
    authorized: z.boolean().describe("Always false: no session needs a signature"),
    whepUrl: z.string().nullable().optional(),
    whipUrl: z.string().nullable().optional(),
  })
  .meta({ id: "Session" });
export const acceptBody = z.object({ operatorWorkspaceId: uuid.optional() });
export const workspaceQuery = z.object({ workspaceId: uuid.optional() });

/** Of a page. */
export const MOST_ROWS = 500;
const limit = z.coerce.number().int().min(1).max(MOST_ROWS).default(100);
const cursor = (form: RegExp) =>
  z.string().regex(form, "is no cursor of this list").optional().describe("From the Link header of the page before");
/** Of lists by time. */
export const page = { limit, cursor: cursor(PLACE) };
/** Of lists that nobody expects to have pages: a bare call has them whole, or as much as a page may hold. */
export const longPage = { ...page, limit: limit.default(MOST_ROWS) };
/** Of lists whose rows are numbered. */
export const numberedPage = { limit, cursor: cursor(/^\d{1,18}$/) };

export const settlementState = z.enum(["NOT_READY", "PENDING", "SUBMITTED", "CONFIRMED"]);
export const settlement = z
  .object({
    sessionId: z.string(),
    state: settlementState,
    payload: z
      .object({
        sessionIdHash: hash.describe("The id on chain: bytes32(uint256(uint128(uuid)))"),
        sessionId: hash,
        from: z.string(),
        to: z.string(),
        consumerWalletAddress: z.string(),
        operatorWalletAddress: z.string(),
        toAmount: microUsdc,
        feeAmount: microUsdc,
        toAmountMicroUsdc: microUsdc,
        feeAmountMicroUsdc: microUsdc,
        ratePerSecond: microUsdc,
        ratePerSecondMicroUsdc: microUsdc,
        chargeableSeconds: z.int(),
        platformFeeBps: z.int(),
        consumerWorkspaceId: z.string(),
        operatorWorkspaceId: z.string(),
      })
      .optional(),
    txHash: hash.optional(),
    confirmedAt: time.optional(),
    blockNumber: z.string().optional(),
    blockHash: hash.optional(),
    logIndex: z.int().optional(),
    finality: z.enum(["latest", "safe", "finalized"]).optional(),
    refusal: z.string().optional().describe("The contract's own word for why it did not settle yet"),
    attempts: z.int().optional(),
    nextAttemptAt: time.nullable().optional(),
    writtenOffAt: time.optional(),
  })
  .meta({ id: "Settlement" });

export const walletState = z
  .object({
    workspaceId: z.string(),
    walletAddress: z.string(),
    trackedBalance: microUsdc.describe("What the wallet owns in the contract, µUSDC, as of lastSyncBlock"),
    lastSyncBlock: z.string(),
    updatedAt: time,
  })
  .meta({ id: "WalletState" });
/** Of a report by day. */
export const MOST_DAYS = 366;
export const walletDay = z
  .object({
    date: z.iso.date().describe("UTC"),
    earnedMicroUsdc: microUsdc.describe(
      "The wallet's part of the sessions that it was paid for, µUSDC, and the fees while it was the platform's wallet",
    ),
    spentMicroUsdc: microUsdc.describe("What its sessions cost it, µUSDC, fees included"),
    sessions: z.int().describe("That were settled, of those that the sums are made of"),
    final: z.boolean().describe("The day is over, and what was read of it is final on the chain"),
  })
  .meta({ id: "WalletDay" });
export const walletEvent = z
  .object({
    id: z.string(),
    workspaceId: z.string(),
    kind: z.enum(["DEPOSIT", "WITHDRAWAL", "SETTLE", "APPROVAL"]),
    txHash: hash,
    blockNumber: z.string(),
    confirmedAt: time,
    amountUsdc: microUsdc,
    relatedSession: z.string().nullable(),
  })
  .meta({ id: "OnChainEvent" });
