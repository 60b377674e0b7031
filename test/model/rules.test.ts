import { readdirSync, readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import {
  allows,
  apply,
  type Call,
  construct,
  draw,
  drawnBy,
  EMPTY_ACCOUNT,
  HexMap,
  limitOf,
  room,
} from "@luxxon/contracts-abi/model";
import { expect } from "chai";
import fc from "fast-check";
import { DAY, sessionId, USDC } from "../support/session.ts";
import { onEachChain } from "../support/situation.ts";
import { playSteps } from "./play.ts";
import { openScene } from "./scene.ts";
import { START, type Step } from "./steps.ts";

const SEED = 20_260_101;
const HIGHEST = (1n << 64n) - 1n;
const bits = (count: number) => fc.integer({ min: 1, max: count }).chain((n) => fc.bigInt(0n, (1n << BigInt(n)) - 1n));

onEachChain(`the model's leaky bucket and the contract's, from seed ${SEED}`, (given) => {
  it("leave the same room in 500 cases, in which all, something or nothing is left", async () => {
    const { viem } = await given.fresh();
    const harness = await viem.deployContract("DailyLimitHarness");
    const seen = { none: 0, some: 0, all: 0 };
    const limits = fc.oneof(bits(64), fc.constant(HIGHEST)).filter((limit) => limit > 0n);
    const cases = limits.chain((limit) =>
      fc.record({
        limit: fc.constant(limit),
        // Mostly up to the limit; more, where it has been lowered since.
        drawn: fc.oneof(
          { weight: 3, arbitrary: fc.bigInt(0n, limit) },
          { weight: 1, arbitrary: fc.constant(limit) },
          { weight: 1, arbitrary: bits(64) },
        ),
        elapsed: fc.oneof(fc.constant(0n), fc.bigInt(1n, 3n), fc.bigInt(0n, 2n * DAY), bits(40)),
      }),
    );
    await fc.assert(
      fc.asyncProperty(cases, async ({ limit, drawn, elapsed }) => {
        const expected = room({ ...EMPTY_ACCOUNT, drawn, drawnAt: START }, limit, START + elapsed);
        expect(await harness.read.room([limit, drawn, elapsed])).to.equal(expected);
        seen[expected === 0n ? "none" : expected === limit ? "all" : "some"] += 1;
      }),
      { seed: SEED, numRuns: 500 },
    );
    expect(Math.min(seen.none, seen.some, seen.all), JSON.stringify(seen)).to.be.greaterThan(25);
  });
});

describe("the model's leaky bucket", () => {
  const account = { balance: 100n * USDC, dailyLimit: 10n * USDC, drawn: 10n * USDC, drawnAt: START, heldUntil: 0n };

  it("leaks its limit in a day, rounded down to the µUSDC", () => {
    expect(drawnBy(account, account.dailyLimit, START)).to.equal(10n * USDC);
    expect(drawnBy(account, account.dailyLimit, START + 1n)).to.equal(10n * USDC - 115n);
    expect(drawnBy(account, account.dailyLimit, START + DAY - 1n)).to.equal(116n);
    expect(drawnBy(account, account.dailyLimit, START + DAY)).to.equal(0n);
    expect(drawnBy(account, account.dailyLimit, START + 9n * DAY)).to.equal(0n);
  });

  it("allows a draw up to its limit, and not 1 µUSDC more", () => {
    expect(allows(account, account.dailyLimit, START + DAY / 2n, 5n * USDC)).to.equal(true);
    expect(allows(account, account.dailyLimit, START + DAY / 2n, 5n * USDC + 1n)).to.equal(false);
  });

  it("moves when something is drawn", () => {
    const now = START + DAY / 2n;
    expect(draw(account, account.dailyLimit, now, USDC)).to.deep.equal({
      ...account,
      balance: 99n * USDC,
      drawn: 6n * USDC,
      drawnAt: now,
    });
  });

  it("does not move where there is no limit, and allows everything", () => {
    expect(draw(account, 0n, START + 5n, USDC)).to.deep.equal({ ...account, balance: 99n * USDC });
    expect(allows(account, 0n, START, 1n << 90n)).to.equal(true);
    expect(room(account, 0n, START)).to.equal(undefined);
  });

  it("has no room while more is drawn than a lowered limit allows", () => {
    expect(room(account, 4n * USDC, START + DAY)).to.equal(0n);
    expect(room(account, 4n * USDC, START + 2n * DAY)).to.equal(2n * USDC);
  });

  it("is that of the consumer's own limit, or of the default if it has none", () => {
    expect(limitOf(account, 7n)).to.equal(10n * USDC);
    expect(limitOf({ ...account, dailyLimit: 0n }, 7n)).to.equal(7n);
  });
});

describe("the model", () => {
  it("changes nothing of the state and the tokens that it is given", async () => {
    const { model, addresses } = await openScene("localOsaka");
    const { state, usdc } = model;
    const context = { sender: addresses.alice, timestamp: START };
    const after = apply(state, { functionName: "deposit", args: [5n * USDC] }, context, usdc);
    if ("error" in after) throw new Error(after.error.errorName);
    expect(state.accounts.get(addresses.alice)).to.equal(undefined);
    expect(usdc.held).to.equal(0n);
    expect(after.state.accounts.get(addresses.alice)?.balance).to.equal(5n * USDC);
    expect(after.tokens.held).to.equal(5n * USDC);
  });

  it("takes an address for the same however it is spelled", async () => {
    const { model, addresses } = await openScene("localOsaka");
    const { state, usdc } = model;
    const owner = addresses.owner.toLowerCase() as typeof addresses.owner;
    const context = { sender: owner, timestamp: START };
    const after = apply(state, { functionName: "setDefaultDailyLimit", args: [1n] }, context, usdc);
    expect(after).not.to.have.property("error");
  });

  it("says in its constructor what the contract says in its own", async () => {
    const { model, addresses, settlement, publicClient, eventsOf } = await openScene("localOsaka");
    const { usdc, owner, relayer, guardian, platform: platformWallet, circle } = addresses;
    const settings = { usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit: 0n, poolDailyLimit: 0n };
    const made = construct(addresses.settlement, settings, { sender: circle, timestamp: START }, model.usdc);
    if ("error" in made) throw new Error(made.error.errorName);
    const [log] = await publicClient.getLogs({ address: settlement.address, fromBlock: 0n });
    if (log === undefined) throw new Error("the contract was not deployed");
    expect(await eventsOf(log.transactionHash)).to.deep.equal(made.events);
  });

  for (const role of ["usdc", "owner", "relayer", "platformWallet"] as const) {
    it(`refuses a zero ${role}, as the contract's constructor does`, async () => {
      const { model, addresses, viem } = await openScene("localOsaka");
      const { usdc, owner, relayer, guardian, platform: platformWallet, nobody } = addresses;
      const settings = {
        ...{ usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit: 0n, poolDailyLimit: 0n },
        [role]: nobody,
      };
      const context = { sender: owner, timestamp: START };
      expect(construct(addresses.settlement, settings, context, model.usdc)).to.deep.equal({
        error: { errorName: "ZeroAddress", args: [] },
      });
      const deployed = viem.deployContract("LuxxonSettlement", [
        settings.usdc,
        settings.owner,
        settings.relayer,
        settings.guardian,
        settings.platformWallet,
        0n,
        0n,
      ]);
      expect(await deployed.then(() => "deployed", String)).to.contain("ZeroAddress");
    });
  }
});

describe("contract and model", () => {
  it("agree when the 32 bits of an account's seconds end: nothing is held beyond, and the bucket goes on", async () => {
    const scene = await openScene("localOsaka");
    const { alice, relayer, operator } = scene.addresses;
    const end = 2n ** 32n;
    const by = (sender: typeof alice, call: Call, wait = 0n): Step => ({ wait, sender, to: "settlement", call });
    const settle = (n: number, wait: bigint) =>
      by(
        relayer,
        { functionName: "settleFromPool", args: [sessionId(n), alice, operator, USDC, 4n, 3n * USDC, USDC] },
        wait,
      );
    const steps = [
      by(alice, { functionName: "deposit", args: [100n * USDC] }),
      by(alice, { functionName: "setDailyLimit", args: [10n * USDC] }),
      // Ten seconds before the end, a hold of nine fits and one of ten does not.
      by(alice, { functionName: "hold", args: [end] }, end - START - 10n),
      by(alice, { functionName: "hold", args: [end - 1n] }),
      settle(1, 0n),
      by(alice, { functionName: "withdraw", args: [USDC] }),
      // Behind it, the bucket's second is cut, so that the next draw counts 136 years of refill: 12 of 10 USDC in a minute.
      settle(2, 20n),
      by(alice, { functionName: "withdraw", args: [USDC] }),
      settle(3, 1n),
      by(alice, { functionName: "hold", args: [end + 60n] }),
      by(alice, { functionName: "withdrawAll", args: [] }),
    ];
    const outcomes: string[] = [];
    const { difference } = await playSteps(scene, steps, (_, happened) => {
      outcomes.push("error" in happened ? happened.error.errorName : "done");
    });
    expect(difference).to.equal(undefined);
    expect(outcomes.join(" ")).to.equal(
      "done done SafeCastOverflowedUintDowncast done done HeldUntil done done done SafeCastOverflowedUintDowncast done",
    );
  });
});

describe("the model's files", () => {
  const folder = `${ROOT}/abi/src/model`;

  for (const name of readdirSync(folder)) {
    it(`import nothing but each other: ${name}`, () => {
      const text = readFileSync(`${folder}/${name}`, "utf8");
      const imported = [...text.matchAll(/(?:from|import\() ?"([^"]+)"/g)].map(([, path]) => path);
      expect(imported.filter((path) => path?.startsWith("./") !== true)).to.deep.equal([]);
      expect(text).not.to.match(/\b(process|Buffer|globalThis|require\(")\b/);
    });
  }
});

describe("the model's map", () => {
  it(`holds what a Map holds, and keeps its earlier states, from seed ${SEED}`, () => {
    const key = fc.nat(400).map((n) => `0x${(n * 7_919).toString(16).padStart(40, "0")}`);
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat()), { maxLength: 300, size: "max" }), (writes) => {
        let map = new HexMap<number>();
        const model = new Map<string, number>();
        const before = new HexMap<number>().set("0x01", 1);
        let after = before;
        for (const [at, value] of writes) {
          const old = map;
          const had = old.get(at);
          map = map.set(at.toUpperCase().replace("0X", "0x"), value);
          model.set(at, value);
          expect(old.get(at)).to.equal(had);
        }
        expect(new Map(map.entries())).to.deep.equal(model);
        after = after.set("0x02", 2);
        expect([before.get("0x02"), after.get("0x01"), after.get("0x02")]).to.deep.equal([undefined, 1, 2]);
      }),
      { seed: SEED, numRuns: 50 },
    );
  });

  it("refuses keys that are not of one length", () => {
    expect(() => new HexMap<number>().set("0x11", 1).set("0x0011", 2)).to.throw(RangeError);
  });
});
