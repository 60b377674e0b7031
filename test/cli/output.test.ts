import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const LOUD = fileURLToPath(new URL("loud.ts", import.meta.url));

describe("a command that says more than a pipe holds", () => {
  it("is heard to the end by a reader that takes its time", () => {
    const { stdout } = spawnSync("sh", ["-c", '"$0" "$1" | (sleep 0.5; wc -l)', process.execPath, LOUD], {
      encoding: "utf8",
    });
    expect(stdout.trim()).to.equal("100000");
  });

  it("keeps its exit code", () => {
    expect(spawnSync(process.execPath, [LOUD], { maxBuffer: 1 << 24 }).status).to.equal(1);
  });
});
