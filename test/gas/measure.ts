/**
 * Measures gas as a user pays it: whole transactions against Circle's USDC behind its proxy, `gasUsed` of the receipt, with
 * accounts that have been used once. The pool's limit is on; consumers have none.
 */

import { type LocalChain, openLocalChain } from "@luxxon/local/chain";
import { entryOf, openSettlement } from "@luxxon/local/settlement";
import hre from "hardhat";
import { type Address, getAddress, type Hash, type Hex, keccak256, maxUint256, toHex } from "viem";
import { type Session, sessionId, settleArgs, USDC } from "../support/session.ts";
import { signPermit, signReceiveAuthorization } from "../support/signatures.ts";

export interface Snapshot {
  /** Gas of a whole transaction, by what it does. */
  transactions: Record<string, number>;
  /** Where the gas of one `settleFromPool` with a dense id goes; the parts sum to the transaction. */
  oneSettle: Record<string, number>;
}

/** An address with as many non-zero bytes as real ones have: calldata is priced by them. */
const someone = (group: string, i: number): Address => getAddress(`0x${keccak256(toHex(`${group} ${i}`)).slice(26)}`);

export async function measure(): Promise<Snapshot> {
  const chain = await openLocalChain("localOsaka");
  try {
    return await measureOn(chain);
  } finally {
    await chain.close();
  }
}

/**
 * µUSDC a day: so low that what a second gives back is less than any session costs. The chain's clock runs with the machine's,
 * and a bucket that is empty again is 42 gas cheaper than one that is not.
 */
const LIMIT = 100n * USDC;

async function measureOn(chain: LocalChain): Promise<Snapshot> {
  const { bytecode } = await hre.artifacts.readArtifact("LuxxonSettlement");
  const { publicClient, usdc, settlement, circle, owner, relayer, platform, alice, operator, approve, give } =
    await openSettlement({
      chain,
      people: ["alice", "operator"],
      poolDailyLimit: LIMIT,
      creationCode: bytecode as Hex,
    });
  const naive = await chain.viem.deployContract("NaiveSettlement", [
    usdc.address,
    owner.account.address,
    relayer.account.address,
    platform.account.address,
  ]);
  const asAlice = { account: alice.account };
  const asRelayer = { account: relayer.account };
  const transactions: Record<string, number> = {};

  async function record(key: string, sent: Promise<Hash>): Promise<Hash> {
    const receipt = await publicClient.waitForTransactionReceipt({ hash: await sent });
    if (receipt.status !== "success") throw new Error(`${key}: the transaction failed`);
    transactions[key] = Number(receipt.gasUsed);
    return receipt.transactionHash;
  }

  // Everybody has been used once: pools, operators, the platform, allowances.
  const consumers = Array.from({ length: 100 }, (_, i) => someone("consumer", i));
  const operators = Array.from({ length: 100 }, (_, i) => someone("operator", i));
  await give(alice, 100_000n * USDC);
  await approve(alice);
  await usdc.write.approve([naive.address, maxUint256], asAlice);
  for (const consumer of consumers) {
    await settlement.write.depositFor([consumer, 100n * USDC], asAlice);
    await naive.write.depositFor([consumer, 100n * USDC], asAlice);
  }
  for (const holder of [operator.account.address, platform.account.address, ...operators]) {
    await usdc.write.transfer([holder, 1n], asAlice);
  }

  await record("plain USDC transfer", usdc.write.transfer([operator.account.address, USDC], asAlice));

  await record("deposit, first", settlement.write.deposit([5n * USDC], asAlice));
  await record("deposit, top-up", settlement.write.deposit([5n * USDC], asAlice));
  await record("depositFor, top-up", settlement.write.depositFor([consumers[0] as Address, 5n * USDC], asAlice));
  const permit = { owner: alice.account.address, spender: settlement.address, value: 5n * USDC };
  await settlement.write.depositWithPermit([5n * USDC, maxUint256, await signPermit(usdc, alice, permit)], asAlice);
  const secondPermit = await signPermit(usdc, alice, permit);
  await record(
    "depositWithPermit, top-up",
    settlement.write.depositWithPermit([5n * USDC, maxUint256, secondPermit], asAlice),
  );
  // The permit has replaced Alice's allowance.
  await approve(alice);
  const nonce = keccak256("0x01");
  const authorization = { from: alice.account.address, to: settlement.address, value: 5n * USDC, nonce };
  const forEver = { validAfter: 0n, validBefore: maxUint256 };
  const signature = await signReceiveAuthorization(usdc, alice, { ...authorization, ...forEver });
  await record(
    "depositWithAuthorization, top-up",
    settlement.write.depositWithAuthorization(
      [alice.account.address, 5n * USDC, 0n, maxUint256, nonce, signature],
      asRelayer,
    ),
  );
  await record("withdraw, a part", settlement.write.withdraw([USDC], asAlice));
  await naive.write.deposit([20n * USDC], asAlice);
  await record("naive: deposit, top-up", naive.write.deposit([5n * USDC], asAlice));
  await record("naive: withdraw, a part", naive.write.withdraw([USDC], asAlice));

  const session = (id: Hex, from: Address, to: Address): Session => entryOf({ sessionId: id, from, to });
  const alices = (id: Hex) => session(id, alice.account.address, operator.account.address);
  const settle = (one: Session) => settlement.write.settleFromPool(settleArgs(one), asRelayer);
  const settleNaively = (one: Session) => naive.write.settleFromPool(settleArgs(one), asRelayer);

  let run = 0x4c78n << 64n;
  /** A run of 256 ids of which one has been settled already. */
  async function touchedRun(): Promise<bigint> {
    run += 1n;
    await settle(alices(sessionId(0, run)));
    return run;
  }

  await settle(alices(keccak256("0x02")));
  const dense = await record("settleFromPool, dense id", settle(alices(sessionId(1, await touchedRun()))));
  await record("settleFromPool, random id", settle(alices(keccak256("0x03"))));
  await settleNaively(alices(keccak256("0x02")));
  await record("naive: settleFromPool", settleNaively(alices(keccak256("0x03"))));

  for (const [from, to] of [
    [100, 100],
    [100, 10],
    [10, 10],
  ] as const) {
    const people = `${from} consumers to ${to} operators`;
    const entries = (ids: (i: number) => Hex) =>
      Array.from({ length: 100 }, (_, i) =>
        session(ids(i), consumers[i % from] as Address, operators[Math.floor((i * to) / 100)] as Address),
      );
    const denseRun = await touchedRun();
    const denseEntries = entries((i) => sessionId(i + 1, denseRun));
    const randomEntries = entries((i) => keccak256(toHex(`${people} ${i}`)));
    const settleBatch = (batch: Session[]) => settlement.write.settleBatch([batch], asRelayer);
    await record(`settleBatch of 100, dense ids: ${people}`, settleBatch(denseEntries));
    await record(`settleBatch of 100, random ids: ${people}`, settleBatch(randomEntries));
    await record(`naive: settleBatch of 100: ${people}`, naive.write.settleBatch([randomEntries], asRelayer));
  }

  const worst = consumers.map((consumer, i) => session(keccak256(toHex(`worst ${i}`)), consumer, someone("new", i)));
  await record(
    "settleBatch of 100, worst case: new operators, random ids",
    settlement.write.settleBatch([worst], asRelayer),
  );

  // What a limit of the consumer's own adds, and what a refused payout costs.
  await settlement.write.setDailyLimit([LIMIT], asAlice);
  const limitedRun = await touchedRun();
  await record("settleFromPool, dense id, consumer limit on", settle(alices(sessionId(1, limitedRun))));
  await usdc.write.blacklist([operator.account.address], { account: circle.account });
  await record("settleFromPool, dense id, payout refused", settle(alices(sessionId(2, limitedRun))));
  await usdc.write.unBlacklist([operator.account.address], { account: circle.account });
  await record("claim", settlement.write.claim([operator.account.address], asRelayer));

  // A hold needs that limit, and a withdrawal its end.
  const holdUntil = (await publicClient.getBlock()).timestamp + 60n;
  await record("hold", settlement.write.hold([holdUntil], asAlice));
  await chain.networkHelpers.time.setNextBlockTimestamp(holdUntil);
  await record("withdraw, a part, as a hold ends", settlement.write.withdraw([USDC], asAlice));

  return { transactions, oneSettle: await partsOf(chain, dense) };
}

