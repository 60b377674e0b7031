/**
 * What a sequence wants to do next, as fast-check draws it: without numbers that only make sense in one state. `resolve.ts`
 * turns an intent into a step when its turn has come. The weights are chosen so that every refusal, credits, claims and
 * limits are reached often; `reached.ts` counts whether they are.
 */
import fc from "fast-check";
import { PEOPLE } from "./scene.ts";

type Who = (typeof PEOPLE)[number];
type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Mostly the two who have USDC. */
const consumer = fc.oneof(
  { weight: 48, arbitrary: fc.constant<Who>("alice") },
  { weight: 38, arbitrary: fc.constant<Who>("bob") },
  { weight: 14, arbitrary: fc.constantFrom(...PEOPLE) },
);
const anyone = fc.constantFrom<Who>(...PEOPLE);
/** Mostly few, so that runs of one payee and credits to one payee happen. */
const payee = fc.oneof(
  { weight: 40, arbitrary: fc.constant<Who>("operator") },
  { weight: 25, arbitrary: fc.constant<Who>("otherOperator") },
  { weight: 35, arbitrary: fc.constantFrom<Who | "usdc">(...PEOPLE, "usdc") },
);
/** Who makes a call that a role is needed for: mostly who has the role. */
const caller = fc.oneof(
  { weight: 9, arbitrary: fc.constant("role" as const) },
  { weight: 1, arbitrary: fc.constantFrom<Who>(...PEOPLE) },
);

/** An amount by what it is compared with, and the µUSDC beside it. */
const amount = fc.record({
  like: fc.oneof(
    { weight: 30, arbitrary: fc.constant("some" as const) },
    { weight: 10, arbitrary: fc.constant("little" as const) },
    { weight: 12, arbitrary: fc.constantFrom("balance" as const, "available" as const) },
    { weight: 12, arbitrary: fc.constantFrom("room" as const, "poolRoom" as const) },
    { weight: 6, arbitrary: fc.constantFrom("wallet" as const, "allowance" as const, "surplus" as const) },
    { weight: 4, arbitrary: fc.constantFrom("zero" as const, "huge" as const) },
  ),
  size: fc.nat(999_999),
  beside: fc.constantFrom(-1n, 0n, 0n, 1n),
});
export type Amount = Drawn<typeof amount>;

/** What a session charges: mostly something that can be paid, for an emptied pool refuses everything else. */
const charge: typeof amount = fc.record({
  like: fc.oneof(
    { weight: 64, arbitrary: fc.constant("some" as const) },
    { weight: 10, arbitrary: fc.constant("little" as const) },
    { weight: 8, arbitrary: fc.constantFrom("balance" as const, "available" as const) },
    { weight: 14, arbitrary: fc.constantFrom("room" as const, "poolRoom" as const) },
    { weight: 4, arbitrary: fc.constantFrom("zero" as const, "wallet" as const) },
  ),
  size: fc.nat(999_999),
  beside: fc.constantFrom(-1n, 0n, 0n, 1n),
});

/** Which id: new ones are dense; some have been used, even in the same batch; some are at the ends of all ids. */
const id = fc.oneof(
  { weight: 70, arbitrary: fc.record({ kind: fc.constant("new" as const), pick: fc.constant(0) }) },
  { weight: 18, arbitrary: fc.record({ kind: fc.constant("used" as const), pick: fc.nat(999) }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("dense" as const), pick: fc.nat(599) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("far" as const), pick: fc.nat(7) }) },
);

