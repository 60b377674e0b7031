import type { Address, Client } from "viem";
import type { ReadContractErrorType } from "viem/actions";
import type { UnknownChainError } from "../errors.ts";
import { type ReadParameters, readEach } from "./call.ts";

export type GetSettingsParameters = ReadParameters;

/** What the contract's owner has set, and who may do what. Addresses that are nobody are zero. */
export interface GetSettingsReturnType {
  /** Circle's token, for ever. */
  usdc: Address;
  /** The only account that can change a setting. */
  owner: Address;
  /** Who becomes the owner by accepting. */
  pendingOwner: Address;
  /** The only account that may settle. */
  relayer: Address;
  /** Who may pause, beside the owner. */
  guardian: Address;
  /** Who gets the fees. */
  platformWallet: Address;
  /** Of consumers without a limit of their own, µUSDC a day; 0: none. */
  defaultDailyLimit: bigint;
  /** Deposits and settlements are stopped; withdrawals never are. */
  paused: boolean;
  /** The contract's version: "4.0.0". */
  version: string;
}

export type GetSettingsErrorType = UnknownChainError | ReadContractErrorType;

const NAMES = [
  "usdc",
  "owner",
  "pendingOwner",
  "relayer",
  "guardian",
  "platformWallet",
  "defaultDailyLimit",
  "paused",
  "version",
] as const satisfies readonly (keyof GetSettingsReturnType)[];

/**
 * The contract's settings. They are asked one by one; pass `blockNumber` to have them of one moment, and let the client
 * batch (`batch: { multicall: true }`) to have them in one request.
 *
 * @throws {@link GetSettingsErrorType}
 * @example
 * const { relayer, paused } = await getSettings(publicClient, { settlement: SETTLEMENT });
 */
export async function getSettings(
  client: Client,
  parameters: GetSettingsParameters = {},
): Promise<GetSettingsReturnType> {
  return await readEach(client, NAMES, parameters);
}
