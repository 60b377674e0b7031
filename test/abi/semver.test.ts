import { readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { problemOf, releaseProblem } from "../../scripts/abi/release.ts";
import {
  bumpOf,
  changeSince,
  isEnough,
  newestEntry,
  nextVersion,
  promisesOf,
  type Release,
} from "../../scripts/abi/semver.ts";

const text = (path: string) => readFileSync(`${ROOT}/abi/${path}`, "utf8");
const { version } = JSON.parse(text("package.json")) as { version: string };

describe("the version of the ABI package", () => {
  it("has the newest entry of its changelog", () => expect(newestEntry(text("CHANGELOG.md"))).to.equal(version));

  it("says, with the pending changesets, how far the ABI has moved since the last release", async () => {
    expect(await releaseProblem()).to.equal(undefined);
  });
});

describe("a pending change of the ABI", () => {
  const release: Release = { version: "4.1.2", items: ["error Old()", "function a() view"] };
  const changeset = (bump: string) => `---\n"@luxxon/contracts-abi": ${bump}\n---\n\nWords.\n`;
  const problem = (changesets: string[], items: string[]) =>
    problemOf(nextVersion("4.1.2", bumpOf(changesets)), release, items);

  it("needs a changeset that says so", () => {
    expect(problem([], [...release.items, "error New()"])).to.equal(
      "The next version would be 4.1.2, and since 4.1.2 the ABI had a minor change (new: error New()): " +
        "add a changeset with `npm run changeset`.",
    );
    expect(problem([changeset("patch")], [...release.items, "error New()"])).to.match(
      /would be 4\.1\.3,.*a minor change/,
    );
    expect(problem([changeset("minor")], ["function a() view"])).to.match(
      /would be 4\.2\.0,.*a major change \(gone or changed: error Old\(\)/,
    );
  });

  it("is settled by one that does", () => {
    expect(problem([changeset("minor")], [...release.items, "error New()"])).to.equal(undefined);
    expect(problem([changeset("patch"), changeset("major")], [])).to.equal(undefined);
    expect(problem([], release.items)).to.equal(undefined);
  });

  it("is measured by the furthest of all changesets", () => {
    expect(bumpOf([])).to.equal("none");
    expect(bumpOf(["minor", "major", "patch"].map(changeset))).to.equal("major");
    expect(bumpOf([`---\n'@luxxon/contracts-abi': "minor"\n---\n`])).to.equal("minor");
    // As changesets writes one that releases nothing.
    expect(bumpOf(["---\n---\n\nWords.\n"])).to.equal("none");
  });

  for (const [what, malformed] of [
    ["has no head", "Words."],
    ["is for another package", '---\n"@luxxon/sdk": minor\n---\n'],
    ["says a bump that is none", changeset("huge")],
  ] as const) {
    it(`is refused if a changeset ${what}`, () => expect(() => bumpOf([malformed])).to.throw("changeset"));
  }

  for (const [bump, next] of [
    ["none", "4.1.2"],
    ["patch", "4.1.3"],
    ["minor", "4.2.0"],
    ["major", "5.0.0"],
  ] as const) {
    it(`leads from 4.1.2 to ${next} if it is ${bump}`, () => expect(nextVersion("4.1.2", bump)).to.equal(next));
  }
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