const entry = fc.record({
  id,
  from: fc.oneof({ weight: 9, arbitrary: fc.constantFrom<Who>("alice", "bob") }, { weight: 1, arbitrary: consumer }),
  to: payee,
  total: charge,
  seconds: fc.oneof(fc.integer({ min: 1, max: 86_400 }), fc.constantFrom(1, 86_400)),
  feeBps: fc.constantFrom(0n, 1n, 1_500n, 1_500n, 2_999n, 3_000n, 3_000n),
  /** At most one thing is wrong on purpose. */
  flaw: fc.oneof(
    { weight: 72, arbitrary: fc.constant("none" as const) },
    // Nothing is wrong yet, and nothing more is allowed.
    { weight: 4, arbitrary: fc.constant("rateAtCeiling" as const) },
    {
      weight: 24,
      arbitrary: fc.constantFrom(
        "payeeZero" as const,
        "payeeContract" as const,
        "nothing" as const,
        "rate" as const,
        "rateHuge" as const,
        "seconds" as const,
        "secondsHuge" as const,
        "meter" as const,
        "toHuge" as const,
        "feeHuge" as const,
        "sumWraps" as const,
        "fee" as const,
        "feeOnly" as const,
        "noSeconds" as const,
      ),
    },
  ),
});
export type Entry = Drawn<typeof entry>;

const limit = fc.record({
  like: fc.constantFrom(
    "none" as const,
    "none" as const,
    "one" as const,
    "some" as const,
    "some" as const,
    "some" as const,
    "most" as const,
    "beside own" as const,
  ),
  size: fc.nat(99_999_999),
});
export type Limit = Drawn<typeof limit>;

/** When a hold is to end, by what it is compared with, and the seconds beside it. */
const until = fc.record({
  like: fc.oneof(
    { weight: 12, arbitrary: fc.constant("soon" as const) },
    { weight: 8, arbitrary: fc.constant("within a day" as const) },
    { weight: 5, arbitrary: fc.constant("a day" as const) },
    { weight: 5, arbitrary: fc.constant("standing" as const) },
    { weight: 2, arbitrary: fc.constantFrom("now" as const, "past" as const, "huge" as const) },
  ),
  size: fc.nat(86_399),
  beside: fc.constantFrom(-1n, 0n, 0n, 1n),
});
export type Until = Drawn<typeof until>;

/** Whether the call is to be that of somebody whose hold stands, if there is such a one; and whose. */
const held = fc.record({ wanted: fc.boolean(), pick: fc.nat(9) });

const signature = fc.constantFrom(
  "good" as const,
  "good" as const,
  "good" as const,
  "submittedBySomebody" as const,
  "submittedBySomebody" as const,
  "wrongSigner" as const,
  "wrongValue" as const,
  "wrongNonce" as const,
  "expired" as const,
  "early" as const,
  "again" as const,
  "again" as const,
  "tooShort" as const,
);

const batch = fc.oneof(
  { weight: 70, arbitrary: fc.array(entry, { minLength: 1, maxLength: 6, size: "max" }) },
  { weight: 24, arbitrary: fc.array(entry, { minLength: 7, maxLength: 16, size: "max" }) },
  { weight: 3, arbitrary: fc.array(entry, { minLength: 99, maxLength: 102, size: "max" }) },
  { weight: 3, arbitrary: fc.constant([]) },
);

/** One kind of intent: its name and what it needs. */
function kind<const K extends string, T>(name: K, parts: { [P in keyof T]: fc.Arbitrary<T[P]> }) {
  return fc.record({ kind: fc.constant(name), ...parts }) as fc.Arbitrary<{ kind: K } & T>;
}

