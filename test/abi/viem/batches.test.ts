/** The package's calls in what takes many of them: Multicall3 for reads, a wallet's EIP-5792 batch for writes. */

import type { Wallet } from "@luxxon/local/chain";
import { expect } from "chai";
import { type Client, createPublicClient, createWalletClient, custom, type EIP1193RequestFn, erc20Abi } from "viem";
import { baseSepolia } from "viem/chains";
import { checkSettlementCall } from "../../../abi/src/viem/checkSettlement.ts";
import { decodeSettlementError } from "../../../abi/src/viem/decodeSettlementError.ts";
import { depositCall } from "../../../abi/src/viem/deposit.ts";
import { depositWithAuthorizationCall } from "../../../abi/src/viem/depositWithAuthorization.ts";
import { depositWithPermitCall } from "../../../abi/src/viem/depositWithPermit.ts";
import { getAccountCall } from "../../../abi/src/viem/getAccount.ts";
import { getAvailableCall } from "../../../abi/src/viem/getAvailable.ts";
import { getCreditsCall } from "../../../abi/src/viem/getCredits.ts";
import { getDepositsCall } from "../../../abi/src/viem/getDeposits.ts";
import { getWithdrawableCall } from "../../../abi/src/viem/getWithdrawable.ts";
import { holdCall } from "../../../abi/src/viem/hold.ts";
import { isSettledCall } from "../../../abi/src/viem/isSettled.ts";
import { setDailyLimitCall } from "../../../abi/src/viem/setDailyLimit.ts";
import { settleBatchCall } from "../../../abi/src/viem/settleBatch.ts";
import { settleFromPoolCall } from "../../../abi/src/viem/settleFromPool.ts";
import { signDepositAuthorization } from "../../../abi/src/viem/signDepositAuthorization.ts";
import { signPermit } from "../../../abi/src/viem/signPermit.ts";
import { withdrawCall } from "../../../abi/src/viem/withdraw.ts";
import { withdrawAllCall } from "../../../abi/src/viem/withdrawAll.ts";
import { sessionId, USDC } from "../../support/session.ts";
import { type Given, onEachChain } from "../../support/situation.ts";
import { installMulticall } from "../support/multicall.ts";
import { walletInFrontOf } from "../support/wallet.ts";

async function onBase(given: Given) {
  const situation = await given.funded();
  const { chain, settlement } = situation;
  await installMulticall(chain);
  const request = chain.provider.request.bind(chain.provider) as EIP1193RequestFn;
  const asked: string[] = [];
  const counting = ((it) => {
    asked.push(it.method);
    return request(it as Parameters<EIP1193RequestFn>[0]);
  }) as EIP1193RequestFn;
  const publicClient = createPublicClient({ chain: baseSepolia, transport: custom({ request: counting }) });
  const clientOf = ({ account }: Wallet) => {
    const transport = custom({ request: walletInFrontOf(request) });
    return createWalletClient({ account: account.address, chain: baseSepolia, transport });
  };
  return { ...situation, address: settlement.address, publicClient, clientOf, asked };
}

onEachChain("reads in one request", (given) => {
  it("are answered as they are one by one, each with its own type", async () => {
    const { address, publicClient, asked, session, settle, alice, operator } = await onBase(given);
    await settle(session());
    const client: Client = publicClient;
    const pool = { settlement: address, consumer: alice.account.address };
    const [deposits, available, withdrawable, account, credits, settled, refusal] = await publicClient.multicall({
      allowFailure: false,
      contracts: [
        getDepositsCall(client, pool),
        getAvailableCall(client, pool),
        getWithdrawableCall(client, pool),
        getAccountCall(client, pool),
        getCreditsCall(client, { settlement: address, payee: operator.account.address }),
        isSettledCall(client, { settlement: address, sessionId: sessionId(0) }),
        checkSettlementCall(client, { settlement: address, entry: session() }),
      ],
    });
    const typed: [bigint, bigint, bigint, bigint, bigint, boolean, number] = [
      deposits,
      available,
      withdrawable,
      account.balance,
      credits,
      settled,
      refusal,
    ];
    const left = 100n * USDC - 60_000n;
    expect(typed).to.deep.equal([left, left, left, left, 0n, true, 1]);
    expect(asked).to.deep.equal(["eth_call"]);
  });
});

