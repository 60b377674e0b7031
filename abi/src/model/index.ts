/** `@luxxon/contracts-abi/model`: the contract's rules once more, in pure TypeScript, without a dependency. */
export { apply, type ConstructorArguments, construct, type Done, type Outcome, type Reverted } from "./apply.ts";
export type { Call, CallOf, Context, Signatures } from "./calls.ts";
export { allows, draw, drawnBy, limitOf, room } from "./dailyLimit.ts";
export type { ContractError, TokenError } from "./errors.ts";
export type { ContractEvent, Transfer } from "./events.ts";
export { HexMap } from "./hexMap.ts";
export { checkSettlement } from "./refusals.ts";
export {
  accountOf,
  available,
  blankState,
  credits,
  deposits,
  EMPTY_ACCOUNT,
  isHeld,
  type State,
  settled,
  surplus,
  totalDeposits,
  withdrawable,
  withSettled,
} from "./state.ts";
export type { Answer, Tokens } from "./tokens.ts";
export {
  type Account,
  type Address,
  type BatchEntry,
  type Hex,
  Refusal,
  sameAddress,
  ZERO_ADDRESS,
} from "./types.ts";
export { WillingUsdc } from "./willingUsdc.ts";
