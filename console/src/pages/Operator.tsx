/** The operator's side: being online at a place, what is to be streamed now, and what was earned. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { daysQuery, EVERY_MS } from "../api/queries.ts";
import { degreesIn } from "../place.ts";
import { Days } from "../ui/days.tsx";
import { TextField } from "../ui/field.tsx";
import { Card, Problem, State, Time, Waiting } from "../ui/show.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

/** How often an operator who is online says so, ms; the platform takes it for gone after 25 s. */
const BEAT_MS = 5_000;

export function Operator() {
  const { isSupplier, mayChange } = useWorkspace();
  if (!isSupplier)
    return (
      <>
        <Title name="Operator" />
        <p>This workspace is no supplier: make one that is to be paid for what you stream.</p>
      </>
    );
  return (
    <>
      <Title name="Operator" />
      <div className="cards">
        {mayChange ? (
          <>
            <Online />
            <Take />
          </>
        ) : (
          <Elsewhere />
        )}
      </div>
      <Given />
      <Earnings />
    </>
  );
}

function Earnings() {
  const { id } = useWorkspace();
  const { data, error } = useQuery(daysQuery(id));
  const earned = data?.map(({ date, earnedMicroUsdc }) => ({ date, amount: BigInt(earnedMicroUsdc) }));
  return (
    <Card title="Earnings">
      <Problem error={error} />
      {earned === undefined ? null : <Days title="Earned" days={earned} />}
      <p className="muted">Settled on chain. Payouts go straight to your wallet.</p>
    </Card>
  );
}

/** For those who may only see. */
function Elsewhere() {
  const { availabilityState, coverageLat, coverageLng, coverageRadiusMeters } = useWorkspace();
  return (
    <Card title="Where it is" aside={<State value={availabilityState} />}>
      {availabilityState === "OFFLINE" ? null : (
        <p>
          Sessions within {coverageRadiusMeters} m of {coverageLat}, {coverageLng} are given to it.
        </p>
      )}
      <p className="muted">Owners and admins go online and take sessions.</p>
    </Card>
  );
}

function Online() {
  const here = useWorkspace();
  const { id, availabilityState, coverageLat, coverageLng, coverageRadiusMeters } = here;
  const queries = useQueryClient();
  const [wrong, setWrong] = useState<{ lat?: string; lng?: string; radius?: string }>({});
  const refresh = () => queries.invalidateQueries({ queryKey: ["workspace", id] });
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: {
      availabilityState: "ONLINE" | "OFFLINE";
      coverageLat?: number;
      coverageLng?: number;
      coverageRadiusMeters?: number;
    }) => dataOf(api.PATCH("/api/v1/workspaces/{id}", { params: { path: { id } }, body })),
    onSettled: refresh,
  });
  const isOnline = availabilityState !== "OFFLINE";
  const beat = useHeartbeat(isOnline, here);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lat = degreesIn(form.get("lat"), 90);
    const lng = degreesIn(form.get("lng"), 180);
    const text = String(form.get("radius")).trim();
    const radius = /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;
    setWrong({
      ...(lat === undefined ? { lat: "Degrees from −90 to 90." } : {}),
      ...(lng === undefined ? { lng: "Degrees from −180 to 180." } : {}),
      ...(radius === undefined ? { radius: "Whole meters, above zero." } : {}),
    });
    if (lat !== undefined && lng !== undefined && radius !== undefined)
      mutate({ availabilityState: "ONLINE", coverageLat: lat, coverageLng: lng, coverageRadiusMeters: radius });
  };

  return (
    <Card title="Where you are" aside={<State value={availabilityState} />}>
      {isOnline ? (
        <>
          <p>
            Sessions within {coverageRadiusMeters} m of {coverageLat}, {coverageLng} are given to you. Keep this page
            open: it says every {BEAT_MS / 1_000} s that you are there.
          </p>
          <Problem error={beat} />
          <div className="actions">
            <button type="button" disabled={isPending} onClick={() => mutate({ availabilityState: "OFFLINE" })}>
              Go offline
            </button>
          </div>
        </>
      ) : (
        <form onSubmit={submit} noValidate>
          <div className="columns">
            <TextField label="Latitude" name="lat" defaultValue={coverageLat ?? "4.71"} wrong={wrong.lat} />
            <TextField label="Longitude" name="lng" defaultValue={coverageLng ?? "-74.07"} wrong={wrong.lng} />
            <TextField
              label="Radius"
              name="radius"
              suffix="m"
              defaultValue={coverageRadiusMeters ?? "500"}
              wrong={wrong.radius}
            />
          </div>
          <div className="actions">
            <button type="submit" className="main" disabled={isPending}>
              Go online
            </button>
          </div>
        </form>
      )}
      <Problem error={error} />
    </Card>
  );
}

/** @returns What went wrong with the last. */
function useHeartbeat(isOn: boolean, { id, coverageLat, coverageLng }: ReturnType<typeof useWorkspace>): unknown {
  const [problem, setProblem] = useState<unknown>();
  useEffect(() => {
    if (!isOn || coverageLat === null || coverageLng === null) return;
    const beat = () =>
      dataOf(
        api.POST("/api/v1/workspaces/{id}/location", {
          params: { path: { id } },
          // Larger than each before, from whatever tab.
          body: { lat: coverageLat, lng: coverageLng, sequence: Date.now() },
        }),
      ).then(() => setProblem(undefined), setProblem);
    void beat();
    const timer = setInterval(() => void beat(), BEAT_MS);
    return () => clearInterval(timer);
  }, [isOn, id, coverageLat, coverageLng]);
  return problem;
}

/** Somebody may have been told of a session by its id. */
function Take() {
  const { id, slug } = useWorkspace();
  const navigate = useNavigate();
  const [wrong, setWrong] = useState<string>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (sessionId: string) =>
      dataOf(
        api.POST("/api/v1/sessions/{id}/accept", {
          params: { path: { id: sessionId } },
          body: { operatorWorkspaceId: id },
        }),
      ),
    onSuccess: (session) => navigate({ to: "/w/$slug/sessions/$id", params: { slug, id: session.id } }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("session")).trim();
    const isId = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
    setWrong(isId ? undefined : "A session's id is a UUID.");
    if (isId) mutate(text);
  };
  return (
    <Card title="Take a session by its id">
      <form onSubmit={submit} noValidate>
        <TextField label="Session" name="session" placeholder="00000000-0000-8000-8000-000000000000" wrong={wrong} />
        <div className="actions">
          <button type="submit" disabled={isPending}>
            Accept
          </button>
        </div>
        <Problem error={error} />
      </form>
    </Card>
  );
}

/** What is to be streamed now. */
function Given() {
  const { id, slug } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["given", id],
    queryFn: () =>
      dataOf(api.GET("/api/v1/sessions", { params: { query: { workspaceId: id, side: "operator", limit: 100 } } })),
    refetchInterval: EVERY_MS.money,
  });
  const open = data?.filter(({ state }) => state === "ASSIGNED" || state === "LIVE");
  return (
    <Card title="Yours now">
      <Problem error={error} />
      {open === undefined && error === null ? <Waiting /> : null}
      {open?.length === 0 ? <p className="muted">Nothing has been given to you.</p> : null}
      <ul className="rows">
        {open?.map(({ id: sessionId, state, createdAt, requestedLat, requestedLng }) => (
          <li key={sessionId}>
            <Link to="/w/$slug/sessions/$id" params={{ slug, id: sessionId }}>
              {requestedLat}, {requestedLng}
            </Link>
            <Time at={createdAt} />
            <State value={state} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
