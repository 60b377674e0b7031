import { keccak256 } from "@luxxon/chain/rpc/keccak";
import { type Rlp, toRlp } from "@luxxon/chain/rpc/rlp";
import { expect } from "chai";
import fc from "fast-check";
import { type Hex, toHex, keccak256 as viemKeccak256, toRlp as viemToRlp } from "viem";

const bytes = fc.uint8Array({ maxLength: 300 }).map((one): Hex => toHex(one));
const { rlp } = fc.letrec<{ rlp: Rlp }>((tie) => ({
  rlp: fc.oneof({ maxDepth: 3 }, bytes, fc.array(tie("rlp"), { maxLength: 20 })),
}));

describe("what is hashed of blocks", () => {
  it("is encoded in RLP as viem does it", () => {
    fc.assert(fc.property(rlp, (value) => toRlp(value) === viemToRlp(value as Hex)));
  });

  it("is encoded so where it is as long as a batch", () => {
    const long = toHex(new Uint8Array(70_000).fill(7));
    expect(toRlp([long, [long]])).to.equal(viemToRlp([long, [long]]));
  });

  it("has the hash that viem gives", () => {
    fc.assert(fc.property(bytes, (value) => keccak256(value) === viemKeccak256(value)));
  });

  for (const [what, value] of [
    ["half a byte", "0x1"],
    ["digits that are none", "0x12zz"],
    ["digits that are none at the end", "0x1234zz"],
    ["another prefix", "zz1234"],
  ] as const) {
    it(`is never ${what}`, () => {
      expect(() => keccak256(toRlp([value as Hex]))).to.throw("is no hex");
      expect(() => keccak256(value as Hex)).to.throw("is no hex");
    });
  }
});
