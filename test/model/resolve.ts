/** Turns an intent into steps, in view of what the model knows at its turn: most amounts are at the edge of something. */

import type { Account, Address, BatchEntry, Call } from "@luxxon/contracts-abi/model";
import * as views from "@luxxon/contracts-abi/model";
import { limitOf, room } from "@luxxon/contracts-abi/model";
import { type Hex, keccak256, maxUint64, maxUint256, numberToHex, toHex } from "viem";
import { DAY, sessionId, USDC } from "../support/session.ts";
import type { Amount, Entry, Intent, Limit, Until } from "./intents.ts";
import { type Addresses, type Model, PEOPLE } from "./scene.ts";
import type { Step } from "./steps.ts";
import type { Signed, UsdcCall } from "./usdc.ts";

const HUGE = [maxUint256, maxUint256 - 1n, 1n << 255n, 1n << 128n, 1n << 80n, (1n << 80n) - 1n, 1n << 64n];
/** The most that a session can cost. */
const MOST = 86_400n * USDC;
/** The widest limits that fit, that do not, and that the ABI can still say. */
const MOST_LIMITS = [(1n << 56n) - 1n, (1n << 56n) - 1n, 1n << 56n, maxUint64];
const FAR_IDS: readonly Hex[] = [
  numberToHex(0, { size: 32 }),
  numberToHex(maxUint256),
  numberToHex(maxUint256 - 255n),
  numberToHex(1n << 255n, { size: 32 }),
  ...["north", "south", "east", "west"].map((name) => keccak256(toHex(name))),
];
/** New ids come one after the other, some beside the 600 that any intent may name. */
const FIRST_NEW_ID = 300;

export class Resolver {
  readonly #addresses: Addresses;
  readonly #used: Hex[] = [];
  #newIds = FIRST_NEW_ID;
  #authorizations: Step[] = [];

  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** The steps of an intent: mostly one. */
  resolve({ wait, act, probe }: Intent, model: Model): Step[] {
    const now = model.timestamp + BigInt(wait);
    const steps = this.#steps(act, { ...model, timestamp: now });
    const last = steps.at(-1);
    if (last !== undefined) last.probe = this.#entry(probe, { ...model, timestamp: now });
    const [first] = steps;
    if (first !== undefined) first.wait = BigInt(wait);
    return steps;
  }