interface TraceStep {
  op: string;
  depth: number;
  gas: number;
  gasCost: number;
}

/** Splits a settlement's gas by what it is spent on, from its trace. */
async function partsOf(chain: LocalChain, hash: Hash): Promise<Record<string, number>> {
  const publicClient = await chain.viem.getPublicClient();
  const { gasUsed } = await publicClient.getTransactionReceipt({ hash });
  const { gas } = await publicClient.getTransaction({ hash });
  const trace = (await chain.provider.request({
    method: "debug_traceTransaction",
    params: [hash, { disableMemory: true, disableStack: true, disableStorage: true }],
  })) as { structLogs: TraceStep[] };
  const own = trace.structLogs.filter(({ depth }) => depth === 1);
  const parts: Record<string, number> = { "a transaction's base, and calldata": Number(gas) - (own[0]?.gas ?? 0) };
  const add = (part: string, cost: number) => {
    parts[part] = (parts[part] ?? 0) + cost;
  };
  let transfers = 0;
  for (const [i, { op, gas: before, gasCost }] of own.entries()) {
    if (op === "CALL") {
      transfers += 1;
      const cost = before - (own[i + 1]?.gas ?? 0);
      add(transfers === 1 ? "USDC transfer to the operator (cold)" : "USDC transfer to the platform (warm)", cost);
    } else if (op === "SLOAD") add("storage reads", gasCost);
    else if (op === "SSTORE") add("storage writes", gasCost);
    else if (op.startsWith("LOG")) add("the Settled event", gasCost);
    else if (op === "TLOAD" || op === "TSTORE") add("reentrancy guard", gasCost);
    else add("checks and arithmetic", gasCost);
  }
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  if (sum !== Number(gasUsed)) throw new Error(`the parts sum to ${sum}, the transaction used ${gasUsed}`);
  return parts;
}
