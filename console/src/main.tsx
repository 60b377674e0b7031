/** Starts the page: who answers, which chain, which wallets; then the pages by the address bar. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { WagmiProvider } from "wagmi";
import { ApiError } from "./api/client.ts";
import { configQuery, forgetWho, meQuery, type PlatformConfig } from "./api/queries.ts";
import { router } from "./routes.ts";
import { ignoreHaste } from "./ui/haste.ts";
import { Problem, Waiting } from "./ui/show.tsx";
import { walletConfig } from "./wallet/config.ts";

/** A cookie that has run out, or a role that is another now, is noticed by whatever was asked first. */
function onError(error: unknown): void {
  if (!(error instanceof ApiError)) return;
  if (error.code === "NOT_AUTHENTICATED") forgetWho(queries);
  if (error.code === "NOT_AUTHORIZED") void queries.invalidateQueries({ queryKey: meQuery.queryKey });
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // What was refused stays refused; a platform that is away is asked until it is back.
      retry: (_count, error) => error instanceof ApiError && error.code === "AWAY",
      retryDelay: (count) => Math.min(500 * 2 ** count, 5_000),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

function Start() {
  const { data, failureReason } = useQuery(configQuery);
  if (data !== undefined) return <Started config={data} />;
  return (
    <main className="start">{failureReason === null ? <Waiting>…</Waiting> : <Problem error={failureReason} />}</main>
  );
}

function Started({ config }: { config: PlatformConfig }) {
  const [wagmi] = useState(() => walletConfig(config));
  return (
    <WagmiProvider config={wagmi}>
      <RouterProvider router={router} />
    </WagmiProvider>
  );
}

ignoreHaste(document);
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Start />
      </QueryClientProvider>
    </StrictMode>,
  );
