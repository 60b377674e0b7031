import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { readContract } from "../../scripts/abi/contract.ts";
import { RELEASED } from "../../scripts/abi/files.ts";
import { changeSince, isEnough, newestEntry, promisesOf, type Release } from "../../scripts/abi/semver.ts";

const text = (path: string) => readFileSync(new URL(`../../abi/${path}`, import.meta.url), "utf8");
const { version } = JSON.parse(text("package.json")) as { version: string };

describe("the version of the ABI package", () => {
  it("has the newest entry of its changelog", () => expect(newestEntry(text("CHANGELOG.md"))).to.equal(version));

  it("says how far the ABI has moved since the last release", async () => {
    const items = promisesOf((await readContract()).abi);
    // Before the first release there is nothing to move from.
    const release: Release = existsSync(RELEASED) ? JSON.parse(readFileSync(RELEASED, "utf8")) : { version, items };
    const { level, removed, added } = changeSince(release, items);
    const message = `${version} is too little for a ${level} change: ${[...removed, ...added].join("; ")}`;
    expect(isEnough(version, release, level), message).to.equal(true);
  });
});

describe("a change of the ABI", () => {
  const deposit = { type: "function", name: "deposit", stateMutability: "nonpayable", outputs: [] } as const;
  const amount = { name: "amount", type: "uint256" };
  const before = { ...deposit, inputs: [amount] };
  const release = { version: "4.1.2", items: promisesOf([before]) };
  const levelOf = (...abi: Parameters<typeof promisesOf>[0]) => changeSince(release, promisesOf(abi)).level;

  it("is none if nothing changed, or only what the compiler calls a type inside", () => {
    expect(levelOf(before)).to.equal("none");
    expect(levelOf({ ...deposit, inputs: [{ ...amount, internalType: "Micro" }] })).to.equal("none");
  });

  it("is minor if something is new", () => {
    expect(levelOf(before, { type: "error", name: "New", inputs: [] })).to.equal("minor");
  });

  for (const [what, after] of [
    ["went", []],
    ["has another type", [{ ...deposit, inputs: [{ name: "amount", type: "uint128" }] }]],
    ["has a parameter of another name", [{ ...deposit, inputs: [{ name: "value", type: "uint256" }] }]],
    ["returns something else", [{ ...before, outputs: [{ name: "", type: "bool" }] }]],
    ["became a view", [{ ...before, stateMutability: "view" }]],
  ] as const) {
    it(`is major if something ${what}`, () => expect(levelOf(...after)).to.equal("major"));
  }

  it("is major if an event's argument is no longer indexed, or a tuple's field changes", () => {
    const event = (indexed: boolean) => ({ type: "event" as const, name: "E", inputs: [{ ...amount, indexed }] });
    const tuple = (type: string) => [{ name: "t", type: "tuple[]", components: [{ name: "a", type }] }];
    const moved = (one: Parameters<typeof promisesOf>[0], other: Parameters<typeof promisesOf>[0]) =>
      changeSince({ version: "1.0.0", items: promisesOf(one) }, promisesOf(other)).level;
    expect(moved([event(true)], [event(false)])).to.equal("major");
    expect(moved([{ ...deposit, inputs: tuple("bytes32") }], [{ ...deposit, inputs: tuple("uint256") }])).to.equal(
      "major",
    );
  });

  for (const [version, enough] of [
    ["4.1.1", []],
    ["4.1.2", ["none"]],
    ["4.1.3", ["none"]],
    ["4.2.0", ["none", "minor"]],
    ["5.0.0", ["none", "minor", "major"]],
    ["3.9.9", []],
  ] as const) {
    it(`may be ${enough.join(" or ") || "nothing"} for ${version} after 4.1.2`, () => {
      const levels = (["none", "minor", "major"] as const).filter((level) => isEnough(version, release, level));
      expect(levels).to.deep.equal(enough);
    });
  }
});
