/** Opens a session: a place, a longest time, what it may cost. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useOnce } from "../api/once.ts";
import { useConfig } from "../api/queries.ts";
import { degreesIn } from "../place.ts";
import { TextField } from "../ui/field.tsx";
import { Problem, Usdc } from "../ui/show.tsx";
import { useWorkspace } from "./workspace.ts";

/** The quickstart's place, as long as its session. */
const USUAL = { lat: "4.71", lng: "-74.07", seconds: "60" };

export function OpenSession() {
  const { id, slug, mayChange } = useWorkspace();
  const config = useConfig();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [seconds, setSeconds] = useState(USUAL.seconds);
  const [wrong, setWrong] = useState<{ lat?: string; lng?: string; seconds?: string }>({});
  const open = useOnce((place: { lat: number; lng: number; maxDurationSeconds: number }, headers) =>
    dataOf(
      api.POST("/api/v1/sessions", {
        headers,
        // How long to wait is left to the platform.
        body: { ...place, workspaceId: id } as never,
      }),
    ),
  );
  const { mutate, isPending, error } = useMutation({
    mutationFn: open,
    async onSuccess({ id: sessionId }) {
      await queries.invalidateQueries({ queryKey: ["sessions", id] });
      await navigate({ to: "/w/$slug/sessions/$id", params: { slug, id: sessionId } });
    },
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const lat = degreesIn(form.get("lat"), 90);
    const lng = degreesIn(form.get("lng"), 180);
    const whole = wholeIn(seconds);
    const found = {
      ...(lat === undefined ? { lat: "Degrees from −90 to 90, such as 4.71." } : {}),
      ...(lng === undefined ? { lng: "Degrees from −180 to 180, such as −74.07." } : {}),
      ...(whole === undefined ? { seconds: "A whole number from 1 to 86400." } : {}),
    };
    setWrong(found);
    if (lat !== undefined && lng !== undefined && whole !== undefined) mutate({ lat, lng, maxDurationSeconds: whole });
  };

  if (!mayChange) return <p className="muted">Owners and admins open sessions.</p>;
  const most = wholeIn(seconds);
  return (
    <form onSubmit={submit} noValidate>
      <div className="columns">
        <TextField label="Latitude" name="lat" defaultValue={USUAL.lat} inputMode="decimal" wrong={wrong.lat} />
        <TextField label="Longitude" name="lng" defaultValue={USUAL.lng} inputMode="decimal" wrong={wrong.lng} />
        <TextField
          label="At most"
          suffix="s"
          value={seconds}
          onChange={({ target }) => setSeconds(target.value)}
          inputMode="numeric"
          wrong={wrong.seconds}
        />
      </div>
      {most === undefined || config === undefined ? null : (
        <p className="muted">
          Costs <Usdc amount={config.baseRatePerSecondMicroUsdc} /> a second, at most{" "}
          <Usdc amount={BigInt(config.baseRatePerSecondMicroUsdc) * BigInt(most)} />: the seconds that you see are what
          you pay.
        </p>
      )}
      <div className="actions">
        <button type="submit" className="main" disabled={isPending}>
          Open session
        </button>
      </div>
      <Problem error={error} />
    </form>
  );
}

function wholeIn(text: string): number | undefined {
  const number = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return number >= 1 && number <= 86_400 ? number : undefined;
}
