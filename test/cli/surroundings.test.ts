import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";
import { runChild } from "../../scripts/child.ts";

/** Through the door that npm uses. */
const COMPILE = [process.execPath, "scripts/run.mjs", "scripts/compile/command.ts"];

function run([file = "", ...args]: string[], environment: Record<string, string | undefined>) {
  const env = { ...process.env, XDG_CACHE_HOME: "", XDG_CONFIG_HOME: "", XDG_DATA_HOME: "", ...environment };
  const { status, stdout, stderr } = spawnSync(file, args, { cwd: ROOT, encoding: "utf8", env, timeout: 60_000 });
  return { status, stdout: stdout.replace(/\d+ contracts/, "N contracts"), stderr };
}

const COMPILED = { status: 0, stdout: "N contracts compiled, 0 warnings.\n", stderr: "" };

describe("a command in bad surroundings", function () {
  this.timeout(120_000);

  for (const home of ["/proc/none", "/dev/null", "/dev/null/none"]) {
    it(`works with ${home} for a home folder`, () => {
      expect(run(COMPILE, { HOME: home })).to.deep.equal(COMPILED);
    });
  }

  it("says in one line that nothing can be written anywhere", () => {
    expect(run(COMPILE, { HOME: "/proc/none", TMPDIR: "/dev/null" })).to.deep.equal({
      status: 2,
      stdout: "",
      stderr: "Neither /proc/none nor /dev/null can be written: set HOME or TMPDIR to a folder that can.\n",
    });
  });

  it("works beside others that compile at the same moment", async () => {
    const all = Array.from({ length: 4 }, () => runChild(COMPILE, { cwd: ROOT }));
    for (const { status, stdout, stderr } of await Promise.all(all)) {
      expect({ status, stdout: stdout.replace(/\d+ contracts/, "N contracts"), stderr }).to.deep.equal(COMPILED);
    }
  });

  it("works in a checkout that it cannot write, if everything is compiled", function () {
    // Only root can become somebody to whom this checkout does not belong.
    const asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const can = process.getuid?.() === 0 && run([...asNobody, "test", "-r", `${ROOT}/package.json`], {}).status === 0;
    if (!can) return this.skip();
    expect(run([...asNobody, ...COMPILE], { HOME: "/nonexistent" })).to.deep.equal(COMPILED);
  });
});
