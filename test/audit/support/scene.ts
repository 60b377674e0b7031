/** Plays a history in which everything happens that can happen to a contract. */

import type { DeploymentRecord } from "@luxxon/chain/deployments/record";
import type { Send } from "@luxxon/chain/rpc/endpoint";
import { openLocalChain, peopleOf } from "@luxxon/local/chain";
import { encodeFunctionData, getAddress, type Hash, keccak256, maxUint256, zeroAddress, zeroHash } from "viem";
import type { Wanted } from "../../../scripts/audit/collect/identify.ts";
import { readBuilds } from "../../../scripts/audit/open.ts";
import { PEOPLE } from "../../support/books.ts";
import { DAY, type Session, sessionId, settleArgs, split, USDC } from "../../support/session.ts";
import { signPermit, signReceiveAuthorization } from "../../support/signatures.ts";
import { fresh, type Situation } from "../../support/situation.ts";

/** Bob's own limit, which his session draws to the last µUSDC. */
export const BOBS_LIMIT = 2n * USDC;
/** The pool's limit while `POOL` is settled, which draws it to the last µUSDC. */
export const POOL_LIMIT = 3n * USDC;

const HOUR = 3_600;

/** The sessions that tests ask for by name. */
export const ID = {
  first: sessionId(0),
  /** Of a run of two sessions of one payee. */
  run: sessionId(1),
  /** Draws all that Bob's limit allows. */
  limit: sessionId(3),
  /** Skipped for want of money. */
  poor: sessionId(4),
  /** Credited, and claimed later. */
  claimed: sessionId(5),
  /** Credited, and never claimed. */
  unclaimed: sessionId(6),
  /** Draws all that the pool's limit allows. */
  pool: sessionId(7),
  /** Came through another contract, in one transaction with another session. */
  through: sessionId(8),
  /** The new relayer's; of another run than the others. */
  last: sessionId(0, 2),
} as const;

export type Scene = Awaited<ReturnType<typeof openScene>>;

let opened: Promise<Scene> | undefined;

/** The history, on a chain of its own that all tests read and none changes for good. */
export function theScene(): Promise<Scene> {
  opened ??= openScene();
  return opened;
}

async function openScene() {
  const chain = await openLocalChain("localBase");
  const situation = await fresh(chain);
  const { settlement, publicClient } = situation;
  const names = [...PEOPLE, "carol", "dora", "newRelayer", "newOwner", "newPlatform"] as const;
  const people = { ...situation, ...(await peopleOf(chain, names)).people };

  const fromBlock = await firstBlock(situation);
  const other = await anotherContract(people);
  await play(people);
  const send: Send = (method, params) => chain.provider.request({ method, params: [...params] });
  const toBlock = await publicClient.getBlockNumber();
  const wanted: Wanted = {
    address: settlement.address,
    fromBlock,
    toBlock,
    chainId: undefined,
    record: undefined,
    builds: await readBuilds(),
    others: [{ address: other.address, version: "4.0.0" }],
  };
  return { ...people, other, send, wanted };
}

/** A contract of the same people beside it, which knows nothing of it. */
async function anotherContract({ viem, usdc, owner, relayer, guardian, platform }: People) {
  const roles = [owner, relayer, guardian, platform].map(({ account }) => account.address) as [
    ...[`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`],
  ];
  return viem.deployContract("LuxxonSettlement", [usdc.address, ...roles, 0n, 0n]);
}

/** The block in which the contract was created. */
async function firstBlock({ settlement, publicClient }: Situation): Promise<bigint> {
  const [log] = await publicClient.getLogs({ address: settlement.address, fromBlock: 0n });
  if (log?.blockNumber == null) throw new Error("the contract has no history");
  return log.blockNumber;
}

type People = Situation & Record<"carol" | "dora" | "newRelayer" | "newOwner" | "newPlatform", Situation["alice"]>;

async function play(people: People): Promise<void> {
  await deposits(people);
  await settlesAndSkips(people);
  await creditsAndClaims(people);
  await limitsOfThePool(people);
  await throughAnotherContract(people);
  await rescues(people);
  await holds(people);
  await pauses(people);
  await changesHands(people);
}

