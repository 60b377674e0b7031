/** Plays the life of a prepaid pool, from the first deposit to the last withdrawal: the story of `npm run demo`. */

import { type Refusal, refusalName, sessionIdFromUuid, uuidRuns } from "@luxxon/contracts-abi";
import {
  decodeSettlementError,
  depositWithAuthorization,
  depositWithPermit,
  hold,
  parseSettlementLogs,
  type SettlementEntry,
  setDailyLimit,
  settleFromPool,
  signDepositAuthorization,
} from "@luxxon/contracts-abi/viem";
import type { Wallet } from "@luxxon/local/chain";
import { l1FeeOf } from "@luxxon/local/l1Fee";
import { randomFrom } from "@luxxon/local/random";
import { entryOf } from "@luxxon/local/settlement";
import { USDC } from "@luxxon/local/usdc";
import { type Hash, keccak256, maxUint256 } from "viem";
import { usdcPlain } from "../../words.ts";
import { addCosts, type Cost, noCost } from "./cost.ts";
import { DEFAULT_DAILY_LIMIT, type Market, POOL_DAILY_LIMIT } from "./market.ts";

/** Something that somebody did, by one transaction or by many of a kind. */
export interface Action extends Cost {
  who: string;
  what: string;
  /** µUSDC that moved, or undefined where no money did. */
  amount?: bigint;
  transactions: number;
}

/** Where the story is told: line by line to a person, or collected for a machine. */
export interface Audience {
  step(title: string): void;
  action(action: Action): void;
  /** Something that the reader should notice. */
  note(text: string): void;
}

const HOUR = 3_600;

