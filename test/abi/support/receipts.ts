/** Makes receipts to check: of a block with other people's transactions before and after two batches. */
import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { type ReceiptOf, readSettledBlock, receiptIn } from "@luxxon/chain/settlement/receipt";
import { uuidFromSessionId } from "@luxxon/contracts-abi";
import { type LocalChain, openLocalChain } from "@luxxon/local/chain";
import type { Hash, Hex } from "viem";
import { type Session, sessionId, settleArgs, USDC } from "../../support/session.ts";
import { fresh, type Situation } from "../../support/situation.ts";

/** So many that the trees of the block have three floors. */
const OTHERS = 10;

/** Two batches of two sessions, in one block with transfers of nothing and a failed settlement. */
export async function settledBlock() {
  const chain = await openLocalChain("localBase");
  const situation = await fresh(chain);
  const { settlement, publicClient, relayer, alice, bob, stranger, otherOperator, session } = situation;
  await settlement.write.deposit([100n * USDC], { account: alice.account });
  await settlement.write.deposit([100n * USDC], { account: bob.account });
  const sessions = [
    session({ sessionId: sessionId(0) }),
    session({ sessionId: sessionId(1), to: otherOperator.account.address, chargeableSeconds: 90n }),
    session({ sessionId: `0x${"ab".repeat(32)}`, from: bob.account.address }),
    session({ sessionId: sessionId(3) }),
  ];
  await chain.provider.request({ method: "evm_setAutomine", params: [false] });
  const send = async (who: typeof stranger, times: number) => {
    for (let i = 0; i < times; i++) await who.sendTransaction({ to: who.account.address, value: 0n, gas: 21_000n });
  };
  const batch = (entries: Session[]) =>
    settlement.write.settleBatch([entries.map(asEntry)], { account: relayer.account, gas: 1_000_000n });
  await send(stranger, OTHERS);
  const first = await batch(sessions.slice(0, 2));
  const second = await batch(sessions.slice(2));
  const failed = await settlement.write.settleFromPool(settleArgs(session({ sessionId: sessionId(0) })), {
    account: relayer.account,
    gas: 500_000n,
  });
  await send(alice, OTHERS);
  await chain.provider.request({ method: "hardhat_mine", params: [] });
  const { blockHash, blockNumber } = await publicClient.getTransactionReceipt({ hash: first });
  const endpoint = new Endpoint("the chain", (method, params) =>
    chain.provider.request({ method, params: [...params] }),
  );
  const ask = endpoint.ask.bind(endpoint);
  const block = await readSettledBlock(ask, settlement.address, blockHash);
  const receiptOf = (id: Hex, transactionHash: Hash, name: string = id) => {
    const of: ReceiptOf = { sessionId: name, id, chainId: 84_532, settlement: settlement.address, transactionHash };
    return receiptIn(block, of);
  };
  return { ...situation, sessions, first, second, failed, block, blockHash, blockNumber, receiptOf };
}

/** Asks a chain as endpoints are asked. */
export function askOf({ provider }: LocalChain): Send {
  const endpoint = new Endpoint("the chain", (method, params) => provider.request({ method, params: [...params] }));
  return endpoint.ask.bind(endpoint);
}

/** The receipt of one more session of a situation. */
export async function oneReceipt({ chain, settlement, publicClient, settle, session }: Situation, id: Hex) {
  const hash = await settle(session({ sessionId: id }));
  const { blockHash } = await publicClient.waitForTransactionReceipt({ hash });
  const block = await readSettledBlock(askOf(chain), settlement.address, blockHash);
  return await receiptIn(block, {
    sessionId: uuidFromSessionId(id),
    id,
    chainId: 84_532,
    settlement: settlement.address,
    transactionHash: hash,
  });
}

function asEntry({ sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds }: Session) {
  return { sessionId: id, from, to, toAmount, feeAmount, ratePerSecond, chargeableSeconds };
}