/** Alice has 140 USDC, Bob 30, Carol 5; somebody has sent 7 USDC without a deposit. */
async function deposits(people: People): Promise<void> {
  const { settlement, usdc, circle, alice, bob, carol, stranger } = people;
  await settlement.write.deposit([100n * USDC], { account: alice.account });
  await settlement.write.depositFor([bob.account.address, 30n * USDC], { account: alice.account });
  await usdc.write.mint([carol.account.address, 50n * USDC], { account: circle.account });
  const permit = { owner: carol.account.address, spender: settlement.address, value: 5n * USDC };
  const signature = await signPermit(usdc, carol, permit);
  await settlement.write.depositWithPermit([permit.value, maxUint256, signature], { account: carol.account });
  const authorization = {
    from: alice.account.address,
    to: settlement.address,
    value: 40n * USDC,
    validAfter: 0n,
    validBefore: maxUint256,
    nonce: sessionId(99),
  };
  const signed = await signReceiveAuthorization(usdc, alice, authorization);
  const { from, value, validAfter, validBefore, nonce } = authorization;
  await settlement.write.depositWithAuthorization([from, value, validAfter, validBefore, nonce, signed], {
    account: stranger.account,
  });
  await usdc.write.transfer([settlement.address, 7n * USDC], { account: alice.account });
  // As those do who want to be taken for a payee.
  await usdc.write.transferFrom([settlement.address, bob.account.address, 0n], { account: stranger.account });
  await settlement.write.setDailyLimit([BOBS_LIMIT], { account: bob.account });
}

/** One session alone, then a batch in which nine are skipped, each for another reason. */
async function settlesAndSkips(people: People): Promise<void> {
  const { session, settle, settleBatch, alice, bob, carol, otherOperator, settlement, networkHelpers } = people;
  await settle(session({ sessionId: ID.first }));
  await networkHelpers.time.increase(DAY);
  const other = otherOperator.account.address;
  const wrong = (index: number, changes: Partial<Session>) => session({ sessionId: sessionId(index), ...changes });
  await settleBatch([
    session({ sessionId: ID.run }),
    session({ sessionId: ID.first }),
    session({ sessionId: sessionId(2), ...split(59_999n) }),
    session({
      sessionId: ID.limit,
      from: bob.account.address,
      to: other,
      chargeableSeconds: 2_000n,
      ...split(BOBS_LIMIT),
    }),
    wrong(20, { to: zeroAddress }),
    wrong(21, { toAmount: 0n, feeAmount: 0n }),
    wrong(22, { ratePerSecond: 1_000_001n }),
    wrong(23, { chargeableSeconds: 86_401n }),
    wrong(24, { toAmount: 60_001n, feeAmount: 0n }),
    wrong(25, { toAmount: 41_999n, feeAmount: 18_001n }),
    session({
      sessionId: ID.poor,
      from: carol.account.address,
      ratePerSecond: 5_001n,
      chargeableSeconds: 1_000n,
      ...split(5_001_000n),
    }),
    wrong(26, { from: bob.account.address, toAmount: 1n, feeAmount: 0n }),
  ]);
  await settlement.write.withdraw([10n * USDC], { account: alice.account });
}

/** USDC refuses the operator and the other operator. The first is let in again, and somebody claims for it. */
async function creditsAndClaims(people: People): Promise<void> {
  const { usdc, circle, session, settleBatch, settlement, operator, otherOperator, stranger, networkHelpers } = people;
  await networkHelpers.time.increase(DAY);
  for (const person of [operator, otherOperator]) {
    await usdc.write.blacklist([person.account.address], { account: circle.account });
  }
  await settleBatch([
    session({ sessionId: ID.claimed }),
    session({ sessionId: ID.unclaimed, to: otherOperator.account.address }),
  ]);
  await usdc.write.unBlacklist([operator.account.address], { account: circle.account });
  await settlement.write.claim([operator.account.address], { account: stranger.account });
}

async function limitsOfThePool(people: People): Promise<void> {
  const { settlement, owner, session, settleBatch, networkHelpers } = people;
  await networkHelpers.time.increase(2n * DAY);
  const byOwner = { account: owner.account };
  await settlement.write.setDefaultDailyLimit([50n * USDC], byOwner);
  await settlement.write.setPoolDailyLimit([POOL_LIMIT], byOwner);
  await settleBatch([
    session({ sessionId: ID.pool, chargeableSeconds: 3_000n, ...split(POOL_LIMIT) }),
    session({ sessionId: sessionId(27), toAmount: 1n, feeAmount: 0n }),
  ]);
  await settlement.write.setPoolDailyLimit([400n * USDC], byOwner);
}

