/**
 * Makes up a chain with as many settled sessions as wanted, and answers for it as a node does: batches of a hundred, each in a
 * block of its own. Every signature, hash and root is true, and what the last block's state root stands for can be proved.
 * Nobody executes anything: what comes of a call is what the model says. Of blocks that are not asked for no more is held than
 * how they are sealed.
 */
import type { RawBlock } from "@luxxon/chain/rpc/blocks";
import { encodeHeader } from "@luxxon/chain/rpc/blocks";
import { bloomBits } from "@luxxon/chain/rpc/bloom";
import { keccak256 } from "@luxxon/chain/rpc/keccak";
import { encodeReceipt, type RawReceipt } from "@luxxon/chain/rpc/receipts";
import { toRlp } from "@luxxon/chain/rpc/rlp";
import { encodeTransaction, type RawTransaction } from "@luxxon/chain/rpc/transactions";
import { branchOf } from "@luxxon/chain/rpc/trees";
import { ACCOUNT, type Place, slotIn, slotOf, usdcBalanceSlot, VARIABLES } from "@luxxon/chain/settlement/storage";
import { luxxonSettlementAbi, splitCharge } from "@luxxon/contracts-abi";
import {
  type Account,
  apply,
  type BatchEntry,
  type Call,
  construct,
  type Done,
  type Outcome,
  type State,
  WillingUsdc,
} from "@luxxon/contracts-abi/model";
import {
  type Address,
  encodeFunctionData,
  encodeFunctionResult,
  getContractAddress,
  type Hash,
  type Hex,
  numberToHex,
  pad,
  parseAbi,
  serializeTransaction,
  size,
  zeroHash,
} from "viem";
import { privateKeyToAccount, sign } from "viem/accounts";
import { StateTree } from "./stateTree.ts";
import { batchInput, eventLog, type Log, transferLog } from "./words.ts";

export const BATCH = 100;
const CONSUMERS = 1_000;
const OPERATORS = 100;
const FEE_BPS = 1_500;
const USDC_UNIT = 1_000_000n;
export const CHAIN_ID = 31_337;
/** Of a block, in seconds: a day has about a million sessions. */
const SECONDS = 8;
const START = 1_760_000_000;
const GAS = 10_000_000n;

const [OWNER_KEY, RELAYER_KEY, PAYER_KEY] = ["owner", "relayer", "payer"].map((name) =>
  keccak256(`0x${Buffer.from(name).toString("hex")}`),
) as [Hex, Hex, Hex];
const [OWNER, RELAYER, PAYER] = [OWNER_KEY, RELAYER_KEY, PAYER_KEY].map((key) => privateKeyToAccount(key).address) as [
  Address,
  Address,
  Address,
];
/** Nobody has to have its key: any twenty bytes will do. */
const addressFor = (kind: string, index: number): Address =>
  `0x${keccak256(`0x${Buffer.from(`${kind} ${index}`).toString("hex")}`).slice(-40)}`;

const USDC = addressFor("USDC", 0);
const PLATFORM = addressFor("platform", 0);
const consumers = Array.from({ length: CONSUMERS }, (_, i) => addressFor("consumer", i));
const operators = Array.from({ length: OPERATORS }, (_, i) => addressFor("operator", i));

/** What somebody sends, and what comes of it. */
interface Sent {
  readonly key: Hex;
  readonly from: Address;
  readonly nonce: number;
  readonly to: Address | undefined;
  readonly input: Hex;
  readonly logs: readonly Log[];
}

type Signature = Readonly<Record<"r" | "s" | "yParity", Hex>>;

/** How a block is sealed: what could not be made again as fast as it is asked for. */
interface Seal {
  readonly header: RawBlock;
  readonly hash: Hash;
  readonly signatures: readonly Signature[];
}

/** Of the last block. */
interface Trees {
  readonly accounts: StateTree;
  /** The contract's, and its token's. */
  readonly storage: StateTree;
  readonly token: StateTree;
}

