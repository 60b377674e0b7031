/** Opens the scene of a sequence: the contract and real USDC on a local chain, and the model of both in the same state. */

import type { Context, State } from "@luxxon/contracts-abi/model";
import { type Address, construct, type Hex, HexMap, ZERO_ADDRESS } from "@luxxon/contracts-abi/model";
import type { LocalChain, LocalChainName } from "@luxxon/local/chain";
import { getAddress, maxUint256 } from "viem";
import { USDC } from "../support/session.ts";
import { chainNamed, fresh } from "../support/situation.ts";
import { START } from "./steps.ts";
import { type Signed, Usdc } from "./usdc.ts";

/** The people of a situation; Alice and Bob are those with USDC. */
export const PEOPLE = [
  "alice",
  "bob",
  "operator",
  "otherOperator",
  "platform",
  "stranger",
  "relayer",
  "guardian",
  "owner",
  "circle",
] as const;

/** Everybody and everything that has an address. */
export type Addresses = Readonly<
  Record<(typeof PEOPLE)[number] | "settlement" | "usdc" | "otherToken" | "nobody", Address>
>;

/** What the model knows at one moment. */
export interface Model {
  readonly state: State;
  readonly usdc: Usdc;
  readonly timestamp: bigint;
}

/** µUSDC that Alice and Bob hold each, and units of another token that the contract was sent by mistake. */
const WALLET = 10_000n * USDC;
const STRAY = 1_000n;

/** As `fresh`, with the contract that reads everything at once, and a token that is not USDC. */
async function staged({ networkHelpers }: LocalChain) {
  const situation = await networkHelpers.loadFixture(fresh);
  const { viem, settlement } = situation;
  const otherToken = await viem.deployContract("HostileToken");
  await otherToken.write.mint([settlement.address, STRAY]);
  return { ...situation, otherToken, reader: await viem.deployContract("BooksReader", [settlement.address]) };
}

type Stage = Awaited<ReturnType<typeof staged>>;

export interface Scene extends Stage {
  readonly addresses: Addresses;
  /** The state at the start. */
  readonly model: Model;
  /** What has been signed so far. The model of USDC looks signatures up here. */
  readonly signatures: Map<Hex, Signed>;
}

/** The addresses of a stage; the same in every run, on both chains. */
function addressesOf(stage: Stage): Addresses {
  const people = PEOPLE.map((name) => [name, stage[name].account.address]);
  return {
    ...Object.fromEntries(people),
    settlement: getAddress(stage.settlement.address),
    usdc: getAddress(stage.usdc.address),
    otherToken: getAddress(stage.otherToken.address),
    nobody: ZERO_ADDRESS,
  };
}

/** A fresh contract, and the model of it. */
export async function openScene(name: LocalChainName): Promise<Scene> {
  const stage = await (await chainNamed(name)).networkHelpers.loadFixture(staged);
  const addresses = addressesOf(stage);
  const { alice, bob, settlement, usdc, otherToken } = addresses;
  const context: Context = { sender: addresses.circle, timestamp: START };
  const signatures = new Map<Hex, Signed>();
  const token = new Usdc({
    address: usdc,
    contract: settlement,
    circle: addresses.circle,
    other: { address: otherToken, held: STRAY },
    timestamp: START,
    paused: false,
    balances: new HexMap<bigint>().set(alice, WALLET).set(bob, WALLET),
    allowances: new HexMap<bigint>().set(alice, maxUint256).set(bob, maxUint256),
    // As Circle's USDC does: nothing can be sent to the token itself.
    denied: new HexMap<boolean>().set(usdc, true),
    nonces: new HexMap(),
    used: new HexMap(),
    signatures,
  });
  const { owner, relayer, guardian, platform: platformWallet } = addresses;
  const settings = { usdc, owner, relayer, guardian, platformWallet, defaultDailyLimit: 0n, poolDailyLimit: 0n };
  const made = construct(settlement, settings, context, token);
  if ("error" in made) throw new Error(`the model's constructor reverts with ${made.error.errorName}`);
  await stage.networkHelpers.time.increaseTo(START);
  return { ...stage, addresses, signatures, model: { state: made.state, usdc: made.tokens, timestamp: START } };
}
