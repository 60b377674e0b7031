import { stripVTControlCharacters } from "node:util";
import { UsageError } from "@luxxon/chain/usageError";
import { uuidFromSessionId } from "@luxxon/contracts-abi";
import { expect } from "chai";
import { sessionOf } from "../../../scripts/audit/request.ts";
import {
  isClean,
  outcomeOf,
  type SessionStatement,
  sessionStatement,
} from "../../../scripts/audit/statement/session.ts";
import { sessionStatementPage } from "../../../scripts/audit/statement/sessionPage.ts";
import { sessionStatementText } from "../../../scripts/audit/statement/statementTexts.ts";
import type { Settlement } from "../../../scripts/audit/types.ts";
import { anAudit, MADE, withViolations } from "../support/anAudit.ts";

const audit = anAudit();
const settled = audit.settlements.find(({ operatorPaid }) => operatorPaid === "transferred");
const credited = audit.settlements.find(({ operatorPaid }) => operatorPaid === "credited");
const [skipped] = audit.skipped;
if (settled === undefined || credited === undefined || skipped === undefined) throw new Error("the audit lacks a kind");
const { sessionId } = settled;
const uuid = uuidFromSessionId(sessionId);

/** The statement of a session that was settled in this way. */
function of(changes: Partial<Settlement>): SessionStatement {
  const settlements = [{ ...(settled as Settlement), ...changes }];
  return sessionStatement({ ...audit, settlements }, sessionId);
}

const failing = ({ checks }: SessionStatement) => checks.filter(({ holds }) => !holds).map(({ title }) => title);
const textOf = (statement: SessionStatement) => stripVTControlCharacters(sessionStatementText(statement));

describe("the statement of a settled session", () => {
  const statement = sessionStatement(audit, sessionId);

  it("is found by UUID and by bytes32, in either case", () => {
    for (const id of [uuid.toUpperCase(), sessionId, `0x${sessionId.slice(2).toUpperCase()}`, ` ${uuid} `]) {
      expect(sessionStatement(audit, sessionOf(id))).to.deep.equal(statement);
    }
  });

  it("has nine checks, and all hold", () => {
    expect(statement.checks).to.have.length(9);
    expect(failing(statement)).to.deep.equal([]);
    expect(isClean(statement)).to.equal(true);
  });

  it("shows the sum that the meter is", () => {
    const { ratePerSecond, chargeableSeconds } = settled;
    const meter = statement.checks.find(({ title }) => title === "charged at most rate × seconds");
    expect(meter?.figures).to.match(
      new RegExp(`^${ratePerSecond.toLocaleString("en-US")} µUSDC × ${chargeableSeconds.toLocaleString("en-US")} s = `),
    );
  });

  it("says when, in which block and transaction, who paid and who was paid", () => {
    const text = textOf(statement);
    for (const part of [settled.transactionHash, settled.from, settled.to, settled.feeTo]) {
      expect(text).to.include(part);
      expect(sessionStatementPage(statement, MADE)).to.include(part);
    }
    expect(text).to.include(`UTC, block ${settled.blockNumber.toLocaleString("en-US")}`);
  });

  it("says that a refused payout is a credit", () => {
    const text = textOf(sessionStatement(audit, credited.sessionId));
    expect(text).to.include("credited, because USDC refused the transfer; the payee can claim it");
  });

  it("names the contract through which it was sent", () => {
    const through = settled.from;
    const transactions = audit.transactions.map((one) =>
      one.transactionHash === settled.transactionHash ? { ...one, through } : one,
    );
    const sent = sessionStatement({ ...audit, transactions }, sessionId);
    expect(sent.through).to.deep.equal([through]);
    expect(textOf(sent)).to.match(new RegExp(`sent through +${through}`));
    expect(textOf(statement)).not.to.include("sent through");
  });

  it("leaves the announced fee out where none was given", () => {
    expect(sessionStatement({ ...audit, announcedFeeBps: undefined }, sessionId).checks).to.have.length(8);
  });
});

