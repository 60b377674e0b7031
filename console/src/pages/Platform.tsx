/** What anybody may know of the platform: its chain, its contract, its limits; and whether the wallet's node sees the same. */
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import { useMutation } from "@tanstack/react-query";
import type { Address } from "viem";
import { getCode, readContract } from "viem/actions";
import { useConfig } from "../api/queries.ts";
import { Card, Copy, Problem, Usdc, Waiting } from "../ui/show.tsx";
import { useWallet } from "../wallet/useWallet.ts";
import { Title } from "./Title.tsx";

export function Platform() {
  const config = useConfig();
  if (config === undefined) return <Waiting />;
  return (
    <main id="main">
      <Title name="Platform" />
      <Card title="Chain and contracts">
        <dl className="facts">
          <dt>Chain</dt>
          <dd>
            {config.chainName}, number {config.chainId}
          </dd>
          <dt>Contract</dt>
          <dd>
            <code>{config.settlementAddress}</code> <Copy text={config.settlementAddress} what="contract" />
          </dd>
          <dt>USDC</dt>
          <dd>
            <code>{config.usdcAddress}</code> <Copy text={config.usdcAddress} what="token" />
          </dd>
          <dt>Price</dt>
          <dd>
            <Usdc amount={config.baseRatePerSecondMicroUsdc} /> a second
          </dd>
          <dt>Fee</dt>
          <dd>{percentOf(config.platformFeeBps)} of each charge, paid out of it</dd>
          <dt>Keys</dt>
          <dd>{config.environment === "TEST" ? "TEST: nothing here is worth anything" : "LIVE"}</dd>
        </dl>
        <Compare />
      </Card>
      <Card title="Limits">
        <pre className="scroll">{JSON.stringify(config.limits, null, 2)}</pre>
      </Card>
    </main>
  );
}

/** Basis points as percent, exactly. */
function percentOf(bps: number): string {
  const [whole, rest] = [Math.floor(bps / 100), bps % 100];
  return rest === 0 ? `${whole} %` : `${whole}.${String(rest).padStart(2, "0")} %`;
}

/** The platform may say what it likes: the wallet's own node is asked. */
function Compare() {
  const config = useConfig();
  const { address, clientFor } = useWallet();
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: async () => {
      const client = await clientFor(address ?? "");
      const settlement = config?.settlementAddress as Address;
      if ((await getCode(client, { address: settlement })) === undefined)
        return "Your wallet's node has no contract at this address: do not deposit.";
      const call = { address: settlement, abi: luxxonSettlementAbi } as const;
      const [usdc, version] = await Promise.all([
        readContract(client, { ...call, functionName: "usdc" }),
        readContract(client, { ...call, functionName: "version" }),
      ]);
      return usdc === config?.usdcAddress
        ? `Your wallet's node has LuxxonSettlement ${version} there, and it pays in this very USDC.`
        : "Your wallet's node says that the contract pays in another token: do not deposit.";
    },
  });
  return (
    <>
      <div className="actions">
        <button type="button" onClick={() => mutate()} disabled={isPending || address === undefined}>
          Compare with my wallet's node
        </button>
      </div>
      {address === undefined ? <p className="muted">Connect a wallet first.</p> : null}
      <p role="status">{data}</p>
      <Problem error={error} />
    </>
  );
}