onEachChain("a wallet's batch of calls", (given) => {
  it("approves and deposits at once", async () => {
    const { address, usdc, bob, settlement, clientOf } = await onBase(given);
    await usdc.write.approve([address, 0n], { account: bob.account });
    const client = clientOf(bob);
    const { id } = await client.sendCalls({
      calls: [
        { to: usdc.address, abi: erc20Abi, functionName: "approve", args: [address, 5n * USDC] },
        depositCall(client, { settlement: address, amount: 5n * USDC }),
      ],
    });
    const { status, receipts = [] } = await client.waitForCallsStatus({ id });
    expect({ status, receipts: receipts.length }).to.deep.equal({ status: "success", receipts: 2 });
    expect(await settlement.read.deposits([bob.account.address])).to.equal(105n * USDC);
  });

  it("takes every other verb of a consumer", async () => {
    const { address, usdc, alice, settlement, clientOf } = await onBase(given);
    await usdc.write.approve([address, 0n], { account: alice.account });
    const client = clientOf(alice);
    const permit = await signPermit(client, { settlement: address, amount: 5n * USDC });
    const authorization = await signDepositAuthorization(client, { settlement: address, amount: 3n * USDC });
    const { id } = await client.sendCalls({
      calls: [
        depositWithPermitCall(client, { settlement: address, amount: 5n * USDC, ...permit }),
        depositWithAuthorizationCall(client, { settlement: address, authorization }),
        withdrawCall(client, { settlement: address, amount: USDC }),
      ],
    });
    expect((await client.waitForCallsStatus({ id })).receipts).to.have.length(3);
    expect(await settlement.read.deposits([alice.account.address])).to.equal(107n * USDC);
  });

  it("sets a limit and promises to stay at once", async () => {
    const { address, alice, settlement, networkHelpers, clientOf } = await onBase(given);
    const client = clientOf(alice);
    const until = BigInt(await networkHelpers.time.latest()) + 3_600n;
    const { id } = await client.sendCalls({
      calls: [
        setDailyLimitCall(client, { settlement: address, limit: 20n * USDC }),
        holdCall(client, { settlement: address, until }),
      ],
    });
    expect((await client.waitForCallsStatus({ id })).status).to.equal("success");
    const account = await settlement.read.accountOf([alice.account.address]);
    expect(account).to.deep.include({ dailyLimit: 20n * USDC, heldUntil: Number(until) });
    const leaving = client.sendCalls({ calls: [withdrawAllCall(client, { settlement: address })] });
    const error = decodeSettlementError(await leaving.catch((it: unknown) => it));
    expect(error).to.deep.include({ name: "HeldUntil", args: { until } });
  });

  it("takes the verbs of the relayer", async () => {
    const { address, relayer, session, settlement, clientOf } = await onBase(given);
    const client = clientOf(relayer);
    const entries = [1, 2].map((i) => session({ sessionId: sessionId(i) }));
    const { id } = await client.sendCalls({
      calls: [
        settleFromPoolCall(client, { settlement: address, entry: session() }),
        settleBatchCall(client, { settlement: address, entries }),
      ],
    });
    expect((await client.waitForCallsStatus({ id })).status).to.equal("success");
    for (const i of [0, 1, 2]) expect(await settlement.read.settled([sessionId(i)])).to.equal(true);
  });

  it("says what the contract said of a call that it refuses", async () => {
    const { address, alice, clientOf } = await onBase(given);
    const client = clientOf(alice);
    const calls = [withdrawCall(client, { settlement: address, amount: 101n * USDC })];
    const error = await client.sendCalls({ calls }).catch((it: unknown) => it);
    expect(decodeSettlementError(error)).to.deep.include({ name: "InsufficientBalance" });
  });
});
