/** What the page asks the API, each by one name and one key. */
import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, api, dataOf, nextCursorOf, type Settlement, wholeOf } from "./client.ts";

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
export const DAY_MS = 86_400_000;

/** As many as the API gives in one answer. */
const MOST_ROWS = 500;

/** Newest first, page after page, until what one has of confirmed ones was confirmed before `since`. */
async function settlementsSince(workspaceId: string, since: number): Promise<Settlement[]> {
  const found: Settlement[] = [];
  let cursor: string | undefined;
  do {
    const query = { workspaceId, limit: MOST_ROWS, cursor };
    const { data, response } = await wholeOf(api.GET("/api/v1/settlements", { params: { query } }));
    found.push(...data);
    const times = data.flatMap(({ confirmedAt }) => (confirmedAt === undefined ? [] : [Date.parse(confirmedAt)]));
    const isPast = times.length > 0 && Math.max(...times) < since;
    cursor = isPast ? undefined : nextCursorOf(response);
  } while (cursor !== undefined);
  return found;
}

/** All that the days are made of. Many are asked for less often. */
export const settlementsQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ["settlements", workspaceId],
    queryFn: () => settlementsSince(workspaceId, Date.now() - DAYS * DAY_MS),
    refetchInterval: ({ state }) => ((state.data?.length ?? 0) > MOST_ROWS ? EVERY_MS.many : EVERY_MS.list),
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
