/** Lists what an endpoint may say that is not so, and what gives it away: the words of the line that ends the audit, or rules. */
import { encodeHeader, type RawBlock } from "@luxxon/chain/rpc/blocks";
import type { Send } from "@luxxon/chain/rpc/endpoint";
import type { RawTransaction } from "@luxxon/chain/rpc/transactions";
import type { RawLog } from "@luxxon/chain/settlement/logs";
import { type Address, type Hex, keccak256, numberToHex } from "viem";
import { Forger } from "./forger.ts";
import { ID, type Scene } from "./scene.ts";

export interface Lie {
  readonly title: string;
  /** What the endpoint answers. */
  tell(scene: Scene): Send | Promise<Send>;
  /** What the audit is told to do about it; nothing: one endpoint is asked, and no header but those it needs. */
  readonly besides?: "a second endpoint" | "every block";
  /** What sees it. */
  readonly by: string;
  readonly says: RegExp;
}

export const LIES: readonly Lie[] = [
  {
    title: "a deposit and the withdrawal of as much were left out",
    tell: (scene) => leavingOut(scene, ({ eventName, args }) => isMoney(eventName) && args.consumer === carol(scene)),
    besides: "a second endpoint",
    by: "the other endpoint",
    says: /^http:\/\/liar contradicts itself: it leaves out log \d+ of block \d+, which the block's receipts have/,
  },
  {
    title: "a deposit and the withdrawal of as much were left out, and nobody else is asked",
    tell: (scene) => leavingOut(scene, ({ eventName, args }) => isMoney(eventName) && args.consumer === carol(scene)),
    besides: "every block",
    by: "the block's bloom",
    says: /it leaves out log \d+ of block \d+, which the block's receipts have/,
  },
  {
    title: "a pause and its end were left out",
    tell: (scene) => leavingOut(scene, ({ eventName }) => eventName === "Paused" || eventName === "Unpaused"),
    besides: "a second endpoint",
    by: "the other endpoint",
    says: /^http:\/\/liar contradicts itself: it leaves out log \d+ of block \d+/,
  },
  {
    title: "a pause and its end were left out, and nobody else is asked",
    tell: (scene) => leavingOut(scene, ({ eventName }) => eventName === "Paused" || eventName === "Unpaused"),
    besides: "every block",
    by: "the block's bloom",
    says: /it leaves out log \d+ of block \d+/,
  },
  {
    title: "an operator is another in event, calldata and transfer",
    tell: (scene) =>
      saying(scene, async (forger) => {
        const to = scene.stranger.account.address;
        const log = forger.find("Settled", { sessionId: ID.first });
        forger.alter(forger.after(log, "Transfer", { to: log.args.to }), { to });
        forger.alter(log, { to });
        await forger.alterInput(log, ([id, from, , ...rest]) => [id, from, to, ...rest]);
      }),
    by: "the transaction's hash",
    says: /transaction 0x\w+ of block \d+, of type 0x2, does not have the hash that it shows/,
  },
  {
    title: "a meter is another in event and calldata",
    tell: (scene) =>
      saying(scene, async (forger) => {
        const log = forger.find("Settled", { sessionId: ID.first });
        forger.alter(log, { chargeableSeconds: 61n });
        await forger.alterInput(log, ([id, from, to, rate, , ...rest]) => [id, from, to, rate, 61n, ...rest]);
      }),
    by: "the transaction's hash",
    says: /transaction 0x\w+ of block \d+, of type 0x2, does not have the hash that it shows/,
  },
  {
    title: "a skipped session was neither submitted nor skipped",
    tell: (scene) =>
      saying(scene, async (forger) => {
        const log = forger.find("SettlementSkipped", { sessionId: ID.poor });
        await forger.alterInput(log, ([entries]) => [
          (entries as { sessionId: Hex }[]).filter(({ sessionId }) => sessionId !== ID.poor),
        ]);
        forger.remove(log);
      }),
    by: "the transaction's hash",
    says: /transaction 0x\w+ of block \d+, of type 0x2, does not have the hash that it shows/,
  },
  {
    title: "a transaction has another sender",
    tell: (scene) =>
      transactions(scene, (one) =>
        sameAs(one.from, scene.relayer.account.address) ? { ...one, from: scene.stranger.account.address } : one,
      ),
    by: "the signature",
    says: /transaction 0x\w+ was not signed by 0x/,
  },
  {
    title: "a session that was paid was refused by USDC, and credited",
    tell: (scene) =>
      saying(scene, (forger) => {
        const log = forger.find("Settled", { sessionId: ID.first });
        const paid = forger.after(log, "Transfer", { to: log.args.to });
        const credited = forger.find("PayoutCredited");
        forger.insert(paid, credited);
        forger.alter(forger.after(paid, "PayoutCredited"), { payee: log.args.to, amount: paid.args.amount });
        forger.remove(paid);
      }),
    by: "the receipts' root",
    says: /the receipts of block \d+ are not those that its header names/,
  },
  {
    title: "a header has a field that nobody knows, and another time",
    tell: (scene) => blocks(scene, (block) => ({ ...block, timestamp: "0x5", aFieldOfTheFuture: "0x1" })),
    by: "the header's hash",
    says: /block \d+ does not have the hash 0x\w+ that it shows/,
  },
  {
    title: "a call of the contract came through another contract",
    tell: (scene) =>
      transactions(scene, (one) =>
        sameAs(one.to, scene.settlement.address) ? { ...one, to: scene.usdc.address } : one,
      ),
    by: "the transaction's hash",
    says: /transaction 0x\w+ of block \d+, of type 0x2, does not have the hash that it shows/,
  },
  // From here on those that nobody had told yet.
  {
    title: "a transaction cost less gas",
    tell: (scene) => receipts(scene, (receipt) => ({ ...receipt, cumulativeGasUsed: "0x5208" })),
    by: "the receipts' root",
    says: /the receipts of block \d+ are not those that its header names/,
  },
  {
    title: "the logs of a transaction come in another order",
    tell: (scene) => receipts(scene, (receipt) => ({ ...receipt, logs: (receipt.logs as RawLog[]).toReversed() })),
    by: "the receipts' root",
    says: /the receipts of block \d+ are not those that its header names/,
  },
  {
    title: "a log is of another transaction",
    tell: ({ send }) =>
      altering(send, "eth_getLogs", (logs) =>
        (logs as RawLog[]).map((log) => ({ ...log, transactionHash: keccak256("0x") })),
      ),
    by: "the block's receipts",
    says: /it leaves out log \d+ of block \d+, which the block's receipts have/,
  },
  {
    title: "something was logged that no receipt has",
    tell: ({ send }) =>
      altering(send, "eth_getLogs", (logs) => {
        const [first] = logs as RawLog[];
        return first === undefined ? logs : [...(logs as RawLog[]), { ...first, logIndex: "0x63" }];
      }),
    by: "the block's receipts",
    says: /it shows a log 99 of block \d+ that the block's receipts do not have/,
  },
  {
    title: "a transaction is a deposit from the chain below, which nobody signs",
    tell: (scene) => transactions(scene, (one) => ({ ...one, type: "0x7e", sourceHash: keccak256("0x") })),
    by: "the transaction's hash",
    says: /of type 0x7e, does not have the hash that it shows/,
  },
  {
    title: "a transaction is of a type that nobody knows",
    tell: (scene) => transactions(scene, (one) => ({ ...one, type: "0x55" })),
    by: "the transaction's hash",
    says: /of type 0x55, does not have the hash that it shows/,
  },
  {
    title: "a transaction has another's signature",
    tell: (scene) => transactions(scene, (one) => ({ ...one, r: numberToHex(7n), s: numberToHex(8n) })),
    by: "the transaction's hash",
    says: /does not have the hash that it shows/,
  },
  {
    title: "the last block has another state",
    tell: (scene) => blocks(scene, (block) => ({ ...block, stateRoot: keccak256("0x") })),
    by: "the header's hash",
    says: /block \d+ does not have the hash 0x\w+ that it shows/,
  },
  {
    title: "a balance is another, in a proof",
    tell: ({ send }) =>
      altering(send, "eth_getProof", (answer) => {
        const { storageProof } = answer as { storageProof: { proof: Hex[] }[] };
        const altered = storageProof.map(({ proof, ...rest }) => ({
          ...rest,
          proof: proof.map((node, i) => (i === proof.length - 1 ? (`${node.slice(0, -1)}0` as Hex) : node)),
        }));
        return { ...(answer as object), storageProof: altered };
      }),
    by: "the proof's nodes",
    says: /its proof of the state of 0x\w+ in block \d+ does not hold \(node\[\d\]: its hash is 0x\w+, not 0x\w+\)/,
  },
  {
    title: "what stands in storage is 0, and the proof ends there",
    tell: ({ send }) =>
      altering(send, "eth_getProof", (answer) => {
        const { storageProof } = answer as { storageProof: object[] };
        return {
          ...(answer as object),
          storageProof: storageProof.map((one) => ({ ...one, value: "0x0", proof: [] })),
        };
      }),
    by: "the proof's nodes",
    says: /its proof of the state of 0x\w+ in block \d+ does not hold \(node\[0\]: is missing\)/,
  },
  {
    title: "the contract's state is another account's",
    tell:
      ({ send, usdc }) =>
      (method, params) =>
        send(method, method === "eth_getProof" ? [usdc.address, ...params.slice(1)] : params),
    by: "the proof's path",
    says: /its proof of the state of 0x\w+ in block \d+ does not hold/,
  },
  {
    title: "the code at the address is another",
    tell: ({ send }) => altering(send, "eth_getCode", (code) => `${code}00`),
    by: "the proven code hash",
    says: /the code that it shows at 0x\w+ is not the code of block \d+/,
  },
  {
    title: "USDC says that the contract holds more than its storage has",
    tell:
      ({ send, settlement }) =>
      async (method, params) => {
        const answer = (await send(method, params)) as Hex;
        const isBalance = JSON.stringify(params).includes(
          `70a08231${settlement.address.slice(2).toLowerCase().padStart(64, "0")}`,
        );
        return method === "eth_call" && isBalance ? numberToHex(BigInt(answer) + 1n, { size: 32 }) : answer;
      },
    by: "USDC's proven storage",
    says: /balanceOf says \d+ of 0x\w+, and USDC's proven storage \d+/,
  },
  {
    title: "a trace is of another transaction",
    tell: ({ send, stranger }) =>
      altering(send, "debug_traceTransaction", (top) => ({ ...(top as object), to: stranger.account.address })),
    by: "the transaction",
    says: /its trace of 0x\w+ is of another transaction/,
  },
  {
    title: "nobody called the contract through another",
    tell: ({ send }) => altering(send, "debug_traceTransaction", (top) => ({ ...(top as object), calls: [] })),
    besides: "a second endpoint",
    by: "the other endpoint",
    says: /^http:\/\/liar and http:\/\/honest disagree about the calls in transaction 0x\w+\./,
  },
  {
    title: "the whole chain is another, with every hash and signature",
    tell: async (scene) => {
      const forger = await Forger.open(scene);
      const log = forger.find("Settled", { sessionId: ID.first });
      await forger.alterInput(log, ([id, from, , ...rest]) => [id, from, scene.stranger.account.address, ...rest]);
      return forger.send;
    },
    besides: "a second endpoint",
    by: "the other endpoint",
    says: /^http:\/\/\w+ and http:\/\/\w+ disagree about the last block, \d+: it is 0x\w+, or 0x\w+\./,
  },
  {
    title: "one block is another, with the hash that it has then",
    tell: (scene) => oneBlock(scene, (block) => ({ ...block, extraData: "0x01" })),
    besides: "every block",
    by: "the next header",
    says: /block \d+ does not follow on the block \d+ that it shows/,
  },
  {
    title: "one block is another, with the hash that it has then, and somebody else is asked",
    tell: (scene) => oneBlock(scene, (block) => ({ ...block, extraData: "0x01" })),
    besides: "a second endpoint",
    by: "the other endpoint",
    says: /^http:\/\/honest and http:\/\/liar disagree about block \d+: it is 0x\w+, or 0x\w+\./,
  },
];

