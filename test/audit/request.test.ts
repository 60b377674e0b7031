import { UsageError } from "@luxxon/chain/usageError";
import { expect } from "chai";
import { openSource } from "../../scripts/audit/open.ts";
import { feeBpsOf, periodOf, sourceOf, subjectOf, toBlockOf, type Values } from "../../scripts/audit/request.ts";

const ADDRESS = "0x036CbD53842c5426634e7929541eC2318f3dCF7e";
const UUID = "018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00";
const rpc = { rpc: ["http://127.0.0.1:8545"], address: ADDRESS, "from-block": "7" };

/** The line that the command prints. */
function refusal(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => new Error("nothing was refused"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof UsageError) return error.message;
  throw error;
}

describe("what is asked of an audit", () => {
  describe("names the contract", () => {
    it("by a network", () => {
      expect(sourceOf({ network: "base" })).to.have.nested.property("chain.chainId", 8453);
    });

    it("by an endpoint, an address in either case and a block", () => {
      const source = { kind: "rpc", url: "http://127.0.0.1:8545", address: ADDRESS, fromBlock: 7n };
      expect(sourceOf(rpc)).to.deep.equal(source);
      expect(sourceOf({ ...rpc, address: ADDRESS.toLowerCase() })).to.deep.equal(source);
    });

    it("with other endpoints, which have to agree", () => {
      const others = ["http://a", "http://b"];
      expect(sourceOf({ ...rpc, rpc: [...rpc.rpc, ...others] }))
        .to.have.property("others")
        .that.deep.equals(others);
      expect(sourceOf({ network: "base", rpc: others }))
        .to.have.property("others")
        .that.deep.equals(others);
    });

    const wrong: [Values, string][] = [
      [{}, "Which contract? --network base-sepolia, --network base, or --rpc with --address and --from-block."],
      [{ network: "mainnet" }, '--network takes base-sepolia or base, not "mainnet".'],
      [
        { network: "base", "from-block": "1" },
        "--from-block goes with --rpc: the deployment's record says where a network's contract begins.",
      ],
      [{ rpc: ["http://a"] }, "--rpc goes with --address, the contract's."],
      [{ rpc: ["http://a"], address: ADDRESS }, "--rpc goes with --from-block, the deployment's."],
      [{ ...rpc, "from-block": "-1" }, '--from-block takes a block number, not "-1".'],
      [{ ...rpc, address: "0x1" }, '--address takes an address, not "0x1".'],
      [
        { ...rpc, address: ADDRESS.replace("C", "c") },
        `--address takes an address, not "${ADDRESS.replace("C", "c")}" (its checksum is wrong).`,
      ],
    ];
    for (const [values, line] of wrong) {
      it(`or not: ${line}`, () => expect(refusal(() => sourceOf(values))).to.equal(line));
    }
  });

  describe("is looked up", () => {
    it("in deployments/, where there must be a record of it", async () => {
      const source = sourceOf({ network: "base", address: ADDRESS });
      expect(await refusalOf(openSource(source, undefined))).to.equal(
        `deployments/ records no deployment at ${ADDRESS} on Base: use --rpc with --address and --from-block for one that is not recorded.`,
      );
    });

    it("up to a block that is not before its first", async () => {
      expect(await refusalOf(openSource(sourceOf(rpc), 6n))).to.equal(
        "--to-block 6 is before the contract's first block, 7.",
      );
    });

    for (const [url, line] of [
      ["somewhere", "--rpc takes an http or https URL; what it holds is no URL."],
      ["ftp://somewhere", "--rpc takes an http or https URL, not ftp:"],
    ] as const) {
      it(`at a URL, or not: ${line}`, async () => {
        expect(await refusalOf(openSource(sourceOf({ ...rpc, rpc: [url] }), undefined))).to.equal(line);
      });
    }
  });

  describe("names what to show", () => {
    it("everything, unless something is named", () => {
      expect(subjectOf([])).to.deep.equal({ kind: "all" });
    });

    it("a session, by its UUID or its id on chain", () => {
      const session = {
        kind: "session",
        sessionId: "0x00000000000000000000000000000000018f2b6a7c1e8a3d9b520d3f6c7e9a00",
      };
      expect(subjectOf(["session", UUID])).to.deep.equal(session);
      expect(subjectOf(["session", session.sessionId.toUpperCase().replace("0X", "0x")])).to.deep.equal(session);
    });

    it("a consumer or an operator, by its address", () => {
      expect(subjectOf(["operator", ADDRESS])).to.deep.equal({ kind: "operator", account: ADDRESS });
    });

    const wrong: [string[], string][] = [
      [["everything"], 'There is no "everything" to show: session, consumer or operator; see --help.'],
      [["session"], "session takes one UUID or session id; see --help."],
      [["session", "7"], 'session takes a UUID or 32 bytes of hex, not "7".'],
      [["consumer", ADDRESS, ADDRESS], "consumer takes one address; see --help."],
      [["consumer", UUID], `consumer takes an address, not "${UUID}".`],
      [["operator", "0x12"], 'operator takes an address, not "0x12".'],
      [
        ["consumer", ADDRESS.replace("C", "c")],
        `consumer takes an address, not "${ADDRESS.replace("C", "c")}" (its checksum is wrong).`,
      ],
    ];
    for (const [positionals, line] of wrong) {
      it(`or not: ${line}`, () => expect(refusal(() => subjectOf(positionals))).to.equal(line));
    }
  });

  describe("says more", () => {
    const operator = subjectOf(["operator", ADDRESS]);

    it("of the fee and the last block", () => {
      expect(feeBpsOf({ "fee-bps": "1500" })).to.equal(1_500);
      expect(feeBpsOf({})).to.equal(undefined);
      expect(toBlockOf({ "to-block": "9" })).to.equal(9n);
    });

    it("of a statement's period", () => {
      const period = { fromDate: "2026-11-01", toDate: "2026-11-30" };
      expect(periodOf({ "from-date": "2026-11-01", "to-date": "2026-11-30" }, operator)).to.deep.equal(period);
    });

    const wrong: [() => unknown, string][] = [
      [() => feeBpsOf({ "fee-bps": "15 %" }), '--fee-bps takes hundredths of a percent from 0 to 10000, not "15 %".'],
      [() => feeBpsOf({ "fee-bps": "10001" }), '--fee-bps takes hundredths of a percent from 0 to 10000, not "10001".'],
      [() => toBlockOf({ "to-block": "latest" }), '--to-block takes a block number, not "latest".'],
      [
        () => periodOf({ "from-date": "2026-02-30" }, operator),
        '--from-date takes a day such as 2026-11-22, not "2026-02-30".',
      ],
      [
        () => periodOf({ "from-date": "2026-12-01", "to-date": "2026-11-01" }, operator),
        "--from-date 2026-12-01 is after --to-date 2026-11-01.",
      ],
      [
        () => periodOf({ "from-date": "2026-11-01" }, { kind: "all" }),
        "--from-date and --to-date go with consumer or operator: an audit is always of the whole history.",
      ],
    ];
    for (const [ask, line] of wrong) it(`or not: ${line}`, () => expect(refusal(ask)).to.equal(line));
  });
});
