/** What the page asks the API, each by one name and one key. */
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, api, dataOf } from "./client.ts";

/** How often what moves is asked for again, ms. */
export const EVERY_MS = { live: 1_000, money: 2_000, list: 5_000, many: 60_000 } as const;

const readConfig = () => dataOf(api.GET("/api/v1/config"));
export type PlatformConfig = Awaited<ReturnType<typeof readConfig>>;

export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: readConfig,
  staleTime: Number.POSITIVE_INFINITY,
});

/** @returns null if nobody is signed in. */
async function readMe() {
  try {
    const me = await dataOf(api.GET("/api/v1/me"));
    return me.kind === "wallet_session" ? me : null;
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_AUTHENTICATED") return null;
    throw error;
  }
}
export type Me = NonNullable<Awaited<ReturnType<typeof readMe>>>;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: readMe,
  staleTime: 30_000,
});

export const workspaceQuery = (id: string) =>
  queryOptions({
    queryKey: ["workspace", id],
    queryFn: () => dataOf(api.GET("/api/v1/workspaces/{id}", { params: { path: { id } } })),
    // Another tab, another person or the platform may have changed it: an operator who is silent is taken for gone.
    refetchInterval: EVERY_MS.list,
  });

export const poolQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ["wallet", workspaceId],
    queryFn: () => dataOf(api.GET("/api/v1/wallet", { params: { query: { workspaceId } } })),
    refetchInterval: EVERY_MS.money,
  });

export const keysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ["keys", workspaceId],
    queryFn: () => dataOf(api.GET("/api/v1/workspaces/{workspaceId}/api-keys", { params: { path: { workspaceId } } })),
    refetchInterval: EVERY_MS.list,
  });

export const healthQuery = queryOptions({
  queryKey: ["health"],
  queryFn: () => dataOf(api.GET("/api/v1/health/live")),
  refetchInterval: EVERY_MS.list,
});

export const useConfig = () => useQuery(configQuery).data;
export const useMe = () => useQuery(meQuery).data;

/** After a sign-in, and after the cookie was found to be good for nothing. */
export function forgetWho(client: QueryClient): void {
  client.setQueryData(meQuery.queryKey, null);
}

/** What is summed by day goes back so many days, today included. */
export const DAYS = 14;
/** From so many sessions on, their sum is asked for less often. */
const MANY = 1_000;

export const daysQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ["days", workspaceId],
    queryFn: () => dataOf(api.GET("/api/v1/wallet/days", { params: { query: { workspaceId, days: DAYS } } })),
    refetchInterval: ({ state }) =>
      (state.data ?? []).reduce((sum, { sessions }) => sum + sessions, 0) > MANY ? EVERY_MS.many : EVERY_MS.list,
  });

export const membersQuery = (id: string) =>
  queryOptions({
    queryKey: ["members", id],
    queryFn: () => dataOf(api.GET("/api/v1/workspaces/{id}/members", { params: { path: { id } } })),
  });

export const webhooksQuery = (id: string) =>
  queryOptions({
    queryKey: ["webhooks", id],
    queryFn: () => dataOf(api.GET("/api/v1/workspaces/{id}/webhooks", { params: { path: { id } } })),
    refetchInterval: EVERY_MS.list,
  });
