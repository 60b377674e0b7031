/** Reads from the first events how the contract was created. */

import { type EventNamed, eventsIn, type HistoryTransaction, type PastEvent } from "@luxxon/chain/settlement/history";
import type { Address, ConstructorArguments } from "@luxxon/contracts-abi/model";

/** What the constructor was given, as its events tell it; undefined: the transaction does not create the contract. */
export function creationOf({ entries }: HistoryTransaction, usdc: Address): ConstructorArguments | undefined {
  const events = eventsIn(entries);
  const find = <Name extends PastEvent["eventName"]>(name: Name): EventNamed<Name>["args"] | undefined =>
    events.find(({ eventName }) => eventName === name)?.args as EventNamed<Name>["args"] | undefined;
  const [owner, relayer, guardian] = [find("OwnershipTransferred"), find("RelayerSet"), find("GuardianSet")];
  const [wallet, byDefault, pool] = [
    find("PlatformWalletSet"),
    find("DefaultDailyLimitSet"),
    find("PoolDailyLimitSet"),
  ];
  if (events[0]?.eventName !== "OwnershipTransferred" || BigInt(events[0].args.previousOwner) !== 0n) return undefined;
  if (!owner || !relayer || !guardian || !wallet || !byDefault || !pool) return undefined;
  return {
    usdc,
    owner: owner.newOwner,
    relayer: relayer.newRelayer,
    guardian: guardian.newGuardian,
    platformWallet: wallet.newPlatformWallet,
    defaultDailyLimit: byDefault.newLimit,
    poolDailyLimit: pool.newLimit,
  };
}
