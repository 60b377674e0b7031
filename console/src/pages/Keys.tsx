/** The workspace's keys: minting one, what each may do and when it was last used, and revoking one at once. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { keysQuery } from "../api/queries.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Card, Problem, State, Time, Waiting } from "../ui/show.tsx";
import { MintKey } from "./MintKey.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

export function Keys() {
  const { id } = useWorkspace();
  const { data: keys, error } = useQuery(keysQuery(id));
  return (
    <>
      <Title name="Keys" />
      <Card title="A new key">
        <MintKey />
      </Card>
      <Problem error={error} />
      {keys === undefined ? error === null ? <Waiting /> : null : null}
      {keys?.length === 0 ? <p className="muted">No key yet.</p> : null}
      <ul className="rows">
        {keys?.map((key) => (
          <Key key={key.id} of={key} />
        ))}
      </ul>
    </>
  );
}

function stateOf({
  revokedAt,
  expiresAt,
  gracePeriodEnd,
}: Schemas["ApiKey"]): "GOOD" | "ENDING" | "REVOKED" | "EXPIRED" {
  const now = Date.now();
  if (revokedAt !== null) return gracePeriodEnd !== null && Date.parse(gracePeriodEnd) > now ? "ENDING" : "REVOKED";
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return "EXPIRED";
  return "GOOD";
}

function Key({ of: key }: { of: Schemas["ApiKey"] }) {
  const { id: workspaceId, mayChange } = useWorkspace();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () =>
      dataOf(
        api.POST("/api/v1/workspaces/{workspaceId}/api-keys/{keyId}/revoke", {
          params: { path: { workspaceId, keyId: key.id } },
          body: { immediate: true },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys", workspaceId] }),
  });
  const state = stateOf(key);
  return (
    <li className="key">
      <div>
        <strong>{key.label}</strong> <State value={state} />
        <br />
        <code>{key.prefix}…</code>
        <p className="muted">{key.scopes.join(" · ")}</p>
      </div>
      <dl className="facts">
        <dt>Last used</dt>
        <dd>
          <Time at={key.lastUsedAt} />
        </dd>
        <dt>Minted</dt>
        <dd>
          <Time at={key.createdAt} />
        </dd>
      </dl>
      {mayChange && (state === "GOOD" || state === "ENDING") ? (
        <div className="actions">
          <Confirm
            first="Revoke …"
            of={key.prefix}
            second="Revoke now"
            disabled={isPending}
            onConfirm={() => mutate()}
          />
        </div>
      ) : null}
      <Problem error={error} />
    </li>
  );
}