type Event = Forger["logs"][number];

const isMoney = (eventName: string) => eventName === "Deposited" || eventName === "Withdrawn";
const carol = (scene: Scene): Address => scene.carol.account.address;
const sameAs = (one: unknown, other: string) => String(one).toLowerCase() === other.toLowerCase();

/** Says something else wherever it is seen, and keeps every hash and root. */
async function saying(scene: Scene, forge: (forger: Forger) => void | Promise<void>): Promise<Send> {
  const forger = await Forger.open(scene, { isSealed: false });
  await forge(forger);
  return forger.send;
}

/** Shows no log of the transactions of such events. */
async function leavingOut({ send, ...scene }: Scene, isLeftOut: (event: Event) => boolean): Promise<Send> {
  const { logs } = await Forger.open({ send, ...scene });
  const hashes = new Set(logs.filter(isLeftOut).map(({ raw }) => raw.transactionHash));
  return altering(send, "eth_getLogs", (all) =>
    (all as RawLog[]).filter(({ transactionHash }) => !hashes.has(transactionHash)),
  );
}

export function altering(send: Send, asked: string, alter: (answer: unknown) => unknown): Send {
  return async (method, params) => {
    const answer = await send(method, params);
    return method === asked ? alter(answer) : answer;
  };
}

/** Of every block that is shown, headers included. */
function blocks({ send }: Scene, alter: (block: RawBlock) => RawBlock): Send {
  return altering(send, "eth_getBlockByNumber", (block) => alter(block as RawBlock));
}

