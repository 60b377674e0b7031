/** Moves USDC into the pool and out of it, with as few confirmations as the wallet allows. */
import { deposit, depositCall, depositWithPermitCall, signPermit, withdrawCall } from "@luxxon/contracts-abi/viem";
import { type Account, type Address, type Chain, type Client, erc20Abi, maxUint256, type Transport } from "viem";
import { getBalance, getCode, getTransactionCount, readContract, writeContract } from "viem/actions";
import type { PlatformConfig } from "../api/queries.ts";
import { isRejected, problem } from "../api/remedies.ts";
import { asUsdc } from "../money.ts";
import { feeOf, GAS } from "./fee.ts";
import { mined, sendTried } from "./send.ts";
import { inWords } from "./words.ts";

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

/** Whose wallet, and which contracts. */
export interface Asking {
  client: WalletClient;
  contracts: Contracts;
}

export interface Sending extends Asking {
  onStep: OnStep;
}

/** @param amount µUSDC */
type Movement = Sending & { amount: bigint };

/**
 * With an allowance: one transaction. Without: a signed permit and one transaction, or, where the wallet cannot sign it or
 * `isStanding` is asked for, an approval for all later deposits too, and then the deposit.
 *
 * @returns The block in which it is.
 */
export async function topUp(movement: Movement & { isStanding: boolean }): Promise<bigint> {
  return await inWords(moveIn(movement));
}

async function moveIn({ isStanding, ...movement }: Movement & { isStanding: boolean }): Promise<bigint> {
  const { client, contracts, amount, onStep } = movement;
  onStep("Looking at what the wallet has …");
  const way = await wayIn({ ...movement, isStanding });
  if (way === "deposit") return await plainDeposit(movement);
  if (way === "permit") {
    const permit = await permitOf(movement);
    if (permit !== undefined) {
      onStep("Confirm the deposit in your wallet …");
      const { settlement } = contracts;
      const hash = await writeContract(client, depositWithPermitCall(client, { settlement, amount, ...permit }));
      return await mined(client, hash, onStep);
    }
  }
  await approve(movement);
  return await plainDeposit(movement);
}

/** @throws if the wallet has less than that. */
async function wayIn({ client, contracts, amount, isStanding }: Asking & { amount: bigint; isStanding: boolean }) {
  const { usdc, allowance } = await inHand(client, contracts);
  if (usdc < amount)
    throw problem(
      `The wallet has ${asUsdc(usdc)} USDC, less than ${asUsdc(amount)}.`,
      "Deposit less, or get more USDC on this chain first.",
    );
  if (allowance >= amount) return "deposit";
  return isStanding ? "approval" : "permit";
}

/** What the network takes for it; with a permit if the wallet can sign one, which only asking it would tell. */
export async function feeToTopUp(asking: Asking & { amount: bigint; isStanding: boolean }): Promise<bigint> {
  const { client, contracts, amount } = asking;
  const { settlement } = contracts;
  const way = await wayIn(asking);
  const plain = depositCall(client, { settlement, amount });
  if (way === "deposit") return await inWords(feeOf(client, [plain]));
  if (way === "approval") return await feeOf(client, [approvalOf(contracts), { ...plain, gas: GAS.deposit }]);
  // Its length and its bytes are what Ethereum is paid for: no byte of a signature is likely to be 0.
  const unsigned = { deadline: maxUint256, signature: `0x${"ff".repeat(65)}` } as const;
  const permitted = depositWithPermitCall(client, { settlement, amount, ...unsigned });
  return await feeOf(client, [{ ...permitted, gas: GAS.depositWithPermit }]);
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

async function approve({ client, contracts, onStep }: Sending): Promise<void> {
  onStep("Confirm in your wallet that the contract may take USDC …");
  const { address } = client.account;
  const before = await getTransactionCount(client, { address });
  const hash = await writeContract(client, approvalOf(contracts));
  await mined(client, hash, onStep);
  // The wallet numbers its next transaction by what its own node says, which may be behind the one that had the receipt.
  while ((await getTransactionCount(client, { address })) <= before)
    await new Promise((resolve) => setTimeout(resolve, 500));
}

/** For this top-up and all later ones. */
function approvalOf({ usdc, settlement }: Contracts) {
  return { address: usdc, abi: erc20Abi, functionName: "approve", args: [settlement, maxUint256] } as const;
}

async function plainDeposit({ client, contracts: { settlement }, amount, onStep }: Movement): Promise<bigint> {
  onStep("Confirm the deposit in your wallet …");
  return await mined(client, await deposit(client, { settlement, amount }), onStep);
}

/** @returns The block in which it is. */
export async function takeOut({ client, contracts: { settlement }, amount, onStep }: Movement): Promise<bigint> {
  const call = withdrawCall(client, { settlement, amount });
  return await inWords(sendTried(client, call, { what: "the withdrawal", onStep }));
}

export async function feeToTakeOut({ client, contracts, amount }: Asking & { amount: bigint }): Promise<bigint> {
  return await inWords(feeOf(client, [withdrawCall(client, { settlement: contracts.settlement, amount })]));
}
