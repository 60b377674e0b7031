/** Encodes what owner and guardian do, as a wallet would send it. */

import { luxxonSettlementAbi as abi } from "@luxxon/contracts-abi";
import { type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import type { Wanted } from "../../../scripts/roles/changes.ts";

export const setRelayer = (relayer: Address) =>
  encodeFunctionData({ abi, functionName: "setRelayer", args: [relayer] });
export const setGuardian = (guardian: Address) =>
  encodeFunctionData({ abi, functionName: "setGuardian", args: [guardian] });
export const setPlatformWallet = (wallet: Address) =>
  encodeFunctionData({ abi, functionName: "setPlatformWallet", args: [wallet] });
export const setDefaultDailyLimit = (limit: bigint) =>
  encodeFunctionData({ abi, functionName: "setDefaultDailyLimit", args: [limit] });
export const setPoolDailyLimit = (limit: bigint) =>
  encodeFunctionData({ abi, functionName: "setPoolDailyLimit", args: [limit] });
export const transferOwnership = (owner: Address) =>
  encodeFunctionData({ abi, functionName: "transferOwnership", args: [owner] });
export const rescue = (token: Address, to: Address, amount: bigint) =>
  encodeFunctionData({ abi, functionName: "rescue", args: [token, to, amount] });
export const acceptOwnership = encodeFunctionData({ abi, functionName: "acceptOwnership" });
export const renounceOwnership = encodeFunctionData({ abi, functionName: "renounceOwnership" });
export const pause = encodeFunctionData({ abi, functionName: "pause" });
export const unpause = encodeFunctionData({ abi, functionName: "unpause" });

/** Of the owner's Safe itself, and of one of its modules. */
const safe = parseAbi([
  "function enableModule(address module)",
  "function setGuard(address guard)",
  "function execTransactionFromModule(address to, uint256 value, bytes data, uint8 operation) returns (bool)",
]);
export const enableModule = (module: Address) =>
  encodeFunctionData({ abi: safe, functionName: "enableModule", args: [module] });
export const setGuard = (guard: Address) => encodeFunctionData({ abi: safe, functionName: "setGuard", args: [guard] });
export const byModule = (to: Address, data: Hex) =>
  encodeFunctionData({ abi: safe, functionName: "execTransactionFromModule", args: [to, 0n, data, 0] });

/** The flags of `npm run roles`, with nothing asked for. */
export const NOTHING: Wanted = { "accept-ownership": false, pause: false, unpause: false };
