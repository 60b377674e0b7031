import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Abi, Client, Hex } from "viem";
import { encodeErrorResult, encodeFunctionData, parseAbi } from "viem";
import { decodeSettlementError as decodeByEthers } from "../../../abi/src/ethers/decodeSettlementError.ts";
import { luxxonSettlementAbi } from "../../../abi/src/generated/abi.ts";
import { decodeSettlementError } from "../../../abi/src/viem/decodeSettlementError.ts";
import { deposit } from "../../../abi/src/viem/deposit.ts";
import { settleFromPool } from "../../../abi/src/viem/settleFromPool.ts";
import { withdraw } from "../../../abi/src/viem/withdraw.ts";
import { USDC } from "../../support/session.ts";
import { onEachChain } from "../../support/situation.ts";

const clientOf = (wallet: Wallet): Client => wallet;
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it was not refused"),
    (error: unknown) => error,
  );

onEachChain("an error that viem throws", (given) => {
  it("names who has how much, and what to do, when a pool holds less", async () => {
    const { alice, settlement } = await given.funded();
    const error = await errorOf(withdraw(clientOf(alice), { settlement: settlement.address, amount: 101n * USDC }));
    expect(decodeSettlementError(error)).to.deep.equal({
      name: "InsufficientBalance",
      args: { consumer: alice.account.address, balance: 100n * USDC, requested: 101n * USDC },
      happened: "The pool holds less than was asked for.",
      remedy: "Ask for at most the balance, or withdraw all.",
    });
  });

  it("names the refusal of a session", async () => {
    const { relayer, settlement, session } = await given.funded();
    const entry = session({ chargeableSeconds: 59n, toAmount: 60_000n, feeAmount: 0n });
    const error = await errorOf(settleFromPool(clientOf(relayer), { settlement: settlement.address, entry }));
    expect(decodeSettlementError(error)).to.deep.equal({
      name: "SettlementRefused",
      args: { sessionId: entry.sessionId, reason: "MeterExceeded" },
      happened: "The charge is more than rate × seconds.",
      remedy: "Charge at most what the meter says.",
    });
  });

  it("names a missing role, from a simulation too", async () => {
    const { alice, settlement, publicClient } = await given.funded();
    const error = await errorOf(
      publicClient.simulateContract({
        address: settlement.address,
        abi: luxxonSettlementAbi,
        functionName: "unpause",
        account: alice.account,
      }),
    );
    expect(decodeSettlementError(error)).to.deep.include({
      name: "OwnableUnauthorizedAccount",
      args: { account: alice.account.address },
    });
  });

  it("carries USDC's own words", async () => {
    const { alice, settlement } = await given.fresh();
    const error = await errorOf(deposit(clientOf(alice), { settlement: settlement.address, amount: 10_001n * USDC }));
    expect(decodeSettlementError(error)).to.deep.equal({
      name: "UsdcRefused",
      args: { reason: "ERC20: transfer amount exceeds balance" },
      happened: "The payer holds less USDC than that.",
      remedy: "Deposit less, or get more USDC first.",
    });
  });
});

/** Every error of the ABI with some arguments, as the contract would revert with it. */
const EVERY_ERROR = luxxonSettlementAbi
  .filter((item) => item.type === "error")
  .map((error) => {
    const values = { address: `0x${"1".repeat(40)}`, bytes32: `0x${"1".repeat(64)}`, uint8: 1, uint256: 1n } as const;
    const args = error.inputs.map(({ type }) => values[type]);
    return { error, data: encodeErrorResult({ abi: [error], args } as never) };
  });

/** How smart wallets, bundlers and contracts hand on what a call reverted with. */
const WRAPPERS: [name: string, wrap: (data: Hex) => Hex][] = (
  [
    [
      "a bundler's FailedOpWithRevert",
      "error FailedOpWithRevert(uint256 opIndex, string reason, bytes inner)",
      [0n, "AA23 reverted"],
    ],
    ["a wallet's ExecutionFailed", "error ExecutionFailed(uint256 index, bytes inner)", [3n]],
    [
      "ERC-7751's WrappedError",
      "error WrappedError(address target, bytes4 selector, bytes reason, bytes details)",
      [`0x${"1".repeat(40)}`, "0xb6b55f25"],
    ],
  ] as const
).map(([name, signature, before]) => [
  name,
  (data) => {
    const abi = parseAbi([signature] as readonly string[]) as Abi;
    const after = name.includes("7751") ? ["0x"] : [];
    return encodeErrorResult({ abi, args: [...before, data, ...after] } as never);
  },
]);

