/**
 * Computes what a stolen key can cost, from what stands on the chain. The contract's bound is `limit × (1 + T / 1 day)` for T
 * seconds in which nobody notices, per consumer and for all together, and never more than there is.
 */
import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import type { ContractState } from "@luxxon/chain/settlement/state";

const DAY = 86_400n;

/** How long a thief may go unnoticed, seconds. */
export const TIMES = { "1 hour": 3_600n, "8 hours": 28_800n, "1 day": DAY, "3 days": 3n * DAY } as const;

export type Time = keyof typeof TIMES;

export interface Exposure {
  /** The key that is stolen. */
  key: string;
  /** What its thief does. */
  by: string;
  /** The most that can be lost, µUSDC, by how long it goes unnoticed. */
  loss: Record<Time, bigint>;
}

/**
 * @param state The contract as it stands. A pause is taken as what stops the thief, so it is not counted as in force.
 * @param status Of a contract from which consumers only withdraw, and which stays paused, the owner's keys alone matter.
 */
export function exposureOf(
  state: Pick<ContractState, "totalDeposits" | "defaultDailyLimit" | "poolDailyLimit" | "safe">,
  status: DeploymentRecord["status"] = "active",
): Exposure[] {
  const { totalDeposits, defaultDailyLimit, poolDailyLimit, safe } = state;
  const modules = safe?.modules ?? [];
  const inPool = (T: bigint) => bounded(poolDailyLimit, T, totalDeposits);
  const exposures: Exposure[] = [
    {
      key: "relayer, one consumer",
      by: "sessions that never were; a consumer with a limit of its own loses by that one, while it holds its pool twice that at most",
      loss: each((T) => bounded(defaultDailyLimit, T, inPool(T))),
    },
    { key: "relayer, all consumers", by: "the same with everybody's pool", loss: each(inPool) },
    {
      key: "guardian",
      by: "pauses: no money moves, withdrawals go on, held pools may leave too, the owner unpauses",
      loss: each(() => 0n),
    },
    {
      key: "owner",
      by: "as many signers as the threshold: a relayer of their own, no limits; a consumer's own limit still binds, its hold ends within a day",
      loss: each(() => totalDeposits),
    },
    { key: "owner, fewer signers", by: "less than the threshold: nothing is executed", loss: each(() => 0n) },
    ...modules.map((module) => ({
      key: "owner, by a module",
      by: `the Safe's module ${module} does all that its signers can, without a signature: whoever controls it`,
      loss: each(() => totalDeposits),
    })),
    { key: "platform wallet", by: "what it holds; the contract gives it no right", loss: each(() => 0n) },
    { key: "deployer", by: "it has no right in the contract", loss: each(() => 0n) },
  ];
  return status === "active"
    ? exposures
    : exposures.filter(({ key }) => key === "owner" || key === "owner, by a module");
}

function each(lossIn: (seconds: bigint) => bigint): Record<Time, bigint> {
  return Object.fromEntries(Object.entries(TIMES).map(([time, T]) => [time, lossIn(T)])) as Record<Time, bigint>;
}

/** The bound of a limit over T seconds, rounded up; without a limit there is none but what there is. */
function bounded(dailyLimit: bigint, T: bigint, most: bigint): bigint {
  if (dailyLimit === 0n) return most;
  const bound = (dailyLimit * (DAY + T) + DAY - 1n) / DAY;
  return bound < most ? bound : most;
}
