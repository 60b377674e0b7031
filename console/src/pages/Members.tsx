/** Who belongs to the workspace and what they may do. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { isAddress } from "viem";
import { api, dataOf, type Schemas } from "../api/client.ts";
import { membersQuery, meQuery, useMe } from "../api/queries.ts";
import { Confirm } from "../ui/confirm.tsx";
import { TextField } from "../ui/field.tsx";
import { Card, Problem, State, Time, Waiting } from "../ui/show.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

export function Members() {
  const { id, mayChange } = useWorkspace();
  const { data: members, error } = useQuery(membersQuery(id));
  return (
    <>
      <Title name="Members" />
      {mayChange ? <Add /> : <p className="muted">Owners and admins let people in.</p>}
      <Problem error={error} />
      {members === undefined && error === null ? <Waiting /> : null}
      <ul className="rows">
        {members?.map((member) => (
          <Member key={member.id} of={member} />
        ))}
      </ul>
    </>
  );
}

function Add() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState<string>();
  const { mutate, isPending, error } = useMutation({
    mutationFn: (body: { walletAddress: string; role: "ADMIN" | "VIEWER" }) =>
      dataOf(api.POST("/api/v1/workspaces/{id}/members", { params: { path: { id } }, body })),
    onSuccess() {
      form.current?.reset();
      return queries.invalidateQueries({ queryKey: ["members", id] });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const walletAddress = String(given.get("address")).trim();
    const role = given.get("role") === "ADMIN" ? "ADMIN" : "VIEWER";
    const isGood = isAddress(walletAddress, { strict: false });
    setWrong(isGood ? undefined : "0x and 40 hexadecimal digits.");
    if (isGood) mutate({ walletAddress, role });
  };
  return (
    <Card title="Let somebody in">
      <form ref={form} onSubmit={submit} noValidate>
        <TextField label="Address" name="address" placeholder="0x…" wrong={wrong} />
        <div className="field">
          <label htmlFor="role">Role</label>
          <select id="role" name="role" defaultValue="VIEWER">
            <option value="VIEWER">Viewer: sees everything</option>
            <option value="ADMIN">Admin: does everything but give the workspace away</option>
          </select>
        </div>
        <div className="actions">
          <button type="submit" className="main" disabled={isPending}>
            Add member
          </button>
        </div>
        <Problem error={error} />
      </form>
    </Card>
  );
}

function Member({ of: { walletAddress, role, createdAt } }: { of: Schemas["Member"] }) {
  const { id, role: mine, mayChange } = useWorkspace();
  const me = useMe();
  const queries = useQueryClient();
  const path = { id, walletAddress };
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (change: "ADMIN" | "VIEWER" | "OWNER" | undefined) => {
      if (change === undefined)
        await dataOf(api.DELETE("/api/v1/workspaces/{id}/members/{walletAddress}", { params: { path } }));
      else if (change === "OWNER")
        await dataOf(
          api.POST("/api/v1/workspaces/{id}/transfer", { params: { path: { id } }, body: { walletAddress } }),
        );
      else
        await dataOf(
          api.PATCH("/api/v1/workspaces/{id}/members/{walletAddress}", { params: { path }, body: { role: change } }),
        );
    },
    onSettled: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["members", id] }),
        queries.invalidateQueries({ queryKey: meQuery.queryKey }),
      ]),
  });
  const isMe = me?.walletAddress === walletAddress;
  return (
    <li>
      <div>
        <code>{walletAddress}</code> <State value={role} />
        <p className="muted">
          {isMe ? "You, since " : "Since "}
          <Time at={createdAt} />
        </p>
      </div>
      {role === "OWNER" || !(mayChange || isMe) ? null : (
        <div className="actions">
          {mayChange ? (
            <select
              aria-label={`Role of ${walletAddress}`}
              value={role}
              disabled={isPending}
              onChange={({ target }) => mutate(target.value === "ADMIN" ? "ADMIN" : "VIEWER")}
            >
              <option value="VIEWER">Viewer</option>
              <option value="ADMIN">Admin</option>
            </select>
          ) : null}
          {mine === "OWNER" ? (
            <Confirm
              first="Make owner …"
              of={walletAddress}
              second="Give it the workspace"
              disabled={isPending}
              onConfirm={() => mutate("OWNER")}
            />
          ) : null}
          <Confirm
            first={isMe ? "Leave …" : "Remove …"}
            of={walletAddress}
            second={isMe ? "Leave now" : "Remove now"}
            disabled={isPending}
            onConfirm={() => mutate(undefined)}
          />
        </div>
      )}
      <Problem error={error} />
    </li>
  );
}
