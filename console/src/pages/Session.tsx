/** One session: what can be done with it now, its picture and running meter while it is live, and then its settlement. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api, dataOf, HERE, type Session } from "../api/client.ts";
import { EVERY_MS, useConfig } from "../api/queries.ts";
import { meterOf } from "../meter.ts";
import { useNow } from "../ui/clock.ts";
import { Card, Problem, State, Time, Usdc, Waiting } from "../ui/show.tsx";
import { Camera, Player } from "../video/Video.tsx";
import { SettlementCard } from "./Settlement.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

const OPEN: readonly string[] = ["REQUESTED", "ASSIGNED", "LIVE"];

/** Why a session ended, for people. */
const REASONS: Readonly<Record<string, string>> = {
  POOL_EXHAUSTED: "The pool ran dry. Top it up to go on; what was charged until then is due all the same.",
};

export function SessionPage() {
  const { id } = useParams({ from: "/w/$slug/sessions/$id" });
  const { id: workspaceId } = useWorkspace();
  const { data: session, error } = useQuery({
    queryKey: ["session", workspaceId, id],
    queryFn: () => dataOf(api.GET("/api/v1/sessions/{id}", { params: { path: { id }, query: { workspaceId } } })),
    refetchInterval: ({ state }) =>
      state.data !== undefined && !OPEN.includes(state.data.state) ? false : EVERY_MS.live,
  });
  if (session === undefined) return error === null ? <Waiting /> : <Problem error={error} />;
  const { state, startedAt, endedAt, endReason, createdAt, guaranteed } = session;
  return (
    <>
      <Title name={`Session ${state}`}>
        Session <State value={state} />
      </Title>
      <p className="muted">
        <code>{id}</code>
      </p>
      <Actions session={session} />
      <Live session={session} />
      <Meter session={session} />
      <Card title="What happened">
        <dl className="facts">
          <dt>Asked for</dt>
          <dd>
            <Time at={createdAt} />
          </dd>
          <dt>Place</dt>
          <dd className="number">
            {session.requestedLat}, {session.requestedLng}
          </dd>
          <dt>Started</dt>
          <dd>
            <Time at={startedAt} />
          </dd>
          <dt>Ended</dt>
          <dd>
            <Time at={endedAt} />
            {endReason === null ? null : ` (${endReason})`}
          </dd>
          <dt>Payment</dt>
          <dd>
            {guaranteed
              ? "guaranteed by the consumer's hold on chain"
              : "not guaranteed: without a hold the pool may be withdrawn at any moment"}
          </dd>
        </dl>
        {endReason !== null && REASONS[endReason] !== undefined ? (
          <div className="notice" role="status">
            {REASONS[endReason]}
          </div>
        ) : null}
      </Card>
      {OPEN.includes(state) ? null : <SettlementCard session={session} />}
    </>
  );
}

type Verb = "accept" | "dispatch" | "start" | "end" | "cancel";

function Actions({ session }: { session: Session }) {
  const { id: workspaceId, mayChange, isSupplier } = useWorkspace();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (verb: Verb) => act(verb, session.id, workspaceId),
    onSettled: () => queries.invalidateQueries({ queryKey: ["session", workspaceId, session.id] }),
  });
  const { state } = session;
  const isConsumer = session.consumerWorkspaceId === workspaceId;
  const isOperator = session.operatorWorkspaceId === workspaceId;
  const verbs: [Verb, string, string][] = [];
  if (state === "REQUESTED" && isSupplier) verbs.push(["accept", "Accept", "main"]);
  if (state === "REQUESTED" && isConsumer) verbs.push(["dispatch", "Find an operator", ""]);
  if (state === "ASSIGNED" && isOperator && session.videoBackendRef === null) verbs.push(["start", "Start", "main"]);
  if (state === "LIVE") verbs.push(["end", "End", "danger"]);
  if ((state === "REQUESTED" || state === "ASSIGNED") && isConsumer) verbs.push(["cancel", "Cancel session", "quiet"]);
  if (!mayChange || verbs.length === 0) return null;
  return (
    <>
      <div className="actions">
        {verbs.map(([verb, title, look]) => (
          <button key={verb} type="button" className={look} disabled={isPending} onClick={() => mutate(verb)}>
            {title}
          </button>
        ))}
      </div>
      <Problem error={error} />
    </>
  );
}

async function act(verb: Verb, id: string, workspaceId: string): Promise<void> {
  const params = { path: { id }, query: { workspaceId } };
  if (verb === "accept")
    await dataOf(
      api.POST("/api/v1/sessions/{id}/accept", {
        params: { path: { id } },
        body: { operatorWorkspaceId: workspaceId },
      }),
    );
  else if (verb === "cancel") await dataOf(api.DELETE("/api/v1/sessions/{id}", { params }));
  else if (verb === "dispatch") await dataOf(api.POST("/api/v1/sessions/{id}/dispatch", { params, body: {} }));
  else if (verb === "start") await dataOf(api.POST("/api/v1/sessions/{id}/start", { params, body: {} }));
  else await dataOf(api.POST("/api/v1/sessions/{id}/end", { params, body: {} }));
}

/** With live video, the operator's camera from the start on, and the consumer's player; without, a picture a second. */
function Live({ session: { id, state, videoBackendRef, operatorWorkspaceId, whepUrl } }: { session: Session }) {
  const { id: workspaceId, mayChange } = useWorkspace();
  const config = useConfig();
  if (config?.mediaBackend !== "webrtc") return state === "LIVE" ? <Picture id={id} /> : null;
  const isStarted = videoBackendRef !== null && (state === "ASSIGNED" || state === "LIVE");
  return (
    <>
      {state === "LIVE" && whepUrl ? <Player url={whepUrl} /> : null}
      {isStarted && mayChange && operatorWorkspaceId === workspaceId ? <Camera id={id} /> : null}
    </>
  );
}

/** The newest picture, once a second: the one before stays until the next is whole. */
function Picture({ id }: { id: string }) {
  const { id: workspaceId } = useWorkspace();
  const [shown, setShown] = useState<string>();
  useEffect(() => {
    let isOver = false;
    const next = () => {
      const picture = new Image();
      const url = new URL(`api/v1/sessions/${id}/frame`, HERE);
      url.search = new URLSearchParams({ workspaceId, at: String(Date.now()) }).toString();
      picture.src = url.href;
      picture.decode().then(
        () => (isOver ? undefined : setShown(picture.src)),
        () => undefined,
      );
    };
    next();
    const timer = setInterval(next, EVERY_MS.live);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [id, workspaceId]);
  if (shown === undefined) return <Waiting>Waiting for the first picture …</Waiting>;
  return <img className="picture" src={shown} alt="What the operator shows now" width="640" height="360" />;
}

/** While it is live an estimate; afterwards what was charged. */
function Meter({ session }: { session: Session }) {
  const { state, ratePerSecondMicroUsdc, maxDurationSeconds } = session;
  const { seconds, amountMicroUsdc, isEstimate } = meterOf(session, useNow(state === "LIVE"));
  return (
    <Card title={isEstimate ? "The meter, about" : "The meter"}>
      <p className="big">
        <span>{seconds} s</span> <Usdc amount={amountMicroUsdc} />
      </p>
      <p className="muted">
        <Usdc amount={ratePerSecondMicroUsdc} /> a second, {maxDurationSeconds} s at most
        {isEstimate ? ". An estimate: seconds without a picture are taken off at the end." : null}
      </p>
    </Card>
  );
}
