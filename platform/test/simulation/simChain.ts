/**
 * A chain that lives in memory and plays the contract by the ABI package's model: blocks, a mempool, reorganisations, and
 * an endpoint that answers JSON-RPC as it is told to: well, late, twice, from behind, or not at all.
 */
import { RequestProblem } from "@luxxon/chain/rpc/problems";
import { MULTICALL3 } from "@luxxon/chain/settlement/multicall";
import { luxxonSettlementAbi } from "@luxxon/contracts-abi";
import * as model from "@luxxon/contracts-abi/model";
import type { Random } from "@luxxon/local/random";
import {
  type Address,
  decodeFunctionData,
  encodeAbiParameters,
  encodeEventTopics,
  encodeFunctionResult,
  type Hash,
  type Hex,
  keccak256,
  multicall3Abi,
  numberToHex,
  parseTransaction,
  stringToHex,
} from "viem";

export interface SimBlock {
  number: bigint;
  hash: Hash;
  parent: Hash;
  timestamp: number;
  baseFee: bigint;
  logs: SimLog[];
  /** Those of the relayer, by their hashes, with whether they went through. */
  transactions: { hash: Hash; nonce: bigint; succeeded: boolean }[];
  /** What is owed and settled after it. */
  state: model.State;
  tokens: model.WillingUsdc;
  /** The relayer's next nonce after it. */
  nonce: bigint;
}

interface SimLog {
  name: string;
  args: Record<string, unknown>;
  topics: Hex[];
  data: Hex;
  tx: Hash;
  index: number;
}

interface Pending {
  hash: Hash;
  raw: Hex;
  nonce: bigint;
  data: Hex;
  maxFee: bigint;
  tip: bigint;
}

interface Act {
  call: model.Call;
  sender: Address;
}

export const SETTLEMENT: Address = "0x5e771e0000000000000000000000000000000001";
export const USDC: Address = "0x05dc000000000000000000000000000000000002";
export const OWNER: Address = "0x0e00000000000000000000000000000000000003";
export const PLATFORM: Address = "0x91a7000000000000000000000000000000000004";

export interface SimChainOptions {
  relayer: Address;
  random: Random;
  /** Seconds, at the first block. */
  start: number;
}

export class SimChain {
  readonly blocks: SimBlock[];
  readonly relayer: Address;
  readonly #random: Random;
  readonly #mempool = new Map<Hash, Pending>();
  #acts: Act[] = [];
  #salt = 0;
  /** What the next block asks for a unit of gas, wei. */
  baseFee = 5_000_000n;

  constructor({ relayer, random, start }: SimChainOptions) {
    this.relayer = relayer;
    this.#random = random;
    const made = model.construct(
      SETTLEMENT,
      {
        usdc: USDC,
        owner: OWNER,
        relayer,
        guardian: OWNER,
        platformWallet: PLATFORM,
        defaultDailyLimit: 0n,
        poolDailyLimit: 0n,
      },
      { sender: OWNER, timestamp: BigInt(start) },
      new model.WillingUsdc(USDC),
    );
    if ("error" in made) throw new Error("the contract was not made");
    const { state, tokens } = made;
    const hash = keccak256(stringToHex("first"));
    this.blocks = [
      {
        number: 0n,
        hash,
        parent: hash,
        timestamp: start,
        baseFee: this.baseFee,
        logs: [],
        transactions: [],
        state,
        tokens,
        nonce: 0n,
      },
    ];
  }

  get head(): SimBlock {
    return this.blocks.at(-1) as SimBlock;
  }

  /** Somebody calls the contract in the next block. */
  act(call: model.Call, sender: Address): void {
    this.#acts.push({ call, sender });
  }