export async function playStory(market: Market, audience: Audience): Promise<void> {
  const { chain, publicClient, usdc, circle, owner, relayer, guardian, thief, newRelayer, operators, consumers } =
    market;
  const contract = market.settlement;
  const settlement = contract.address;
  const [ana, ben, cleo, ...others] = consumers as [Wallet, Wallet, Wallet, ...Wallet[]];
  const [operator] = operators as [Wallet];
  const mallory = operators.at(-1) as Wallet;
  const as = (wallet: Wallet) => ({ account: wallet.account });
  // The same ids each time, so that the costs are too: calldata is priced by its zeros, and by how it compresses.
  const uuids = uuidRuns(randomFrom(1).bytes);

  /** Tells of transactions that have been sent, with what they cost. */
  async function tell(who: string, what: string, sent: Promise<Hash | Hash[]> | Hash, amount?: bigint) {
    const hashes = [await sent].flat();
    let cost = noCost;
    for (const hash of hashes) {
      const { gasUsed, status } = await publicClient.waitForTransactionReceipt({ hash });
      if (status !== "success") throw new Error(`${who}: ${what}: the transaction failed`);
      cost = addCosts(cost, { gas: gasUsed, l1FeeWei: await l1FeeOf(chain, hash) });
    }
    audience.action({ who, what, amount, transactions: hashes.length, ...cost });
  }

  /** Lets many do the same, one after the other. */
  async function inTurn(many: readonly Wallet[], send: (wallet: Wallet) => Promise<Hash>): Promise<Hash[]> {
    const hashes: Hash[] = [];
    for (const wallet of many) hashes.push(await send(wallet));
    return hashes;
  }

  /** A metered session, with an id as the platform issues them: dense, so that 256 sessions share one storage slot. */
  function session(from: Wallet, to: Wallet, changes: Partial<SettlementEntry> = {}): SettlementEntry {
    const sessionId = sessionIdFromUuid(uuids.next().value);
    return entryOf({ sessionId, from: from.account.address, to: to.account.address, ...changes });
  }

  /** Settles a batch and counts what became of its entries. */
  async function settle(who: string, what: string, entries: SettlementEntry[]) {
    const hash = await contract.write.settleBatch([entries], as(relayer));
    const { logs } = await publicClient.waitForTransactionReceipt({ hash });
    const events = parseSettlementLogs({ logs, settlement });
    const settled = events.filter((event) => event.eventName === "Settled");
    const charged = settled.reduce((sum, { args }) => sum + args.toAmount + args.feeAmount, 0n);
    await tell(who, what, hash, charged);
    const skippedFor = (refusal: Refusal) =>
      events.filter((event) => event.eventName === "SettlementSkipped" && refusalName(event.args.reason) === refusal)
        .length;
    return { settled: settled.length, skippedFor, charged };
  }

  /** Why a call is refused, in the contract's own words. */
  async function refusalOf(call: Promise<unknown>): Promise<string> {
    const refusal = await call.then(
      () => undefined,
      (error: unknown) => decodeSettlementError(error)?.name ?? "refused",
    );
    if (refusal === undefined) throw new Error("a call went through that must be refused");
    return refusal;
  }

  audience.step("Top up the pool: approve once, then deposit");
  await tell("Ana", "approves LuxxonSettlement, once", usdc.write.approve([settlement, maxUint256], as(ana)));
  await tell("Ana", "deposits into her pool", contract.write.deposit([5n * USDC], as(ana)), 5n * USDC);

  audience.step("Top up with one signature");
  await tell(
    "Ben",
    "signs a permit and deposits with it, in one transaction",
    depositWithPermit(ben, { settlement, amount: 5n * USDC, deadline: maxUint256 }),
    5n * USDC,
  );
  const depositSigned = async (consumer: Wallet, amount: bigint) => {
    const authorization = await signDepositAuthorization(consumer, {
      settlement,
      amount,
      validBefore: maxUint256,
      nonce: keccak256(consumer.account.address),
    });
    return depositWithAuthorization(relayer, { settlement, authorization });
  };
  await tell(
    "Cleo",
    "signs an authorisation; the platform submits it and pays the gas",
    depositSigned(cleo, 5n * USDC),
    5n * USDC,
  );
  const two = inTurn(others, (consumer) => depositSigned(consumer, 2n * USDC));
  await tell(`${others.length} more`, "do the same, 2 USDC each", two, 2n * USDC * BigInt(others.length));

  audience.step("A session of 60 seconds at 0.001 USDC a second");
  const entry = session(ana, operator);
  const { toAmount, feeAmount } = entry;
  const alone = settleFromPool(relayer, { settlement, entry });
  await tell("Relayer", "settles Ana's session; Ana signs nothing", alone, toAmount + feeAmount);
  audience.note(`The operator has ${usdcText(toAmount)}, the platform its 15 %: ${usdcText(feeAmount)}.`);

  audience.step("A promise to stay: the operator is sure to be paid");
  await tell("Ben", "sets a daily limit of his own, 1 USDC", setDailyLimit(ben, { settlement, limit: USDC }));
  const until = BigInt((await chain.networkHelpers.time.latest()) + HOUR);
  await tell("Ben", "promises not to withdraw for an hour", hold(ben, { settlement, until }));
  const promised = session(ben, operator);
  const early = await refusalOf(contract.simulate.withdraw([2n * USDC], { account: ben.account.address }));
  audience.note(`Ben tries to leave before he is charged: ${early}. The operator streams without that risk.`);
  await tell(
    "Relayer",
    "settles Ben's session",
    settleFromPool(relayer, { settlement, entry: promised }),
    promised.toAmount + promised.feeAmount,
  );
  await chain.networkHelpers.time.increase(HOUR);
  const out = 2n * USDC;
  await tell("Ben", "withdraws when the hour is over", contract.write.withdraw([out], as(ben)), out);
  audience.note("A promise ends by itself, after a day at the latest; nobody but Ben can make it.");

  audience.step("A batch of 100 sessions, not all of which can be paid");
  const leavers = others.slice(0, 5);
  const leave = (consumer: Wallet) => contract.write.withdrawAll(as(consumer));
  await tell(
    "5 consumers",
    "leave before they are charged, as they may: none of them has held its pool",
    inTurn(leavers, leave),
    10n * USDC,
  );
  await tell("Circle", "denylists an operator, Mallory", usdc.write.blacklist([mallory.account.address], as(circle)));
  // Sorted by payee, so that each operator is paid by one transfer.
  const batch = consumers.map((consumer, i) =>
    session(consumer, operators[Math.floor((i * operators.length) / consumers.length)] as Wallet),
  );
  const outcome = await settle("Relayer", "settles 100 sessions in one transaction", batch);
  const owed = await contract.read.credits([mallory.account.address]);
  audience.note(
    `${outcome.settled} are settled; ${outcome.skippedFor("InsufficientPool")} are skipped ` +
      "(InsufficientPool) and stop nobody else.",
  );
  audience.note(`USDC refused to pay Mallory, so ${usdcText(owed)} stand to her credit; the settlement holds.`);
  await tell("Circle", "takes her off the list again", usdc.write.unBlacklist([mallory.account.address], as(circle)));
  await tell("Anyone", "pushes the credit to her", contract.write.claim([mallory.account.address], as(thief)), owed);
  const again = await settle("Relayer", "resends the same batch, to be safe", batch);
  audience.note(`${again.settled} are settled again: an id settles once. Resending is harmless.`);

  audience.step("A thief has the relayer's key");
  const pooled = await contract.read.totalDeposits();
  const all = { toAmount: 4n * USDC, feeAmount: 0n };
  const greedy = session(ana, thief, { ratePerSecond: 50n, chargeableSeconds: 86_400n, ...all });
  const refusal = refusalName(await contract.read.checkSettlement([greedy]));
  audience.note(`4 USDC of Ana's at once: ${refusal}. Her daily limit is ${usdcText(DEFAULT_DAILY_LIMIT)}.`);
  const stay = consumers.filter((consumer) => !leavers.includes(consumer));
  const take = (seconds: bigint, toAmount: bigint) =>
    stay.map((consumer) => session(consumer, thief, { chargeableSeconds: seconds, toAmount, feeAmount: 0n }));
  const loot = take(400n, 380_000n);
  const theft = await settle("Thief", `tries to take ${usdcText(380_000n)} from each of ${loot.length}`, loot);
  audience.note(
    `${theft.settled} go through; then the whole pool's limit of ${usdcText(POOL_DAILY_LIMIT)} a day is reached, and ` +
      `${theft.skippedFor("PoolLimitExceeded")} are skipped (PoolLimitExceeded).`,
  );
  await chain.networkHelpers.time.increase(HOUR);
  const later = take(40n, 20_000n);
  const hourly = await settle("Thief", "comes back an hour later", later);
  const stolen = theft.charged + hourly.charged;
  audience.note(
    `Stolen: ${usdcText(stolen)} of ${usdcText(pooled)}. Without limits it would have been all of it, in one transaction.`,
  );

  audience.step("Pause, and everybody withdraws");
  await tell("Guardian", "pauses", contract.write.pause(as(guardian)));
  const blocked = await refusalOf(contract.simulate.settleBatch([later], { account: relayer.account.address }));
  audience.note(`The thief's next batch: ${blocked}. Deposits are refused too; withdrawals cannot be.`);
  const rest = await contract.read.totalDeposits();
  await tell(`${stay.length} consumers`, "withdraw all they have left, while paused", inTurn(stay, leave), rest);
  await tell("Owner", "names a new relayer", contract.write.setRelayer([newRelayer.account.address], as(owner)));
  await tell("Owner", "ends the pause", contract.write.unpause(as(owner)));
}

/** µUSDC as a person reads it: all six decimals, and the unit. */
export function usdcText(amount: bigint): string {
  return `${usdcPlain(amount)} USDC`;
}
