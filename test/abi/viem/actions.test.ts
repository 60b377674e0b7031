import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import type { Address, Client, Hash, Hex } from "viem";
import { encodeFunctionData, getAddress, keccak256, maxUint256, zeroAddress } from "viem";
import { createContractEventFilter } from "viem/actions";
import {
  BatchRevertedError,
  BatchUnclearError,
  InvalidBatchSizeError,
  NoAccountError,
  UnknownChainError,
} from "../../../abi/src/errors.ts";
import { approve } from "../../../abi/src/viem/approve.ts";
import { checkSettlement } from "../../../abi/src/viem/checkSettlement.ts";
import { claim } from "../../../abi/src/viem/claim.ts";
import { decodeSettlementError } from "../../../abi/src/viem/decodeSettlementError.ts";
import { deposit, depositCall } from "../../../abi/src/viem/deposit.ts";
import { depositFor } from "../../../abi/src/viem/depositFor.ts";
import { depositWithAuthorization } from "../../../abi/src/viem/depositWithAuthorization.ts";
import { depositWithPermit } from "../../../abi/src/viem/depositWithPermit.ts";
import { getAccount } from "../../../abi/src/viem/getAccount.ts";
import { getAllowance } from "../../../abi/src/viem/getAllowance.ts";
import { getAvailable } from "../../../abi/src/viem/getAvailable.ts";
import { getCredits } from "../../../abi/src/viem/getCredits.ts";
import { getDeposits, getDepositsCall } from "../../../abi/src/viem/getDeposits.ts";
import { getSettings } from "../../../abi/src/viem/getSettings.ts";
import { getTotals } from "../../../abi/src/viem/getTotals.ts";
import { getWithdrawable } from "../../../abi/src/viem/getWithdrawable.ts";
import { hold } from "../../../abi/src/viem/hold.ts";
import { isDeployed } from "../../../abi/src/viem/isDeployed.ts";
import { isSettled } from "../../../abi/src/viem/isSettled.ts";
import { parseSettlementLogs, type SettlementEventArgs } from "../../../abi/src/viem/parseSettlementLogs.ts";
import { setDailyLimit } from "../../../abi/src/viem/setDailyLimit.ts";
import { settleBatch, settleBatchCall } from "../../../abi/src/viem/settleBatch.ts";
import { settleFromPool } from "../../../abi/src/viem/settleFromPool.ts";
import { signDepositAuthorization } from "../../../abi/src/viem/signDepositAuthorization.ts";
import { signPermit } from "../../../abi/src/viem/signPermit.ts";
import { watchSettlement } from "../../../abi/src/viem/watchSettlement.ts";
import { withdraw } from "../../../abi/src/viem/withdraw.ts";
import { withdrawAll } from "../../../abi/src/viem/withdrawAll.ts";
import { sessionId, USDC } from "../../support/session.ts";
import { onEachChain, type Situation } from "../../support/situation.ts";

/** A wallet as a client of the package: the package asks for no more than viem's own client. */
const clientOf = (wallet: Wallet): Client => wallet;

/** What the consumer Alice sees, on a chain on which nothing is deployed that the package knows. */
async function asAlice(start: Promise<Situation>) {
  const situation = await start;
  const settlement = situation.settlement.address;
  return {
    ...situation,
    address: settlement,
    client: clientOf(situation.alice),
    consumer: situation.alice.account.address,
  };
}

