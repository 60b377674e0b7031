/** What has to be known of a replay to go on with it: the contract's settings and the counts; the rest lies in the store. */
import { HexMap, type State } from "@luxxon/contracts-abi/model";
import type { Hex } from "viem";
import type { Tallies } from "../findings.ts";
import type { Before, Replayed } from "../history.ts";
import type { Place, Store } from "../store/store.ts";

/** The contract's storage without its mappings. */
export type Settings = Omit<State, "accounts" | "credits" | "settledBits">;

export interface Kept extends Before, Pick<Replayed, "held" | "played" | "untraced" | "traced"> {
  readonly settings: Settings;
  readonly creation: Replayed["creation"] | undefined;
  readonly tallies: Record<keyof Replayed["findings"], Tallies>;
  /** Of which announced fee, in 1/10,000, the findings about fees are; undefined: there are none. */
  readonly announcedFeeBps: number | undefined;
}

export function settingsOf({ accounts: _, credits: __, settledBits: ___, ...settings }: State): Settings {
  return settings;
}

/** The contract with its mappings as the store has them, from where they are read when they are asked for. */
export function lyingIn(store: Store, settings: Settings): State {
  return {
    ...settings,
    accounts: new Over((key) => store.accounts.get(key)),
    credits: new Over((key) => store.credits.get(key)?.amount),
    settledBits: new Over((key) => store.words.get(key)?.settled),
  };
}

/** Puts what has changed since `lyingIn` into the store. @param named Ids that were submitted, as bits by their words. */
export function writeState(store: Store, state: State, named: ReadonlyMap<Hex, bigint>, { part, oldest }: Place): void {
  for (const [consumer, account] of changedIn(state.accounts)) store.accounts.put(consumer, account, part, oldest);
  for (const [payee, amount] of changedIn(state.credits)) store.credits.put(payee, { amount }, part, oldest);
  for (const [word, bits] of named) {
    const before = store.words.get(word)?.named ?? 0n;
    store.words.put(word, { settled: state.settledBits.get(word) ?? 0n, named: before | bits }, part, oldest);
  }
}

/** A map over another that lies in the store. What is set lies on top of it, and leaves it as it is. */
class Over<Value> extends HexMap<Value> {
  readonly #below: (key: Hex) => Value | undefined;
  readonly top: HexMap<Value>;

  constructor(below: (key: Hex) => Value | undefined, top = new HexMap<Value>()) {
    super();
    this.#below = below;
    this.top = top;
  }

  override get(key: string): Value | undefined {
    return this.top.get(key) ?? this.#below(key.toLowerCase() as Hex);
  }

  override set(key: string, value: Value): Over<Value> {
    return new Over(this.#below, this.top.set(key, value));
  }

  override entries(): never {
    throw new Error("what lies in the store is gone through there");
  }
}

function changedIn<Value>(map: HexMap<Value>): Iterable<readonly [Hex, Value]> {
  return (map as Over<Value>).top.entries() as Iterable<readonly [Hex, Value]>;
}
