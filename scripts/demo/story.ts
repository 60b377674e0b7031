/** The story that `npm run demo` plays: the life of a prepaid pool, from the first deposit to the last withdrawal. */

import { type Refusal, refusalName, sessionIdFromUuid, splitCharge, uuidRuns } from "@luxxon/contracts-abi";
import { depositWithAuthorization, depositWithPermit, signDepositAuthorization } from "@luxxon/contracts-abi/viem";
import type { Wallet } from "@luxxon/local/chain";
import { l1FeeOf } from "@luxxon/local/l1Fee";
import { randomFrom } from "@luxxon/local/random";
import { USDC } from "@luxxon/local/usdc";
import { type Hash, type Hex, keccak256, maxUint256, parseEventLogs } from "viem";
import { usdcPlain } from "../words.ts";
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

const RATE_PER_SECOND = 1_000n;
const SECONDS = 60n;
const FEE_BPS = 1_500;
const HOUR = 3_600;

interface Session {
  sessionId: Hex;
  from: Hex;
  to: Hex;
  ratePerSecond: bigint;
  chargeableSeconds: bigint;
  toAmount: bigint;
  feeAmount: bigint;
}

export async function playStory(market: Market, audience: Audience): Promise<void> {
  const { chain, usdc, settlement, circle, owner, relayer, guardian, thief, newRelayer, operators, consumers } = market;
  const publicClient = await chain.viem.getPublicClient();
  const [ana, ben, cleo, ...others] = consumers as [Wallet, Wallet, Wallet, ...Wallet[]];
  const [operator] = operators as [Wallet];
  const mallory = operators.at(-1) as Wallet;
  const as = (wallet: Wallet) => ({ account: wallet.account });
  const uuids = uuidRuns(randomFrom(1).bytes);

  /** Tells of transactions that have been sent, with what they cost. */
  async function tell(who: string, what: string, sent: Promise<Hash> | Hash[], amount?: bigint) {
    const hashes = Array.isArray(sent) ? sent : [await sent];
    let cost = noCost;
    for (const hash of hashes) {
      const { gasUsed, status } = await publicClient.waitForTransactionReceipt({ hash });
      if (status !== "success") throw new Error(`${who}: ${what}: the transaction failed`);
      cost = addCosts(cost, { gas: gasUsed, l1FeeWei: await l1FeeOf(chain, hash) });
    }
    audience.action({ who, what, transactions: hashes.length, ...(amount === undefined ? {} : { amount }), ...cost });
    return hashes;
  }

  /** A metered session, with an id as the platform issues them: dense, so that 256 sessions share one storage slot. */
  function session(from: Wallet, to: Wallet, seconds = SECONDS, rate = RATE_PER_SECOND): Session {
    return {
      sessionId: sessionIdFromUuid(uuids.next().value),
      from: from.account.address,
      to: to.account.address,
      ratePerSecond: rate,
      chargeableSeconds: seconds,
      ...splitCharge(rate * seconds, FEE_BPS),
    };
  }

  /** Settles a batch and counts what became of its entries. */
  async function settleBatch(who: string, what: string, entries: Session[]) {
    const hash = await settlement.write.settleBatch([entries], as(relayer));
    const { logs } = await publicClient.getTransactionReceipt({ hash });
    const events = parseEventLogs({ abi: settlement.abi, logs });
    const settled = events.filter((event) => event.eventName === "Settled");
    const charged = settled.reduce((sum, { args }) => sum + args.toAmount + args.feeAmount, 0n);
    await tell(who, what, [hash], charged);
    const skipped = new Map<Refusal, number>();
    for (const event of events) {
      if (event.eventName !== "SettlementSkipped") continue;
      const reason = refusalName(event.args.reason);
      skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    }
    return { settled: settled.length, skipped, charged };
  }

  /** Why a call is refused, in the contract's own words. */
  async function refusalOf(call: Promise<unknown>): Promise<string> {
    try {
      await call;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return /reverted with (?:the following reason|custom error)\W*(\w+)/.exec(text)?.[1] ?? errorNameIn(text);
    }
    throw new Error("a call went through that must be refused");
  }

  audience.step("Top up the pool: approve once, then deposit");
  await tell("Ana", "approves LuxxonSettlement, once", usdc.write.approve([settlement.address, maxUint256], as(ana)));
  await tell("Ana", "deposits into her pool", settlement.write.deposit([5n * USDC], as(ana)), 5n * USDC);

  audience.step("Top up with one signature");
  await tell(
    "Ben",
    "signs a permit and deposits with it, in one transaction",
    depositWithPermit(ben, { settlement: settlement.address, amount: 5n * USDC, deadline: maxUint256 }),
    5n * USDC,
  );
  const depositSigned = async (consumer: Wallet, amount: bigint) => {
    const authorization = await signDepositAuthorization(consumer, {
      settlement: settlement.address,
      amount,
      validBefore: maxUint256,
      nonce: keccak256(consumer.account.address),
    });
    return depositWithAuthorization(relayer, { settlement: settlement.address, authorization });
  };
  await tell(
    "Cleo",
    "signs an authorisation; the platform submits it and pays the gas",
    depositSigned(cleo, 5n * USDC),
    5n * USDC,
  );
  const signed: Hash[] = [];
  for (const consumer of others) signed.push(await depositSigned(consumer, 2n * USDC));
  await tell(`${others.length} more`, "do the same, 2 USDC each", signed, 2n * USDC * BigInt(others.length));

  audience.step("A session of 60 seconds at 0.001 USDC a second");
  const first = session(ana, operator);
  const { sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount } = first;
  await tell(
    "Relayer",
    "settles Ana's session; Ana signs nothing",
    settlement.write.settleFromPool(
      [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount],
      as(relayer),
    ),
    toAmount + feeAmount,
  );
  audience.note(`The operator has ${usdcText(toAmount)}, the platform its 15 %: ${usdcText(feeAmount)}.`);

  audience.step("A batch of 100 sessions, not all of which can be paid");
  const leavers = others.slice(0, 5);
  const left: Hash[] = [];
  for (const consumer of leavers) left.push(await settlement.write.withdrawAll(as(consumer)));
  await tell("5 consumers", "leave before they are charged, as they may at any moment", left, 10n * USDC);
  await tell("Circle", "denylists an operator, Mallory", usdc.write.blacklist([mallory.account.address], as(circle)));
  // Sorted by payee, so that each operator is paid by one transfer.
  const batch = consumers.map((consumer, i) =>
    session(consumer, operators[Math.floor((i * operators.length) / consumers.length)] as Wallet),
  );
  const outcome = await settleBatch("Relayer", "settles 100 sessions in one transaction", batch);
  const owed = await settlement.read.credits([mallory.account.address]);
  audience.note(
    `${outcome.settled} are settled; ${outcome.skipped.get("InsufficientPool") ?? 0} are skipped ` +
      "(InsufficientPool) and stop nobody else.",
  );
  audience.note(`USDC refused to pay Mallory, so ${usdcText(owed)} stand to her credit; the settlement holds.`);
  await tell("Circle", "takes her off the list again", usdc.write.unBlacklist([mallory.account.address], as(circle)));
  await tell("Anyone", "pushes the credit to her", settlement.write.claim([mallory.account.address], as(thief)), owed);
  const again = await settleBatch("Relayer", "resends the same batch, to be safe", batch);
  audience.note(`${again.settled} are settled again: an id settles once. Resending is harmless.`);

  audience.step("A thief has the relayer's key");
  const pooled = await settlement.read.totalDeposits();
  const greedy = session(ana, thief, 86_400n, 50n);
  const refused = { ...greedy, toAmount: 4_000_000n, feeAmount: 0n };
  const reason = await settlement.read.checkSettlement([refused]);
  audience.note(
    `4 USDC of Ana's at once: ${refusalName(reason)}. Her daily limit is ${usdcText(DEFAULT_DAILY_LIMIT)}.`,
  );
  const stay = consumers.filter((consumer) => !leavers.includes(consumer));
  const loot = stay.map((consumer) => ({ ...session(consumer, thief, 400n), toAmount: 380_000n, feeAmount: 0n }));
  const theft = await settleBatch("Thief", `tries to take ${usdcText(380_000n)} from each of ${loot.length}`, loot);
  audience.note(
    `${theft.settled} go through; then the whole pool's limit of ${usdcText(POOL_DAILY_LIMIT)} a day is reached, and ` +
      `${theft.skipped.get("PoolLimitExceeded") ?? 0} are skipped (PoolLimitExceeded).`,
  );
  await chain.networkHelpers.time.increase(HOUR);
  const later = stay.map((consumer) => ({ ...session(consumer, thief, 40n), toAmount: 20_000n, feeAmount: 0n }));
  const hourly = await settleBatch("Thief", "comes back an hour later", later);
  const stolen = theft.charged + hourly.charged;
  audience.note(
    `Stolen: ${usdcText(stolen)} of ${usdcText(pooled)}. Without limits it would have been all of it, in one transaction.`,
  );

  audience.step("Pause, and everybody withdraws");
  await tell("Guardian", "pauses", settlement.write.pause(as(guardian)));
  const blocked = await refusalOf(settlement.simulate.settleBatch([later], { account: relayer.account.address }));
  audience.note(`The thief's next batch: ${blocked}. Deposits are refused too; withdrawals cannot be.`);
  const exits: Hash[] = [];
  const before = await settlement.read.totalDeposits();
  for (const consumer of stay) exits.push(await settlement.write.withdrawAll(as(consumer)));
  await tell(`${stay.length} consumers`, "withdraw all they have left, while paused", exits, before);
  await tell("Owner", "names a new relayer", settlement.write.setRelayer([newRelayer.account.address], as(owner)));
  await tell("Owner", "ends the pause", settlement.write.unpause(as(owner)));
}

function errorNameIn(text: string): string {
  return /Error: (\w+)\(/.exec(text)?.[1] ?? "refused";
}

/** µUSDC as a person reads it: all six decimals, and the unit. */
export function usdcText(amount: bigint): string {
  return `${usdcPlain(amount)} USDC`;
}
