/** The runbooks in docs/operations/ are read when there is no time: every command in them must be one that there is. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

const read = (path: string) => readFileSync(`${ROOT}/${path}`, "utf8");
const pages = readdirSync(`${ROOT}/docs/operations`).filter((file) => file.endsWith(".md"));

/** What belongs to this page's commands; `npm run deploy` and its sisters have pages and tests of their own. */
const COMMANDS = ["check", "control", "roles"];

interface Command {
  page: string;
  script: string;
  flags: string[];
}

/** Every `npm run … -- …` of a page, wherever its lines break. */
function commandsIn(page: string): Command[] {
  const text = read(`docs/operations/${page}`).replace(/\n/g, " \n");
  return [...text.matchAll(/npm run (?:--silent )?([\w:]+)((?: \n?(?:--\S*|0x\S+|\w[\w.-]*|"[^"]*"))*)/g)].map(
    ([, script = "", rest = ""]) => ({ page, script, flags: rest.match(/--[a-z][a-z-]*/g) ?? [] }),
  );
}

const commands = pages.flatMap(commandsIn).filter(({ script }) => COMMANDS.includes(script));

describe("docs/operations/", () => {
  it("has commands on every page of its own", () => {
    const own = ["README", "rotating-the-relayer", "pausing", "raising-a-limit", "migrating", "key-compromise"];
    for (const page of own) expect(commandsIn(`${page}.md`), page).to.not.deep.equal([]);
  });

  it("names commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const { script } of commands) expect(Object.keys(scripts)).to.include(script);
  });

  it("gives them flags that they have", () => {
    const unknown = commands.flatMap(({ page, script, flags }) => {
      const help = read(`scripts/${script}/command.ts`);
      return flags.filter((flag) => !new RegExp(`${flag}\\b`).test(help)).map((flag) => `${page}: ${script} ${flag}`);
    });
    expect(commands.length).to.be.above(20);
    expect(unknown).to.deep.equal([]);
  });

  it("always says on which network", () => {
    const without = commands.filter(({ flags }) => flags.length > 0 && !flags.includes("--network"));
    expect(without).to.deep.equal([]);
  });

  it("names tests that there are, under exactly those titles", () => {
    const named = pages.flatMap((page) => {
      const text = read(`docs/operations/${page}`).replace(/\s+/g, " ");
      return [...text.matchAll(/`(test\/[\w/]+\.test\.ts)` › "([^"]+)"/g)];
    });
    const stale = named.filter(([, file = "", title = ""]) => {
      return !existsSync(`${ROOT}/${file}`) || !read(file).includes(`"${title}"`);
    });
    expect(named.length).to.be.above(4);
    expect(stale.map(([all]) => all)).to.deep.equal([]);
  });
});