/** The relayer is a contract for a while, and settles twice in one transaction. */
async function throughAnotherContract(people: People): Promise<void> {
  const { viem, settlement, owner, relayer, stranger, session } = people;
  const contract = await viem.deployContract("HostileToken");
  const setRelayer = (address: `0x${string}`) => settlement.write.setRelayer([address], { account: owner.account });
  await setRelayer(getAddress(contract.address));
  const one = encodeFunctionData({
    abi: settlement.abi,
    functionName: "settleFromPool",
    args: [...settleArgs(session({ sessionId: ID.through }))],
  });
  const batch = encodeFunctionData({
    abi: settlement.abi,
    functionName: "settleBatch",
    args: [[session({ sessionId: sessionId(9) }), session({ sessionId: ID.through })]],
  });
  await contract.write.execute([settlement.address, [one, batch]], { account: stranger.account });
  await setRelayer(relayer.account.address);
}

/** The owner takes 3 of the 7 USDC that nobody owns, and a token that is not USDC. */
async function rescues(people: People): Promise<void> {
  const { viem, settlement, usdc, owner, stranger } = people;
  const byOwner = { account: owner.account };
  await settlement.write.rescue([usdc.address, stranger.account.address, 3n * USDC], byOwner);
  await settlement.write.rescue([usdc.address, stranger.account.address, 0n], byOwner);
  const token = await viem.deployContract("HostileToken");
  await token.write.mint([settlement.address, 5n]);
  await settlement.write.rescue([token.address, stranger.account.address, 5n], byOwner);
}

/** Dora promises to stay four times: raises her limit meanwhile, lowers it afterwards, withdraws after the third. */
async function holds(people: People): Promise<void> {
  const { settlement, usdc, circle, dora, networkHelpers } = people;
  const byDora = { account: dora.account };
  await usdc.write.mint([dora.account.address, 9n * USDC], { account: circle.account });
  await usdc.write.approve([settlement.address, 9n * USDC], byDora);
  await settlement.write.deposit([9n * USDC], byDora);
  await settlement.write.setDailyLimit([1n * USDC], byDora);
  const hold = async (seconds: number) =>
    settlement.write.hold([BigInt((await networkHelpers.time.latest()) + seconds)], byDora);
  await hold(HOUR);
  await settlement.write.setDailyLimit([2n * USDC], byDora);
  await hold(2 * HOUR);
  await networkHelpers.time.increase(2 * HOUR);
  await settlement.write.setDailyLimit([1n * USDC], byDora);
  await hold(3 * HOUR);
  await networkHelpers.time.increase(3 * HOUR);
  await settlement.write.withdraw([3n * USDC], byDora);
  await hold(23 * HOUR);
}

/** Everybody can still leave, Dora too, whose fourth hold still stands. */
async function pauses(people: People): Promise<void> {
  const { settlement, guardian, owner, carol, dora } = people;
  await settlement.write.pause({ account: guardian.account });
  await settlement.write.withdrawAll({ account: carol.account });
  await settlement.write.withdrawAll({ account: dora.account });
  await settlement.write.unpause({ account: owner.account });
}

/** Every role goes to somebody else. */
async function changesHands(people: People): Promise<Hash> {
  const { settlement, owner, newOwner, newRelayer, newPlatform, session, networkHelpers } = people;
  await networkHelpers.time.increase(DAY);
  const byOwner = { account: owner.account };
  await settlement.write.setPlatformWallet([newPlatform.account.address], byOwner);
  await settlement.write.setGuardian([zeroAddress], byOwner);
  await settlement.write.transferOwnership([newOwner.account.address], byOwner);
  await settlement.write.acceptOwnership({ account: newOwner.account });
  await settlement.write.setRelayer([newRelayer.account.address], { account: newOwner.account });
  return settlement.write.settleBatch([[session({ sessionId: ID.last })]], { account: newRelayer.account });
}

/** The record of the scene's contract, as a deployment would have written it. */
export async function recordOf({
  settlement,
  usdc,
  owner,
  relayer,
  guardian,
  platform,
  publicClient,
  wanted,
}: Scene): Promise<DeploymentRecord> {
  return {
    address: getAddress(settlement.address),
    version: "4.0.0",
    status: "active",
    fromBlock: Number(wanted.fromBlock),
    txHash: zeroHash,
    deployer: owner.account.address,
    constructorArgs: {
      usdc: usdc.address,
      owner: owner.account.address,
      relayer: relayer.account.address,
      guardian: guardian.account.address,
      platformWallet: platform.account.address,
      defaultDailyLimit: "0",
      poolDailyLimit: "0",
    },
    codeHash: keccak256((await publicClient.getCode({ address: settlement.address })) ?? "0x"),
    maskedCodeHash: zeroHash,
    compilerInputHash: zeroHash,
    sourceCommit: "0".repeat(40),
    verified: {},
  };
}
