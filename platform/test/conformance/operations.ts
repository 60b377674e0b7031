/** The 35 operations of the public platform's document, and the statuses that it names for each. */

export interface PublicOperation {
  method: string;
  path: string;
  /** Of success first. */
  statuses: string[];
}

export const PUBLIC_OPERATIONS: readonly PublicOperation[] = `
GET /health 200
GET /config 200
GET /coverage 200
GET /demand 200
GET /me 200 401
POST /auth/wallet/challenge 200 400
POST /auth/wallet/login 200 400 401
POST /auth/workspace/select 200 400 401 403
POST /auth/logout 200
POST /workspaces/challenge 200 400
POST /workspaces 201 400 401 409 503
GET /workspaces 200 401
GET /workspaces/{id} 200 401 403 404
PATCH /workspaces/{id} 200 400 401 403 404 409
POST /workspaces/{id}/location 200 400 401 403 404 409
POST /workspaces/{workspaceId}/api-keys 201 400 401 403 503
GET /workspaces/{workspaceId}/api-keys 200 401 403 503
POST /workspaces/{workspaceId}/api-keys/{keyId}/revoke 200 401 403 404 503
GET /pricing/quote 200 400 401 403 503
POST /sessions 201 400 401 403 404 503
GET /sessions 200 400 401 403 503
POST /sessions/cancel-all-assignments 200 401 403 503
GET /sessions/{id} 200 401 403 404 503
DELETE /sessions/{id} 200 401 403 404 409 503
POST /sessions/{id}/accept 200 400 401 403 404 409 503
POST /sessions/{id}/start 200 401 403 404 409 503
POST /sessions/{id}/dispatch 200 401 403 404 409 503
GET /sessions/{id}/viewer-token 200 401 403 404 409 503
GET /sessions/{id}/producer-token 200 401 403 404 409 503
GET /sessions/{id}/frame 200 401 403 404
POST /sessions/{id}/end 200 401 403 404 409 503
GET /wallet 200 400 401 403 404 503
GET /wallet/events 200 400 401 403 503
GET /settlements/{sessionId} 200 401 403 404 409 503
POST /video/events/{token} 202`
  .trim()
  .split("\n")
  .map((line) => {
    const [method = "", path = "", ...statuses] = line.split(" ");
    return { method, path, statuses };
  });
