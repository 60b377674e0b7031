import { expect } from "chai";
import { parse } from "../../../scripts/quality/mutate/compiler.ts";
import { generate, type Kind, mutate } from "../../../scripts/quality/mutate/generate.ts";

/** µ is two bytes of UTF-8: the compiler counts bytes, JavaScript does not. */
const PURSE = `pragma solidity 0.8.37;
contract Purse {
    event Paid(address from, address to, uint256 amount); // µUSDC
    error Empty(address account);
    uint256 public constant LIMIT = 1_000;
    mapping(address account => uint256 amount) public balances;
    bool public open;
    modifier whenOpen() {
        require(open, Empty(msg.sender));
        _;
    }
    function pay(address to, uint256 amount) external whenOpen {
        if (amount < LIMIT && to != msg.sender) _move(msg.sender, to, amount + 1);
    }
    function _move(address from, address to, uint256 amount) private {
        balances[from] -= amount;
        emit Paid(from, to, amount);
    }
}
`;

function changes(text: string, kind?: Kind): string[] {
  return generate([parse("contracts/Purse.sol", text)])
    .filter((mutant) => kind === undefined || mutant.kind === kind)
    .map(({ scope, original, replacement }) => `${scope}: ${original} → ${replacement}`);
}

function ids(text: string): string[] {
  return generate([parse("contracts/Purse.sol", text)]).map(({ id }) => id);
}

describe("the mutants of a small contract", () => {
  const EXPECTED: Record<Kind, string[]> = {
    condition: [
      "whenOpen: open → !(open)",
      "pay: amount < LIMIT && to != msg.sender → true",
      "pay: amount < LIMIT && to != msg.sender → false",
    ],
    comparison: ["pay: < → <=", "pay: != → =="],
    logic: [
      "pay: && → ||",
      "pay: amount < LIMIT && to != msg.sender → amount < LIMIT",
      "pay: amount < LIMIT && to != msg.sender → to != msg.sender",
    ],
    operator: ["pay: + → -", "_move: -= → +=", "_move: -= → ="],
    constant: ["LIMIT: 1_000 → 1001", "LIMIT: 1_000 → 999", "pay: 1 → 2", "pay: 1 → 0"],
    statement: ["_move: balances[from] -= amount; → {}", "_move: emit Paid(from, to, amount); → {}"],
    require: ["whenOpen: require(open, Empty(msg.sender)); → {}"],
    modifier: ["pay: whenOpen → "],
    unwrap: [],
    arguments: ["pay: msg.sender, to → to, msg.sender", "_move: from, to → to, from"],
    sender: [
      "whenOpen: msg.sender → address(this)",
      "pay: to → msg.sender",
      "pay: msg.sender → to",
      "pay: msg.sender → to",
      "pay: to → msg.sender",
      "_move: from → msg.sender",
      "_move: from → msg.sender",
      "_move: to → msg.sender",
    ],
  };

  for (const [kind, expected] of Object.entries(EXPECTED) as [Kind, string[]][]) {
    it(`of the kind "${kind}" are ${expected.length}, and the expected ones`, () => {
      expect(changes(PURSE, kind)).to.have.members(expected);
    });
  }

  it("change the text in the named range, and nowhere else", () => {
    const source = parse("contracts/Purse.sol", PURSE);
    const before = Buffer.from(PURSE);
    for (const mutant of generate([source])) {
      const after = Buffer.from(mutate(source, mutant));
      const { id, start, end, original, replacement } = mutant;
      expect(after.equals(before), id).to.equal(false);
      expect(before.subarray(start, end).toString(), id).to.equal(original);
      expect(after.subarray(0, start).equals(before.subarray(0, start)), id).to.equal(true);
      expect(after.subarray(start, start + Buffer.byteLength(replacement)).toString(), id).to.equal(replacement);
      expect(after.subarray(start + Buffer.byteLength(replacement)).equals(before.subarray(end)), id).to.equal(true);
    }
  });

  it("are Solidity that compiles", () => {
    const source = parse("contracts/Purse.sol", PURSE);
    for (const mutant of generate([source])) parse(source.file, mutate(source, mutant));
  });

  it("name the line", () => {
    const [first] = generate([parse("contracts/Purse.sol", PURSE)]).filter(({ scope }) => scope === "_move");
    expect(first?.line).to.equal(PURSE.split("\n").findIndex((line) => line.includes("balances[from] -=")) + 1);
  });

  it("name the functions through which anybody reaches the change", () => {
    const mutants = generate([parse("contracts/Purse.sol", PURSE)]);
    const reached = Object.fromEntries(mutants.map(({ scope, reachedFrom }) => [scope, reachedFrom]));
    expect(reached).to.deep.equal({ LIMIT: ["LIMIT", "pay"], whenOpen: ["pay"], pay: ["pay"], _move: ["pay"] });
  });

  it("leave a value's zero out of what is made one less", () => {
    const text =
      "pragma solidity 0.8.37; contract Zero { function zero() external pure returns (uint256) { return 0; } }";
    expect(changes(text, "constant")).to.deep.equal(["zero: 0 → 1"]);
  });

  it("drop what an if does by its condition alone, and do not turn round what always and never holding cover", () => {
    const text = `pragma solidity 0.8.37;
contract Early {
    function early(uint256 a) external pure returns (uint256 b) { if (a == 0) return 7; b = a; }
}`;
    expect(changes(text, "statement")).to.deep.equal(["early: b = a; → {}"]);
    expect(changes(text, "condition")).to.deep.equal(["early: a == 0 → true", "early: a == 0 → false"]);
    expect(changes(text, "comparison")).to.deep.equal([]);
  });

  it("replace a call by its argument where the type is the same", () => {
    const text = `pragma solidity 0.8.37;
contract Checks {
    address public owner;
    function set(address to) external { owner = checked(to); }
    function checked(address to) private pure returns (address) { require(to != address(0)); return to; }
}`;
    expect(changes(text, "unwrap")).to.deep.equal(["set: checked(to) → to"]);
  });
});

describe("the id of a mutant", () => {
  it("is its own", () => {
    expect(new Set(ids(PURSE)).size).to.equal(ids(PURSE).length);
  });

  it("stays when lines move", () => {
    const moved = PURSE.replace("contract Purse", "// µ\n\n// Another comment.\ncontract Purse");
    expect(ids(moved)).to.deep.equal(ids(PURSE));
  });

  it("stays when another function changes, or its own visibility", () => {
    const changed = PURSE.replace("amount) private {", "amount) internal {").replace("LIMIT = 1_000", "LIMIT = 2_000");
    const before = ids(PURSE).filter((id) => !id.startsWith("LIMIT"));
    expect(ids(changed).filter((id) => !id.startsWith("LIMIT"))).to.deep.equal(before);
  });

  it("changes with the statement", () => {
    const changed = PURSE.replace("balances[from] -= amount;", "balances[from] -= amount + 0;");
    const lost = ids(PURSE).filter((id) => !ids(changed).includes(id));
    expect(lost.length).to.equal(4);
    expect(lost.every((id) => id.startsWith("_move."))).to.equal(true);
  });

  it("tells the same words apart by their order", () => {
    const twice = PURSE.replace("balances[from] -= amount;", "balances[from] -= amount; balances[from] -= amount;");
    const dropped = ids(twice).filter((id) => id.startsWith("_move.statement."));
    expect(dropped.length).to.equal(3);
    expect(dropped.filter((id) => id.endsWith(".2")).length).to.equal(1);
  });
});