onEachChain("a client that reads", (given) => {
  it("knows a pool, its account, and what is available", async () => {
    const { client, address, consumer } = await asAlice(given.funded());
    const parameters = { settlement: address, consumer };
    expect(await getDeposits(client, parameters)).to.equal(100n * USDC);
    expect(await getAvailable(client, parameters)).to.equal(100n * USDC);
    expect(await getAccount(client, parameters)).to.deep.include({ balance: 100n * USDC, dailyLimit: 0n, drawn: 0n });
  });

  it("sees the past, by block", async () => {
    const { client, address, consumer, publicClient } = await asAlice(given.funded());
    const blockNumber = await publicClient.getBlockNumber({ cacheTime: 0 });
    await withdraw(client, { settlement: address, amount: USDC });
    const parameters = { settlement: address, consumer };
    expect(await getDeposits(client, parameters)).to.equal(99n * USDC);
    expect(await getDeposits(client, { ...parameters, blockNumber })).to.equal(100n * USDC);
  });

  it("knows whether a session is settled, and what would happen to it", async () => {
    const { client, address, session, settle } = await asAlice(given.funded());
    const entry = session();
    expect(await checkSettlement(client, { settlement: address, entry })).to.equal("None");
    expect(await isSettled(client, { settlement: address, sessionId: entry.sessionId })).to.equal(false);
    await settle(entry);
    expect(await checkSettlement(client, { settlement: address, entry })).to.equal("AlreadySettled");
    expect(await isSettled(client, { settlement: address, sessionId: entry.sessionId })).to.equal(true);
  });

  it("knows what is owed to a payee", async () => {
    const { client, address, session, settle, denylist, operator } = await asAlice(given.funded());
    await denylist(operator);
    await settle(session());
    expect(await getCredits(client, { settlement: address, payee: operator.account.address })).to.equal(51_000n);
  });

  it("knows who may do what, and what the contract holds", async () => {
    const { client, address, usdc, relayer, settlement } = await asAlice(given.funded());
    const settings = await getSettings(client, { settlement: address });
    expect(settings).to.deep.equal({
      usdc: getAddress(usdc.address),
      owner: await settlement.read.owner(),
      pendingOwner: zeroAddress,
      relayer: getAddress(relayer.account.address),
      guardian: await settlement.read.guardian(),
      platformWallet: await settlement.read.platformWallet(),
      defaultDailyLimit: 0n,
      paused: false,
      version: "4.0.0",
    });
    await usdc.write.transfer([address, 3n], { account: client.account });
    expect(await getTotals(client, { settlement: address })).to.deep.equal({
      totalDeposits: 200n * USDC,
      totalCredits: 0n,
      surplus: 3n,
    });
  });

  it("knows whether the code at an address is the recorded one", async () => {
    const { client, address, usdc, publicClient, consumer } = await asAlice(given.fresh());
    const code = (await publicClient.getCode({ address })) ?? expect.fail("there is no code");
    const deployed = (at: Address) => isDeployed(client, { deployment: { address: at, codeHash: keccak256(code) } });
    expect(await deployed(address)).to.equal(true);
    expect(await deployed(usdc.address)).to.equal(false);
    expect(await deployed(consumer)).to.equal(false);
  });

  it("cannot ask that of a chain on which nothing is recorded", async () => {
    const { client } = await asAlice(given.fresh());
    const refused = await isDeployed(client).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(UnknownChainError);
  });

  it("is told which chain has no contract that the package knows", async () => {
    const { client, consumer } = await asAlice(given.funded());
    expect(() => getDeposits(client, { consumer })).to.throw(
      UnknownChainError,
      /^This package knows no LuxxonSettlement on chain \d+: pass its address\.$/,
    );
  });
});

