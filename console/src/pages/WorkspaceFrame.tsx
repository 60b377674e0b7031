/** What stands around the pages of a workspace: who may see it, and where one can go in it. */
import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { type Me, meQuery, workspaceQuery } from "../api/queries.ts";
import { Problem, Waiting } from "../ui/show.tsx";
import { Enter } from "./Home.tsx";
import { Title } from "./Title.tsx";
import { WorkspaceContext } from "./workspace.ts";

type Membership = Me["workspaces"][number];

const PAGES = [
  ["/w/$slug", "Overview"],
  ["/w/$slug/sessions", "Sessions"],
  ["/w/$slug/wallet", "Wallet"],
  ["/w/$slug/operator", "Operator"],
  ["/w/$slug/keys", "Keys"],
  ["/w/$slug/members", "Members"],
  ["/w/$slug/webhooks", "Webhooks"],
] as const;

export function WorkspaceFrame() {
  const { slug } = useParams({ from: "/w/$slug" });
  const { data: me, error, isPending } = useQuery(meQuery);
  // A page stays as it is while its person signs in again: what was typed there is not lost.
  const [last, setLast] = useState<Membership>();
  const found = me?.workspaces.find((it) => it.slug === slug);
  useEffect(() => {
    if (found !== undefined) setLast(found);
  }, [found]);
  const membership = found ?? (me === null && last?.slug === slug ? last : undefined);

  if (isPending) return <Waiting />;
  if (membership === undefined)
    return (
      <main id="main" className="welcome">
        <Problem error={error} />
        {me ? (
          <>
            <Title name="No such workspace" />
            <p>
              The wallet that is signed in is no member of <code>{slug}</code>. <Link to="/">Its workspaces</Link>
            </p>
          </>
        ) : (
          <>
            <Title name="Sign in">Sign in to see {slug}</Title>
            <Enter />
          </>
        )}
      </main>
    );
  return (
    <>
      <Inside key={membership.id} membership={membership}>
        <Outlet />
      </Inside>
      <Dialog.Root open={me === null}>
        <Dialog.Portal>
          <Dialog.Backdrop className="backdrop" />
          <Dialog.Popup className="dialog">
            <Dialog.Title>You are signed out</Dialog.Title>
            <Dialog.Description>Your sign-in has ended. Sign in again, and go on where you were.</Dialog.Description>
            <Enter />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </>
  );
}

/** On a phone there is no room for all: the one that somebody is on is in sight. */
function Pages({ slug }: { slug: string }) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page, another link.
  useEffect(() => {
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return (
    <nav ref={nav} className="pages" aria-label="Pages">
      {PAGES.map(([to, title]) => (
        <Link key={to} to={to} params={{ slug }} activeOptions={{ exact: to === "/w/$slug" }}>
          {title}
        </Link>
      ))}
    </nav>
  );
}

function Inside({ membership, children }: { membership: Membership; children: ReactNode }) {
  const { id, slug, role } = membership;
  const { data: workspace, error } = useQuery(workspaceQuery(id));
  if (workspace === undefined) return error === null ? <Waiting /> : <Problem error={error} />;
  const here = {
    ...workspace,
    role,
    mayChange: role !== "VIEWER",
    isConsumer: workspace.roles.includes("CONSUMER"),
    isSupplier: workspace.roles.includes("SUPPLIER"),
  };
  return (
    <WorkspaceContext value={here}>
      <Pages slug={slug} />
      <main id="main">{children}</main>
    </WorkspaceContext>
  );
}
