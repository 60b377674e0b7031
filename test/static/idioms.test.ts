import { expect } from "chai";
import { type AbiFunction, toFunctionSelector } from "viem";
import { nodesOf } from "../../scripts/contract/ast.ts";
import { type Compiled, readCompiled } from "../../scripts/contract/compiled.ts";
import { treeOf } from "../../scripts/quality/solc.ts";
import { refusedIdioms, uncheckedWithoutReason, unused } from "./idioms.ts";

const INTERFACE = "project/contracts/interfaces/ILuxxonSettlement.sol";
const CONTRACT = "project/contracts/LuxxonSettlement.sol";
/** The contract, and what of its own it inherits. */
const PARTS = [CONTRACT, "project/contracts/Relayed.sol"];

const HEAD = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;
`;

/** Per source of contracts/ what a rule finds there. */
function inEach<T>({ sources }: Compiled, rule: (unit: Compiled["sources"][string]) => T[]) {
  const own = Object.entries(sources).filter(([name]) => name.startsWith("project/contracts/"));
  expect(own.length).to.be.above(3);
  return own.flatMap(([name, unit]) => rule(unit).map((found) => `${name}:${found}`));
}

/** A source of the build that must be there. */
function source({ sources }: Compiled, name: string) {
  const found = sources[name];
  if (found === undefined) throw new Error(`${name} is not in the build`);
  return found;
}

const compiled = await readCompiled();

describe("the source of the contract", () => {
  it("has no assembly, delegatecall, selfdestruct, tx.origin or block.number", () => {
    expect(inEach(compiled, ({ ast, content }) => refusedIdioms(ast, content))).to.deep.equal([]);
  });

  it("says of every unchecked block why it cannot overflow", () => {
    expect(nodesOf(source(compiled, CONTRACT).ast, "UncheckedBlock")).to.not.deep.equal([]);
    expect(inEach(compiled, ({ ast, content }) => uncheckedWithoutReason(ast, content))).to.deep.equal([]);
  });

  it("uses every custom error that its interface promises", () => {
    const parts = PARTS.map((name) => source(compiled, name).ast);
    expect(unused("ErrorDefinition", source(compiled, INTERFACE).ast, parts)).to.deep.equal([]);
  });

  it("emits every event that its interface promises", () => {
    const emitted = PARTS.flatMap((name) => nodesOf(source(compiled, name).ast, "EmitStatement"));
    expect(unused("EventDefinition", source(compiled, INTERFACE).ast, emitted)).to.deep.equal([]);
  });

  it("declares no event and no error of its own: all that a client meets is in the interface", () => {
    const kinds = ["EventDefinition", "ErrorDefinition"];
    const found = PARTS.flatMap((name) => kinds.flatMap((kind) => nodesOf(source(compiled, name).ast, kind)));
    expect(found).to.deep.equal([]);
  });

  it("has no function from outside that is neither in its interface nor OpenZeppelin's", () => {
    const inherited = ["access/Ownable2Step.sol", "utils/Pausable.sol", "utils/ReentrancyGuardTransient.sol"];
    const known = Object.entries(compiled.contracts)
      .filter(([name]) => name === INTERFACE || inherited.some((end) => name.endsWith(`/${end}`)))
      .flatMap(([, contracts]) => Object.values(contracts).flatMap(({ abi }) => abi));
    const isFunction = (item: { type: string }): item is AbiFunction => item.type === "function";
    const promised = new Set(known.filter(isFunction).map((item) => toFunctionSelector(item)));
    const functions = compiled.abi.filter(isFunction);
    expect(functions.length).to.be.above(40);
    const others = functions.filter((item) => !promised.has(toFunctionSelector(item)));
    expect(others.map(({ name }) => name)).to.deep.equal([]);
  });
});

describe("the rules themselves, on a contract that breaks them", () => {
  it("see each refused idiom", () => {
    const content = `${HEAD}
contract Bad {
    function all(address payable to, bytes calldata data) external returns (uint256 seen) {
        require(tx.origin == msg.sender);
        (bool success, ) = to.delegatecall(data);
        seen = block.number + (success ? 1 : 0);
        assembly { seen := add(seen, 1) }
        selfdestruct(to);
    }
}`;
    expect(refusedIdioms(treeOf("Test.sol", content), content)).to.deep.equal([
      "6: tx.origin",
      "7: delegatecall",
      "8: block.number",
      "9: assembly",
      "10: selfdestruct",
    ]);
  });

  it("see an unchecked block without a reason, and accept one before it or in it", () => {
    const content = `${HEAD}
contract Bad {
    function all(uint256 a) external pure returns (uint256 b) {
        unchecked { b = a + 1; }
        // Why this is safe.
        unchecked { b += 1; }
        unchecked {
            // Why this is safe.
            b += 1;
        }
    }
}`;
    expect(uncheckedWithoutReason(treeOf("Test.sol", content), content)).to.deep.equal([6]);
  });

  it("see an error and an event that nothing uses", () => {
    const ast = treeOf(
      "Test.sol",
      `${HEAD}
contract Bad {
    event Used();
    event Unused();
    error Thrown();
    error NeverThrown();
    function all() external { emit Used(); require(false, Thrown()); }
}`,
    );
    expect(unused("EventDefinition", ast, nodesOf(ast, "EmitStatement"))).to.deep.equal(["Unused"]);
    expect(unused("ErrorDefinition", ast, [ast])).to.deep.equal(["NeverThrown"]);
  });
});
