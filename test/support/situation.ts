/** Opens what a test starts from: LuxxonSettlement and Circle's USDC on a local chain, with people who have names. */

import { type LocalChain, type LocalChainName, openLocalChain, type Wallet } from "@luxxon/local/chain";
import { openSettlement } from "@luxxon/local/settlement";
import type { Usdc } from "@luxxon/local/usdc";
import type { ContractReturnType } from "@nomicfoundation/hardhat-viem/types";
import hre from "hardhat";
import type { Abi, Hash, Hex } from "viem";
import { parseEventLogs } from "viem";
import type { PEOPLE } from "./books.ts";
import { type Session, sessionId, settleArgs, split, USDC } from "./session.ts";

/** Both local chains: no simulator has Base's EVM and Base's fees at once. */
const CHAINS: Record<LocalChainName, string> = {
  localBase: "on OP rules",
  localOsaka: "on Osaka rules",
};

const opened = new Map<LocalChainName, Promise<LocalChain>>();

/** One chain of each kind serves the whole run; every test starts from a snapshot of it. */
export function chainNamed(name: LocalChainName): Promise<LocalChain> {
  const chain = opened.get(name) ?? openLocalChain(name);
  opened.set(name, chain);
  return chain;
}

/** The next test starts on new chains. For who runs the same tests over and over, on other code each time. */
export function forgetChains(): void {
  opened.clear();
}

/** Nobody has a pool yet. Alice and Bob hold 10,000 USDC each and have approved the contract. No limits are set. */
export async function fresh(chain: LocalChain) {
  // The build's code, which may be newer than the ABI package's, or instrumented, or a mutant.
  const { bytecode } = await hre.artifacts.readArtifact("LuxxonSettlement");
  const people = ["alice", "bob", "operator", "otherOperator", "stranger"] as const;
  const opened = await openSettlement({ chain, people, creationCode: bytecode as Hex });
  for (const person of [opened.alice, opened.bob]) {
    await opened.give(person, 10_000n * USDC);
    await opened.approve(person);
  }
  return situationOf({
    ...opened,
    settlement: await chain.viem.getContractAt("LuxxonSettlement", opened.settlement.address),
  });
}

export interface Opened extends Record<(typeof PEOPLE)[number], Wallet> {
  chain: LocalChain;
  usdc: Usdc;
  settlement: ContractReturnType<"LuxxonSettlement">;
}

/** What tests say often, for a contract with these people around it. */
export async function situationOf(opened: Opened) {
  const { chain, usdc, settlement, circle, relayer, alice, operator } = opened;
  const publicClient = await chain.viem.getPublicClient();

  /** A 60 s session at 1,000 µUSDC/s that Alice owes to the operator, with the platform's 15 %; change what matters. */
  function session(changes: Partial<Session> = {}): Session {
    const { ratePerSecond = 1_000n, chargeableSeconds = 60n } = changes;
    return {
      sessionId: sessionId(0),
      from: alice.account.address,
      to: operator.account.address,
      ratePerSecond,
      chargeableSeconds,
      ...split(ratePerSecond * chargeableSeconds),
      ...changes,
    };
  }

  return {
    ...opened,
    viem: chain.viem,
    networkHelpers: chain.networkHelpers,
    publicClient,
    session,
    /** Settles one session as the relayer. */
    settle: (one: Session) => settlement.write.settleFromPool(settleArgs(one), { account: relayer.account }),
    /** Settles a batch as the relayer. */
    settleBatch: (many: Session[]) => settlement.write.settleBatch([many], { account: relayer.account }),
    /** Denylists an account at Circle. */
    denylist: (account: Wallet) => usdc.write.blacklist([account.account.address], { account: circle.account }),
    /** What LuxxonSettlement emitted in a transaction: names and arguments, in order. */
    async eventsOf(transaction: Promise<Hash> | Hash) {
      const receipt = await publicClient.waitForTransactionReceipt({ hash: await transaction });
      const own = receipt.logs.filter((log) => log.address.toLowerCase() === settlement.address.toLowerCase());
      const logs = parseEventLogs({ abi: settlement.abi as Abi, logs: own });
      if (logs.length !== own.length) throw new Error("an event of the contract is not in its ABI");
      return logs.map(({ eventName, args }) => ({ eventName, args: args as unknown as Record<string, unknown> }));
    },
  };
}

/** Alice and Bob put 100 USDC each into their pools. */
export async function withPools<Any extends Situation>(situation: Any): Promise<Any> {
  for (const { account } of [situation.alice, situation.bob]) {
    await situation.settlement.write.deposit([100n * USDC], { account });
  }
  return situation;
}

/** Through loadFixture, so that both situations stand on one snapshot and a test may ask for either. */
const funded = async ({ networkHelpers }: LocalChain) => withPools(await networkHelpers.loadFixture(fresh));

export type Situation = Awaited<ReturnType<typeof situationOf>>;

export interface Given {
  /** Nobody has a pool yet. */
  fresh(): Promise<Situation>;
  /** Alice and Bob have 100 USDC each in their pools. */
  funded(): Promise<Situation>;
}

/** Describes a situation on each of the local chains. */
export function onEachChain(title: string, tests: (given: Given) => void): void {
  for (const [name, label] of Object.entries(CHAINS) as [LocalChainName, string][]) {
    describe(`${title}, ${label}`, () => {
      tests({
        fresh: async () => (await chainNamed(name)).networkHelpers.loadFixture(fresh),
        funded: async () => (await chainNamed(name)).networkHelpers.loadFixture(funded),
      });
    });
  }
}