function transactions(scene: Scene, alter: (transaction: RawTransaction) => object): Send {
  return blocks(scene, (block) => {
    const shown = block.transactions as (RawTransaction | Hex)[];
    return { ...block, transactions: shown.map((one) => (typeof one === "string" ? one : alter(one))) };
  });
}

function receipts({ send }: Scene, alter: (receipt: Record<string, unknown>) => object): Send {
  return altering(send, "eth_getTransactionReceipt", (receipt) => alter(receipt as Record<string, unknown>));
}

/** The block of the first session, and the logs in it. */
async function oneBlock(scene: Scene, alter: (block: RawBlock) => RawBlock): Promise<Send> {
  const { raw } = (await Forger.open(scene)).find("Settled", { sessionId: ID.first });
  const number = BigInt(raw.blockNumber);
  let hash: Hex = "0x";
  return async (method, params) => {
    const answer = await scene.send(method, params);
    if (method === "eth_getBlockByNumber" && BigInt((answer as { number: Hex }).number) === number) {
      const block = alter(answer as RawBlock);
      hash = keccak256(encodeHeader(block));
      return { ...block, hash };
    }
    if (method !== "eth_getLogs") return answer;
    hash = keccak256(
      encodeHeader(alter((await scene.send("eth_getBlockByNumber", [numberToHex(number), false])) as RawBlock)),
    );
    return (answer as RawLog[]).map((log) => (BigInt(log.blockNumber) === number ? { ...log, blockHash: hash } : log));
  };
}
