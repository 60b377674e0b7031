/** What stands around every page: the header with wallet and workspace, and what has to be said first. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { useDisconnect } from "wagmi";
import { ApiError, api, dataOf } from "../api/client.ts";
import { forgetWho, healthQuery, useConfig, useMe } from "../api/queries.ts";
import { problem, tell } from "../api/remedies.ts";
import { Hash, Problem } from "../ui/show.tsx";
import { useWallet } from "../wallet/useWallet.ts";
import { ConnectWallet, NoticeOfWallet } from "./Connect.tsx";

export function Frame() {
  const config = useConfig();
  const me = useMe();
  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="top">
        <Link to="/" className="brand">
          Luxxon
        </Link>
        {me ? <Workspaces /> : null}
        <span className="chain">{config?.chainName}</span>
        <Account />
      </header>
      <Away />
      {me ? <NoticeOfWallet signedInAs={me.walletAddress} /> : null}
      <Outlet />
      <footer className="bottom">
        <Link to="/platform">Platform</Link>
        <a href="docs">API</a>
        <a href="books">Books</a>
      </footer>
    </>
  );
}

/** The workspace that is looked at stands in the address, and nowhere else: two tabs may look at two. */
function Workspaces() {
  const me = useMe();
  const navigate = useNavigate();
  const { slug } = useParams({ strict: false });
  if (!me || me.workspaces.length === 0) return null;
  return (
    <select
      aria-label="Workspace"
      value={slug ?? ""}
      onChange={({ target }) =>
        void navigate(target.value ? { to: "/w/$slug", params: { slug: target.value } } : { to: "/" })
      }
    >
      {slug === undefined ? <option value="">Workspaces</option> : null}
      {me.workspaces.map((it) => (
        <option key={it.id} value={it.slug}>
          {it.slug}
        </option>
      ))}
    </select>
  );
}

function Account() {
  const me = useMe();
  const { address } = useWallet();
  const { disconnect } = useDisconnect();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { mutate: leave, error } = useMutation({
    mutationFn: signOut,
    async onSuccess() {
      await navigate({ to: "/" });
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "config" && queryKey[0] !== "me" });
      forgetWho(queries);
      disconnect();
    },
  });
  if (!me && address === undefined) return <span className="account" />;
  return (
    <>
      <span className="account">
        {me && address === undefined ? <ConnectWallet isQuiet /> : null}
        <Hash value={me ? me.walletAddress : (address ?? "")} />
        <button type="button" className="quiet" onClick={() => (me ? leave() : disconnect())}>
          {me ? "Sign out" : "Disconnect"}
        </button>
      </span>
      <Problem error={error} />
    </>
  );
}

/** The cookie is the platform's to end: as long as it has not, nobody is signed out. */
async function signOut(): Promise<void> {
  try {
    await dataOf(api.POST("/api/v1/auth/logout"));
  } catch (error) {
    if (error instanceof ApiError && error.code === "NOT_AUTHENTICATED") return;
    throw problem("You are still signed in.", `${tell(error).happened} Sign out again in a moment.`);
  }
}

/** The platform is asked every few seconds whether it is there. */
function Away() {
  const { failureReason, isError } = useQuery(healthQuery);
  if (failureReason === null && !isError) return null;
  return (
    <div className="notice" role="status">
      The platform does not answer. What you see is what it said last; the page goes on by itself as soon as it is back.
    </div>
  );
}
