/** Mints an API key, and shows it the one time that it is to be seen. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useOnce } from "../api/once.ts";
import { useConfig } from "../api/queries.ts";
import { Check, TextField } from "../ui/field.tsx";
import { Copy, Problem } from "../ui/show.tsx";
import { useWorkspace } from "./workspace.ts";

const SCOPES = [
  ["sessions:create", "open sessions, which cost money"],
  ["sessions:read", "see sessions and their settlements"],
  ["sessions:operate", "accept and stream sessions"],
  ["pricing:read", "ask for prices"],
  ["wallet:read", "see the pool"],
] as const;
type Scope = (typeof SCOPES)[number][0];

export function MintKey() {
  const { id, mayChange } = useWorkspace();
  const config = useConfig();
  const queries = useQueryClient();
  const label = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<string>();
  const { mutate, data, isPending, error, reset } = useMutation({
    mutationFn: useOnce(({ label, scopes }: { label: string; scopes: Scope[] }, headers) =>
      dataOf(
        api.POST("/api/v1/workspaces/{workspaceId}/api-keys", {
          params: { path: { workspaceId: id } },
          headers,
          body: { label, environment: config?.environment ?? "TEST", scopes },
        }),
      ),
    ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys", id] }),
    // It is shown once: what is kept for later must not hold it.
    gcTime: 0,
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = String(form.get("label")).trim();
    const scopes = SCOPES.map(([scope]) => scope).filter((scope) => form.get(scope) !== null);
    const found =
      text === "" || text.length > 80
        ? "1 to 80 characters, by which you know it again."
        : scopes.length === 0
          ? "A key that may do nothing is good for nothing: choose below what it may."
          : undefined;
    setWrong(found);
    if (found === undefined) mutate({ label: text, scopes });
    else label.current?.focus();
  };

  if (!mayChange) return <p className="muted">Owners and admins mint keys.</p>;
  if (data !== undefined)
    return (
      <div className="once" role="status">
        <p>
          <strong>Save this key now.</strong> It is shown this once; nobody can show it again, the platform neither.
        </p>
        <p>
          <code className="plaintext">{data.plaintext}</code>
        </p>
        <div className="actions">
          <Copy text={data.plaintext} what="key" />
          <button type="button" className="main" onClick={reset}>
            I have saved it
          </button>
        </div>
      </div>
    );
  return (
    <form onSubmit={submit} noValidate>
      <TextField ref={label} label="Label" name="label" placeholder="first-key" wrong={wrong} />
      <details>
        <summary>What it may do</summary>
        {SCOPES.map(([scope, words]) => (
          <Check key={scope} label={scope} name={scope} defaultChecked hint={words} />
        ))}
      </details>
      <div className="actions">
        <button type="submit" className="main" disabled={isPending}>
          Mint key
        </button>
      </div>
      <Problem error={error} />
    </form>
  );
}
