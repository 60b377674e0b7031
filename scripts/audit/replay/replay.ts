/**
 * Goes through a history from the creation on: each event moves the state on as the contract's rules say, and every rule
 * looks at it with the state as it stood just before. What the calls of a transaction would have done is held against
 * its events afterwards, so that one forged event is found, and what follows it is judged by what the chain shows.
 */

import type { ContractCall, HistoryTransaction } from "@luxxon/chain/settlement/history";
import { UsageError } from "@luxxon/chain/usageError";
import { type BatchEntry, blankState, type State, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import type { Address, Hex } from "viem";
import { Books } from "../books.ts";
import type { Findings } from "../findings.ts";
import type { History, Replayed } from "../history.ts";
import { checkDeposit, checkPayment } from "../rules/movements.ts";
import { checkPayouts, unnamed } from "../rules/payouts.ts";
import { checkReplayed } from "../rules/calls.ts";
import { announcedFee, checkSession } from "../rules/sessions.ts";
import { changeInWords, checkChange, checkCreation, checkNotPaused } from "../rules/settings.ts";
import { checkSkipped, nameOf } from "../rules/skips.ts";
import { type PaidOutEvent, type SettledEvent, type SkippedEvent, type Step, stepsOf } from "../steps.ts";
import type { Change, Movement, Position, Settlement, SettlingTransaction, Skipped } from "../types.ts";
import { advance } from "./advance.ts";
import { creationOf } from "./creation.ts";

/** @throws {UsageError} if the history does not begin with the contract's creation. */
export async function replay(
  history: History,
  findings: Findings,
  announcedFeeBps: number | undefined,
): Promise<Replayed> {
  const replayer = new Replayer(history, findings, announcedFeeBps);
  for await (const transactions of history.transactions) for (const one of transactions) replayer.play(one);
  if (!replayer.isCreated) throw notWhole(history);
  return replayer;
}

function notWhole({ target: { fromBlock, address } }: History): UsageError {
  return new UsageError(
    `The history from block ${fromBlock} does not begin with the creation of ${address}: give the block of its deployment, and an endpoint that has it.`,
  );
}

class Replayer implements Replayed {
  state: State;
  held = 0n;
  readonly books = new Books();
  readonly settlements: Settlement[] = [];
  readonly skipped: Skipped[] = [];
  readonly movements: Movement[] = [];
  readonly changes: Change[] = [];
  readonly transactions: SettlingTransaction[] = [];
  readonly ids = new Map<Hex, boolean>();
  readonly announcedFees = new Map<string, bigint>();
  played = 0;
  untraced = 0;
  isCreated = false;
  readonly #history: History;
  readonly #findings: Findings;
  readonly #feeBps: number | undefined;

  constructor(history: History, findings: Findings, announcedFeeBps: number | undefined) {
    const { address, usdc } = history.target;
    this.#history = history;
    this.#findings = findings;
    this.#feeBps = announcedFeeBps;
    this.state = blankState(address, usdc);
  }

  play(transaction: HistoryTransaction): void {
    const { address, usdc } = this.#history.target;
    const { state, held } = this;
    const creation = this.isCreated ? undefined : creationOf(transaction, usdc);
    const steps = stepsOf(transaction.entries, address, usdc);
    // USDC can be sent to an address before there is a contract.
    if (!this.isCreated && creation === undefined && steps.some(({ kind }) => kind !== "gift")) {
      throw notWhole(this.#history);
    }
    if (steps.some(({ kind }) => kind !== "gift" && kind !== "unnamed")) {
      this.played++;
      if (transaction.calls === undefined) this.untraced++;
    }
    const submitted = new Submitted(transaction.calls);
    for (const step of steps) this.#take(transaction, step, submitted);
    if (creation !== undefined) {
      this.isCreated = true;
      checkCreation(this.#findings, transaction, creation, this.#history.recordedArgs);
    }
    const unannounced = checkReplayed({ findings: this.#findings, transaction, state, held, creation });
    this.state = { ...this.state, ...unannounced };
    this.books.close(transaction.timestamp, this.state);
  }

  #take(transaction: HistoryTransaction, step: Step, submitted: Submitted): void {
    const findings = this.#findings;
    switch (step.kind) {
      case "settling":
        this.#settle(transaction, step, submitted);
        return;
      case "deposit": {
        const { event, transfer } = step;
        const { consumer, payer, amount } = event.args;
        this.#checkNotPaused(transaction, "a deposit");
        checkDeposit({ findings, transaction, state: this.state, held: this.held, transfer }, event.args);
        this.#advance(transaction, event);
        this.held += transfer?.amount ?? 0n;
        this.books.of(consumer).deposited += amount;
        this.books.of(payer);
        this.books.day(transaction.timestamp).deposited += amount;
        this.#moved(transaction, event.logIndex, "Deposited", consumer, amount);
        return;
      }
      case "payment": {
        const { event, transfer } = step;
        checkPayment({ findings, transaction, state: this.state, held: this.held, transfer }, event);
        this.#advance(transaction, event);
        if (transfer !== undefined && transfer.to !== this.state.address) this.held -= transfer.amount;
        this.#paid(transaction, event);
        return;
      }
      case "setting":
        checkChange(findings, transaction, this.state, step.event);
        this.changes.push({
          ...positionOf(transaction, step.event.logIndex),
          event: step.event.eventName,
          sender: transaction.sender,
          text: changeInWords(this.state, step.event),
        });
        if (step.event.eventName === "DailyLimitSet") this.books.of(step.event.args.consumer);
        if (step.event.eventName === "PlatformWalletSet") this.books.of(step.event.args.newPlatformWallet);
        this.#advance(transaction, step.event);
        return;
      case "unnamed":
        unnamed(findings, transaction, step.payout);
        this.#payOut(transaction, step.payout);
        return;
      case "gift":
        this.held += step.transfer.amount;
    }
  }

  #settle(
    transaction: HistoryTransaction,
    { lines, payouts }: Extract<Step, { kind: "settling" }>,
    submitted: Submitted,
  ): void {
    const findings = this.#findings;
    this.#checkNotPaused(transaction, "a settlement");
    const settled: SettledEvent[] = [];
    const before = this.skipped.length;
    for (const line of lines) {
      const entry = submitted.next(line.args.sessionId);
      if (line.eventName === "Settled") {
        checkSession({ findings, transaction, state: this.state, event: line.args }, this.#feeBps);
        this.#advance(transaction, line);
        this.ids.set(line.args.sessionId, true);
        settled.push(line);
      } else {
        checkSkipped(findings, transaction, this.state, line.args, entry);
        this.#skip(transaction, line, entry);
      }
    }
    const { platformWallet } = this.state;
    const paid = checkPayouts(findings, transaction, platformWallet, settled, payouts);
    settled.forEach((line, i) => {
      const { operator = "nothing", platform = "nothing" } = paid[i] ?? {};
      this.#record(transaction, line, platformWallet, operator, platform);
    });
    for (const payout of payouts) this.#payOut(transaction, payout);

    this.#count(transaction, lines[0]?.logIndex ?? 0, submitted, settled.length, this.skipped.length - before);
  }

  /** A transaction can settle more than once, if it comes through another contract. */
  #count(
    transaction: HistoryTransaction,
    logIndex: number,
    submitted: Submitted,
    settled: number,
    skipped: number,
  ): void {
    const { hash, sender, to, calls, gasUsed } = transaction;
    const last = this.transactions.at(-1);
    if (last?.transactionHash === hash) {
      last.settled += settled;
      last.skipped += skipped;
      return;
    }
    this.transactions.push({
      ...positionOf(transaction, logIndex),
      relayer: submitted.relayer ?? (calls === undefined ? this.state.relayer : sender),
      settled,
      skipped,
      gasUsed,
      ...(to === undefined || to === this.state.address ? {} : { through: to }),
    });
  }

  /** One hidden end of a pause is one finding: from here on the contract is taken as the chain shows it. */
  #checkNotPaused(transaction: HistoryTransaction, what: string): void {
    checkNotPaused(this.#findings, transaction, this.state, what);
    this.state = { ...this.state, paused: false };
  }

  #record(
    transaction: HistoryTransaction,
    { args, logIndex }: SettledEvent,
    platformWallet: Address,
    operatorPaid: Settlement["operatorPaid"],
    platformPaid: Settlement["platformPaid"],
  ): void {
    const { from, to, toAmount, feeAmount } = args;
    const total = toAmount + feeAmount;
    this.settlements.push({
      ...positionOf(transaction, logIndex),
      ...args,
      operatorPaid,
      platformPaid,
      feeTo: platformWallet,
    });
    this.books.of(from).charged += total;
    this.books.of(to).earned += toAmount;
    this.books.of(platformWallet).earned += feeAmount;
    const day = this.books.day(transaction.timestamp);
    day.sessions++;
    day.settled += total;
    day.fees += feeAmount;
    if (this.#feeBps !== undefined) {
      const fees = this.announcedFees.get(day.date) ?? 0n;
      this.announcedFees.set(day.date, fees + announcedFee(total, this.#feeBps));
    }
  }

  #skip(transaction: HistoryTransaction, { args, logIndex }: SkippedEvent, entry: BatchEntry | undefined): void {
    const { sessionId, reason } = args;
    if (!this.ids.has(sessionId)) this.ids.set(sessionId, false);
    this.books.day(transaction.timestamp).skipped++;
    this.skipped.push({
      ...positionOf(transaction, logIndex),
      sessionId,
      reason: nameOf(reason),
      from: entry?.from ?? ZERO_ADDRESS,
      to: entry?.to ?? ZERO_ADDRESS,
      toAmount: entry?.toAmount ?? 0n,
      feeAmount: entry?.feeAmount ?? 0n,
    });
  }

  /** A withdrawal, a claim or a rescue in the books. */
  #paid(transaction: HistoryTransaction, event: PaidOutEvent): void {
    const { eventName, args, logIndex } = event;
    const { amount } = args;
    if (eventName === "Withdrawn") {
      this.books.of(event.args.consumer).withdrawn += amount;
      this.books.day(transaction.timestamp).withdrawn += amount;
      this.#moved(transaction, logIndex, eventName, event.args.consumer, amount);
    } else if (eventName === "CreditClaimed") {
      this.books.of(event.args.payee).claimed += amount;
      this.#moved(transaction, logIndex, eventName, event.args.payee, amount);
    } else if (event.args.token === this.state.usdc) {
      this.#moved(transaction, logIndex, "Rescued", event.args.to, amount);
    }
  }

  /** What a payee got, or is owed from now on. */
  #payOut(transaction: HistoryTransaction, payout: Extract<Step, { kind: "unnamed" }>["payout"]): void {
    const { payee, amount, how, logIndex } = payout;
    if (how === "transferred") {
      if (payee !== this.state.address) this.held -= amount;
      return;
    }
    this.#advance(transaction, { eventName: "PayoutCredited", args: { payee, amount } });
    this.books.of(payee).credited += amount;
    this.#moved(transaction, logIndex, "PayoutCredited", payee, amount);
  }

  #advance(transaction: HistoryTransaction, event: Parameters<typeof advance>[1]): void {
    this.state = advance(this.state, event, BigInt(transaction.timestamp));
  }

  #moved(
    transaction: HistoryTransaction,
    logIndex: number,
    kind: Movement["kind"],
    account: Address,
    amount: bigint,
  ): void {
    this.movements.push({ ...positionOf(transaction, logIndex), kind, account, amount });
  }
}

