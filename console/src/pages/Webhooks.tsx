/** Where the workspace's events are sent: making a webhook, its deliveries, and sending again what was missed. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { useOnce } from "../api/once.ts";
import { EVERY_MS, webhooksQuery } from "../api/queries.ts";
import { Confirm } from "../ui/confirm.tsx";
import { TextField } from "../ui/field.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { Card, Copy, Problem, State, Time, Waiting } from "../ui/show.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

const HOUR_MS = 3_600_000;

export function Webhooks() {
  const { id, mayChange } = useWorkspace();
  const { data: webhooks, error } = useQuery(webhooksQuery(id));
  return (
    <>
      <Title name="Webhooks" />
      {mayChange ? <Make /> : <p className="muted">Owners and admins add webhooks.</p>}
      <Problem error={error} />
      {webhooks === undefined && error === null ? <Waiting /> : null}
      {webhooks?.length === 0 ? <p className="muted">Events are sent nowhere yet.</p> : null}
      {webhooks?.map((webhook) => (
        <Webhook key={webhook.id} of={webhook} />
      ))}
    </>
  );
}

function Make() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const [wrong, setWrong] = useState<string>();
  const { mutate, data, isPending, error, reset } = useMutation({
    mutationFn: useOnce((url: string, headers) =>
      dataOf(
        api.POST("/api/v1/workspaces/{id}/webhooks", {
          params: { path: { id } },
          headers,
          body: { url, description: "", types: [] },
        }),
      ),
    ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks", id] }),
    gcTime: 0,
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const url = String(new FormData(event.currentTarget).get("url")).trim();
    setWrong(URL.canParse(url) ? undefined : "An address such as https://example.org/luxxon.");
    if (URL.canParse(url)) mutate(url);
  };
  if (data !== undefined)
    return (
      <Card title="The secret of your new webhook">
        <p>
          <strong>Save it now.</strong> What is sent is signed with it; it is shown this once.
        </p>
        <p>
          <code className="plaintext">{data.secret}</code>
        </p>
        <div className="actions">
          <Copy text={data.secret} what="secret" />
          <button type="button" className="main" onClick={reset}>
            I have saved it
          </button>
        </div>
      </Card>
    );
  return (
    <Card title="A new webhook">
      <form onSubmit={submit} noValidate>
        <TextField
          label="URL"
          name="url"
          placeholder="https://example.org/luxxon"
          hint="Gets every event of sessions and settlements, signed as Standard Webhooks says."
          wrong={wrong}
        />
        <div className="actions">
          <button type="submit" className="main" disabled={isPending}>
            Add webhook
          </button>
        </div>
        <Problem error={error} />
      </form>
    </Card>
  );
}

const OFF: Readonly<Record<string, string>> = {
  OWNER: "turned off here",
  GONE: "it answered that it is gone (410)",
  FAILING: "nothing had arrived for days",
};

function Webhook({ of: webhook }: { of: Schemas["Webhook"] }) {
  const { id, mayChange } = useWorkspace();
  const queries = useQueryClient();
  const path = { id, webhookId: webhook.id };
  const params = { path };
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: async (what: "on" | "off" | "replay" | "remove") => {
      if (what === "remove") await dataOf(api.DELETE("/api/v1/workspaces/{id}/webhooks/{webhookId}", { params }));
      else if (what === "replay") {
        const from = new Date(Date.now() - 24 * HOUR_MS).toISOString();
        const { count } = await dataOf(
          api.POST("/api/v1/workspaces/{id}/webhooks/{webhookId}/replay", { params, body: { from, missedOnly: true } }),
        );
        return count === 0 ? "Nothing was missed." : `${count} are sent again.`;
      } else
        await dataOf(
          api.PATCH("/api/v1/workspaces/{id}/webhooks/{webhookId}", { params, body: { enabled: what === "on" } }),
        );
      return "";
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["webhooks", id] }),
        queries.invalidateQueries({ queryKey: ["deliveries", webhook.id] }),
      ]),
  });
  const isOff = webhook.disabledAt !== null;
  return (
    <Card title={<code>{webhook.url}</code>} aside={<State value={isOff ? "OFF" : "ON"} />}>
      {isOff ? <p className="muted">Off: {OFF[webhook.disabledReason ?? ""] ?? webhook.disabledReason}.</p> : null}
      {webhook.failingSince === null ? null : (
        <div className="notice" role="status">
          Nothing has arrived since <Time at={webhook.failingSince} />.
        </div>
      )}
      {mayChange ? (
        <div className="actions">
          <button type="button" disabled={isPending || isOff} onClick={() => mutate("replay")}>
            Replay a day's missed
          </button>
          <button type="button" disabled={isPending} onClick={() => mutate(isOff ? "on" : "off")}>
            {isOff ? "Turn on" : "Turn off"}
          </button>
          <Confirm
            first="Remove …"
            of={webhook.url}
            second="Remove now"
            disabled={isPending}
            onConfirm={() => mutate("remove")}
          />
        </div>
      ) : null}
      <p role="status">{data}</p>
      <Problem error={error} />
      <Deliveries webhookId={webhook.id} />
    </Card>
  );
}

function Deliveries({ webhookId }: { webhookId: string }) {
  const { id } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["deliveries", webhookId],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/workspaces/{id}/webhooks/{webhookId}/deliveries", {
          params: { path: { id, webhookId }, query: { limit: 50 } },
        }),
      ),
    refetchInterval: EVERY_MS.list,
  });
  if (data === undefined) return <Problem error={error} />;
  if (data.length === 0) return <p className="muted">Nothing has been sent yet.</p>;
  return (
    <details>
      <summary>The last {data.length} deliveries</summary>
      <Scroll title="Deliveries">
        <table>
          <thead>
            <tr>
              <th scope="col">Event</th>
              <th scope="col">When</th>
              <th scope="col">State</th>
              <th scope="col">Tries</th>
              <th scope="col">Last answer</th>
            </tr>
          </thead>
          <tbody>
            {data.map((delivery) => (
              <tr key={delivery.id}>
                <td>{delivery.eventType}</td>
                <td>
                  <Time at={delivery.occurredAt} />
                </td>
                <td>
                  <State value={delivery.state} />
                </td>
                <td>{delivery.attempts}</td>
                <td>{delivery.lastStatus ?? delivery.lastError ?? "none yet"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