describe("the statement of a session that breaks a rule", () => {
  const total = settled.toAmount + settled.feeAmount;
  for (const [what, changes, titles] of [
    ["costs 1 µUSDC more than its meter", { toAmount: settled.toAmount + 1n }, ["charged at most rate × seconds"]],
    ["has too high a rate", { ratePerSecond: 1_000_001n }, ["rate at most 1.00 USDC a second"]],
    ["is too long", { chargeableSeconds: 86_401n }, ["at most 86,400 s"]],
    [
      "has a fee over the ceiling",
      { feeAmount: (total * 3n) / 10n + 1n, toAmount: total - (total * 3n) / 10n - 1n },
      ["fee at most 30 %", "fee is the announced 15 %, rounded down"],
    ],
    [
      "has a fee of 1 µUSDC more than announced",
      { feeAmount: settled.feeAmount + 1n, toAmount: settled.toAmount - 1n },
      ["fee is the announced 15 %, rounded down"],
    ],
    ["was not paid", { operatorPaid: "nothing" }, ["operator's part paid or credited"]],
    [
      "is about nothing",
      { toAmount: 0n, feeAmount: 0n, operatorPaid: "nothing", platformPaid: "nothing" },
      ["operator's part + fee = what was charged"],
    ],
  ] as const) {
    it(`names what is wrong: it ${what}`, () => {
      const statement = of(changes);
      expect(failing(statement)).to.deep.equal(titles);
      expect(isClean(statement)).to.equal(false);
      expect(textOf(statement)).to.include("✗ Something is wrong with this session.");
    });
  }

  it("names an id that was settled twice, and shows both", () => {
    const settlements = [settled, { ...settled, blockNumber: settled.blockNumber + 1n }];
    const statement = sessionStatement({ ...audit, settlements }, sessionId);
    expect(failing(statement)).to.deep.equal(["settled once"]);
    expect(outcomeOf(statement)).to.include("It was settled 2 times, which must never happen.");
    expect(sessionStatementPage(statement, MADE).split("<h2>Settled</h2>")).to.have.length(3);
  });

  it("quotes the violations that the audit found, and no other session's", () => {
    const found = withViolations(audit, [{ sessionId, message: "This one." }, { sessionId: skipped.sessionId }]);
    const statement = sessionStatement(found, sessionId);
    expect(statement.violations.map(({ message }) => message)).to.deep.equal(["This one."]);
    expect(isClean(statement)).to.equal(false);
    expect(textOf(statement)).to.include("R1  This one. Expected: 60000 µUSDC. Found: 60001 µUSDC.");
  });
});

describe("the statement of a session that was skipped", () => {
  const statement = sessionStatement(audit, skipped.sessionId);

  it("says so, why, and that nothing was charged", () => {
    expect(statement.status).to.equal("skipped");
    expect(outcomeOf(statement)).to.include(`(${skipped.reason}). Nothing was charged, and it may still be settled.`);
  });

  it("says what had been submitted", () => {
    expect(textOf(statement)).to.match(/submitted +operator .+ USDC \+ fee .+ USDC/);
  });

  it("counts each time", () => {
    const again = { ...skipped, reason: "InsufficientPool" as const };
    const twice = sessionStatement({ ...audit, skipped: [skipped, again] }, skipped.sessionId);
    expect(outcomeOf(twice)).to.include("it was skipped 2 times, the last time for: pool too small (InsufficientPool)");
  });

  it("is settled if it was settled afterwards, and keeps both", () => {
    const later = { ...settled, sessionId: skipped.sessionId };
    const both = sessionStatement({ ...audit, settlements: [later] }, skipped.sessionId);
    expect(both.status).to.equal("settled");
    expect(both.skipped).to.have.length(1);
    expect(isClean(both)).to.equal(true);
  });
});

describe("the statement of an id that nobody ever submitted", () => {
  const statement = sessionStatement(audit, sessionOf("018f2b6a-7c1e-8a3d-9b52-0d3f6c7e9a00"));

  it("says up to which block that is so", () => {
    expect(statement.status).to.equal("unknown");
    expect(textOf(statement)).to.include(
      `Unknown: no transaction up to block ${audit.target.toBlock.toLocaleString("en-US")} names it.`,
    );
  });

  it("may be of an id that is no UUID's", () => {
    expect(sessionStatement(audit, `0x${"f".repeat(64)}`).uuid).to.equal(undefined);
  });
});

describe("what is no session", () => {
  for (const id of ["", "018f2b6a", "0x12", `${uuid}0`, `0x${"g".repeat(64)}`]) {
    it(`is refused in one line: "${id}"`, () => {
      expect(() => sessionOf(id)).to.throw(UsageError, `session takes a UUID or 32 bytes of hex, not "${id}".`);
    });
  }
});
