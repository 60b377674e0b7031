/** What is said before anything is signed: what the owner's wallet has, and what the network takes. */
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, dataOf } from "../api/client.ts";
import { useConfig } from "../api/queries.ts";
import { tell } from "../api/remedies.ts";
import { asEth } from "../money.ts";
import { Problem, Usdc, Waiting } from "../ui/show.tsx";
import { type Asking, contractsOf, type InHand, inHand } from "../wallet/pool.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { useWorkspace } from "./workspace.ts";

/** How often the wallet's node is asked again, ms: what things cost changes with each block. */
const EVERY_MS = 10_000;
/** How long nobody has to type for a fee to be asked for, ms. */
const PAUSE_MS = 300;

/** Whether the connected wallet is the pool's own, on the platform's chain: then it may be asked without asking its person. */
function useOwner() {
  const { walletAddress } = useWorkspace();
  const { address, isOnOtherChain, clientFor } = useWallet();
  const config = useConfig();
  return {
    walletAddress,
    isHere: address === walletAddress && !isOnOtherChain,
    asking: async (): Promise<Asking> => ({
      client: await clientFor(walletAddress),
      contracts: contractsOf(config),
    }),
  };
}

function useInHand(): UseQueryResult<InHand> {
  const { walletAddress, isHere, asking } = useOwner();
  return useQuery({
    queryKey: ["in hand", walletAddress],
    queryFn: async () => {
      const { client, contracts } = await asking();
      return await inHand(client, contracts);
    },
    enabled: isHere,
    refetchInterval: EVERY_MS,
    retry: false,
  });
}

/** Shown where its owner's wallet is not connected: who that is. */
export function NotTheOwner() {
  const { walletAddress, isHere } = useOwner();
  if (isHere) return null;
  return (
    <p className="muted">
      The pool is that of <code>{walletAddress}</code>: connect this wallet to move anything.
    </p>
  );
}

/** What the wallet has, and where more of it comes from on a local chain. */
export function InHandLine() {
  const { walletAddress, isHere } = useOwner();
  const { data, error } = useInHand();
  if (!isHere) return <NotTheOwner />;
  if (error !== null) return <Problem error={error} />;
  if (data === undefined) return <Waiting>Asking your wallet what it has …</Waiting>;
  return (
    <div className="inhand">
      <p>
        In your wallet: <Usdc amount={data.usdc} />, and <Eth wei={data.wei} /> for gas.
      </p>
      <Faucet to={walletAddress} />
    </div>
  );
}

function Eth({ wei }: { wei: bigint }) {
  return <span title={`${wei} wei`}>{asEth(wei)} ETH</span>;
}

interface FeeProps {
  /** What it is taken for: "to withdraw". */
  to: string;
  /** What was typed; undefined: nothing that could be done. */
  of: bigint | undefined;
  ask: (asking: Asking, of: bigint) => Promise<bigint>;
}

/** What the network will take, as the wallet's node estimates it now. Without an estimate everything can be done even so. */
export function Fee({ to, of, ask }: FeeProps) {
  const { walletAddress, isHere, asking } = useOwner();
  const hand = useInHand().data;
  const asked = usePaused(of);
  const { data, error } = useQuery({
    queryKey: ["in hand", "fee", walletAddress, to, String(asked)],
    queryFn: async () => await ask(await asking(), asked ?? 0n),
    enabled: isHere && asked !== undefined,
    refetchInterval: EVERY_MS,
    gcTime: EVERY_MS,
    retry: false,
  });
  if (!isHere || of === undefined) return null;
  const name = `Network fee ${to}`;
  if (error !== null) {
    const { happened } = tell(error);
    return (
      <p className="fee">
        {name}: no estimate. <span className="why">{happened}</span>
      </p>
    );
  }
  if (data === undefined || asked !== of) return <p className="fee">{name}: …</p>;
  return (
    <p className="fee">
      {name}: about <Eth wei={data} />
      {hand === undefined ? null : hand.wei < data ? (
        <strong>
          , more than the <Eth wei={hand.wei} /> in the wallet
        </strong>
      ) : (
        <>
          , of <Eth wei={hand.wei} /> in the wallet
        </>
      )}
    </p>
  );
}

/** What it was when nobody had changed it for a moment. */
function usePaused<T>(value: T): T {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}

/** On a local chain alone: elsewhere the platform has none. */
function Faucet({ to }: { to: string }) {
  const config = useConfig();
  const queries = useQueryClient();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => dataOf(api.POST("/api/v1/faucet", { body: { address: to } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["in hand"] }),
  });
  if (!config?.chainName.endsWith("(local)")) return null;
  return (
    <>
      <button type="button" className="quiet" onClick={() => mutate()} disabled={isPending}>
        Get 10 test USDC and gas
      </button>
      <Problem error={error} />
    </>
  );
}
