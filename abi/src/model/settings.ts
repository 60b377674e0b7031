/** Sets limits and roles, pauses and rescues (ILuxxonSettlement.sol). Ownership is OpenZeppelin's Ownable2Step. */
import { ensure, Revert } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { requireNotHeld } from "./holds.ts";
import { accountOf, surplus } from "./state.ts";
import { type Address, sameAddress, ZERO_ADDRESS } from "./types.ts";
import { fitting } from "./widths.ts";

/** The caller's own limit, µUSDC a day; 0 returns to the default. The bucket stays as it is. */
export function setDailyLimit(execution: Execution, limit: bigint): void {
  const { sender, state } = execution;
  const account = accountOf(state, sender);
  if (limit < account.dailyLimit) requireNotHeld(execution);
  execution.changeAccount(sender, { ...account, dailyLimit: fitting("dailyLimit", limit) });
  execution.emit({ eventName: "DailyLimitSet", args: { consumer: sender, limit } });
}

/** Of consumers without a limit of their own, µUSDC a day; 0: no limit. Without the owner's check, for the constructor. */
export function setDefaultDailyLimit(execution: Execution, newLimit: bigint): void {
  const oldLimit = execution.state.defaultDailyLimit;
  execution.change({ defaultDailyLimit: fitting("dailyLimit", newLimit) });
  execution.emit({ eventName: "DefaultDailyLimitSet", args: { oldLimit, newLimit } });
}

/** Of the whole pool, µUSDC a day; 0: no limit. The bucket stays as it is. */
export function setPoolDailyLimit(execution: Execution, newLimit: bigint): void {
  const { pool } = execution.state;
  execution.change({ pool: { ...pool, dailyLimit: fitting("dailyLimit", newLimit) } });
  execution.emit({ eventName: "PoolDailyLimitSet", args: { oldLimit: pool.dailyLimit, newLimit } });
}

export function setRelayer(execution: Execution, newRelayer: Address): void {
  requireNonZero(newRelayer);
  const oldRelayer = execution.state.relayer;
  execution.change({ relayer: newRelayer });
  execution.emit({ eventName: "RelayerSet", args: { oldRelayer, newRelayer } });
}

/** Zero for none. */
export function setGuardian(execution: Execution, newGuardian: Address): void {
  const oldGuardian = execution.state.guardian;
  execution.change({ guardian: newGuardian });
  execution.emit({ eventName: "GuardianSet", args: { oldGuardian, newGuardian } });
}

/** Credits already owed stay with the old wallet. */
export function setPlatformWallet(execution: Execution, newPlatformWallet: Address): void {
  requireNonZero(newPlatformWallet);
  const oldPlatformWallet = execution.state.platformWallet;
  execution.change({ platformWallet: newPlatformWallet });
  execution.emit({ eventName: "PlatformWalletSet", args: { oldPlatformWallet, newPlatformWallet } });
}

/** Guardian or owner. */
export function pause(execution: Execution): void {
  const { sender, state } = execution;
  const may = sameAddress(sender, state.guardian) || sameAddress(sender, state.owner);
  ensure(may, () => ({ errorName: "NotGuardian", args: [sender] }));
  execution.requireNotPaused();
  execution.change({ paused: true });
  execution.emit({ eventName: "Paused", args: { account: sender } });
}

/** Owner only; the caller has been checked. */
export function unpause(execution: Execution): void {
  ensure(execution.state.paused, () => ({ errorName: "ExpectedPause", args: [] }));
  execution.change({ paused: false });
  execution.emit({ eventName: "Unpaused", args: { account: execution.sender } });
}

/** Tokens that belong to nobody: any other token, or USDC up to the surplus. */
export function rescue(execution: Execution, token: Address, to: Address, amount: bigint): void {
  requireNonZero(to);
  if (sameAddress(token, execution.state.usdc)) {
    const free = surplus(execution.state, execution.tokens.held);
    ensure(amount <= free, () => ({ errorName: "ExceedsSurplus", args: [free] }));
  }
  execution.emit({ eventName: "Rescued", args: { token, to, amount } });
  execution.send(token, to, amount);
}

/** Names the next owner, who then has to accept; zero takes the name back. */
export function transferOwnership(execution: Execution, newOwner: Address): void {
  execution.change({ pendingOwner: newOwner });
  const previousOwner = execution.state.owner;
  execution.emit({ eventName: "OwnershipTransferStarted", args: { previousOwner, newOwner } });
}

export function acceptOwnership(execution: Execution): void {
  execution.requireIs(execution.state.pendingOwner, (account) => ({
    errorName: "OwnableUnauthorizedAccount",
    args: [account],
  }));
  becomeOwner(execution, execution.sender);
}

/** The new owner, at once; zero for nobody, ever again. */
export function becomeOwner(execution: Execution, newOwner: Address): void {
  const previousOwner = execution.state.owner;
  execution.change({ owner: newOwner, pendingOwner: ZERO_ADDRESS });
  execution.emit({ eventName: "OwnershipTransferred", args: { previousOwner, newOwner } });
}

export function requireNonZero(account: Address): void {
  if (sameAddress(account, ZERO_ADDRESS)) throw new Revert({ errorName: "ZeroAddress", args: [] });
}
