import { spawnSync } from "node:child_process";
import process from "node:process";
import { ROOT } from "@luxxon/chain/root";
import { expect } from "chai";

const LOUD = `import { runCommand } from "${ROOT}/chain/command/run.ts";
await runCommand(async () => {
  for (let i = 0; i < 100_000; i++) console.log("line", i);
  return 1;
});`;

describe("a command that says more than a pipe holds", () => {
  it("is heard to the end by a reader that takes its time", () => {
    const { stdout } = spawnSync("sh", ["-c", '"$0" --eval "$1" | (sleep 0.5; wc -l)', process.execPath, LOUD], {
      encoding: "utf8",
    });
    expect(stdout.trim()).to.equal("100000");
  });

  it("keeps its exit code", () => {
    expect(spawnSync(process.execPath, ["--eval", LOUD], { maxBuffer: 1 << 24 }).status).to.equal(1);
  });
});