onEachChain("a client that promises to stay", (given) => {
  /** Alice has a limit of 10 USDC a day, and holds her pool for an hour. */
  async function asHeldAlice() {
    const situation = await asAlice(given.funded());
    const { client, address: settlement, networkHelpers } = situation;
    await setDailyLimit(client, { settlement, limit: 10n * USDC });
    const until = BigInt(await networkHelpers.time.latest()) + 3_600n;
    return { ...situation, until, hash: await hold(client, { settlement, until }) };
  }

  it("is heard by everybody", async () => {
    const { eventsOf, hash, consumer, until } = await asHeldAlice();
    expect(await eventsOf(hash)).to.deep.equal([{ eventName: "Held", args: { consumer, until } }]);
  });

  it("sees it in its account, and that nothing can be withdrawn", async () => {
    const { client, address: settlement, consumer, until } = await asHeldAlice();
    expect((await getAccount(client, { settlement, consumer })).heldUntil).to.equal(Number(until));
    expect(await getWithdrawable(client, { settlement, consumer })).to.equal(0n);
  });

  it("is told so when it tries, and until when", async () => {
    const { client, address: settlement, until } = await asHeldAlice();
    const error = decodeSettlementError(await withdrawAll(client, { settlement }).catch((thrown) => thrown));
    expect(error).to.deep.include({ name: "HeldUntil", args: { until } });
  });

  it("needs a limit of its own", async () => {
    const { client, address: settlement, consumer, networkHelpers } = await asAlice(given.funded());
    const until = BigInt(await networkHelpers.time.latest()) + 60n;
    const error = await hold(client, { settlement, until }).catch((thrown) => thrown);
    expect(decodeSettlementError(error)).to.deep.include({ name: "HoldNeedsLimit", args: { consumer } });
  });
});