  #steps(act: Intent["act"], model: Model): Step[] {
    const { state, usdc } = model;
    const addresses = this.#addresses;
    const to = (sender: Address, call: Call): Step[] => [{ wait: 0n, sender, to: "settlement", call }];
    const toUsdc = (sender: Address, call: UsdcCall): Step[] => [{ wait: 0n, sender, to: "usdc", call }];
    const by = (who: keyof Addresses | "role", role: Address) => {
      // Nobody can send in the name of an address without a key.
      const sender = who === "role" ? role : addresses[who];
      return PEOPLE.some((name) => addresses[name] === sender) ? sender : addresses.stranger;
    };
    switch (act.kind) {
      case "deposit":
        return to(addresses[act.by], {
          functionName: "deposit",
          args: [this.#deposit(act.amount, addresses[act.by], model)],
        });
      case "depositFor": {
        const consumer =
          act.invalid === 0 ? addresses.nobody : act.invalid === 1 ? addresses.settlement : addresses[act.consumer];
        const amount = this.#deposit(act.amount, addresses[act.by], model);
        return to(addresses[act.by], { functionName: "depositFor", args: [consumer, amount] });
      }
      case "depositWithPermit":
        return this.#depositWithPermit(act, model);
      case "depositWithAuthorization":
        return this.#depositWithAuthorization(act, model);
      case "withdraw":
        return to(this.#callerOf(act, model), {
          functionName: "withdraw",
          args: [this.#amount(act.amount, this.#callerOf(act, model), model)],
        });
      case "withdrawAll":
        return to(this.#callerOf(act, model), { functionName: "withdrawAll", args: [] });
      case "hold": {
        const sender = this.#callerOf(act, model);
        const own = views.accountOf(state, sender);
        const hold = to(sender, { functionName: "hold", args: [untilFor(act.until, own, model.timestamp)] });
        // Most have no limit of their own yet, and without one nothing is held.
        if (!act.withLimit || own.dailyLimit !== 0n) return hold;
        return [...to(sender, { functionName: "setDailyLimit", args: [BigInt(act.until.size) * 1_000n] }), ...hold];
      }
      case "settleFromPool": {
        const entry = this.#entry(act.entry, model);
        this.#used.push(entry.sessionId);
        const { sessionId: id, from, to: payee, ratePerSecond, chargeableSeconds, toAmount, feeAmount } = entry;
        const args = [id, from, payee, ratePerSecond, chargeableSeconds, toAmount, feeAmount] as const;
        return to(by(act.by, state.relayer), { functionName: "settleFromPool", args });
      }
      case "settleBatch": {
        const entries = act.entries.map((one) => {
          const entry = this.#entry(one, model);
          this.#used.push(entry.sessionId);
          return entry;
        });
        if (act.sorted) entries.sort((one, other) => (one.to < other.to ? -1 : 1));
        return to(by(act.by, state.relayer), { functionName: "settleBatch", args: [entries] });
      }
      case "claim": {
        const owed = PEOPLE.map((name) => addresses[name]).filter((one) => views.credits(state, one) > 0n);
        // Every other time somebody whom USDC does not refuse, if there is one.
        const payable = owed.filter((one) => act.pick % 2 === 0 && !usdc.isDenied(one));
        const among = payable.length > 0 ? payable : owed;
        const payee = (act.owed ? among[act.pick % Math.max(1, among.length)] : undefined) ?? addresses[act.payee];
        return to(addresses[act.by], { functionName: "claim", args: [payee] });
      }
      case "setDailyLimit":
        return to(this.#callerOf(act, model), {
          functionName: act.kind,
          args: [limitFor(act.limit, views.accountOf(state, this.#callerOf(act, model)).dailyLimit)],
        });
      case "setDefaultDailyLimit":
      case "setPoolDailyLimit": {
        const present = act.kind === "setPoolDailyLimit" ? state.pool.dailyLimit : state.defaultDailyLimit;
        return to(by(act.by, state.owner), { functionName: act.kind, args: [limitFor(act.limit, present)] });
      }
      case "setRole":
        return to(by(act.by, state.owner), {
          functionName: act.role,
          args: [this.#holder(act.role, addresses[act.to])],
        });
      case "pause":
        return to(by(act.by, state.guardian), { functionName: "pause", args: [] });
      case "unpause":
        return to(by(act.by, state.owner), { functionName: "unpause", args: [] });
      case "rescue": {
        const like = act.surplus ? ({ ...act.amount, like: "surplus" } as const) : act.amount;
        const amount = this.#amount(like, addresses.settlement, model);
        const args = [addresses[act.token], addresses[act.to], amount] as const;
        return to(by(act.by, state.owner), { functionName: "rescue", args });
      }
      case "transferOwnership":
        return to(by(act.by, state.owner), { functionName: "transferOwnership", args: [addresses[act.to]] });
      case "acceptOwnership":
        return to(by(act.by, state.pendingOwner), { functionName: "acceptOwnership", args: [] });
      case "renounceOwnership":
        return to(addresses[act.by], { functionName: "renounceOwnership", args: [] });
      case "sendUsdc":
        return toUsdc(addresses[act.by], {
          functionName: "transfer",
          args: [addresses.settlement, BigInt(act.amount.size)],
        });
      case "approve": {
        const amount = act.all ? maxUint256 : this.#amount(act.amount, addresses[act.by], model);
        return toUsdc(addresses[act.by], { functionName: "approve", args: [addresses.settlement, amount] });
      }
      case "denylist": {
        const who = act.contract === 0 ? addresses.settlement : addresses[act.who];
        return toUsdc(addresses.circle, { functionName: "blacklist", args: [who] });
      }
      case "undenylist": {
        const names = [...PEOPLE, "settlement" as const];
        const denied = names.map((name) => addresses[name]).filter((one) => usdc.isDenied(one));
        // The contract first: while it is on the list nothing moves.
        const who = denied.find((one) => one === addresses.settlement) ?? denied[act.pick % Math.max(1, denied.length)];
        return toUsdc(addresses.circle, { functionName: "unBlacklist", args: [who ?? addresses.operator] });
      }
      case "pauseUsdc":
        return toUsdc(addresses.circle, { functionName: "pause", args: [] });
      case "unpauseUsdc":
        return toUsdc(addresses.circle, { functionName: "unpause", args: [] });
    }
  }

  #depositWithPermit(act: Extract<Intent["act"], { kind: "depositWithPermit" }>, model: Model): Step[] {
    const { settlement, stranger, otherOperator } = this.#addresses;
    const owner = this.#addresses[act.by];
    const value = this.#deposit(act.amount, owner, model);
    const deadline =
      act.signature === "expired" ? model.timestamp - 1n : act.signature === "early" ? maxUint256 : model.timestamp;
    const sign: Signed = {
      signer: act.signature === "wrongSigner" ? otherOperator : owner,
      permit: {
        owner,
        value: act.signature === "wrongValue" ? value / 2n : value,
        nonce: model.usdc.nonceOf(owner) + (act.signature === "wrongNonce" ? 1n : 0n),
        deadline,
      },
    };
    const signed = act.signature === "tooShort" ? {} : { sign };
    const short: Hex = "0x1234";
    const own: Step = {
      wait: 0n,
      sender: owner,
      to: "settlement",
      call: { functionName: "depositWithPermit", args: [value, deadline, short] },
      ...signed,
    };
    if (act.signature === "submittedBySomebody") {
      const call: UsdcCall = { functionName: "permit", args: [owner, settlement, value, deadline, short] };
      return [{ wait: 0n, sender: stranger, to: "usdc", call, ...signed }, own];
    }
    return act.signature === "again" ? [own, { ...own }] : [own];
  }

  #depositWithAuthorization(act: Extract<Intent["act"], { kind: "depositWithAuthorization" }>, model: Model): Step[] {
    const from = this.#addresses[act.from];
    const old = this.#authorizations[act.amount.size % Math.max(1, this.#authorizations.length)];
    if (act.signature === "again" && old !== undefined) return [{ ...old }];
    const value = this.#deposit(act.amount, from, model);
    const nonce = keccak256(numberToHex(this.#authorizations.length));
    const now = model.timestamp;
    const validAfter = act.signature === "early" ? now : now - 1n;
    const validBefore = act.signature === "expired" ? now : act.signature === "good" ? now + 1n : maxUint256;
    const sign: Signed = {
      signer: act.signature === "wrongSigner" ? this.#addresses.otherOperator : from,
      authorization: {
        from,
        value: act.signature === "wrongValue" ? value / 2n : value,
        validAfter,
        validBefore,
        nonce: act.signature === "wrongNonce" ? keccak256(nonce) : nonce,
      },
    };
    const step: Step = {
      wait: 0n,
      sender: this.#addresses[act.by],
      to: "settlement",
      call: { functionName: "depositWithAuthorization", args: [from, value, validAfter, validBefore, nonce, "0x1234"] },
      ...(act.signature === "tooShort" ? {} : { sign }),
    };
    this.#authorizations.push(step);
    return [step];
  }

  /** Who calls: somebody whose hold stands, if that is wanted and there is one; else whoever was drawn. */
  #callerOf({ by, held }: Pick<Extract<Intent["act"], { kind: "hold" }>, "by" | "held">, { state, timestamp }: Model) {
    const holders = PEOPLE.map((name) => this.#addresses[name]).filter(
      (one) => views.accountOf(state, one).heldUntil > timestamp,
    );
    return (held.wanted ? holders[held.pick % Math.max(1, holders.length)] : undefined) ?? this.#addresses[by];
  }

  /** A contract that settles or pauses cannot act here, so that a sequence would stand still. It can receive fees. */
  #holder(role: "setRelayer" | "setGuardian" | "setPlatformWallet", wanted: Address): Address {
    const { settlement, usdc, relayer } = this.#addresses;
    return role !== "setPlatformWallet" && (wanted === settlement || wanted === usdc) ? relayer : wanted;
  }

  /** What a deposit is compared with is the payer's wallet, and a little at a time, so that the wallet lasts. */
  #deposit(amount: Amount, payer: Address, model: Model): bigint {
    switch (amount.like) {
      case "balance":
      case "available":
      case "room":
      case "poolRoom":
      case "some":
        return BigInt(amount.size) * 1_000n;
      default:
        return this.#amount(amount, payer, model);
    }
  }

  #amount({ like, size, beside }: Amount, account: Address, { state, usdc, timestamp }: Model): bigint {
    const own = views.accountOf(state, account);
    const near = (value: bigint) => {
      const wanted = value + beside;
      return wanted < 0n || wanted > maxUint256 ? value : wanted;
    };
    switch (like) {
      case "zero":
        return 0n;
      case "little":
        return BigInt(size % 3) + 1n;
      case "some":
        // From 1 µUSDC to some 30 USDC, of every size.
        return 1n + BigInt(Math.floor(Math.exp((size / 1_000_000) * Math.log(30e6))));
      case "huge":
        return HUGE[size % HUGE.length] ?? maxUint256;
      case "balance":
        return near(own.balance);
      case "available":
        return near(views.available(state, account, timestamp));
      case "room":
        return near(room(own, limitOf(own, state.defaultDailyLimit), timestamp) ?? BigInt(size));
      case "poolRoom":
        return near(room(state.pool, state.pool.dailyLimit, timestamp) ?? BigInt(size));
      case "wallet":
        return near(usdc.balanceOf(account));
      case "allowance":
        return near(usdc.allowance(account));
      case "surplus":
        return near(views.surplus(state, usdc.held));
    }
  }

