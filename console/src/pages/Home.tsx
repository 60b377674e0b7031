/** The first page: from nothing to a workspace. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ApiError } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { Check, TextField } from "../ui/field.tsx";
import { Card, Problem, State, Waiting } from "../ui/show.tsx";
import { makeWorkspace } from "../wallet/signIn.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { ConnectWallet, SignIn } from "./Connect.tsx";
import { Title } from "./Title.tsx";

export function Home() {
  const { data: me, error, isPending } = useQuery(meQuery);
  if (isPending) return <Waiting />;
  if (!me)
    return (
      <main id="main" className="welcome">
        <Title name="Live video by the second" />
        <p className="lead">
          Fill a pool with USDC once. From then on each session is charged by the second and settled on chain, without
          another signature; what is left is yours to take back at any moment.
        </p>
        <Problem error={error} />
        <Enter />
      </main>
    );
  return (
    <main id="main">
      <Title name="Workspaces" />
      {me.workspaces.length === 0 ? (
        <p className="lead">
          A workspace has the keys, the sessions and the members. Its pool is your wallet's own, in the contract.
        </p>
      ) : (
        <ul className="rows">
          {me.workspaces.map(({ id, slug, name, role }) => (
            <li key={id}>
              <Link to="/w/$slug" params={{ slug }}>
                <strong>{name}</strong> <span className="muted">{slug}</span>
              </Link>
              <State value={role} />
            </li>
          ))}
        </ul>
      )}
      <MakeWorkspace isFirst={me.workspaces.length === 0} />
    </main>
  );
}

/** The wallet first, then the signature. */
export function Enter() {
  const { address, name } = useWallet();
  if (address === undefined) return <ConnectWallet />;
  return (
    <>
      <p>
        {name ?? "Your wallet"} is connected: <code>{address}</code>
      </p>
      <SignIn />
    </>
  );
}

/** What people call a thing, as a slug can be. */
const SLUG = /^[a-z0-9-]{3,40}$/;

function MakeWorkspace({ isFirst }: { isFirst: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<{ slug?: string; name?: string; roles?: string }>({});
  const { data: me } = useQuery(meQuery);
  const { clientFor } = useWallet();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { mutate, variables, isPending, error } = useMutation({
    mutationFn: async (wanted: Parameters<typeof makeWorkspace>[1]) => {
      const made = await makeWorkspace(await clientFor(me?.walletAddress ?? ""), wanted);
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      return made;
    },
    onSuccess: ({ slug }) => navigate({ to: "/w/$slug", params: { slug } }),
    // It may be there all the same, its answer lost.
    onError: () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
  const isOwn = me?.workspaces.some(({ slug }) => slug === variables?.slug);
  const taken = `This one is taken: choose another.${isOwn ? " It is your own: see the list." : ""}`;
  const isTaken = error instanceof ApiError && error.code === "CONFLICT" && /slug/i.test(error.detail ?? error.message);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const slug = String(form.get("slug")).trim();
    const name = String(form.get("name")).trim();
    const roles = (["CONSUMER", "SUPPLIER"] as const).filter((role) => form.get(role) !== null);
    const found = {
      ...(SLUG.test(slug) ? {} : { slug: "3 to 40 lower-case letters, digits and hyphens." }),
      ...(name !== "" && name.length <= 80 ? {} : { name: "1 to 80 characters." }),
      ...(roles.length > 0 ? {} : { roles: "Choose at least one: to watch, to show, or both." }),
    };
    setWrong(found);
    if (Object.keys(found).length === 0) mutate({ slug, name, roles });
  };

  if (!isOpen)
    return (
      <button type="button" className={isFirst ? "main" : ""} onClick={() => setOpen(true)}>
        New workspace
      </button>
    );
  return (
    <Card title="A new workspace">
      <form onSubmit={submit} noValidate>
        <TextField
          label="Slug"
          name="slug"
          autoFocus
          placeholder="my-eyes"
          hint="Stands in addresses; cannot be changed."
          wrong={wrong.slug ?? (isTaken ? taken : undefined)}
        />
        <TextField label="Name" name="name" placeholder="My Vision Co" wrong={wrong.name} />
        <fieldset>
          <legend>What it does</legend>
          <Check
            label="Consumer"
            name="CONSUMER"
            defaultChecked
            hint="Asks for views of places, and pays by the second."
          />
          <Check label="Supplier" name="SUPPLIER" hint="Streams what is asked for, and is paid." />
          {wrong.roles === undefined ? null : (
            <p className="wrong" role="alert">
              {wrong.roles}
            </p>
          )}
        </fieldset>
        <div className="actions">
          <button type="submit" className="main" disabled={isPending}>
            Create workspace
          </button>
          <button type="button" className="quiet" onClick={() => setOpen(false)}>
            Cancel
          </button>
        </div>
        {isPending ? <p role="status">Sign the message in your wallet. It costs nothing, and moves nothing.</p> : null}
        {isTaken ? null : <Problem error={error} />}
      </form>
    </Card>
  );
}