interface Whole {
  readonly block: RawBlock;
  readonly receipts: readonly (RawReceipt & { readonly transactionHash: Hash })[];
}

export class MadeChain {
  readonly address = getContractAddress({ from: OWNER, nonce: 0n });
  readonly #code: Hex;
  readonly #seals: Seal[] = [];
  #state: State | undefined;
  #held = 0n;
  #settled = 0;
  #trees: Trees | undefined;
  /** Those that were asked for last. */
  readonly #recent = new Map<number, Whole>();

  /** @param codeFor The contract's code, where it holds this token. */
  constructor(codeFor: (usdc: Address) => Hex) {
    this.#code = codeFor(USDC);
  }

  /** Goes on until there are that many sessions in all. The last block can be proved. */
  async growTo(sessions: number, show: (settled: number) => void): Promise<void> {
    while (this.#settled < sessions || this.#state === undefined) {
      const number = this.#seals.length;
      const sent = this.#sentIn(number, true);
      if (number >= FIRST_BATCH) this.#settled += BATCH;
      const isLast = this.#settled >= sessions && number >= FIRST_BATCH;
      if (isLast) this.#trees = this.#treesNow();
      this.#seals.push(await this.#seal(number, sent, isLast ? this.#trees?.accounts.root : undefined));
      show(this.#settled);
    }
  }

  /** Answers as a node does. @throws what a node says to what it does not know. */
  readonly send = async (method: string, params: readonly unknown[]): Promise<unknown> => {
    const [first, second] = params;
    switch (method) {
      case "eth_chainId":
        return numberToHex(CHAIN_ID);
      case "eth_getBlockByNumber": {
        const number = String(first).startsWith("0x") ? Number(first) : this.#seals.length - 1;
        if (this.#seals[number] === undefined) return null;
        const { header, hash } = this.#seals[number];
        return second === true ? this.#whole(number).block : { ...header, hash, transactions: [] };
      }
      case "eth_getBlockReceipts":
        return this.#whole(Number(first)).receipts;
      case "eth_getLogs":
        return this.#logs(first as Filter);
      case "eth_getCode":
        return this.#code;
      case "eth_call":
        return this.#call(first as { to: Address; data: Hex });
      case "eth_getProof":
        return this.#proof(first as Address, second as Hex[]);
      default:
        throw Object.assign(new Error(`the method ${method} does not exist`), { code: -32601 });
    }
  };

  /** @param isNew The block comes now, and changes the state; else it is made again. */
  #sentIn(number: number, isNew: boolean): Sent[] {
    const timestamp = BigInt(timestampOf(number));
    const contract = this.address;
    const keep = (outcome: Outcome<WillingUsdc>): Done<WillingUsdc> => {
      if ("error" in outcome) throw new Error(outcome.error.errorName);
      this.#state = outcome.state;
      this.#held = outcome.tokens.held;
      return outcome;
    };
    const logsOf = ({ events, transfers }: Pick<Done<WillingUsdc>, "events" | "transfers">) => [
      ...events.map((event) => eventLog(contract, event)),
      ...transfers.map(transferLog),
    ];
    const play = (sender: Address, call: Call) =>
      keep(apply(this.#state as State, call, { sender, timestamp }, new WillingUsdc(USDC, this.#held)));
    if (number === 0) {
      const settings = {
        usdc: USDC,
        owner: OWNER,
        relayer: RELAYER,
        guardian: OWNER,
        platformWallet: PLATFORM,
        // Limits that hold for everybody and stop nobody.
        defaultDailyLimit: 1_000n * USDC_UNIT,
        poolDailyLimit: 1_000_000n * USDC_UNIT,
      };
      const outcome = construct(contract, settings, { sender: OWNER, timestamp }, new WillingUsdc(USDC));
      const { events, transfers } = isNew ? keep(outcome) : (outcome as Done<WillingUsdc>);
      return [
        { key: OWNER_KEY, from: OWNER, nonce: 0, to: undefined, input: "0x", logs: logsOf({ events, transfers }) },
      ];
    }
    if (number < FIRST_BATCH) {
      const from = (number - 1) * BATCH;
      return consumers.slice(from, from + BATCH).map((consumer, i): Sent => {
        const amount = 100_000n * USDC_UNIT;
        if (isNew) play(PAYER, { functionName: "depositFor", args: [consumer, amount] });
        const input = encodeFunctionData({
          abi: luxxonSettlementAbi,
          functionName: "depositFor",
          args: [consumer, amount],
        });
        const logs = logsOf({
          events: [{ eventName: "Deposited", args: { consumer, payer: PAYER, amount } }],
          transfers: [{ token: USDC, from: PAYER, to: contract, amount }],
        });
        return { key: PAYER_KEY, from: PAYER, nonce: from + i, to: contract, input, logs };
      });
    }
    const entries = entriesOf(number - FIRST_BATCH);
    if (isNew) {
      const { events } = play(RELAYER, { functionName: "settleBatch", args: [entries] });
      if (events.some(({ eventName }) => eventName !== "Settled")) throw new Error("an entry was skipped");
    }
    const fees = entries.reduce((sum, { feeAmount }) => sum + feeAmount, 0n);
    const logs = logsOf({
      events: entries.map((args) => ({ eventName: "Settled", args })),
      // The payee changes with every entry, so each is paid by a transfer of its own: the most logs that a batch can have.
      transfers: [
        ...entries.map(({ to, toAmount: amount }) => ({ token: USDC, from: contract, to, amount })),
        { token: USDC, from: contract, to: PLATFORM, amount: fees },
      ],
    });
    const nonce = number - FIRST_BATCH;
    return [{ key: RELAYER_KEY, from: RELAYER, nonce, to: contract, input: batchInput(entries), logs }];
  }

  async #seal(number: number, sent: readonly Sent[], stateRoot: Hash = zeroHash): Promise<Seal> {
    const signatures: Signature[] = [];
    for (const one of sent) {
      const { key, nonce, to, input: data } = one;
      const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
      const unsigned = serializeTransaction({ type: "eip1559", chainId: CHAIN_ID, nonce, to, data, gas: GAS, ...fees });
      const { r, s, yParity } = await sign({ hash: keccak256(unsigned), privateKey: key });
      signatures.push({ r, s, yParity: numberToHex(yParity ?? 0) });
    }
    const transactions = sent.map((one, i) => transactionOf(one, signatures[i] as Signature));
    const receipts = receiptsOf(sent);
    const header = {
      parentHash: this.#seals[number - 1]?.hash ?? zeroHash,
      sha3Uncles: keccak256("0xc0"),
      miner: pad("0x", { size: 20 }),
      stateRoot,
      transactionsRoot: branchOf(
        transactions.map((one) => encodeTransaction(one) as Hex),
        0,
      ).root,
      receiptsRoot: branchOf(receipts.map(encodeReceipt), 0).root,
      logsBloom: bloomOf(sent.flatMap(({ logs }) => logs)),
      difficulty: "0x0",
      number: numberToHex(number),
      gasLimit: numberToHex(GAS * BigInt(BATCH)),
      gasUsed: receipts.at(-1)?.cumulativeGasUsed ?? "0x0",
      timestamp: numberToHex(timestampOf(number)),
      extraData: "0x",
      mixHash: zeroHash,
      nonce: "0x0000000000000000",
      baseFeePerGas: "0x1",
    };
    return { header, hash: keccak256(encodeHeader(header)), signatures };
  }

  #whole(number: number): Whole {
    const known = this.#recent.get(number);
    if (known !== undefined) return known;
    const { header, hash, signatures } = this.#seals[number] as Seal;
    const sent = this.#sentIn(number, false);
    const transactions = sent.map((one, i) => {
      const transaction = transactionOf(one, signatures[i] as Signature);
      return { ...transaction, hash: keccak256(encodeTransaction(transaction) as Hex) };
    });
    const receipts = receiptsOf(sent).map((receipt, i) => ({
      ...receipt,
      transactionHash: (transactions[i] as RawTransaction).hash,
    }));
    const whole = { block: { ...header, hash, transactions }, receipts };
    if (this.#recent.size >= RECENT) this.#recent.delete(this.#recent.keys().next().value as number);
    this.#recent.set(number, whole);
    return whole;
  }

  #logs({ fromBlock, toBlock, address, topics = [] }: Filter): object[] {
    const found: object[] = [];
    const to = Math.min(Number(toBlock), this.#seals.length - 1);
    for (let number = Number(fromBlock); number <= to; number++) {
      const { block, receipts } = this.#whole(number);
      let logIndex = 0;
      for (const { logs, transactionHash } of receipts) {
        for (const log of logs) {
          const index = logIndex++;
          const isWanted =
            log.address.toLowerCase() === address.toLowerCase() &&
            topics.every((topic, i) => topic === null || topic.toLowerCase() === log.topics[i]);
          if (!isWanted) continue;
          const where = { blockNumber: numberToHex(number), blockHash: block.hash, transactionHash };
          found.push({ ...log, ...where, logIndex: numberToHex(index) });
        }
      }
      // What an answer may have is limited, as everywhere.
      if (found.length > MOST_LOGS) throw Object.assign(new Error("query returned too many results"), { code: -32005 });
    }
    return found;
  }

  #call({ to, data }: { to: Address; data: Hex }): Hex {
    if (to.toLowerCase() === USDC) {
      const abi = parseAbi(["function balanceOf(address account) view returns (uint256)"]);
      return encodeFunctionResult({ abi, functionName: "balanceOf", result: this.#held });
    }
    const is = (functionName: "version" | "usdc") =>
      data === encodeFunctionData({ abi: luxxonSettlementAbi, functionName });
    if (is("version"))
      return encodeFunctionResult({ abi: luxxonSettlementAbi, functionName: "version", result: "4.0.0" });
    if (is("usdc")) return encodeFunctionResult({ abi: luxxonSettlementAbi, functionName: "usdc", result: USDC });
    throw Object.assign(new Error("execution reverted"), { code: 3 });
  }

  #proof(address: Address, slots: readonly Hex[]): object {
    const { accounts, storage, token } = this.#trees as Trees;
    const tree = address.toLowerCase() === USDC ? token : storage;
    return {
      accountProof: accounts.proofOf(address),
      storageProof: slots.map((slot) => ({ proof: tree.proofOf(slot) })),
    };
  }

  /** The contract's storage, as the compiler lays it out, and what it holds of the token. */
  #treesNow(): Trees {
    const state = this.#state as State;
    const { owner, pendingOwner, relayer, platformWallet, guardian, defaultDailyLimit, totalCredits, pool } = state;
    const slots = new Map<Hex, bigint>();
    const put = (slot: Hex, [, byte]: Place, value: bigint) =>
      slots.set(slot, (slots.get(slot) ?? 0n) | (value << BigInt(byte * 8)));
    const variables = { _owner: owner, _pendingOwner: pendingOwner, relayer, platformWallet, guardian };
    for (const [name, value] of Object.entries({ ...variables, defaultDailyLimit, totalCredits })) {
      put(slotOf(name as keyof typeof VARIABLES), VARIABLES[name as keyof typeof VARIABLES], BigInt(value));
    }
    const putAccount = (slot: Hex, account: Account) => {
      for (const [name, place] of Object.entries(ACCOUNT)) put(slot, place, account[name as keyof Account]);
    };
    putAccount(slotOf("_pool"), pool);
    for (const [consumer, account] of state.accounts.entries()) {
      putAccount(slotIn("_accounts", consumer as Hex), account);
    }
    for (const [word, bits] of state.settledBits.entries()) {
      slots.set(slotIn("_settledBits", `0x00${word.slice(2)}`), bits);
    }
    const leafOf = (number: bigint) => toRlp(bytesOf(number));
    const storage = new StateTree(
      [...slots].filter(([, word]) => word !== 0n).map(([slot, word]) => [slot, leafOf(word)]),
    );
    const token = new StateTree([[usdcBalanceSlot(this.address), leafOf(this.#held)]]);
    const accountOf = (tree: StateTree, code: Hex) => toRlp(["0x01", "0x", tree.root, keccak256(code)]);
    const accounts = new StateTree([
      [this.address, accountOf(storage, this.#code)],
      [USDC, accountOf(token, "0x00")],
    ]);
    return { accounts, storage, token };
  }
}

interface Filter {
  readonly fromBlock: Hex;
  readonly toBlock: Hex;
  readonly address: Address;
  readonly topics?: readonly (Hex | null)[];
}

/** The contract is created in the first block, and all consumers deposit in those that follow. */
const FIRST_BATCH = 1 + CONSUMERS / BATCH;
/** Blocks that are held as a whole: a few windows of logs. */
const RECENT = 400;
const MOST_LOGS = 20_000;

function timestampOf(number: number): number {
  return START + number * SECONDS;
}

function entriesOf(batch: number): BatchEntry[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const index = batch * BATCH + i;
    const [ratePerSecond, chargeableSeconds] = [50n, 60n + BigInt(index % 7)];
    return {
      // In runs, as the platform issues them.
      sessionId: numberToHex(BigInt(index) + (1n << 64n), { size: 32 }),
      from: consumers[index % CONSUMERS] as Address,
      to: operators[index % OPERATORS] as Address,
      ratePerSecond,
      chargeableSeconds,
      ...splitCharge(ratePerSecond * chargeableSeconds, FEE_BPS),
    };
  });
}

function transactionOf({ from, nonce, to, input }: Sent, { r, s, yParity }: Signature): RawTransaction {
  return {
    hash: zeroHash,
    type: "0x2",
    chainId: numberToHex(CHAIN_ID),
    nonce: numberToHex(nonce),
    gas: numberToHex(GAS),
    maxFeePerGas: "0x1",
    maxPriorityFeePerGas: "0x1",
    value: "0x0",
    accessList: [],
    from,
    ...(to === undefined ? {} : { to }),
    input,
    r,
    s,
    v: yParity,
    yParity,
  };
}

function receiptsOf(sent: readonly Sent[]): RawReceipt[] {
  let gas = 0;
  return sent.map(({ logs, input }) => {
    gas += 60_000 + 8_000 * logs.length + (size(input) % 1_000);
    return { type: "0x2", status: "0x1", cumulativeGasUsed: numberToHex(gas), logsBloom: bloomOf(logs), logs };
  });
}

/** Addresses come again and again, session ids do not. */
const bits = new Map<Hex, readonly number[]>();

function bloomOf(logs: readonly Log[]): Hex {
  const bloom = Buffer.alloc(256);
  const set = (value: Hex, isLasting: boolean) => {
    const known = bits.get(value) ?? bloomBits(value);
    if (isLasting) bits.set(value, known);
    for (const bit of known) bloom.writeUInt8(bloom.readUInt8(255 - (bit >> 3)) | (1 << (bit & 7)), 255 - (bit >> 3));
  };
  for (const { address, topics } of logs) {
    set(address, true);
    for (const [i, topic] of topics.entries()) set(topic, i !== 1 || topics.length < 4);
  }
  return `0x${bloom.toString("hex")}`;
}

/** A number without leading zeros. */
function bytesOf(number: bigint): Hex {
  const digits = number.toString(16);
  return number === 0n ? "0x" : `0x${digits.length % 2 === 0 ? "" : "0"}${digits}`;
}
