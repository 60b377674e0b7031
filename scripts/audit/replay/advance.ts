/** Moves the contract's state on by an event, with the model's own rules for balances and buckets. */

import type { PastEvent } from "@luxxon/chain/settlement/history";
import type { Account } from "@luxxon/contracts-abi/model";
import {
  type Address,
  accountOf,
  credits,
  draw,
  limitOf,
  type State,
  withSettled,
  ZERO_ADDRESS,
} from "@luxxon/contracts-abi/model";

/** @param now Seconds since 1970. */
export function advance(state: State, event: PastEvent, now: bigint): State {
  switch (event.eventName) {
    case "Deposited":
      return moved(state, event.args.consumer, event.args.amount);
    case "Withdrawn":
      return moved(state, event.args.consumer, -event.args.amount);
    case "Settled": {
      const { sessionId, from, toAmount, feeAmount } = event.args;
      const total = toAmount + feeAmount;
      const account = accountOf(state, from);
      const pool = draw(state.pool, state.pool.dailyLimit, now, total);
      return withAccount(
        { ...withSettled(state, sessionId), pool },
        from,
        draw(account, limitOf(account, state.defaultDailyLimit), now, total),
      );
    }
    case "PayoutCredited":
      return credited(state, event.args.payee, event.args.amount);
    case "CreditClaimed":
      return credited(state, event.args.payee, -event.args.amount);
    case "DailyLimitSet": {
      const { consumer, limit } = event.args;
      return withAccount(state, consumer, { ...accountOf(state, consumer), dailyLimit: limit });
    }
    case "Held": {
      const { consumer, until } = event.args;
      return withAccount(state, consumer, { ...accountOf(state, consumer), heldUntil: until });
    }
    case "DefaultDailyLimitSet":
      return { ...state, defaultDailyLimit: event.args.newLimit };
    case "PoolDailyLimitSet":
      return { ...state, pool: { ...state.pool, dailyLimit: event.args.newLimit } };
    case "RelayerSet":
      return { ...state, relayer: event.args.newRelayer };
    case "GuardianSet":
      return { ...state, guardian: event.args.newGuardian };
    case "PlatformWalletSet":
      return { ...state, platformWallet: event.args.newPlatformWallet };
    case "Paused":
      return { ...state, paused: true };
    case "Unpaused":
      return { ...state, paused: false };
    case "OwnershipTransferStarted":
      return { ...state, pendingOwner: event.args.newOwner };
    case "OwnershipTransferred":
      return { ...state, owner: event.args.newOwner, pendingOwner: ZERO_ADDRESS };
    case "SettlementSkipped":
    case "Rescued":
      return state;
  }
}

function withAccount(state: State, consumer: Address, account: Account): State {
  return { ...state, accounts: state.accounts.set(consumer, account) };
}

function moved(state: State, consumer: Address, amount: bigint): State {
  const account = accountOf(state, consumer);
  const pool = { ...state.pool, balance: state.pool.balance + amount };
  return withAccount({ ...state, pool }, consumer, { ...account, balance: account.balance + amount });
}

function credited(state: State, payee: Address, amount: bigint): State {
  return {
    ...state,
    credits: state.credits.set(payee, credits(state, payee) + amount),
    totalCredits: state.totalCredits + amount,
  };
}
