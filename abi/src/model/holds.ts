/** Lets a consumer promise to stay, and asks whether it has, as ILuxxonSettlement.sol promises it. */
import { ensure } from "./errors.ts";
import type { Execution } from "./execution.ts";
import { MAX_HOLD } from "./limits.ts";
import { accountOf, isHeld } from "./state.ts";
import { fitting } from "./widths.ts";

/** The caller's own promise not to withdraw before the second `until`. */
export function hold(execution: Execution, until: bigint): void {
  const { sender, state, timestamp } = execution;
  const account = accountOf(state, sender);
  const most = timestamp + MAX_HOLD;
  const standing = account.heldUntil > timestamp ? account.heldUntil : timestamp;
  ensure(until <= most, () => ({ errorName: "HoldTooLong", args: [until, most] }));
  ensure(until > standing, () => ({ errorName: "HoldNotLater", args: [until, standing] }));
  ensure(account.dailyLimit !== 0n, () => ({ errorName: "HoldNeedsLimit", args: [sender] }));
  execution.changeAccount(sender, { ...account, heldUntil: fitting("heldUntil", until) });
  execution.emit({ eventName: "Held", args: { consumer: sender, until } });
}

/** What a consumer that has promised to stay cannot do meanwhile. A pause suspends the promise. */
export function requireNotHeld({ sender, state, timestamp }: Execution): void {
  const { heldUntil } = accountOf(state, sender);
  ensure(!isHeld(state, sender, timestamp), () => ({ errorName: "HeldUntil", args: [heldUntil] }));
}
