/**
 * Asks the chain through several endpoints: the one that answered last, and the others if it does not. Left out is, until
 * that has passed, whoever stands while another moves or is far behind, and whoever serves another chain.
 */
import { chainIdOf, type Endpoint, openEndpoint } from "@luxxon/chain/rpc/endpoint";
import { causeOf, RequestProblem } from "@luxxon/chain/rpc/problems";
import { UsageError } from "@luxxon/chain/usageError";
import type { Hex } from "viem";
import type { Clock } from "../clock.ts";
import type { Ask } from "./chain.ts";

export interface Endpoints {
  /** What is to be sent is sent to all of them, and taken if one takes it. */
  ask: Ask;
  /** Which chain they serve. @throws {UsageError} if not all serve the same, or none answers. */
  chainId(): Promise<number>;
  /** Looks at the heads of all. While somebody asks, it is done once a second anyway. */
  look(): Promise<void>;
  states(): EndpointState[];
}

export interface EndpointState {
  /** Never its whole URL: that is often a key. */
  where: string;
  /** Why nobody asks it now; undefined: it is asked. */
  leftOut: "away" | "stands" | "behind" | "foreign" | undefined;
  /** The highest block that it has said; undefined before it has said any. */
  head: bigint | undefined;
}

interface Member {
  endpoint: Endpoint;
  head: bigint | undefined;
  movedAt: number;
  isLookedAt: boolean;
  /** Undefined: to be asked again, because it was away. */
  chainId: number | undefined;
  leftOut: EndpointState["leftOut"];
}

interface EndpointsContext {
  clock: Clock;
  log: { warn(what: object, message: string): void };
}

/** An answer that a person waits for must not take longer, whatever the endpoint does. */
const OPTIONS = { attempts: 2, nullAttempts: 1, firstPauseMs: 100, longestPauseMs: 500, timeoutMs: 4_000, lanes: 16 };
/** How often the heads are looked at, ms. */
const LOOK_MS = 1_000;
/** How long an endpoint may stand while another moves, and how far it may be behind, ms: 25 blocks of Base. */
const STANDS_MS = 5_000;