onEachChain("a client that deposits and withdraws", (given) => {
  it("tops up by what it has approved", async () => {
    const { client, address, eventsOf, consumer } = await asAlice(given.fresh());
    const hash = await deposit(client, { settlement: address, amount: 5n * USDC });
    expect(await eventsOf(hash)).to.deep.equal([
      { eventName: "Deposited", args: { consumer, payer: consumer, amount: 5n * USDC } },
    ]);
  });

  it("tops up with one signature and nothing approved", async () => {
    const { client, address, usdc, alice, eventsOf, consumer } = await asAlice(given.fresh());
    await usdc.write.approve([address, 0n], { account: alice.account });
    const hash = await depositWithPermit(client, { settlement: address, amount: 5n * USDC });
    expect(await eventsOf(hash)).to.deep.equal([
      { eventName: "Deposited", args: { consumer, payer: consumer, amount: 5n * USDC } },
    ]);
  });

  it("tops up by an authorisation that somebody else sends", async () => {
    const { client, address, stranger, eventsOf, consumer } = await asAlice(given.fresh());
    const authorization = await signDepositAuthorization(client, { settlement: address, amount: 5n * USDC });
    const hash = await depositWithAuthorization(clientOf(stranger), { settlement: address, authorization });
    const [event] = await eventsOf(hash);
    expect(event).to.deep.include({ eventName: "Deposited" });
    expect(event?.args).to.include({ consumer, amount: 5n * USDC });
  });

  it("approves what it wants to, or any amount, and knows what is approved", async () => {
    const { client, address, consumer } = await asAlice(given.fresh());
    const allowance = () => getAllowance(client, { settlement: address, consumer });
    await approve(client, { settlement: address, amount: USDC });
    expect(await allowance()).to.equal(USDC);
    await approve(client, { settlement: address });
    expect(await allowance()).to.equal(maxUint256);
  });

  it("tops up somebody else's pool", async () => {
    const { client, address, stranger, eventsOf, consumer } = await asAlice(given.fresh());
    const other = stranger.account.address;
    const hash = await depositFor(client, { settlement: address, consumer: other, amount: USDC });
    expect(await eventsOf(hash)).to.deep.equal([
      { eventName: "Deposited", args: { consumer: other, payer: consumer, amount: USDC } },
    ]);
  });

  it("signs by the chain's clock, however far this machine's is off", async () => {
    const { client, address, networkHelpers, settlement, consumer } = await asAlice(given.fresh());
    await networkHelpers.time.increase(400 * 86_400);
    await depositWithPermit(client, { settlement: address, amount: USDC });
    const authorization = await signDepositAuthorization(client, { settlement: address, amount: USDC });
    await depositWithAuthorization(client, { settlement: address, authorization });
    expect(await settlement.read.deposits([consumer])).to.equal(2n * USDC);
  });

  it("never signs one authorisation twice", async () => {
    const { client, address } = await asAlice(given.fresh());
    const sign = () => signDepositAuthorization(client, { settlement: address, amount: 1n });
    const [one, other] = [await sign(), await sign()];
    expect(one.nonce).to.match(/^0x[0-9a-f]{64}$/);
    expect(one.nonce).not.to.equal(other.nonce);
  });

  it("signs for the domain that the token itself names", async () => {
    const { client, address, usdc, consumer, publicClient } = await asAlice(given.fresh());
    const deadline = 4_000_000_000n;
    const { signature } = await signPermit(client, { settlement: address, amount: 7n, deadline });
    // USDC itself is the judge, whoever brings it.
    await usdc.write.permit([consumer, address, 7n, deadline, signature]);
    expect(await usdc.read.allowance([consumer, address])).to.equal(7n);
    expect(await publicClient.getCode({ address: usdc.address })).to.have.length.above(2);
  });

  it("takes out what it wants", async () => {
    const { client, address, eventsOf, consumer } = await asAlice(given.funded());
    const hash = await withdraw(client, { settlement: address, amount: 40n * USDC });
    expect(await eventsOf(hash)).to.deep.equal([{ eventName: "Withdrawn", args: { consumer, amount: 40n * USDC } }]);
  });

  it("takes out all of it", async () => {
    const { client, address, eventsOf, consumer } = await asAlice(given.funded());
    const hash = await withdrawAll(client, { settlement: address });
    expect(await eventsOf(hash)).to.deep.equal([{ eventName: "Withdrawn", args: { consumer, amount: 100n * USDC } }]);
  });

  it("may append a builder code", async () => {
    const { client, address, publicClient } = await asAlice(given.funded());
    const dataSuffix = "0xb0b5" as const;
    const hash = await withdraw(client, { settlement: address, amount: 1n, dataSuffix });
    const { abi, functionName, args } = {
      abi: depositCall(client, { settlement: address, amount: 1n }).abi,
      functionName: "withdraw",
      args: [1n],
    } as const;
    expect((await publicClient.getTransaction({ hash })).input).to.equal(
      `${encodeFunctionData({ abi, functionName, args })}b0b5`,
    );
  });

  it("may send as another account than its own", async () => {
    const { address, publicClient, alice, bob } = await asAlice(given.funded());
    const hash = await withdraw(clientOf(alice), { settlement: address, amount: 1n, account: bob.account });
    expect(getAddress((await publicClient.getTransaction({ hash })).from)).to.equal(bob.account.address);
  });

  it("cannot sign without an account", async () => {
    const { address, publicClient } = await asAlice(given.fresh());
    const refused = await signPermit(publicClient, { settlement: address, amount: 1n }).catch((error) => error);
    expect(refused).to.be.instanceOf(NoAccountError);
  });
});

onEachChain("a call for multicall and EIP-5792", (given) => {
  it("names the contract for both", async () => {
    const { client, address, consumer } = await asAlice(given.fresh());
    const { abi: _, ...call } = getDepositsCall(client, { settlement: address, consumer });
    expect(call).to.deep.equal({ address, to: address, functionName: "deposits", args: [consumer] });
  });

  it("is what a client may send itself", async () => {
    const { client, alice, address, settlement, consumer } = await asAlice(given.fresh());
    const { to, abi, functionName, args } = depositCall(client, { settlement: address, amount: 3n });
    await alice.sendTransaction({ to, data: encodeFunctionData({ abi, functionName, args } as never) });
    expect(await settlement.read.deposits([consumer])).to.equal(3n);
  });
});