  /** A block with everything that waits and pays enough. */
  mine(timestamp: number): void {
    const { head } = this;
    let { state, tokens, nonce } = head;
    const logs: SimLog[] = [];
    const transactions: SimBlock["transactions"] = [];
    const at = BigInt(Math.max(timestamp, head.timestamp));
    const run = (call: model.Call, sender: Address, tx: Hash): boolean => {
      const done = model.apply(state, call, { sender, timestamp: at }, tokens);
      if ("error" in done) return false;
      ({ state, tokens } = done);
      for (const event of done.events)
        logs.push({ ...encoded(event), name: event.eventName, args: event.args as never, tx, index: logs.length });
      return true;
    };
    for (const { call, sender } of this.#acts) run(call, sender, keccak256(stringToHex(`act ${this.#salt++}`)));
    this.#acts = [];
    for (let next = this.#payingMost(nonce); next !== undefined; next = this.#payingMost(nonce)) {
      transactions.push({ hash: next.hash, nonce, succeeded: run(callOf(next.data), this.relayer, next.hash) });
      for (const other of [...this.#mempool.values()]) if (other.nonce <= nonce) this.#mempool.delete(other.hash);
      nonce++;
    }
    const hash = keccak256(stringToHex(`${head.hash} ${this.#salt++}`));
    this.blocks.push({
      number: head.number + 1n,
      hash,
      parent: head.hash,
      timestamp: Number(at),
      baseFee: this.baseFee,
      logs,
      transactions,
      state,
      tokens,
      nonce,
    });
  }

  #payingMost(nonce: bigint): Pending | undefined {
    return [...this.#mempool.values()]
      .filter((it) => it.nonce === nonce && it.maxFee >= this.baseFee)
      .sort((a, b) => Number(b.tip - a.tip))[0];
  }

  /** Blocks go; what was in them comes back only if somebody sends it again. */
  reorganise(depth: number): void {
    const gone = Math.min(depth, this.blocks.length - 1);
    this.blocks.splice(this.blocks.length - gone);
  }

  forgetMempool(): void {
    this.#mempool.clear();
  }

  /** A transaction of the relayer's key that nobody here has signed. */
  stealNonce(timestamp: number): void {
    this.mine(timestamp);
    this.head.nonce++;
  }

  /**
   * Answers as a node whose newest block is `behind` blocks old.
   *
   * @throws {RequestProblem}
   */
  answer(method: string, params: readonly unknown[], behind = 0): unknown {
    const known = this.blocks.slice(0, Math.max(1, this.blocks.length - behind));
    const head = known.at(-1) as SimBlock;
    const refuse = (message: string, data?: Hex): never => {
      throw new RequestProblem(
        "the simulated node",
        { method, params },
        Object.assign(new Error(message), { code: 3, data }),
      );
    };
    const blockAt = (which: unknown): SimBlock | undefined => {
      if (which === "latest") return head;
      if (which === "safe") return known[Math.max(0, known.length - 1 - 3)];
      if (which === "finalized") return known[Math.max(0, known.length - 1 - 8)];
      return known[Number(BigInt(which as string))];
    };
    switch (method) {
      case "eth_getBlockByNumber": {
        const block = blockAt(params[0]);
        if (block === undefined) return null;
        return {
          number: numberToHex(block.number),
          hash: block.hash,
          timestamp: numberToHex(block.timestamp),
          baseFeePerGas: numberToHex(block.baseFee),
        };
      }
      case "eth_getTransactionCount":
        return numberToHex(head.nonce);
      case "eth_getCode":
        return "0x";
      case "eth_getBalance":
        return numberToHex(10n ** 20n);
      case "eth_getTransactionReceipt": {
        for (const block of known) {
          const found = block.transactions.find(({ hash }) => hash === params[0]);
          if (found !== undefined)
            return {
              status: found.succeeded ? "0x1" : "0x0",
              blockNumber: numberToHex(block.number),
              blockHash: block.hash,
              gasUsed: "0x5208",
            };
        }
        return null;
      }
      case "eth_getLogs": {
        const { fromBlock, toBlock, address } = params[0] as { fromBlock: Hex; toBlock: Hex; address: Address };
        if (address !== SETTLEMENT) return [];
        return known.slice(Number(BigInt(fromBlock)), Number(BigInt(toBlock)) + 1).flatMap((block) =>
          block.logs.map(({ topics, data, tx, index }) => ({
            address: SETTLEMENT,
            blockHash: block.hash,
            blockNumber: numberToHex(block.number),
            blockTimestamp: numberToHex(block.timestamp),
            transactionHash: tx,
            logIndex: numberToHex(index),
            topics,
            data,
          })),
        );
      }
      case "eth_call": {
        const [{ to, data, from }, tag] = params as [{ to: Address; data: Hex; from?: Address }, unknown];
        const block = blockAt(tag) ?? refuse("header not found");
        return to === MULTICALL3 ? this.#views(block, data, refuse) : this.#view(block, data, from ?? OWNER, refuse);
      }
      case "eth_sendRawTransaction":
        return this.#take(params[0] as Hex, refuse);
      default:
        return refuse(`the method ${method} does not exist`);
    }
  }

  #views(block: SimBlock, data: Hex, refuse: (message: string, data?: Hex) => never): Hex {
    const { args = [] } = decodeFunctionData({ abi: multicall3Abi, data });
    const result = (args[0] as readonly { callData: Hex }[]).map(({ callData }) => ({
      success: true,
      returnData: this.#view(block, callData, MULTICALL3, refuse),
    }));
    return encodeFunctionResult({ abi: multicall3Abi, functionName: "aggregate3", result });
  }

  #view(block: SimBlock, data: Hex, from: Address, refuse: (message: string, data?: Hex) => never): Hex {
    const { functionName, args = [] } = decodeFunctionData({ abi: luxxonSettlementAbi, data });
    const { state } = block;
    const now = BigInt(block.timestamp);
    const [first] = args as readonly [never];
    const views: Record<string, () => unknown> = {
      available: () => model.available(state, first, now),
      accountOf: () => shown(model.accountOf(state, first)),
      pool: () => shown(state.pool),
      totalDeposits: () => model.totalDeposits(state),
      deposits: () => model.deposits(state, first),
      checkSettlement: () => model.checkSettlement(state, first, now),
      relayer: () => state.relayer,
    };
    let result = views[functionName]?.();
    if (result === undefined) {
      const done = model.apply(state, { functionName, args } as never, { sender: from, timestamp: now }, block.tokens);
      if ("error" in done) return refuse(`execution reverted: ${done.error.errorName}`, "0x");
      result = done.returns;
    }
    return encodeFunctionResult({ abi: luxxonSettlementAbi, functionName, result } as never);
  }

  #take(raw: Hex, refuse: (message: string) => never): Hash {
    const hash = keccak256(raw);
    const {
      nonce = 0,
      data = "0x",
      maxFeePerGas = 0n,
      maxPriorityFeePerGas = 0n,
    } = parseTransaction(raw as `0x02${string}`);
    if (this.#mempool.has(hash)) refuse("already known");
    if (BigInt(nonce) < this.head.nonce) refuse("nonce too low");
    const rival = [...this.#mempool.values()].find((it) => it.nonce === BigInt(nonce));
    if (rival !== undefined && maxFeePerGas * 10n < rival.maxFee * 11n) refuse("replacement transaction underpriced");
    if (rival !== undefined) this.#mempool.delete(rival.hash);
    this.#mempool.set(hash, { hash, raw, nonce: BigInt(nonce), data, maxFee: maxFeePerGas, tip: maxPriorityFeePerGas });
    return hash;
  }

  /** All that the contract has settled, as it stands now. */
  settledEvents(): { sessionId: Hex; total: bigint; toAmount: bigint; tx: Hash }[] {
    return this.blocks.flatMap(({ logs }) =>
      logs
        .filter(({ name }) => name === "Settled")
        .map(({ args, tx }) => {
          const { sessionId, toAmount, feeAmount } = args as { sessionId: Hex; toAmount: bigint; feeAmount: bigint };
          return { sessionId, toAmount, total: toAmount + feeAmount, tx };
        }),
    );
  }

  /** Leaves the chain as it is and throws dice for a depth: mostly small. */
  someDepth(): number {
    return this.#random.chance(0.8) ? 1 + this.#random.whole(3) : 1 + this.#random.whole(10);
  }
}

function shown(account: model.Account) {
  return { ...account, drawnAt: Number(account.drawnAt), heldUntil: Number(account.heldUntil) };
}

function callOf(data: Hex): model.Call {
  const { functionName, args = [] } = decodeFunctionData({ abi: luxxonSettlementAbi, data });
  return { functionName, args } as unknown as model.Call;
}

type EventAbi = { type: "event"; name: string; inputs: readonly { name: string; type: string; indexed?: boolean }[] };

function encoded({ eventName, args }: { eventName: string; args: object }): { topics: Hex[]; data: Hex } {
  const abi = luxxonSettlementAbi.find(
    (item) => item.type === "event" && item.name === eventName,
  ) as unknown as EventAbi;
  const topics = encodeEventTopics({ abi: [abi], eventName, args } as never) as Hex[];
  const rest = abi.inputs.filter(({ indexed }) => indexed !== true);
  const data = encodeAbiParameters(rest, rest.map(({ name }) => (args as Record<string, unknown>)[name]) as never);
  return { topics, data };
}