function positionOf({ blockNumber, timestamp, hash }: HistoryTransaction, logIndex: number): Position {
  return { blockNumber, timestamp, transactionHash: hash, logIndex };
}

/** The entries that a transaction submitted, in order. Each gives one event, so that they can be walked side by side. */
class Submitted {
  readonly relayer: Address | undefined;
  readonly #entries: BatchEntry[];
  #next = 0;

  constructor(calls: readonly ContractCall[] | undefined) {
    const settling = (calls ?? []).filter(
      ({ call }) => call.functionName === "settleBatch" || call.functionName === "settleFromPool",
    );
    this.relayer = settling[0]?.sender;
    this.#entries = settling.flatMap(({ call }): readonly BatchEntry[] => {
      if (call.functionName === "settleBatch") return call.args[0];
      if (call.functionName !== "settleFromPool") return [];
      const [sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount] = call.args;
      return [{ sessionId, from, to, ratePerSecond, chargeableSeconds, toAmount, feeAmount }];
    });
  }

  /** The next entry for this session; undefined: there is none. */
  next(sessionId: Hex): BatchEntry | undefined {
    // Nearly always the very next one.
    const isNext = this.#entries[this.#next]?.sessionId === sessionId;
    const found = isNext
      ? this.#next
      : this.#entries.findIndex((entry, i) => i > this.#next && entry.sessionId === sessionId);
    if (found === -1) return undefined;
    this.#next = found + 1;
    return this.#entries[found];
  }
}
