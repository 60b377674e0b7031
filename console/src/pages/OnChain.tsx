/** What the contract itself says of the pool, by the wallet's own node. */
import { useQuery } from "@tanstack/react-query";
import { EVERY_MS, useConfig } from "../api/queries.ts";
import { Card, Problem, Time, Usdc, Waiting } from "../ui/show.tsx";
import { onChain } from "../wallet/onChain.ts";
import { contractsOf } from "../wallet/pool.ts";
import { useWallet } from "../wallet/useWallet.ts";
import { useWorkspace } from "./workspace.ts";

export function useOnChain() {
  const { walletAddress } = useWorkspace();
  const { address, isOnOtherChain, clientFor } = useWallet();
  const config = useConfig();
  const isReadable = address !== undefined && !isOnOtherChain;
  const { data, error } = useQuery({
    queryKey: ["in hand", "contract", walletAddress, address],
    queryFn: async () => await onChain(await clientFor(address ?? ""), contractsOf(config), walletAddress),
    enabled: isReadable,
    refetchInterval: EVERY_MS.list,
    retry: false,
  });
  return { isReadable, data, error };
}

export function OnChain() {
  const { isReadable, data, error } = useOnChain();
  return (
    <Card title="What the contract says">
      {isReadable ? null : <p className="muted">Connect a wallet: its own node is asked, and nobody else.</p>}
      <Problem error={error} />
      {isReadable && data === undefined && error === null ? <Waiting>Asking your wallet's node …</Waiting> : null}
      {data === undefined ? null : (
        <>
          <dl className="facts">
            <dt>Balance</dt>
            <dd>
              <Usdc amount={data.balance} />
            </dd>
            <dt>Available now</dt>
            <dd>
              <Usdc amount={data.available} />
            </dd>
            <dt>Daily limit</dt>
            <dd>
              {data.dailyLimit === 0n ? "none" : <Usdc amount={data.dailyLimit} />}
              {data.isOwnLimit ? ", your own" : ", the contract's default"}
            </dd>
            <dt>Hold</dt>
            <dd>
              {data.heldUntil > data.timestamp ? (
                <>
                  until <Time at={new Date(Number(data.heldUntil) * 1_000).toISOString()} />: no withdrawal before
                </>
              ) : (
                "none: it can be withdrawn at any moment"
              )}
            </dd>
          </dl>
          <p className="muted">As of block {data.block.toString()}, by your wallet's own node</p>
        </>
      )}
    </Card>
  );
}
