import { Endpoint, type Send } from "@luxxon/chain/rpc/endpoint";
import { expect } from "chai";
import { codeFor } from "../../scripts/audit/bench/bench.ts";
import { MadeChain } from "../../scripts/audit/bench/chain.ts";
import { readBuilds } from "../../scripts/audit/open.ts";
import { auditListed } from "./support/listed.ts";

describe("the chain that the bench makes up", function () {
  this.timeout(120_000);
  let chain: MadeChain;

  before(async () => {
    chain = new MadeChain(await codeFor());
    await chain.growTo(600, () => undefined);
  });

  async function audit(send: Send = chain.send) {
    return auditListed({
      endpoints: [new Endpoint("http://made-up", send, { attempts: 1 })],
      wanted: {
        address: chain.address,
        fromBlock: 0n,
        toBlock: undefined,
        chainId: undefined,
        record: undefined,
        builds: await readBuilds(),
      },
      isEveryBlockRead: true,
      announcedFeeBps: 1_500,
      cacheFolder: undefined,
    });
  }

  it("has that many sessions, and nothing wrong with it, as far as anything can be proved", async () => {
    const { settlements, violations, reach } = await audit();
    expect(settlements).to.have.length(600);
    expect(violations).to.deep.equal([]);
    const believed = reach.filter(({ basis }) => basis !== "proved").map(({ fact }) => fact.split(" 0x")[0]);
    expect(believed).to.deep.equal(["The last block is"]);
  });

  it("is the same chain when it has grown", async () => {
    const blockOf = async (number: string) => (await chain.send("eth_getBlockByNumber", [number, true])) as object;
    const before = await blockOf("0xb");
    await chain.growTo(800, () => undefined);
    expect(await blockOf("0xb")).to.deep.equal(before);
    expect((await audit()).settlements).to.have.length(800);
  });

  it("is not believed either, where it shows one amount otherwise", async () => {
    const lying: Send = async (method, params) => {
      const answer = await chain.send(method, params);
      if (method !== "eth_getBlockReceipts" || params[0] !== "0x10") return answer;
      const text = JSON.stringify(answer).replace(/"data":"0x.{63}/, (data) => `${data}f`);
      return JSON.parse(text.replace(/("data":"0x.{63}f)./, "$1"));
    };
    const refusal = await audit(lying).catch((error: Error) => error.message);
    expect(refusal).to.match(/the receipts of block 16 are not those that its header names/);
  });
});
