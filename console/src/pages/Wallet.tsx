/** The wallet's page: the pool. */
import { PoolCard } from "./Pool.tsx";

export function WalletPage() {
  return (
    <>
      <h1>Wallet</h1>
      <PoolCard />
    </>
  );
}
