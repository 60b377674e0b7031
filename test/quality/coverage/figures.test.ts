import { expect } from "chai";
import {
  coverageTable,
  type FileCoverage,
  gaps,
  linesIn,
  statementsIn,
} from "../../../scripts/quality/coverage/figures.ts";

const whole: FileCoverage = { file: "contracts/A.sol", lines: 3, missedLines: [], statements: 100 };

describe("a coverage report", () => {
  it("is read from an lcov trace, line by line", () => {
    const lcov = "TN:\nSF:contracts/A.sol\nDA:13,1\nDA:14,0\nLH:1\nLF:2\nend_of_record\nSF:contracts/B.sol\nDA:7,1\n";
    expect([...linesIn(lcov)].map(([file, lines]) => [file, [...lines]])).to.deep.equal([
      [
        "contracts/A.sol",
        [
          [13, 1],
          [14, 0],
        ],
      ],
      ["contracts/B.sol", [[7, 1]]],
    ]);
  });

  it("is read from Hardhat's table, statement by statement, with its colours", () => {
    const table = [
      "║ \u001b[33mFile Path\u001b[39m       │ Line % │ Statement % │ Uncovered Lines ║",
      "║ contracts/A.sol │ 100.00 │ 99.50       │ -               ║",
      "║ contracts/B.sol │ 50.00  │ 40.00       │ 3, 7-9          ║",
      "║ \u001b[33mTotal\u001b[39m           │ 75.00  │ 70.00       │                 ║",
    ];
    expect([...statementsIn(table.join("\n"))]).to.deep.equal([
      ["contracts/A.sol", 99.5],
      ["contracts/B.sol", 40],
    ]);
  });

  it("has no gap where every line and statement is reached", () => {
    expect(gaps([whole])).to.deep.equal([]);
  });

  it("names the lines that are not reached", () => {
    expect(gaps([{ ...whole, missedLines: [14, 15, 16, 20], statements: 98 }])).to.deep.equal([
      "contracts/A.sol: no test reaches line 14-16, 20.",
    ]);
  });

  it("does not let a missed statement pass on a line that is reached", () => {
    expect(gaps([{ ...whole, statements: 99.5 }])).to.deep.equal([
      "contracts/A.sol: 99.5 % of its statements are reached; coverage/html shows which.",
    ]);
  });

  it("takes a file that was never run, or is not in the table, for a gap", () => {
    expect(gaps([{ ...whole, lines: 0 }])).to.deep.equal(["contracts/A.sol: no test runs it."]);
    expect(gaps([{ ...whole, statements: undefined }])).to.deep.equal(["contracts/A.sol: no test runs it."]);
  });

  it("is printed with its columns in line", () => {
    const long = { ...whole, file: "contracts/libraries/B.sol", lines: 12, missedLines: [4], statements: 90.1 };
    expect(coverageTable([whole, long]).split("\n")).to.deep.equal([
      "file                       lines     statements",
      "contracts/A.sol            3 of 3    100 %",
      "contracts/libraries/B.sol  11 of 12  90.1 %",
    ]);
  });
});
