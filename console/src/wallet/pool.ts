/** Moves USDC into the pool and out of it, with as few confirmations as the wallet allows. */
import {
  decodeSettlementError,
  deposit,
  depositWithPermitCall,
  signPermit,
  withdraw,
} from "@luxxon/contracts-abi/viem";
import { type Account, type Address, type Chain, type Client, erc20Abi, maxUint256, type Transport } from "viem";
import { getBalance, getCode, getTransactionCount, readContract, writeContract } from "viem/actions";
import type { PlatformConfig } from "../api/queries.ts";
import { isRejected, problem } from "../api/remedies.ts";
import { asUsdc } from "../money.ts";
import { mined } from "./send.ts";

export type WalletClient = Client<Transport, Chain, Account>;

export interface Contracts {
  usdc: Address;
  settlement: Address;
}

export function contractsOf(config: PlatformConfig | undefined): Contracts {
  if (config === undefined) throw problem("The platform has not said yet where its contract is.", "Try again.");
  return { usdc: config.usdcAddress as Address, settlement: config.settlementAddress as Address };
}

/** Where a movement is, in words for whoever waits. */
export type OnStep = (words: string) => void;

export interface InHand {
  usdc: bigint;
  wei: bigint;
  /** What the contract may take without another confirmation. */
  allowance: bigint;
}

/** What the wallet has, by its own provider. @throws if that provider serves another chain under this chain's number. */
export async function inHand(client: WalletClient, { usdc, settlement }: Contracts): Promise<InHand> {
  const { address } = client.account;
  const token = { address: usdc, abi: erc20Abi } as const;
  const [code, balance, wei, allowance] = await Promise.all([
    getCode(client, { address: settlement }),
    readContract(client, { ...token, functionName: "balanceOf", args: [address] }).catch(() => 0n),
    getBalance(client, { address }),
    readContract(client, { ...token, functionName: "allowance", args: [address, settlement] }).catch(() => 0n),
  ]);
  if (code === undefined)
    throw problem(
      `Your wallet asks another chain under the number ${client.chain.id}: the contract is not there.`,
      `Set the RPC URL of this network in your wallet to ${client.chain.rpcUrls.default.http[0]}.`,
    );
  return { usdc: balance, wei, allowance };
}

export interface Movement {
  client: WalletClient;
  contracts: Contracts;
  /** µUSDC */
  amount: bigint;
  onStep: OnStep;
}

const slow = (onStep: OnStep) => ({
  onSlow: () => onStep("Not mined yet. You may leave this page: the balance follows by itself."),
});

/**
 * With an allowance: one transaction. Without: a signed permit and one transaction, or, where the wallet cannot sign it or
 * `isStanding` is asked for, an approval for all later deposits too, and then the deposit.
 *
 * @returns The block in which it is.
 */
export async function topUp(movement: Movement & { isStanding: boolean }): Promise<bigint> {
  return await inWords(moveIn(movement));
}

/** What the contract says no with is bytes: whoever shows errors gets words. */
async function inWords<T>(movement: Promise<T>): Promise<T> {
  try {
    return await movement;
  } catch (error) {
    const decoded = decodeSettlementError(error);
    throw decoded === undefined ? error : problem(decoded.happened, decoded.remedy);
  }
}

async function moveIn({ isStanding, ...movement }: Movement & { isStanding: boolean }): Promise<bigint> {
  const { client, contracts, amount, onStep } = movement;
  onStep("Looking at what the wallet has …");
  const { usdc, allowance } = await inHand(client, contracts);
  if (usdc < amount)
    throw problem(
      `The wallet has ${asUsdc(usdc)} USDC, less than ${asUsdc(amount)}.`,
      "Deposit less, or get more USDC on this chain first.",
    );
  if (allowance >= amount) return await plainDeposit(movement);
  if (!isStanding) {
    const permit = await permitOf(movement);
    if (permit !== undefined) {
      onStep("Confirm the deposit in your wallet …");
      const { settlement } = contracts;
      const hash = await writeContract(client, depositWithPermitCall(client, { settlement, amount, ...permit }));
      onStep("Waiting until it is mined …");
      return (await mined(client, hash, slow(onStep))).blockNumber;
    }
  }
  await approve(movement);
  return await plainDeposit(movement);
}

/** @returns Nothing if this wallet cannot sign one. */
async function permitOf({ client, contracts: { settlement }, amount, onStep }: Movement) {
  onStep("Sign in your wallet that the contract may take this amount …");
  try {
    return await signPermit(client, { settlement, amount });
  } catch (error) {
    if (isRejected(error)) throw error;
    return undefined;
  }
}

async function approve({ client, contracts: { usdc, settlement }, onStep }: Movement): Promise<void> {
  onStep("Confirm in your wallet that the contract may take USDC …");
  const { address } = client.account;
  const before = await getTransactionCount(client, { address });
  const hash = await writeContract(client, {
    address: usdc,
    abi: erc20Abi,
    functionName: "approve",
    args: [settlement, maxUint256],
  });
  onStep("Waiting until the approval is mined …");
  await mined(client, hash, slow(onStep));
  // The wallet numbers its next transaction by what its own node says, which may be behind the one that had the receipt.
  while ((await getTransactionCount(client, { address })) <= before)
    await new Promise((resolve) => setTimeout(resolve, 500));
}

async function plainDeposit({ client, contracts: { settlement }, amount, onStep }: Movement): Promise<bigint> {
  onStep("Confirm the deposit in your wallet …");
  const hash = await deposit(client, { settlement, amount });
  onStep("Waiting until it is mined …");
  return (await mined(client, hash, slow(onStep))).blockNumber;
}

/** @returns The block in which it is. */
export async function takeOut(movement: Movement): Promise<bigint> {
  return await inWords(moveOut(movement));
}

async function moveOut({ client, contracts: { settlement }, amount, onStep }: Movement): Promise<bigint> {
  onStep("Confirm the withdrawal in your wallet …");
  const hash = await withdraw(client, { settlement, amount });
  onStep("Waiting until it is mined …");
  return (await mined(client, hash, slow(onStep))).blockNumber;
}