describe("an error of any origin", () => {
  const zeroAmount = encodeErrorResult({ abi: luxxonSettlementAbi, errorName: "ZeroAmount" });

  for (const [origin, error] of [
    [
      "ethers' CALL_EXCEPTION",
      Object.assign(new Error("execution reverted"), { code: "CALL_EXCEPTION", data: zeroAmount }),
    ],
    [
      "ethers' wrapped error of a node",
      Object.assign(new Error("x"), { info: { error: { data: { data: zeroAmount } } } }),
    ],
    ["a node's error, bare", { code: 3, message: "execution reverted", data: zeroAmount }],
    ["an error in an error in an error", new Error("a", { cause: new Error("b", { cause: { data: zeroAmount } }) })],
    ["the data itself", zeroAmount],
    ["in capitals", { data: zeroAmount.toUpperCase() }],
    ["a node's error whose message has it", new Error(`VM Exception: revert, return data: ${zeroAmount}`)],
    ["ethers' error with the answer as it came", { info: { responseBody: `{"error":{"data":"${zeroAmount}"}}` } }],
    ["a list of errors", { errors: [new Error("no"), { revertData: zeroAmount }] }],
    ...WRAPPERS.map(([name, wrap]) => [name, { data: wrap(zeroAmount) }] as const),
    ["one wrapper in another", { data: WRAPPERS.reduce((data, [, wrap]) => wrap(data), zeroAmount) }],
  ] as const) {
    it(`is decoded: ${origin}`, () => expect(decodeSettlementError(error)).to.deep.include({ name: "ZeroAmount" }));
  }

  it("has words for every error of the ABI", () => {
    expect(EVERY_ERROR).to.have.length.above(10);
    for (const { error, data } of EVERY_ERROR) {
      const decoded = decodeSettlementError({ data });
      expect(decoded?.name).to.equal(error.name);
      expect(Object.keys(decoded?.args ?? {})).to.deep.equal(error.inputs.map(({ name }) => name));
      expect(decoded?.happened).to.match(/^[A-Z].*\.$/);
      expect(decoded?.remedy).to.match(/^[A-Z].*\.$/);
    }
  });

  it("is a panic of the compiler's checks", () => {
    const data = encodeErrorResult({ abi: parseAbi(["error Panic(uint256 code)"]), args: [17n] });
    expect(decodeSettlementError({ data })).to.deep.include({ name: "Panic", args: { code: 17n } });
  });

  it("is Unknown, with its data, if another contract's", () => {
    expect(decodeSettlementError({ data: "0xdeadbeef" })).to.deep.include({
      name: "Unknown",
      args: { data: "0xdeadbeef" },
    });
  });

  it("is Unknown if it names a refusal that the contract does not have", () => {
    const data = encodeErrorResult({
      abi: luxxonSettlementAbi,
      errorName: "SettlementRefused",
      args: [`0x${"1".repeat(64)}`, 99],
    });
    expect(decodeSettlementError({ data })).to.deep.include({ name: "Unknown", args: { data } });
  });

  for (const [what, error] of [
    ["no revert data", new Error("User rejected the request.")],
    ["empty revert data", { data: "0x" }],
    ["nothing at all", undefined],
  ] as const) {
    it(`is undefined with ${what}`, () => expect(decodeSettlementError(error)).to.equal(undefined));
  }

  it("is not made up from the calldata that an error repeats", () => {
    const calldata = encodeFunctionData({ abi: luxxonSettlementAbi, functionName: "deposit", args: [1n] });
    expect(decodeSettlementError(new Error(`The request failed. data: ${calldata}`))).to.equal(undefined);
  });

  it("is undefined, and not endless, if it causes itself", () => {
    const round: { cause?: unknown } = {};
    round.cause = round;
    expect(decodeSettlementError(round)).to.equal(undefined);
  });
});

describe("the same error, decoded by ethers and by viem", () => {
  const panic = encodeErrorResult({ abi: parseAbi(["error Panic(uint256 code)"]), args: [17n] });
  const text = encodeErrorResult({ abi: parseAbi(["error Error(string reason)"]), args: ["Pausable: paused"] });
  for (const [what, data] of [
    ...EVERY_ERROR.map(({ error, data }) => [error.name, data] as const),
    ["a panic", panic],
    ["USDC's words", text],
    ["another contract's", "0xdeadbeef"],
    ["one whose arguments are cut off", EVERY_ERROR.find(({ error }) => error.inputs.length > 1)?.data.slice(0, 40)],
    ["no revert data", "0x"],
  ] as const) {
    it(`is the same: ${what}`, () => {
      const error = { code: "CALL_EXCEPTION", data };
      expect(decodeByEthers(error)).to.deep.equal(decodeSettlementError(error));
    });
  }
});
