/** Connecting a wallet and signing in with it; and what is said when the wallet is not what it was. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { type Connector, useConnect, useConnectors } from "wagmi";
import { injected } from "wagmi/connectors";
import { meQuery } from "../api/queries.ts";
import { Problem } from "../ui/show.tsx";
import { signIn } from "../wallet/signIn.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { LINK, WALLET_CONNECT } from "../wallet/walletConnect.ts";

const Scan = lazy(() => import("./Scan.tsx").then(({ Scan }) => ({ default: Scan })));

export function ConnectWallet({ isQuiet = false }: { isQuiet?: boolean }) {
  // Those that have announced themselves, and WalletConnect where there is one: one button each, if there are several.
  const connectors = useConnectors();
  const { connect, isPending, error } = useConnect();
  const [isChoosing, setChoosing] = useState(false);
  const far = connectors.find(({ id }) => id === WALLET_CONNECT);
  const link = useLink(far);
  const isOldAlone = "ethereum" in window && connectors.every((it) => it === far);
  const near = isOldAlone ? [OLD] : connectors.filter((it) => it !== far);
  const wallets = far === undefined ? near : [...near, far];
  const start = () => {
    const [only, ...others] = wallets;
    if (only !== undefined && others.length === 0) connect({ connector: only });
    else setChoosing(true);
  };
  return (
    <>
      <button type="button" className={isQuiet ? "quiet" : "main"} onClick={start} disabled={isPending}>
        Connect wallet
      </button>
      {isChoosing && wallets.length > 1 ? (
        <ul className="wallets">
          {wallets.map((wallet) => (
            <li key={"uid" in wallet ? wallet.uid : "old"}>
              <button type="button" onClick={() => connect({ connector: wallet })}>
                {"icon" in wallet && wallet.icon !== undefined ? (
                  <img src={wallet.icon} alt="" width="20" height="20" />
                ) : null}
                {"name" in wallet ? wallet.name : "The wallet of this browser"}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {isChoosing && wallets.length === 0 ? (
        <p role="alert">
          No wallet has answered in this browser. Install one (MetaMask, Coinbase Wallet, Rabby …) or unlock it, then
          load this page again. Everything here can be done by the <a href="docs">API</a> too.
        </p>
      ) : null}
      {isPending && link !== undefined ? (
        <Suspense>
          <Scan link={link} />
        </Suspense>
      ) : null}
      <Problem error={error} />
    </>
  );
}

/** For a browser whose wallet is of before EIP-6963. */
const OLD = injected();

/** The newest link for a wallet on another device. */
function useLink(connector: Connector | undefined): string | undefined {
  const [link, setLink] = useState<string>();
  useEffect(() => {
    const onMessage = ({ type, data }: { type: string; data?: unknown }) => {
      if (type === LINK && typeof data === "string") setLink(data);
    };
    connector?.emitter.on("message", onMessage);
    return () => connector?.emitter.off("message", onMessage);
  }, [connector]);
  return link;
}

export function SignIn() {
  const { address, clientFor } = useWallet();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: async () => {
      if (address !== undefined) await signIn(await clientFor(address));
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await queries.invalidateQueries();
    },
  });
  return (
    <>
      <button type="button" className="main" onClick={() => mutate()} disabled={isPending || address === undefined}>
        Sign in
      </button>
      {isPending ? <p role="status">Sign the message in your wallet. It costs nothing, and moves nothing.</p> : null}
      <Problem error={error} />
    </>
  );
}

/** The wallet may be switched, locked or moved to another chain at any moment. */
export function NoticeOfWallet({ signedInAs }: { signedInAs: string }) {
  const { address, isOnOtherChain, switchChain } = useWallet();
  const { mutate, isPending, error } = useMutation({ mutationFn: switchChain });
  if (address !== undefined && address !== signedInAs)
    return (
      <div className="notice" role="status">
        Your wallet is on another account than the one that you signed in with. Switch back in the wallet, or sign out
        and in again.
      </div>
    );
  if (!isOnOtherChain) return null;
  return (
    <div className="notice" role="status">
      Your wallet is on another chain.{" "}
      <button type="button" onClick={() => mutate()} disabled={isPending}>
        Switch chain
      </button>
      <Problem error={error} />
    </div>
  );
}