export function openEndpoints(rpcUrls: readonly string[], { clock, log }: EndpointsContext): Endpoints {
  const members: Member[] = rpcUrls.map((url) => ({
    endpoint: openEndpoint("RPC_URL", url, OPTIONS),
    head: undefined,
    movedAt: clock.now().getTime(),
    isLookedAt: false,
    chainId: undefined,
    leftOut: undefined,
  }));
  let best = members[0] as Member;
  /** What those serve that are asked: what the first of them said at the start. */
  let served: number | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const heads: { at: number; head: bigint }[] = [];

  const lookAt = async (member: Member): Promise<void> => {
    if (member.isLookedAt) return;
    member.isLookedAt = true;
    try {
      member.chainId ??= await chainIdOf(member.endpoint);
      const head = BigInt((await member.endpoint.ask("eth_blockNumber", [])) as Hex);
      if (member.head === undefined || head > member.head) {
        member.head = head;
        member.movedAt = clock.now().getTime();
      }
    } catch {
      // Whoever comes back says again which chain it serves.
      member.chainId = undefined;
    } finally {
      member.isLookedAt = false;
    }
    judge();
  };

  const right = (): Member[] => members.filter(({ chainId }) => chainId !== undefined && chainId === served);

  /** A chain that stands moves nowhere, and leaves nobody out. */
  const reasonAgainst = (member: Member): EndpointState["leftOut"] => {
    if (served !== undefined && member.chainId !== served) return member.chainId === undefined ? "away" : "foreign";
    const movedAt = Math.max(...right().map((it) => it.movedAt));
    if (movedAt - member.movedAt >= STANDS_MS) return "stands";
    const [before] = heads;
    return before !== undefined && member.head !== undefined && member.head < before.head ? "behind" : undefined;
  };

  const judge = (): void => {
    for (const member of members) {
      const leftOut = reasonAgainst(member);
      if (leftOut === member.leftOut) continue;
      member.leftOut = leftOut;
      const what = { endpoint: member.endpoint.where, why: leftOut, head: member.head?.toString() };
      log.warn(what, leftOut === undefined ? "the endpoint is asked again" : "the endpoint is left out");
    }
    if (best.leftOut !== undefined) best = furthest() ?? best;
  };

  /** Keeps where the chain was `STANDS_MS` ago: where more than half were, so that one of three that makes up a head leaves nobody out. */
  const noteHead = (now: number): void => {
    const known = right().flatMap(({ head }) => head ?? []);
    const middle = known.sort((a, b) => (a < b ? -1 : 1))[Math.floor(known.length / 2)];
    if (middle !== undefined) heads.push({ at: now, head: middle });
    while ((heads[1]?.at ?? now) <= now - STANDS_MS) heads.shift();
  };

  const furthest = (): Member | undefined =>
    members
      .filter(({ leftOut }) => leftOut === undefined)
      .reduce<Member | undefined>((far, it) => ((it.head ?? -1n) > (far?.head ?? -2n) ? it : far), undefined);

  const look = async (): Promise<void> => {
    lookedAt = clock.now().getTime();
    noteHead(lookedAt);
    await Promise.all(members.map(lookAt));
  };

  const lookIfDue = (): void => {
    if (members.length > 1 && Math.abs(clock.now().getTime() - lookedAt) >= LOOK_MS) void look();
  };

  /** The one that answered last first. */
  const asked = (): Member[] => {
    const inside = members.filter(({ leftOut }) => leftOut === undefined);
    return [...inside.filter((it) => it === best), ...inside.filter((it) => it !== best)];
  };

  const askOneOf: Ask = async (method, params) => {
    let failure: unknown;
    for (const member of asked()) {
      try {
        const answer = await member.endpoint.ask(method, params);
        best = member;
        return answer;
      } catch (error) {
        // What one refuses for what was asked, such as a call that reverts, the others refuse too.
        if (causeOf(error, RequestProblem)?.kind === "refused") throw error;
        failure = error;
      }
    }
    throw failure ?? nobody();
  };

  const nobody = () =>
    new UsageError(
      `No endpoint can be asked: ${members.map((it) => `${it.endpoint.where} (${it.leftOut})`).join(", ")}.`,
    );

  /** One that takes a transaction and keeps it to itself does not keep it from the chain. */
  const sendToAllOf: Ask = async (method, params) => {
    const tries = asked().map(({ endpoint }) => endpoint.ask(method, params));
    try {
      return await Promise.any(tries);
    } catch (error) {
      const [first] = (error as AggregateError).errors;
      throw first ?? nobody();
    }
  };

  return {
    async ask(method, params) {
      lookIfDue();
      return await (method === "eth_sendRawTransaction" ? sendToAllOf : askOneOf)(method, params);
    },
    async chainId() {
      const ids = await Promise.allSettled(members.map(({ endpoint }) => chainIdOf(endpoint)));
      for (const [i, id] of ids.entries()) if (id.status === "fulfilled") (members[i] as Member).chainId = id.value;
      const first = members.find(({ chainId }) => chainId !== undefined);
      if (first?.chainId === undefined) throw (ids[0] as PromiseRejectedResult).reason;
      const other = members.find(({ chainId }) => chainId !== undefined && chainId !== first.chainId);
      if (other !== undefined)
        throw new UsageError(
          `${other.endpoint.where} serves chain ${other.chainId}, and ${first.endpoint.where} chain ${first.chainId}: all have to serve one.`,
        );
      served = first.chainId;
      judge();
      return served;
    },
    look,
    states: () => members.map(({ endpoint, leftOut, head }) => ({ where: endpoint.where, leftOut, head })),
  };
}