  #entry(intent: Entry, model: Model): BatchEntry {
    const from = this.#addresses[intent.from];
    const wanted = this.#amount(intent.total, from, model);
    // A session that nobody could be charged for is refused by the meter; that has flaws of its own.
    const total = wanted > MOST ? BigInt(intent.total.size) + 1n : wanted;
    const tooShort = BigInt(intent.seconds) * USDC < total;
    const chargeableSeconds = tooShort ? DAY : BigInt(intent.seconds);
    // The least rate that covers the total: where it divides, the meter is exact.
    const ratePerSecond = (total + chargeableSeconds - 1n) / chargeableSeconds;
    const feeAmount = (total * intent.feeBps) / 10_000n;
    const entry = {
      sessionId: this.#id(intent.id),
      from,
      to: this.#addresses[intent.to],
      ratePerSecond,
      chargeableSeconds,
      toAmount: total - feeAmount,
      feeAmount,
    };
    return { ...entry, ...this.#flaw(intent, entry) };
  }

  #flaw({ flaw, total }: Entry, entry: BatchEntry): Partial<BatchEntry> {
    const meter = entry.ratePerSecond * entry.chargeableSeconds;
    const charged = entry.toAmount + entry.feeAmount;
    const huge = HUGE[total.size % HUGE.length] ?? maxUint256;
    switch (flaw) {
      case "none":
        return {};
      case "payeeZero":
        return { to: this.#addresses.nobody };
      case "payeeContract":
        return { to: this.#addresses.settlement };
      case "nothing":
        return { toAmount: 0n, feeAmount: 0n };
      case "rateAtCeiling":
        return { ratePerSecond: USDC };
      case "rate":
        return { ratePerSecond: USDC + 1n };
      case "rateHuge":
        return { ratePerSecond: huge };
      case "seconds":
        return { chargeableSeconds: DAY + 1n };
      case "secondsHuge":
        return { chargeableSeconds: huge };
      case "meter":
        return { toAmount: entry.toAmount + (meter - charged) + 1n };
      case "toHuge":
        return { toAmount: huge };
      case "feeHuge":
        return { feeAmount: huge };
      case "sumWraps":
        return { toAmount: maxUint256, feeAmount: BigInt(total.size % 3) + 1n };
      case "fee": {
        // One µUSDC more than 30 %, the total as it was.
        const most = (charged * 3_000n) / 10_000n + 1n;
        return most > charged ? {} : { feeAmount: most, toAmount: charged - most };
      }
      case "feeOnly":
        return { toAmount: 0n, feeAmount: charged };
      case "noSeconds":
        return { chargeableSeconds: 0n };
    }
  }

  #id({ kind, pick }: Entry["id"]): Hex {
    const used = this.#used[pick % Math.max(1, this.#used.length)];
    if (kind === "used" && used !== undefined) return used;
    if (kind === "far") return FAR_IDS[pick % FAR_IDS.length] ?? sessionId(0);
    if (kind === "dense") return sessionId(pick);
    this.#newIds += 1;
    return sessionId(this.#newIds);
  }
}

/** @param present The limit that there is. */
function limitFor({ like, size }: Limit, present: bigint): bigint {
  switch (like) {
    case "none":
      return 0n;
    case "one":
      return 1n;
    case "some":
      return BigInt(size);
    case "most":
      return MOST_LIMITS[size % MOST_LIMITS.length] ?? maxUint64;
    case "beside own": {
      const wanted = present + BigInt(size % 3) - 1n;
      return wanted < 0n ? 0n : wanted;
    }
  }
}

function untilFor({ like, size, beside }: Until, { heldUntil }: Account, now: bigint): bigint {
  switch (like) {
    case "soon":
      return now + 1n + BigInt(size % 3_600);
    case "within a day":
      return now + 1n + BigInt(size);
    case "a day":
      return now + DAY + beside;
    case "standing":
      return heldUntil + beside < 0n ? 0n : heldUntil + beside;
    case "now":
      return now;
    case "past":
      return now - 1n - BigInt(size);
    case "huge":
      return maxUint64 - BigInt(size);
  }
}
