/**
 * Goes through a history from the creation on: each event moves the state on as the contract's rules say, and every rule
 * looks at it with the state as it stood just before. What the calls of a transaction would have done is held against
 * its events afterwards, so that one forged event is found, and what follows it is judged by what the chain shows.
 */

import { bitOf, wordOf } from "@luxxon/chain/settlement/bits";
import type { HistoryTransaction, PastEvent } from "@luxxon/chain/settlement/history";
import type { HistoryPart } from "@luxxon/chain/settlement/readHistory";
import { UsageError } from "@luxxon/chain/usageError";
import { blankState, type State, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import type { Hex } from "viem";
import { Books } from "../books.ts";
import { Findings, type Rulings } from "../findings.ts";
import type { Creation, History, Replayed } from "../history.ts";
import { onCalls } from "../rules/calls.ts";
import { onFee } from "../rules/fees.ts";
import { onHolds } from "../rules/holds.ts";
import { onDeposit, onPayment } from "../rules/movements.ts";
import { onPayouts, onStray } from "../rules/payouts.ts";
import { onSession } from "../rules/sessions.ts";
import { changeInWords, onChange, whilePaused } from "../rules/settings.ts";
import { nameOf, onSkip } from "../rules/skips.ts";
import { type PaidOutEvent, type Payout, type SettingEvent, type SettledEvent, type Step, stepsOf } from "../steps.ts";
import type { Store } from "../store/store.ts";
import type { Position } from "../types.ts";
import { advance } from "./advance.ts";
import { creationOf } from "./creation.ts";
import { type Kept, lyingIn, settingsOf, writeState } from "./kept.ts";
import { Submitted } from "./submitted.ts";

/**
 * @param before What the store has kept with the part behind which this begins; undefined: it begins with the creation.
 * @throws {UsageError} if the history does not begin with the contract's creation.
 */
export async function replay(
  history: History,
  store: Store,
  before: Kept | undefined,
  announcedFeeBps: number | undefined,
): Promise<Replayed> {
  const replayer = new Replayer(history, store, before, announcedFeeBps);
  for await (const part of history.read(before)) {
    for (const one of part.transactions) replayer.play(one);
    replayer.keep(part);
  }
  return replayer.result();
}

function notWhole({ target: { fromBlock, address } }: History): UsageError {
  return new UsageError(
    `The history from block ${fromBlock} does not begin with the creation of ${address}: give the block of its deployment, and an endpoint that has it.`,
  );
}

/** A transaction while it is played. */
interface Playing {
  readonly transaction: HistoryTransaction;
  readonly submitted: Submitted;
  /** Keeps what the rules say of it. */
  rule(rulings: Rulings, sessionId?: Hex): void;
  /** The place of one of its events. */
  at(logIndex: number): Position;
}

class Replayer {
  readonly #history: History;
  readonly #store: Store;
  readonly #books: Books;
  readonly #findings: Record<"history" | "fees", Findings>;
  readonly #feeBps: number | undefined;
  readonly #traced: Map<number, number>;
  #state: State;
  #held: bigint;
  #creation: Creation | undefined;
  #played: number;
  #untraced: number;
  /** Ids that were submitted since the store was written, as bits by their words. */
  readonly #named = new Map<Hex, bigint>();

  constructor(history: History, store: Store, before: Kept | undefined, announcedFeeBps: number | undefined) {
    const { address, usdc } = history.target;
    this.#history = history;
    this.#store = store;
    this.#feeBps = announcedFeeBps ?? before?.announcedFeeBps;
    this.#books = new Books(store, this.#feeBps);
    this.#findings = { history: new Findings(before?.tallies.history), fees: new Findings(before?.tallies.fees) };
    this.#traced = new Map(before?.traced);
    this.#state = lyingIn(store, before?.settings ?? blankState(address, usdc));
    this.#held = before?.held ?? 0n;
    this.#creation = before?.creation;
    this.#played = before?.played ?? 0;
    this.#untraced = before?.untraced ?? 0;
  }

  /** Puts what came of a part into the store, so that this audit needs no memory for it and the next begins behind it. */
  keep(part: HistoryPart): void {
    for (const by of part.traced) this.#traced.set(by, (this.#traced.get(by) ?? 0) + 1);
    const { to, toHash, toTimestamp } = part;
    const kept: Kept = {
      to,
      toHash,
      toTimestamp,
      settings: settingsOf(this.#state),
      held: this.#held,
      creation: this.#creation,
      played: this.#played,
      untraced: this.#untraced,
      traced: this.#traced,
      tallies: { history: this.#findings.history.tallies, fees: this.#findings.fees.tallies },
      announcedFeeBps: this.#feeBps,
    };
    this.#store.keep(part, kept, (place) => {
      const { violations } = this.#store;
      this.#books.write(place);
      violations.history.add(this.#findings.history.take());
      violations.fees.add(this.#findings.fees.take());
      writeState(this.#store, this.#state, this.#named, place);
    });
    this.#named.clear();
    this.#state = lyingIn(this.#store, this.#state);
  }

  /** @throws {UsageError} if the history does not begin with the contract's creation. */
  result(): Replayed {
    if (this.#creation === undefined) throw notWhole(this.#history);
    return {
      state: this.#state,
      held: this.#held,
      books: this.#books,
      creation: this.#creation,
      findings: this.#findings,
      played: this.#played,
      untraced: this.#untraced,
      traced: this.#traced,
    };
  }

  play(transaction: HistoryTransaction): void {
    const { blockNumber, timestamp, hash, calls, entries } = transaction;
    const { address, usdc } = this.#history.target;
    const [state, held] = [this.#state, this.#held];
    const playing: Playing = {
      transaction,
      submitted: new Submitted(calls),
      rule: (rulings, sessionId) => this.#findings.history.add(rulings, { transaction, sessionId }),
      at: (logIndex) => ({ blockNumber, timestamp, transactionHash: hash, logIndex }),
    };
    const creation = this.#creation !== undefined ? undefined : creationOf(transaction, usdc);
    const steps = stepsOf(entries, address, usdc);
    // USDC can be sent to an address before there is a contract.
    if (this.#creation === undefined && creation === undefined && steps.some(({ kind }) => kind !== "gift")) {
      throw notWhole(this.#history);
    }
    if (steps.some(({ kind }) => kind !== "gift" && kind !== "unnamed")) {
      this.#played++;
      if (calls === undefined) {
        this.#untraced++;
        const hasSkipped = entries.some(({ eventName }) => eventName === "SettlementSkipped");
        this.#findings.history.leaveUnchecked("R15", "R16", ...(hasSkipped ? (["R14"] as const) : []));
      }
    }
    for (const step of steps) this.#take(step, playing);
    if (creation !== undefined) {
      this.#creation = { args: creation, hash, blockNumber };
    }
    const unannounced = onCalls({ state, held }, transaction, creation, playing.rule);
    this.#state = { ...this.#state, ...unannounced };
    this.#books.close(timestamp, this.#state);
  }

  #take(step: Step, playing: Playing): void {
    switch (step.kind) {
      case "settling":
        this.#settle(step, playing);
        return;
      case "deposit": {
        const { event, transfer } = step;
        const { consumer, payer, amount } = event.args;
        this.#stillRuns("a deposit", playing);
        playing.rule(onDeposit(event.args, transfer));
        this.#advance(event, playing);
        this.#held += transfer?.amount ?? 0n;
        this.#books.move({ ...playing.at(event.logIndex), kind: "Deposited", account: consumer, amount });
        this.#books.of(payer);
        return;
      }
      case "payment": {
        const { event, transfer } = step;
        playing.rule(onPayment({ state: this.#state, held: this.#held }, event, transfer));
        this.#keepsHold(event, playing);
        this.#advance(event, playing);
        if (transfer !== undefined && transfer.to !== this.#state.address) this.#held -= transfer.amount;
        const isOfOtherToken = event.eventName === "Rescued" && event.args.token !== this.#state.usdc;
        if (isOfOtherToken) return;
        const { amount } = event.args;
        this.#books.move({ ...playing.at(event.logIndex), kind: event.eventName, account: paidTo(event), amount });
        return;
      }
      case "setting":
        this.#set(step.event, playing);
        return;
      case "unnamed":
        playing.rule(onStray(step.payout));
        this.#payOut(step.payout, playing);
        return;
      case "gift":
        this.#held += step.transfer.amount;
    }
  }

  #settle({ lines, payouts }: Extract<Step, { kind: "settling" }>, playing: Playing): void {
    const { transaction, submitted, rule, at } = playing;
    const { timestamp, sender, to, calls, gasUsed } = transaction;
    const now = BigInt(timestamp);
    this.#stillRuns("a settlement", playing);
    const settled: SettledEvent[] = [];
    for (const line of lines) {
      const { sessionId } = line.args;
      const entry = submitted.next(sessionId);
      this.#name(sessionId);
      if (line.eventName === "Settled") {
        rule(onSession(this.#state, line.args, now), sessionId);
        this.#advance(line, playing);
        settled.push(line);
      } else {
        rule(onSkip(this.#state, line.args, entry, now), sessionId);
        const { from = ZERO_ADDRESS, to = ZERO_ADDRESS, toAmount = 0n, feeAmount = 0n } = entry ?? {};
        const reason = nameOf(line.args.reason);
        this.#books.skip({ ...at(line.logIndex), sessionId, reason, from, to, toAmount, feeAmount });
      }
    }
    const { platformWallet, address } = this.#state;
    for (const { line, ...paid } of onPayouts(settled, payouts, platformWallet, rule)) {
      const settlement = { ...at(line.logIndex), ...line.args, ...paid, feeTo: platformWallet };
      this.#books.settle(settlement);
      if (this.#feeBps === undefined) continue;
      const { sessionId } = settlement;
      this.#findings.fees.add(onFee(settlement, this.#feeBps), { transaction, sessionId });
    }
    for (const payout of payouts) this.#payOut(payout, playing);
    this.#books.submit({
      ...at(lines[0]?.logIndex ?? 0),
      relayer: submitted.relayer ?? (calls === undefined ? this.#state.relayer : sender),
      settled: settled.length,
      skipped: lines.length - settled.length,
      gasUsed,
      ...(to === undefined || to === address ? {} : { through: to }),
    });
  }

  #set(event: SettingEvent, playing: Playing): void {
    const { eventName, args, logIndex } = event;
    playing.rule(onChange(this.#state, event));
    this.#keepsHold(event, playing);
    const text = changeInWords(this.#state, event);
    this.#books.change({ ...playing.at(logIndex), event: eventName, sender: playing.transaction.sender, text });
    if (eventName === "DailyLimitSet" || eventName === "Held") this.#books.of(args.consumer);
    if (eventName === "PlatformWalletSet") this.#books.of(args.newPlatformWallet);
    this.#advance(event, playing);
  }

  /** One hidden end of a pause is one finding: from here on the contract is taken as the chain shows it. */
  #stillRuns(what: string, { rule }: Playing): void {
    rule(whilePaused(this.#state, what));
    this.#state = { ...this.#state, paused: false };
  }

  #keepsHold(event: PastEvent, { rule, transaction }: Playing): void {
    rule(onHolds(this.#state, event, BigInt(transaction.timestamp)));
  }

  /** What a payee got, or is owed from now on. */
  #payOut({ payee, amount, how, logIndex }: Payout, playing: Playing): void {
    if (how === "transferred") {
      if (payee !== this.#state.address) this.#held -= amount;
      return;
    }
    this.#advance({ eventName: "PayoutCredited", args: { payee, amount } }, playing);
    this.#books.move({ ...playing.at(logIndex), kind: "PayoutCredited", account: payee, amount });
  }

  #name(sessionId: Hex): void {
    const word = wordOf(sessionId);
    this.#named.set(word, (this.#named.get(word) ?? 0n) | bitOf(sessionId));
  }

  #advance(event: PastEvent, { transaction }: Playing): void {
    this.#state = advance(this.#state, event, BigInt(transaction.timestamp));
  }
}

function paidTo({ eventName, args }: PaidOutEvent) {
  if (eventName === "Withdrawn") return args.consumer;
  return eventName === "CreditClaimed" ? args.payee : args.to;
}
