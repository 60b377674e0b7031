/** Names what the relayer is given, and what its parts share. */
import type { Hex } from "viem";
import type { AlarmKind } from "../alarms.ts";
import type { Chain } from "../chain/chain.ts";
import type { Clock, Entropy } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { Lease } from "./lease.ts";
import type { Signer } from "./signature.ts";

export interface RelayerContext {
  db: Database;
  chain: Chain;
  chainId: number;
  clock: Clock;
  entropy: Entropy;
  signer: Signer;
  batchWaitMs: number;
  replaceAfterMs: number;
  /** Above this base fee, wei, what nothing hurries waits for a lower one, for so long at most. */
  dear: { baseFee: bigint | undefined; waitMs: number };
  maxFeePerGas: bigint;
  pipeline: number;
  /** The most that mined batches may have cost within an hour and a day, wei: above it nothing more is signed. */
  gasBudget: { hour: bigint; day: bigint };
  /** Ends every transaction's data: who is behind it (ERC-8021). */
  suffix?: Hex | undefined;
  log: {
    info(what: object, message: string): void;
    warn(what: object, message: string): void;
    error(what: object, message: string): void;
  };
  onCount?: (what: "batches" | "sent" | "replaced" | "refused", by: number) => void;
}

/** With what one process adds. */
export interface Work extends RelayerContext {
  lease: Lease;
  alarm(kind: AlarmKind, subject: string, message: string): Promise<void>;
}