/** What is done, and how often in about 160. */
const act = fc.oneof(
  { weight: 15, arbitrary: kind("deposit", { by: consumer, amount }) },
  { weight: 5, arbitrary: kind("depositFor", { by: consumer, consumer: payee, invalid: fc.nat(9), amount }) },
  { weight: 6, arbitrary: kind("depositWithPermit", { by: consumer, amount, signature }) },
  { weight: 6, arbitrary: kind("depositWithAuthorization", { by: anyone, from: consumer, amount, signature }) },
  { weight: 4, arbitrary: kind("withdraw", { by: consumer, held, amount }) },
  { weight: 2, arbitrary: kind("withdrawAll", { by: consumer, held }) },
  { weight: 9, arbitrary: kind("hold", { by: consumer, held, until, withLimit: fc.boolean() }) },
  { weight: 20, arbitrary: kind("settleFromPool", { by: caller, entry }) },
  { weight: 19, arbitrary: kind("settleBatch", { by: caller, entries: batch, sorted: fc.boolean() }) },
  {
    weight: 9,
    arbitrary: kind("claim", { by: anyone, payee, owed: fc.constantFrom(true, true, true, false), pick: fc.nat(9) }),
  },
  { weight: 5, arbitrary: kind("setDailyLimit", { by: consumer, held, limit }) },
  { weight: 3, arbitrary: kind("setDefaultDailyLimit", { by: caller, limit }) },
  { weight: 4, arbitrary: kind("setPoolDailyLimit", { by: caller, limit }) },
  {
    weight: 3,
    arbitrary: kind("setRole", {
      by: caller,
      role: fc.constantFrom("setRelayer" as const, "setGuardian" as const, "setPlatformWallet" as const),
      to: fc.oneof(anyone, fc.constantFrom("nobody" as const, "settlement" as const, "usdc" as const)),
    }),
  },
  { weight: 1, arbitrary: kind("pause", { by: caller }) },
  { weight: 9, arbitrary: kind("unpause", { by: caller }) },
  {
    weight: 4,
    arbitrary: kind("rescue", {
      by: caller,
      token: fc.constantFrom("usdc" as const, "usdc" as const, "otherToken" as const, "stranger" as const),
      to: fc.oneof(
        { weight: 8, arbitrary: payee },
        { weight: 1, arbitrary: fc.constantFrom("nobody" as const, "settlement" as const) },
      ),
      amount,
      surplus: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: kind("transferOwnership", { by: caller, to: fc.oneof(anyone, fc.constant("nobody" as const)) }),
  },
  { weight: 3, arbitrary: kind("acceptOwnership", { by: caller }) },
  // Rarely by the owner: nothing of the owner's can be tried afterwards.
  { weight: 1, arbitrary: kind("renounceOwnership", { by: anyone }) },
  { weight: 4, arbitrary: kind("sendUsdc", { by: consumer, amount }) },
  { weight: 8, arbitrary: kind("approve", { by: consumer, amount, all: fc.constantFrom(true, true, true, false) }) },
  { weight: 4, arbitrary: kind("denylist", { who: payee, contract: fc.nat(15) }) },
  { weight: 5, arbitrary: kind("undenylist", { pick: fc.nat(9) }) },
  { weight: 1, arbitrary: kind("pauseUsdc", {}) },
  { weight: 10, arbitrary: kind("unpauseUsdc", {}) },
);

/** Seconds before the step: half of all steps share a second with the one before. */
const wait = fc.oneof(
  { weight: 50, arbitrary: fc.constant(0) },
  { weight: 15, arbitrary: fc.constantFrom(1, 2, 60) },
  { weight: 15, arbitrary: fc.nat(3_600) },
  { weight: 15, arbitrary: fc.nat(86_401) },
  { weight: 5, arbitrary: fc.nat(1_000_000) },
);

const intent = fc.record({ wait, act, probe: entry });
export type Intent = Drawn<typeof intent>;

/** The intents of sequence `seed`. */
export function intentsOf(seed: number, commands: number): Intent[] {
  const all = fc.array(intent, { minLength: commands, maxLength: commands, size: "max" });
  const [intents] = fc.sample(all, { seed, numRuns: 1 });
  if (intents === undefined) throw new Error("fast-check drew nothing");
  // Without a pool nothing else happens.
  for (const [index, by] of (["alice", "bob"] as const).entries()) {
    const first = intents[index];
    if (first === undefined) continue;
    first.act = { kind: "deposit", by, amount: { like: "some", size: 100_000 + (seed % 100_000), beside: 0n } };
  }
  return intents;
}