onEachChain("a relayer", (given) => {
  const asRelayer = async () => {
    const situation = await given.funded();
    return { ...situation, address: situation.settlement.address, client: clientOf(situation.relayer) };
  };

  it("settles one session", async () => {
    const { client, address, session, settlement } = await asRelayer();
    await settleFromPool(client, { settlement: address, entry: session() });
    expect(await settlement.read.settled([session().sessionId])).to.equal(true);
  });

  it("learns what of a batch was settled, what was skipped, and why", async () => {
    const { client, address, session, settle, otherOperator, stranger } = await asRelayer();
    await settle(session({ sessionId: sessionId(0) }));
    const entries = [
      session({ sessionId: sessionId(0) }),
      session({ sessionId: sessionId(1), to: otherOperator.account.address }),
      session({ sessionId: sessionId(2), from: stranger.account.address }),
      session({ sessionId: sessionId(3), to: zeroAddress }),
      session({ sessionId: sessionId(4) }),
    ];
    const { settled, skipped, credited, receipt, hash } = await settleBatch(client, { settlement: address, entries });
    const ids = (list: { sessionId: Hex }[]) => list.map((entry) => entry.sessionId).sort();
    expect(ids(settled)).to.deep.equal([sessionId(1), sessionId(4)]);
    expect(skipped.map(({ entry, reason }) => [entry.sessionId, reason]).sort()).to.deep.equal([
      [sessionId(0), "AlreadySettled"],
      [sessionId(2), "InsufficientPool"],
      [sessionId(3), "InvalidPayee"],
    ]);
    expect(credited).to.deep.equal([]);
    expect(receipt.transactionHash).to.equal(hash);
  });

  it("learns of an id that is twice in a batch", async () => {
    const { client, address, session } = await asRelayer();
    const { settled, skipped } = await settleBatch(client, { settlement: address, entries: [session(), session()] });
    expect(settled).to.deep.equal([session()]);
    expect(skipped).to.deep.equal([{ entry: session(), reason: "AlreadySettled" }]);
  });

  it("pays an operator what is owed to it, whoever sends it", async () => {
    const { client, address, session, denylist, operator, usdc, circle } = await asRelayer();
    const payee = operator.account.address;
    await denylist(operator);
    await settleBatch(client, { settlement: address, entries: [session()] });
    await usdc.write.unBlacklist([payee], { account: circle.account });
    await claim(client, { settlement: address, payee });
    expect(await getCredits(client, { settlement: address, payee })).to.equal(0n);
    expect(await usdc.read.balanceOf([payee])).to.equal(51_000n);
  });

  it("learns which payouts are owed", async () => {
    const { client, address, session, denylist, operator } = await asRelayer();
    await denylist(operator);
    const { settled, credited } = await settleBatch(client, { settlement: address, entries: [session()] });
    expect(settled).to.have.length(1);
    expect(credited).to.deep.equal([{ payee: operator.account.address, amount: 51_000n }]);
  });

  it("pays each payee of a batch by one transfer, in whatever order the entries come", async () => {
    const { client, address, session, operator, otherOperator, publicClient, usdc } = await asRelayer();
    const payee = (i: number) => (i % 2 === 0 ? operator : otherOperator).account.address;
    const entries = Array.from({ length: 6 }, (_, i) => session({ sessionId: sessionId(i), to: payee(i) }));
    const { hash } = await settleBatch(client, { settlement: address, entries });
    const { logs } = await publicClient.getTransactionReceipt({ hash });
    // Two payees and the platform.
    expect(logs.filter((log) => getAddress(log.address) === getAddress(usdc.address))).to.have.length(3);
    expect(entries.map(({ to }) => to)).to.deep.equal([0, 1, 2, 3, 4, 5].map(payee));
  });

  for (const size of [0, 101]) {
    it(`cannot send a batch of ${size}: it is refused before anything is sent`, async () => {
      const { client, address, session, publicClient, relayer } = await asRelayer();
      const entries = Array.from({ length: size }, (_, i) => session({ sessionId: sessionId(i) }));
      const sent = () => publicClient.getTransactionCount({ address: relayer.account.address });
      const before = await sent();
      const refused = await settleBatch(client, { settlement: address, entries }).catch((error) => error);
      expect(refused).to.be.instanceOf(InvalidBatchSizeError).with.property("value", size);
      expect(() => settleBatchCall(client, { settlement: address, entries })).to.throw(InvalidBatchSizeError);
      expect(await sent()).to.equal(before);
    });
  }

  it("learns that a batch was reverted after it was sent", async () => {
    const { client, address, session } = await asRelayer();
    const hash: Hash = `0x${"1".repeat(64)}`;
    const reverted = Object.assign(Object.create(client), {
      writeContract: async () => hash,
      waitForTransactionReceipt: async () => ({ status: "reverted", transactionHash: hash, logs: [] }),
    });
    const error = await settleBatch(reverted, { settlement: address, entries: [session()] }).catch((it) => it);
    expect(error).to.be.instanceOf(BatchRevertedError).with.property("hash", hash);
  });

  it("is told if the transaction does not speak of every entry, and never guesses", async () => {
    const { client, address, session } = await asRelayer();
    const { receipt } = await settleBatch(client, { settlement: address, entries: [session()] });
    const replying = (logs: unknown[]) =>
      Object.assign(Object.create(client), {
        writeContract: async () => receipt.transactionHash,
        waitForTransactionReceipt: async () => ({ ...receipt, logs }),
      });
    const other = session({ sessionId: sessionId(9) });
    for (const [logs, entries] of [
      [[], [session()]],
      [receipt.logs, [session(), other]],
      [receipt.logs, [other]],
    ] as const) {
      const error = await settleBatch(replying([...logs]), { settlement: address, entries }).catch((it) => it);
      expect(error).to.be.instanceOf(BatchUnclearError);
    }
  });
});

