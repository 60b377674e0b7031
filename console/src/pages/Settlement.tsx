/** A session's settlement: how far it is, what it paid to whom, and a check of the chain by the page itself. */
import { useMutation, useQuery } from "@tanstack/react-query";
import type { Address } from "viem";
import { api, dataOf, type Session, type Settlement } from "../api/client.ts";
import { EVERY_MS, useConfig } from "../api/queries.ts";
import { Card, Hash, Problem, State, Time, Usdc, Waiting } from "../ui/show.tsx";
import { useWallet } from "../wallet/useWallet.ts";
import { useWorkspace } from "./workspace.ts";

const WORDS: Readonly<Record<Settlement["state"], string>> = {
  NOT_READY: "Nothing was charged, so nothing has to be settled.",
  PENDING: "It waits for the relayer, which settles several sessions at once.",
  SUBMITTED: "Its transaction is on the way.",
  CONFIRMED: "The contract has paid it.",
};

export function SettlementCard({ session: { id, chargedMicroUsdc } }: { session: Session }) {
  const { id: workspaceId } = useWorkspace();
  const config = useConfig();
  const { data: settlement, error } = useQuery({
    queryKey: ["settlement", workspaceId, id],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/settlements/{sessionId}", { params: { path: { sessionId: id }, query: { workspaceId } } }),
      ),
    // It becomes final after it is confirmed.
    refetchInterval: ({ state }) => (state.data?.finality === "finalized" ? false : EVERY_MS.live),
  });
  if (settlement === undefined) return error === null ? <Waiting /> : <Problem error={error} />;
  const { state, payload, txHash, blockNumber, blockHash, finality, confirmedAt, writtenOffAt } = settlement;
  const isNothing = chargedMicroUsdc === "0";
  return (
    <Card title="Settlement" aside={<State value={writtenOffAt === undefined ? state : "WRITTEN OFF"} />}>
      {writtenOffAt === undefined ? <p>{isNothing ? WORDS.NOT_READY : WORDS[state]}</p> : null}
      <Refused settlement={settlement} />
      {payload === undefined || isNothing ? null : (
        <dl className="facts">
          <dt>To the operator</dt>
          <dd>
            <Usdc amount={payload.toAmount} /> <Hash value={payload.to} />
          </dd>
          <dt>Fee</dt>
          <dd>
            <Usdc amount={payload.feeAmount} />
          </dd>
          <dt>From the pool of</dt>
          <dd>
            <Hash value={payload.from} />
          </dd>
          {txHash === undefined ? null : (
            <>
              <dt>Transaction</dt>
              <dd>
                <Hash value={txHash} href={isLocal(config) ? undefined : `${config?.explorerUrl}/tx/${txHash}`} />
              </dd>
            </>
          )}
          {blockNumber === undefined ? null : (
            <>
              <dt>Block</dt>
              <dd className="number">
                {blockNumber} ({finality})
              </dd>
            </>
          )}
          {confirmedAt === undefined ? null : (
            <>
              <dt>Confirmed</dt>
              <dd>
                <Time at={confirmedAt} />
              </dd>
            </>
          )}
        </dl>
      )}
      {blockNumber === undefined || isNothing ? null : <Verify key={blockHash} settlement={settlement} />}
    </Card>
  );
}

function isLocal(config: ReturnType<typeof useConfig>): boolean {
  return config?.chainName.endsWith("(local)") ?? false;
}

/** What the contract has said no to: tried again, or given up. */
function Refused({ settlement: { refusal, nextAttemptAt, writtenOffAt } }: { settlement: Settlement }) {
  if (refusal === undefined) return null;
  return (
    <div className="notice" role="status">
      {writtenOffAt === undefined ? (
        <>
          The contract refuses it so far: {refusal}. It is tried again at <Time at={nextAttemptAt} />.
        </>
      ) : (
        <>
          The platform gave it up at <Time at={writtenOffAt} />: the contract refused it ({refusal}), and it is not
          tried again.
        </>
      )}
    </div>
  );
}

/** Believes nobody but the chain: the platform's proof against the block that the wallet's own node has. */
function Verify({ settlement }: { settlement: Settlement }) {
  const { id: workspaceId, walletAddress } = useWorkspace();
  const { address, clientFor } = useWallet();
  const config = useConfig();
  const { mutate, data, isPending, error } = useMutation({
    mutationFn: async () => {
      const { sessionId } = settlement;
      const proof = await dataOf(
        api.GET("/api/v1/settlements/{sessionId}/proof", {
          params: { path: { sessionId }, query: { workspaceId } },
        }),
      );
      const { checkReceipt } = await import("../proof/check.ts");
      return await checkReceipt(proof, settlement, {
        client: await clientFor(address ?? walletAddress),
        settlement: config?.settlementAddress as Address,
      });
    },
  });
  return (
    <>
      <div className="actions">
        <button type="button" onClick={() => mutate()} disabled={isPending}>
          Verify here
        </button>
      </div>
      {data === undefined ? (
        <p className="muted">
          This page asks your wallet's own node for the block, and follows the proof to the contract's event.
        </p>
      ) : (
        <div className={data.isGood ? "proven" : "problem"} role="status">
          <strong>{data.isGood ? "Verified" : "Not verified"}</strong>
          <ul>
            {data.words.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </div>
      )}
      <Problem error={error} />
    </>
  );
}
