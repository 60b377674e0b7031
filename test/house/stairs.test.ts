/** Holds the rooms of the house to their order: imports go down the stairs, and a workspace is entered by its exports. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { type Arrow, filesOfTheHouse, reachedFrom, readArrows, unnamedImportsIn } from "./arrows.ts";

/**
 * The floors, from the ground up: a room imports from floors below its own, and from nobody beside it. `test/` stands
 * below the tools that look for faults, because they run what tests do.
 */
const FLOORS = [
  ["abi"],
  ["chain"],
  ["local"],
  ["platform"],
  ["console"],
  ["hardhat.config.ts", "package.json"],
  ["scripts/run.mjs"],
  ["scripts/progress.ts", "scripts/testFiles.ts", "scripts/words.ts"],
  ["scripts/child.ts"],
  ["scripts/contract"],
  ["scripts/keystore.ts", "scripts/settings.ts"],
  ["scripts/endpoint.ts"],
  ["scripts/target.ts"],
  ["scripts/abi", "scripts/check", "scripts/compile", "scripts/control", "scripts/demo", "scripts/tools"],
  ["scripts/audit", "scripts/deploy", "scripts/roles"],
  ["scripts/verify"],
  ["scripts/rehearse"],
  ["test"],
  ["scripts/quality"],
  ["scripts/test"],
  ["test/quality", "test/static", "test/house"],
];

const ROOMS = FLOORS.flatMap((rooms, floor) => rooms.map((room) => ({ room, floor })));

/** The narrowest room that a file is in; undefined for what is none of the house: Node, an installed package. */
function roomOf(path: string) {
  const around = ROOMS.filter(({ room }) => path === room || path.startsWith(`${room}/`));
  return around.sort((a, b) => b.room.length - a.room.length)[0];
}

const arrows = readArrows();
const told = (some: Arrow[]) => some.map(({ from, specifier }) => `${from} imports ${specifier}`);
const isIn = (path: string, ...rooms: string[]) => rooms.some((room) => path === room || path.startsWith(`${room}/`));

describe("the house", () => {
  it("is read as a whole", () => {
    expect(arrows.length).to.be.above(1_500);
    expect(filesOfTheHouse()).to.include("hardhat.config.ts");
    for (const { room } of ROOMS.filter(({ room }) => /^(abi|chain|local|scripts\/\w+|test)$/.test(room))) {
      expect(
        arrows.filter(({ from }) => isIn(from, room)),
        room,
      ).to.not.deep.equal([]);
    }
  });

  it("has a floor for every file", () => {
    expect(filesOfTheHouse().filter((file) => roomOf(file) === undefined)).to.deep.equal([]);
  });

  it("has no import that runs up the stairs, or to a room beside", () => {
    const up = arrows.filter(({ from, to }) => {
      const [mine, theirs] = [roomOf(from), roomOf(to)];
      return mine !== undefined && theirs !== undefined && mine.room !== theirs.room && mine.floor <= theirs.floor;
    });
    expect(told(up)).to.deep.equal([]);
  });

  it("names the module of every dynamic import, so that no arrow is hidden", () => {
    const hidden = filesOfTheHouse().filter((file) => unnamedImportsIn(readFileSync(join(ROOT, file), "utf8")) > 0);
    // Tests import what they have made themselves: a package as it was packed, a counterexample.
    expect(hidden.filter((file) => !isIn(file, "test"))).to.deep.equal([]);
  });

  it("is entered by the exports of its packages: no relative path leads into one or out of it", () => {
    const packages = ["abi", "chain", "local", "platform", "console"];
    const across = arrows.filter(({ from, to, specifier }) => {
      return specifier.startsWith(".") && packages.some((room) => isIn(from, room) !== isIn(to, room));
    });
    // The package's own tests look inside it.
    expect(told(across.filter(({ from }) => !isIn(from, "test/abi")))).to.deep.equal([]);
  });
});

describe("abi/", () => {
  it("imports nothing of the house, and of others viem and ethers alone", () => {
    const out = arrows.filter(({ from, to }) => isIn(from, "abi") && !isIn(to, "abi", "viem", "ethers"));
    expect(told(out)).to.deep.equal([]);
  });
});

describe("chain/", () => {
  it("imports neither Hardhat nor a command", () => {
    const out = arrows.filter(
      ({ from, to }) => isIn(from, "chain") && /^(hardhat|@nomicfoundation)\b|^scripts\//.test(to),
    );
    expect(told(out)).to.deep.equal([]);
  });
});

describe("platform/", () => {
  it("is imported by nobody outside it, but for its API's types by the page that calls it", () => {
    const isOfTypes = ({ from, to }: Arrow) => isIn(from, "console/src") && to === "platform/api";
    const into = arrows.filter((one) => !isIn(one.from, "platform") && isIn(one.to, "platform") && !isOfTypes(one));
    expect(told(into)).to.deep.equal([]);
  });

  it("imports abi and chain, and local in its local part and its tests alone", () => {
    const out = arrows.filter(({ from, to }) => {
      const allowed = isIn(from, "platform/src/local", "platform/test") ? ["abi", "chain", "local"] : ["abi", "chain"];
      return isIn(from, "platform") && roomOf(to) !== undefined && !isIn(to, "platform", ...allowed);
    });
    expect(told(out)).to.deep.equal([]);
  });
});

describe("scripts/quality/, the tools that look for faults", () => {
  it("is imported by no part of the product", () => {
    const product = ["abi", "chain", "local", "platform", "console", "scripts"];
    const tools = ["scripts/quality", "scripts/test"];
    const into = arrows.filter(({ from, to }) => {
      return isIn(to, "scripts/quality") && isIn(from, ...product) && !isIn(from, ...tools);
    });
    expect(told(into)).to.deep.equal([]);
  });
});

describe("a command that is installed without what tests and developers need", () => {
  interface Manifest {
    scripts: Record<string, string>;
    workspaces: string[];
    dependencies?: object;
    devDependencies?: object;
  }
  const read = (folder: string): Manifest => JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8"));
  const project = read("");
  const packages = [project, ...project.workspaces.map(read)];
  const needed = packages.flatMap(({ dependencies = {} }) => Object.keys(dependencies));
  const left = packages.flatMap(({ devDependencies = {} }) => Object.keys(devDependencies));
  const missing = left.filter((name) => !needed.includes(name));

  for (const [verb, script] of Object.entries(project.scripts)) {
    const entry = script.match(/--omit=dev (\S+)/)?.[1];
    if (entry === undefined) continue;
    it(`reaches none of it: npm run ${verb}`, () => {
      const reached = reachedFrom([entry, "hardhat.config.ts"], arrows);
      expect([...reached].filter((path) => isIn(path, ...missing))).to.deep.equal([]);
    });
  }
});
