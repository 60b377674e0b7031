/** Receipts as whoever gets one checks them: with the block's hash from elsewhere, and with nothing else. */

import { branchOf } from "@luxxon/chain/rpc/trees";
import { expect } from "chai";
import fc from "fast-check";
import { type AbiEvent, fromRlp, getAddress, type Hex, keccak256, toEventSelector, toHex, toRlp } from "viem";
import { LuxxonInputError } from "../../abi/src/errors.ts";
import { luxxonSettlementAbi } from "../../abi/src/generated/abi.ts";
import { type LuxxonReceipt, verifyReceipt } from "../../abi/src/receipt/index.ts";
import type { Rlp } from "../../abi/src/receipt/trie.ts";
import { SETTLED_SELECTOR } from "../../abi/src/receipt/verifyReceipt.ts";
import { uuidFromSessionId } from "../../abi/src/sessionId.ts";
import { settledBlock } from "./support/receipts.ts";

/** The receipt with another value at a path. */
function altered(receipt: LuxxonReceipt, path: readonly (string | number)[], value: unknown): unknown {
  const copy = structuredClone(receipt) as unknown;
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as typeof at;
  at[path.at(-1) as string] = value;
  return copy;
}

/** Every value of the receipt that is no list or object, with its path. */
function leavesOf(value: unknown, path: readonly (string | number)[] = []): [readonly (string | number)[], unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, isList ? Number(key) : key]));
}

/** As `verifyReceipt` names a place: `proof[1]`, `settled.from`. */
const placeOf = (path: readonly (string | number)[]) =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : `${i === 0 ? "" : "."}${key}`)).join("");

/** Another value of the same shape: of text one digit is another, of a number the next. */
function changed(value: unknown, at = 0.7): unknown {
  if (typeof value === "number") return value + 1;
  const text = String(value);
  const index = Math.max(text.startsWith("0x") ? 2 : 0, Math.floor(text.length * at) - 1);
  const digit = text[index] ?? "0";
  const other = /[0-8]/.test(digit) ? String(Number(digit) + 1) : "1";
  return `${text.slice(0, index)}${text === "0" ? "1" : other}${text.slice(index + 1)}`;
}

