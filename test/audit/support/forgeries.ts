/** Lists forgeries of a true history, each of which an audit has to find and name. */
import { type Address, numberToHex, zeroAddress } from "viem";
import { Refusal, type Session, USDC } from "../../support/session.ts";
import type { ForgedLog, Forger } from "./forger.ts";
import { BOBS_LIMIT, ID, POOL_LIMIT, type Scene } from "./scene.ts";

/** What one forgery is, and the rules that have to see it: those and no others. */
export interface Forgery {
  readonly title: string;
  forge(forger: Forger, scene: Scene): void | Promise<void>;
  /** The rule that names it, and then the others that cannot but see it. */
  readonly rules: readonly string[];
  /** Part of what the first rule says was to be found, and of what was. */
  readonly expected: string;
  readonly found: string;
}

export const FORGERIES: readonly Forgery[] = [
  {
    title: "the operator's part in a Settled event",
    forge(forger) {
      const log = settled(forger, ID.first);
      forger.alter(log, { toAmount: (log.args.toAmount as bigint) + 1n, chargeableSeconds: 61n });
    },
    rules: ["R10", "R15", "R19", "R22"],
    expected: "0.051001 USDC transferred or credited",
    found: "0.051 USDC transferred",
  },
  {
    title: "a session that is settled twice",
    forge(forger) {
      forger.insert(settled(forger, ID.unclaimed), settled(forger, ID.first));
    },
    rules: ["R3", "R10", "R15", "R19", "R22"],
    expected: "one settlement",
    found: "another one",
  },
  {
    title: "a withdrawal without its event",
    forge(forger, { carol }) {
      forger.remove(forger.find("Withdrawn", { consumer: carol.account.address }));
    },
    rules: ["R13", "R15", "R19", "R22"],
    expected: "nothing",
    found: "5 USDC",
  },
  {
    title: "a fee above the cap, submitted and paid so",
    async forge(forger) {
      await moveToFee(forger, ID.first, 9_001n);
    },
    rules: ["R6", "R15", "R26", "R27"],
    expected: "at most 0.018 USDC",
    found: "0.018001 USDC",
  },
  {
    title: "a fee of 1 µUSDC more than announced, submitted and paid so",
    async forge(forger) {
      await moveToFee(forger, ID.first, 1n);
    },
    rules: ["R26", "R27"],
    expected: "0.009 USDC to the platform, 0.051 USDC to the operator",
    found: "0.009001 USDC to the platform, 0.050999 USDC to the operator",
  },
  {
    title: "a consumer's limit, so that a session exceeds it by 1 µUSDC",
    async forge(forger, { bob }) {
      const consumer = bob.account.address;
      const log = forger.find("DailyLimitSet", { consumer });
      forger.alter(log, { limit: BOBS_LIMIT - 1n });
      await forger.alterInput(log, () => [BOBS_LIMIT - 1n]);
      forger.alterView("accountOf", ([account], result) =>
        account === consumer ? { ...(result as object), dailyLimit: BOBS_LIMIT - 1n } : result,
      );
    },
    rules: ["R8", "R15"],
    expected: "at most 1.999999 USDC at that moment",
    found: "2 USDC",
  },
  {
    title: "the pool's limit, so that a session exceeds it by 1 µUSDC",
    async forge(forger) {
      const log = forger.find("PoolDailyLimitSet", { newLimit: POOL_LIMIT });
      forger.alter(log, { newLimit: POOL_LIMIT - 1n });
      await forger.alterInput(log, () => [POOL_LIMIT - 1n]);
      forger.alter(forger.find("PoolDailyLimitSet", { oldLimit: POOL_LIMIT }), { oldLimit: POOL_LIMIT - 1n });
    },
    rules: ["R9", "R15"],
    expected: "at most 2.999999 USDC at that moment",
    found: "3 USDC",
  },
  {
    title: "a balance that has drifted by 1 µUSDC",
    forge(forger, { alice }) {
      forger.alterView("accountOf", ([account], result) => {
        const stored = result as { balance: bigint };
        return account === alice.account.address ? { ...stored, balance: stored.balance - 1n } : stored;
      });
    },
    rules: ["R19"],
    expected: "126.520001 USDC",
    found: "126.52 USDC",
  },
  {
    title: "the surplus",
    forge(forger) {
      forger.alterView("surplus", (_, surplus) => (surplus as bigint) + 1n);
    },
    rules: ["R23"],
    expected: "4 USDC",
    found: "4.000001 USDC",
  },
  {
    title: "USDC that is gone",
    forge(forger) {
      forger.alterView("balanceOf", () => 1n);
    },
    rules: ["R23"],
    expected: "158.571001 USDC",
    found: "0.000001 USDC",
  },
  {
    title: "the reason of a skipped session",
    forge(forger) {
      forger.alter(forger.find("SettlementSkipped", { sessionId: ID.poor }), { reason: Refusal.PoolLimitExceeded });
    },
    rules: ["R14"],
    expected: "InsufficientPool",
    found: "PoolLimitExceeded",
  },
  {
    title: "a credit that is nowhere recorded",
    forge(forger, { otherOperator }) {
      forger.remove(forger.find("PayoutCredited", { payee: otherOperator.account.address }));
    },
    rules: ["R10", "R20", "R22"],
    expected: "0.051 USDC transferred or credited",
    found: "nothing",
  },
  {
    title: "USDC that leaves, and no event says what for",
    forge(forger, { settlement, stranger }) {
      const deposit = forger.find("Deposited");
      const transfer = forger.after(deposit, "Transfer");
      forger.insert(transfer, transfer);
      const [from, to] = [settlement.address, stranger.account.address];
      forger.alter(forger.after(transfer, "Transfer"), { from, to, amount: 1n });
    },
    rules: ["R13", "R23"],
    expected: "nothing",
    found: "0.000001 USDC",
  },
  {
    title: "a hidden change of the relayer",
    forge(forger, { newRelayer }) {
      forger.remove(forger.find("RelayerSet", { newRelayer: newRelayer.account.address }));
    },
    rules: ["R16"],
    expected: "the relayer, 0x",
    found: "0x",
  },
  {
    title: "a hidden change of the guardian",
    forge(forger) {
      forger.remove(forger.find("GuardianSet", { newGuardian: zeroAddress }));
    },
    rules: ["R24"],
    expected: "0x",
    found: zeroAddress,
  },
  {
    title: "a hidden change of the default limit",
    forge(forger) {
      forger.remove(forger.find("DefaultDailyLimitSet", { newLimit: 50n * USDC }));
    },
    rules: ["R24", "R21"],
    expected: "no limit",
    found: "50 USDC a day",
  },
  {
    title: "what a limit was before it was changed",
    forge(forger) {
      forger.alter(forger.find("PoolDailyLimitSet", { newLimit: POOL_LIMIT }), { oldLimit: 1n });
    },
    rules: ["R17", "R15"],
    expected: "no limit",
    found: "0.000001 USDC a day",
  },
  {
    title: "a hidden end of a pause",
    forge(forger) {
      forger.remove(forger.find("Unpaused"));
    },
    rules: ["R18"],
    expected: "nothing",
    found: "a settlement",
  },
  {
    title: "a meter that is exceeded by 1 µUSDC a second",
    async forge(forger) {
      await submitOtherwise(forger, ID.first, { ratePerSecond: 999n });
    },
    rules: ["R4", "R15"],
    expected: "at most 0.05994 USDC",
    found: "0.06 USDC",
  },
  {
    title: "a rate above the ceiling",
    async forge(forger) {
      await submitOtherwise(forger, ID.first, { ratePerSecond: 1_000_001n });
    },
    rules: ["R5", "R15"],
    expected: "at most 1 USDC a second",
    found: "1.000001 USDC a second",
  },
  {
    title: "a deposit that brought in 1 µUSDC less",
    forge(forger) {
      const transfer = forger.after(forger.find("Deposited"), "Transfer");
      forger.alter(transfer, { amount: (transfer.args.amount as bigint) - 1n });
    },
    rules: ["R1", "R23"],
    expected: "100 USDC from 0x",
    found: "99.999999 USDC from 0x",
  },
  {
    title: "a deposit that was smaller than what was charged later",
    async forge(forger, { bob }) {
      const log = forger.find("Deposited", { consumer: bob.account.address });
      forger.alter(log, { amount: BOBS_LIMIT - 1n });
      forger.alter(forger.after(log, "Transfer"), { amount: BOBS_LIMIT - 1n });
      await forger.alterInput(log, ([consumer]) => [consumer, BOBS_LIMIT - 1n]);
    },
    rules: ["R7", "R14", "R15", "R19", "R22", "R23"],
    expected: "at most 1.999999 USDC",
    found: "2 USDC",
  },
  {
    title: "whom a withdrawal was paid to",
    forge(forger, { carol, stranger }) {
      const log = forger.find("Withdrawn", { consumer: carol.account.address });
      forger.alter(forger.after(log, "Transfer"), { to: stranger.account.address });
    },
    rules: ["R2"],
    expected: "5 USDC to 0x",
    found: "5 USDC to 0x",
  },
  {
    title: "a claim of more than was owed",
    forge(forger) {
      const log = forger.find("CreditClaimed");
      const amount = (log.args.amount as bigint) + 1n;
      forger.alter(log, { amount });
      forger.alter(forger.after(log, "Transfer"), { amount });
    },
    rules: ["R11", "R15", "R20", "R22", "R23"],
    expected: "0.051 USDC to 0x",
    found: "a claim of 0.051001 USDC",
  },
  {
    title: "a rescue of more than belonged to nobody",
    async forge(forger, { usdc }) {
      const log = forger.find("Rescued", { token: usdc.address });
      const amount = 7n * USDC + 1n;
      forger.alter(log, { amount });
      forger.alter(forger.after(log, "Transfer"), { amount });
      await forger.alterInput(log, ([token, to]) => [token, to, amount]);
    },
    rules: ["R12", "R15", "R23"],
    expected: "at most 7 USDC",
    found: "7.000001 USDC",
  },
  {
    title: "credits that a payee does not have any more",
    forge(forger, { otherOperator }) {
      forger.alterView("credits", ([payee], result) => (payee === otherOperator.account.address ? 0n : result));
    },
    rules: ["R20"],
    expected: "0.051 USDC",
    found: "0 USDC",
  },
  {
    title: "what is drawn of a consumer's limit",
    forge(forger, { bob }) {
      forger.alterView("accountOf", ([account], result) =>
        account === bob.account.address ? { ...(result as object), drawn: 0n } : result,
      );
    },
    rules: ["R21"],
    expected: "2 USDC a day, 2 USDC drawn",
    found: "2 USDC a day, 0 USDC drawn",
  },
  {
    title: "the total of all deposits",
    forge(forger) {
      forger.alterView("totalDeposits", (_, total) => (total as bigint) + 1n);
    },
    rules: ["R22", "R23"],
    expected: "154.520001 USDC",
    found: "154.520002 USDC",
  },
  {
    title: "a settled session that is open again, in storage",
    forge(forger) {
      const bit = 1n << BigInt(`0x${ID.first.slice(-2)}`);
      forger.alterAnswer("eth_getStorageAt", (word) => numberToHex(BigInt(word as string) & ~bit, { size: 32 }));
    },
    rules: ["R25"],
    expected: "settled",
    found: "not settled",
  },
  {
    title: "a settled session that is open again, as the contract says",
    forge(forger) {
      forger.alterView("settled", ([id], result) => (id === ID.last ? false : result));
    },
    rules: ["R25"],
    expected: "settled",
    found: "not settled",
  },
  {
    title: "a hold, so that a withdrawal falls into it",
    async forge(forger, { dora }) {
      await holdOtherwise(forger, holdsOf(forger, dora)[2], (until) => until + HOUR);
    },
    rules: ["R29"],
    expected: "no withdrawal before 20",
    found: "a withdrawal of 3 USDC on 20",
  },
  {
    title: "a hold, so that a limit is lowered during it",
    async forge(forger, { dora }) {
      await holdOtherwise(forger, holdsOf(forger, dora)[1], (until) => until + HOUR);
    },
    rules: ["R30"],
    expected: "at least 2 USDC a day before 20",
    found: "1 USDC a day on 20",
  },
  {
    title: "a hold that ends with the one before",
    async forge(forger, { dora }) {
      const [first, second] = holdsOf(forger, dora);
      await holdOtherwise(forger, second, () => first?.args.until as bigint);
    },
    rules: ["R31"],
    expected: "later than 20",
    found: "until 20",
  },
  {
    title: "a hold that goes on for more than a day",
    async forge(forger, { dora }) {
      await holdOtherwise(forger, holdsOf(forger, dora)[0], () => 2n ** 64n - 1n);
    },
    rules: ["R31"],
    expected: "at most a day ahead, until 20",
    found: "until second 18446744073709551615",
  },
  {
    title: "a hold without a limit of one's own",
    async forge(forger, { dora }) {
      const log = forger.find("DailyLimitSet", { consumer: dora.account.address });
      forger.alter(log, { limit: 0n });
      await forger.alterInput(log, () => [0n]);
    },
    rules: ["R31"],
    expected: "a consumer with a daily limit of its own",
    found: "no limit",
  },
  {
    title: "whose hold it is",
    forge(forger, { dora, bob }) {
      const [log] = holdsOf(forger, dora);
      forger.alter(log as ForgedLog, { consumer: bob.account.address });
    },
    rules: ["R15", "R21"],
    expected: "Held with consumer 0x",
    found: "Held with consumer 0x",
  },
  {
    title: "a hidden hold",
    forge(forger, { dora }) {
      forger.remove(holdsOf(forger, dora)[3] as ForgedLog);
    },
    rules: ["R21"],
    expected: "1 USDC a day, 0 USDC drawn at second 0, held until second",
    found: "1 USDC a day, 0 USDC drawn at second 0, held until second",
  },
  {
    title: "how long a hold stands, as the contract says",
    forge(forger, { dora }) {
      forger.alterView("accountOf", ([account], result) =>
        account === dora.account.address ? { ...(result as object), heldUntil: 0 } : result,
      );
    },
    rules: ["R21"],
    expected: "held until second",
    found: "1 USDC a day, 0 USDC drawn at second 0",
  },
];