onEachChain("the events of the contract", (given) => {
  it("are found among others, with names and arguments", async () => {
    const { settlement, session, settleBatch: settle, publicClient, stranger } = await given.funded();
    const hash = await settle([session(), session({ sessionId: sessionId(1), from: stranger.account.address })]);
    const { logs } = await publicClient.waitForTransactionReceipt({ hash });
    const parsed = parseSettlementLogs({ logs, settlement: settlement.address });
    expect(parsed.map(({ eventName }) => eventName)).to.have.members(["Settled", "SettlementSkipped"]);
    expect(logs.length).to.be.above(parsed.length);
    for (const log of parsed) if (log.eventName === "Settled") expect(log.args.toAmount).to.equal(51_000n);
  });

  it("come to whoever watches, until it has seen enough", async () => {
    const { settlement, session, settle, alice } = await given.funded();
    let watching = () => {};
    const begun = new Promise<void>((resolve) => (watching = resolve));
    // What the chain tells begins when it has made the filter; with the newest block, on this one.
    const client: Client = Object.assign(Object.create(alice) as Client, {
      createContractEventFilter: async (parameters: never) => {
        const filter = await createContractEventFilter(alice, parameters);
        watching();
        return filter;
      },
    });
    const settled = await new Promise<SettlementEventArgs<"Settled">>((resolve) => {
      const unwatch = watchSettlement(client, {
        settlement: settlement.address,
        pollingInterval: 10,
        onEvents: (events) => {
          for (const { eventName, args } of events) {
            if (eventName !== "Settled") continue;
            unwatch();
            resolve(args);
          }
        },
      });
      void begun.then(() => settle(session()));
    });
    expect(settled.toAmount).to.equal(51_000n);
  });

  it("are not believed of another contract", async () => {
    const { session, settle, publicClient } = await given.funded();
    const { logs } = await publicClient.waitForTransactionReceipt({ hash: await settle(session()) });
    const elsewhere: Address = "0x000000000000000000000000000000000000dEaD";
    expect(parseSettlementLogs({ logs, settlement: elsewhere })).to.deep.equal([]);
  });
});
