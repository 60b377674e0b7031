/** Makes a call of LuxxonSettlement, in the one shape that viem's reads, writes, multicall and EIP-5792 `sendCalls` all take. */
import type { Account, Address, Chain, Client, ContractFunctionArgs, ContractFunctionName, Hash, Hex } from "viem";
import type {
  GetCodeErrorType,
  ReadContractParameters,
  ReadContractReturnType,
  WriteContractErrorType,
  WriteContractParameters,
} from "viem/actions";
import { getCode, readContract } from "viem/actions";
import { getAction } from "viem/utils";
import { NoContractError, type SendingUnclearError, UnknownChainError } from "../errors.ts";
import { luxxonSettlementAbi } from "../generated/abi.ts";
import { getLuxxonSettlementAddress } from "../lookup.ts";
import { send } from "./send.ts";

type SettlementAbi = typeof luxxonSettlementAbi;
type Reads = "view" | "pure";
type Writes = "nonpayable";
type Name = ContractFunctionName<SettlementAbi, Reads | Writes>;
type Names = ContractFunctionName<SettlementAbi, Reads>;

export interface SettlementCall<name extends Name> {
  /** The contract, as `multicall` and `writeContract` name it. */
  address: Address;
  /** The contract, as `sendCalls` names it. */
  to: Address;
  abi: SettlementAbi;
  functionName: name;
  args: ContractFunctionArgs<SettlementAbi, Reads | Writes, name>;
}

/** Where the contract is. */
export interface SettlementParameters {
  /** The contract; default: the active one on the client's chain. */
  settlement?: Address | undefined;
}

/** When to read. */
export interface ReadParameters extends SettlementParameters {
  /** Read the state after this block; default: the latest. */
  blockNumber?: bigint | undefined;
}

/** How to send. */
export interface WriteParameters extends SettlementParameters {
  /** Who sends; default: the client's account. */
  account?: Account | Address | undefined;
  /** The chain to be on; default: the client's. null: whatever chain the wallet is on. */
  chain?: Chain | null | undefined;
  /** Bytes to append to the calldata: a builder code, for instance. */
  dataSuffix?: Hex | undefined;
  gas?: bigint | undefined;
  maxFeePerGas?: bigint | undefined;
  maxPriorityFeePerGas?: bigint | undefined;
  nonce?: number | undefined;
}

/**
 * The contract that a client means.
 *
 * @throws {UnknownChainError} None is given, and none is known on the client's chain.
 */
export function settlementOf(client: Client, { settlement }: SettlementParameters): Address {
  const address = settlement ?? (client.chain ? getLuxxonSettlementAddress(client.chain.id) : undefined);
  if (address === undefined) throw new UnknownChainError(client.chain?.id, "LuxxonSettlement");
  return address;
}

/** What sending a call can throw. */
export type WriteErrorType =
  | UnknownChainError
  | NoContractError
  | SendingUnclearError
  | GetCodeErrorType
  | WriteContractErrorType;

/** A call, ready for whatever sends or reads it. */
export function callOf<name extends Name>(
  client: Client,
  parameters: SettlementParameters,
  functionName: name,
  args: ContractFunctionArgs<SettlementAbi, Reads | Writes, name>,
): SettlementCall<name> {
  const address = settlementOf(client, parameters);
  return { address, to: address, abi: luxxonSettlementAbi, functionName, args };
}

/** Reads a call. */
export function read<name extends ContractFunctionName<SettlementAbi, Reads>>(
  client: Client,
  { address, abi, functionName, args }: SettlementCall<name>,
  { blockNumber }: ReadParameters,
): Promise<ReadContractReturnType<SettlementAbi, name>> {
  const request = { address, abi, functionName, args, ...(blockNumber === undefined ? {} : { blockNumber }) };
  // Through the client's own action, if it has one.
  return getAction(client, readContract, "readContract")(request as unknown as ReadContractParameters) as never;
}

/** Reads values without arguments, by their names. */
export async function readEach<name extends Names>(
  client: Client,
  names: readonly name[],
  parameters: ReadParameters,
): Promise<{ [key in name]: ReadContractReturnType<SettlementAbi, key> }> {
  const values = names.map(async (name) => {
    const call = callOf(client, parameters, name, [] as never);
    return [name, await read(client, call as never, parameters)];
  });
  return Object.fromEntries(await Promise.all(values));
}

/**
 * Sends a call.
 *
 * @throws {NoContractError} Nothing is at the contract's address.
 * @throws {SendingUnclearError} It may have been sent.
 */
export async function write<name extends ContractFunctionName<SettlementAbi, Writes>>(
  client: Client,
  { address, abi, functionName, args }: SettlementCall<name>,
  { settlement: _, ...options }: WriteParameters,
): Promise<Hash> {
  const code = await getAction(client, getCode, "getCode")({ address });
  if (code === undefined) throw new NoContractError(address);
  const request = { chain: client.chain, account: client.account, ...options, address, abi, functionName, args };
  return await send(client, request as unknown as WriteContractParameters);
}
