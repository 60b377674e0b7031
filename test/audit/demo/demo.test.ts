import { usdcAbi } from "@luxxon/chain/usdc";
import { luxxonSettlementAbi, type Refusal, refusalName, refusals } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { type Abi, createPublicClient, getAbiItem, getAddress, http, parseEventLogs, toFunctionSelector } from "viem";
import { type BusyChain, busyChain } from "../../../scripts/audit/demo/busyChain.ts";
import { openSource } from "../../../scripts/audit/open.ts";
import { writeReportJson } from "../../../scripts/audit/report/reportJson.ts";
import { reportSchema } from "../../../scripts/audit/report/reportSchema.ts";
import { runAudit } from "../../../scripts/audit/runAudit.ts";
import { accountStatement, agreesWithChain } from "../../../scripts/audit/statement/account.ts";
import { isClean, sessionStatement } from "../../../scripts/audit/statement/session.ts";
import type { Audit } from "../../../scripts/audit/types.ts";
import { memory } from "../support/memory.ts";

/** Small, and still with every day of the calendar. */
const SMALL = { days: 8, sessionsPerDay: 40, seed: 3 };

function selectorOf(name: string): string {
  const item = getAbiItem({ abi: luxxonSettlementAbi as Abi, name });
  if (item?.type !== "function") throw new Error(`there is no function ${name}`);
  return toFunctionSelector(item);
}

/** Everything that happened, as anybody reads it over HTTP. */
async function historyOf({ url, chainId, address, fromBlock, feeBps }: BusyChain) {
  const client = createPublicClient({ transport: http(url) });
  expect(await client.getChainId()).to.equal(chainId);
  const logs = await client.getLogs({ address, fromBlock });
  const events = parseEventLogs({ abi: luxxonSettlementAbi, logs });
  const transactions = await Promise.all(
    [...new Set(events.map(({ transactionHash }) => transactionHash))].map((hash) => client.getTransaction({ hash })),
  );
  const days = new Set<string>();
  for (const { blockNumber } of logs) {
    const { timestamp } = await client.getBlock({ blockNumber });
    days.add(new Date(Number(timestamp) * 1_000).toISOString().slice(0, 10));
  }
  const read = { address, abi: luxxonSettlementAbi } as const;
  const [surplus, totalDeposits, totalCredits, usdc] = await Promise.all([
    client.readContract({ ...read, functionName: "surplus" }),
    client.readContract({ ...read, functionName: "totalDeposits" }),
    client.readContract({ ...read, functionName: "totalCredits" }),
    client.readContract({ ...read, functionName: "usdc" }),
  ]);
  const balance = await client.readContract({
    address: usdc,
    abi: usdcAbi,
    functionName: "balanceOf",
    args: [address],
  });
  return { events, logs, transactions, days, feeBps, usdc, balance, surplus, totalDeposits, totalCredits };
}