describe("a receipt", function () {
  this.timeout(60_000);
  let scene: Awaited<ReturnType<typeof settledBlock>>;
  let receipt: LuxxonReceipt;
  let blockHash: Hex;

  before(async () => {
    scene = await settledBlock();
    ({ blockHash } = scene);
    const id = scene.sessions[1]?.sessionId as Hex;
    receipt = await scene.receiptOf(id, scene.first, uuidFromSessionId(id));
  });

  const verdictOn = (file: unknown) => verifyReceipt(file, { blockHash });
  const placeIn = (file: unknown) => {
    const verdict = verdictOn(file);
    return verdict.isProven ? undefined : verdict.place;
  };

  it("proves session, amounts, parties, contract, transaction, block and code to whoever has the block's hash", () => {
    const verdict = verdictOn(JSON.parse(JSON.stringify(receipt)));
    if (!verdict.isProven) throw new Error(`${verdict.place}: ${verdict.problem}`);
    const { proves: _, doesNotProve: __, ...facts } = verdict;
    expect(facts).to.deep.equal({
      isProven: true,
      session: scene.sessions[1],
      settlement: scene.settlement.address,
      block: { hash: blockHash, number: scene.blockNumber, timestamp: facts.block.timestamp },
      transactionHash: scene.first,
      chainId: 84_532,
      codeHash: facts.codeHash,
    });
  });

  it("names the code that was at the contract's address, and the second of the block", async () => {
    const verdict = verdictOn(receipt);
    if (!verdict.isProven) throw new Error(verdict.place);
    const code = await scene.publicClient.getCode({ address: scene.settlement.address });
    expect(verdict.codeHash).to.equal(keccak256(code as Hex));
    const { timestamp } = await scene.publicClient.getBlock({ blockHash });
    expect(verdict.block.timestamp).to.equal(timestamp);
  });

  it("says in sentences what it proves", () => {
    const verdict = verdictOn(receipt);
    const { alice, otherOperator, settlement } = scene;
    const text = verdict.isProven ? verdict.proves.join("\n") : "";
    expect(text).to.match(
      /^Session 00000000-0000-0000-0000-000000000101 was settled at 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, in block \d+ \(0x/,
    );
    const [from, to] = [alice, otherOperator].map(({ account }) => getAddress(account.address));
    expect(text).to.contain(
      `0.09 USDC left the pool of ${from}: 0.0765 USDC for ${to}, 0.0135 USDC as the platform's fee.\nThe meter was 1000 µUSDC a second × 90 s = 0.09 USDC.`,
    );
    expect(text).to.contain(
      `The contract ${settlement.address} said so, in transaction ${scene.first}, which succeeded and was signed for chain 84532.`,
    );
  });

  it("says what it does not prove: the chain's opinion, the contract's owner, its code, what payees received", () => {
    const verdict = verdictOn(receipt);
    expect(verdict.isProven && verdict.doesNotProve).to.deep.equal([
      "That the block is on the chain, for good: it rests on the hash that you gave.",
      `That ${scene.settlement.address} is Luxxon's contract: compare it with an address that you trust; any contract can say such a thing.`,
      "That the contract's code is Luxxon's: compare its hash with one that you trust.",
      "That the payees have the USDC in their wallets: what USDC refuses to transfer is credited to them in the contract.",
    ]);
  });

  it("is of the contract that the reader names, or fails", () => {
    const named = verifyReceipt(receipt, { blockHash, settlement: scene.settlement.address });
    expect(named.isProven && named.doesNotProve.join()).not.to.contain("is Luxxon's contract");
    const other = verifyReceipt(receipt, { blockHash, settlement: scene.usdc.address });
    expect(other).to.deep.include({ isProven: false, place: "settlementAddress" });
  });

  it("may leave the code out, and then says less", () => {
    const { codeHash: _, accountProof: __, ...less } = receipt;
    const verdict = verdictOn(less);
    expect(verdict.isProven && verdict.codeHash).to.equal(undefined);
    expect(verdict.isProven && verdict.doesNotProve.join()).to.contain("Which code the contract has");
    expect(placeIn({ ...less, codeHash: receipt.codeHash })).to.equal("accountProof");
  });

  it("is the same in capitals, and names fields that are none of its own", () => {
    const shouted = { ...receipt, header: `0x${receipt.header.slice(2).toUpperCase()}`, finality: "finalized" };
    const verdict = verdictOn(shouted);
    expect(verdict.isProven && verdict.doesNotProve.at(-1)).to.equal("Anything of finality: not part of a receipt.");
  });

  it("of an id that is no UUID's names its 32 bytes", async () => {
    const id = scene.sessions[2]?.sessionId as Hex;
    const verdict = verdictOn(await scene.receiptOf(id, scene.second));
    expect(verdict.isProven && verdict.proves[0]).to.contain(`Session ${id} was settled`);
  });

  it("fails at the very place at which it was altered, whichever value that is", () => {
    const leaves = leavesOf(receipt);
    expect(leaves.length).to.be.above(28);
    for (const [path, value] of leaves)
      for (const at of [0.1, 0.5, 1]) {
        const place = placeOf(path);
        expect(placeIn(altered(receipt, path, changed(value, at))), `${place} at ${at}`).to.equal(place);
      }
  });

  it("fails at the very place at which a value is missing, null, of another type, too long or cut", () => {
    for (const [path, value] of leavesOf(receipt)) {
      const place = placeOf(path);
      const isNode = typeof path.at(-1) === "number";
      // Which of a list's values is malformed is not told.
      const malformed = isNode ? path.slice(0, -1).join() : place;
      for (const other of [undefined, null, {}, [], true, "", `${value}z`])
        expect(placeIn(altered(receipt, path, other)), `${place}: ${String(other)}`).to.equal(malformed);
      if (typeof value !== "string" || !value.startsWith("0x")) continue;
      for (const other of [value.slice(0, -2), `${value}00`])
        expect(placeIn(altered(receipt, path, other)), `${place}: ${other.length}`).to.equal(place);
    }
  });

  it("fails if nodes are left out, doubled, swapped, or more than the way needs", () => {
    for (const name of ["proof", "transactionProof", "accountProof"] as const) {
      const nodes = receipt[name] ?? [];
      expect(nodes.length, name).to.be.above(1);
      const last = nodes.length - 1;
      expect(placeIn({ ...receipt, [name]: nodes.slice(0, -1) })).to.equal(`${name}[${last}]`);
      expect(placeIn({ ...receipt, [name]: [...nodes, nodes[0]] })).to.equal(`${name}[${nodes.length}]`);
      expect(placeIn({ ...receipt, [name]: [...nodes].reverse() })).to.equal(`${name}[0]`);
      expect(placeIn({ ...receipt, [name]: [] })).to.equal(`${name}[0]`);
    }
  });

  it("is no other session's of the same transaction, block or contract", async () => {
    const [other, second] = [scene.sessions[0], scene.sessions[3]].map((one) => one?.sessionId as Hex);
    expect(placeIn({ ...receipt, sessionId: uuidFromSessionId(other as Hex) })).to.equal("receiptLogIndex");
    const beside = await scene.receiptOf(second as Hex, scene.second);
    for (const name of ["receipt", "proof", "transaction", "transactionProof", "transactionIndex", "transactionHash"])
      expect(placeIn({ ...receipt, [name]: beside[name as keyof LuxxonReceipt] }), name).to.be.a("string");
    const { header, blockHash: _, ...rest } = beside;
    expect(placeIn({ ...receipt, ...rest, sessionId: receipt.sessionId })).to.equal("sessionId");
    expect(header).to.equal(receipt.header);
  });

  it("is worth nothing under the hash of another block", () => {
    const verdict = verifyReceipt(receipt, { blockHash: keccak256(blockHash) });
    expect(verdict).to.deep.include({ isProven: false, place: "blockHash" });
  });

  it("shows every byte of its file that was changed (property)", () => {
    const text = JSON.stringify(receipt);
    const bytes = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }));
    fc.assert(
      fc.property(bytes, ([at, code]) => {
        const forged = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
        let file: unknown;
        try {
          file = JSON.parse(forged);
        } catch {
          return;
        }
        // Capitals mean the same in hex.
        if (forged.toLowerCase() === text.toLowerCase()) return;
        expect(placeIn(file)).to.be.a("string");
      }),
      { numRuns: 1_000 },
    );
  });

  it("may be anything at all: it is answered, never thrown at", () => {
    const path = fc.constantFrom(...leavesOf(receipt).map(([one]) => one), ...Object.keys(receipt).map((key) => [key]));
    fc.assert(
      fc.property(fc.anything(), path, (anything, where) => {
        expect(verdictOn(anything).isProven).to.equal(false);
        expect(() => verdictOn(altered(receipt, where, anything))).not.to.throw();
      }),
      { numRuns: 500 },
    );
  });

  it("that makes up a whole block is answered too, whatever its bytes are, to a reader who believes its hash", () => {
    const bytes = fc.uint8Array({ maxLength: 64 }).map((all) => `0x${Buffer.from(all).toString("hex")}` as Hex);
    fc.assert(
      fc.property(bytes, (header) => {
        const hash = keccak256(header);
        const verdict = verifyReceipt({ ...receipt, header, blockHash: hash }, { blockHash: hash });
        expect(verdict).to.deep.include({ isProven: false, place: "header" });
      }),
    );
  });

  it("that makes up all that hangs on the header is answered too", () => {
    const { rlp } = fc.letrec<{ rlp: Rlp }>((tie) => ({
      rlp: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<Rlp>(SETTLED_SELECTOR, scene.settlement.address, receipt.receiptsRoot, "0x01", "0x"),
        fc.uint8Array({ maxLength: 130 }).map((all) => toHex(all)),
        fc.array(tie("rlp"), { maxLength: 5 }),
      ),
    }));
    const type = fc.constantFrom("", "01", "02", "03", "04", "7e", "05", "c0");
    const encoded = fc.tuple(type, rlp).map(([first, it]): Hex => `0x${first}${toRlp(it as Hex).slice(2)}`);
    const topics = fc.oneof(rlp, fc.tuple(fc.constant(SETTLED_SELECTOR), rlp, rlp, rlp));
    const log = fc.tuple(rlp, topics, rlp);
    const logs = fc.tuple(
      fc.constant("0x01"),
      rlp,
      rlp,
      fc.oneof(rlp, fc.array(fc.oneof(log, fc.tuple(rlp, topics), rlp), { maxLength: 3 })),
    );
    const made = fc.oneof(
      encoded,
      logs.map((it): Hex => `0x02${toRlp(it as never).slice(2)}`),
    );
    const real = fromRlp(receipt.header, "hex") as Hex[];
    fc.assert(
      fc.property(made, fc.option(encoded, { nil: receipt.transaction }), rlp, fc.nat(20), (one, other, field, at) => {
        const [receipts, transactions] = [branchOf([one], 0), branchOf([other], 0)];
        const header = toRlp(
          real.map((it, i) => (i === at ? field : i === 5 ? receipts.root : i === 4 ? transactions.root : it)) as Hex[],
        );
        const hash = keccak256(header);
        const proofs = { proof: receipts.nodes, transactionProof: transactions.nodes, transactionIndex: 0 };
        const roots = { receiptsRoot: receipts.root, transactionHash: keccak256(other), blockHash: hash, header };
        const forged = { ...receipt, ...proofs, ...roots, receipt: one, transaction: other, receiptLogIndex: 0 };
        expect(verifyReceipt(forged, { blockHash: hash }).isProven).to.equal(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is of the event that the ABI has", () => {
    const event = luxxonSettlementAbi.find((item) => item.type === "event" && item.name === "Settled");
    expect(toEventSelector(event as AbiEvent)).to.equal(SETTLED_SELECTOR);
  });

  it("cannot be checked with what is no block's hash or no address", () => {
    expect(() => verifyReceipt(receipt, { blockHash: "0x12" })).to.throw(LuxxonInputError, "not the hash of a block");
    expect(() => verifyReceipt(receipt, { blockHash, settlement: "0x12" })).to.throw(
      LuxxonInputError,
      "not an address",
    );
  });
});
