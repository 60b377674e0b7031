/** Estimates what the network takes for transactions, by the wallet's own node, before anybody is asked to sign one. */
import { type Abi, type Address, encodeFunctionData, type Hex, parseAbi } from "viem";
import { estimateGas, getCode, getGasPrice, readContract } from "viem/actions";
import { estimateL1Fee } from "viem/op-stack";
import type { WalletClient } from "./pool.ts";

/**
 * Gas, as measured, of what no node can try yet, since it needs a signature or an approval that is not there: of the first
 * deposit of somebody who has never signed a permit, which is the dearest.
 */
export const GAS = { deposit: 90_000n, depositWithPermit: 130_000n } as const;

export interface Planned {
  address: Address;
  abi: Abi;
  functionName: string;
  args: readonly unknown[];
  /** Where it cannot be tried yet. */
  gas?: bigint;
}

/** Where OP chains tell what they take beside the gas. Other chains have nothing there. */
const ORACLE = "0x420000000000000000000000000000000000000F";
const oracleAbi = parseAbi(["function getOperatorFee(uint256 gasUsed) view returns (uint256)"]);

/** @returns Wei for all of them together, at the fees of this moment. */
export async function feeOf(client: WalletClient, planned: readonly Planned[]): Promise<bigint> {
  const [price, oracle] = await Promise.all([getGasPrice(client), getCode(client, { address: ORACLE })]);
  const fees = planned.map(async ({ gas: known, ...call }): Promise<bigint> => {
    const [to, data] = [call.address, encodeFunctionData(call)];
    const gas = known ?? (await estimateGas(client, { account: client.account, to, data }));
    return gas * price + (oracle === undefined ? 0n : await besideGas(client, { to, data, gas }));
  });
  return (await Promise.all(fees)).reduce((sum, fee) => sum + fee, 0n);
}

/** What it costs to publish the transaction on Ethereum, and what the chain's operator takes. */
async function besideGas(client: WalletClient, { to, data, gas }: { to: Address; data: Hex; gas: bigint }) {
  const operator = { address: ORACLE, abi: oracleAbi, functionName: "getOperatorFee", args: [gas] } as const;
  const [l1, l2] = await Promise.all([
    estimateL1Fee(client, { account: client.account, to, data, gasPriceOracleAddress: ORACLE }),
    // Oracles of before the fork Isthmus do not know of it.
    readContract(client, operator).catch(() => 0n),
  ]);
  return l1 + l2;
}
