/** The wallet's page: the pool, what the contract says of it by the wallet's own node, and all that moved. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api, nextCursorOf, type Schemas, wholeOf } from "../api/client.ts";
import { daysQuery, EVERY_MS, useConfig } from "../api/queries.ts";
import { Days } from "../ui/days.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { Card, Hash, Problem, Time, Usdc, Waiting } from "../ui/show.tsx";
import { OnChain } from "./OnChain.tsx";
import { PoolCard } from "./Pool.tsx";
import { PromisesCard } from "./Promises.tsx";
import { Title } from "./Title.tsx";
import { useWorkspace } from "./workspace.ts";

export function WalletPage() {
  return (
    <>
      <Title name="Wallet" />
      <div className="cards">
        <PoolCard />
        <OnChain />
        <PromisesCard />
      </div>
      <Ledger />
    </>
  );
}

type Event = Schemas["OnChainEvent"];

const KINDS: Readonly<Record<Event["kind"], string>> = {
  DEPOSIT: "Deposit",
  WITHDRAWAL: "Withdrawal",
  SETTLE: "Session",
  APPROVAL: "Approval for the contract",
};
/** An approval of everything, for people. */
const UNLIMITED = 1n << 128n;

function Ledger() {
  const { id, slug } = useWorkspace();
  const config = useConfig();
  const days = useQuery(daysQuery(id));
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["ledger", id],
    queryFn: async ({ pageParam }) => {
      const query = { workspaceId: id, limit: 50, cursor: pageParam };
      const { data, response } = await wholeOf(api.GET("/api/v1/wallet/events", { params: { query } }));
      return { events: data, next: nextCursorOf(response) };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : EVERY_MS.list),
  });
  const events = data?.pages.flatMap((page) => page.events) ?? [];
  const spent = days.data?.map(({ date, spentMicroUsdc }) => ({ date, amount: BigInt(spentMicroUsdc) }));
  const isLocal = config?.chainName.endsWith("(local)");
  return (
    <Card title="What moved">
      {spent === undefined ? null : <Days title="Paid for sessions" days={spent} />}
      <Problem error={days.error ?? error} />
      {data === undefined && error === null ? <Waiting /> : null}
      {data !== undefined && events.length === 0 ? <p className="muted">Nothing yet.</p> : null}
      {events.length === 0 ? null : (
        <Scroll title="Ledger">
          <table>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">When</th>
                <th scope="col">Block</th>
                <th scope="col">Transaction</th>
                <th scope="col" className="number">
                  How much
                </th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.id}>
                  <td>
                    {event.relatedSession === null ? (
                      KINDS[event.kind]
                    ) : (
                      <Link to="/w/$slug/sessions/$id" params={{ slug, id: event.relatedSession }}>
                        {KINDS[event.kind]}
                      </Link>
                    )}
                  </td>
                  <td>
                    <Time at={event.confirmedAt} />
                  </td>
                  <td>{event.blockNumber}</td>
                  <td>
                    <Hash
                      value={event.txHash}
                      href={isLocal ? undefined : `${config?.explorerUrl}/tx/${event.txHash}`}
                    />
                  </td>
                  <td className="number">
                    {event.kind === "APPROVAL" && BigInt(event.amountUsdc) >= UNLIMITED ? (
                      "without limit"
                    ) : (
                      <Usdc amount={event.amountUsdc} />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {hasNextPage ? (
        <button type="button" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older
        </button>
      ) : null}
    </Card>
  );
}
