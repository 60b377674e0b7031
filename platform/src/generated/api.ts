/** Types of the API, written by `npm run conformance` from its OpenAPI document. Change the schemas instead. */
export interface paths {
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out: the cookie is good for nothing from now on */
        post: operations["postAuthLogout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/wallet/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a message to sign in with */
        post: operations["postAuthWalletChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/wallet/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with the signed message */
        post: operations["postAuthWalletLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/workspace/select": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose the workspace to act for */
        post: operations["postAuthWorkspaceSelect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/books": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was charged against what the contract settled */
        get: operations["getBooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The chain, the contract, and every limit */
        get: operations["getConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/coverage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where operators are online */
        get: operations["getCoverage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/demand": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was asked for in the last 30 days, in cells of about 5 km */
        get: operations["getDemand"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to the workspace's sessions and settlements in the last 14 days, oldest first */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/faucet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** ETH for gas and 10 test USDC; local chain alone */
        post: operations["postFaucet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether every part is ready and moving */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process runs */
        get: operations["getHealthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is calling */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/whep/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Play a session's video (WHEP): an offer is answered
         * @description The link, token and all, is what `start`, `producer-token` or `viewer-token` gave. Ends by DELETE of what `Location` names, or with the session.
         */
        post: operations["postMediaWhepById"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/whep/{id}/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Stop to play */
        delete: operations["deleteMediaWhepByIdByConnectionId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/whip/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a session's video (WHIP): an offer is answered
         * @description The link, token and all, is what `start`, `producer-token` or `viewer-token` gave. Ends by DELETE of what `Location` names, or with the session.
         */
        post: operations["postMediaWhipById"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/media/whip/{id}/{connectionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Stop to publish */
        delete: operations["deleteMediaWhipByIdByConnectionId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pricing/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A price that stands for 30 s, for one session */
        get: operations["getPricingQuote"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspace's sessions, newest first */
        get: operations["getSessions"];
        put?: never;
        /** Ask for a view of a place */
        post: operations["postSessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One session */
        get: operations["getSessionsById"];
        put?: never;
        post?: never;
        /** Cancel a session that is not live yet */
        delete: operations["deleteSessionsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a session (REQUESTED → ASSIGNED) */
        post: operations["postSessionsByIdAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/dispatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have the session given to an operator who covers its place (REQUESTED → ASSIGNED) */
        post: operations["postSessionsByIdDispatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a session (LIVE → ENDED) */
        post: operations["postSessionsByIdEnd"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/frame": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The newest picture, a JPEG */
        get: operations["getSessionsByIdFrame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/producer-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to publish a live session (WHIP) */
        get: operations["getSessionsByIdProducerToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start to stream (ASSIGNED → LIVE) */
        post: operations["postSessionsByIdStart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}/viewer-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to play a live session (WHEP) */
        get: operations["getSessionsByIdViewerToken"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/cancel-all-assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give back every session that was assigned and is not live */
        post: operations["postSessionsCancelAllAssignments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settlements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Settlements of the workspace's sessions, newest first */
        get: operations["getSettlements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settlements/{sessionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settlement of a session */
        get: operations["getSettlementsBySessionId"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settlements/{sessionId}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A proof that the contract settled the session, which needs nobody's word but the chain's */
        get: operations["getSettlementsBySessionIdProof"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/video/events/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** For the video backend alone */
        post: operations["postVideoEventsByToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The wallet's pool, as of the last block that was read */
        get: operations["getWallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet/days": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the wallet earned and spent, day by day: sums over the contract's own events, oldest first */
        get: operations["getWalletDays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to the wallet's pool on chain, newest first; the last id is the next cursor */
        get: operations["getWalletEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspaces of the signed-in wallet, in the order in which it came to them */
        get: operations["getWorkspaces"];
        put?: never;
        /** Create a workspace; the signature is the authentication */
        post: operations["postWorkspaces"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One workspace */
        get: operations["getWorkspacesById"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a workspace */
        patch: operations["patchWorkspacesById"];
        trace?: never;
    };
    "/api/v1/workspaces/{id}/location": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** An operator's heartbeat, every 5 s */
        post: operations["postWorkspacesByIdLocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who belongs to the workspace, in the order in which they came */
        get: operations["getWorkspacesByIdMembers"];
        put?: never;
        /** Let a wallet in */
        post: operations["postWorkspacesByIdMembers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/members/{walletAddress}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a member out; anybody may leave */
        delete: operations["deleteWorkspacesByIdMembersByWalletAddress"];
        options?: never;
        head?: never;
        /** Change a member's role */
        patch: operations["patchWorkspacesByIdMembersByWalletAddress"];
        trace?: never;
    };
    "/api/v1/workspaces/{id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make another member the owner; the owner becomes an admin */
        post: operations["postWorkspacesByIdTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where events are sent */
        get: operations["getWorkspacesByIdWebhooks"];
        put?: never;
        /** Have events sent to an address */
        post: operations["postWorkspacesByIdWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One webhook */
        get: operations["getWorkspacesByIdWebhooksByWebhookId"];
        put?: never;
        post?: never;
        /** Remove a webhook with all that waits for it */
        delete: operations["deleteWorkspacesByIdWebhooksByWebhookId"];
        options?: never;
        head?: never;
        /** Change a webhook, turn it off, or on again */
        patch: operations["patchWorkspacesByIdWebhooksByWebhookId"];
        trace?: never;
    };
    "/api/v1/workspaces/{id}/webhooks/{webhookId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was sent, and what came of it; newest first */
        get: operations["getWorkspacesByIdWebhooksByWebhookIdDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/webhooks/{webhookId}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the events of a time again */
        post: operations["postWorkspacesByIdWebhooksByWebhookIdReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/webhooks/{webhookId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A new secret and a new key; those before sign beside them for a while */
        post: operations["postWorkspacesByIdWebhooksByWebhookIdRotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspaceId}/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All keys, revoked ones too, newest first; never the keys themselves */
        get: operations["getWorkspacesByWorkspaceIdApiKeys"];
        put?: never;
        /** Mint a key */
        post: operations["postWorkspacesByWorkspaceIdApiKeys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspaceId}/api-keys/{keyId}/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke a key */
        post: operations["postWorkspacesByWorkspaceIdApiKeysByKeyIdRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{workspaceId}/api-keys/{keyId}/roll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mint a key in an older one's place; both are good for a while */
        post: operations["postWorkspacesByWorkspaceIdApiKeysByKeyIdRoll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a message to create a workspace with */
        post: operations["postWorkspacesChallenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        ApiKey: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            createdAt: string;
            createdByWallet: string;
            /** @enum {string} */
            environment: "TEST" | "LIVE";
            expiresAt: string | null;
            gracePeriodEnd: string | null;
            id: string;
            label: string;
            lastUsedAt: string | null;
            /** @description The first 20 characters of the key */
            prefix: string;
            revokedAt: string | null;
            scopes: ("sessions:create" | "sessions:read" | "sessions:operate" | "pricing:read" | "wallet:read")[];
            workspaceId: string;
        };
        Books: {
            /** @description Up to here every settled session stands in the books with the same parties and amounts */
            agreedUpToBlock: string | null;
            confirmed: {
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                amountMicroUsdc: string;
                sessions: number;
            };
            /** @description On chain otherwise than here, or not known here at all */
            differing: {
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                amountMicroUsdc: string;
                sessions: number;
            };
            open: {
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                amountMicroUsdc: string;
                byRefusal: {
                    /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                    amountMicroUsdc: string;
                    refusal: string | null;
                    sessions: number;
                }[];
                oldestEndedAt: string | null;
                sessions: number;
            };
            readAt: string | null;
            readUpToBlock: string | null;
            settled: {
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                amountMicroUsdc: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                feesMicroUsdc: string;
                sessions: number;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                toOperatorsMicroUsdc: string;
            };
            writtenOff: {
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                amountMicroUsdc: string;
                by: string;
                reason: string;
                sessions: number;
            }[];
        };
        Error: {
            /** @description What clients branch on; codes are only ever added */
            code: string;
            /** @description A short label: the field, the limit, the state */
            detail?: string;
            docUrl: string;
            /** @description English, for people */
            message: string;
            requestId: string;
            /** @description Whether the same request may succeed later */
            retryable: boolean;
            statusCode: number;
            /** Format: date-time */
            timestamp: string;
        };
        Event: {
            /** @description Go on from here */
            cursor: string;
            data: {
                [key: string]: unknown;
            };
            /** @description The same here and in every webhook */
            id: string;
            subject: string;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            type: "session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled";
            /** @description Of this subject; larger than that of each event before */
            version: number;
        };
        Member: {
            /** Format: date-time */
            createdAt: string;
            id: string;
            /** @enum {string} */
            role: "OWNER" | "ADMIN" | "VIEWER";
            walletAddress: string;
            workspaceId: string;
        };
        OnChainEvent: {
            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
            amountUsdc: string;
            blockNumber: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            confirmedAt: string;
            id: string;
            /** @enum {string} */
            kind: "DEPOSIT" | "WITHDRAWAL" | "SETTLE" | "APPROVAL";
            relatedSession: string | null;
            txHash: string;
            workspaceId: string;
        };
        Session: {
            /** @description Always false: no session needs a signature */
            authorized: boolean;
            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
            chargedMicroUsdc: string;
            cleanSeconds: number;
            consumerWorkspaceId: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            createdAt: string;
            endedAt: string | null;
            endReason: string | null;
            /** @description Whether the consumer's hold on chain outlasts the session and its settlement */
            guaranteed: boolean;
            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
            holdMicroUsdc: string;
            id: string;
            maxDurationSeconds: number;
            operatorWorkspaceId: string | null;
            platformFeeBps: number;
            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
            ratePerSecondMicroUsdc: string;
            reference: string | null;
            requestedLat: number | null;
            requestedLng: number | null;
            settlementTxHash: string | null;
            startedAt: string | null;
            /** @enum {string} */
            state: "REQUESTED" | "ASSIGNED" | "LIVE" | "ENDED" | "EXPIRED" | "CANCELLED";
            videoBackendRef: string | null;
            waitTimeoutSeconds: number;
            whepUrl?: string | null;
            whipUrl?: string | null;
        };
        Settlement: {
            attempts?: number;
            blockHash?: string;
            blockNumber?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            confirmedAt?: string;
            /** @enum {string} */
            finality?: "latest" | "safe" | "finalized";
            logIndex?: number;
            nextAttemptAt?: string | null;
            payload?: {
                chargeableSeconds: number;
                consumerWalletAddress: string;
                consumerWorkspaceId: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                feeAmount: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                feeAmountMicroUsdc: string;
                from: string;
                operatorWalletAddress: string;
                operatorWorkspaceId: string;
                platformFeeBps: number;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                ratePerSecond: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                ratePerSecondMicroUsdc: string;
                sessionId: string;
                /** @description The id on chain: bytes32(uint256(uint128(uuid))) */
                sessionIdHash: string;
                to: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                toAmount: string;
                /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                toAmountMicroUsdc: string;
            };
            /** @description The contract's own word for why it did not settle yet */
            refusal?: string;
            sessionId: string;
            /** @enum {string} */
            state: "NOT_READY" | "PENDING" | "SUBMITTED" | "CONFIRMED";
            txHash?: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            writtenOffAt?: string;
        };
        SettlementProof: {
            /** @description Nodes of the tree of accounts, from its root, the header's fourth field, to the contract's */
            accountProof?: string[];
            blockHash: string;
            blockNumber: string;
            chainId: number;
            /** @description keccak256 of the contract's code at the end of the block */
            codeHash?: string;
            /**
             * @description As this platform sees it; no part of the receipt
             * @enum {string}
             */
            finality: "latest" | "safe" | "finalized";
            /** @constant */
            format: "luxxon-receipt";
            /** @constant */
            formatVersion: 1;
            /** @description RLP; its keccak256 is blockHash, its sixth field receiptsRoot */
            header: string;
            /** @description Nodes of the tree of receipts, from its root */
            proof: string[];
            /** @description EIP-2718 */
            receipt: string;
            /** @description Which of the receipt's logs is the contract's Settled */
            receiptLogIndex: number;
            receiptsRoot: string;
            /** @description A UUID; 32 bytes of hex for an id that stands for none */
            sessionId: string;
            /** @description What the contract's event says */
            settled: {
                chargeableSeconds: string;
                /** @description µUSDC for the platform */
                feeAmount: string;
                /** @description The consumer, out of whose pool it was paid */
                from: string;
                /** @description µUSDC a second */
                ratePerSecond: string;
                /** @description The operator */
                to: string;
                /** @description µUSDC for the operator */
                toAmount: string;
            };
            /** @description The contract */
            settlementAddress: string;
            /** @description EIP-2718, signed; its keccak256 is transactionHash */
            transaction: string;
            transactionHash: string;
            /** @description Its RLP is the key in the trees of receipts and transactions */
            transactionIndex: number;
            /** @description Nodes of the tree of transactions, from its root: the header's fifth field */
            transactionProof: string[];
        };
        WalletDay: {
            /**
             * Format: date
             * @description UTC
             */
            date: string;
            /** @description The wallet's part of the sessions that it was paid for, µUSDC, and the fees while it was the platform's wallet */
            earnedMicroUsdc: string;
            /** @description The day is over, and what was read of it is final on the chain */
            final: boolean;
            /** @description That were settled, of those that the sums are made of */
            sessions: number;
            /** @description What its sessions cost it, µUSDC, fees included */
            spentMicroUsdc: string;
        };
        WalletState: {
            lastSyncBlock: string;
            /** @description What the wallet owns in the contract, µUSDC, as of lastSyncBlock */
            trackedBalance: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            updatedAt: string;
            walletAddress: string;
            workspaceId: string;
        };
        Webhook: {
            /** Format: date-time */
            createdAt: string;
            createdByWallet: string;
            description: string;
            disabledAt: string | null;
            disabledReason: ("OWNER" | "GONE" | "FAILING") | null;
            /** @description Since when nothing has arrived */
            failingSince: string | null;
            id: string;
            /** @description whpk_ and base64: the ed25519 keys of `v1a` signatures, the newest first */
            publicKeys: string[];
            /** @description None: all */
            types: ("session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled")[];
            url: string;
            workspaceId: string;
        };
        WebhookDelivery: {
            attempts: number;
            eventId: string;
            /** @enum {string} */
            eventType: "session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled";
            id: string;
            lastAttemptAt: string | null;
            lastError: string | null;
            lastMs: number | null;
            lastStatus: number | null;
            nextAttemptAt: string | null;
            /** Format: date-time */
            occurredAt: string;
            /** @enum {string} */
            state: "PENDING" | "DELIVERED" | "FAILED";
        };
        Workspace: {
            /** @enum {string} */
            availabilityState: "OFFLINE" | "ONLINE" | "BUSY";
            coverageLat: number | null;
            coverageLng: number | null;
            coverageRadiusMeters: number | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            createdAt: string;
            createdByWallet: string;
            deletedAt: string | null;
            deviceKind: ("PHONE" | "LAPTOP" | "DRONE" | "PTZ" | "FIXED" | "OTHER") | null;
            id: string;
            lastSeenAt: string | null;
            name: string;
            roles: ("CONSUMER" | "SUPPLIER")[];
            slug: string;
            walletAddress: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    postAuthLogout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            ok: true;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postAuthWalletChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            expiresAt: string;
                            /** @description The exact text to sign (EIP-191); EIP-4361 */
                            message: string;
                            nonce: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postAuthWalletLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    nonce: string;
                    signature: string;
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            walletAddress: string;
                            workspaces: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                role: "OWNER" | "ADMIN" | "VIEWER";
                                slug: string;
                            }[];
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postAuthWorkspaceSelect: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    workspaceId: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            walletAddress: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getBooks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Books"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            baseRatePerSecondMicroUsdc: string;
                            chainId: number;
                            chainName: string;
                            /** @enum {string} */
                            environment: "TEST" | "LIVE";
                            explorerUrl: string;
                            limits: {
                                [key: string]: unknown;
                            };
                            /** @enum {string} */
                            mediaBackend: "instant" | "webrtc";
                            platformFeeBps: number;
                            rpcUrl: string;
                            settlementAddress: string;
                            usdcAddress: string;
                            walletConnect: {
                                projectId: string;
                                relayUrl: string;
                            } | null;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getCoverage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            deviceKind: ("PHONE" | "LAPTOP" | "DRONE" | "PTZ" | "FIXED" | "OTHER") | null;
                            /** @description Degrees, WGS84 */
                            lat: number;
                            /** @description Degrees, WGS84 */
                            lng: number;
                            radiusMeters: number;
                        }[];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getDemand: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description What a request was ready to cost at most, on average, µUSDC */
                            avgMaxPriceMicroUsdc: number | null;
                            /** @description The cell's middle */
                            lat: number;
                            /** @description Degrees, WGS84 */
                            lng: number;
                            requests: number;
                            /** @description Requests that are over and never had an operator */
                            unmet: number;
                        }[];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getEvents: {
        parameters: {
            query?: {
                /** @description Of the last event that was seen */
                cursor?: string;
                limit?: number;
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postFaucet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    address: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            address: string;
                            ethWei: string;
                            txHash: string;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            usdcMicroUsdc: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            buildSha: string;
                            ok: boolean;
                            /** @enum {string} */
                            surface: "luxxon";
                            /** @enum {string} */
                            version: "v1";
                        } & {
                            [key: string]: unknown;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealthLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            ok: true;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            activeRole: ("OWNER" | "ADMIN" | "VIEWER") | null;
                            activeWorkspaceId: string | null;
                            /** @enum {string} */
                            kind: "wallet_session";
                            walletAddress: string;
                            workspaces: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                role: "OWNER" | "ADMIN" | "VIEWER";
                                slug: string;
                            }[];
                        } | {
                            /** @enum {string} */
                            environment: "TEST" | "LIVE";
                            keyId: string;
                            /** @enum {string} */
                            kind: "api_key";
                            scopes: string[];
                            workspace: {
                                id: string;
                                name: string;
                                roles: string[];
                                slug: string;
                            } | null;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postMediaWhepById: {
        parameters: {
            query?: {
                /** @description As it is in the link */
                token?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/sdp": string;
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/sdp": string;
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteMediaWhepByIdByConnectionId: {
        parameters: {
            query?: {
                /** @description As it is in the link */
                token?: string;
            };
            header?: never;
            path: {
                connectionId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            closed: true;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postMediaWhipById: {
        parameters: {
            query?: {
                /** @description As it is in the link */
                token?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/sdp": string;
            };
        };
        responses: {
            /** @description The answer */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/sdp": string;
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteMediaWhipByIdByConnectionId: {
        parameters: {
            query?: {
                /** @description As it is in the link */
                token?: string;
            };
            header?: never;
            path: {
                connectionId: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            closed: true;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPricingQuote: {
        parameters: {
            query: {
                durationSeconds: number;
                /** @description -90 to 90, WGS84 */
                lat: string;
                /** @description -180 to 180, WGS84 */
                lng: string;
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            baseRatePerSecondMicroUsdc: string;
                            corridorMultiplier: number;
                            demandFactor: number;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            estimatedTotalMicroUsdc: string;
                            /** Format: date-time */
                            expiresAt: string;
                            quoteId: string;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            ratePerSecondMicroUsdc: string;
                            supplyFactor: number;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
                reference?: string;
                side?: "consumer" | "operator";
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Session"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Degrees, WGS84 */
                    lat: number;
                    /** @description Degrees, WGS84 */
                    lng: number;
                    maxDurationSeconds: number;
                    quoteId?: string;
                    /** @description Your own name for it, unique in the workspace */
                    reference?: string;
                    /** @description How long to wait for an operator, seconds; what is outside 5 to 3600 is taken as the nearest */
                    waitTimeoutSeconds?: number;
                    workspaceId?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Always false: no session needs a signature */
                            authorized: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            chargedMicroUsdc: string;
                            cleanSeconds: number;
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            consumerWorkspaceId: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            endedAt: string | null;
                            endReason: string | null;
                            /** @description Whether the consumer's hold on chain outlasts the session and its settlement */
                            guaranteed: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            holdMicroUsdc: string;
                            id: string;
                            maxDurationSeconds: number;
                            operatorWorkspaceId: string | null;
                            platformFeeBps: number;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            ratePerSecondMicroUsdc: string;
                            reference: string | null;
                            requestedLat: number | null;
                            requestedLng: number | null;
                            settlementTxHash: string | null;
                            startedAt: string | null;
                            /** @enum {string} */
                            state: "REQUESTED" | "ASSIGNED" | "LIVE" | "ENDED" | "EXPIRED" | "CANCELLED";
                            videoBackendRef: string | null;
                            waitTimeoutSeconds: number;
                            whepUrl?: string | null;
                            whipUrl?: string | null;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessionsById: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Session"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteSessionsById: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Session"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessionsByIdAccept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    operatorWorkspaceId?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Always false: no session needs a signature */
                            authorized: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            chargedMicroUsdc: string;
                            cleanSeconds: number;
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            consumerWorkspaceId: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            endedAt: string | null;
                            endReason: string | null;
                            /** @description Whether the consumer's hold on chain outlasts the session and its settlement */
                            guaranteed: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            holdMicroUsdc: string;
                            id: string;
                            maxDurationSeconds: number;
                            operatorWorkspaceId: string | null;
                            platformFeeBps: number;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            ratePerSecondMicroUsdc: string;
                            reference: string | null;
                            requestedLat: number | null;
                            requestedLng: number | null;
                            settlementTxHash: string | null;
                            startedAt: string | null;
                            /** @enum {string} */
                            state: "REQUESTED" | "ASSIGNED" | "LIVE" | "ENDED" | "EXPIRED" | "CANCELLED";
                            videoBackendRef: string | null;
                            waitTimeoutSeconds: number;
                            whepUrl?: string | null;
                            whipUrl?: string | null;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessionsByIdDispatch: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Always false: no session needs a signature */
                            authorized: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            chargedMicroUsdc: string;
                            cleanSeconds: number;
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            consumerWorkspaceId: string;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            endedAt: string | null;
                            endReason: string | null;
                            /** @description Whether the consumer's hold on chain outlasts the session and its settlement */
                            guaranteed: boolean;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            holdMicroUsdc: string;
                            id: string;
                            maxDurationSeconds: number;
                            operatorWorkspaceId: string | null;
                            platformFeeBps: number;
                            /** @description µUSDC (1 USDC = 1,000,000), as a decimal string */
                            ratePerSecondMicroUsdc: string;
                            reference: string | null;
                            requestedLat: number | null;
                            requestedLng: number | null;
                            settlementTxHash: string | null;
                            startedAt: string | null;
                            /** @enum {string} */
                            state: "REQUESTED" | "ASSIGNED" | "LIVE" | "ENDED" | "EXPIRED" | "CANCELLED";
                            videoBackendRef: string | null;
                            waitTimeoutSeconds: number;
                            whepUrl?: string | null;
                            whipUrl?: string | null;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessionsByIdEnd: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Session"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessionsByIdFrame: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The picture */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/jpeg": string;
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessionsByIdProducerToken: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            videoBackendRef: string;
                            whepUrl?: string;
                            whipUrl?: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessionsByIdStart: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            session: components["schemas"]["Session"];
                            videoBackendRef: string | null;
                            whepUrl: string | null;
                            whipUrl: string | null;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSessionsByIdViewerToken: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            videoBackendRef: string;
                            whepUrl?: string;
                            whipUrl?: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postSessionsCancelAllAssignments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    workspaceId?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            cancelled: string[];
                            count: number;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSettlements: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
                state?: "NOT_READY" | "PENDING" | "SUBMITTED" | "CONFIRMED";
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Settlement"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSettlementsBySessionId: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Settlement"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getSettlementsBySessionIdProof: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path: {
                sessionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["SettlementProof"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postVideoEventsByToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Absent in the backend's own test of the address */
                    data?: {
                        event_type: string;
                        input_id: string;
                        notification_name?: string;
                        updated_at?: string;
                    };
                    name?: string;
                    text?: string;
                    /** @description Seconds */
                    ts?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {boolean} */
                            accepted: true;
                            matched: boolean;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 202;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWallet: {
        parameters: {
            query?: {
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WalletState"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWalletDays: {
        parameters: {
            query?: {
                days?: number;
                /** @description The last day, UTC; today unless given */
                until?: string;
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WalletDay"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWalletEvents: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
                workspaceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["OnChainEvent"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspaces: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            availabilityState: "OFFLINE" | "ONLINE" | "BUSY";
                            coverageLat: number | null;
                            coverageLng: number | null;
                            coverageRadiusMeters: number | null;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            createdByWallet: string;
                            deletedAt: string | null;
                            deviceKind: ("PHONE" | "LAPTOP" | "DRONE" | "PTZ" | "FIXED" | "OTHER") | null;
                            id: string;
                            lastSeenAt: string | null;
                            name: string;
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            roles: ("CONSUMER" | "SUPPLIER")[];
                            slug: string;
                            walletAddress: string;
                            workspace: components["schemas"]["Workspace"];
                            workspaceId: string;
                        }[];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    nonce: string;
                    roles: ("CONSUMER" | "SUPPLIER")[];
                    signature: string;
                    slug: string;
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @enum {string} */
                            availabilityState: "OFFLINE" | "ONLINE" | "BUSY";
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            coverageLat: number | null;
                            coverageLng: number | null;
                            coverageRadiusMeters: number | null;
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            createdByWallet: string;
                            deletedAt: string | null;
                            deviceKind: ("PHONE" | "LAPTOP" | "DRONE" | "PTZ" | "FIXED" | "OTHER") | null;
                            id: string;
                            lastSeenAt: string | null;
                            name: string;
                            roles: ("CONSUMER" | "SUPPLIER")[];
                            slug: string;
                            walletAddress: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Workspace"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    patchWorkspacesById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    availabilityState?: "ONLINE" | "OFFLINE";
                    coverageLat?: number | null;
                    coverageLng?: number | null;
                    coverageRadiusMeters?: number | null;
                    deviceKind?: ("PHONE" | "LAPTOP" | "DRONE" | "PTZ" | "FIXED" | "OTHER") | null;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Workspace"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdLocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    accuracyMeters?: number;
                    /** @description Degrees, WGS84 */
                    lat: number;
                    /** @description Degrees, WGS84 */
                    lng: number;
                    /** @description Larger than that of every heartbeat before */
                    sequence: number | string;
                    sessionId?: string;
                    speedMps?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Workspace"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesByIdMembers: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Member"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdMembers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "ADMIN" | "VIEWER";
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            walletAddress: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteWorkspacesByIdMembersByWalletAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description An Ethereum address; answers carry its EIP-55 checksum */
                walletAddress: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            walletAddress: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    patchWorkspacesByIdMembersByWalletAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                /** @description An Ethereum address; answers carry its EIP-55 checksum */
                walletAddress: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "ADMIN" | "VIEWER";
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            walletAddress: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** @description Echo it as X-Lx-Consistency-Token to read your own write */
                            consistencyToken: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            id: string;
                            /** @enum {string} */
                            role: "OWNER" | "ADMIN" | "VIEWER";
                            walletAddress: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesByIdWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdWebhooks: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default  */
                    description?: string;
                    /**
                     * @description None: all
                     * @default []
                     */
                    types?: ("session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled")[];
                    url: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: date-time */
                            createdAt: string;
                            createdByWallet: string;
                            description: string;
                            disabledAt: string | null;
                            disabledReason: ("OWNER" | "GONE" | "FAILING") | null;
                            /** @description Since when nothing has arrived */
                            failingSince: string | null;
                            id: string;
                            /** @description whpk_ and base64: the ed25519 keys of `v1a` signatures, the newest first */
                            publicKeys: string[];
                            /** @description whsec_ and base64, of `v1` signatures: it is not to be had again */
                            secret: string;
                            /** @description None: all */
                            types: ("session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled")[];
                            url: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesByIdWebhooksByWebhookId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteWorkspacesByIdWebhooksByWebhookId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    patchWorkspacesByIdWebhooksByWebhookId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    description?: string;
                    enabled?: boolean;
                    /** @description None: all */
                    types?: ("session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled")[];
                    url?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Webhook"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesByIdWebhooksByWebhookIdDeliveries: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
                state?: "PENDING" | "DELIVERED" | "FAILED";
            };
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookDelivery"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdWebhooksByWebhookIdReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** Format: date-time */
                    from: string;
                    /**
                     * @description Default: true, what has arrived is not sent again
                     * @default true
                     */
                    missedOnly?: boolean;
                    /**
                     * Format: date-time
                     * @description Default: now
                     */
                    to?: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            count: number;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByIdWebhooksByWebhookIdRotateSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default 86400 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /** Format: date-time */
                            createdAt: string;
                            createdByWallet: string;
                            description: string;
                            disabledAt: string | null;
                            disabledReason: ("OWNER" | "GONE" | "FAILING") | null;
                            /** @description Since when nothing has arrived */
                            failingSince: string | null;
                            id: string;
                            /** Format: date-time */
                            previousUntil: string;
                            /** @description whpk_ and base64: the ed25519 keys of `v1a` signatures, the newest first */
                            publicKeys: string[];
                            /** @description whsec_ and base64, of `v1` signatures: it is not to be had again */
                            secret: string;
                            /** @description None: all */
                            types: ("session.requested" | "session.assigned" | "session.live" | "session.ended" | "session.expired" | "session.cancelled" | "settlement.confirmed" | "settlement.taken_back" | "settlement.finalized" | "webhook.disabled")[];
                            url: string;
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkspacesByWorkspaceIdApiKeys: {
        parameters: {
            query?: {
                /** @description From the Link header of the page before */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"][];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByWorkspaceIdApiKeys: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    environment: "TEST" | "LIVE";
                    /**
                     * Format: date-time
                     * @description When the key stops by itself; default: never
                     */
                    expiresAt?: string;
                    label: string;
                    scopes: ("sessions:create" | "sessions:read" | "sessions:operate" | "pricing:read" | "wallet:read")[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            createdByWallet: string;
                            /** @enum {string} */
                            environment: "TEST" | "LIVE";
                            expiresAt: string | null;
                            gracePeriodEnd: string | null;
                            id: string;
                            label: string;
                            lastUsedAt: string | null;
                            /** @description The key itself: it is not to be had again */
                            plaintext: string;
                            /** @description The first 20 characters of the key */
                            prefix: string;
                            revokedAt: string | null;
                            scopes: ("sessions:create" | "sessions:read" | "sessions:operate" | "pricing:read" | "wallet:read")[];
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByWorkspaceIdApiKeysByKeyIdRevoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Default: false, the key goes on for 60 s */
                    immediate?: boolean;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ApiKey"];
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesByWorkspaceIdApiKeysByKeyIdRoll: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                keyId: string;
                workspaceId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description How long the older key goes on; default: 60
                     * @default 60
                     */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description Default Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            createdAt: string;
                            createdByWallet: string;
                            /** @enum {string} */
                            environment: "TEST" | "LIVE";
                            expiresAt: string | null;
                            gracePeriodEnd: string | null;
                            id: string;
                            label: string;
                            lastUsedAt: string | null;
                            /** @description The key itself: it is not to be had again */
                            plaintext: string;
                            /** @description The first 20 characters of the key */
                            prefix: string;
                            replaced: components["schemas"]["ApiKey"];
                            revokedAt: string | null;
                            scopes: ("sessions:create" | "sessions:read" | "sessions:operate" | "pricing:read" | "wallet:read")[];
                            workspaceId: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 201;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkspacesChallenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An Ethereum address; answers carry its EIP-55 checksum */
                    walletAddress: string;
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: {
                            /**
                             * Format: date-time
                             * @description ISO 8601, UTC, milliseconds
                             */
                            expiresAt: string;
                            /** @description The exact text to sign (EIP-191); EIP-4361 */
                            message: string;
                            nonce: string;
                        };
                        message: string;
                        /** @enum {number} */
                        statusCode: 200;
                        /** Format: date-time */
                        timestamp: string;
                    };
                };
            };
            /** @description Any other error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
