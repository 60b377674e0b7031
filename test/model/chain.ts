/** Plays the real side of a sequence: sends steps and reads what came of them, by raw requests, since there are many. */

import { usdcAbi } from "@luxxon/chain/usdc";
import type { ContractEvent, Transfer } from "@luxxon/contracts-abi/model";
import { permitTypes, receiveWithAuthorizationTypes } from "@luxxon/contracts-abi/viem";
import {
  type Abi,
  decodeErrorResult,
  encodeFunctionData,
  getAddress,
  type Hex,
  type Log,
  numberToHex,
  parseAbi,
  parseEventLogs,
} from "viem";
import type { Questions } from "./books.ts";
import type { Scene } from "./scene.ts";
import type { Step } from "./steps.ts";
import type { Signed } from "./usdc.ts";

/** What came of a transaction. */
export type Happened =
  | { error: { errorName: string; args: readonly unknown[] } }
  | { events: ContractEvent[]; transfers: Transfer[]; returns: bigint | undefined };

/** More than a batch of a hundred needs, so that no call fails for gas; no estimate has to be made. */
const GAS = numberToHex(14_000_000);
/** Said, so that nothing has to ask the chain for it. */
const GAS_PRICE = numberToHex(10_000_000_000n);

const OTHER_ERRORS = parseAbi(["error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"]);

/** Lets the chain's clock stand at this second; later blocks are made at it until the next call. */
async function setClock({ chain }: Scene, timestamp: bigint): Promise<void> {
  await chain.provider.request({ method: "evm_setNextBlockTimestamp", params: [numberToHex(timestamp)] });
}

/** Makes an empty block at this second, which calls that are only tried then see. */
export async function moveClock(scene: Scene, timestamp: bigint): Promise<void> {
  await setClock(scene, timestamp);
  await scene.chain.provider.request({ method: "evm_mine", params: [] });
}

/**
 * Tries the call, which tells what it returns, and sends it if it does not revert: a transaction that reverts changes
 * nothing by the EVM's own rules.
 */
export async function perform(scene: Scene, step: Step, timestamp: bigint): Promise<Happened> {
  const { chain, settlement, usdc } = scene;
  const [target, abi] = step.to === "settlement" ? [settlement, settlement.abi as Abi] : [usdc, usdcAbi as Abi];
  const data = encodeFunctionData({ abi, functionName: step.call.functionName, args: step.call.args });
  const transaction = { from: step.sender, to: target.address, data, gas: GAS, gasPrice: GAS_PRICE };
  try {
    const returned = String(await chain.provider.request({ method: "eth_call", params: [transaction, "latest"] }));
    await setClock(scene, timestamp);
    const hash = await chain.provider.request({ method: "eth_sendTransaction", params: [transaction] });
    const receipt = (await chain.provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as {
      logs: Log[];
    };
    return {
      ...happened(scene, receipt.logs),
      returns: step.to === "usdc" || returned === "0x" ? undefined : BigInt(returned),
    };
  } catch (error) {
    return { error: decodeError(scene, error) };
  }
}

function decodeError({ settlement }: Scene, error: unknown): { errorName: string; args: readonly unknown[] } {
  const data = error instanceof Error && "data" in error ? error.data : undefined;
  const bytes = typeof data === "object" && data !== null && "data" in data ? data.data : data;
  if (typeof bytes !== "string") throw error;
  const abi: Abi = [...settlement.abi, ...OTHER_ERRORS];
  const { errorName, args = [] } = decodeErrorResult({ abi, data: bytes as Hex });
  return { errorName, args };
}

/** The contract's events and every token's transfers. */
function happened({ settlement }: Scene, logs: Log[]): { events: ContractEvent[]; transfers: Transfer[] } {
  const own = logs.filter(({ address }) => address === settlement.address.toLowerCase());
  const events = parseEventLogs({ abi: settlement.abi as Abi, logs: own });
  if (events.length !== own.length) throw new Error("an event of the contract is not in its ABI");
  const transfers = parseEventLogs({ abi: usdcAbi, logs, eventName: "Transfer" });
  return {
    events: events.map(({ eventName, args }) => ({ eventName, args }) as unknown as ContractEvent),
    transfers: transfers.map(({ address, args: { from, to, value } }) => ({
      token: getAddress(address),
      from,
      to,
      amount: value,
    })),
  };
}

/** Reads the books in one call; undefined if a view reverts, as `surplus` does where less is held than owed. */
export async function readBooks(
  scene: Scene,
  { accounts, closer, ids, probes }: Questions,
): Promise<bigint[] | undefined> {
  const { chain, reader } = scene;
  const data = encodeFunctionData({ abi: reader.abi, functionName: "read", args: [accounts, closer, ids, probes] });
  const call = { to: reader.address, data, gas: GAS };
  let answer: unknown;
  try {
    answer = await chain.provider.request({ method: "eth_call", params: [call, "latest"] });
  } catch (error) {
    // Whatever is not a revert is no finding.
    decodeError(scene, error);
    return undefined;
  }
  // An array of numbers: where it begins, how long it is, 32 bytes each.
  return (String(answer).slice(2).match(/.{64}/g) ?? []).slice(2).map((word) => BigInt(`0x${word}`));
}

/** Signs as whoever is to sign, by the key that the chain has of him. */
export async function sign({ chain, usdc, addresses }: Scene, signed: Signed): Promise<Hex> {
  const domain = { name: "USDC", version: "2", chainId: 84_532, verifyingContract: usdc.address };
  const message =
    "permit" in signed
      ? { ...signed.permit, spender: addresses.settlement }
      : { ...signed.authorization, to: addresses.settlement };
  const primaryType = "permit" in signed ? "Permit" : "ReceiveWithAuthorization";
  const typed = {
    domain,
    primaryType,
    types: TYPES,
    message: Object.fromEntries(Object.entries(message).map(([name, value]) => [name, String(value)])),
  };
  return (await chain.provider.request({ method: "eth_signTypedData_v4", params: [signed.signer, typed] })) as Hex;
}

const TYPES = {
  EIP712Domain: [
    { name: "name", type: "string" },
    { name: "version", type: "string" },
    { name: "chainId", type: "uint256" },
    { name: "verifyingContract", type: "address" },
  ],
  ...permitTypes,
  ...receiveWithAuthorizationTypes,
};
