import { expect } from "chai";
import { readCompiled } from "../../scripts/contract/compiled.ts";
import { treeOf } from "../../scripts/quality/solc.ts";
import { neverRead } from "./writeOnly.ts";

describe("state that is written and never read", () => {
  it("does not exist in contracts/", async () => {
    const { sources } = await readCompiled();
    const own = Object.entries(sources).filter(([name]) => name.startsWith("project/contracts/"));
    expect(own.length).to.be.above(3);
    expect(neverRead(own.map(([, { ast }]) => ast))).to.deep.equal([]);
  });

  it("is found where it does: a lost check, a lost payee, a lost meter", () => {
    const bad = treeOf(
      "Test.sol",
      `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

contract Bad {
    struct Session { address payer; uint256 openedAt; uint256 paid; }

    event TreasurySet(address treasury);

    uint256 public constant RATE = 2;
    address public treasury;
    mapping(bytes32 => bool) public receiptUsed;
    mapping(bytes32 => Session) private sessions;
    mapping(address => uint256) public balances;
    uint256 public total;
    uint256 public calls;
    address private relayer;

    modifier onlyRelayer() {
        require(msg.sender == relayer);
        _;
    }

    function set(address newTreasury) external onlyRelayer {
        treasury = newTreasury;
        emit TreasurySet(treasury);
    }

    function settle(bytes32 id, bytes32 receipt, uint256 amount) external onlyRelayer {
        receiptUsed[receipt] = true;
        sessions[id].openedAt = block.timestamp;
        sessions[id].paid += amount;
        balances[sessions[id].payer] -= amount;
        total += amount;
        ++calls;
    }
}`,
    );
    expect(neverRead([bad])).to.deep.equal([
      "Bad.calls",
      "Bad.receiptUsed",
      // An index of `sessions` is read, and so is `payer`, which is the index of another.
      "Bad.total",
      "Bad.treasury",
      "Session.openedAt",
      "Session.paid",
    ]);
  });
});
