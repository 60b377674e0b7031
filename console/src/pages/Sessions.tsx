/** All sessions of the workspace, newest first: only those in sight are drawn, and older ones are fetched when they come into it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { api, nextCursorOf, type Session, wholeOf } from "../api/client.ts";
import { EVERY_MS } from "../api/queries.ts";
import { meterOf } from "../meter.ts";
import { useNow } from "../ui/clock.ts";
import { Card, Problem, State, Time, Usdc, Waiting } from "../ui/show.tsx";
import { OpenSession } from "./OpenSession.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

const PAGE = 100;
const ROW_PX = 64;

export function Sessions() {
  const { id, isConsumer } = useWorkspace();
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["sessions", id],
    queryFn: async ({ pageParam }) => {
      const query = { workspaceId: id, limit: PAGE, cursor: pageParam };
      const { data, response } = await wholeOf(api.GET("/api/v1/sessions", { params: { query } }));
      return { sessions: data, next: nextCursorOf(response) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    // The first page alone moves by itself; who has read on sees what was there, and asks anew by coming again.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : EVERY_MS.list),
  });
  const sessions = data?.pages.flatMap((page) => page.sessions) ?? [];
  return (
    <>
      <Title name="Sessions" />
      {isConsumer ? (
        <Card title="A new session">
          <OpenSession />
        </Card>
      ) : null}
      <Problem error={error} />
      {data === undefined && error === null ? <Waiting /> : null}
      {data !== undefined && sessions.length === 0 ? <p className="muted">No session yet.</p> : null}
      <Rows sessions={sessions} onEnd={() => (hasNextPage && !isFetchingNextPage ? void fetchNextPage() : undefined)} />
    </>
  );
}

function Rows({ sessions, onEnd }: { sessions: Session[]; onEnd: () => void }) {
  const { slug } = useWorkspace();
  const list = useRef<HTMLUListElement>(null);
  const rows = useWindowVirtualizer({
    count: sessions.length,
    estimateSize: () => ROW_PX,
    overscan: 12,
    scrollMargin: list.current?.offsetTop ?? 0,
  });
  const shown = rows.getVirtualItems();
  const now = useNow(shown.some(({ index }) => sessions[index]?.state === "LIVE"));
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (sessions.length > 0 && last >= sessions.length - 1) onEnd();
  }, [last, sessions.length, onEnd]);
  return (
    <ul ref={list} className="rows long" style={{ height: rows.getTotalSize() }} aria-label="All sessions">
      {shown.map(({ index, start }) => {
        const session = sessions[index];
        if (session === undefined) return null;
        const { id, state, createdAt, requestedLat, requestedLng } = session;
        const { seconds, amountMicroUsdc } = meterOf(session, now);
        return (
          <li
            key={id}
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)`, height: ROW_PX }}
            aria-setsize={sessions.length}
            aria-posinset={index + 1}
          >
            <Link to="/w/$slug/sessions/$id" params={{ slug, id }}>
              <State value={state} />
              <span className="grow">
                <Time at={createdAt} />
                <span className="muted place">
                  {requestedLat}, {requestedLng}
                </span>
              </span>
              <span className="number">{seconds} s</span>
              <Usdc amount={amountMicroUsdc} />
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
