/** Plays the deployment and a first session on a fork of the chain inside this process. Nothing is sent. */

import { forkBlockOf } from "@luxxon/chain/config";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import type { LocalChain } from "@luxxon/local/chain";
import { chooseForkBlock } from "@luxxon/local/fork/forkBlock";
import { mintUsdc } from "@luxxon/local/fork/money";
import { openFork } from "@luxxon/local/fork/open";
import { servePatiently } from "@luxxon/local/fork/patient";
import { impersonate } from "@luxxon/local/impersonate";
import { l1FeeOf } from "@luxxon/local/l1Fee";
import { usdcAt } from "@luxxon/local/usdc";
import { type Address, getContract, parseEther, zeroHash } from "viem";
import { ATTEMPTS, type Deployment } from "./deployment.ts";
import { chainlinkPrice, type EthPrice, operatorFee } from "./deploymentCost.ts";
import { runModule } from "./ignition.ts";
import { inspectDeployment } from "./inspectDeployment.ts";
import { type Check, failed, hasFailed, passed } from "./outcome.ts";

export interface Simulation {
  block: bigint;
  /** Where the contract comes to stand if the deployer sends nothing else before. */
  address: Address;
  gas: bigint;
  /** At the chain's gas price of this moment. */
  l2Wei: bigint;
  l1Wei: bigint;
  ethPrice: EthPrice | undefined;
  checks: Check[];
}

export async function simulate(deployment: Deployment, givenEthUsd: number | undefined): Promise<Simulation> {
  const { base, rpcUrl, deployer, chain } = deployment;
  const block = await chooseForkBlock(base, { rpcUrl, block: forkBlockOf(base) }, { attempts: ATTEMPTS });
  const original = await servePatiently(chain.endpoint);
  let fork: LocalChain | undefined;
  try {
    fork = await openFork(base, original.url, block);
    const client = await fork.viem.getPublicClient();
    await fork.networkHelpers.impersonateAccount(deployer.address);
    // The preflight asks whether the deployer can really pay, at the chain's head.
    await fork.networkHelpers.setBalance(deployer.address, parseEther("1"));
    // The fork is some minutes old; the address follows from the nonce of now.
    const nonce = await chain.client.getTransactionCount({ address: deployer.address, blockTag: "pending" });
    await fork.networkHelpers.setNonce(deployer.address, nonce);
    const address = await runModule(deployment, { provider: fork.provider, deploymentDir: undefined });
    const { transactions } = await client.getBlock({ blockTag: "latest", includeTransactions: true });
    const transaction = transactions.find(({ from }) => from === deployer.address.toLowerCase());
    if (transaction?.nonce !== nonce) throw new Error("the simulation did not deploy by one transaction");
    const { gasUsed } = await client.getTransactionReceipt({ hash: transaction.hash });
    const gasPrice = await chain.client.getGasPrice();
    const ethPrice =
      givenEthUsd === undefined ? await chainlinkPrice(client, base) : { usd: givenEthUsd, source: "--eth-usd" };
    const checks = await inspectDeployment(client, address, deployment);
    // After a difference a session on it would prove nothing.
    if (!checks.some(hasFailed)) checks.push(await firstSession(fork, deployment, address));
    return {
      block,
      address,
      gas: gasUsed,
      l2Wei: gasUsed * gasPrice + (await operatorFee(chain.client, gasUsed)),
      l1Wei: await l1FeeOf(fork, transaction.hash),
      ethPrice,
      checks,
    };
  } finally {
    await fork?.close();
    original.close();
  }
}

const USDC = 1_000_000n;

/** Deposits, settles a session of a second and takes the rest out: through the real token, with the roles as they would be. */
async function firstSession(fork: LocalChain, deployment: Deployment, address: Address): Promise<Check> {
  const { base, args } = deployment;
  const [consumer, operator] = await fork.viem.getWalletClients();
  if (consumer === undefined || operator === undefined) throw new Error("the fork has no accounts");
  const relayer = await impersonate(fork, args.relayer);
  const usdc = await usdcAt(fork, base.usdc.address);
  const client = { public: await fork.viem.getPublicClient(), wallet: consumer };
  const settlement = getContract({ address, abi: luxxonSettlementAbi, client });

  const limits = [BigInt(args.defaultDailyLimit), BigInt(args.poolDailyLimit)].filter((limit) => limit > 0n);
  const total = [USDC, ...limits].reduce((least, limit) => (limit < least ? limit : least));
  const fee = total / 10n;
  const from = consumer.account.address;
  const to = operator.account.address;
  const before = await usdc.read.balanceOf([args.platformWallet]);
  await mintUsdc(fork, usdc, from, 2n * USDC);
  await usdc.write.approve([address, 2n * USDC], { account: consumer.account });
  await settlement.write.deposit([2n * USDC]);
  await settlement.write.settleFromPool([zeroHash, from, to, USDC, 1n, total - fee, fee], { account: relayer.account });
  await settlement.write.withdrawAll();

  const balances = {
    consumer: await usdc.read.balanceOf([from]),
    operator: await usdc.read.balanceOf([to]),
    platformWallet: (await usdc.read.balanceOf([args.platformWallet])) - before,
    contract: await settlement.read.surplus(),
  };
  const wanted = { consumer: 2n * USDC - total, operator: total - fee, platformWallet: fee, contract: 0n };
  const name = "session";
  for (const [who, amount] of Object.entries(wanted)) {
    const has = balances[who as keyof typeof balances];
    if (has !== amount) return { name, ...failed(`${who} has ${has} µUSDC after it, not ${amount}`) };
  }
  return { name, ...passed(`deposited ${2n * USDC} µUSDC, settled ${total} of it by the relayer, withdrew the rest`) };
}