const HOUR = 3_600n;

function holdsOf({ logs }: Forger, { account }: Scene["dora"]): ForgedLog[] {
  return logs.filter(({ eventName, args }) => eventName === "Held" && args.consumer === account.address);
}

/** Alters until when a hold stands: in the event and in the calldata. */
async function holdOtherwise(
  forger: Forger,
  log: ForgedLog | undefined,
  until: (its: bigint) => bigint,
): Promise<void> {
  if (log === undefined) throw new Error("there is no such hold");
  const forged = until(log.args.until as bigint);
  forger.alter(log, { until: forged });
  await forger.alterInput(log, () => [forged]);
}

function settled(forger: Forger, sessionId: `0x${string}`): ForgedLog {
  return forger.find("Settled", { sessionId });
}

/** Moves a part of what the operator got for a session to the fee: in the event, in the calldata, in both transfers. */
async function moveToFee(forger: Forger, sessionId: `0x${string}`, amount: bigint): Promise<void> {
  const log = settled(forger, sessionId);
  const { to, toAmount, feeAmount } = log.args as { to: Address; toAmount: bigint; feeAmount: bigint };
  const operator = forger.after(log, "Transfer", { to });
  forger.alter(operator, { amount: toAmount - amount });
  forger.alter(forger.after(operator, "Transfer"), { amount: feeAmount + amount });
  await submitOtherwise(forger, sessionId, { toAmount: toAmount - amount, feeAmount: feeAmount + amount });
}

/** Alters a session that was settled alone: in the event and in the calldata. */
async function submitOtherwise(forger: Forger, sessionId: `0x${string}`, changes: Partial<Session>): Promise<void> {
  const log = settled(forger, sessionId);
  forger.alter(log, changes as Record<string, unknown>);
  await forger.alterInput(log, ([, from, to, rate, seconds, toAmount, feeAmount]) => [
    sessionId,
    from,
    to,
    changes.ratePerSecond ?? rate,
    changes.chargeableSeconds ?? seconds,
    changes.toAmount ?? toAmount,
    changes.feeAmount ?? feeAmount,
  ]);
}
