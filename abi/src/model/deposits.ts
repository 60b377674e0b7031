/** Takes USDC in and gives it back to its owner, as ILuxxonSettlement.sol promises it. */
import { ensure, Revert } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { requireNotHeld } from "./holds.ts";
import { accountOf, deposits } from "./state.ts";
import { type Address, type Hex, sameAddress, ZERO_ADDRESS } from "./types.ts";
import { fitting } from "./widths.ts";

/** `deposit`, and `depositFor` for another consumer: pulls from the caller. */
export function depositFor(execution: Execution, consumer: Address, amount: bigint): void {
  const { sender } = execution;
  execution.requireNotPaused();
  recordDeposit(execution, consumer, sender, amount);
  execution.receive(sender, amount, execution.tokens.transferFrom(sender, amount));
}

/** A permit that fails is no failure if the allowance suffices: somebody else may have submitted it. */
export function depositWithPermit(execution: Execution, amount: bigint, deadline: bigint, signature: Hex): void {
  const { sender, tokens } = execution;
  execution.requireNotPaused();
  recordDeposit(execution, sender, sender, amount);
  const permitted = tokens.permit(sender, amount, deadline, signature);
  if ("tokens" in permitted) execution.tokens = permitted.tokens;
  else if (tokens.allowance(sender) < amount) throw new Revert(permitted.refused);
  execution.receive(sender, amount, execution.tokens.transferFrom(sender, amount));
}

/** Anyone may submit what `from` has signed. */
export function depositWithAuthorization(
  execution: Execution,
  from: Address,
  amount: bigint,
  validAfter: bigint,
  validBefore: bigint,
  nonce: Hex,
  signature: Hex,
): void {
  execution.requireNotPaused();
  recordDeposit(execution, from, from, amount);
  const { tokens } = execution;
  const answer = tokens.receiveWithAuthorization(from, amount, validAfter, validBefore, nonce, signature);
  execution.receive(from, amount, answer);
}

function recordDeposit(execution: Execution, consumer: Address, payer: Address, amount: bigint): void {
  const { state } = execution;
  ensure(!sameAddress(consumer, ZERO_ADDRESS) && !sameAddress(consumer, state.address), () => ({
    errorName: "InvalidConsumer",
    args: [consumer],
  }));
  ensure(amount !== 0n, () => ({ errorName: "ZeroAmount", args: [] }));
  const total = state.pool.balance + amount;
  for (const value of [amount, total]) fitting("balance", value);
  const account = accountOf(state, consumer);
  execution.change({ pool: { ...state.pool, balance: total } });
  execution.changeAccount(consumer, { ...account, balance: account.balance + amount });
  execution.emit({ eventName: "Deposited", args: { consumer, payer, amount } });
}

/** `withdrawAll`: returns what was withdrawn, µUSDC. */
export function withdrawAll(execution: Execution): bigint {
  const amount = deposits(execution.state, execution.sender);
  withdraw(execution, amount);
  return amount;
}

/** To the caller only. No pause, no limit, no role: the balance alone counts, and the caller's own hold. */
export function withdraw(execution: Execution, amount: bigint): void {
  const { state, sender } = execution;
  const account = accountOf(state, sender);
  requireNotHeld(execution);
  ensure(amount !== 0n, () => ({ errorName: "ZeroAmount", args: [] }));
  ensure(amount <= account.balance, () => ({
    errorName: "InsufficientBalance",
    args: [sender, account.balance, amount],
  }));
  execution.changeAccount(sender, { ...account, balance: account.balance - amount });
  execution.change({ pool: { ...state.pool, balance: state.pool.balance - amount } });
  execution.emit({ eventName: "Withdrawn", args: { consumer: sender, amount } });
  execution.send(state.usdc, sender, amount);
}