describe("the chain on which a busy month has passed", function () {
  this.timeout(300_000);
  let chain: BusyChain;
  let history: Awaited<ReturnType<typeof historyOf>>;
  before(async () => {
    chain = await busyChain(SMALL);
    history = await historyOf(chain);
  });
  after(() => chain.close());

  const named = <Name extends (typeof history.events)[number]["eventName"]>(name: Name) =>
    history.events.filter((event) => event.eventName === name);

  it("has every event of the contract at least once", () => {
    const all = luxxonSettlementAbi.flatMap((item) => (item.type === "event" ? [item.name] : []));
    expect([...new Set(history.events.map(({ eventName }) => eventName))]).to.have.members(all);
  });

  it("has entries skipped for every reason", () => {
    const reasons = new Set<Refusal>(
      named("SettlementSkipped").map(({ args }) => refusalName((args as { reason: number }).reason)),
    );
    expect([...reasons]).to.have.members(refusals.filter((reason) => reason !== "None"));
  });

  it("has deposits of all four ways", () => {
    const selectors = ["deposit", "depositFor", "depositWithPermit", "depositWithAuthorization"];
    const { transactions } = history;
    const inputs = new Set(transactions.map(({ input }) => input.slice(0, 10)));
    for (const name of selectors) expect([...inputs], name).to.include(selectorOf(name));
  });

  it("has sessions settled alone and in batches", () => {
    const inputs = new Set(history.transactions.map(({ input }) => input.slice(0, 10)));
    expect([...inputs]).to.include.members(["settleFromPool", "settleBatch"].map(selectorOf));
  });

  it("has many consumers and operators", () => {
    const of = (field: "from" | "to") =>
      new Set(named("Settled").map(({ args }) => (args as { from: string; to: string })[field])).size;
    expect(of("from")).to.be.at.least(25);
    expect(of("to")).to.be.at.least(10);
  });

  it("goes on for all its days", () => {
    expect(history.days.size).to.be.at.least(SMALL.days);
  });

  it("has fees as the platform announces them, rounded down", () => {
    for (const { args } of named("Settled")) {
      const { toAmount, feeAmount } = args as { toAmount: bigint; feeAmount: bigint };
      expect(feeAmount).to.equal(((toAmount + feeAmount) * BigInt(history.feeBps)) / 10_000n);
    }
  });

  it("has sessions so short that their fee is nothing", () => {
    expect(named("Settled").some(({ args }) => (args as { feeAmount: bigint }).feeAmount === 0n)).to.equal(true);
  });

  it("has USDC rescued, and another token", () => {
    const tokens = named("Rescued").map(({ args }) => (args as { token: string }).token);
    expect(tokens).to.have.length(2);
    expect(tokens).to.include(getAddress(history.usdc));
  });

  it("leaves the contract with pools, with a credit, and with a surplus", () => {
    const { balance, surplus, totalDeposits, totalCredits } = history;
    expect(totalDeposits > 0n && totalCredits > 0n && surplus > 0n).to.equal(true);
    expect(balance).to.equal(totalDeposits + totalCredits + surplus);
  });

  it("is the same for the same seed, event by event", async () => {
    const other = await busyChain(SMALL);
    const again = await historyOf(other);
    other.close();
    const told = ({ events }: typeof history) =>
      events.map(({ eventName, args, blockNumber, logIndex }) => ({ eventName, args, blockNumber, logIndex }));
    expect(told(again)).to.deep.equal(told(history));
  });

  describe("when it is audited", () => {
    let audit: Audit;
    before(async () => {
      const { endpoints, wanted } = await openSource({ kind: "rpc", ...chain }, undefined);
      audit = await runAudit({ endpoints, wanted, announcedFeeBps: chain.feeBps, cacheFolder: undefined });
    });

    it("has nothing wrong with it", () => expect([...audit.violations]).to.deep.equal([]));

    it("gives every rule something to check, but for those that need deployments' records", () => {
      expect(audit.rules.filter(({ checked }) => checked === 0).map(({ id }) => id)).to.deep.equal(["R28", "R32"]);
    });

    it("has statements that end with what the contract says, for everybody and on both sides", () => {
      for (const { account } of audit.accounts) {
        for (const role of ["consumer", "operator"] as const) {
          const statement = accountStatement(audit, { account, role, from: undefined, to: undefined });
          expect(agreesWithChain(statement), `${role} ${account}`).to.equal(true);
        }
      }
    });

    it("has a clean statement for every session that was settled", () => {
      for (const { sessionId } of Iterator.from(audit.settlements).take(100)) {
        expect(isClean(sessionStatement(audit, sessionId)), sessionId).to.equal(true);
      }
    });

    it("has a report.json that is what its schema says", async () => {
      const { to, text } = memory();
      await writeReportJson(audit, to);
      expect(reportSchema.safeParse(JSON.parse(text())).error).to.equal(undefined);
    });
  });
});
